"""The deadline act: some hours more for all, a track, a country or a group. What it would do is told first; then one
act does it, and one takes the last one back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.certificates.models import Award
from preau.content import outline as outlines
from preau.content import printing
from preau.content.outline import Outline, UnitFacts
from preau.courses import actions as courses
from preau.courses import postponing
from preau.courses import rules as dates
from preau.courses.models import Edition, Extension, Milestone, Postponement
from preau.courses.postponing import Scope
from preau.desk import clashes
from preau.grades import actions as grades
from preau.grades.models import Completion, Result
from preau.grades.queries import DONE
from preau.peer.models import Submission
from preau.quizzes.models import Answer
from preau.quizzes.terms import terms

ENDS = (Milestone.What.DUE, Milestone.What.CLOSES)


@dataclass(frozen=True)
class Later:
    """A unit whose deadline is put off, and for how many: `done` handed in or went through it, `todo` did not,
    `kept` have as much already."""

    unit: UnitFacts
    before: datetime
    after: datetime
    done: int
    todo: int
    kept: int


@dataclass(frozen=True)
class Plan:
    """What a deadline act would do. `graded` copies are graded and cannot be handed in again, `awards` certificates
    are given."""

    scope: Scope
    hours: int
    later: list[Later]
    people: int
    clashes: list[clashes.Clash]
    graded: int
    awards: int

    @property
    def possible(self) -> bool:
        """Nothing forbids it."""
        return self.people > 0 and not clashes.blocking(self.clashes)


def chosen(outline: Outline, key: str, since: datetime | None, until: datetime | None) -> list[UnitFacts]:
    """The unit of this key, or every unit due in a window, both ends included."""
    dated = [unit for unit in outline.units() if unit.due is not None]
    if key:
        return [unit for unit in dated if unit.key == key]
    return [unit for unit in dated if unit.due and since and until and since <= unit.due <= until]


def plan(
    edition: Edition, outline: Outline, units: Sequence[UnitFacts], scope: Scope, hours: int, *, now: datetime
) -> Plan:
    """What it would do: a constant number of queries."""
    more = timedelta(hours=hours)
    dues = {unit.key: unit.due for unit in units if unit.due is not None}
    people = postponing.touched(edition, scope)
    count = people.count()
    ids = people.order_by().values("pk")
    done = _done(ids, units)
    kept = _kept(ids, {key: due + more for key, due in dues.items()})
    later = [
        Later(unit, due, due + more, done.get(unit.id, 0), count - done.get(unit.id, 0), kept[unit.key])
        for unit in units
        if (due := dues.get(unit.key)) is not None
    ]
    after = {one.unit.key: one.after for one in later}
    stays = _assessed(edition, units, for_all=scope.kind == Postponement.Scope.ALL)
    dated = [_dated(unit, outline, after.get(unit.key), stays.get(unit.key)) for unit in outline.units()]
    found = clashes.find(dated, edition.closes_at, now=now, for_all=scope.kind == Postponement.Scope.ALL)
    copies = Submission.objects.filter(enrolment__in=ids, unit_id__in=[unit.id for unit in units], current=True)
    awards = Award.objects.filter(enrolment__in=ids, revoked_at=None).count()
    return Plan(scope, hours, later, count, found, copies.filter(grade__isnull=False).count(), awards)


def _assessed(edition: Edition, units: Sequence[UnitFacts], *, for_all: bool) -> dict[str, datetime]:
    """Until when peers assess, of the units whose date stays: one that is counted from the deadline moves with it."""
    due = {unit.key: unit.reviews_due for unit in units if unit.reviews_due is not None}
    rows = Milestone.objects.filter(edition=edition, what=Milestone.What.REVIEWS_DUE, key__in=due)
    stated = set(rows.order_by().values_list("key", flat=True)) if for_all and due else due.keys()
    return {key: moment for key, moment in due.items() if key in stated}


def _dated(unit: UnitFacts, outline: Outline, after: datetime | None, assessed: datetime | None) -> clashes.Dated:
    asked = terms(unit.kind, unit.meta) if unit.kind in {"quiz", "exam"} else None
    tells = dates.last_moment(unit.kind, outline.last_due(unit)) if asked and asked.feedback == "after" else None
    return clashes.Dated(unit.key, unit.title, unit.module, unit.opens, unit.due, tells, after, assessed)


def _done(people: Any, units: Sequence[UnitFacts]) -> dict[UUID, int]:
    """How many of these people handed in, finished or have a result, by unit."""
    of = {"enrolment__in": people, "unit_id__in": [unit.id for unit in units]}
    finished = Completion.objects.filter(enrolment=OuterRef("enrolment"), unit=OuterRef("unit"))
    counted: dict[UUID, int] = {}
    for rows in (Completion.objects.filter(**of), Result.objects.filter(DONE, ~Exists(finished), **of)):
        for row in rows.order_by().values("unit_id").annotate(n=Count("enrolment")):
            counted[row["unit_id"]] = counted.get(row["unit_id"], 0) + row["n"]
    return counted


def _kept(people: Any, until: Mapping[str, datetime]) -> dict[str, int]:
    """How many of these people have an extension that is as long already, by unit."""
    rows = Extension.objects.filter(enrolment__in=people, key__in=list(until))
    wanted = {f"n{n}": Count("pk", filter=Q(key=key, until__gte=at)) for n, (key, at) in enumerate(until.items())}
    counts = rows.aggregate(**wanted) if wanted else {}
    return {key: counts[f"n{n}"] for n, key in enumerate(until)}


def postpone(
    *,
    act: acts.Act,
    edition: Edition,
    found: Plan,
    reason: str,
    tell: bool,
    revision: int,
    by: Person,
    now: datetime,
) -> acts.Outcome:
    """Do what was looked at when the edition had `revision`. Refuses when a date changed since, when nobody is
    concerned, and a deadline after the edition's closing."""

    def work() -> acts.Outcome:
        if Edition.objects.select_for_update().get(pk=edition.pk).revision != revision:
            raise Refused(
                _("A date of this edition was changed meanwhile. Nothing was done: look again, then confirm.")
            )
        if not found.possible:
            raise Refused(_("This cannot be done as it is: see below. Nothing was changed."))
        row = _row(act.id, edition, found, reason, tell, by, now)
        if found.scope.kind == Postponement.Scope.ALL:
            printing.put_dates(edition, [courses.Dated(k, w, at) for k, w, _b, at in postponing.moves_of(row)])
            row.people = found.people
        else:
            dues = {one.unit.key: one.before for one in found.later}
            row.people, row.given = postponing.give(
                edition, found.scope, dues, found.hours, reason, batch=row.pk, by=by, now=now
            )
            printing.refreshed(edition)
        row.telling = Postponement.Telling.MADE if tell else Postponement.Telling.NOTHING  # by the worker: `notices`
        row.save(force_insert=True)
        retell(edition, [one.unit.key for one in found.later])
        said = {one.unit.key: one.after.isoformat(timespec="minutes") for one in found.later}
        _log("deadline.put_off", row, by=by, now=now, reason=reason, dates=said)
        return {"act": str(row.pk), "people": row.people, "given": row.given}

    return acts.once(act, by.pk, work)


