"""A video given to a unit from the edition that shows it: the version in which the unit, in all its languages, shows
this file. A unit that has a video gets a new cut of it, so that what people wrote about its words stays with it."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from preau.content import compiling, correcting, importing, media
from preau.content.models import UnitText, Version

ELSEWHERE = ("http://", "https://")


def prepare(version: Version, key: str, suffix: str, stored: media.Stored) -> importing.Ready:
    """The version with this file, which is kept already, as the video of a unit. `suffix` is the file's, with its dot.
    Raises LookupError for a unit that the version does not have, `BadCourse` for what the change would break."""
    texts = list(UnitText.objects.filter(version=version, unit__key=key).select_related("unit"))
    if not texts:
        raise LookupError(key)
    before = correcting.rebuilt(version)
    source = min(texts, key=lambda text: version.meta["languages"].index(text.language))
    value = _called(source, suffix)
    names = {compiling.beside(text.file, value) for text in texts}
    path = PurePosixPath(compiling.beside(source.file, value))
    gone = _former(texts) - names - _shown_by_others(version, key)
    kept = [file for file in correcting.files_of(version) if file.name not in names | gone]
    files = [*kept, *(replace(stored, name=name) for name in sorted(names))]
    units = tuple(
        replace(unit, meta={**unit.meta, "video": value}) if unit.key == key else unit for unit in before.units
    )
    paths = {name: there for name, there in before.files.items() if name not in gone} | dict.fromkeys(names, path)
    there = {file.name: file.digest for file in correcting.files_of(version)}
    same = all(there.get(name) == stored.digest for name in names) and not gone
    digest = version.digest if same else _digest(version, key, value, stored)
    after = replace(before, units=units, files=paths, digest=digest)
    read, report = importing.judged(after)
    return importing.Ready(after, read, files, [], report)


def _called(text: UnitText, suffix: str) -> str:
    """What the front matter says: the name of the former cut with the file's suffix, else the unit's own."""
    former = str(text.meta.get("video") or "")
    if former and not former.lower().startswith(ELSEWHERE):
        return str(PurePosixPath(former).with_suffix(suffix))
    return f"{text.unit.key}{suffix}"


def _former(texts: Sequence[UnitText]) -> set[str]:
    """The files that the unit showed until now."""
    return {compiling.beside(text.file, str(text.meta["video"])) for text in texts if text.meta.get("video")}


def _shown_by_others(version: Version, key: str) -> set[str]:
    texts = UnitText.objects.filter(version=version, meta__has_key="video").exclude(unit__key=key)
    return {compiling.beside(file, str(meta["video"])) for file, meta in texts.values_list("file", "meta")}


def _digest(version: Version, key: str, value: str, stored: media.Stored) -> str:
    parts = (version.digest, "video", key, value, stored.digest)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
