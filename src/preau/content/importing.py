"""From a course as its author wrote it to a version's rows: everything is read and judged before anything is
written."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from preau.audit import journal
from preau.common import markdown
from preau.content import companions, keys, kinds, media, translated, videos
from preau.content.companions import Brought
from preau.content.models import MediaFile, Module, ModuleText, Unit, UnitText, Version
from preau.content.source import Problem, SourceCourse, SourceUnit
from preau.courses.models import Course


class BadCourse(Exception):
    """The course cannot come in; nothing was changed. `problems` say why, by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__(f"{len(self.problems)} problems")


@dataclass
class Report:
    """What came in and what did not. `version` is None on a dry run; `unchanged` when the same source is there
    already."""

    course: str
    units: int = 0
    questions: int = 0
    videos: int = 0
    cues: int = 0
    skipped: list[Problem] = field(default_factory=list)
    languages: dict[str, dict[str, int]] = field(default_factory=dict)  # `translated.counted`
    outdated: list[Problem] = field(default_factory=list)  # translations whose source changed since; they come in
    version: Version | None = None
    unchanged: bool = False

    def as_json(self) -> dict[str, Any]:
        """The contract of `./preau import --json`."""
        skipped, outdated = (
            [{"file": p.file, "line": p.line, "reason": p.reason} for p in problems]
            for problems in (self.skipped, self.outdated)
        )
        return {
            "course": self.course,
            "units": self.units,
            "questions": self.questions,
            "videos": self.videos,
            "cues": self.cues,
            "skipped": skipped,
            "languages": self.languages,
            "outdated": outdated,
        }


type Read = list[tuple[SourceUnit, kinds.Parsed]]


@dataclass(frozen=True)
class Ready:
    """A course that was read and judged, its attachments kept: what `store` makes a version of."""

    source: SourceCourse
    read: Read
    files: list[media.Stored]
    beside: list[Brought]
    report: Report


def import_course(source: SourceCourse, root: Path, *, by: UUID | None, now: datetime, dry_run: bool = False) -> Report:
    """Bring a course in as a new version. Raises `BadCourse` with every problem found; a plain folder reports them
    instead."""
    if dry_run:
        return _told(judged(source, root)[1], source)
    return store(prepare(source, root), by=by, now=now)


def prepare(source: SourceCourse, root: Path) -> Ready:
    """All the work of an import that needs no transaction, so that nobody waits for it. Raises `BadCourse`."""
    read, report = judged(source, root)
    files = media.keep_all(
        companions.others(source), root
    )  # before the transaction: a full disk leaves only unreferenced files
    return Ready(source, read, files, companions.brought(source, root), _told(report, source))


def _told(report: Report, source: SourceCourse) -> Report:
    """The report with how far each language is."""
    rows = translated.of_source(source)
    report.languages, report.outdated = translated.counted(rows), translated.outdated(rows, source.units)
    return report


def judged(source: SourceCourse, root: Path | None = None) -> tuple[Read, Report]:
    """Read every unit by its kind, and with its folder (`root`) what lies beside the videos; what is wrong is refused
    (`BadCourse`), or reported for a plain folder."""
    read: Read = [(unit, _parse(unit)) for unit in source.units]
    problems = [*source.problems, *(p for _, parsed in read for p in parsed.problems), *_disagreements(read)]
    problems += [p for unit in source.units for p in _markup_problems(unit)]
    if problems and not source.plain:
        raise BadCourse(problems)
    if not read:
        raise BadCourse([*problems, *source.skipped])
    cues, said = companions.read(source, root) if root else (0, [])
    noted = {*source.skipped, *problems, *_placeholders(source.units), *said}
    report = Report(source.slug, cues=cues, skipped=sorted(noted))
    firsts = {unit.key: (unit, parsed) for unit, parsed in reversed(read)}
    report.units = len(firsts)
    report.questions = sum(parsed.questions for _, parsed in firsts.values())
    report.videos = sum(bool(unit.meta.get("video")) for unit, _ in firsts.values())
    return read, report


def _parse(unit: SourceUnit) -> kinds.Parsed:
    kind = kinds.get(unit.kind)
    return kind.parse(unit) if kind else kinds.Parsed()


