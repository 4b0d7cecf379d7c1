"""The edition's home as one value: what is due, where I am, will I pass, the week's hours."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Subquery
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from preau.accounts.models import Person
from preau.common.prepared import Prepared
from preau.content import kinds, showing
from preau.content import outline as outlines
from preau.content.outline import ModuleFacts, Outline, UnitFacts
from preau.courses import access, staying
from preau.courses import queries as courses
from preau.courses.actions import dates_state
from preau.courses.membership import Move, allowed
from preau.courses.models import Enrolment, ExtraTime, Track, Volunteer
from preau.discussion import following
from preau.exams import seating
from preau.grades import queries as grades
from preau.grades import rules
from preau.home import allowances, ladder, later, path, states, weeks, wording
from preau.home import receipts as proofs
from preau.news import waiting
from preau.support import announcements

NEW = timedelta(days=14)  # how long a module that came later is told as new


def mine(person: Person, *, now: datetime) -> Mapping[str, Any]:
    """The page of a person's courses, and whether they have a desk."""
    return {
        "enrolments": courses.enrolments_of(person.pk),
        "left": [(row, _may_return(row, now)) for row in courses.left_by(person.pk)],
        "has_desk": access.has_desk(person, now=now),
        "waiting": waiting.of_person(person.pk),
    }


def _may_return(row: Enrolment, now: datetime) -> bool:
    return allowed(row.membership, Move.RETURN, dates_state(row.edition, now))


def receipts(enrolment: Enrolment, language: str) -> Mapping[str, Any]:
    """The page of a learner's receipts."""
    try:
        outline = outlines.of_edition(enrolment.edition, language)
    except outlines.NotPrinted:
        return {"edition": enrolment.edition, "lines": []}
    return {"edition": enrolment.edition, "lines": proofs.lines(enrolment.pk, outline)}


@dataclass(frozen=True)
class Step:
    """One unit on a learner's path. `state`: done | kept | excused | late | soon | todo | locked; `due` is this
    learner's own deadline, `kept` the number of the earlier edition whose result counts."""

    unit: UnitFacts
    state: str
    due: datetime | None
    score: float | None  # percent, when it may be told
    corrected: bool = False  # by the team
    kept: int | None = None


@dataclass(frozen=True)
class Stage:
    """One module on a learner's path. Two learners who stand alike in it see the same HTML, which is made once."""

    module: ModuleFacts
    steps: tuple[Step, ...]
    done: int
    passed: bool

    def html(self, outline: Outline) -> SafeString:
        """The module's part of the path."""
        standing = tuple((step.state, step.due, step.score, step.kept) for step in self.steps)
        key = _Standing(outline.edition_id, outline.revision, outline.language, self.module.key, self.passed, standing)
        return _drawn(key, _Shown(self, outline))


@dataclass(frozen=True)
class _Standing:
    """Everything that a stage's HTML depends on."""

    edition_id: UUID
    revision: int
    language: str
    module: str
    passed: bool
    steps: tuple[tuple[str, datetime | None, float | None, int | None], ...]


@dataclass(frozen=True)
class _Shown:
    """What a stage is drawn from; equal to any other, since `_Standing` says it all."""

    stage: Stage = field(compare=False)
    outline: Outline = field(compare=False)


@lru_cache(maxsize=8192)
def _drawn(standing: _Standing, shown: _Shown) -> SafeString:
    return mark_safe(render_to_string("home/stage.html", {"stage": shown.stage, "outline": shown.outline}))


# What somebody offered to an edition (a volunteer's state, or None), and whether they have extra time in it.
OF_PERSON = Prepared(
    lambda edition, person: (
        Person.objects.filter(pk=person)
        .annotate(
            helps=Subquery(Volunteer.objects.filter(edition_id=edition, person=OuterRef("pk")).values("state")[:1]),
            extra=Exists(ExtraTime.objects.filter(edition_id=edition, person=OuterRef("pk"))),
        )
        .values_list("helps", "extra")
    ),
    (UUID(int=1), UUID(int=2)),
)


def _of_person(enrolment: Enrolment) -> dict[str, Any]:
    helps, extra = OF_PERSON.rows(enrolment.edition_id, enrolment.person_id)[0]
    return {"helps": helps or "", "given": bool(extra)}


