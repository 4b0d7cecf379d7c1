"""What a holder lets others see of a certificate: what its page shows to everybody, and links that open the whole of it
to whoever has one, until a day or until it is ended."""

import re
import secrets
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts
from preau.audit.http import Refused
from preau.certificates.models import Award, ShareLink
from preau.common.text import one_line

MOST = 20  # links of one certificate that open something
LONGEST_LABEL = 80
TOKEN = re.compile("[A-Za-z0-9_-]{1,32}")


def live(now: datetime) -> Q:
    """The condition of a link that opens something."""
    return Q(ended_at=None) & (Q(until=None) | Q(until__gt=now))


def share(
    *, act: acts.Act, award: Award, by: Person, label: str, until: datetime | None, now: datetime
) -> acts.Outcome:
    """Make a link. Refuses one that would be over already, one more than twenty, and any of a certificate that ended.
    The outcome does not say the token, which is kept in one place."""

    def work() -> acts.Outcome:
        held = _held(award)
        if held.revoked_at:
            raise Refused(_("This certificate is no longer in force: there is nothing to show."))
        if until is not None and until <= now:
            raise Refused(_("A link ends after today, or has no end."))
        if held.links.filter(live(now)).count() >= MOST:
            raise Refused(_("Twenty links are open: end one that serves no more, then make another."))
        row = ShareLink.objects.create(
            award=held,
            token=secrets.token_urlsafe(18),
            label=one_line(label)[:LONGEST_LABEL],
            made_at=now,
            until=until,
        )
        return {"link": str(row.pk)}

    return acts.once(act, by.pk, work)


def end(*, act: acts.Act, link: ShareLink, by: Person, now: datetime) -> acts.Outcome:
    """A link opens nothing any more. Refuses one that ended already."""

    def work() -> acts.Outcome:
        if not ShareLink.objects.filter(live(now), pk=link.pk).update(ended_at=now):
            raise Refused(_("This link opens nothing already."))
        return {"link": str(link.pk), "ended_at": now.isoformat()}

    return acts.once(act, by.pk, work)


def show(*, act: acts.Act, award: Award, by: Person, hidden: bool) -> acts.Outcome:
    """Choose what the page shows to everybody: the whole, or nothing but its state. It holds for the former documents
    that this one replaced, too."""

    def work() -> acts.Outcome:
        held = _held(award)
        Award.objects.filter(pk=held.pk).update(hidden=hidden)
        replaced_in(held).update(hidden=hidden)
        return {"award": held.code, "hidden": hidden}

    return acts.once(act, by.pk, work)


def replaced_in(award: Award) -> QuerySet[Award]:
    """The former documents that this one replaced: of the same achievement, or of what it took the place of."""
    same = Q(track=award.track_id, module=award.module, replaced_by__isnull=False)
    return Award.objects.filter(same | Q(replaced_by=award), enrolment=award.enrolment_id)


def _held(award: Award) -> Award:
    return Award.objects.select_for_update(of=("self",)).get(pk=award.pk)


def forget(person: Person, now: datetime) -> None:
    """An account goes: its links open nothing any more, and nothing says for whom they were."""
    mine = ShareLink.objects.filter(award__enrolment__person=person)
    mine.filter(ended_at=None).update(ended_at=now)
    mine.update(label="")
