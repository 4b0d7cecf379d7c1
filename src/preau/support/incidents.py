"""What people should know of: told by the team of an edition, or by an administrator for the whole site, and ended."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.courses.models import Edition
from preau.support.models import Incident

REMEMBERED = timedelta(days=7)  # how long an incident that ended is still shown


def tell(
    *, act: acts.Act, edition: Edition, everywhere: bool, texts: Mapping[str, str], by: Person, now: datetime
) -> acts.Outcome:
    """Tell an incident of an edition, or of the whole site (`everywhere`: the caller opened the door for it)."""

    def work() -> acts.Outcome:
        row = Incident.objects.create(
            edition=None if everywhere else edition, texts=dict(texts), began_at=now, told_by=by
        )
        journal.log("incident.told", by=by.pk, about="edition", about_id=edition.pk, at=now, **texts)
        return {"incident": str(row.pk)}

    return acts.once(act, by.pk, work)


def end(*, act: acts.Act, incident: Incident, edition: Edition, by: Person, now: datetime) -> acts.Outcome:
    """It is over; the page still says so for a while. Ending twice changes nothing."""

    def work() -> acts.Outcome:
        if Incident.objects.filter(pk=incident.pk, ended_at=None).update(ended_at=now):
            journal.log(
                "incident.ended", by=by.pk, about="edition", about_id=edition.pk, at=now, incident=str(incident.pk)
            )
        return {"incident": str(incident.pk)}

    return acts.once(act, by.pk, work)


def shown(now: datetime) -> QuerySet[Incident]:
    """What the public may read: of the whole site and of editions that everybody sees, going on or over for less than
    `REMEMBERED`, the newest first."""
    seen = Q(edition=None) | Q(edition__published_at__lte=now, edition__visibility=Edition.Visibility.PUBLIC)
    recent = Q(ended_at=None) | Q(ended_at__gt=now - REMEMBERED)
    return Incident.objects.filter(seen, recent).select_related("edition__course").order_by("-began_at", "-pk")


def of_edition(edition: Edition) -> list[Incident]:
    """The incidents of an edition and of the whole site, those that go on first."""
    rows = Incident.objects.filter(Q(edition=edition) | Q(edition=None)).select_related("told_by")
    return sorted(rows.order_by("-began_at", "-pk"), key=lambda row: row.ended_at is not None)
