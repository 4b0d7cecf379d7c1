"""Extra time: more time in what is timed, for somebody or for a part of the learners, on some days. The journal has it
without the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common.ids import new_id
from preau.common.text import one_line
from preau.courses import postponing
from preau.courses.models import Edition, Enrolment, ExtraTime
from preau.courses.postponing import AT_ONCE, Scope

LEAST, MOST = 1, 200  # percent


@dataclass(frozen=True)
class Terms:
    """`percent` more time from the day `first` to the day `last`, both included, and why."""

    percent: int
    first: date
    last: date
    reason: str

    def check(self) -> None:
        """Refuses no reason, another percent than 1 to 200, days in the wrong order."""
        if not one_line(self.reason):
            raise Refused(_("Extra time needs a reason."))
        if not LEAST <= self.percent <= MOST:
            raise Refused(_("Extra time is between {least} and {most} percent.").format(least=LEAST, most=MOST))
        if self.last < self.first:
            raise Refused(_("The last day is not before the first."))

    def row(self, enrolment: Enrolment, by: Person, now: datetime, batch: UUID | None = None) -> ExtraTime:
        """What is kept of it, for one learner."""
        return ExtraTime(
            edition_id=enrolment.edition_id,
            person_id=enrolment.person_id,
            percent=self.percent,
            first=self.first,
            last=self.last,
            reason=one_line(self.reason)[:300],
            given_by=by,
            given_at=now,
            batch=batch,
        )

    def meeting(self, edition_id: UUID) -> QuerySet[ExtraTime]:
        """What was given for one of these days in an edition."""
        return ExtraTime.objects.filter(edition=edition_id, first__lte=self.last, last__gte=self.first)


def give(*, act: acts.Act, enrolment: Enrolment, terms: Terms, by: Person, now: datetime) -> acts.Outcome:
    """Give somebody extra time. Refuses what `Terms.check` does, and days for which they have some already: two that
    disagree would leave both in doubt."""

    def work() -> acts.Outcome:
        terms.check()
        Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)  # one after another, for one learner
        met = terms.meeting(enrolment.edition_id).filter(person=enrolment.person_id).order_by("first").first()
        if met is not None:
            raise Refused(
                _("They have {n}% from {first} to {last} already: end that first, or choose other days.").format(
                    n=met.percent, first=met.first.isoformat(), last=met.last.isoformat()
                )
            )
        row = terms.row(enrolment, by, now)
        row.save(force_insert=True)
        _log("extra_time.given", [(enrolment.pk, row)], by, now)
        return {"extra_time": str(row.pk)}

    return acts.once(act, by.pk, work)


def give_many(
    *, act: acts.Act, edition: Edition, scope: Scope, terms: Terms, by: Person, now: datetime
) -> acts.Outcome:
    """Give it to everybody who is of this scope now. Whoever has some on one of these days keeps that, and is counted.
    Refuses what `Terms.check` does, and when nobody is left to give it to."""

    def work() -> acts.Outcome:
        terms.check()
        batch, everybody = new_id(), postponing.touched(edition, scope)
        meant = list(everybody.select_for_update(of=("self",)).order_by("pk"))
        met = terms.meeting(edition.pk).filter(person__in=everybody.values("person")).order_by()
        had = set(met.values_list("person_id", flat=True))
        given = [(one.pk, terms.row(one, by, now, batch)) for one in meant if one.person_id not in had]
        if not given:
            raise Refused(_("Nobody is left to give it to: nothing was given."))
        ExtraTime.objects.bulk_create((row for _pk, row in given), batch_size=AT_ONCE)
        _log("extra_time.given", given, by, now)
        said = {"for": f"{scope.kind} {scope.value}", "people": len(given), **_facts(given[0][1])}
        journal.log("extra_time.given", by=by.pk, about="edition", about_id=edition.pk, at=now, **said)
        return {"batch": str(batch), "given": len(given), "had": len(had)}

    return acts.once(act, by.pk, work)


def end(*, act: acts.Act, enrolment: Enrolment, row: ExtraTime, by: Person, now: datetime) -> acts.Outcome:
    """It holds no more from today on: one that has begun ends yesterday, one that has not is as if never given."""
    key = str(row.pk)

    def work() -> acts.Outcome:
        today = localdate(now, enrolment.edition.zone_info)
        fresh = _ending(ExtraTime.objects.filter(pk=key), today)
        if not fresh:
            raise Refused(_("This extra time is over already."))
        _log("extra_time.ended", [(enrolment.pk, fresh[0])], by, now)
        return {"extra_time": key}

    return acts.once(act, by.pk, work)


def end_many(*, act: acts.Act, edition: Edition, batch: UUID, by: Person, now: datetime) -> acts.Outcome:
    """What was given to many in one act holds no more from today on, for whoever still has it."""

    def work() -> acts.Outcome:
        enrolments = Enrolment.objects.filter(edition=edition, person__extra_times__batch=batch)
        live_last = enrolments.order_by(F("left_at").asc(nulls_last=True), "pk")
        of = dict(live_last.values_list("person_id", "pk"))
        ended = _ending(ExtraTime.objects.filter(edition=edition, batch=batch), localdate(now, edition.zone_info))
        if not ended:
            raise Refused(_("This extra time is over already."))
        _log("extra_time.ended", ((of[row.person_id], row) for row in ended), by, now)
        said = {"people": len(ended), **_facts(ended[0])}
        journal.log("extra_time.ended", by=by.pk, about="edition", about_id=edition.pk, at=now, **said)
        return {"batch": str(batch), "ended": len(ended)}

    return acts.once(act, by.pk, work)


def _ending(rows: QuerySet[ExtraTime], today: date) -> list[ExtraTime]:
    """End those of these rows that are not over; returns them as they were."""
    live = rows.filter(last__gte=today)
    found = list(live.select_for_update(of=("self",)).order_by("pk"))
    live.filter(first__lt=today).update(last=today - timedelta(days=1))
    live.filter(first__gte=today).delete()
    return found


def rows(enrolment: Enrolment) -> list[ExtraTime]:
    """What somebody has in an edition, the first days first."""
    given = ExtraTime.objects.filter(edition=enrolment.edition_id, person=enrolment.person_id)
    return list(given.select_related("given_by").order_by("first", "pk"))


def to_many(edition: Edition) -> list[dict[str, Any]]:
    """What was given to many, an act each, the newest first: `batch`, `percent`, `first`, `last`, `reason`, who
    gave it, how many `people` have it, and the `scope` that it was for."""
    given = ExtraTime.objects.filter(edition=edition, batch__isnull=False).values(
        "batch", "percent", "first", "reason", "given_at", "given_by__name"
    )
    lines = [line for line in journal.about("edition", edition.pk) if line.verb == "extra_time.given"]
    of = {line.at: Scope(*line.details["for"].split(" ", 1)) for line in lines}
    return [
        {**row, "scope": of.get(row["given_at"], Scope())}
        for row in given.annotate(people=Count("pk"), last=Max("last")).order_by("-given_at", "batch")
    ]


def _facts(row: ExtraTime) -> dict[str, Any]:
    return {"percent": row.percent, "days": f"{row.first.isoformat()} → {row.last.isoformat()}"}


def _log(verb: str, about: Iterable[tuple[UUID, ExtraTime]], by: Person, now: datetime) -> None:
    journal.log_all(verb, by=by.pk, about="enrolment", at=now, rows=((pk, _facts(row)) for pk, row in about))
