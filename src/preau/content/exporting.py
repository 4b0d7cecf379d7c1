"""The way back: a version as a course folder that a teacher can edit, diff and import again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from preau.content import companions, keys, media
from preau.content.models import MediaFile, ModuleText, UnitText, Version
from preau.content.source import BESIDE

# What the reader added to a unit's front matter; its own words, not the author's.
READ_IN = frozenset({"questions", "after", "rubric_file", "exemplars_file", "language"})
# How a header is read best; PostgreSQL does not keep the order of a JSON object's keys.
FIRST = (
    "id",
    "kind",
    "title",
    "description",
    "minutes",
    "video",
    "opens",
    "due",
    "closes",
    "weight",
    "attempts",
    "keep",
)


class NotEmpty(Exception):
    """The folder to export to holds something already: an export never writes over anybody's files."""


@dataclass(frozen=True)
class Left:
    """What the course folder has no place for: said, never dropped in silence."""

    file: str
    reason: str


def export(version: Version, folder: Path) -> list[Left]:
    """Write a version into an empty or absent folder; importing it again gives the same course. Raises `NotEmpty`."""
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "course.yaml", dumped(course_head(version)))
    left: list[Left] = []
    for text in UnitText.objects.filter(version=version).select_related("unit", "module").order_by("position"):
        left += _export_unit(text, folder)
    rows = list(MediaFile.objects.filter(version=version).order_by("name"))
    for row in rows:
        target = folder / row.name
        target.parent.mkdir(parents=True, exist_ok=True)
        media.fetch(row.digest, Path(row.name).suffix.lower(), target)
    beside = companions.written({row.video_id: row.digest for row in rows if row.video_id})
    for row in rows:
        for end, content in beside.get(row.video_id, {}).items() if row.video_id else ():
            (folder / row.name).with_suffix(f".{end}").write_bytes(content)
    return left


def course_head(version: Version) -> dict[str, Any]:
    """The mapping of course.yaml."""
    course = version.course
    head: dict[str, Any] = {"slug": course.slug, "title": course.titles, "languages": version.meta["languages"]}
    head.update(course.about)
    head["modules"] = [_module(m) for m in ModuleText.objects.filter(version=version).order_by("position")]
    if version.meta["tracks"]:
        head["tracks"] = version.meta["tracks"]
    return head


def _module(row: ModuleText) -> dict[str, Any]:
    module: dict[str, Any] = {"id": row.module.key, "title": row.titles}
    if row.elective:
        module["elective"] = True
    if row.passing != 50:
        module["pass"] = row.passing
    if row.opens:
        module["opens"] = row.opens
    return {**module, **row.meta}


def _export_unit(text: UnitText, folder: Path) -> Iterator[Left]:
    name = f"{text.language}/{text.module.key}/{text.position + 1:02}-{text.unit.key}.md"
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    for key in text.meta:
        if key not in READ_IN and not _has_place(key, text.kind):
            yield Left(name, f"its header line “{key}” has no place in a course folder")
    write_beside(text, place)
    _write(place, unit_file(text))


def _has_place(key: str, kind: str) -> bool:
    return key in keys.EVERY_UNIT | keys.BY_KIND.get(kind, frozenset()) or key.startswith("x-")


def unit_file(text: UnitText) -> str:
    """A unit as its file reads: front matter, text, and its questions in fences."""
    header: dict[str, Any] = {"id": text.unit.key, "kind": text.kind, "title": text.title}
    known = [key for key in text.meta if key not in READ_IN and key not in header and _has_place(key, text.kind)]
    for key in sorted(known, key=lambda key: (FIRST.index(key) if key in FIRST else len(FIRST), key)):
        header[key] = text.meta[key]
    for name in BESIDE:
        if file := text.meta.get(f"{name}_file"):
            header[name] = Path(str(file)).name
    fences = [fence(part["text"]) for part in text.meta.get("questions", []) if not part.get("pool")]
    body = "\n\n".join(part for part in (text.body.strip(), *fences) if part)
    return f"---\n{dumped(header)}---\n\n{body}\n"


def write_beside(text: UnitText, place: Path) -> None:
    """Write the files that a unit's own file at `place` names and that are its words too: a rubric, a pool."""
    for name in BESIDE:
        if file := text.meta.get(f"{name}_file"):
            _write(place.with_name(Path(str(file)).name), dumped(text.meta[name]))
    for part in text.meta.get("questions", []):
        if part.get("pool"):
            _write(place.with_name(f"{text.meta['draw']['pool']}.gift"), part["text"].rstrip() + "\n")


def fence(text: str) -> str:
    """GIFT in a fence that its own backquotes cannot close."""
    mark = "```"
    while mark in text:
        mark += "`"
    return f"{mark}gift\n{text.strip()}\n{mark}"


def dumped(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """YAML that people read: in order, accents as they are."""
    plain = dict(value) if isinstance(value, Mapping) else list(value)
    return str(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=110))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
