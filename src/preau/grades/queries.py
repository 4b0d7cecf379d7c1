"""Reads of the ledger: results, progress, standings. What is told to a learner leaves out what may not be told yet."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, cached_property, lru_cache, partial
from typing import Any
from uuid import UUID

from django.db.models import Q

from preau.common.prepared import Prepared
from preau.content import kinds
from preau.content.outline import Outline, UnitFacts
from preau.courses import rules as dates
from preau.courses.models import Excuse, Extension, Track
from preau.grades import correcting, owing, rules
from preau.grades.models import Completion, Result
from preau.grades.tracks import TrackRule, parse_tracks


@dataclass(frozen=True)
class Record:
    """A learner's ledger in one edition, read by four queries. `hidden` are units whose result may not be told yet,
    `excused` those that do not count for this learner; `owes` counts the reviews that are owed, for who asks."""

    results: Mapping[str, Result]  # by unit key
    hidden: Mapping[str, datetime]  # unit key -> when it may be told
    completed: frozenset[str]
    extensions: Mapping[str, datetime]
    outline: Outline
    excused: frozenset[str] = frozenset()
    owes: Callable[[], int] = field(default=lambda: 0, compare=False, repr=False)

    def deadline(self, unit: str) -> datetime | None:
        """The deadline that holds for this learner."""
        extended = self.extensions.get(unit)
        return dates.deadline(self.outline.by_key[unit].due, [extended] if extended else [])

    @cached_property
    def units(self) -> list[rules.UnitFact]:
        """The units as they count for this learner: extensions, excuses, grades still awaited, results that may not be
        told."""
        return [self._dated(unit) for unit in rules.excusing(facts(self.outline)[1], self.excused)]

    def _dated(self, unit: rules.UnitFact) -> rules.UnitFact:
        due = self.deadline(unit.key)
        closes = dates.last_moment(unit.kind, due)
        if unit.key in self.completed and unit.key not in self.results and unit.kind == "assignment":
            closes = self.outline.closes_at  # handed in: its grade may come until the edition ends
        if told := self.hidden.get(unit.key):
            closes = max(told, closes or told)
        return replace(unit, due=due, closes=closes or self.outline.closes_at)

    @cached_property
    def counted(self) -> Mapping[str, rules.ResultFact]:
        """What counts of each unit, by key: a correction that stands, else the better of what the activity brought and
        of what an earlier edition did."""
        rows = self.results.items()
        found = {key: correcting.counted(key, own(key, row), row.corrected, row.carried) for key, row in rows}
        return {key: fact for key, fact in found.items() if fact is not None}

    @property
    def scores(self) -> list[rules.ResultFact]:
        """The same as the rules want it."""
        return list(self.counted.values())

    @property
    def done(self) -> list[rules.ResultFact]:
        """The same without what is only carried over from an earlier edition."""
        rows = self.results.items()
        found = (correcting.counted(key, own(key, row), row.corrected) for key, row in rows)
        return [fact for fact in found if fact is not None]


def own(unit: str, row: Result) -> rules.ResultFact | None:
    """What the activity brought of its own in this edition, corrected or not."""
    if row.how.get("nothing"):
        return None
    return rules.ResultFact(unit, row.score, row.of, bool(row.how.get("final", True)), bool(row.how.get("rising")))


def kept_from(unit: str, row: Result) -> int | None:
    """The number of the earlier edition whose result counts; None where another counts."""
    fact = own(unit, row)
    beaten = fact is not None and row.carried is not None and fact.percent >= row.carried
    return None if beaten or row.corrected is not None else row.carried_from


ONE = (UUID(int=1),)
RESULTS = Prepared(lambda enrolment: Result.objects.filter(enrolment_id=enrolment), ONE)
COMPLETED = Prepared(lambda enrolment: Completion.objects.filter(enrolment_id=enrolment).values_list("unit_id"), ONE)
EXTENSIONS = Prepared(
    lambda enrolment: Extension.objects.filter(enrolment_id=enrolment).values_list("key", "until"), ONE
)
EXCUSES = Prepared(lambda enrolment: Excuse.objects.filter(enrolment_id=enrolment).values_list("key"), ONE)


def record(enrolment_id: UUID, outline: Outline, *, now: datetime, for_learner: bool) -> Record:
    """Read a ledger. `for_learner`: what may not be shown yet is left out of `results` and named in `hidden`."""
    keys = {unit.id: unit.key for unit in outline.units()}
    found = {keys[r.unit_id]: r for r in RESULTS.all(enrolment_id) if r.unit_id in keys}
    told = {k: told_from(r, outline.by_key[k], outline) for k, r in found.items()} if for_learner else {}
    hidden = {k: at for k, at in told.items() if at is not None and at > now}
    return Record(
        results={k: r for k, r in found.items() if k not in hidden},
        hidden=hidden,
        completed=frozenset(keys[unit] for (unit,) in COMPLETED.rows(enrolment_id) if unit in keys),
        extensions=dict(EXTENSIONS.rows(enrolment_id)),
        outline=outline,
        excused=frozenset(key for (key,) in EXCUSES.rows(enrolment_id)),
        owes=lambda: owing.owed(outline, [enrolment_id])[enrolment_id],
    )


def told_from(result: Result, unit: UnitFacts, outline: Outline) -> datetime | None:
    """When a learner may be told a result: what was written with it, or the end of a deadline put off since; a
    correction is told at once."""
    if result.shown_from is None or result.corrected is not None:
        return None
    last = dates.last_moment(unit.kind, outline.last_due(unit))
    return max(result.shown_from, last or result.shown_from)


def records(enrolments: Sequence[UUID], outline: Outline) -> dict[UUID, Record]:
    """The whole ledgers of many learners, told or not: four queries."""
    keys = {unit.id: unit.key for unit in outline.units()}
    results: dict[UUID, dict[str, Result]] = {pk: {} for pk in enrolments}
    for row in Result.objects.filter(enrolment_id__in=enrolments, unit_id__in=keys).order_by():
        results[row.enrolment_id][keys[row.unit_id]] = row
    done: dict[UUID, set[str]] = {pk: set() for pk in enrolments}
    completed = Completion.objects.filter(enrolment_id__in=enrolments, unit_id__in=keys).order_by()
    for enrolment_id, unit_id in completed.values_list("enrolment_id", "unit_id"):
        done[enrolment_id].add(keys[unit_id])
    longer: dict[UUID, dict[str, datetime]] = {pk: {} for pk in enrolments}
    extensions = Extension.objects.filter(enrolment_id__in=enrolments).order_by()
    for enrolment_id, key, until in extensions.values_list("enrolment_id", "key", "until"):
        longer[enrolment_id][key] = until
    freed: dict[UUID, set[str]] = {pk: set() for pk in enrolments}
    excuses = Excuse.objects.filter(enrolment_id__in=enrolments).order_by()
    for enrolment_id, key in excuses.values_list("enrolment_id", "key"):
        freed[enrolment_id].add(key)
    owed = cache(lambda: owing.owed(outline, enrolments))  # counted once for all of them, if at all
    return {
        pk: Record(
            results=results[pk],
            hidden={},
            completed=frozenset(done[pk]),
            extensions=longer[pk],
            outline=outline,
            excused=frozenset(freed[pk]),
            owes=partial(_owed_by, owed, pk),
        )
        for pk in enrolments
    }


def _owed_by(counted: Callable[[], Mapping[UUID, int]], enrolment: UUID) -> int:
    return counted()[enrolment]


@lru_cache(maxsize=64)
def facts(outline: Outline) -> tuple[list[rules.ModuleFact], list[rules.UnitFact]]:
    """The outline as the rules want it: only units that a kind grades have a weight."""
    modules = [rules.ModuleFact(m.key, m.elective, m.passing, m.counts_for) for m in outline.modules]
    counts = {module.key: module.counts_for for module in modules}
    units = []
    for unit in outline.units():
        kind = kinds.get(unit.kind)
        weight = unit.weight if kind is not None and kind.graded(unit.meta) else 0.0
        units.append(
            rules.UnitFact(
                unit.key,
                unit.kind,
                unit.module,
                unit.elective,
                weight,
                unit.due,
                unit.closes,
                unit.opens,
                counts[unit.module],
            )
        )
    return modules, units


def rules_of(tracks: Iterable[Track]) -> Mapping[str, TrackRule]:
    """The rules of an edition's tracks by key."""
    return parse_tracks({t.key: {"credits": float(t.credits), **t.rule} for t in tracks})


