"""How many wait to be told that enrolment in a course opens, as its team reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from preau.common import languages
from preau.courses.models import Course, Track
from preau.news import asking


@dataclass(frozen=True)
class Line:
    """So many, for one track in one language."""

    track: str
    language: str
    n: int


@dataclass(frozen=True)
class Waits:
    """`total` people, the lines that add up to it, and by track alone: (title, how many), any track left out."""

    total: int
    lines: Sequence[Line]
    tracks: Sequence[tuple[str, int]]


def of_course(course: Course, language: str) -> Waits:
    """Counted; tracks by the title that the latest edition that has them gives."""
    counted = asking.counted(course)
    rows = Track.objects.filter(edition__course=course, key__in={track for track, _language, _n in counted})
    titles = {row.key: row.title(language) for row in rows.order_by("edition__number")}
    lines = [Line(titles.get(key, key) or _("Any track"), languages.named(code), n) for key, code, n in counted]
    by_track: dict[str, int] = {}
    for key, _code, n in counted:
        if key:
            by_track[key] = by_track.get(key, 0) + n
    tracks = [(titles.get(key, key), n) for key, n in sorted(by_track.items(), key=lambda one: (-one[1], one[0]))]
    return Waits(sum(line.n for line in lines), lines, tracks)
