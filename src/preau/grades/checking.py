"""What the tracks of a course ask and the course cannot give, found before anything is stored. Pure: no Django."""

from collections.abc import Mapping
from dataclasses import replace

from preau.content.source import Problem, SourceCourse
from preau.grades import rules
from preau.grades.tracks import BadRule, parse_tracks

# Kinds that weigh 1 unless their front matter says otherwise.
GRADED = frozenset({"quiz", "exam", "assignment", "subtitles"})


def judged(source: SourceCourse) -> SourceCourse:
    """The same course, with the problems of its tracks among its problems."""
    return replace(source, problems=(*source.problems, *track_problems(source)))


def track_problems(source: SourceCourse) -> list[Problem]:
    """Tracks that cannot be read, and needs that no unit of the course can meet."""
    try:
        tracks = parse_tracks({key: _rule(track) for key, track in source.tracks.items()})
    except BadRule as error:
        return [Problem("course.yaml", 0, f"tracks: {error}")]
    modules = [rules.ModuleFact(m.key, m.elective, m.passing) for m in source.modules]
    elective = {m.key: m.elective for m in source.modules}
    units = [
        rules.UnitFact(u.key, u.kind, u.module, elective.get(u.module, False), _weight(u.kind, u.meta.get("weight")))
        for u in source.units
        if u.language == source.languages[0]
    ]
    return [Problem("course.yaml", 0, why) for rule in tracks.values() for why in rules.check(rule, modules, units)]


def _rule(track: Mapping[str, object]) -> Mapping[str, object]:
    return {key: value for key, value in track.items() if key != "title"}


def _weight(kind: str, weight: object) -> float:
    if kind not in GRADED:
        return 0.0
    return float(weight) if isinstance(weight, int | float) else 1.0