def standings_of(ledger: Record, tracks: Sequence[Track], *, now: datetime) -> dict[str, rules.Standing]:
    """Where the learner of a ledger stands on each track."""
    modules, _ = facts(ledger.outline)
    asked = rules_of(tracks)
    owed = ledger.owes() if any(need.verb == "reviews" for rule in asked.values() for need in rule.needs) else 0
    until = ledger.outline.closes_at
    return {
        key: rules.standing(rule, modules, ledger.units, ledger.scores, now=now, owed_reviews=owed, reviews_close=until)
        for key, rule in asked.items()
    }


def module_passed(ledger: Record, key: str, *, now: datetime, carried: bool = True) -> bool:
    """Did the learner of a ledger pass a module for certain? Not `carried`: by what they did in this edition alone."""
    module = next(one for one in facts(ledger.outline)[0] if one.key == key)
    units = [unit for unit in ledger.units if unit.module == key]
    return rules.module_passed(module, units, ledger.scores if carried else ledger.done, now=now)


def standings(
    enrolment_id: UUID, outline: Outline, tracks: Sequence[Track], *, now: datetime
) -> dict[str, rules.Standing]:
    """The same for a decision: every result counts, told or not."""
    return standings_of(record(enrolment_id, outline, now=now, for_learner=False), tracks, now=now)


def numbers(standing: rules.Standing) -> list[dict[str, Any]]:
    """A standing as JSON: each need with its figures."""
    return [
        {
            "need": str(need.need),
            "worst": need.worst,
            "now": need.now,
            "best": need.best,
            "threshold": need.threshold,
            "state": need.state,
        }
        for need in standing.needs
    ]


DONE = Q(carried=None) | Q(how__nothing__isnull=True)
"""The rows of `Result` of something that was done in this edition, and not only kept from an earlier one."""


def begun(enrolment_id: UUID) -> bool:
    """Has this learner gone through anything of the edition, or kept anything of an earlier one?"""
    return any(table.objects.filter(enrolment_id=enrolment_id).exists() for table in (Completion, Result))


def active(enrolments: Iterable[UUID]) -> int:
    """How many of these enrolments did at least one graded act: the second base of every figure."""
    rows = Result.objects.filter(DONE, enrolment_id__in=enrolments)
    return rows.values("enrolment_id").distinct().count()


def lost_by_excuse(ledger: Record, tracks: Sequence[Track], unit: str) -> list[str]:
    """The keys of the tracks that nothing could be judged on any more if this unit were excused too."""
    modules, units = facts(ledger.outline)
    before = rules.excusing(units, ledger.excused)
    after = rules.excusing(units, {*ledger.excused, unit})
    return [
        key
        for key, rule in rules_of(tracks).items()
        if set(rules.check(rule, modules, after)) - set(rules.check(rule, modules, before))
    ]
