"""Which videos a version shows, and on which units' pages. A version never changes, so neither does this."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID

from preau.content import compiling
from preau.content.models import MediaFile, UnitText


@dataclass(frozen=True)
class Shown:
    """A video in a version: `digest` of the file that is its cut there, `name` as people know it, and the units that
    show it, in reading order."""

    digest: str
    name: str
    units: tuple[UUID, ...]


@lru_cache(maxsize=64)
def videos(version_id: UUID) -> Mapping[UUID, Shown]:
    """The videos of a version by their id: two queries, once."""
    rows = MediaFile.objects.select_related("video").filter(version=version_id, video__isnull=False)
    files = {row.name: row for row in rows}
    texts = UnitText.objects.filter(version=version_id, meta__has_key="video").order_by("position", "pk")
    units: dict[UUID, list[UUID]] = {}
    for unit, file, meta in texts.values_list("unit_id", "file", "meta"):
        row = files.get(compiling.beside(file, str(meta["video"])))
        if row is not None and row.video_id and unit not in units.setdefault(row.video_id, []):
            units[row.video_id].append(unit)
    found = {
        row.video.pk: Shown(row.digest, row.video.name, tuple(units.get(row.video.pk, ())))
        for row in files.values()
        if row.video
    }
    return MappingProxyType(found)
