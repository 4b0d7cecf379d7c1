"""What changes a course's editions, enrolments and rights."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.courses import extending, postponing, rules
from preau.courses.models import Course, Edition, Enrolment, Excuse, Extension, Milestone, Role, Track


@dataclass(frozen=True)
class Dated:
    """A moment to set: whose (`key`), which (`what`), when."""

    key: str
    what: str
    at: datetime


@transaction.atomic
def create_course(*, slug: str, by: UUID, now: datetime) -> Course:
    """A course without anything in it yet. Refuses a name that is taken."""
    try:
        with transaction.atomic():
            course = Course.objects.create(slug=slug)
    except IntegrityError as error:
        raise Refused(_("A course of this name exists already.")) from error
    journal.log("course.created", by=by, about="course", about_id=course.pk, at=now, slug=slug)
    return course


@transaction.atomic
def create_edition(*, course: Course, by: UUID | None, now: datetime, **fields: Any) -> Edition:
    """A new edition, not published yet. `number` and `slug` follow from the course when not given."""
    number = (
        fields.pop("number", None)
        or (course.editions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    )
    slug = fields.pop("slug", None) or f"{course.slug}-{number}"
    edition = Edition.objects.create(course=course, number=number, slug=slug, **fields)
    journal.log("edition.created", by=by, about="edition", about_id=edition.pk, at=now, slug=slug)
    return edition


def set_calendar(edition: Edition, moments: Iterable[Dated]) -> None:
    """Replace the edition's dates by those of a printing; a date that staff moved by hand stays where they put it."""
    Milestone.objects.filter(edition=edition, moved=False).delete()
    rows = [Milestone(edition=edition, key=m.key, what=m.what, at=m.at) for m in moments]
    Milestone.objects.bulk_create(rows, ignore_conflicts=True)


