"""What the subtitles hold of a person, handed over and erased.

Decision: words that were accepted stay, without a name: everybody reads them. What still waits is taken back; notes and
places in videos are theirs alone and go. What they said of others' suggestions goes; the count of a decision that was
made stays as it was."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_noop

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.subtitles import suggesting
from preau.subtitles.models import Cue, Note, Position, Revision, Suggestion, Support

WORDS = gettext_noop("Your corrections of subtitles that were accepted, without your name")
WORDS_WHY = gettext_noop("Everybody reads them since, and others built on them.")
State = Suggestion.State


def register() -> None:
    """Called once, when the models are ready."""
    personal_data.register("subtitles", export, erase, {WORDS: WORDS_WHY})


def export(person: Person) -> personal_data.Tables:
    """What they proposed and what became of it, what they said of others', their notes, where they stopped."""
    place = ("track__video__name", "track__language")
    made = ("id", *place, "kind", "quote", "proposal", "comment", "made_at", "state", "decided_at", "decision")
    return {
        "suggestions": Suggestion.objects.filter(author=person).order_by("made_at", "pk").values(*made),
        "supports": Support.objects.filter(person=person).order_by("at", "pk").values("suggestion_id", "value", "at"),
        "decided": Suggestion.objects.filter(decided_by=person)
        .order_by("decided_at", "pk")
        .values("id", "state", "decided_at", "decision"),
        "notes": Note.objects.filter(person=person)
        .order_by("made_at", "pk")
        .values("video__name", "language", "at", "quote", "text", "made_at", "changed_at"),
        "positions": Position.objects.filter(person=person)
        .order_by("seen_at", "pk")
        .values("video__name", "at", "seen_at"),
    }


def erase(person: Person, now: datetime) -> Mapping[str, str]:
    """Take their name off what stands, and delete the rest."""
    mine = Suggestion.objects.filter(author=person)
    mine.filter(state=State.DRAFT).delete()
    mine.filter(state=State.OPEN).update(state=State.WITHDRAWN, decided_at=now)
    stands = mine.filter(state=State.ACCEPTED).exists()
    mine.exclude(state=State.ACCEPTED).update(comment="", proposal=[])
    mine.update(author=None)
    Suggestion.objects.filter(decided_by=person).update(decided_by=None)
    Cue.objects.filter(by=person).update(by=None)
    Revision.objects.filter(by=person).update(by=None)
    waiting = list(Suggestion.objects.filter(supports__person=person, state=State.OPEN).order_by("pk"))
    Support.objects.filter(person=person).delete()
    for row in waiting:
        suggesting.count(row)
    Note.objects.filter(person=person).delete()
    Position.objects.filter(person=person).delete()
    return {WORDS: WORDS_WHY} if stands else {}