def _row(
    act_id: UUID, edition: Edition, found: Plan, reason: str, tell: bool, by: Person, now: datetime
) -> Postponement:
    """The act's own row: the dates that end each unit, as they are and as they will be."""
    keys = {one.unit.key: one for one in found.later}
    rows = Milestone.objects.filter(edition=edition, key__in=list(keys), what__in=ENDS).order_by("at", "key", "what")
    more = timedelta(hours=found.hours)
    moves = [
        {"key": r.key, "what": r.what, "before": r.at.isoformat(), "after": (r.at + more).isoformat()} for r in rows
    ]
    return Postponement(
        pk=act_id,
        edition=edition,
        scope=found.scope.kind,
        value=found.scope.value,
        hours=found.hours,
        moves=moves,
        reason=reason,
        told=tell,
        by=by,
        at=now,
    )


def _log(verb: str, row: Postponement, *, by: Person, now: datetime, **said: object) -> None:
    counts = {"hours": row.hours, "people": row.people, "extensions": row.given, "act": str(row.pk)}
    for_whom = {"for": f"{row.scope} {row.value}".strip()}
    journal.log(verb, by=by.pk, about="edition", about_id=row.edition_id, at=now, **for_whom, **counts, **said)


def retell(edition: Edition, keys: Sequence[str]) -> None:
    """Results that are told once nobody can answer any more follow the latest deadline of anybody."""
    outline = outlines.uncached(edition, edition.course.languages[0])
    units = [outline.by_key[key] for key in keys if key in outline.by_key]
    grades.tell_from(edition, {unit.id: dates.last_moment(unit.kind, outline.last_due(unit)) for unit in units})


