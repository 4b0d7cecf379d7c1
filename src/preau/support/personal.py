"""A person's requests, and what they wrote in them.

Decision: an erasure deletes their requests with every message and file in them: they may speak of health or family, and
what was decided stands in the ledger. What they answered to others as one of a team stays, without their name: it is
the other's correspondence. A danger that they reported goes once it was handled; while it waits it stays without their
name, or nobody would act on it.
"""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_noop

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.support import files
from preau.support.models import Alert, Entry, Request

ANSWERS = gettext_noop("Answers that you gave to others for a team, without your name")
ANSWERS_WHY = gettext_noop("They belong to the people who received them.")
ALERTS = gettext_noop("A danger that you reported and nobody has handled yet, without your name")
ALERTS_WHY = gettext_noop("Somebody may be in danger.")


def register() -> None:
    """Called once, when the models are ready."""
    personal_data.register("support", export, erase, {ANSWERS: ANSWERS_WHY, ALERTS: ALERTS_WHY})


def export(person: Person) -> personal_data.Tables:
    """Requests with their messages (never the team's own notes), and what this person answered to others."""
    entries = Entry.objects.order_by("at", "pk")
    return {
        "requests": Request.objects.filter(person=person)
        .order_by("asked_at", "pk")
        .values("id", "edition__slug", "topic", "subject", "about", "state", "language", "asked_at", "touched_at"),
        "messages": entries.filter(request__person=person, private=False).values(
            "request_id", "from_team", "text", "decision", "attachments", "at"
        ),
        "alerts": Alert.objects.filter(person=person)
        .order_by("raised_at", "pk")
        .values("edition__slug", "kind", "text", "path", "raised_at", "handled_at"),
        "answers": entries.filter(author=person, from_team=True).values("text", "private", "at"),
    }


def erase(person: Person, now: datetime) -> Mapping[str, str]:
    """Delete their requests, files included; take their name off what they wrote for a team."""
    mine = Request.objects.filter(person=person) | Request.objects.filter(person=None, address__iexact=person.email)
    for entry in Entry.objects.filter(request__in=mine.values("pk")).exclude(attachments=[]):
        files.KEPT.delete(entry.pk, entry.attachments)
    Request.objects.filter(pk__in=list(mine.values_list("pk", flat=True))).delete()
    answered = Entry.objects.filter(author=person).update(author=None)
    taken = Request.objects.filter(claimed_by=person)
    taken.filter(state=Request.State.CLAIMED).update(claimed_by=None, claimed_at=None, state=Request.State.OPEN)
    taken.update(claimed_by=None, claimed_at=None)
    Alert.objects.filter(person=person, handled_at__isnull=False).delete()
    waiting = Alert.objects.filter(person=person).update(person=None)
    Alert.objects.filter(handled_by=person).update(handled_by=None)
    kept = {ANSWERS: ANSWERS_WHY} if answered else {}
    return {**kept, ALERTS: ALERTS_WHY} if waiting else kept
