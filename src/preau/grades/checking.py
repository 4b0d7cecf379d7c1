"""What the rules of a course ask and the course cannot give, found before anything is stored. Pure: no Django."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from preau.content.source import Problem, SourceCourse, SourceUnit
from preau.courses import dates
from preau.courses.rules import last_moment, review_dates
from preau.grades import rules
from preau.grades.carries import check as check_carries
from preau.grades.carries import parse_carries
from preau.grades.rules import ModuleFact, UnitFact
from preau.grades.tracks import BadRule, TrackRule, parse_tracks

# Kinds that weigh 1 unless their front matter says otherwise.
GRADED = frozenset({"quiz", "exam", "assignment", "subtitles"})
FILE = "course.yaml"
A_MONDAY = datetime(2026, 3, 2, tzinfo=UTC)  # an opening to count from: only the order of dates is asked
ZONE = ZoneInfo("UTC")


@dataclass(frozen=True)
class Facts:
    """A course as the rules want it; `texts` are its units in the source language."""

    modules: Sequence[ModuleFact]
    units: Sequence[UnitFact]
    texts: Mapping[str, SourceUnit]


def judged(source: SourceCourse) -> SourceCourse:
    """The same course, with the problems of its rules among its problems."""
    return replace(source, problems=(*source.problems, *rule_problems(source)))


def rule_problems(source: SourceCourse) -> list[Problem]:
    """Tracks and carries that cannot be read, needs that no unit of the course can meet, and work that counts for a
    track and ends after its jury."""
    facts = _facts(source)
    return [*_tracks(source, facts), *_carries(source, facts)]


def _facts(source: SourceCourse) -> Facts:
    modules = [ModuleFact(m.key, m.elective, m.passing, counts_for(m.meta)) for m in source.modules]
    known = {module.key: module for module in modules}
    texts = {unit.key: unit for unit in source.units if unit.language == source.languages[0]}
    units = []
    for unit in texts.values():
        module = known.get(unit.module, ModuleFact(unit.module))
        weight = _weight(unit.kind, unit.meta.get("weight"))
        units.append(UnitFact(unit.key, unit.kind, unit.module, module.elective, weight, counts_for=module.counts_for))
    return Facts(modules, units, texts)


def counts_for(meta: Mapping[str, object]) -> tuple[str, ...] | None:
    """The tracks that a module says it counts for; None: it does not say."""
    named = meta.get("counts_for")
    return tuple(str(key) for key in named) if isinstance(named, list) else None


def _tracks(source: SourceCourse, facts: Facts) -> list[Problem]:
    lines = _lines(source, "tracks")
    try:
        tracks = parse_tracks({key: _rule(track) for key, track in source.tracks.items()})
    except BadRule as error:
        return [Problem(FILE, lines(f"tracks.{error.path}"), f"tracks: {error}")]
    found = []
    for rule in tracks.values():
        for why in rules.check(rule, facts.modules, facts.units):
            found.append(Problem(FILE, lines(f"tracks.{rule.key}.needs"), why))
        found += _after_the_jury(rule, facts)
    return found


def _carries(source: SourceCourse, facts: Facts) -> list[Problem]:
    lines = _lines(source, "carries")
    try:
        found = parse_carries(source.meta.get("carries", []))
    except BadRule as error:
        return [Problem(FILE, lines(error.path), str(error))]
    return [
        Problem(FILE, lines(why.partition(":")[0]), why) for why in check_carries(found, facts.modules, facts.units)
    ]


def _after_the_jury(rule: TrackRule, facts: Facts) -> Iterable[Problem]:
    """Graded units that a need of the track reckons with and whose results may come after its deliberation."""
    jury = _moment(rule.deliberation)
    if jury is None:
        return
    for unit in rules.reckoned(rule, facts.modules, facts.units):
        text = facts.texts[unit.key]
        last = _last(text)
        if last is not None and last > jury:
            why = f"counts for the track {rule.key}, and ends after its deliberation ({rule.deliberation})"
            yield Problem(text.file, 1, f"{unit.key} {why}")


def _last(unit: SourceUnit) -> datetime | None:
    """When the last result of a unit is known: its deadline and the grace of its kind, or when results are told."""
    due = _moment(unit.meta.get("due")) or _moment(unit.meta.get("closes"))
    moments = [last_moment(unit.kind, due)]
    if unit.kind == "assignment" and unit.meta.get("rubric"):
        moments += review_dates(due, _moment(unit.meta.get("reviews_due")), _moment(unit.meta.get("results")))
    return max((moment for moment in moments if moment), default=None)


def _moment(written: object) -> datetime | None:
    """A relative date as a moment to compare with others; what does not read was reported by whoever read the file."""
    try:
        read = dates.parse(str(written)) if written else None
    except dates.BadDate:
        return None
    return dates.resolve(read, A_MONDAY, ZONE) if isinstance(read, dates.RelativeDate) else None


def _lines(source: SourceCourse, default: str) -> Callable[[str], int]:
    """The line of a place in course.yaml, or of the nearest one around it."""

    def line(path: str) -> int:
        while path and path not in source.rule_lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return source.rule_lines.get(path or default, 0)

    return line


def _rule(track: Mapping[str, object]) -> Mapping[str, object]:
    return {key: value for key, value in track.items() if key != "title"}


def _weight(kind: str, weight: object) -> float:
    if kind not in GRADED:
        return 0.0
    return float(weight) if isinstance(weight, int | float) else 1.0
