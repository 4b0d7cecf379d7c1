"""The next edition made from one: its version, its dates so many days later at the same hours, what was moved by hand,
the announcements as drafts, the roles that somebody confirmed. In one transaction: the whole edition, or none.

What belongs to the course is there by itself: videos with their subtitles, threads that last, saved replies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.content import printing
from preau.content.models import ModuleText, Printing, UnitText, Version
from preau.courses import actions as courses
from preau.courses import dates, rules
from preau.courses.actions import Dated
from preau.courses.models import Edition, Milestone, Role
from preau.support.models import Announcement

State = Announcement.State
JURY = Milestone.What.JURY.value  # the one date that may lie after the edition


@dataclass(frozen=True)
class Plan:
    """What a rerun would make: `moments` the edition's own dates by name, `days` how much later it opens, `moved` dates
    that were moved by hand, `left` the keys of those that the version no longer has, `staff` the roles to confirm,
    `told` the announcements that become drafts."""

    former: Edition
    version: Version
    number: int
    slug: str
    moments: Mapping[str, datetime]
    days: int
    moved: Sequence[Dated]
    left: Sequence[str]
    staff: Sequence[Role]
    told: Sequence[Announcement]


def plan(former: Edition, opens: datetime) -> Plan:
    """What the edition after `former` would be if it opened then, with the course's latest version. Refuses a course
    without a version, an opening that is not after the former one's, and dates that would not be in order."""
    version = former.course.versions.order_by("-number").first()
    if version is None or not Printing.objects.filter(edition=former, current=True).exists():
        raise Refused(_("This edition shows no version: there is nothing to make the next one from."))
    zone = former.zone_info
    days = (opens.astimezone(zone).date() - former.opens_at.astimezone(zone).date()).days
    if days <= 0:
        raise Refused(_("The next edition opens after this one: choose a later day."))
    number = (former.course.editions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    moments = {name: later(getattr(former, name), days, zone) for name in rules.MOMENTS} | {"opens_at": opens}
    if rules.disorder(moments):
        raise Refused(_("These dates are not in order. Nothing was changed."))
    known, moved = _keys(version), Milestone.objects.filter(edition=former, moved=True).order_by("at", "key")
    kept = [Dated(row.key, row.what, later(row.at, days, zone)) for row in moved if row.key in known]
    return Plan(
        former=former,
        version=version,
        number=number,
        slug=f"{former.course.slug}-{number}"[:60],
        moments=moments,
        days=days,
        moved=[one for one in kept if opens <= one.at and (one.at <= moments["closes_at"] or one.what == JURY)],
        left=sorted({row.key for row in moved} - known),
        staff=_staff(former),
        told=list(former.announcements.exclude(state=State.CANCELLED).order_by("written_at", "pk")),
    )


def later(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """So many days later at the same hour in a zone, whatever the clocks did in between."""
    return dates.instant_of(at.astimezone(zone).replace(tzinfo=None) + timedelta(days=days), zone)


def _keys(version: Version) -> set[str]:
    """What has dates in a version: units, modules, tracks."""
    units = UnitText.objects.filter(version=version).values_list("unit__key", flat=True)
    modules = ModuleText.objects.filter(version=version).values_list("module__key", flat=True)
    return {*units, *modules, *version.meta["tracks"]}


def _staff(former: Edition) -> list[Role]:
    """The roles of people in this edition alone, those that ended with it included; a right in the whole course goes on
    by itself."""
    rows = Role.objects.filter(edition=former, person__is_active=True).select_related("person")
    lasting = Role.objects.filter(Q(course=former.course_id) | Q(course=None, edition=None))
    held = {(row.person_id, row.kind) for row in lasting}
    return [row for row in rows.order_by("kind", "person__name", "pk") if (row.person_id, row.kind) not in held]


def rerun(made: Plan, *, staff: Collection[UUID], by: UUID | None, now: datetime) -> Edition:
    """Make the edition of a plan, unpublished; `staff` are the roles to give again. Raises `Refused` when its number
    was taken meanwhile or the version's dates do not fit; then nothing was made."""
    fields: dict[str, Any] = {"visibility": made.former.visibility, "zone": made.former.zone, **made.moments}
    fields |= {"number": made.number, "slug": made.slug, "institution": made.former.institution}
    try:
        with transaction.atomic():
            edition = courses.create_edition(course=made.former.course, by=by, now=now, **fields)
            rows = [Milestone(edition=edition, key=one.key, what=one.what, at=one.at, moved=True) for one in made.moved]
            Milestone.objects.bulk_create(rows)
            printing.print_version(edition, made.version, by=by, now=now)
            for role in made.staff:
                if role.pk in staff:
                    _give(role, edition, by, now)
            Announcement.objects.bulk_create([_draft(one, edition, by, now) for one in made.told])
            said = {"from": made.former.slug, "days": made.days, "version": made.version.number}
            journal.log("edition.rerun", by=by, about="edition", about_id=edition.pk, at=now, **said)
    except IntegrityError as error:
        raise Refused(_("Somebody just made an edition of this number or name.")) from error
    except printing.BadDates as error:
        said_why = _("The dates of this version do not fit the edition. Nothing was made.")
        raise Refused(" ".join([said_why, *error.reasons])) from error
    return edition


def _give(role: Role, edition: Edition, by: UUID | None, now: datetime) -> None:
    courses.give_role(person=role.person, kind=role.kind, by=by, now=now, edition=edition, language=role.language)


def _draft(told: Announcement, edition: Edition, by: UUID | None, now: datetime) -> Announcement:
    """The same announcement, to be read again before it is sent."""
    return Announcement(
        edition=edition,
        segment=told.segment,
        texts=told.texts,
        on_site=told.on_site,
        by_mail=told.by_mail,
        written_by_id=by,
        written_at=now,
    )


def make(*, act: acts.Act, made: Plan, staff: Collection[UUID], by: Person, now: datetime) -> acts.Outcome:
    """The act of it, from the desk."""
    return acts.once(act, by.pk, lambda: {"edition": rerun(made, staff=staff, by=by.pk, now=now).slug})
