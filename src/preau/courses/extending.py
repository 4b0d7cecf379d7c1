"""One learner's own deadline: what it may be, in words, and the way back."""

from copy import copy
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from preau.audit import journal
from preau.audit.http import Refused
from preau.common.templatetags.preau import told
from preau.courses import postponing, rules
from preau.courses.models import Edition, Extension, Milestone, Postponement
from preau.courses.rules import Unfit

What = Milestone.What


def pass_or_refuse(edition: Edition, key: str, until: datetime, results: datetime | None) -> None:
    """Let `until` be somebody's deadline for `key`, or raise `Refused` with the reason; `results` is when its results
    are told, where the calendar itself does not say."""
    rows = Milestone.objects.filter(edition=edition, key=key).order_by().values_list("what", "at")
    dates = dict(rows)
    due = dates.get(What.DUE) or dates.get(What.CLOSES)
    results = dates.get(What.RESULTS) or results
    if (why := rules.unfit(until, due, edition.closes_at, results)) is not None:
        raise Refused(said(why, edition, results))


def said(why: Unfit, edition: Edition, results: datetime | None) -> str:
    """Why a date is no extension."""
    zone = edition.zone_info
    if why == Unfit.NOTHING_DUE:
        return _("Nothing is due there: an extension would change nothing.")
    if why == Unfit.NOT_LATER:
        return _("An extension is later than the deadline: this one would change nothing.")
    if why == Unfit.AFTER_CLOSING:
        return _("The edition closes on {date}: nothing can be received after that.").format(
            date=told(edition.closes_at, zone)
        )
    assert results is not None
    return _("The results of this activity are told on {date}: an extension ends before that.").format(
        date=told(results, zone)
    )


@transaction.atomic
def take_back(extension: Extension, *, by: UUID, now: datetime) -> datetime | None:
    """Take somebody's own extension back; returns until when they have now, None when the deadline holds again. What it
    took the place of is there again, unless that was taken back meanwhile. Refuses one that was given to many: those
    are taken back together."""
    row = Extension.objects.select_for_update(of=("self",)).filter(pk=extension.pk).first()
    if row is None:
        raise Refused(_("This extension was taken back meanwhile."))
    if row.batch is not None:
        raise Refused(_("It was given to many in one act: take that act back, under “Deadlines”."))
    said = {"key": row.key, "until": row.until.isoformat()}
    former = _former(row)
    if former is None:
        row.delete()
    else:
        former.save()
    journal.log("extension.taken_back", by=by, about="enrolment", about_id=row.enrolment_id, at=now, **said)
    return former.until if former else None


def former_of(extension: Extension) -> datetime | None:
    """Until when they would have if it were taken back, beside the edition's own deadline."""
    former = _former(copy(extension))
    return former.until if former else None


def _former(row: Extension) -> Extension | None:
    """The extension as it was before this one, those that were taken back since passed over."""
    while row.replaced is not None:
        row = postponing.restored(row)
        batch = row.batch
        if batch is None or Postponement.objects.filter(pk=batch, undone_at=None).exists():
            return row
    return None
