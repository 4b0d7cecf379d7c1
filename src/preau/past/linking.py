"""Former people who have an account here: by an address that its owner confirmed, never by one that was only typed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit import journal
from preau.courses.models import Course
from preau.past.models import Doubt, Former, FormerResult


@transaction.atomic
def link(person: Person, now: datetime) -> int:
    """Give a person what former editions hold under their confirmed addresses; returns how many former people that was.
    Safe to call again: what is linked stays as it is."""
    confirmed = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    addresses = {address.lower() for address in confirmed}
    if not addresses or not person.is_active:
        return 0
    said = Doubt.objects.filter(former=OuterRef("pk"), email__in=addresses, source__isnull=False).exclude(decision="")
    rows = Former.objects.filter(Q(email__in=addresses) | Exists(said), _there(), person=None, erased_at=None)
    found = [row.pk for row in rows.select_for_update(of=("self",), no_key=True).order_by("pk")]
    Former.objects.filter(pk__in=found).update(person=person, linked_how=Former.How.EMAIL, linked_at=now)
    _log(((one, person.pk) for one in found), now)
    return len(found)


def link_all(course: Course, *, now: datetime) -> int:
    """The same for everybody with a confirmed address, once a file of a course is in."""
    owner = EmailAddress.objects.filter(email=OuterRef("email"), verified=True, user__is_active=True).order_by("pk")
    rows = Former.objects.filter(Exists(owner), course=course, person=None, erased_at=None).exclude(email="")
    found = list(rows.annotate(owner=Subquery(owner.values("user_id")[:1])).values_list("pk", "owner"))
    who = Subquery(owner.values("user_id")[:1])
    rows.update(person=who, linked_how=Former.How.EMAIL, linked_at=now)
    _log(found, now)
    return len(found)


def _there() -> Exists:
    """Of a former person: is anything of a finished file about them?"""
    standing = {"source__finished_at__isnull": False, "source__withdrawn_at": None}
    return Exists(FormerResult.objects.filter(former=OuterRef("pk"), **standing))


def _log(found: Any, now: datetime) -> None:
    rows: list[tuple[UUID, dict[str, Any]]] = [(one, {"person": str(person)}) for one, person in found]
    journal.log_all("former.linked", by=None, about="former", at=now, rows=rows)


def address_confirmed(email_address: EmailAddress, **_signal: Any) -> None:
    """When somebody confirms an address."""
    link(email_address.user, timezone.now())


def only_by(former: Former, address: str) -> bool:
    """Was a former person given to their account by this address alone, which a decision said was theirs?"""
    if former.linked_how != Former.How.EMAIL or not address or address == former.email:
        return False
    own = EmailAddress.objects.filter(user=former.person_id, verified=True)
    return not own.filter(email=former.email).exists()


def unlink(former: Former) -> None:
    """Take a former person from an account."""
    Former.objects.filter(pk=former.pk).update(person=None, linked_how="", linked_at=None)
