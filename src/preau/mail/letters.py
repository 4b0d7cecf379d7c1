"""A row of the outbox as the message that goes over the wire: headers, text, light HTML, in the reader's language."""

from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.encoding import punycode
from django.utils.html import linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from preau.mail import kinds, rules
from preau.mail.models import Message

# Read by machines: folding one of them, or making it an encoded word (which Python does beyond 78 characters), breaks
# one-click unsubscription and threads. RFC 5322 allows lines of 998.
WHOLE = frozenset({"list-unsubscribe", "list-unsubscribe-post", "list-id", "message-id", "auto-submitted", "reply-to"})


class Wire(EmailPolicy):
    """As Python's SMTP policy in seven bits, with the headers of `WHOLE` in one line each."""

    def fold(self, name: str, value: Any) -> str:
        """One header as text, line ends included."""
        return f"{name}: {value}{self.linesep}" if name.lower() in WHOLE else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same as bytes."""
        return self.fold(name, value).encode("ascii") if name.lower() in WHOLE else super().fold_binary(name, value)


WIRE = Wire(linesep=SMTP.linesep, cte_type="7bit")


class Letter(EmailMultiAlternatives):
    """Django's message, always written by our policy whichever backend takes it."""

    def message(self, *, policy: "Policy[Any] | None" = None) -> EmailMessage:
        """The message as it goes."""
        return super().message(policy=WIRE)


def domain() -> str:
    """The sender's domain, of the setting MAIL_FROM."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def message_id(pk: UUID) -> str:
    """The same at every try: a receiver that gets it twice files it once."""
    return f"<{pk.hex}@{domain()}>"


def tagged(tag: str) -> str:
    """Our address for answers with a tag: `team+tag@example.org`; "" where there is no REPLY_ADDRESS."""
    local, _at, host = settings.REPLY_ADDRESS.rpartition("@")
    return f"{local}+{tag}@{host}" if local else ""


def stop_url(token: str) -> str:
    """Where one click stops a kind of message."""
    return f"{settings.SITE_URL}/mail/stop/{token}/"


def envelope_sender(message: Message) -> str:
    """Where bounces go: an address of this message's own, else the sender's."""
    return (tagged(f"b-{message.token}") if message.token else "") or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def recipient(address: str) -> str:
    """The address as SMTP takes it. ValueError for one that nobody can write to."""
    local, at, host = address.rpartition("@")
    if not (local and at and host) or any(c.isspace() or c in '<>,;:"' or ord(c) < 32 for c in address):
        raise ValueError(f"not an address: {address!r}"[:200])
    written = f"{local}@{punycode(host)}"
    written.encode("ascii")
    return written


def letter(message: Message) -> Letter:
    """The message of a row. ValueError for an address or a header that cannot be."""
    kind = kinds.read(message.kind)
    headers = {
        "Message-ID": message_id(message.pk),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }
    if reply := message.reply_to or (tagged(message.token) if message.token else settings.REPLY_ADDRESS):
        headers["Reply-To"] = reply
    if not kind.transactional and message.token:
        headers["List-Id"] = f"<{kind.name}.{domain()}>"
        headers["List-Unsubscribe"] = f"<{stop_url(message.token)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    recipient(message.address)
    reply_to = [headers.pop("Reply-To")] if "Reply-To" in headers else []
    text, html = bodies(message, kind)
    made = Letter(message.subject, text, to=[message.address], reply_to=reply_to, headers=headers)
    made.attach_alternative(html, "text/html")
    return made


def bodies(message: Message, kind: kinds.Kind) -> tuple[str, str]:
    """The text and the HTML, with the way to stop under what may be stopped."""
    with override(message.language):
        ways = foot(kind, message.token, account=rules.has_account(message.person_id))
        context = {"subject": message.subject, "language": message.language, "body": as_html(message), "ways": ways}
        html = render_to_string("mail/letter.html", {**context, "site_name": settings.SITE_NAME})
    return signed(message.text, ways), html


def foot(kind: kinds.Kind, token: str | None, *, account: bool = True) -> list[tuple[str, str]]:
    """(words, address) of what stands under a message that may be stopped, in the language in force; nothing under
    another. Who has no account has nowhere to choose."""
    if kind.transactional or not token:
        return []
    choose = (_("Choose what you receive"), f"{settings.SITE_URL}/accounts/messages/")
    return [*([choose] if account else []), (_("Stop these messages"), stop_url(token))]


def signed(text: str, ways: Sequence[tuple[str, str]]) -> str:
    """A message's text with what stands under it."""
    below = "\n".join(f"{words}\n{url}" for words, url in ways)
    return text.rstrip("\n") + (f"\n\n-- \n{settings.SITE_NAME}\n{below}" if below else "") + "\n"


def preview(kind: str, *, language: str, text: str, html: str) -> tuple[str, str]:
    """(text, HTML without its page) of a message as it will go, before it is anybody's: the way to stop has no token
    yet."""
    with override(language):
        ways = foot(kinds.read(kind), "…")
        below = render_to_string("mail/_foot.html", {"ways": ways, "site_name": settings.SITE_NAME})
    return signed(text, ways), html + below


def as_html(message: Message) -> SafeString:
    """The message's HTML, as who queued it made it from Markdown without raw HTML, or its text with links."""
    return mark_safe(message.html or linebreaks(urlize(message.text, autoescape=True), autoescape=False))
