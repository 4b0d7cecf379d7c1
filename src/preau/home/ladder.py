"""The tracks of an edition as one learner's work is judged on each: what is met, what is still possible and by when,
what is not; and the electives, with what each may bring. Before a change is confirmed, this is what one looks at."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from preau.common.prepared import Prepared
from preau.content import outline as outlines
from preau.content.outline import ModuleFacts, UnitFacts
from preau.courses import enrolling
from preau.courses.actions import dates_state
from preau.courses.membership import Move, allowed
from preau.courses.models import Addition, Edition, Elective, Enrolment, Track
from preau.grades import queries as grades
from preau.grades import rules
from preau.grades.rules import NeedState, Part, Standing
from preau.grades.tracks import TrackRule


@dataclass(frozen=True)
class Remaining:
    """What can still bring something to a need: a unit, or a module with those of its units that are open; and until
    when, for this learner."""

    title: str
    address: str
    until: datetime | None


@dataclass(frozen=True)
class Asked:
    """One need: its state, the mean that it still takes over what remains (percent, or None), and what remains."""

    state: NeedState
    mean: float | None
    remaining: tuple[Remaining, ...]


@dataclass(frozen=True)
class Rung:
    """One track for one learner. `taken`: theirs, or added to theirs. `until`, `jury`: its cut-off and deliberation;
    `closed`: it cannot be taken any more, or is not for this learner."""

    track: Track
    standing: Standing
    needs: tuple[Asked, ...]
    taken: bool
    closed: bool
    until: datetime | None
    jury: datetime | None
    brings: enrolling.Bringing | None = None


@dataclass(frozen=True)
class Kept:
    """A result of an earlier edition that counts."""

    unit: UnitFacts
    percent: float
    edition: int


def tracks(enrolment: Enrolment, language: str, *, now: datetime) -> Mapping[str, Any]:
    """Everything that the page of tracks shows; a constant number of queries."""
    edition = enrolment.edition
    shared = {"enrolment": enrolment, "edition": edition, "may_change": _may_change(enrolment, now)}
    try:
        outline = outlines.of_edition(edition, language)
    except outlines.NotPrinted:
        return {**shared, "rungs": [], "beside": [], "kept": [], "outline": None}
    ledger = grades.record(enrolment.pk, outline, now=now, for_learner=True)
    rows = list(Track.objects.filter(edition=edition))
    standings = grades.standings_of(ledger, rows, now=now)
    brings = enrolling.bringing(enrolment.person, edition)
    added = set(Addition.objects.filter(enrolment=enrolment, dropped_at=None).values_list("track", flat=True))
    returning = enrolling.returns(enrolment.person, edition) if any(row.returning for row in rows) else False
    mine = {enrolment.track_id, *added}
    rungs = [
        replace(
            _rung(row, standings[row.key], ledger, taken=row.pk in mine, returns=returning, now=now),
            brings=brings.get(row.key),
        )
        for row in rows
    ]
    return {
        **shared,
        "outline": outline,
        "rungs": [rung for rung in rungs if not rung.track.added],
        "beside": [rung for rung in rungs if rung.track.added],
        "kept": kept(ledger),
    }


def _may_change(enrolment: Enrolment, now: datetime) -> bool:
    return allowed(enrolment.membership, Move.CHANGE, dates_state(enrolment.edition, now))


def _rung(
    track: Track, standing: Standing, ledger: grades.Record, *, taken: bool, returns: bool, now: datetime
) -> Rung:
    outline = ledger.outline
    until = outline.joins.get(track.key)
    closed = (until is not None and now >= until) or (track.returning and not returns)
    needs = tuple(asked(standing, ledger))
    return Rung(track, standing, needs, taken, closed and not taken, until, outline.juries.get(track.key))


def asked(standing: Standing, ledger: grades.Record) -> Iterable[Asked]:
    """The needs of a track with what remains for each that is open."""
    means = {one.need: one.mean for one in rules.still_needed(standing)}
    for state in standing.needs:
        open_parts = [part for part in state.parts if part.pending] if state.state == "possible" else []
        yield Asked(state, means.get(state.need), tuple(_remaining(part, state, ledger) for part in open_parts))


def _remaining(part: Part, state: NeedState, ledger: grades.Record) -> Remaining:
    """A unit; or, where modules are counted, a module with the last deadline of what is graded in it."""
    outline = ledger.outline
    if state.need.verb != "passed":
        unit = outline.by_key[part.key]
        return Remaining(unit.title, unit.address, ledger.deadline(unit.key))
    module = outline.module(part.key)
    graded = {unit.key for unit in ledger.units if unit.module == module.key and unit.weight > 0}
    dues = [due for key in graded if (due := ledger.deadline(key))]
    return Remaining(module.title, module.units[0].address, max(dues) if len(dues) == len(graded) and dues else None)


def kept(ledger: grades.Record) -> list[Kept]:
    """What counts from earlier editions, in the order of the course."""
    found = []
    for unit in ledger.outline.units():
        row = ledger.results.get(unit.key)
        number = grades.kept_from(unit.key, row) if row is not None else None
        if row is not None and row.carried is not None and number is not None:
            found.append(Kept(unit, row.carried, number))
    return found


@dataclass(frozen=True)
class Choice:
    """One elective for one learner: `minutes` of work, what it may count for (titles of tracks; None: all of them),
    `passed`, `kept` the edition whose results pass it, `fresh`: it came after the edition had begun."""

    module: ModuleFacts
    chosen: bool
    minutes: int
    last: datetime | None
    counts_for: tuple[Track, ...] | None
    passed: bool
    kept: int | None
    fresh: bool


def electives(enrolment: Enrolment, language: str, *, now: datetime) -> Mapping[str, Any]:
    """The page of electives: what there is, what one follows, what each brings."""
    edition = enrolment.edition
    shared = {"enrolment": enrolment, "edition": edition, "may_change": _may_change(enrolment, now)}
    try:
        outline = outlines.of_edition(edition, language)
    except outlines.NotPrinted:
        return {**shared, "choices": [], "outline": None, "asked": []}
    ledger = grades.record(enrolment.pk, outline, now=now, for_learner=True)
    chosen = chosen_electives(enrolment)
    rows = list(Track.objects.filter(edition=edition))
    standing = grades.standings_of(ledger, rows, now=now)[enrolment.track.key]
    return {
        **shared,
        "outline": outline,
        "choices": [_choice(module, ledger, rows, chosen, now) for module in outline.modules if module.elective],
        "asked": [one for one in asked(standing, ledger) if one.state.need.verb == "passed"],
    }


def followed(ledger: grades.Record, rule: TrackRule, chosen: Collection[str]) -> frozenset[str]:
    """The modules that a learner follows, by key: electives that they chose or did something in, and the core where
    their track asks for something of it. Everything, where that would be nothing."""
    core = any(need.verb == "reviews" or need.of != "elective" for need in rule.needs)
    begun = {
        unit.module for unit in ledger.outline.units() if unit.key in ledger.results or unit.key in ledger.completed
    }
    every = ledger.outline.modules
    mine = frozenset(m.key for m in every if ((m.key in chosen or m.key in begun) if m.elective else core))
    return mine or frozenset(module.key for module in every)


CHOSEN = Prepared(lambda enrolment: Elective.objects.filter(enrolment_id=enrolment).values_list("key"), (UUID(int=1),))


def chosen_electives(enrolment: Enrolment) -> frozenset[str]:
    """The electives that a learner follows, by key."""
    return frozenset(key for (key,) in CHOSEN.rows(enrolment.pk))


def chosen_by(enrolments: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """The same of many learners: one query."""
    found: dict[UUID, set[str]] = {}
    rows = Elective.objects.filter(enrolment__in=enrolments).order_by()
    for enrolment, key in rows.values_list("enrolment", "key"):
        found.setdefault(enrolment, set()).add(key)
    return {enrolment: frozenset(keys) for enrolment, keys in found.items()}


def _choice(
    module: ModuleFacts, ledger: grades.Record, tracks: Sequence[Track], chosen: frozenset[str], now: datetime
) -> Choice:
    facts = rules.ModuleFact(module.key, module.elective, module.passing)
    own = [unit for unit in ledger.units if unit.module == module.key]
    passed = rules.module_passed(facts, own, ledger.scores, now=now)
    kept_from = [one.edition for one in kept(ledger) if one.unit.module == module.key]
    dues = [due for unit in module.units if (due := ledger.deadline(unit.key))]
    counts = None if module.counts_for is None else _counted(tracks, module.counts_for)
    return Choice(
        module=module,
        chosen=module.key in chosen,
        minutes=sum(unit.minutes for unit in module.units),
        last=max(dues, default=None),
        counts_for=counts,
        passed=passed,
        kept=max(kept_from) if passed and kept_from else None,
        fresh=module.since is not None,
    )


def _counted(tracks: Sequence[Track], named: tuple[str, ...]) -> tuple[Track, ...]:
    lines = grades.rules_of(tracks)
    return tuple(track for track in tracks if lines[track.key].counts(named))


def known_electives(edition: Edition, language: str) -> frozenset[str]:
    """The electives that an edition has, by key."""
    try:
        outline = outlines.of_edition(edition, language)
    except outlines.NotPrinted:
        return frozenset()
    return frozenset(module.key for module in outline.modules if module.elective)
