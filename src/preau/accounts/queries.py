"""What the account's pages show."""

from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from preau.accounts.models import Device, ErasureRecord, Person

SHOWN = 50  # devices in the list; signing out all others ends those beyond it too


def fresh(person: Person) -> Person:
    """Another copy of the row: a form writes what was typed into it before anybody knows whether it is right."""
    return Person.objects.get(pk=person.pk)


def home(person: Person, *, this: UUID | None) -> dict[str, Any]:
    """`devices` [{public_id, name, seen_at, this}], `others` (is there another?), `confirmed`, `second_proof`."""
    rows = Device.objects.filter(person=person).order_by("-seen_at", "pk").values("public_id", "name", "seen_at")
    devices = [{**row, "this": row["public_id"] == this} for row in rows[:SHOWN]]
    return {
        "devices": sorted(devices, key=lambda device: not device["this"]),
        "others": any(not device["this"] for device in devices),
        "confirmed": EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=True).exists(),
        "second_proof": Authenticator.objects.filter(user=person).exists(),
    }


def kept(record: ErasureRecord) -> dict[str, str]:
    """What an erasure left, and why, room after room."""
    return {what: reason for reasons in record.kept.values() for what, reason in reasons.items()}
