"""How allauth speaks to the rest of Préau: its messages go through the outbox, in the reader's language, our words."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from preau.accounts.models import Person
from preau.common.ids import new_id
from preau.mail import actions as mail


class Adapter(DefaultAccountAdapter):
    error_messages: dict[str, Any] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This address is in your account already."),
        "email_password_mismatch": _("The address or the password is not right."),
        "email_taken": _("This address cannot be used here. If it is yours, sign in or ask for a new password."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This code is not right, or too old."),
        "incorrect_password": _("This password is not right."),
        "too_many_login_attempts": _(
            "Too many wrong passwords for this account: it rests for five minutes. Your work is safe; "
            "if you forgot your password, ask for a new one."
        ),
        "unverified_primary_email": _("Confirm this address before you make it the main one."),
        "rate_limited": _("A little too fast: wait a few minutes and try again."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the message instead of sending inside the request: a slow mail server must not hold a page."""
        person = context.get("user") or Person.objects.filter(email__iexact=email).first()
        spoken = get_language() or settings.LANGUAGE_CODE
        language = person.language if person is not None and "activate_url" not in context else spoken
        filled = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, "email": email, **context}
        with override(language):
            subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", filled).split())
            text = render_to_string(f"{template_prefix}_message.txt", filled).strip() + "\n"
        mail.queue(
            person_id=person.pk if person is not None else new_id(),
            address=email,
            key=f"account:{new_id()}",
            language=language,
            subject=subject,
            text=text,
            now=timezone.now(),
            kind="account",
        )
