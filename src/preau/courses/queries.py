"""Reads of courses and editions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.timezone import localdate
from django.utils.translation import get_language

from preau.accounts.models import Person
from preau.common.prepared import Prepared
from preau.courses import rules
from preau.courses.actions import dates_state
from preau.courses.models import Course, Edition, Enrolment, ExtraTime, Shift, Volunteer, text_in
from preau.courses.rules import EnrolmentState

BEST_FIRST = (
    EnrolmentState.OPEN,
    EnrolmentState.RUNNING,
    EnrolmentState.SOON,
    EnrolmentState.CLOSED,
    EnrolmentState.OVER,
)


@dataclass(frozen=True)
class Presentation:
    """A course's presentation in one language, as its course.yaml has it; what it leaves out is empty."""

    description: str
    audience: str
    effort: str
    team: str
    institution: str
    outcomes: tuple[str, ...]


def presentation(course: Course, language: str) -> Presentation:
    """What a course says of itself, each text in `language` or in its source language."""
    about = course.about
    outcomes = about.get("outcomes") or []
    if isinstance(outcomes, dict):
        outcomes = outcomes.get(language) or next(iter(outcomes.values()), [])
    return Presentation(
        description=text_in(about.get("description"), language),
        audience=text_in(about.get("audience"), language),
        effort=text_in(about.get("effort"), language),
        team=text_in(about.get("team"), language),
        institution=text_in(about.get("institution"), language),
        outcomes=tuple(str(outcome) for outcome in outcomes),
    )


@dataclass(frozen=True)
class Offer:
    """A course as a visitor may take it: its most useful edition and what the enrol button may say about it."""

    course: Course
    edition: Edition
    state: EnrolmentState
    past: int  # how many editions are over

    def about(self) -> Presentation:
        """The course's presentation in the page's language."""
        return presentation(self.course, get_language() or "")


def offers(now: datetime) -> list[Offer]:
    """One offer per public course, those that one can enrol in first: one query."""
    by_course: dict[UUID, list[Edition]] = {}
    for edition in (
        Edition.objects.select_related("course")
        .filter(published_at__lte=now, visibility=Edition.Visibility.PUBLIC)
        .order_by("opens_at")
    ):
        by_course.setdefault(edition.course_id, []).append(edition)
    found = [offer for editions in by_course.values() if (offer := best(editions, now))]
    return sorted(found, key=lambda offer: (BEST_FIRST.index(offer.state), offer.edition.opens_at))


def best(editions: list[Edition], now: datetime) -> Offer | None:
    """The edition of a course that a visitor wants to hear about."""
    states = [(edition, dates_state(edition, now)) for edition in editions]
    known = [(edition, state) for edition, state in states if state != EnrolmentState.HIDDEN]
    if not known:
        return None
    past = sum(state == EnrolmentState.OVER for _, state in known)
    edition, state = min(known, key=lambda pair: (BEST_FIRST.index(pair[1]), -pair[0].opens_at.timestamp()))
    return Offer(edition.course, edition, state, past)


def editions_of(course: Course, now: datetime) -> list[Edition]:
    """The public editions of a course, newest first."""
    rows = course.editions.filter(published_at__lte=now, visibility=Edition.Visibility.PUBLIC)
    return list(rows.select_related("course").order_by("-opens_at"))


def enrolments_of(person_id: UUID) -> list[Enrolment]:
    """A person's live enrolments, the edition that opened last first."""
    rows = Enrolment.objects.filter(person_id=person_id, left_at=None)
    return list(rows.select_related("edition__course", "track").order_by("-edition__opens_at"))


def left_by(person_id: UUID) -> list[Enrolment]:
    """The editions that a person left by themselves and is not in again, the one that opened last first."""
    live = Enrolment.objects.filter(person_id=person_id, left_at=None).values("edition")
    rows = Enrolment.objects.filter(person_id=person_id, left_at__isnull=False, removed_for="").exclude(
        edition__in=live
    )
    found = {row.edition_id: row for row in rows.select_related("edition__course", "track").order_by("left_at", "pk")}
    return sorted(found.values(), key=lambda row: row.edition.opens_at, reverse=True)


def counted(edition: Edition) -> Mapping[str, Any]:
    """How many are enrolled, and on which track: counted, never typed."""
    live = Q(enrolment__left_at=None)
    tracks = edition.tracks.annotate(enrolled=Count("enrolment", filter=live)).order_by("position")
    by_track = {track.key: track.enrolled for track in tracks}
    return {"enrolled": sum(by_track.values()), "by_track": by_track}


def countries(edition: Edition) -> int:
    """From how many countries people are enrolled."""
    rows = Enrolment.objects.filter(edition=edition, left_at=None).exclude(person__country="")
    return rows.values("person__country").distinct().count()


EXTRA = Prepared(
    lambda edition, person: (
        ExtraTime.objects.filter(edition_id=edition, person_id=person)
        .order_by("first", "pk")
        .values_list("percent", "first", "last")
    ),
    (UUID(int=1), UUID(int=2)),
)


def extra_time(enrolment_id: UUID, at: datetime) -> int:
    """The percent of extra time that a learner has at a moment, 0 when none: what `rules.with_extra` adds to a limit.
    Counted from the day that it is in the edition's zone. Two queries."""
    enrolment = Enrolment.objects.select_related("edition").get(pk=enrolment_id)
    return extra_on(enrolment.edition_id, enrolment.person_id, localdate(at, enrolment.edition.zone_info))


def extra_on(edition_id: UUID, person_id: UUID, day: date) -> int:
    """The same on a day, for who knows where they are: one query."""
    return rules.extra_on(day, (rules.Extra(*row) for row in EXTRA.rows(edition_id, person_id)))


def volunteer(edition: Edition, person: Person) -> Volunteer | None:
    """What this person offered to an edition, whatever became of it."""
    rows = Volunteer.objects.select_related("edition__course", "person")
    return rows.filter(edition=edition, person=person).first()


def shifts(edition: Edition) -> list[tuple[str, tuple[int, int]]]:
    """The hours that are held in an edition: (language, (weekday, hour))."""
    rows = Shift.objects.filter(volunteer__edition=edition, volunteer__state=Volunteer.State.APPROVED)
    return [
        (language, (weekday, hour))
        for language, weekday, hour in rows.order_by("weekday", "hour", "pk").values_list("language", "weekday", "hour")
    ]
