"""The edition's home as one value: what is due, where I am, will I pass, the week's hours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from preau.accounts.models import Person
from preau.common.prepared import Prepared
from preau.content import kinds, showing
from preau.content import outline as outlines
from preau.content.outline import ModuleFacts, Outline, UnitFacts
from preau.courses import access, staying
from preau.courses import queries as courses
from preau.courses.models import Enrolment, Track, Volunteer
from preau.discussion import following
from preau.grades import queries as grades
from preau.grades import rules
from preau.home import later
from preau.home import receipts as proofs
from preau.news import waiting
from preau.support import announcements


def mine(person: Person, *, now: datetime) -> Mapping[str, Any]:
    """The page of a person's courses, and whether they have a desk."""
    return {
        "enrolments": courses.enrolments_of(person.pk),
        "has_desk": access.has_desk(person, now=now),
        "waiting": waiting.of_person(person.pk),
    }


def receipts(enrolment: Enrolment, language: str) -> Mapping[str, Any]:
    """The page of a learner's receipts."""
    try:
        outline = outlines.of_edition(enrolment.edition, language)
    except outlines.NotPrinted:
        return {"edition": enrolment.edition, "lines": []}
    return {"edition": enrolment.edition, "lines": proofs.lines(enrolment.pk, outline)}


@dataclass(frozen=True)
class Step:
    """One unit on a learner's path. `state`: done | excused | late | soon | todo | locked; `due` is this learner's own
    deadline."""

    unit: UnitFacts
    state: str
    due: datetime | None
    score: float | None  # percent, when it may be told
    corrected: bool = False  # by the team


@dataclass(frozen=True)
class Stage:
    """One module on a learner's path. Two learners who stand alike in it see the same HTML, which is made once."""

    module: ModuleFacts
    steps: tuple[Step, ...]
    done: int
    passed: bool

    def html(self, outline: Outline) -> SafeString:
        """The module's part of the path."""
        standing = tuple((step.state, step.due, step.score) for step in self.steps)
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
    steps: tuple[tuple[str, datetime | None, float | None], ...]


@dataclass(frozen=True)
class _Shown:
    """What a stage is drawn from; equal to any other, since `_Standing` says it all."""

    stage: Stage = field(compare=False)
    outline: Outline = field(compare=False)


@lru_cache(maxsize=8192)
def _drawn(standing: _Standing, shown: _Shown) -> SafeString:
    return mark_safe(render_to_string("home/stage.html", {"stage": shown.stage, "outline": shown.outline}))


HELPS = Prepared(
    lambda edition, person: Volunteer.objects.filter(edition_id=edition, person_id=person).values_list("state"),
    (UUID(int=1), UUID(int=2)),
)


def edition_home(enrolment: Enrolment, language: str, *, now: datetime) -> Mapping[str, Any]:
    """Everything that the page shows; a constant number of queries."""
    edition, zone = enrolment.edition, ZoneInfo(enrolment.person.zone)
    shared = {
        "enrolment": enrolment,
        "edition": edition,
        "zone": zone,
        "announcements": announcements.concerning(enrolment, language, now=now),
        "helps": next((state for (state,) in HELPS.rows(edition.pk, enrolment.person_id)), ""),
        "stays": staying.after(edition),
        "over": now >= edition.closes_at,
        "unread": following.unread_in(enrolment.person_id, edition.pk),
    }
    try:
        outline = outlines.of_edition(edition, language)
    except outlines.NotPrinted:
        return {**shared, "outline": None, "videos": False, "later": []}
    ledger = grades.record(enrolment.pk, outline, now=now, for_learner=True)
    tracks = _tracks(edition.pk, edition.revision)
    standings = grades.standings_of(ledger, tracks, now=now)
    stages = [_stage(module, ledger, now) for module in outline.modules]
    steps = [step for stage in stages for step in stage.steps]
    loads = [rules.Load(u.key, u.minutes, ledger.deadline(u.key), u.opens) for u in outline.units()]
    return {
        **shared,
        "outline": outline,
        "videos": any(one.units for one in showing.videos(outline.version_id).values()),
        "later": later.more_time(enrolment, ledger, now=now),
        "stages": [stage.html(outline) for stage in stages],
        "today": today(steps, now),
        "standing": standings[enrolment.track.key],
        "needed": rules.still_needed(standings[enrolment.track.key]),
        "standings": [(track, standings[track.key]) for track in tracks],
        "minutes": rules.workload(loads, ledger.completed, now, zone),
        "results": [step for step in steps if step.score is not None],
        "not_open": now < edition.opens_at,
        "done": sum(stage.done for stage in stages),
        "total": sum(step.state != "excused" for step in steps),
        "excused": [unit for unit in outline.units() if unit.key in ledger.excused],
    }


def tracks(enrolment: Enrolment, language: str, *, now: datetime) -> Mapping[str, Any]:
    """Each track of the edition as what was done so far is judged by its rule: before one changes, what is met, what is
    still open and what no longer can be."""
    edition = enrolment.edition
    try:
        outline = outlines.of_edition(edition, language)
    except outlines.NotPrinted:
        return {"enrolment": enrolment, "edition": edition, "tracks": [], "over": now >= edition.closes_at}
    ledger = grades.record(enrolment.pk, outline, now=now, for_learner=True)
    every = _tracks(edition.pk, edition.revision)
    standings = grades.standings_of(ledger, every, now=now)
    found = [(track, standings[track.key]) for track in every]
    return {"enrolment": enrolment, "edition": edition, "tracks": found, "over": now >= edition.closes_at}


@lru_cache(maxsize=128)
def _tracks(edition_id: UUID, revision: int) -> tuple[Track, ...]:
    """The tracks of an edition in their order: only a printing changes them, and gives another `revision`."""
    return tuple(Track.objects.filter(edition_id=edition_id))


def _stage(module: ModuleFacts, ledger: grades.Record, now: datetime) -> Stage:
    steps = tuple(_step(unit, ledger, now) for unit in module.units)
    facts = rules.ModuleFact(module.key, module.elective, module.passing)
    own = [unit for unit in ledger.units if unit.module == module.key]
    passed = rules.module_passed(facts, own, ledger.scores, now=now)
    return Stage(module, steps, sum(step.state == "done" for step in steps), passed)


def _step(unit: UnitFacts, ledger: grades.Record, now: datetime) -> Step:
    result = ledger.results.get(unit.key)
    due = ledger.deadline(unit.key)
    counted = ledger.counted.get(unit.key)
    score = counted.percent if counted else None
    corrected = result is not None and result.corrected is not None
    done = unit.key in ledger.completed or (result is not None and unit.kind != "assignment")
    if unit.key in ledger.excused and not done:
        return Step(unit, "excused", due, score, corrected)
    return Step(unit, state(unit, done, due, now), due, score, corrected)


def state(unit: UnitFacts, done: bool, due: datetime | None, now: datetime) -> str:
    """The word for a unit on the path."""
    if done:
        return "done"
    if now < unit.opens:
        return "locked"
    if due is None:
        return "todo"
    if now > due:
        return "late"
    return "soon" if (due - now).days < 3 else "todo"


def today(steps: list[Step], now: datetime) -> list[Step]:
    """Today's three things: graded work by its date first, then the next unread lesson."""
    waiting = [step for step in steps if step.state in {"soon", "todo"}]
    graded = [s for s in waiting if s.due and (kind := kinds.get(s.unit.kind)) and kind.graded(s.unit.meta)]
    lessons = [s for s in waiting if not s.due]
    chosen = sorted(graded, key=lambda s: s.due or now)[:2]
    return [*chosen, *lessons[: 3 - len(chosen)]]
