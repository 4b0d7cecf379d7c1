"""How allauth speaks to the rest of Préau: its messages go through the outbox, in the reader's language, our words."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from preau.accounts import proofs
from preau.accounts.models import Person
from preau.common.ids import new_id
from preau.mail import actions as mail

RESERVED = "signup_person"  # in the session: the id of the person whom this browser makes a passkey for


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

    def new_user(self, request: HttpRequest) -> Person:
        """Somebody new, under the id that their passkey carries where one was asked for: it must find them again."""
        reserved = request.session.get(RESERVED)
        return Person(pk=UUID(reserved)) if reserved else Person()

    def set_password(self, user: Any, password: str) -> None:
        """Nobody is signed in where a new password comes by the link of a message: the address is proved."""
        if context.request is not None and not context.request.user.is_authenticated:
            proofs.proved_by_mail(user)
        super().set_password(user, password)

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
