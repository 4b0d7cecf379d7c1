"""What becomes of a rubric, and of terms, that the team changes while people are at it. Pure: no Django.

Another wording changes no score. Another scoring is another rubric: what was assessed keeps the score that it was
given, and what is under way goes on where every criterion remains.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from preau.peer.rubric import Comment, Criterion, Level, Rubric
from preau.peer.terms import Terms

type Kind = Literal["added", "removed", "levels", "points", "comment", "order"]


@dataclass(frozen=True)
class Change:
    """One way in which two rubrics score otherwise; `criterion` is its id, empty for the order of all of them."""

    kind: Kind
    criterion: str = ""
    title: str = ""


def changes(former: Rubric, new: Rubric) -> list[Change]:
    """What decides a score and differs; nothing when only words differ."""
    before = {one.id: one for one in former.criteria}
    after = {one.id: one for one in new.criteria}
    found = [Change("removed", key, one.title) for key, one in before.items() if key not in after]
    for key, one in after.items():
        if key not in before:
            found.append(Change("added", key, one.title))
        else:
            found += [Change(kind, key, one.title) for kind in _differences(before[key], one)]
    if [key for key in before if key in after] != [key for key in after if key in before]:
        found.append(Change("order"))
    return found


def _differences(before: Criterion, after: Criterion) -> list[Kind]:
    found: list[Kind] = []
    if len(before.levels) != len(after.levels):
        found.append("levels")
    elif [level.points for level in before.levels] != [level.points for level in after.levels]:
        found.append("points")
    if (before.comment == "required") != (after.comment == "required"):
        found.append("comment")
    return found


def remains(former: Rubric, new: Rubric) -> bool:
    """Is every criterion still there, with as many levels? Then a review under way goes on as it is."""
    return not any(change.kind in {"removed", "levels"} for change in changes(former, new))


def carried[T](chosen: Mapping[str, T], former: Rubric, new: Rubric) -> dict[str, T]:
    """Of the levels chosen under one rubric, those that mean the same under the other."""
    lost = {change.criterion for change in changes(former, new) if change.kind in {"removed", "levels"}}
    known = {one.id for one in new.criteria}
    return {key: level for key, level in chosen.items() if key in known and key not in lost}


@dataclass(frozen=True)
class Words:
    """Words of a rubric by place: `(-1, -1)` is the whole, `(c, -1)` a criterion, `(c, n)` a level of it."""

    titles: Mapping[tuple[int, int], str]
    descriptions: Mapping[tuple[int, int], str]
    models: Mapping[int, str]


def reworded(rubric: Rubric, words: Words) -> Rubric:
    """The same rubric in other words; a place without words keeps its own."""
    criteria = []
    for place, one in enumerate(rubric.criteria):
        levels = tuple(
            replace(
                level,
                title=words.titles.get((place, n)) or level.title,
                description=words.descriptions.get((place, n), level.description),
            )
            for n, level in enumerate(one.levels)
        )
        criteria.append(
            replace(
                one,
                title=words.titles.get((place, -1)) or one.title,
                description=words.descriptions.get((place, -1), one.description),
                model=words.models.get(place, one.model),
                levels=levels,
            )
        )
    return Rubric(words.titles.get((-1, -1), rubric.title), tuple(criteria))


@dataclass(frozen=True)
class Scoring:
    """Another scoring of the criteria that are there: points by (criterion, level), how comments are asked for, which
    criteria go."""

    points: Mapping[tuple[int, int], float]
    comments: Mapping[int, Comment]
    removed: frozenset[int] = frozenset()


def rescored(rubric: Rubric, scoring: Scoring, added: Iterable[Criterion] = ()) -> Rubric:
    """The rubric with another scoring, in its own words, and criteria added at its end."""
    criteria = [
        replace(
            one,
            levels=tuple(
                replace(level, points=scoring.points.get((place, n), level.points))
                for n, level in enumerate(one.levels)
            ),
            comment=scoring.comments.get(place, one.comment),
        )
        for place, one in enumerate(rubric.criteria)
        if place not in scoring.removed
    ]
    return Rubric(rubric.title, (*criteria, *added))


def criterion_id(title: str, taken: Iterable[str]) -> str:
    """An id for a criterion that is added: from its title, and not one that is taken."""
    stem = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in title.lower())
    stem = "-".join(part for part in stem.split("-") if part)[:40] or "criterion"
    used = set(taken)
    number, found = 2, stem
    while found in used:
        number, found = number + 1, f"{stem}-{number}"
    return found


def levels_of(text: str) -> tuple[Level, ...]:
    """Levels written one a line, « points: title — description ». Raises ValueError with the line that cannot be
    read."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        points, _, rest = line.partition(":")
        title, _, description = rest.partition(" — ")
        try:
            worth = float(points.replace(",", "."))
        except ValueError:
            raise ValueError(line) from None
        if not title.strip() or not 0 <= worth <= 1e4:
            raise ValueError(line)
        found.append(Level(worth, title.strip(), description.strip()))
    return tuple(found)


def terms_changed(before: Terms, after: Terms) -> list[tuple[str, Any, Any]]:
    """(key, before, after) of every term that differs, in the order of the terms."""
    pairs = ((field.name, getattr(before, field.name), getattr(after, field.name)) for field in fields(Terms))
    return [(name, old, new) for name, old, new in pairs if old != new]
