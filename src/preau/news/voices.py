"""What those who took a course say of it: in their own words, under the name that they choose, shown once they agreed
and the team took it up, until they take it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.courses.models import Course, Enrolment
from preau.news import site
from preau.news.models import Testimonial

SHOWN, FIRST = 6, 3  # on the page of a course, on the first page


@dataclass(frozen=True)
class Words:
    """What somebody wants to have said: `name` as they want to be named, `about` what they do."""

    text: str
    name: str
    about: str
    language: str

    def data(self) -> dict[str, str]:
        """As the payload of an act, and as a row keeps it."""
        return {"text": self.text, "name": self.name, "about": self.about, "language": self.language}


def wording() -> str:
    """What one agrees to, in the language in force."""
    return _(
        "These words, this name and what I do may be shown on the public pages of this site, until I take them back."
    )


def took(person: Person, course: Course) -> bool:
    """Were they in an edition of the course?"""
    return Enrolment.objects.filter(person=person, edition__course=course).exists()


def address(person: Person | None, course: Course, language: str) -> str:
    """Where somebody says what a course brought them; "" for who was not in it."""
    return f"/{language}/courses/{course.slug}/voice/" if person is not None and took(person, course) else ""


def own(person: Person, course: Course) -> Testimonial | None:
    """What somebody said of a course and did not take back."""
    return Testimonial.objects.filter(person=person, course=course, withdrawn_at=None).first()


def say(*, act: acts.Act, by: Person, course: Course, words: Words, now: datetime) -> acts.Outcome:
    """Keep what somebody says, for the team to take up; other words take the place of the former, which show no more.
    Refuses who never was in the course."""

    def work() -> acts.Outcome:
        if not took(by, course):
            raise Refused(_("Only those who were in this course can say something of it."))
        Course.objects.select_for_update().get(pk=course.pk)  # two tabs at once: the later words count
        _end(Testimonial.objects.filter(person=by, course=course, withdrawn_at=None), now)
        row = Testimonial.objects.create(course=course, person=by, wording=wording(), given_at=now, **words.data())
        return {"testimonial": str(row.pk)}

    return acts.once(act, by.pk, work)


def take_back(*, act: acts.Act, by: Person, course: Course, now: datetime) -> acts.Outcome:
    """It shows no more, at once."""

    def work() -> acts.Outcome:
        _end(Testimonial.objects.filter(person=by, course=course, withdrawn_at=None), now)
        return {"course": course.slug}

    return acts.once(act, by.pk, work)


def _end(rows: QuerySet[Testimonial], now: datetime) -> None:
    if rows.update(withdrawn_at=now):
        site.forget()


def show(*, act: acts.Act, row: Testimonial, shown: bool, by: Person, now: datetime) -> acts.Outcome:
    """The team takes it up, or no longer. Refuses what was taken back meanwhile."""

    def work() -> acts.Outcome:
        kept = Testimonial.objects.select_for_update().filter(pk=row.pk, withdrawn_at=None).first()
        if kept is None:
            raise Refused(_("Its author took it back meanwhile."))
        kept.shown_at = (kept.shown_at or now) if shown else None
        kept.save(update_fields=["shown_at"])
        site.forget()
        verb = "voice.shown" if shown else "voice.hidden"
        journal.log(verb, by=by.pk, about="course", about_id=kept.course_id, at=now, testimonial=str(kept.pk))
        return {"testimonial": str(kept.pk)}

    return acts.once(act, by.pk, work)


def shown(course_ids: list[UUID], language: str, most: int = SHOWN) -> list[Testimonial]:
    """The latest ones to show, those in the page's language first. One query."""
    rows = Testimonial.objects.filter(course_id__in=course_ids, withdrawn_at=None, shown_at__isnull=False)
    found = sorted(rows.order_by("-shown_at", "pk")[: 4 * SHOWN], key=lambda row: row.language != language)
    return found[:most]


def personal(person: Person) -> list[dict[str, Any]]:
    """What somebody said, as exported."""
    fields = ("course__slug", "language", "text", "name", "about", "wording", "given_at", "shown_at", "withdrawn_at")
    return list(Testimonial.objects.filter(person=person).order_by("given_at", "pk").values(*fields))
