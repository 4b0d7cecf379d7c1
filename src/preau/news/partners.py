"""Who gives a course, and who takes part in it: as its page and that of the partners show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.courses.models import Course, Edition, Institution
from preau.news import site
from preau.news.models import Partner, Picture


def of_course(course_id: UUID) -> list[Partner]:
    """Those of a course, who gives it first. One query."""
    rows = Partner.objects.filter(course=course_id).select_related("institution", "logo")
    return list(rows.order_by("part", "position", "pk"))  # "gives" before "partner"


@dataclass(frozen=True)
class Shown:
    """An institution with the public courses that it takes part in."""

    partner: Partner
    courses: list[Course]


def public(now: datetime) -> list[Shown]:
    """Every institution that takes part in a public course, who gives one first. One query."""
    seen = Edition.objects.filter(published_at__lte=now, visibility=Edition.Visibility.PUBLIC).values("course")
    rows = Partner.objects.filter(course__in=seen).select_related("institution", "logo", "course")
    found: dict[UUID, Shown] = {}
    for row in rows.order_by("part", "position", "institution__name", "pk"):
        found.setdefault(row.institution_id, Shown(row, [])).courses.append(row.course)
    return list(found.values())


@dataclass(frozen=True)
class Wish:
    """An institution as the desk writes it down; `logo` the id of a picture, or None."""

    name: str
    site: str
    country: str
    part: str
    logo: UUID | None

    def data(self) -> Mapping[str, Any]:
        """As the payload of an act."""
        return {**vars(self), "logo": str(self.logo or "")}


def add(*, act: acts.Act, course: Course, wish: Wish, by: Person, now: datetime) -> acts.Outcome:
    """An institution takes part in a course: one that is known by its name, else a new one. Added again, what is said
    of it changes."""

    def work() -> acts.Outcome:
        Course.objects.select_for_update().get(pk=course.pk)  # two at once
        same = (row for row in Institution.objects.all() if row.name.casefold() == wish.name.casefold())
        institution = next(same, None)  # there are few; SQLite knows no case of letters with accents
        if institution is None:
            institution = Institution.objects.create(name=wish.name, slug=_slug(wish.name))
        institution.site, institution.country = wish.site or institution.site, wish.country or institution.country
        institution.save(update_fields=["site", "country"])
        if wish.logo is not None and not Picture.objects.filter(pk=wish.logo).exists():
            raise Refused(_("This picture is not there any more."))
        last = Partner.objects.filter(course=course).aggregate(last=Max("position"))["last"] or 0
        known = Partner.objects.filter(course=course, institution=institution).first()
        row = known or Partner(course=course, institution=institution, position=last + 1)
        row.part, row.logo_id = wish.part, wish.logo or row.logo_id
        row.save()
        _log("partner.added", row, by, now)
        return {"partner": str(row.pk)}

    return acts.once(act, by.pk, work)


def remove(*, act: acts.Act, row: Partner, by: Person, now: datetime) -> acts.Outcome:
    """It takes part no more; the institution stays known."""

    def work() -> acts.Outcome:
        if Partner.objects.filter(pk=row.pk).delete()[0]:
            site.forget()
            _log("partner.removed", row, by, now)
        return {"partner": str(row.pk)}

    return acts.once(act, by.pk, work)


def _slug(name: str) -> str:
    base = slugify(name)[:50] or "institution"
    taken = set(
        Institution.objects.filter(Q(slug=base) | Q(slug__startswith=f"{base}-")).values_list("slug", flat=True)
    )
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, 1000))) if slug not in taken)


def _log(verb: str, row: Partner, by: Person, now: datetime) -> None:
    journal.log(verb, by=by.pk, about="course", about_id=row.course_id, at=now, institution=row.institution.slug)
