"""A course from a path: every format that Préau reads, judged by every room that has a say."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from preau.common import archives
from preau.content import importing
from preau.content.reading import read_course
from preau.content.source import Problem, SourceCourse
from preau.grades import rules
from preau.grades.tracks import BadRule, parse_tracks
from preau.interop import mdx
from preau.quizzes import gift

READERS: Mapping[str, Callable[[str], str]] = {".mdx": mdx.to_markdown}


def import_path(
    path: Path, *, slug: str | None, by: UUID | None, now: datetime, dry_run: bool = False
) -> importing.Report:
    """Import a folder, a ZIP or one file. Raises `BadCourse` (nothing was changed) with problems by file and line."""
    try:
        with archives.open_folder(path) as root:
            source = read_course(root, slug=slug, is_question=gift.is_question_fence, readers=READERS)
            folder = root if root.is_dir() else root.parent
            return importing.import_course(with_track_problems(source), folder, by=by, now=now, dry_run=dry_run)
    except archives.Refused as refused:
        raise importing.BadCourse([Problem(refused.name, 0, refused.reason)]) from refused


def with_track_problems(source: SourceCourse) -> SourceCourse:
    """The same course, with what its tracks ask and the course cannot give."""
    try:
        tracks = parse_tracks({key: without_title(track) for key, track in source.tracks.items()})
    except BadRule as error:
        return replace(source, problems=(*source.problems, Problem("course.yaml", 0, f"tracks: {error}")))
    modules = [rules.ModuleFact(m.key, m.elective, m.passing) for m in source.modules]
    elective = {m.key: m.elective for m in source.modules}
    units = [
        rules.UnitFact(u.key, u.kind, u.module, elective.get(u.module, False), weight_of(u.kind, u.meta.get("weight")))
        for u in source.units
        if u.language == source.languages[0]
    ]
    found = [reason for rule in tracks.values() for reason in rules.check(rule, modules, units)]
    return replace(source, problems=(*source.problems, *(Problem("course.yaml", 0, reason) for reason in found)))


def without_title(track: Mapping[str, object]) -> Mapping[str, object]:
    """A track as the rules read it."""
    return {key: value for key, value in track.items() if key != "title"}


def weight_of(kind: str, weight: object) -> float:
    """What a unit weighs before it is stored."""
    if kind not in {"quiz", "exam", "assignment"}:
        return 0.0
    return float(weight) if isinstance(weight, int | float) else 1.0
