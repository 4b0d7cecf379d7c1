"""A person's drafts and copies.

Decision: drafts go. The text of a copy goes with them, its size, time and fingerprint stay, so that every receipt stays
true; except a copy that was graded on a track that gives credits: the institution has to be able to show on what it
gave them, so that text and its remark stay, on an enrolment without a name.
"""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_noop

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.peer.models import Draft, Grade, Submission

COPIES = gettext_noop("Texts that you handed in and that were graded for credits, without your name")
COPIES_WHY = gettext_noop("The institution has to be able to show on what it gave credits, as with any exam paper.")
RECEIPTS = gettext_noop("Size, time and fingerprint of the other texts that you handed in; the texts are deleted")
RECEIPTS_WHY = gettext_noop("A receipt that was given must stay true.")


def register() -> None:
    """Called once, when the models are ready."""
    personal_data.register("peer", export, erase, {COPIES: COPIES_WHY, RECEIPTS: RECEIPTS_WHY})


def export(person: Person) -> personal_data.Tables:
    """Drafts, copies, and the grades of these with their remarks; never who graded."""
    return {
        "drafts": Draft.objects.filter(enrolment__person=person)
        .order_by("saved_at", "pk")
        .values("enrolment__edition__slug", "unit__key", "text", "saved_at"),
        "copies": Submission.objects.filter(enrolment__person=person)
        .order_by("submitted_at", "pk")
        .values("id", "enrolment__edition__slug", "unit__key", "text", "size", "fingerprint", "submitted_at", "late"),
        "grades": Grade.objects.filter(submission__enrolment__person=person)
        .order_by("graded_at", "pk")
        .values("submission_id", "score", "of", "remark", "graded_at"),
    }


def erase(person: Person, now: datetime) -> Mapping[str, str]:
    """Delete the drafts, empty the texts that no credit rests on."""
    Draft.objects.filter(enrolment__person=person).delete()
    copies = Submission.objects.filter(enrolment__person=person)
    credited = set(copies.filter(grade__isnull=False, enrolment__track__credits__gt=0).values_list("pk", flat=True))
    others = copies.exclude(pk__in=credited)
    Grade.objects.filter(submission__in=others.values("pk")).update(remark="")
    emptied = others.update(text="")
    return {**({COPIES: COPIES_WHY} if credited else {}), **({RECEIPTS: RECEIPTS_WHY} if emptied else {})}
