"""Reads of the ledger: results, progress, standings. What is told to a learner leaves out what may not be told yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from preau.common.prepared import Prepared
from preau.content import kinds
from preau.content.outline import Outline
from preau.courses import rules as dates
from preau.courses.models import Extension, Track
from preau.grades import rules
from preau.grades.models import Completion, Result
from preau.grades.tracks import TrackRule, parse_tracks


@dataclass(frozen=True)
class Record:
    """A learner's ledger in one edition, read by three queries. `hidden` are units whose result may not be told yet."""

    results: Mapping[str, Result]  # by unit key
    hidden: Mapping[str, datetime]  # unit key -> when it may be told
    completed: frozenset[str]
    extensions: Mapping[str, datetime]
    outline: Outline

    def deadline(self, unit: str) -> datetime | None:
        """The deadline that holds for this learner."""
        extended = self.extensions.get(unit)
        return dates.deadline(self.outline.by_key[unit].due, [extended] if extended else [])

    @cached_property
    def units(self) -> list[rules.UnitFact]:
        """The units with the dates of this learner: extensions, grades still awaited, results that may not be told."""
        return [self._dated(unit) for unit in facts(self.outline)[1]]

    def _dated(self, unit: rules.UnitFact) -> rules.UnitFact:
        due = self.deadline(unit.key)
        closes = dates.last_moment(unit.kind, due)
        if unit.key in self.completed and unit.key not in self.results and unit.kind == "assignment":
            closes = self.outline.closes_at  # handed in: its grade may come until the edition ends
        if told := self.hidden.get(unit.key):
            closes = max(told, closes or told)
        return replace(unit, due=due, closes=closes or self.outline.closes_at)

    @cached_property
    def scores(self) -> list[rules.ResultFact]:
        """The results as the rules want them."""
        return [
            rules.ResultFact(key, row.score, row.of, bool(row.how.get("final", True)), bool(row.how.get("rising")))
            for key, row in self.results.items()
        ]


ONE = (UUID(int=1),)
RESULTS = Prepared(lambda enrolment: Result.objects.filter(enrolment_id=enrolment), ONE)
COMPLETED = Prepared(lambda enrolment: Completion.objects.filter(enrolment_id=enrolment).values_list("unit_id"), ONE)
EXTENSIONS = Prepared(
    lambda enrolment: Extension.objects.filter(enrolment_id=enrolment).values_list("key", "until"), ONE
)


def record(enrolment_id: UUID, outline: Outline, *, now: datetime, for_learner: bool) -> Record:
    """Read a ledger. `for_learner`: what may not be shown yet is left out of `results` and named in `hidden`."""
    keys = {unit.id: unit.key for unit in outline.units()}
    found = {keys[r.unit_id]: r for r in RESULTS.all(enrolment_id) if r.unit_id in keys}
    hidden = {
        k: r.shown_from for k, r in found.items() if for_learner and r.shown_from is not None and r.shown_from > now
    }
    return Record(
        results={k: r for k, r in found.items() if k not in hidden},
        hidden=hidden,
        completed=frozenset(keys[unit] for (unit,) in COMPLETED.rows(enrolment_id) if unit in keys),
        extensions=dict(EXTENSIONS.rows(enrolment_id)),
        outline=outline,
    )


@lru_cache(maxsize=64)
def facts(outline: Outline) -> tuple[list[rules.ModuleFact], list[rules.UnitFact]]:
    """The outline as the rules want it: only units that a kind grades have a weight."""
    modules = [rules.ModuleFact(m.key, m.elective, m.passing) for m in outline.modules]
    units = []
    for unit in outline.units():
        kind = kinds.get(unit.kind)
        weight = unit.weight if kind is not None and kind.graded(unit.meta) else 0.0
        units.append(
            rules.UnitFact(unit.key, unit.kind, unit.module, unit.elective, weight, unit.due, unit.closes, unit.opens)
        )
    return modules, units


def rules_of(tracks: Iterable[Track]) -> Mapping[str, TrackRule]:
    """The rules of an edition's tracks by key."""
    return parse_tracks({t.key: {"credits": float(t.credits), **t.rule} for t in tracks})


def standings_of(ledger: Record, tracks: Sequence[Track], *, now: datetime) -> dict[str, rules.Standing]:
    """Where the learner of a ledger stands on each track."""
    modules, _ = facts(ledger.outline)
    return {
        key: rules.standing(rule, modules, ledger.units, ledger.scores, now=now)
        for key, rule in rules_of(tracks).items()
    }


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


def active(enrolments: Iterable[UUID]) -> int:
    """How many of these enrolments did at least one graded act: the second base of every figure."""
    return Result.objects.filter(enrolment_id__in=enrolments).values("enrolment_id").distinct().count()
