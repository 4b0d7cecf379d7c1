"""Suggestions: made, supported, decided, made anew, withdrawn. Their author never decides.

Making one takes no lock, so that hundreds at once wait for nobody. Support and decisions hold the track, then the
suggestion."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from preau.audit import acts
from preau.audit.http import Refused
from preau.common import text as texts
from preau.grades.models import Result
from preau.subtitles import accepting, reading, revising, rules, srt, words
from preau.subtitles.access import Here
from preau.subtitles.models import Suggestion, Support, Track
from preau.subtitles.reading import Line, Words
from preau.subtitles.rules import Nonsense, Piece

Kind, State = Suggestion.Kind, Suggestion.State


@dataclass(frozen=True)
class Given:
    """What somebody asks for: `text` (and `second`, of a split) as they typed it, times in milliseconds; `base` the
    revision that they saw, `of` that of the source for a line of a translation."""

    kind: str
    base: int
    text: str = ""
    second: str = ""
    start: int | None = None
    end: int | None = None
    at: int | None = None
    comment: str = ""
    of: int | None = None


def suggest(*, act: acts.Act, at: Here, key: str, given: Given) -> acts.Outcome:
    """Propose something about a cue. What changed meanwhile is kept all the same and its author asked to look again;
    what somebody else proposes already gets their support instead. Refuses nonsense and a flood."""

    def work() -> acts.Outcome:
        not_too_many(at)
        seen, keys, proposal = _proposed(at, key, given)
        if given.kind != Kind.UNCLEAR and (same := _same(at, keys, proposal, given.kind)):
            return {"suggestion": str(same.pk), "same": True, **_supported(at, same, 1)}
        quote, before, after = seen.around(keys[0])
        row = Suggestion.objects.create(
            id=act.id,
            track=at.track,
            kind=given.kind,
            first=keys[0],
            keys=keys,
            base=min(given.base, at.track.revision),
            proposal=proposal,
            comment=texts.one_line(given.comment)[: rules.LONGEST_COMMENT],
            quote=quote,
            before=before,
            after=after,
            author=at.person,
            edition=at.film.edition,
            made_at=at.now,
        )
        return {"suggestion": str(row.pk), "stale": is_stale(row, reading.now(at.track))}

    return acts.once(act, at.person.pk, work)


def not_too_many(at: Here) -> None:
    """Refuses a flood."""
    lately = Suggestion.objects.filter(author=at.person, made_at__gt=at.now - timedelta(hours=1))
    if lately.count() >= rules.AN_HOUR:
        raise Refused(_("You proposed a great deal within the hour. Take a rest: your words are kept in the page."))


def _proposed(at: Here, key: str, given: Given) -> tuple[Words, list[str], list[dict[str, Any]]]:
    """The words that its author saw, the cues that it is about, and what would stand there."""
    if at.track.source_id and given.kind in (Kind.TIMING, Kind.SPLIT, Kind.MERGE):
        raise Refused(_("The times of a translation are those of its source: propose this there."))
    seen = seen_at(at.track, key, given.base)
    line = seen.line(key)
    if line is None:
        raise Refused(_("This subtitle is not there any more. Reload the page: your words are kept in it."))
    try:
        found = _pieces(seen, line, given)
    except Nonsense as nonsense:
        raise Refused(words.refusal(nonsense.reason)) from nonsense
    following = seen.after(key) if given.kind == Kind.MERGE else None
    return seen, [key, *([following.key] if following else [])], [piece.as_json() for piece in found]


def seen_at(track: Track, key: str, base: int) -> Words:
    """The words as they stood when a form was given out: the present ones where the cue is still the same."""
    present = reading.now(track)
    line = present.line(key)
    return present if base >= track.revision or (line and line.since <= base) else reading.at(track, base)


def _pieces(seen: Words, line: Line, given: Given) -> Sequence[Piece]:
    cue, typed = Piece(line.start, line.end, line.text), srt.cue_text(texts.clean(given.text).strip())
    match given.kind:
        case Kind.WORDS:
            return rules.reworded(cue, typed)
        case Kind.TIMING:
            if given.start is None or given.end is None:
                raise Nonsense("time")
            return rules.retimed(cue, given.start, given.end, _bounds(seen, line))
        case Kind.SPLIT:
            if given.at is None:
                raise Nonsense("time")
            return rules.split(cue, given.at, typed, srt.cue_text(texts.clean(given.second).strip()))
        case Kind.MERGE:
            following = seen.after(line.key)
            both = [cue, Piece(following.start, following.end, following.text)] if following else [cue]
            return rules.merged(both, typed)
        case Kind.UNCLEAR:
            return ()
    raise Nonsense("same")


def _bounds(seen: Words, line: Line) -> rules.Bounds:
    at = seen.by_key[line.key]
    following = seen.after(line.key)
    return rules.Bounds(seen.lines[at - 1].start if at else None, following.end if following else None)


def _same(at: Here, keys: list[str], proposal: list[dict[str, Any]], kind: str) -> Suggestion | None:
    """What somebody else proposes already."""
    rows = Suggestion.objects.filter(track=at.track, first=keys[0], state=State.OPEN, kind=kind)
    for row in rows.exclude(author=at.person).order_by("made_at")[:50]:
        if row.keys == keys and row.proposal == proposal:
            return row
    return None


def is_stale(row: Suggestion, present: Words) -> bool:
    """Did one of its cues change after its author saw it?"""
    since = {key: line.since for key in row.keys if (line := present.line(key))}
    if row.kind == Kind.LINE:
        return rules.stale(row.base, since, [key for key in row.keys if key in since])
    return rules.stale(row.base, since, row.keys)


def support(*, act: acts.Act, at: Here, row: Suggestion, value: int) -> acts.Outcome:
    """Be for (1) or against (-1) somebody's suggestion, or neither any more (0). Three trusted people more for than
    against accept it. Refuses one's own, and what is decided."""
    return acts.once(act, at.person.pk, lambda: _supported(at, row, value))


