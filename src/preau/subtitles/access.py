"""The doors to the words of a video: to read them, to take part in making them better, to decide. Missing and forbidden
are one 404."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from preau.accounts.models import Person
from preau.content import outline as outlines
from preau.content import showing
from preau.content.outline import Outline, UnitFacts
from preau.content.showing import Shown
from preau.courses import access as courses
from preau.courses.access import Visitor
from preau.courses.models import Edition, Enrolment, Role
from preau.subtitles import beside
from preau.subtitles.models import Note, Suggestion, Track

REVIEWERS = (Role.Kind.TEACHER, Role.Kind.ADMINISTRATOR)  # of every language; a subtitler of theirs
HELPERS = (*courses.TEAM, Role.Kind.SUBTITLER)


@dataclass(frozen=True)
class Film:
    """A video as an edition shows it to somebody: `unit` is the first page that they may read it on, `tracks` what is
    shown of its words, by language."""

    edition: Edition
    outline: Outline
    unit: UnitFacts
    video: UUID
    shown: Shown
    tracks: Mapping[str, Track]
    now: datetime

    @property
    def base(self) -> str:
        """The address below which everything about it is."""
        return f"/e/{self.edition.slug}/video/{self.video}/"


def edition(visitor: Visitor, slug: str, language: str, *, now: datetime) -> tuple[Edition, Outline]:
    """An edition that the visitor may read, with its outline; else 404."""
    row = courses.edition_of_helpers(visitor, slug, Role.Kind.SUBTITLER, now=now)
    try:
        return row, outlines.of_edition(row, language)
    except outlines.NotPrinted as error:
        raise Http404 from error


def film(visitor: Visitor, slug: str, video: UUID, language: str, *, now: datetime) -> Film:
    """A video of an edition on a page that the visitor may read; `language` is the interface's."""
    row, outline = edition(visitor, slug, language, now=now)
    shown = showing.videos(outline.version_id).get(video)
    if shown is not None:
        ahead = isinstance(visitor, Person) and courses.may(visitor, HELPERS, row, now=now)
        for unit in readable(outline, now, ahead=ahead):
            if unit.id in shown.units:
                return Film(row, outline, unit, video, shown, _tracks(video, shown), now)
    raise Http404


def _tracks(video: UUID, shown: Shown) -> Mapping[str, Track]:
    return {row.language: row for row in beside.offered({video: shown.digest}).get(video, ())}


def readable(outline: Outline, now: datetime, *, ahead: bool) -> list[UnitFacts]:
    """The units whose pages are released; all of them for who reads ahead."""
    return [unit for unit in outline.units() if ahead or max(unit.opens, outline.opens_at) <= now]


def track(at: Film, language: str) -> Track:
    """The track that is shown of a video in a language, or one of this cut that nobody wrote a line of yet; else
    404."""
    if found := at.tracks.get(language):
        return found
    rows = Track.objects.select_related("source").filter(video=at.video, language=language, cut__digest=at.shown.digest)
    if begun := rows.first():
        return begun
    raise Http404


@dataclass(frozen=True)
class Here:
    """Somebody before a track: a learner of the edition or one of its team; `reviews`: decides in its language."""

    person: Person
    film: Film
    track: Track
    enrolment: UUID | None
    reviews: bool

    @property
    def now(self) -> datetime:
        return self.film.now

    @property
    def base(self) -> str:
        """The address of this language's pages."""
        return f"{self.film.base}{self.track.language}/"


def here(visitor: Visitor, at: Film, row: Track) -> Here:
    """The visitor, when they may take part; else 404."""
    if not isinstance(visitor, Person):
        raise Http404
    enrolment = Enrolment.objects.filter(edition=at.edition, person=visitor, left_at=None).values_list("pk", flat=True)
    found = enrolment.first()
    held = roles(visitor, at.edition, at.now)
    if found is None and not held:
        raise Http404
    return Here(visitor, at, row, found, reviews(held, row.language))


def roles(person: Person, edition: Edition, now: datetime) -> list[tuple[str, str]]:
    """The (kind, language) of each role of the team that they hold in an edition."""
    scope = Q(edition=None, course=None) | Q(edition=edition) | Q(course=edition.course_id)
    rows = courses.live_roles(person, now).filter(scope, kind__in=HELPERS)
    return list(rows.values_list("kind", "language"))


def reviews(held: list[tuple[str, str]], language: str) -> bool:
    """Do these roles decide about subtitles of a language?"""
    return any(kind in REVIEWERS or (kind == Role.Kind.SUBTITLER and spoken in ("", language)) for kind, spoken in held)


def suggestion(at: Film, visitor: Visitor, suggestion_id: UUID) -> tuple[Suggestion, Here]:
    """A suggestion about the video, with who looks at it; a draft is its author's own."""
    row = (
        Suggestion.objects.select_related("track__source", "author", "decided_by")
        .filter(pk=suggestion_id, track__video=at.video)
        .first()
    )
    if row is None:
        raise Http404
    me = here(visitor, at, row.track)
    if row.state == Suggestion.State.DRAFT and row.author_id != me.person.pk:
        raise Http404
    return row, me


def note(at: Here, key: str) -> Note | None:
    """Their own note at a cue."""
    return Note.objects.filter(person=at.person, video=at.film.video, key=key).first()
