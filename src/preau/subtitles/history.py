"""What became of a track: its revisions, what each changed, and how one is taken back."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.subtitles import cuetext, differences, revising
from preau.subtitles.access import Here
from preau.subtitles.differences import Piece
from preau.subtitles.models import Cue, Revision, Track
from preau.subtitles.naming import known_as
from preau.subtitles.revising import Row, Why

A_PAGE = 30
SHOWN = 200  # changed cues of one revision


@dataclass(frozen=True)
class Made:
    """A revision, and who is to be thanked for it."""

    revision: Revision
    name: str

    @property
    def lost(self) -> Sequence[tuple[str, str]]:
        """(key, words) of what people wrote and a new file has no place for."""
        return [(key, text) for key, text in self.revision.details.get("lost", ())]


@dataclass(frozen=True)
class Change:
    """One cue before and after, None where there was none; `words` is what differs."""

    before: Cue | None
    after: Cue | None
    words: Sequence[Piece]

    @property
    def at(self) -> float:
        """When it is said, in seconds."""
        row = self.after or self.before
        return row.start / 1000 if row else 0

    @property
    def moved(self) -> bool:
        """Are its times others?"""
        if self.before is None or self.after is None:
            return False
        return (self.before.start, self.before.end) != (self.after.start, self.after.end)


def revisions(track: Track, page: int) -> Sequence[Made]:
    """The revisions, the newest first."""
    rows = track.revisions.select_related("by", "suggestion").order_by("-number")
    return [made(row) for row in rows[(page - 1) * A_PAGE : page * A_PAGE]]


def made(row: Revision) -> Made:
    """A revision (with `by`) and who is to be thanked."""
    return Made(row, known_as(row.by.name) if row.by else "")


def changes(track: Track, number: int) -> Sequence[Change]:
    """What a revision changed, in the order of the times."""
    rows = Cue.objects.filter(Q(since=number) | Q(until=number), track=track).order_by("start", "key")
    before = {row.key: row for row in rows if row.until == number}
    after = {row.key: row for row in rows if row.since == number}
    keys = sorted({*before, *after}, key=lambda key: (after.get(key) or before[key]).start)
    return [_change(before.get(key), after.get(key)) for key in keys[:SHOWN]]


def of_cue(track: Track, key: str) -> Sequence[Change]:
    """What became of one cue, the newest first."""
    rows = list(Cue.objects.filter(track=track, key=key).order_by("since"))
    pairs = zip([None, *rows[:-1]], rows, strict=True)
    return [_change(before, after) for before, after in pairs if before is not None][::-1]


def _change(before: Cue | None, after: Cue | None) -> Change:
    said = [cuetext.plain(row.text) if row else "" for row in (before, after)]
    return Change(before, after, differences.words(*said))


def revert(*, act: acts.Act, at: Here, number: int) -> acts.Outcome:
    """Take a revision back, as a reviewer: what it ended stands again, in a new revision. Refuses the first one, and
    one whose words changed again since."""

    def work() -> acts.Outcome:
        track = revising.locked(at.track.pk)
        began = list(Cue.objects.filter(track=track, since=number))
        ended = list(Cue.objects.filter(track=track, until=number))
        if not at.reviews:
            raise Refused(_("Only a reviewer of this language takes a change back."))
        if not ended:
            raise Refused(_("There is nothing before this revision to go back to."))
        touched = {row.key for row in [*began, *ended]}
        if any(row.until is not None for row in began) or _lives(track, touched - {row.key for row in began}):
            raise Refused(_("These words changed again since: take the later change back first, or propose another."))
        begin = [_again(row) for row in ended]
        why = Why(Revision.What.REVERT, at.person.pk, at.now, details={"of": number})
        made = revising.revise(track, end=[row.key for row in began], begin=begin, why=why)
        journal.log("subtitles.reverted", by=at.person.pk, about="track", about_id=track.pk, at=at.now, revision=number)
        return {"revision": made}

    return acts.once(act, at.person.pk, work)


def _lives(track: Track, keys: set[str]) -> bool:
    return Cue.objects.filter(track=track, until=None, key__in=keys).exists()


def _again(row: Cue) -> Row:
    return Row(row.key, row.start, row.end, row.text, row.settings, tuple(row.origins), row.of, row.by_id)


def review(*, act: acts.Act, at: Here) -> acts.Outcome:
    """Say that an automatic track was read through: it is no longer "automatic, not reviewed"."""

    def work() -> acts.Outcome:
        if not at.reviews:
            raise Refused(_("Only a reviewer of this language can say so."))
        track = revising.locked(at.track.pk)
        Track.objects.filter(pk=track.pk).update(automatic=False)
        revising.mark_pages(track)
        journal.log("subtitles.reviewed", by=at.person.pk, about="track", about_id=track.pk, at=at.now)
        return {"track": str(track.pk)}

    return acts.once(act, at.person.pk, work)
