"""Segments: named parts of an edition's learners, for whoever writes to them. Rooms above register theirs at start.

What is chosen is data, `[{"segment": name, "value": value}, …]`, all of which must hold; nothing chosen is everybody.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from preau.accounts import countries
from preau.common import languages
from preau.courses.models import Addition, Edition, Enrolment, Group

type Choices = list[tuple[str, str]]  # (value, title)
type Chosen = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Segment:
    """`title` is an English msgid; `choices` what may be asked for in an edition, titles in a language; `condition`
    which enrolments that is."""

    name: str
    title: str
    choices: Callable[[Edition, str], Choices]
    condition: Callable[[str], Q]


class Unknown(ValueError):
    """A segment, or a value of it, that the edition does not have."""


_segments: dict[str, Segment] = {}


def register(name: str, title: str, choices: Callable[[Edition, str], Choices], condition: Callable[[str], Q]) -> None:
    """Add a segment; registering again replaces it."""
    _segments[name] = Segment(name, title, choices, condition)


def known() -> tuple[Segment, ...]:
    """Every segment, in the order of registration."""
    return tuple(_segments.values())


def checked(edition: Edition, chosen: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """What was chosen, as it is kept. Raises `Unknown`."""
    found = []
    for one in chosen:
        segment = _segments.get(one.get("segment", ""))
        if segment is None or one.get("value") not in dict(segment.choices(edition, settings.LANGUAGE_CODE)):
            raise Unknown(one.get("segment"))
        found.append({"segment": segment.name, "value": one["value"]})
    return found


def condition(chosen: Chosen) -> Q:
    """Which enrolments are meant. A segment that no room registers any more means nobody: silence is the safer side."""
    meant = Q()
    for one in chosen:
        segment = _segments.get(one["segment"])
        meant &= segment.condition(one["value"]) if segment else Q(pk__in=[])
    return meant


def people(edition: Edition, chosen: Chosen) -> QuerySet[Enrolment]:
    """The enrolments meant, of those who have not left, in no order."""
    return Enrolment.objects.filter(condition(chosen), edition=edition, left_at=None).order_by()


def _tracks(edition: Edition, language: str) -> Choices:
    return [(track.key, track.title(language)) for track in edition.tracks.order_by("position")]


def _languages(edition: Edition, language: str) -> Choices:
    return [(code, languages.named(code, language)) for code, _name in settings.LANGUAGES]


def _countries(edition: Edition, language: str) -> Choices:
    rows = Enrolment.objects.filter(edition=edition, left_at=None).exclude(person__country="")
    found = set(rows.order_by().values_list("person__country", flat=True).distinct())
    return [(code, name) for code, name in countries.named(language) if code in found]


def _groups(edition: Edition, language: str) -> Choices:
    rows = Group.objects.filter(edition=edition, deleted_at=None).order_by("name", "pk")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def _on_track(key: str) -> Q:
    """Those whose track it is, or who took it beside their own."""
    beside = Addition.objects.filter(track__key=key, dropped_at=None).values("enrolment")
    return Q(track__key=key) | Q(pk__in=beside)


register("track", gettext_noop("Track"), _tracks, _on_track)
register("language", gettext_noop("Language"), _languages, lambda value: Q(person__language=value))
register("country", gettext_noop("Country"), _countries, lambda value: Q(person__country=value))
register(
    "group",
    gettext_noop("Group"),
    _groups,
    lambda value: Q(memberships__group_id=value, memberships__removed_at=None),
)