def undo(*, act: acts.Act, row: Postponement, by: Person, now: datetime) -> acts.Outcome:
    """Take the last deadline act of an edition back. Refuses when somebody counted on it: see `stands`."""

    def work() -> acts.Outcome:
        edition = Edition.objects.select_for_update(of=("self",)).select_related("course").get(pk=row.edition_id)
        fresh = Postponement.objects.select_related("edition__course").get(pk=row.pk)
        if why := stands(fresh, now=now):
            raise Refused(why)
        back = 0
        if fresh.scope == Postponement.Scope.ALL:
            printing.put_dates(
                edition, [courses.Dated(k, w, before) for k, w, before, _a in postponing.moves_of(fresh)]
            )
        else:
            back = postponing.take_back(fresh.pk, by=by.pk, now=now)
            printing.refreshed(edition)
        telling = Postponement.Telling.UNDONE if fresh.told else Postponement.Telling.NOTHING
        Postponement.objects.filter(pk=fresh.pk).update(undone_at=now, telling=telling, cursor=None)
        retell(edition, [key for key, *_rest in postponing.moves_of(fresh)])
        _log("deadline.undone", fresh, by=by, now=now)
        return {"act": str(fresh.pk), "back": back}

    return acts.once(act, by.pk, work)


def stands(row: Postponement, *, now: datetime) -> str:
    """Why a deadline act cannot be taken back any more; empty when it can.

    It is the last one, its dates are where it put them, and nobody did anything after the former deadline."""
    latest = postponing.latest(row.edition)
    if row.undone_at is not None or latest is None or latest.pk != row.pk:
        return _("Only the last deadline act of an edition can be taken back.")
    moves = postponing.moves_of(row)
    keys = {key for key, *_rest in moves}
    there = {(m.key, m.what): m.at for m in Milestone.objects.filter(edition=row.edition, key__in=keys)}
    expected = 3 if row.scope == Postponement.Scope.ALL else 2
    if any(there.get((move[0], move[1])) != move[expected] for move in moves):
        return _("A date was moved since: move it back by hand.")
    if _counted_on(row, moves):
        return _("Somebody handed in or answered after the former deadline: taking it back would wrong them.")
    return ""


def _counted_on(row: Postponement, moves: Sequence[tuple[str, str, datetime, datetime]]) -> bool:
    """Was anything received since the act, after a deadline that it put off?"""
    people = postponing.reached(row).order_by().values("pk")
    for key, _what, before, _after in moves:
        since = max(before, row.at)
        copies = Submission.objects.filter(enrolment__in=people, unit__key=key, submitted_at__gt=since)
        answers = Answer.objects.filter(attempt__enrolment__in=people, attempt__unit__key=key, received_at__gt=since)
        if copies.exists() or answers.exists():
            return True
    return False


def past(edition: Edition) -> list[Postponement]:
    """The deadline acts of an edition, newest first."""
    return list(Postponement.objects.filter(edition=edition).select_related("by").order_by("-at", "-pk"))
