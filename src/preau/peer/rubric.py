"""A rubric (« grille »): what a copy is assessed on, as its author writes it in YAML. Pure: no Django.

A criterion has levels, each worth points; the score of a copy is the sum of the points chosen, out of the most that the
rubric can give, in percent. `model` is the answer that a reviewer sees beside a criterion, `comment` whether they write
one.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any, Literal

type Comment = Literal["none", "optional", "required"]
COMMENTS: tuple[Comment, ...] = ("none", "optional", "required")
MOST_CRITERIA, MOST_LEVELS = 20, 12
LONGEST_COMMENT = 5_000

type Report = Callable[[str], None]
"""Takes why a rubric cannot be used."""


class BadReview(ValueError):
    """Levels or comments that the rubric does not know, or lacks. `key` is the criterion, empty for the whole."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason


@dataclass(frozen=True)
class Level:
    points: float
    title: str
    description: str = ""


@dataclass(frozen=True)
class Criterion:
    """`id` is stable across languages and wordings; `levels` in the order of the rubric."""

    id: str
    title: str
    levels: tuple[Level, ...]
    description: str = ""
    model: str = ""
    comment: Comment = "optional"

    @property
    def most(self) -> float:
        return max(level.points for level in self.levels)


@dataclass(frozen=True)
class Rubric:
    title: str
    criteria: tuple[Criterion, ...]

    @property
    def most(self) -> float:
        """The points of a copy that reaches the best level everywhere."""
        return sum(criterion.most for criterion in self.criteria)

    @property
    def scoring(self) -> str:
        """A fingerprint of what decides a score (criteria, points, comments asked for), blind to wording."""
        told = [[c.id, [level.points for level in c.levels], c.comment == "required"] for c in self.criteria]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def read(value: Any, report: Report) -> Rubric | None:
    """A rubric from what YAML gave; None, and why in `report`, when it cannot be used."""
    if not isinstance(value, Mapping):
        report("a rubric is written {title: …, criteria: [{id: …, title: …, levels: [{points: …, title: …}]}]}")
        return None
    _unknown(value, {"title", "criteria"}, "a rubric", report)
    listed = value.get("criteria")
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_CRITERIA:
        report(f"a rubric has from 1 to {MOST_CRITERIA} criteria")
        return None
    criteria = [_criterion(one, number, report) for number, one in enumerate(listed, 1)]
    whole = [one for one in criteria if one is not None]
    if len({one.id for one in whole}) < len(whole):
        report("two criteria have the same id")
        return None
    if len(whole) < len(criteria):
        return None
    found = Rubric(str(value.get("title", "")), tuple(whole))
    if found.most <= 0:
        report("a rubric must be worth something: its best levels give 0 points")
        return None
    return found


def _criterion(value: Any, number: int, report: Report) -> Criterion | None:
    if not isinstance(value, Mapping) or not value.get("id") or not value.get("title"):
        report(f"criterion {number} has no id or no title")
        return None
    key, comment = str(value["id"]), value.get("comment", "optional")
    _unknown(value, {"id", "title", "description", "levels", "model", "comment"}, f"criterion {key}", report)
    if comment not in COMMENTS:
        report(f"criterion {key}: comment must be one of: {', '.join(COMMENTS)}")
        return None
    levels = value.get("levels")
    if not isinstance(levels, list) or not 2 <= len(levels) <= MOST_LEVELS:
        report(f"criterion {key} has from 2 to {MOST_LEVELS} levels")
        return None
    read = [_level(one, key, report) for one in levels]
    if any(one is None for one in read):
        return None
    return Criterion(
        id=key,
        title=str(value["title"]),
        levels=tuple(one for one in read if one is not None),
        description=str(value.get("description") or ""),
        model=str(value.get("model") or ""),
        comment=comment,
    )


def _level(value: Any, key: str, report: Report) -> Level | None:
    points = value.get("points") if isinstance(value, Mapping) else None
    if (
        isinstance(points, bool)
        or not isinstance(points, int | float)
        or not isfinite(points)
        or not 0 <= points <= 1e4
    ):
        report(f"criterion {key}: each level has points, from 0 to 10000")
        return None
    if not value.get("title"):
        report(f"criterion {key}: each level has a title")
        return None
    return Level(float(points), str(value["title"]), str(value.get("description") or ""))


def _unknown(value: Mapping[str, Any], known: set[str], what: str, report: Report) -> None:
    for key in value:
        if key not in known and not str(key).startswith("x-"):
            report(f'unknown key "{key}" in {what}')


def to_data(rubric: Rubric) -> dict[str, Any]:
    """As JSON, which `read` takes back."""
    return {
        "title": rubric.title,
        "criteria": [{**asdict(c), "levels": list(map(asdict, c.levels))} for c in rubric.criteria],
    }


def score(rubric: Rubric, chosen: Mapping[str, int]) -> float:
    """The score of a copy in percent, from the level chosen for each criterion (its place, from 0).

    Raises `BadReview` for a criterion left out, one that is not in the rubric, or a level that is not in it."""
    if unknown := set(chosen) - {criterion.id for criterion in rubric.criteria}:
        raise BadReview(min(unknown), "no such criterion")
    points = 0.0
    for criterion in rubric.criteria:
        level = chosen.get(criterion.id)
        if level is None:
            raise BadReview(criterion.id, "no level is chosen")
        if isinstance(level, bool) or not isinstance(level, int) or not 0 <= level < len(criterion.levels):
            raise BadReview(criterion.id, "no such level")
        points += criterion.levels[level].points
    return 100.0 * points / rubric.most


def lacking(rubric: Rubric, chosen: Mapping[str, int], comments: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a review still lacks, as (criterion, `level` or `comment`), in the rubric's order."""
    found = []
    for criterion in rubric.criteria:
        if criterion.id not in chosen:
            found.append((criterion.id, "level"))
        if criterion.comment == "required" and not comments.get(criterion.id, "").strip():
            found.append((criterion.id, "comment"))
    return found
