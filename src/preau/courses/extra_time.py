"""Extra time: more time in what is timed, for somebody, on some days. The journal has it without the reason."""

from datetime import date, datetime, timedelta

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common.text import one_line
from preau.courses import rules
from preau.courses.models import Enrolment, ExtraTime

LEAST, MOST = 1, 200  # percent


def give(
    *,
    act: acts.Act,
    enrolment: Enrolment,
    percent: int,
    first: date,
    last: date,
    reason: str,
    by: Person,
    now: datetime,
) -> acts.Outcome:
    """Give somebody extra time. Refuses no reason, another percent than 1 to 200, days in the wrong order, and days
    for which they have some already: two that disagree would leave both in doubt."""

    def work() -> acts.Outcome:
        said = one_line(reason)[:300]
        if not said:
            raise Refused(_("Extra time needs a reason."))
        _check(enrolment, percent, first, last)
        row = ExtraTime.objects.create(
            edition_id=enrolment.edition_id,
            person_id=enrolment.person_id,
            percent=percent,
            first=first,
            last=last,
            reason=said,
            given_by=by,
            given_at=now,
        )
        _log("extra_time.given", enrolment, row, by, now)
        return {"extra_time": str(row.pk)}

    return acts.once(act, by.pk, work)


def _check(enrolment: Enrolment, percent: int, first: date, last: date) -> None:
    if not LEAST <= percent <= MOST:
        raise Refused(_("Extra time is between {least} and {most} percent.").format(least=LEAST, most=MOST))
    if last < first:
        raise Refused(_("The last day is not before the first."))
    Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)  # one after another, for one learner
    fresh = rules.Extra(percent, first, last)
    for one in rows(enrolment):
        if fresh.meets(rules.Extra(one.percent, one.first, one.last)):
            raise Refused(
                _("They have {n}% from {first} to {last} already: end that first, or choose other days.").format(
                    n=one.percent, first=one.first.isoformat(), last=one.last.isoformat()
                )
            )


def end(*, act: acts.Act, enrolment: Enrolment, row: ExtraTime, by: Person, now: datetime) -> acts.Outcome:
    """It holds no more from today on: one that has begun ends yesterday, one that has not is as if never given."""
    key = str(row.pk)

    def work() -> acts.Outcome:
        today = localdate(now, enrolment.edition.zone_info)
        fresh = ExtraTime.objects.select_for_update(of=("self",)).filter(pk=key).first()
        if fresh is None or fresh.last < today:
            raise Refused(_("This extra time is over already."))
        _log("extra_time.ended", enrolment, fresh, by, now)
        if fresh.first >= today:
            fresh.delete()
        else:
            fresh.last = today - timedelta(days=1)
            fresh.save(update_fields=["last"])
        return {"extra_time": key}

    return acts.once(act, by.pk, work)


def rows(enrolment: Enrolment) -> list[ExtraTime]:
    """What somebody has in an edition, the first days first."""
    given = ExtraTime.objects.filter(edition=enrolment.edition_id, person=enrolment.person_id)
    return list(given.select_related("given_by").order_by("first", "pk"))


def _log(verb: str, enrolment: Enrolment, row: ExtraTime, by: Person, now: datetime) -> None:
    days = f"{row.first.isoformat()} → {row.last.isoformat()}"
    journal.log(verb, by=by.pk, about="enrolment", about_id=enrolment.pk, at=now, percent=row.percent, days=days)
