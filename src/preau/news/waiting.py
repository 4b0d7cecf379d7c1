"""Waiting for a course: asked for by somebody with an account, or with an address that is confirmed from its own mail;
told once when enrolment opens (`telling`), then forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from preau.accounts.models import Person
from preau.audit import acts
from preau.audit.http import Refused
from preau.common.zones import ZONES
from preau.courses import queries as courses
from preau.courses.models import Course
from preau.courses.rules import EnrolmentState
from preau.mail import actions as mail
from preau.mail import kinds
from preau.mail import rules as mailing
from preau.news.models import Waiting

KIND = "opening"
TO_CONFIRM = timedelta(days=7)
KEPT = timedelta(days=30)  # after it was told: long enough to see what came back
PACE = timedelta(hours=1)
OPEN = {EnrolmentState.OPEN, EnrolmentState.RUNNING}


def register() -> None:
    """The kind of message that tells it."""
    kinds.register(KIND, gettext_noop("A course that you wait for opens"), transactional=False)


@dataclass(frozen=True)
class Wish:
    """What is asked for: `track` a key, empty for any; `zone` empty when it is not known."""

    track: str
    language: str
    zone: str = ""

    def data(self) -> dict[str, str]:
        """As the payload of an act."""
        return {"track": self.track, "language": self.language, "zone": self.zone}

    def columns(self) -> dict[str, str]:
        """As a row keeps it."""
        return {**self.data(), "zone": self.zone if self.zone in ZONES else ""}


def wording() -> str:
    """What one agrees to, in the language in force."""
    return _("We write to you once, when enrolment in this course opens, and for nothing else.")


def ask(*, act: acts.Act, by: Person, course: Course, wish: Wish, now: datetime) -> acts.Outcome:
    """Keep what somebody with an account asks for; asked again, the later wish holds. Refuses when one can enrol."""

    def work() -> acts.Outcome:
        _refuse_if_open(course, now)
        values = {**wish.columns(), "zone": by.zone, "wording": wording(), "asked_at": now, "confirmed_at": now}
        Waiting.objects.update_or_create(
            course=course,
            person=by,
            told_at=None,
            defaults=values,
            create_defaults={**values, "token": mailing.token()},
        )
        mail.listen(person_id=by.pk, kind=KIND)
        return {"course": course.slug}

    return acts.once(act, by.pk, work)


def stop(*, act: acts.Act, by: Person, course: Course) -> acts.Outcome:
    """Wait no longer: the row is deleted."""

    def work() -> acts.Outcome:
        Waiting.objects.filter(course=course, person=by, told_at=None).delete()
        return {"course": course.slug}

    return acts.once(act, by.pk, work)


def ask_by_mail(*, act: acts.Act, address: str, course: Course, wish: Wish, now: datetime) -> acts.Outcome:
    """Keep what an address without an account is said to ask for, and write to it: nothing holds before it is confirmed
    from there. The outcome is the same whatever is known of the address. Refuses when enrolment is open."""

    def work() -> acts.Outcome:
        _refuse_if_open(course, now)
        rows = Waiting.objects.select_for_update().filter(course=course, person=None, told_at=None)
        row = rows.filter(address__iexact=address).first()
        if row is None or row.confirmed_at is None:  # what was confirmed, only its own mail changes
            values = {**wish.columns(), "wording": wording(), "asked_at": now}
            fresh = {**values, "token": mailing.token()}
            row, _new = Waiting.objects.update_or_create(
                course=course,
                person=None,
                told_at=None,
                address__iexact=address,
                defaults=values,
                create_defaults={**fresh, "address": address, "person": None},
            )
        _write(row, wish.language, now)
        return {"course": course.slug}

    return acts.once(act, act.id, work)


def _refuse_if_open(course: Course, now: datetime) -> None:
    offer = courses.best(courses.editions_of(course, now), now)
    if offer is not None and offer.state in OPEN:
        raise Refused(_("Enrolment is open already: you can enrol now."))


def _write(row: Waiting, language: str, now: datetime) -> None:
    """The mail by which an address is confirmed, at most once a day for each row."""
    address = f"{settings.SITE_URL}/waiting/{row.token}/"
    with override(language):
        title = row.course.title(language)
        parts = [
            _("Hello,"),
            _("Somebody, you we hope, asked that we tell this address when enrolment in “{course}” opens.").format(
                course=title
            ),
            _("Confirm it, change it or take it back on this page, within seven days:") + f"\n{address}",
            _("You did not ask? Do nothing: the address is deleted after seven days, and nobody writes again."),
        ]
        subject = _("Confirm: tell me when “{course}” opens").format(course=title)
    mail.queue(
        person_id=mailing.stranger(row.address),
        address=row.address,
        key=f"waiting:{row.token}:{now:%Y-%m-%d}",
        language=language,
        subject=subject,
        text="\n\n".join(parts) + "\n",
        now=now,
    )


def confirm(*, act: acts.Act, row: Waiting, wish: Wish, now: datetime) -> acts.Outcome:
    """The reader of the address says yes, with the wish as it is on the page. A verified address of an account becomes
    that person's. Refuses what was taken back or told meanwhile."""

    def work() -> acts.Outcome:
        kept = Waiting.objects.select_for_update().filter(pk=row.pk, told_at=None).first()
        if kept is None:
            raise Refused(_("This was taken back or told meanwhile. Ask again from the page of the course."))
        for name, value in {**wish.columns(), "zone": kept.zone}.items():
            setattr(kept, name, value)
        kept.wording, kept.confirmed_at = wording(), kept.confirmed_at or now
        person = _owner(kept.address)
        if person is None:
            kept.save()
            mail.listen(person_id=mailing.stranger(kept.address), kind=KIND)
        else:
            _belongs_to(person, kept)
        return {"waiting": str(row.pk)}

    return acts.once(act, act.id, work)