def _placeholders(units: Iterable[SourceUnit]) -> list[Problem]:
    return [
        Problem(unit.file, unit.line, f"the kind “{unit.kind}” is not installed: a placeholder stands for this unit")
        for unit in units
        if kinds.get(unit.kind) is None
    ]


def _markup_problems(unit: SourceUnit) -> list[Problem]:
    """What the Markdown itself gets wrong (formulas); attachments were checked by the reader, who knows the folder."""
    rendered = markdown.render(unit.body, address=lambda url: url)
    return [Problem(unit.file, unit.line + line - 1, reason) for line, reason in rendered.problems]


def _disagreements(read: Read) -> list[Problem]:
    sources: dict[str, tuple[SourceUnit, kinds.Parsed]] = {}
    found: list[Problem] = []
    for unit, parsed in read:
        if unit.key not in sources:
            sources[unit.key] = (unit, parsed)
            continue
        first, first_parsed = sources[unit.key]
        if first.kind != unit.kind:
            found.append(Problem(unit.file, unit.line, f"is a {unit.kind}, but its source is a {first.kind}"))
        elif kind := kinds.get(unit.kind):
            found += kind.agree(first_parsed, parsed, unit)
    return found


@transaction.atomic
def store(ready: Ready, *, by: UUID | None, now: datetime) -> Report:
    """Make a prepared course a version, unless the same source is one already."""
    source, report = ready.source, ready.report
    course, _ = Course.objects.get_or_create(slug=source.slug, defaults={"titles": dict(source.titles)})
    course = Course.objects.select_for_update().get(pk=course.pk)  # one import of a course at a time
    if same := course.versions.filter(digest=source.digest).first():
        report.version, report.unchanged = same, True
        return report
    course.titles, course.languages, course.about = dict(source.titles), list(source.languages), dict(source.meta)
    course.save(update_fields=["titles", "languages", "about"])
    version = Version.objects.create(
        course=course,
        number=course.versions.count() + 1,
        digest=source.digest,
        imported_at=now,
        meta={
            "tracks": dict(source.tracks),
            "languages": list(source.languages) or [settings.LANGUAGE_CODE],
            "carries": source.meta.get("carries", []),
        },
        skipped=report.as_json()["skipped"],
    )
    modules = _store_modules(version, source)
    _store_units(version, ready.read, modules)
    films = videos.enter(course, ready.files, source.files, now=now)
    rows = [MediaFile(version=version, video=films.get(file.name), **file.row()) for file in ready.files]
    MediaFile.objects.bulk_create(rows)
    digests = {file.name: file.digest for file in ready.files}
    report.skipped += companions.store(version, ready.beside, films, digests, by=by, now=now)
    journal.log("course.imported", by=by, about="course", about_id=course.pk, at=now, version=version.number)
    report.version = version
    return report


def _store_modules(version: Version, source: SourceCourse) -> dict[str, Module]:
    modules: dict[str, Module] = {}
    for position, module in enumerate(source.modules):
        row, _ = Module.objects.get_or_create(course=version.course, key=module.key)
        modules[module.key] = row
        ModuleText.objects.create(
            version=version,
            module=row,
            position=position,
            titles=dict(module.titles),
            elective=module.elective,
            passing=module.passing,
            opens=module.opens,
            meta={key: module.meta[key] for key in keys.KEPT_OF_MODULE if key in module.meta},
        )
    return modules


def _store_units(version: Version, read: Read, modules: dict[str, Module]) -> None:
    positions: dict[str, int] = {}
    rows: dict[str, Unit] = {unit.key: unit for unit in Unit.objects.filter(course=version.course)}
    for source, parsed in read:
        position = positions.setdefault(source.key, len(positions))
        if source.key not in rows:
            rows[source.key] = Unit.objects.create(course=version.course, key=source.key)
        UnitText.objects.create(
            version=version,
            unit=rows[source.key],
            module=modules[source.module],
            language=source.language,
            position=position,
            kind=source.kind,
            title=source.title[:300],
            body=source.body,
            meta=dict(source.meta),
            file=source.file,
            line=source.line,
        )
        if kind := kinds.get(source.kind):
            kind.store(version, rows[source.key], source.language, parsed)
