"""The `tracks:` of a `course.yaml`, read: what each track asks for. Pure: no Django.

classic:  {credits: 1, needs: [{mean: quiz, of: core, at_least: 60}, {score: exam, at_least: 50},
                               {passed: elective, count: 1}]}
advanced: {extends: classic, credits: 2, needs: [{mean: assignment, at_least: 50}, {reviews: all}]}
team:     {added: true, credits: 1, until: w4 sun 23:59, needs: [{score: team-project, at_least: 50}]}
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast, get_args

from preau.courses import dates

Verb = Literal["mean", "score", "passed", "reviews"]
SCOPES = ("core", "elective", "all")

_KEYS: dict[str, frozenset[str]] = {
    "mean": frozenset({"mean", "of", "at_least"}),
    "score": frozenset({"score", "of", "at_least"}),
    "passed": frozenset({"passed", "count"}),
    "reviews": frozenset({"reviews"}),
}
_TRACK_KEYS = frozenset({"extends", "credits", "needs", "titles", "until", "deliberation", "for", "added"})


class BadRule(ValueError):
    """A track that cannot be read. `path` leads to the fault ("classic.needs[0].at_least"); `reason` is plain
    English."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True)
class Need:
    """One condition of a track.

    `mean`: the weighted mean of the graded units of kind `what` within `of` reaches `threshold` percent. `score`: the
    best score at the unit whose key is `what`, else at a unit of that kind within `of`. `passed`: `threshold` modules
    of the kind `what` (core, elective, all) are passed. `reviews`: none is owed.
    """

    verb: Verb
    what: str
    of: str = "all"
    threshold: float = 100.0

    def __str__(self) -> str:
        if self.verb == "reviews":
            return "reviews: all"
        if self.verb == "passed":
            return f"passed: {self.what}, count: {self.threshold:g}"
        return f"{self.verb}: {self.what}, of: {self.of}, at_least: {self.threshold:g}"


@dataclass(frozen=True)
class TrackRule:
    """A track with the needs of what it extends before its own; `line` is its key and those of what it extends, the
    nearest first; `origins` has, for each need, the line of the track that asks it first. `titles` by language, as
    written. `added`: taken beside another track, never instead of it. `returning`: for those who took part in an
    earlier edition. `until`, as written: the last moment to change to it; `deliberation`: when its jury decides."""

    key: str
    credits: float
    needs: tuple[Need, ...]
    extends: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    line: tuple[str, ...] = ()
    origins: tuple[tuple[str, ...], ...] = ()
    added: bool = False
    returning: bool = False
    until: str = ""
    deliberation: str = ""

    def counts(self, counts_for: Sequence[str] | None, need: Need | None = None) -> bool:
        """Does a module count for this track, and for this need of it? One that says for which tracks counts for those,
        and for what extends them. A mean is reckoned as in the track that asks it first: moving up must not lower
        it."""
        if counts_for is None:
            return True
        line = self._line_of(need) if need is not None and need.verb == "mean" else (self.key, *self.line)
        return not frozenset(counts_for).isdisjoint(line)

    def _line_of(self, need: Need) -> tuple[str, ...]:
        found = dict(zip(self.needs, self.origins, strict=False))
        return found.get(need) or (self.key, *self.line)


def parse_tracks(data: Mapping[str, Any]) -> Mapping[str, TrackRule]:
    """The tracks of a course, by key, in the order written.

    Refuses with BadRule: what is not a mapping where one is due, unknown keys and needs, an `extends` that leads
    nowhere or round in a circle, a threshold outside 0..100, a count that is not a whole number of 1 or more, credits
    below 0, a track without a need; and what contradicts itself: an added track that extends another or is extended,
    a track that asks for more than another and brings fewer credits, a cut-off after the deliberation.
    """
    if not isinstance(data, Mapping):
        raise BadRule("tracks", "must be a mapping of tracks")
    own = {_key(key): _track(_key(key), value) for key, value in data.items()}
    return {key: _extended(key, own) for key in own}


def _key(key: object) -> str:
    if not isinstance(key, str) or not key.strip():
        raise BadRule(str(key), "the key of a track must be a word")
    return key


