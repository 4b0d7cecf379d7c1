"""What the pages of the room need to know, gathered."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from preau.audit.acts import Outcome
from preau.subtitles import access, keeping, proposals, reading, rules, srt
from preau.subtitles.access import Film, Here
from preau.subtitles.keeping import Kept
from preau.subtitles.models import Suggestion, Track
from preau.subtitles.reading import Line, Words


def frame(at: Film, track: Track, me: Here | None) -> dict[str, Any]:
    """What every page about a track says of where it is."""
    return {"film": at, "track": track, "me": me, "base": f"{at.base}{track.language}/", "title": at.unit.title}


def cue(
    at: Film, track: Track, me: Here | None, present: Words, line: Line, typed: Mapping[str, str]
) -> dict[str, Any]:
    """One subtitle with what its forms hold: what was typed and refused, else what stands."""
    following = present.after(line.key)
    said = srt.typed(line.text)
    kind = typed.get("kind", "")
    note = access.note(me, line.key) if me else None
    return {
        **frame(at, track, me),
        "line": line,
        "revision": int(typed["base"]) if typed.get("base", "").isdecimal() else track.revision,
        "kind": kind,
        "words": typed.get("text", "") if kind == Suggestion.Kind.WORDS else said,
        "joined": typed.get("text", "") if kind == Suggestion.Kind.MERGE else _joined(line, following),
        "first": typed.get("text", "") if kind == Suggestion.Kind.SPLIT else _halves(said)[0],
        "second": typed.get("second", "") or _halves(said)[1],
        "start": typed.get("start", "") or rules.write_time(line.start),
        "end": typed.get("end", "") or rules.write_time(line.end),
        "middle": typed.get("at", "") or rules.write_time((line.start + line.end) // 2),
        "comment": typed.get("comment", ""),
        "following": following,
        "note": typed["text"] if typed and not kind and "text" in typed else note.text if note else "",
        "ask": _ask(at, track, line),
    }


def _joined(line: Line, following: Line | None) -> str:
    return f"{srt.typed(line.text)} {srt.typed(following.text)}" if following else ""


def _halves(said: str) -> tuple[str, str]:
    """A text cut near its middle, between two words."""
    words = said.split()
    half = (len(words) + 1) // 2
    return " ".join(words[:half]), " ".join(words[half:])


def _ask(at: Film, track: Track, line: Line) -> str:
    """Where a question at this moment is asked: a thread of the discussions, by its address."""
    room = f"m-{at.unit.module}"[:80]
    said = f"said={at.video}:{track.language}:{line.key}"
    return f"/e/{at.edition.slug}/discussion/room/{room}/new/?unit={at.unit.key}&at={line.start // 1000}&{said}"


def told(outcome: Outcome) -> str:
    """What became of an act, in the words of the page."""
    if outcome.get("accepted"):
        return _("Accepted: it stands from now on. Thank you.") if outcome.get("revision") else _("Noted. Thank you.")
    if outcome.get("withdrawn"):
        return _("Your suggestion is taken back.")
    if outcome.get("same"):
        return _("Somebody proposes the same already: your support was added to theirs.")
    if outcome.get("stale"):
        return _(
            "Kept. These words changed while you wrote: look at what stands now, and say whether you still want it."
        )
    if "stale" in outcome:
        return _("Proposed. Three who are trusted, or a reviewer, make it stand.")
    return _("Noted. Thank you.")


def mine(at: Film, track: Track, me: Here | None) -> dict[str, Any]:
    """What is a reader's own beside the words, and what waits there for everybody."""
    present = reading.now(track)
    marks = proposals.marks(track)
    there = {key: n for key, n in marks.items() if key in present.by_key}
    waits = [
        (present.lines[at_], there[present.lines[at_].key]) for at_ in sorted(present.by_key[key] for key in there)
    ]
    kept: Sequence[Kept] = keeping.notes(me.person, at.video, present) if me else ()
    return {
        **frame(at, track, me),
        "waits": waits,
        "waiting": sum(marks.values()),
        "notes": kept,
        "position": keeping.position(me.person, at.video) if me else 0,
        "own": proposals.shown(me, track, proposals.of_person(me.person, at)) if me else (),
    }


def suggestion(at: Film, row: Suggestion, me: Here) -> dict[str, Any]:
    """One suggestion, with what stands now for its author to look at again."""
    (one,) = proposals.shown(me, row.track, [row])
    line = reading.now(row.track).line(row.first)
    pieces = rules.pieces(row.proposal)
    return {
        **frame(at, row.track, me),
        "one": one,
        "line": line,
        "revision": row.track.revision,
        "typed": [srt.typed(piece.text) for piece in pieces],
        "times": [rules.write_time(piece.start) for piece in pieces] + [rules.write_time(pieces[-1].end)]
        if pieces
        else [],
    }
