"""An issue of the newsletter queued for everybody who subscribes. Runs `inside`."""

import time
from collections import Counter
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Length
from django.utils import timezone

from preau.config.bench import rows, scale
from preau.mail import rules
from preau.mail.models import Message
from preau.news import mailing
from preau.news.models import Mailing, Subscriber

TEXT = (
    "Bonjour,\n\nLa **prochaine session** ouvre en mars : [les inscriptions](/fr/courses/) sont ouvertes.\n\n"
    + "- un module de plus, avec ses vidéos et ses quiz ;\n" * 6
    + "\nMerci à celles et ceux qui ont relu les sous-titres.\n"
)
SAMPLE = 20_000  # messages of which a bare insert is made


def run(*, people: int) -> dict[str, Any]:
    """Half of them with an account, in two languages; the seconds that it takes to queue an issue for all, those of a
    bare insert of as many messages, and for how many it is wrong."""
    now = timezone.now()
    fill(people)
    scale.settle()
    texts = {code: {"subject": f"La lettre ({code})", "body": TEXT} for code in ("fr", "en")}
    row = Mailing.objects.create(texts=texts, made_at=now, edited_at=now, sending_at=timezone.now())
    began = time.monotonic()
    while mailing.queue_due(now=timezone.now()):
        continue
    seconds = time.monotonic() - began
    told = Counter(Message.objects.filter(key=mailing.key(row)).order_by().values_list("address", flat=True))
    wrong = abs(people - len(told)) + sum(count != 1 for count in told.values())
    began = time.monotonic()
    standing = mailing.standing(row, timezone.now())
    counted = time.monotonic() - began
    size = Message.objects.filter(key=mailing.key(row)).order_by("pk").annotate(n=Length("text") + Length("html"))[0].n
    return {
        "seconds": seconds,
        "insert": inserted(row, people),
        "wrong": wrong + abs(people - standing.waiting),
        "counted": counted,
        "letters": size,
    }


def fill(people: int) -> None:
    """The subscribers, confirmed yesterday."""
    before = timezone.now() - timedelta(days=1)
    words = {"wording": "Oui.", "asked_at": before, "confirmed_at": before, "seen_at": before}
    known = rows.add_people(people // 2, "reader", before)
    rows.in_bulk(Subscriber(person=one, token=rules.token(), language=said(n), **words) for n, one in enumerate(known))
    rows.in_bulk(
        Subscriber(address=f"stranger-{n}@example.org", token=rules.token(), language=said(n), **words)
        for n in range(people - people // 2)
    )


def said(number: int) -> str:
    """Every fourth reads English."""
    return "en" if number % 4 == 0 else "fr"


def inserted(row: Mailing, people: int) -> float:
    """Seconds to insert as many of the same messages once more, and nothing else; taken back."""
    messages = list(Message.objects.filter(key=mailing.key(row)).order_by("pk")[:SAMPLE])
    for n, message in enumerate(messages):
        message.pk, message.key, message.token = None, f"again:{n}", None
    began = time.monotonic()
    with transaction.atomic():
        Message.objects.bulk_create(messages, batch_size=500)
        took = time.monotonic() - began
        transaction.set_rollback(True)
    return took * people / len(messages)
