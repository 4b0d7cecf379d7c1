"""An award under another name: the former document is replaced, another takes its place, nothing is brought twice."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.certificates import giving, status, words_names
from preau.certificates.models import Award
from preau.mail import actions as mail

OWN = frozenset({"id", "code", "name", "revoked_at", "reason", "suspended_at", "suspended_for", "replaced_by"})
"""What the new row has of its own: everything else it keeps, the date of award included."""


def replace(award_id: UUID, name: str, *, by: Person, now: datetime) -> Award:
    """Give the same award under another name and code; its holder is told both addresses. The links that its holder
    gave, and a claim of its credits, follow. Refuses one that is not in force. To be called in a transaction."""
    rows = Award.objects.select_for_update(of=("self",))
    former = rows.select_related("enrolment__person", "enrolment__edition__course", "track").get(pk=award_id)
    if former.revoked_at or former.suspended_at:
        raise Refused(_("This certificate is not in force: its name cannot be corrected."))
    former.revoked_at, former.reason = now, ""
    former.save(update_fields=["revoked_at", "reason"])  # before the other one: of these, one is in force at a time
    kept = {one.attname: getattr(former, one.attname) for one in Award._meta.concrete_fields if one.name not in OWN}
    award = Award.objects.create(code=giving.new_code(), name=name, **kept)
    former.replaced_by = award
    former.save(update_fields=["replaced_by"])
    former.links.update(award=award)
    former.claims.update(award=award)  # accepted ones too: its credits must not be claimed again
    status.changed(former)
    said = {"code": former.code, "new_code": award.code}
    journal.log("certificate.replaced", by=by.pk, about="enrolment", about_id=former.enrolment_id, at=now, **said)
    _tell(former, award, now)
    return award


def _tell(former: Award, award: Award, now: datetime) -> None:
    person = former.enrolment.person
    with translation.override(person.language):
        said = {
            "course": former.enrolment.edition.course.title(person.language),
            "title": former.title(person.language),
            "name": award.name,
            "code": award.code,
            "address": f"{settings.SITE_URL}/verify/{award.code}",
            "former_address": f"{settings.SITE_URL}/verify/{former.code}",
            "account": f"{settings.SITE_URL}/accounts/",
        }
        subject, text = words_names.replaced(of_track=former.track_id is not None)
        mail.queue(
            person_id=person.pk,
            address=person.email,
            key=f"replaced:{former.pk}",
            language=person.language,
            subject=_(subject).format(**said),
            text=_(text).format(**said),
            now=now,
            kind="decision",
        )
