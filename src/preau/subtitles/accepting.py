"""An accepted suggestion becomes a revision at once, with its author's name; the same correction follows to the other
cuts of the video, and counts for its author."""

from datetime import datetime
from uuid import UUID

from preau.subtitles import crediting, keys, revising, rules
from preau.subtitles.models import Cue, Revision, Suggestion, Track
from preau.subtitles.revising import Row, Why
from preau.subtitles.rules import Piece


def accept(track: Track, row: Suggestion, *, by: UUID | None, now: datetime) -> None:
    """Make it stand, inside the caller's transaction, which holds both. `by` None: its supporters accepted it. The
    caller made sure that it is not stale. Costs what it touches: two cues at most, whatever the track has lived
    through."""
    row.state, row.decided_by_id, row.decided_at = Suggestion.State.ACCEPTED, by, now
    if row.kind != Suggestion.Kind.UNCLEAR:
        row.revision = _revised(track, row, now)
    row.save(update_fields=["state", "decided_by", "decided_at", "revision"])
    crediting.count(row, now)


def _revised(track: Track, row: Suggestion, now: datetime) -> int:
    standing = list(Cue.objects.filter(track=track, until=None, key__in=row.keys).order_by("start", "pk"))
    pieces = rules.pieces(row.proposal)
    why = Why(Revision.What.SUGGESTION, row.author_id, now, row.pk)
    begin = _rows(row, standing, pieces, _taken(track, pieces))
    number = revising.revise(track, end=[cue.key for cue in standing], begin=begin, why=why)
    if row.kind == Suggestion.Kind.WORDS:
        _follow(track, row, standing[0].text, pieces[0].text, now)
    return number


def _taken(track: Track, pieces: tuple[Piece, ...]) -> frozenset[str]:
    """The keys that a new cue must not have; asked for only where one is made."""
    rows = Cue.objects.filter(track__video=track.video_id).values_list("key", flat=True)
    return frozenset(rows) if len(pieces) > 1 else frozenset()


def _rows(row: Suggestion, standing: list[Cue], pieces: tuple[Piece, ...], taken: frozenset[str]) -> list[Row]:
    """The first piece keeps the name of the first cue; what is cut off gets a new one."""
    settings = standing[0].settings if standing else ""
    origins = tuple(dict.fromkeys(origin for cue in standing for origin in cue.origins)) or (row.first,)
    of = row.proposal[0].get("of") if row.kind == Suggestion.Kind.LINE else None
    names = [row.first, *(keys.fresh(taken) for _ in pieces[1:])]
    return [
        Row(name, piece.start, piece.end, piece.text, settings, origins, of, row.author_id)
        for name, piece in zip(names, pieces, strict=True)
    ]


def _follow(track: Track, row: Suggestion, before: str, after: str, now: datetime) -> None:
    """Another cut that says the same there is corrected too, at its own times."""
    others = Track.objects.filter(video=track.video_id, language=track.language).exclude(pk=track.pk)
    for pk in others.order_by("pk").values_list("pk", flat=True):
        other = revising.locked(pk)
        cue = Cue.objects.filter(track=other, until=None, key=row.first, text=before).first()
        if cue is not None:
            fresh = Row(cue.key, cue.start, cue.end, after, cue.settings, tuple(cue.origins), cue.of, row.author_id)
            why = Why(Revision.What.FOLLOWED, row.author_id, now, row.pk)
            revising.revise(other, end=[cue.key], begin=[fresh], why=why)
