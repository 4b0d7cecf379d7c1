"""What differs between two versions of a course, or two editions of it: modules, units in each language, tracks; and
the dates as days after the opening, so that an edition is compared with the next as their learners lived them."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from preau.content.exporting import READ_IN
from preau.content.models import ModuleText, Printing, UnitText, Version
from preau.courses.models import Edition

LONGEST = 20_000  # lines that are compared one by one
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class Change:
    """One thing that is not the same: `what` is module, unit, track or date; `said` what of it."""

    what: str
    key: str
    change: str
    language: str = ""
    said: tuple[str, ...] = ()
    gone: int = field(default=0, compare=False)  # lines of a text
    come: int = field(default=0, compare=False)
    of: int = field(default=0, compare=False)  # lines that the text had
    days: int = field(default=0, compare=False)  # by which a date comes later after the opening
    moved: "tuple[Day, Day] | None" = field(default=None, compare=False)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {name: getattr(self, name) for name in ("what", "key", "change", "language")} | {"said": list(self.said)}


class Said(NamedTuple):
    """What of a thing is not the same, in words, and how much of it."""

    words: tuple[str, ...]
    gone: int = 0
    come: int = 0
    of: int = 0
    days: int = 0
    moved: "tuple[Day, Day] | None" = None


class Day(NamedTuple):
    """A date as the day after the opening, counted from 0, and its hour."""

    day: int
    hour: str

    def __str__(self) -> str:
        return f"day {self.day}, {self.hour}"


def shown(edition: Edition) -> Version | None:
    """The version that an edition shows."""
    printing = Printing.objects.select_related("version").filter(edition=edition, current=True).first()
    return printing.version if printing else None


def versions(before: Version, after: Version) -> list[Change]:
    """What the second has that the first has not, and the other way round."""
    return [*_modules(before, after), *_units(before, after), *_tracks(before, after), *_carries(before, after)]


def editions(before: Edition, after: Edition) -> list[Change]:
    """The same for what two editions show, and their dates."""
    old, new = shown(before), shown(after)
    found = versions(old, new) if old and new else []
    return [*found, *_compared("date", _dates(before), _dates(after), _moved)]


def _moved(old: Day, new: Day) -> Said:
    return Said((f"{old} → {new}",), days=new.day - old.day, moved=(old, new))


def _compared(
    what: str, old: Mapping[str, Any], new: Mapping[str, Any], differs: Any, language: str = ""
) -> Iterator[Change]:
    """In the order of the new, then what is gone. `differs` says what of a thing is not the same."""
    for key, value in new.items():
        if key not in old:
            yield Change(what, key, ADDED, language)
        elif old[key] != value and (said := differs(old[key], value)).words:
            yield Change(what, key, CHANGED, language, *said)
    yield from (Change(what, key, REMOVED, language) for key in old if key not in new)


def _modules(before: Version, after: Version) -> Iterator[Change]:
    def read(version: Version) -> dict[str, dict[str, Any]]:
        rows = ModuleText.objects.filter(version=version).select_related("module").order_by("position")
        return {
            row.module.key: {
                "titles": row.titles,
                "elective": row.elective,
                "pass": row.passing,
                "opens": row.opens,
                "place": row.position,
                **row.meta,
            }
            for row in rows
        }

    return _compared("module", read(before), read(after), _named)


def _named(old: Mapping[str, Any], new: Mapping[str, Any]) -> Said:
    """The names of the values that are others."""
    return Said(tuple(sorted(name for name in {*old, *new} if old.get(name) != new.get(name))))


def _units(before: Version, after: Version) -> Iterator[Change]:
    def read(version: Version, language: str) -> dict[str, UnitText]:
        rows = UnitText.objects.filter(version=version, language=language).select_related("unit", "module")
        return {row.unit.key: row for row in rows.order_by("position")}

    for language in dict.fromkeys([*before.meta["languages"], *after.meta["languages"]]):
        yield from _compared("unit", read(before, language), read(after, language), _said, language)


def _said(old: UnitText, new: UnitText) -> Said:
    """What of a unit is not the same: its text by lines, its title, kind and module, the keys of its header."""
    said = [name for name in ("title", "kind") if getattr(old, name) != getattr(new, name)]
    said += ["module"] if old.module_id != new.module_id else []
    gone, come = _lines(old.body, new.body) if old.body != new.body else (0, 0)
    if old.body != new.body:
        said.append(f"text: {come} lines new, {gone} gone")
    if old.meta.get("questions") != new.meta.get("questions"):
        said.append("questions")
    ignored = READ_IN | {"title", "kind", "id"}
    keys = {key for key in {*old.meta, *new.meta} - ignored if old.meta.get(key) != new.meta.get(key)}
    return Said((*said, *sorted(keys)), gone, come, len(old.body.splitlines()))


def _lines(old: str, new: str) -> tuple[int, int]:
    """How many lines are gone, and how many are new."""
    before, after = old.splitlines(), new.splitlines()
    if max(len(before), len(after)) > LONGEST:
        return len(before), len(after)
    gone = come = 0
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            gone, come = gone + b - a, come + d - c
    return gone, come


def _tracks(before: Version, after: Version) -> Iterator[Change]:
    return _compared("track", before.meta["tracks"], after.meta["tracks"], _named)


def _carries(before: Version, after: Version) -> Iterator[Change]:
    """The rules by which results of earlier editions count."""
    old, new = (version.meta.get("carries", []) for version in (before, after))
    if old != new:
        yield Change("carries", "carries", CHANGED)


def _dates(edition: Edition) -> dict[str, Day]:
    """Each date as the day after the opening, counted from 0, and its hour, in the edition's zone."""
    zone = edition.zone_info
    opening = edition.opens_at.astimezone(zone).date()
    found = {}
    for row in edition.milestones.order_by("at", "key", "what"):
        local = row.at.astimezone(zone)
        found[f"{row.key} {row.what}"] = Day((local.date() - opening).days, f"{local:%H:%M}")
    return found