def _supported(at: Here, row: Suggestion, value: int) -> acts.Outcome:
    track, row = held(row)
    if row.author_id == at.person.pk:
        raise Refused(_("This is your own suggestion: others say what they think of it."))
    _still_open(row)
    if value:
        defaults = {"value": value, "trusted": trusts(at), "at": at.now}
        Support.objects.update_or_create(suggestion=row, person=at.person, defaults=defaults)
    else:
        Support.objects.filter(suggestion=row, person=at.person).delete()
    count(row)
    accepted = row.kind != Kind.UNCLEAR and rules.enough(row.in_favour, row.against)
    if accepted and not is_stale(row, reading.now(track)):
        accepting.accept(track, row, by=None, now=at.now)
        return {"suggestion": str(row.pk), "accepted": True, "revision": row.revision}
    return {"suggestion": str(row.pk), "accepted": False}


def held(row: Suggestion) -> tuple[Track, Suggestion]:
    """The track and the suggestion, held until the end of the transaction."""
    track = revising.locked(row.track_id)
    return track, Suggestion.objects.select_for_update(no_key=True).get(pk=row.pk)


def _still_open(row: Suggestion) -> None:
    if row.state != State.OPEN:
        raise Refused(_("This suggestion is decided already."))


def count(row: Suggestion) -> None:
    """Count the trusted for and against, from the rows: twice is as once."""
    found = Support.objects.filter(suggestion=row, trusted=True).aggregate(
        in_favour=Count("pk", filter=Q(value=1)), against=Count("pk", filter=Q(value=-1))
    )
    row.in_favour, row.against = found["in_favour"], found["against"]
    row.save(update_fields=["in_favour", "against"])


def trusts(at: Here) -> bool:
    """Does this person's support count? The team's always does."""
    if at.enrolment is None:
        return True
    course = at.film.edition.course_id
    mine = Suggestion.objects.filter(author=at.person, track__video__course=course)
    found = mine.aggregate(
        accepted=Count("pk", filter=Q(state=State.ACCEPTED)), refused=Count("pk", filter=Q(state=State.REFUSED))
    )
    works = Result.objects.filter(enrolment__person=at.person, enrolment__edition__course=course).exists()
    return rules.trusted(has_result=works, **found)


def decide(*, act: acts.Act, at: Here, row: Suggestion, accept: bool, reason: str) -> acts.Outcome:
    """Accept a suggestion, or refuse it with a reason, as a reviewer of its language. Refuses one's own, a refusal
    without a reason, what is decided, and accepting what changed meanwhile."""

    def work() -> acts.Outcome:
        track, held_row = held(row)
        _still_open(held_row)
        if not rules.may_decide(reviews=at.reviews, own=held_row.author_id == at.person.pk):
            raise Refused(_("Nobody decides about their own suggestion: another reviewer or three learners do."))
        if not accept:
            return _refused(held_row, at, texts.one_line(reason))
        if is_stale(held_row, reading.now(track)):
            raise Refused(_("These words changed meanwhile. Its author is asked to look at it again."))
        accepting.accept(track, held_row, by=at.person.pk, now=at.now)
        return {"suggestion": str(held_row.pk), "accepted": True, "revision": held_row.revision}

    return acts.once(act, at.person.pk, work)


def _refused(row: Suggestion, at: Here, reason: str) -> acts.Outcome:
    if not reason:
        raise Refused(_("Say why: its author will read it."))
    row.state, row.decision = State.REFUSED, reason[: rules.LONGEST_COMMENT]
    row.decided_by_id, row.decided_at = at.person.pk, at.now
    row.save(update_fields=["state", "decision", "decided_by", "decided_at"])
    return {"suggestion": str(row.pk), "accepted": False}


def rebase(*, act: acts.Act, at: Here, row: Suggestion, given: Given) -> acts.Outcome:
    """Its author looks again at what changed, and proposes what they want now; who supported the former says so
    again."""

    def work() -> acts.Outcome:
        _track, held_row = held(row)
        _own_and_open(held_row, at)
        if given.kind != held_row.kind:
            raise Refused(words.refusal("same"))
        seen, keys, proposal = _proposed(at, held_row.first, given)
        held_row.keys, held_row.proposal, held_row.base = keys, proposal, min(given.base, at.track.revision)
        held_row.quote, held_row.before, held_row.after = seen.around(keys[0])
        Support.objects.filter(suggestion=held_row).delete()
        held_row.in_favour = held_row.against = 0
        held_row.save()
        return {"suggestion": str(held_row.pk), "stale": is_stale(held_row, reading.now(at.track))}

    return acts.once(act, at.person.pk, work)


def withdraw(*, act: acts.Act, at: Here, row: Suggestion) -> acts.Outcome:
    """Take one's own suggestion back, while nobody decided."""

    def work() -> acts.Outcome:
        _track, held_row = held(row)
        _own_and_open(held_row, at)
        Suggestion.objects.filter(pk=held_row.pk).update(state=State.WITHDRAWN, decided_at=at.now)
        return {"suggestion": str(held_row.pk), "withdrawn": True}

    return acts.once(act, at.person.pk, work)


def _own_and_open(row: Suggestion, at: Here) -> None:
    if row.author_id != at.person.pk:
        raise Refused(_("This is somebody else's suggestion."))
    if row.state not in (State.OPEN, State.DRAFT):
        raise Refused(_("This suggestion is decided already."))