def _track(key: str, data: object) -> TrackRule:
    if not isinstance(data, Mapping):
        raise BadRule(key, "must be a mapping with needs")
    _known(key, data, _TRACK_KEYS)
    extends = data.get("extends", "")
    if not isinstance(extends, str):
        raise BadRule(f"{key}.extends", "must be the key of another track")
    needs = data.get("needs", [])
    if not isinstance(needs, Sequence) or isinstance(needs, str):
        raise BadRule(f"{key}.needs", "must be a list of needs")
    titles = data.get("titles", {})
    if not isinstance(titles, Mapping) or not all(isinstance(text, str) for text in (*titles, *titles.values())):
        raise BadRule(f"{key}.titles", "must be texts by language")
    read = tuple(_need(f"{key}.needs[{index}]", need) for index, need in enumerate(needs))
    credit = _number(f"{key}.credits", data["credits"], 0, math.inf) if "credits" in data else math.nan
    added, meant = data.get("added", False), data.get("for", "")
    if not isinstance(added, bool):
        raise BadRule(f"{key}.added", "must be true or false")
    if meant not in ("", "returning"):
        raise BadRule(f"{key}.for", "must be returning, or left out")
    if added and extends:
        raise BadRule(f"{key}.extends", "a track that is added to another asks for its own needs only")
    until, deliberation = _moments(key, data)
    return TrackRule(
        key,
        credit,
        read,
        extends,
        dict(titles),
        added=added,
        returning=bool(meant),
        until=until,
        deliberation=deliberation,
    )


def _moments(key: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """The cut-off and the deliberation, as written."""
    read: dict[str, dates.CourseDate] = {}
    for name in ("until", "deliberation"):
        if name in data:
            try:
                read[name] = dates.parse(str(data[name]))
            except dates.BadDate as error:
                raise BadRule(f"{key}.{name}", error.reason) from None
    if dates.backwards(read.get("until"), read.get("deliberation")):
        raise BadRule(f"{key}.until", f"is after the deliberation, {data['deliberation']}")
    return str(data.get("until", "")), str(data.get("deliberation", ""))


def _extended(key: str, own: Mapping[str, TrackRule]) -> TrackRule:
    """A track with all that its line of `extends` brings, the farthest first; credits are the nearest that were
    said."""
    line = [own[key]]
    while line[-1].extends:
        parent = line[-1].extends
        if parent not in own:
            raise BadRule(f"{line[-1].key}.extends", f"there is no track {parent}")
        if any(track.key == parent for track in line):
            raise BadRule(f"{key}.extends", "leads round in a circle")
        if own[parent].added:
            raise BadRule(f"{line[-1].key}.extends", f"{parent} is added to other tracks: nothing extends it")
        line.append(own[parent])
    lines = [tuple(track.key for track in line[start:]) for start in range(len(line))]
    asked: dict[Need, tuple[str, ...]] = {}
    for track, origin in zip(reversed(line), reversed(lines), strict=True):
        for need in track.needs:
            asked.setdefault(need, origin)
    needs = tuple(asked)
    if not needs:
        raise BadRule(f"{key}.needs", "a track needs at least one need")
    credit, *others = [*(track.credits for track in line if not math.isnan(track.credits)), 0.0]
    if any(credit < other for other in others):
        raise BadRule(f"{key}.credits", "brings fewer credits than a track that it asks more than")
    return replace(own[key], credits=credit, needs=needs, line=lines[0], origins=tuple(asked.values()))


def _need(path: str, data: object) -> Need:
    if not isinstance(data, Mapping):
        raise BadRule(path, "must be a mapping such as {mean: quiz, at_least: 60}")
    verbs = [verb for verb in get_args(Verb) if verb in data]
    if len(verbs) != 1:
        raise BadRule(path, f"must have one of {', '.join(get_args(Verb))}")
    verb = cast(Verb, verbs[0])
    _known(path, data, _KEYS[verb])
    what = data[verb]
    if not isinstance(what, str) or not what.strip():
        raise BadRule(f"{path}.{verb}", "must be a word")
    if verb == "reviews":
        if what != "all":
            raise BadRule(f"{path}.reviews", "must be all")
        return Need(verb, what)
    if verb == "passed":
        _one_of(f"{path}.passed", what)
        return Need(verb, what, what, float(_count(f"{path}.count", data.get("count", 1))))
    if "at_least" not in data:
        raise BadRule(path, "must say at_least")
    of = data.get("of", "all")
    _one_of(f"{path}.of", of)
    return Need(verb, what, of, _number(f"{path}.at_least", data["at_least"], 0, 100))


def _known(path: str, data: Mapping[Any, Any], keys: frozenset[str]) -> None:
    for key in data:
        if key not in keys:
            raise BadRule(f"{path}.{key}", f"unknown; known are {', '.join(sorted(keys))}")


def _one_of(path: str, value: object) -> None:
    if value not in SCOPES:
        raise BadRule(path, f"must be one of {', '.join(SCOPES)}")


def _count(path: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadRule(path, "must be a whole number, 1 or more")
    return value


def _number(path: str, value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high or value == math.inf:
        raise BadRule(path, f"must be a number from {low} to {high}" if high < math.inf else f"must be {low} or more")
    return float(value)
