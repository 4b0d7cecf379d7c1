"""`./preau doctor --bounce`: a message to an address that must bounce, and whether the bounce comes back."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from preau.common.ids import new_id
from preau.config.mail_records import Finding
from preau.mail import actions as mail
from preau.mail import queries
from preau.mail.models import Message

PATIENCE = 60.0  # seconds for a bounce to come back
LOOK = 1.0
TEXT = (
    "This message goes to an address that does not exist, so that the site sees its own bounces. Nothing is to be done."
)


def findings(address: str, *, say: Callable[[str], None], patience: float = PATIENCE) -> Iterator[Finding]:
    """Send, wait, and tell what came of it and what to look for."""
    if since := queries.closed_since(address):
        yield Finding(False, f"{address} is closed since {since:%Y-%m-%d %H:%M} UTC: its bounce was read, all is well")
        return
    pk = send(address, now=timezone.now())
    say(f"sending to {address}, then waiting up to {patience:.0f} s for the bounce")
    message = sent(pk, patience)
    if message.stopped:
        yield Finding(True, f"{address} can never exist, so nothing was sent: take one at a real domain")
    elif not message.sent_at:
        yield Finding(True, f"the message did not leave: {message.error or 'the outbox does not move'}")
    elif came_back(address, patience):
        yield Finding(False, f"the bounce came back and {address} is closed: all is well")
    elif not settings.REPLY_ADDRESS:
        yield Finding(True, "no bounce can be read: set REPLY_ADDRESS and pipe its mail into ./preau manage incoming")
    else:
        tag = f"b-{message.token}"
        yield Finding(
            True,
            f"no bounce came back in {patience:.0f} s. Look in the mail server's log for the envelope sender with "
            f"“+{tag}@”: was the message taken, did a report go to that address, was it piped into ./preau manage "
            f"incoming? It may still come: ask again with --bounce {address}",
        )


def send(address: str, *, now: datetime) -> str:
    """Put the message in the outbox, of nobody; returns its key."""
    key = f"bounce-test:{new_id()}"
    mail.queue(
        person_id=new_id(),
        address=address,
        key=key,
        language=settings.LANGUAGE_CODE,
        subject=f"{settings.SITE_NAME}: a test of bounces",
        text=TEXT,
        now=now,
    )
    return key


def sent(key: str, patience: float) -> Message:
    """The message once it left, or as it is when it did not: the worker sends it, or this process does."""
    end = time.monotonic() + patience
    while True:
        mail.deliver(now=timezone.now())
        message = Message.objects.get(key=key)
        if message.sent_at or message.stopped or message.failures or time.monotonic() > end:
            return message
        time.sleep(LOOK)


def came_back(address: str, patience: float) -> bool:
    """Is the address closed by a bounce before patience ends?"""
    end = time.monotonic() + patience
    while not queries.closed_since(address):
        if time.monotonic() > end:
            return False
        time.sleep(LOOK)
    return True
