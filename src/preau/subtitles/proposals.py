"""Suggestions as pages show them: what they would change, who is for and against, what the reader may do about each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from preau.accounts.models import Person
from preau.subtitles import anchoring, cuetext, differences, reading, rules, suggesting
from preau.subtitles.access import Film, Here
from preau.subtitles.anchoring import Anchor
from preau.subtitles.differences import Piece
from preau.subtitles.models import Cue, Suggestion, Support, Track
from preau.subtitles.naming import known_as
from preau.subtitles.reading import Words

State = Suggestion.State
SHOWN = 20  # at one cue
A_PAGE = 20
ORPHANS = 100  # shown at once


@dataclass(frozen=True)
class Proposed:
    """A suggestion: `words` is what differs from the words it is about, `times` (before, after) where those change, as
    people read them. `mine`: the reader's own support. `may_decide` and `own` say which buttons there are. `former`: it
    was made about another cut of the video."""

    row: Suggestion
    name: str
    words: Sequence[Piece]
    times: tuple[str, str] | None
    stale: bool
    own: bool
    mine: int
    may_decide: bool
    former: bool
    at: float

    @property
    def open(self) -> bool:
        """Does it wait?"""
        return bool(self.row.state == State.OPEN)

    @property
    def lacking(self) -> int:
        """How many more who are trusted accept it."""
        return max(0, rules.ENOUGH - self.row.in_favour + self.row.against)


def at_cue(track: Track, key: str) -> "QuerySet[Suggestion]":
    """What waits at a cue, in whichever cut it was proposed."""
    return _open(track).filter(first=key).order_by("-in_favour", "made_at")


def _open(track: Track) -> "QuerySet[Suggestion]":
    alike = Track.objects.filter(video=track.video_id, language=track.language).values("pk")
    return Suggestion.objects.select_related("author", "track__source").filter(track__in=alike, state=State.OPEN)


def queue(track: Track) -> "QuerySet[Suggestion]":
    """What waits in a track, those with most support first."""
    return _open(track).order_by("-in_favour", "made_at", "pk")


@dataclass(frozen=True)
class Waiting:
    """How many suggestions wait, and how many reports that something is unclear."""

    suggestions: int = 0
    unclear: int = 0


def waiting(videos: Iterable[UUID]) -> Mapping[tuple[UUID, str], Waiting]:
    """What waits, by video and language, in whichever cut it was proposed: one query."""
    rows = Suggestion.objects.filter(track__video__in=list(videos), state=State.OPEN).order_by()
    unclear = Q(kind=Suggestion.Kind.UNCLEAR)
    counted = rows.values("track__video", "track__language").annotate(
        suggestions=Count("pk", filter=~unclear), unclear=Count("pk", filter=unclear)
    )
    return {
        (row["track__video"], row["track__language"]): Waiting(row["suggestions"], row["unclear"]) for row in counted
    }


def marks(track: Track) -> Mapping[str, int]:
    """How many suggestions wait, by cue: one query."""
    found = _open(track).order_by().values("first").annotate(n=Count("pk")).values_list("first", "n")
    return dict(found)


def shown(at: Here | None, track: Track, rows: Iterable[Suggestion]) -> Sequence[Proposed]:
    """These suggestions for a reader; nobody's buttons for a stranger."""
    found = list(rows)
    person = at.person.pk if at else None
    mine = dict(Support.objects.filter(person=person, suggestion__in=found).values_list("suggestion", "value"))
    return [_shown(at, track, row, mine) for row in found]


def _shown(at: Here | None, track: Track, row: Suggestion, mine: Mapping[UUID, int]) -> Proposed:
    present = reading.now(row.track)
    before = _before(row, present)
    pieces = rules.pieces(row.proposal)
    after = [cuetext.plain(piece.text) for piece in pieces]
    own = at is not None and row.author_id == at.person.pk
    line = present.line(row.first)
    return Proposed(
        row=row,
        name=known_as(row.author.name) if row.author else "",
        words=differences.words(" ".join(before.split()), " ⏎ ".join(" ".join(one.split()) for one in after))
        if pieces
        else (),
        times=_times(row, present),
        stale=row.state in (State.OPEN, State.DRAFT) and suggesting.is_stale(row, present),
        own=own,
        mine=mine.get(row.pk, 0),
        may_decide=at is not None and at.reviews and not own,
        former=row.track_id != track.pk,
        at=line.seconds if line else (pieces[0].start / 1000 if pieces else 0),
    )


def _before(row: Suggestion, present: Words) -> str:
    """The words that it is about: as they stood for its author."""
    if row.kind == Suggestion.Kind.LINE:
        line = present.line(row.first)
        return line.said if line else ""
    if row.kind == Suggestion.Kind.MERGE:
        return " ".join(filter(None, (row.quote, row.after)))
    return row.quote


def _times(row: Suggestion, present: Words) -> tuple[str, str] | None:
    line = present.line(row.first)
    if row.kind != Suggestion.Kind.TIMING or line is None or not row.proposal:  # who left took their proposal along
        return None
    piece = rules.pieces(row.proposal)[0]
    said = [
        f"{rules.write_time(start)} → {rules.write_time(end)}"
        for start, end in ((line.start, line.end), (piece.start, piece.end))
    ]
    return said[0], said[1]


def of_person(person: Person, film: Film) -> Sequence[Suggestion]:
    """Somebody's own suggestions about a video that are not decided, the newest first."""
    rows = Suggestion.objects.select_related("author", "track__source").filter(author=person, track__video=film.video)
    return list(rows.filter(state__in=[State.OPEN, State.DRAFT]).order_by("-made_at")[:A_PAGE])


@dataclass(frozen=True)
class Orphan:
    """A suggestion whose words are gone from where they were: `key` of the cue that says them now, or None."""

    row: Suggestion
    key: str | None


def orphans(track: Track) -> Sequence[Orphan]:
    """What waits and has lost its place in the present words; where it would belong today, if anywhere."""
    present = reading.now(track)
    stands = Exists(Cue.objects.filter(track=track, until=None, key=OuterRef("first")))
    lost = _open(track).filter(~stands).exclude(kind=Suggestion.Kind.LINE).exclude(quote="")
    rows = list(lost.order_by("made_at", "pk")[:ORPHANS])
    cues = [(line.key, line.said) for line in present.lines]
    found = anchoring.find_all([Anchor(row.first, row.quote, row.before, row.after) for row in rows], cues)
    return [Orphan(row, key) for row, key in zip(rows, found, strict=True)]
