"""What a course's page shows to somebody who would take it later: what they wait for, or the form."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Count

from preau.accounts.models import Person
from preau.courses.models import Course, Track, text_in
from preau.courses.queries import Offer
from preau.news import forms, waiting
from preau.news.models import Waiting


def block(
    course: Course, offer: Offer | None, tracks: Sequence[Track], person: Person | None, language: str
) -> Mapping[str, Any]:
    """`may_wait`: is there something to wait for? `wait_form` for who has an account, None where one can enrol or waits
    already (others have a page of its own: this one is the same for all of them); `waits` with the `track` by its
    title, or None."""
    row = Waiting.objects.filter(course=course, person=person, told_at=None).first() if person else None
    waits = {"track": title(row.track, tracks, language), "language": spoken(row.language)} if row else None
    closed = offer is None or offer.state not in waiting.OPEN
    may_wait = closed and waits is None
    form = forms.Wait(tracks=choices(tracks, language), initial={"language": language}, address=False)
    shown = form if may_wait and person is not None else None
    return {"may_wait": may_wait, "wait_form": shown, "waits": waits, "wording": waiting.wording()}


def choices(tracks: Sequence[Track], language: str) -> list[tuple[str, str]]:
    """Tracks by key and title."""
    return [(track.key, text_in(track.titles, language) or track.key) for track in tracks]


def title(key: str, tracks: Sequence[Track], language: str) -> str:
    """What a track is called; "" for any."""
    return dict(choices(tracks, language)).get(key, key)


def spoken(code: str) -> str:
    """A language of the interface by its own name."""
    return dict(settings.LANGUAGES).get(code, code)


def tracks_of(course: Course, offer: Offer | None) -> list[Track]:
    """The tracks to choose from: those of the edition that a visitor hears about, else of the latest."""
    edition = offer.edition if offer else course.editions.order_by("-number").first()
    return list(edition.tracks.order_by("position")) if edition else []


def counted(course: Course) -> list[tuple[str, str, int]]:
    """How many wait to be told, by (track's key, language): the most asked for first. Counted, confirmed ones only."""
    rows = Waiting.objects.filter(course=course, told_at=None, confirmed_at__isnull=False).order_by()
    lines = rows.values_list("track", "language").annotate(n=Count("pk"))
    return sorted(((track, language, n) for track, language, n in lines), key=lambda line: (-line[2], *line[:2]))
