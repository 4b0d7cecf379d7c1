"""The verbs of an account: change the profile, sign devices out, erase everything."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from preau.accounts import personal_data, reads
from preau.accounts.models import Device, ErasureRecord, Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common.text import one_line
from preau.mail import actions as mail

PROFILE = ("name", "country", "zone", "language")


@transaction.atomic
def change_profile(person: Person, values: Mapping[str, Any], *, now: datetime) -> None:
    """Write what a person says of themself, `values` clean for each of `PROFILE`, and `reads`, where it is asked: the
    languages that they read; the journal tells which changed."""
    if "reads" in values:
        reads.choose(person, {*values["reads"], values["language"]}, now=now)
    changed = [field for field in PROFILE if getattr(person, field) != values[field]]
    if not changed:
        return
    for field in changed:
        setattr(person, field, values[field])
    person.save(update_fields=changed)
    journal.log("profile.changed", by=person.pk, about="person", about_id=person.pk, at=now, fields=changed)


@transaction.atomic
def correct_name(person: Person, name: str, *, by: UUID, now: datetime) -> None:
    """Write the name that somebody asked the team to mend. Refuses an empty one. The journal keeps neither name."""
    name = one_line(name)[:120]
    if not name:
        raise Refused(_("A name cannot be empty."))
    person.name = name
    person.save(update_fields=["name"])
    journal.log("name.corrected", by=by, about="person", about_id=person.pk, at=now)


def choose_messages(*, act: acts.Act, by: Person, chosen: Mapping[str, str]) -> acts.Outcome:
    """Keep how often a person wants each kind of message, `chosen` clean: {kind: cadence}."""

    def work() -> acts.Outcome:
        mail.prefer(person_id=by.pk, cadences=chosen, now=act.received_at)
        said = {"cadences": dict(chosen)}
        journal.log("messages.chosen", by=by.pk, about="person", about_id=by.pk, at=act.received_at, **said)
        return {"kept": True}

    return acts.once(act, by.pk, work)


def open_address(*, act: acts.Act, by: Person) -> acts.Outcome:
    """Write again to a person's own address, which messages had come back from."""

    def work() -> acts.Outcome:
        opened = mail.lift(address=by.email)
        journal.log("address.opened", by=by.pk, about="person", about_id=by.pk, at=act.received_at)
        return {"opened": opened}

    return acts.once(act, by.pk, work)


@transaction.atomic
def sign_out(device: Device, *, by: Person, now: datetime) -> None:
    """End one device's session: its next request is nobody's."""
    device.delete()
    journal.log("device.signed_out", by=by.pk, about="person", about_id=by.pk, at=now, devices=1)


@transaction.atomic
def sign_out_others(person: Person, *, but: UUID | None, now: datetime) -> int:
    """End every session of a person except the one named; returns how many ended."""
    others = Device.objects.filter(person=person)
    ended, _rows = (others.exclude(public_id=but) if but else others).delete()
    if ended:
        journal.log("device.signed_out", by=person.pk, about="person", about_id=person.pk, at=now, devices=ended)
    return ended


@transaction.atomic
def erase(person: Person, *, by: UUID, now: datetime) -> ErasureRecord:
    """Erase a person in every room, all or nothing; asked again, it returns the first record.

    Raises what a room refuses with (the site's last administrator, for one): then nothing is erased.
    """
    row = Person.objects.select_for_update().get(pk=person.pk)
    if row.erased_at is not None:
        return ErasureRecord.objects.get(person_id=row.pk)
    kept = {room.name: dict(room.erase(row, now)) for room in reversed(personal_data.rooms())}
    record = ErasureRecord.objects.create(
        person_id=row.pk, asked_at=now, kept={name: reasons for name, reasons in kept.items() if reasons}
    )
    journal.log("account.erased", by=by, about="person", about_id=row.pk, at=now)
    return record