def _owner(address: str) -> Person | None:
    """Whose account an address is, if they proved it."""
    rows = EmailAddress.objects.filter(email__iexact=address, verified=True, user__is_active=True)
    found = rows.select_related("user").order_by("pk").first()
    return found.user if found else None


def _belongs_to(person: Person, row: Waiting) -> None:
    Waiting.objects.filter(course_id=row.course_id, person=person, told_at=None).delete()
    row.person, row.address, row.zone = person, "", person.zone
    row.save()
    mail.listen(person_id=person.pk, kind=KIND)


def take_back(*, act: acts.Act, row: Waiting) -> acts.Outcome:
    """The reader of the address wants none of it: the row is deleted, whether it was told or not."""

    def work() -> acts.Outcome:
        Waiting.objects.filter(pk=row.pk).delete()
        return {"waiting": str(row.pk)}

    return acts.once(act, act.id, work)


@transaction.atomic
def forget(*, now: datetime) -> int:
    """Delete what was not confirmed in time, and what was told long enough ago; returns how many."""
    unconfirmed = Waiting.objects.filter(confirmed_at=None, asked_at__lt=now - TO_CONFIRM)
    told = Waiting.objects.filter(told_at__lt=now - KEPT)
    return sum(rows.delete()[0] for rows in (unconfirmed, told))


def of_person(person_id: UUID) -> list[dict[str, Any]]:
    """What somebody waits for: [{course, track}], for their page."""
    rows = Waiting.objects.filter(person_id=person_id, told_at=None).select_related("course").order_by("asked_at", "pk")
    return [{"course": row.course, "track": row.track} for row in rows]


def personal(person: Person) -> Mapping[str, Any]:
    """The rows of a person and of their addresses, as exported."""
    fields = ("course__slug", "address", "track", "language", "wording", "asked_at", "confirmed_at", "told_at")
    return {"waiting": rows_of(person).order_by("asked_at", "pk").values(*fields)}


def rows_of(person: Person) -> Any:
    """Every row of a person: by their account, and by an address of theirs."""
    addresses = {person.email.lower()}
    owned = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    addresses |= {email.lower() for email in owned}
    return Waiting.objects.alias(lower=Lower("address")).filter(Q(person=person) | Q(lower__in=addresses))
