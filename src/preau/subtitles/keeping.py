"""What somebody keeps for themself beside a video: notes at its words, and where they stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts
from preau.audit.http import Refused
from preau.common import text as texts
from preau.subtitles import anchoring, reading, rules
from preau.subtitles.access import Here
from preau.subtitles.anchoring import Anchor
from preau.subtitles.models import Note, Position
from preau.subtitles.reading import Words


def note(*, act: acts.Act, at: Here, key: str, text: str) -> acts.Outcome:
    """Keep a note at a cue, for oneself; an empty one is taken away. Refuses one that is too long."""

    def work() -> acts.Outcome:
        said = texts.clean(text).strip()
        if len(said) > rules.LONGEST_NOTE:
            raise Refused(_("Shorten your note: {most} characters at most.").format(most=rules.LONGEST_NOTE))
        mine = Note.objects.filter(person=at.person, video=at.film.video, key=key)
        if not said:
            mine.delete()
            return {"kept": False}
        if mine.update(text=said, changed_at=at.now):
            return {"kept": True}
        present = reading.now(at.track)
        line = present.line(key)
        if line is None:
            raise Refused(_("This subtitle is not there any more. Reload the page: your words are kept in it."))
        quote, before, after = present.around(key)
        Note.objects.create(
            id=act.id,
            person=at.person,
            video_id=at.film.video,
            language=at.track.language,
            key=key,
            at=line.start,
            quote=quote,
            before=before,
            after=after,
            text=said,
            made_at=at.now,
            changed_at=at.now,
        )
        return {"kept": True}

    return acts.once(act, at.person.pk, work)


@dataclass(frozen=True)
class Kept:
    """A note where it is found today: `key` of the cue that it is at, or None where its words are gone; seconds."""

    note: Note
    key: str | None
    at: float


def notes(person: Person, video: UUID, present: Words) -> Sequence[Kept]:
    """Somebody's notes at a video, in its order; those whose words are gone come last, with the words they were at."""
    rows = list(Note.objects.filter(person=person, video=video).order_by("at", "pk"))
    cues = [(line.key, line.said) for line in present.lines]
    anchors = [Anchor(row.key, row.quote, row.before, row.after) for row in rows]
    found = [
        Kept(row, key, present.lines[present.by_key[key]].seconds if key else row.at / 1000)
        for row, key in zip(rows, anchoring.find_all(anchors, cues), strict=True)
    ]
    return sorted(found, key=lambda one: (one.key is None, one.at))


def keep_position(person: Person, video: UUID, at: int, now: datetime) -> None:
    """Remember where somebody is in a video: the last one told stands, from whichever device."""
    Position.objects.update_or_create(person=person, video_id=video, defaults={"at": at, "seen_at": now})


def position(person: Person, video: UUID) -> float:
    """Where they stopped, in seconds; 0 when they did not begin."""
    found = Position.objects.filter(person=person, video=video).values_list("at", flat=True).first()
    return (found or 0) / 1000
