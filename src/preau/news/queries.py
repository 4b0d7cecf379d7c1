"""What the public pages tell: counted figures, a course's presentation and calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.content import outline as outlines
from preau.content.outline import Outline, UnitFacts
from preau.courses import enrolling, staying
from preau.courses import queries as courses
from preau.courses.actions import dates_state
from preau.courses.membership import Membership, Move, moves
from preau.courses.models import Course, Edition, Enrolment, Track
from preau.courses.queries import Offer
from preau.courses.rules import EnrolmentState
from preau.grades import carries, carrying
from preau.grades.models import TrackStanding
from preau.grades.rules import Standing
from preau.news import article_reading, asking, found, partners, reading, voices
from preau.past import queries as past
from preau.past.queries import Reported

LATEST = 3  # articles beside other things
ENDED = {EnrolmentState.CLOSED, EnrolmentState.OVER}


@dataclass(frozen=True)
class Figures:
    """Of every edition of a course together; a person who came twice counts twice, as an enrolment."""

    enrolled: int
    countries: int
    editions: int
    passed: int
    former: Reported | None = None  # enrolments of editions before this site, as somebody reports them
    former_passed: Reported | None = None

    @property
    def enrolled_ever(self) -> int:
        """Those counted here with those that are reported: shown only beside whose figures these are."""
        return self.enrolled + (self.former.number if self.former else 0)

    @property
    def passed_ever(self) -> int:
        """The same of those who passed."""
        return self.passed + (self.former_passed.number if self.former_passed else 0)


def figures(course: Course) -> Figures:
    """Counted at each call, on live and left enrolments alike."""
    rows = Enrolment.objects.filter(edition__course=course)
    before = past.totals(course.pk)
    return Figures(
        enrolled=rows.count(),
        countries=rows.exclude(person__country="").values("person__country").distinct().count(),
        editions=course.editions.exclude(published_at=None).count(),
        passed=TrackStanding.objects.filter(enrolment__edition__course=course, passed=True)
        .values("enrolment")
        .distinct()
        .count(),
        former=past.reported(before, "enrolled"),
        former_passed=past.reported(before, "passed"),
    )


def home_page(language: str, *, now: datetime) -> Mapping[str, Any]:
    """Everything that the first page shows."""
    offers = courses.offers(now)
    first = offers[0] if offers else None
    said = found.Found(
        "",
        language,
        f"{settings.SITE_NAME} · {_('Open courses, edition after edition')}",
        _("Learn together, at your pace, up to a certificate that anyone can check."),
        data=[found.organisation(), found.website(language)],
    )
    return {
        "offers": offers,
        "first": first,
        "figures": figures(first.course) if first else None,
        "voices": voices.shown([offer.course.pk for offer in offers], language, voices.FIRST),
        "news_zone": article_reading.ZONE,
        "latest": article_reading.latest(language, LATEST, now=now),
        "partners": partners.public(now)[:8],
        "found": said,
    }


def course_page(course: Course, language: str, person: Person | None, *, now: datetime) -> Mapping[str, Any]:
    """Everything that a course's page shows, for the edition that a visitor wants to hear about."""
    offer = courses.best(courses.editions_of(course, now), now)
    edition = offer.edition if offer else None
    outline = outline_of(edition, language) if edition else None
    tracks = list(edition.tracks.all()) if edition else []
    place = Place(person, edition, now)
    mine = place.row if place.state is Membership.ENROLLED else None
    return {
        "course": course,
        "about": courses.presentation(course, language),
        "offer": offer,
        "edition": edition,
        "tracks": tracks,
        "outline": outline,
        "mine": mine,
        "place": place,
        "returning": returning(place, outline, tracks),
        "figures": figures(course),
        "source_language": course.languages[0] if course.languages else language,
        "stays": staying.after(edition) if offer and edition and offer.state in ENDED else (),
        "voices": voices.shown([course.pk], language),
        "say_address": voices.address(person, course, language),
        "partners": partners.of_course(course.pk),
        "news_zone": article_reading.ZONE,
        "latest": article_reading.latest(language, LATEST, now=now, course=course),
        "found": described(course, offer, tracks, language),
        **asking.block(course, offer, tracks, person, language),
        **reading.beside(edition, person, mine),
    }


def described(course: Course, offer: Offer | None, tracks: Sequence[Track], language: str) -> found.Found:
    """How the page of a course is found and shared."""
    about = courses.presentation(course, language)
    data = [found.course(course, offer, tracks, language)]
    return found.Found(f"courses/{course.slug}/", language, course.title(language), about.description, data=data)


class Place:
    """Where a visitor is with an edition, and what they can do now; `row` is their enrolment, live or not."""

    def __init__(self, person: Person | None, edition: Edition | None, now: datetime) -> None:
        self.person, self.edition, self.now = person, edition, now
        self.row = enrolling.latest(person, edition) if person and edition else None
        self.state = self.row.membership if self.row else Membership.NONE
        self.moves = moves(self.state, dates_state(edition, now)) if edition else frozenset()

    @property
    def may_come(self) -> bool:
        """May they, or would they with an account, enrol or come back?"""
        return bool(self.moves & {Move.ENROL, Move.RETURN})


@dataclass(frozen=True)
class Returning:
    """What somebody of an earlier edition would keep in this one, by unit; where it would put them on each track (the
    needs with their state), and what its certificate would bring them."""

    kept: list[tuple[UnitFacts, carries.Kept]]
    tracks: list[tuple[Track, Standing, enrolling.Bringing | None]]


def returning(place: Place, outline: Outline | None, tracks: Sequence[Track]) -> Returning | None:
    """The same, for who may enrol and was in an earlier edition; None for anybody else."""
    if place.person is None or place.edition is None or outline is None or place.state is Membership.ENROLLED:
        return None
    if not place.may_come or not enrolling.returns(place.person, place.edition):
        return None
    kept, standings = carrying.preview(place.person.pk, outline, tracks, now=place.now)
    brings = enrolling.bringing(place.person, place.edition)
    open_to = [(track, standings[track.key], brings.get(track.key)) for track in tracks if not track.added]
    return Returning([(unit, kept[unit.key]) for unit in outline.units() if unit.key in kept], open_to)


def outline_of(edition: Edition, language: str) -> Outline | None:
    """The edition's modules and dates, or None before anything is printed."""
    try:
        return outlines.of_edition(edition, language)
    except outlines.NotPrinted:
        return None