def set_tracks(edition: Edition, tracks: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the tracks of a printing; a track that somebody is enrolled on is never removed."""
    for position, (key, track) in enumerate(tracks.items()):
        values = {
            "titles": track.get("title", key),
            "credits": _credits(key, tracks),
            "rule": {k: v for k, v in track.items() if k not in {"title", "credits"}},
            "position": position,
        }
        Track.objects.update_or_create(edition=edition, key=key, defaults=values)
    edition.tracks.exclude(key__in=tracks).filter(enrolment=None, additions=None).delete()


def _credits(key: str, tracks: Mapping[str, Mapping[str, Any]]) -> Decimal:
    """What a track is worth: what it says, else the nearest of those that it extends, as its rule is read."""
    seen: set[str] = set()
    while key in tracks and key not in seen:
        if "credits" in tracks[key]:
            return Decimal(str(tracks[key]["credits"]))
        seen.add(key)
        key = tracks[key].get("extends", "")
    return Decimal(0)


def touch(edition: Edition) -> int:
    """Count a change of dates or pages: every cache of this edition is keyed by the new number, which is returned."""
    Edition.objects.filter(pk=edition.pk).update(revision=F("revision") + 1)
    edition.refresh_from_db(fields=["revision"])
    return edition.revision


@transaction.atomic
def reschedule(
    edition: Edition, moments: Mapping[str, datetime], visibility: str, *, by: UUID | None, now: datetime
) -> None:
    """Change an edition's own dates (`rules.MOMENTS`) and who may see it; the journal keeps what it was and is.

    A date of a unit that was moved by hand and would lie outside the edition is dropped. Refuses dates out of order.
    """
    if rules.disorder(moments):
        raise Refused(_("These dates are not in order. Nothing was changed."))
    values: dict[str, datetime | str] = {**{name: moments[name] for name in rules.MOMENTS}, "visibility": visibility}
    changed = {name: value for name, value in values.items() if getattr(edition, name) != value}
    said = {name: f"{_plain(getattr(edition, name))} → {_plain(value)}" for name, value in changed.items()}
    for name, value in changed.items():
        setattr(edition, name, value)
    edition.save(update_fields=list(changed))
    within = Q(at__gte=edition.opens_at, at__lte=edition.closes_at) | Q(what=Milestone.What.JURY)
    Milestone.objects.filter(edition=edition, moved=True).exclude(within).delete()
    journal.log("edition.rescheduled", by=by, about="edition", about_id=edition.pk, at=now, **said)


def _plain(value: datetime | str) -> str:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value


@transaction.atomic
def publish(edition: Edition, *, by: UUID | None, now: datetime) -> None:
    """Make the edition known: from now on its page and its enrol button are public (or private, as it says)."""
    if edition.published_at is None:
        edition.published_at = now
        edition.save(update_fields=["published_at"])
        journal.log("edition.published", by=by, about="edition", about_id=edition.pk, at=now)


@transaction.atomic
def extend(
    *, enrolment: Enrolment, key: str, until: datetime, reason: str, by: Person, now: datetime,
    results: datetime | None = None,
) -> Extension:  # fmt: skip
    """Give one learner until `until` for the milestone or unit `key`; a later extension takes the place of the former,
    and remembers it. `results` says when its results are told, where the caller knows. Refuses what `rules.unfit`
    does, with the dates in words."""
    if not reason.strip():
        raise Refused(_("An extension needs a reason."))
    extending.pass_or_refuse(enrolment.edition, key, until, results)
    former = Extension.objects.select_for_update(of=("self",)).filter(enrolment=enrolment, key=key).first()
    values = {
        "until": until,
        "reason": reason.strip(),
        "given_by": by,
        "given_at": now,
        "batch": None,
        "replaced": postponing.kept(former) if former else None,
    }
    extension, _created = Extension.objects.update_or_create(enrolment=enrolment, key=key, defaults=values)
    touch(enrolment.edition)  # what is right is told to nobody before the latest deadline of anybody
    journal.log(
        "extended", by=by.pk, about="enrolment", about_id=enrolment.pk, at=now, key=key, until=until.isoformat()
    )
    return extension


@transaction.atomic
def excuse(*, enrolment: Enrolment, key: str, reason: str, by: Person, now: datetime) -> Excuse:
    """Leave the unit `key` out of what counts for one learner; given again, the reason is replaced."""
    if not reason.strip():
        raise Refused(_("An excuse needs a reason."))
    values = {"reason": reason.strip(), "given_by": by, "given_at": now}
    row, _created = Excuse.objects.update_or_create(enrolment=enrolment, key=key, defaults=values)
    journal.log("excused", by=by.pk, about="enrolment", about_id=enrolment.pk, at=now, key=key)
    return row


@transaction.atomic
def give_role(
    *,
    person: Person,
    kind: str,
    by: UUID | None,
    now: datetime,
    course: Course | None = None,
    edition: Edition | None = None,
    expires_at: datetime | None = None,
    language: str = "",
) -> Role:
    """Give a right in an edition, in a course, or on the whole site when neither is named. `language` bounds what a
    subtitler decides about; empty: every language."""
    values = {"expires_at": expires_at, "given_at": now, "language": language}
    role, _created = Role.objects.update_or_create(
        person=person, kind=kind, course=course, edition=edition, defaults=values
    )
    where = _scope(role)
    journal.log("role.given", by=by, about="person", about_id=person.pk, at=now, kind=kind, **where)
    return role


@transaction.atomic
def take_role(role: Role, *, by: UUID, now: datetime) -> None:
    """Take a right back; one cannot take one's own administration, so that a site always has somebody who runs it."""
    if role.person_id == by and role.kind == Role.Kind.ADMINISTRATOR:
        raise Refused(_("You cannot take your own administration away."))
    where = _scope(role)
    journal.log("role.taken", by=by, about="person", about_id=role.person_id, at=now, kind=role.kind, **where)
    role.delete()


def _scope(role: Role) -> dict[str, str]:
    """Where a right holds, for the journal; nothing for the whole site."""
    found = {"course": role.course, "edition": role.edition}
    named = {name: where.slug for name, where in found.items() if where is not None}
    return named | ({"language": role.language} if role.language else {})


def dates_state(edition: Edition, now: datetime) -> rules.EnrolmentState:
    """The enrolment state of an edition's row."""
    dates = rules.EditionDates(
        edition.enrols_at, edition.opens_at, edition.enrolment_closes_at, edition.closes_at, edition.published_at
    )
    return rules.enrolment_state(dates, now)
