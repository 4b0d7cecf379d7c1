"""One learner's whole record in an edition: a constant number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import localdate

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.certificates.models import Award
from preau.content.outline import Outline, UnitFacts
from preau.courses import extra_time
from preau.courses.models import Enrolment, Excuse, Extension, Group
from preau.desk import jury, words
from preau.grades import queries as grades
from preau.grades import rules
from preau.peer.models import Submission
from preau.quizzes.models import Attempt
from preau.subtitles import crediting
from preau.support import queries as support

DANGERS = "alert."  # acts that a record does not tell of: who reported a danger is for the person named for it


@dataclass(frozen=True)
class Line:
    """A unit as this learner has it; `score` in percent; `told_from` when the learner may not see it yet. When staff
    corrected the result, `own` is what the learner brought, if anything, and `request` where it was decided."""

    unit: UnitFacts
    state: str  # done | excused | late | todo | waiting | locked
    due: datetime | None
    extended: bool
    score: float | None
    corrected: bool
    own: float | None
    request: UUID | None
    told_from: datetime | None
    attempts: tuple[Attempt, ...]
    copies: tuple[Submission, ...]


@dataclass(frozen=True)
class NeedLine:
    """A need with its three figures as shown, which never contradict the decision."""

    said: str
    now: Any
    worst: Any
    best: Any
    state: str
    word: str
    unit: str  # what a figure is followed by


def whole(enrolment: Enrolment, outline: Outline, *, now: datetime) -> Mapping[str, Any]:
    """Everything that the page shows."""
    ledger = grades.record(enrolment.pk, outline, now=now, for_learner=False)
    tracks = list(enrolment.edition.tracks.order_by("position"))
    standings = grades.standings_of(ledger, tracks, now=now)
    extensions = list(Extension.objects.filter(enrolment=enrolment).select_related("given_by").order_by("given_at"))
    excuses = list(Excuse.objects.filter(enrolment=enrolment).select_related("given_by").order_by("given_at"))
    asked = support.of_enrolment(enrolment, outline.language)
    lines = _lines(enrolment.pk, ledger, asked["decisions"], now)
    counted = {kind: n for kind, n in acts.counts([enrolment.person_id]).items() if not kind.startswith(DANGERS)}
    return {
        "subtitles": crediting.given(enrolment.person_id, enrolment.edition.course_id),
        "standings": [(track, standings[track.key], needs(standings[track.key], outline)) for track in tracks],
        "modules": [(m, [line for line in lines if line.unit.module == m.key]) for m in outline.modules],
        "extensions": [(one, title(one.key, outline), _due(one.key, outline)) for one in extensions],
        "extra_times": [(one, one.last < localdate(now, outline.zone)) for one in extra_time.rows(enrolment)],
        "groups": list(_groups(enrolment)),
        "excuses": [(excuse, title(excuse.key, outline)) for excuse in excuses],
        **asked,
        "juries": jury.open_lists(enrolment, outline.language),
        "awards": list(_awards(enrolment)),
        "journal": entries(journal.about("enrolment", enrolment.pk)),
        "acts": sum(counted.values()),
        "acts_by_kind": sorted(counted.items()),
    }


def _awards(enrolment: Enrolment) -> QuerySet[Award]:
    """What was given them here, oldest first."""
    rows = Award.objects.filter(enrolment=enrolment).select_related("track", "replaced_by")
    return rows.order_by("awarded_at", "pk")


def _due(key: str, outline: Outline) -> datetime | None:
    """The deadline that everybody has for a unit."""
    return outline.by_key[key].due if key in outline.by_key else None


def _groups(enrolment: Enrolment) -> QuerySet[Group]:
    """The groups that they are in now."""
    rows = Group.objects.filter(members__enrolment=enrolment, members__removed_at=None, deleted_at=None)
    return rows.order_by("name", "pk")


def _lines(
    enrolment_id: UUID, ledger: grades.Record, decisions: Sequence[support.Decided], now: datetime
) -> list[Line]:
    decided = {one.unit: one.request for one in reversed(decisions) if one.what == "result"}
    attempts: dict[UUID, list[Attempt]] = {}
    for attempt in Attempt.objects.filter(enrolment_id=enrolment_id).order_by("number"):
        attempts.setdefault(attempt.unit_id, []).append(attempt)
    copies: dict[UUID, list[Submission]] = {}
    rows = Submission.objects.filter(enrolment_id=enrolment_id).select_related("grade__graded_by")
    for copy in rows.defer("text").order_by("submitted_at"):
        copies.setdefault(copy.unit_id, []).append(copy)
    return [
        _line(
            unit, ledger, tuple(attempts.get(unit.id, ())), tuple(copies.get(unit.id, ())), decided.get(unit.key), now
        )
        for unit in ledger.outline.units()
    ]


def _line(
    unit: UnitFacts,
    ledger: grades.Record,
    attempts: tuple[Attempt, ...],
    copies: tuple[Submission, ...],
    request: UUID | None,
    now: datetime,
) -> Line:
    result, counted = ledger.results.get(unit.key), ledger.counted.get(unit.key)
    own = grades.own(unit.key, result) if result else None
    due = ledger.deadline(unit.key)
    corrected = result is not None and result.corrected is not None
    told = result.shown_from if result and not corrected else None
    return Line(
        unit,
        _state(unit, ledger, due, now),
        due,
        unit.key in ledger.extensions,
        counted.percent if counted else None,
        corrected,
        own.percent if own and corrected else None,
        request if corrected else None,
        told if told and told > now else None,
        attempts,
        copies,
    )


def _state(unit: UnitFacts, ledger: grades.Record, due: datetime | None, now: datetime) -> str:
    if unit.kind == "assignment" and unit.key in ledger.completed and unit.key not in ledger.results:
        return "waiting"
    if unit.key in ledger.results or unit.key in ledger.completed:
        return "done"
    if unit.key in ledger.excused:
        return "excused"
    if now < unit.opens:
        return "locked"
    return "late" if due is not None and now > due else "todo"


def needs(standing: rules.Standing, outline: Outline) -> list[NeedLine]:
    """A standing for a table: figures in percent, or in modules; reviews have none."""
    return [
        NeedLine(
            words.need(one.need, outline),
            None if one.now is None or one.need.verb == "reviews" else rules.shown(one.now, one.threshold),
            None if one.need.verb == "reviews" else rules.shown(one.worst, one.threshold),
            None if one.need.verb == "reviews" else rules.shown(one.best, one.threshold),
            one.state,
            words.said(words.STATES, one.state),
            "%" if one.need.verb in {"mean", "score"} else "",
        )
        for one in standing.needs
    ]


def title(key: str, outline: Outline) -> str:
    """What a date's key names: a unit or a module of the outline, else the key."""
    if key in outline.by_key:
        return outline.by_key[key].title
    return next((module.title for module in outline.modules if module.key == key), key)


def entries(lines: Iterable[Any]) -> list[Mapping[str, Any]]:
    """Journal lines with the names of who did it: one query."""
    found = list(lines)
    names = {p.pk: str(p) for p in Person.objects.filter(pk__in={line.person_id for line in found if line.person_id})}
    return [
        {
            "at": line.at,
            "by": names.get(line.person_id, ""),
            "verb": words.said(words.VERBS, line.verb),
            "details": words.details(line),
        }
        for line in found
    ]
