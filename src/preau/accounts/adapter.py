"""How allauth speaks to the rest of Préau: its messages go through the outbox, in the reader's language."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from preau.common.ids import new_id
from preau.mail import actions as mail


class Adapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the message instead of sending inside the request: a slow mail server must not hold a page."""
        person = context.get("user")
        filled = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **context}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", filled).split())
        text = render_to_string(f"{template_prefix}_message.txt", filled)
        mail.queue(
            person_id=person.pk if person is not None else new_id(),
            address=email,
            key=f"account:{new_id()}",
            language=get_language() or settings.LANGUAGE_CODE,
            subject=subject,
            text=text,
            now=timezone.now(),
        )
