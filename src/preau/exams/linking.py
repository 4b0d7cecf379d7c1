"""Links for those who supervise: made and sent, sent again, ended."""

import secrets
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common.text import one_line
from preau.exams import letters
from preau.exams.models import InvigilatorLink, Sitting

BYTES = 16  # of a token: 128 bits
PACE = timedelta(hours=1)
KEPT = timedelta(days=30)  # after a sitting: the address to which a link was sent


def make(
    *, act: acts.Act, sitting: Sitting, name: str, email: str, language: str, by: Person, now: datetime
) -> acts.Outcome:
    """A link for somebody, mailed to them. Refuses without a name, and for a sitting that was cancelled."""

    def work() -> acts.Outcome:
        who = one_line(name)[:120]
        if not who:
            raise Refused(_("Say who supervises: the name stands under the sheet."))
        if Sitting.objects.filter(pk=sitting.pk, cancelled_at__isnull=False).exists():
            raise Refused(_("This sitting was cancelled meanwhile."))
        row = InvigilatorLink(sitting=sitting, token=secrets.token_urlsafe(BYTES), name=who, email=email.lower())
        row.language, row.made_by, row.made_at = language, by, now
        row.save(force_insert=True)
        _log("invigilator.named", row, by, now)
        letters.send_link(row, now=now, again=0)
        return {"link": str(row.pk)}

    return acts.once(act, by.pk, work)


def send(*, act: acts.Act, link: InvigilatorLink, by: Person, now: datetime) -> acts.Outcome:
    """Send it once more. Refuses one that was ended."""

    def work() -> acts.Outcome:
        row = _live(link)
        letters.send_link(row, now=now, again=int(now.timestamp()))
        return {"link": str(row.pk)}

    return acts.once(act, by.pk, work)


def end(*, act: acts.Act, link: InvigilatorLink, by: Person, now: datetime) -> acts.Outcome:
    """It opens nothing any more; what was written with it stays. Refuses one that was ended."""

    def work() -> acts.Outcome:
        row = _live(link)
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        _log("invigilator.ended", row, by, now)
        return {"link": str(row.pk)}

    return acts.once(act, by.pk, work)


def _live(link: InvigilatorLink) -> InvigilatorLink:
    row = InvigilatorLink.objects.select_for_update().get(pk=link.pk)
    if row.ended_at is not None:
        raise Refused(_("This link was ended already."))
    row.sitting = link.sitting
    return row


def _log(verb: str, row: InvigilatorLink, by: Person, now: datetime) -> None:
    said = {"sitting": str(row.sitting_id), "name": row.name}
    journal.log(verb, by=by.pk, about="edition", about_id=row.sitting.edition_id, at=now, **said)


def forget(now: datetime) -> int:
    """Forget to which addresses links were sent, a month after their sitting; returns how many."""
    rows = InvigilatorLink.objects.filter(sitting__closes_at__lt=now - KEPT).exclude(email="")
    return InvigilatorLink.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(email="")