def edition_home(enrolment: Enrolment, language: str, *, now: datetime) -> Mapping[str, Any]:
    """Everything that the page shows; a constant number of queries."""
    edition, zone = enrolment.edition, ZoneInfo(enrolment.person.zone)
    shared = {
        "enrolment": enrolment,
        "edition": edition,
        "zone": zone,
        "announcements": announcements.concerning(enrolment, language, now=now),
        **_of_person(enrolment),
        "stays": staying.after(edition),
        "over": now >= edition.closes_at,
        "unread": following.unread_in(enrolment.person_id, edition.pk),
        "sittings": seating.any_in(edition),
    }
    try:
        outline = outlines.of_edition(edition, language)
    except outlines.NotPrinted:
        return {**shared, "outline": None, "videos": False, "later": []}
    ledger = grades.record(enrolment.pk, outline, now=now, for_learner=True)
    tracks = _tracks(edition.pk, edition.revision)
    standings = grades.standings_of(ledger, tracks, now=now)
    stages = [_stage(module, ledger, now) for module in outline.modules]
    mine = path.Mine(ledger, standings[enrolment.track.key], now, zone, chosen=ladder.chosen_electives(enrolment))
    parts, verdict = parted(stages, mine.followed), mine.verdict()
    return {
        **shared,
        "outline": outline,
        "videos": any(one.units for one in showing.videos(outline.version_id).values()),
        "later": later.more_time(enrolment, ledger, now=now),
        "given": shared["given"] or allowances.dates_given(enrolment, ledger),
        "standing": standings[enrolment.track.key],
        "verdict": verdict,
        "answer": wording.answer(verdict, mine.titles, over=now >= edition.closes_at),
        "standings": [(track, standings[track.key]) for track in tracks],
        "not_open": now < edition.opens_at,
        "excused": [unit for unit in outline.units() if unit.key in ledger.excused],
        **_path(parts, mine),
    }


@dataclass(frozen=True)
class Parts:
    """The modules of a path: those that a learner follows, and the others, which stay at hand."""

    mine: list[Stage]
    others: list[Stage]


def parted(stages: Sequence[Stage], mine: Collection[str]) -> Parts:
    """The modules of the keys `mine`, and the others."""
    return Parts(
        [stage for stage in stages if stage.module.key in mine],
        [stage for stage in stages if stage.module.key not in mine],
    )


def _path(parts: Parts, mine: path.Mine) -> Mapping[str, Any]:
    """What is to be done on the path and what was: of the modules that one follows, and every result."""
    outline = mine.outline
    every = [*parts.mine, *parts.others]
    steps = [step for stage in parts.mine for step in stage.steps]
    load = weeks.of(path.works(mine), mine.now, outline.zone)
    return {
        "stages": [stage.html(outline) for stage in parts.mine],
        "others": [stage.html(outline) for stage in parts.others],
        "electives": any(stage.module.elective for stage in every),
        "fresh": [(stage.module, stage.module.opens > mine.now) for stage in every if new(stage.module, mine.now)],
        "kept": ladder.kept(mine.ledger),
        "today": today(steps, mine),
        "this_week": wording.this_week(load),
        "this_week_electives": wording.electives(load),
        "results": [step for stage in every for step in stage.steps if step.score is not None],
        "done": sum(stage.done for stage in parts.mine),
        "total": sum(step.state != "excused" for step in steps),
    }


def new(module: ModuleFacts, now: datetime) -> bool:
    """Did this module come after the edition had begun, and not long ago?"""
    return module.since is not None and now - module.since < NEW


@lru_cache(maxsize=128)
def _tracks(edition_id: UUID, revision: int) -> tuple[Track, ...]:
    """The tracks of an edition in their order: only a printing changes them, and gives another `revision`."""
    return tuple(Track.objects.filter(edition_id=edition_id))


def _stage(module: ModuleFacts, ledger: grades.Record, now: datetime) -> Stage:
    steps = tuple(_step(unit, ledger, now) for unit in module.units)
    facts = rules.ModuleFact(module.key, module.elective, module.passing)
    own = [unit for unit in ledger.units if unit.module == module.key]
    passed = rules.module_passed(facts, own, ledger.scores, now=now)
    return Stage(module, steps, sum(step.state in {"done", "kept"} for step in steps), passed)


def _step(unit: UnitFacts, ledger: grades.Record, now: datetime) -> Step:
    result = ledger.results.get(unit.key)
    due = ledger.deadline(unit.key)
    counted = ledger.counted.get(unit.key)
    score = counted.percent if counted else None
    corrected = result is not None and result.corrected is not None
    own = result is not None and not result.how.get("nothing")
    kept = grades.kept_from(unit.key, result) if result is not None else None
    done = unit.key in ledger.completed or corrected or (own and unit.kind != "assignment")
    if kept is not None and not done:
        return Step(unit, "kept", due, score, kept=kept)
    if unit.key in ledger.excused and not done:
        return Step(unit, "excused", due, score, corrected)
    return Step(unit, states.state(unit.opens, due, done=done, now=now), due, score, corrected, kept)


def _graded(unit: UnitFacts) -> bool:
    kind = kinds.get(unit.kind)
    return kind is not None and kind.graded(unit.meta)


def today(steps: list[Step], mine: path.Mine) -> list[Step]:
    """Today's three things: graded work by its date first, then the next unread lesson."""
    waiting = [step for step in steps if step.state in {"soon", "todo"}]
    graded = [s for s in waiting if s.due and _graded(s.unit)]
    lessons = [s for s in waiting if not s.due and s.unit.module not in mine.spared]
    chosen = sorted(graded, key=lambda s: s.due or mine.now)[:2]
    return [*chosen, *lessons[: 3 - len(chosen)]]
