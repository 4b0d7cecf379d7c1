"""A slip of the pen in one unit, corrected without the course's folder: the version's rows give the course back, the
one text is read as an import reads it, and what comes of it is stored as a version like any other.

The words of a unit are corrected here: its text, its questions, its title. What says who it is, when it is due and how
it counts is changed by importing the course, for it concerns more than one page.
"""

import hashlib
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from preau.common.archives import LIMITS
from preau.content import exporting, importing, media, structured
from preau.content.attachments import Attachments
from preau.content.course_yaml import CourseHead
from preau.content.folder import Folder
from preau.content.models import MediaFile, ModuleText, UnitText, Version
from preau.content.source import Problem, SourceCourse, SourceModule, SourceUnit
from preau.content.splitting import IsQuestion

# Of a header: the rest is kept.
WORDS = frozenset({"title", "description", "minutes", "tags", "licence", "authors", "translates"})


def prepare(text: UnitText, typed: str, *, is_question: IsQuestion) -> importing.Ready:
    """The version of `text` with this one unit as `typed`, ready to be stored. Raises `BadCourse` with what is wrong
    by line of what was typed, and with what the correction would break elsewhere."""
    version = text.version
    before = rebuilt(version)
    unit = _read(text, typed.replace("\r\n", "\n").replace("\r", "\n"), before, is_question)
    same = (text.unit.key, text.language)
    units = tuple(unit if (one.key, one.language) == same else one for one in before.units)
    after = replace(before, units=units, digest=_digest(version, text, typed))
    read, report = importing.judged(after)
    fresh = set(report.skipped) - set(before.skipped)
    if fresh and (fresh := fresh - set(importing.judged(before)[1].skipped)):
        raise importing.BadCourse(fresh)
    return importing.Ready(after, read, files_of(version), [], report)


def rebuilt(version: Version) -> SourceCourse:
    """A version as its import read it. `plain`: what was wrong in it then is reported, not refused."""
    course, languages = version.course, tuple(version.meta["languages"])
    rows = UnitText.objects.filter(version=version).select_related("unit", "module").order_by("position")
    texts = sorted(rows, key=lambda row: languages.index(row.language))  # the source language first, each in order
    modules = ModuleText.objects.filter(version=version).select_related("module").order_by("position")
    return SourceCourse(
        slug=course.slug,
        titles=course.titles,
        languages=languages,
        modules=tuple(SourceModule(m.module.key, m.titles, m.elective, m.passing, m.opens, m.meta) for m in modules),
        units=tuple(_unit(row) for row in texts),
        tracks=version.meta["tracks"],
        files=_paths(version),
        meta=course.about,
        plain=True,
        skipped=tuple(Problem(one["file"], one["line"], one["reason"]) for one in version.skipped),
        digest=version.digest,
    )


def _unit(row: UnitText) -> SourceUnit:
    return SourceUnit(
        row.unit.key, row.kind, row.language, row.module.key, row.title, row.body, row.file, row.line, row.meta
    )


def _digest(version: Version, text: UnitText, typed: str) -> str:
    parts = (version.digest, text.language, text.unit.key, typed)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _paths(version: Version) -> dict[str, PurePosixPath]:
    """Where each file lay: a video says it by its name, which another language's texts share."""
    rows = MediaFile.objects.filter(version=version).select_related("video")
    return {row.name: PurePosixPath(_lay(row)) for row in rows}


def _lay(row: MediaFile) -> str:
    return f"{row.video.name}{PurePosixPath(row.name).suffix}" if row.video else row.name


def files_of(version: Version) -> list[media.Stored]:
    """The files of a version, as they are kept."""
    rows = MediaFile.objects.filter(version=version).order_by("name")
    return [media.Stored(row.name, row.digest, row.type, row.size) for row in rows]


def _read(text: UnitText, typed: str, course: SourceCourse, is_question: IsQuestion) -> SourceUnit:
    """Read one text in a folder that holds it, what it draws from, and an empty file for each attachment."""
    name = str(PurePosixPath(text.file).with_suffix(".md"))
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        for other in MediaFile.objects.filter(version=text.version).values_list("name", flat=True):
            _put(root / other, "")
        exporting.write_beside(text, _put(root / name, typed))
        reading = _reading(root, text, course, is_question)
        page = structured.page_of(reading, name, text.language, text.module.key)
        found = structured.units_of(reading, page) if page else []
    if page and found:
        reading.problems += _kept(text, found, page)
    if reading.problems or not found:
        raise importing.BadCourse(reading.problems)
    return _completed(text, found[0])


def _put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    return path


def _reading(root: Path, text: UnitText, course: SourceCourse, is_question: IsQuestion) -> structured.Reading:
    folder = Folder(root, LIMITS)
    head = CourseHead(course.slug, course.titles, course.languages, (), {}, {})
    source = course.languages[0]
    attachments = Attachments(folder, [], source)
    known = [unit for unit in course.units if unit.key == text.unit.key and unit.language == source]
    before = known if text.language != source else []  # a translation takes from its source what it does not say
    return structured.Reading(folder, is_question, {}, head, attachments, units=before)


def _kept(text: UnitText, found: list[SourceUnit], page: structured.Page) -> Iterable[Problem]:
    """What was changed and is not changed here."""
    unit, meta = found[0], page.header.meta
    for said, stored, key in ((unit.key, text.unit.key, "id"), (unit.kind, text.kind, "kind")):
        if said != stored:
            yield Problem(page.file, meta.line(key), f"{key} stays “{stored}”: it is changed by importing the course")
    own = exporting.READ_IN | WORDS | {"id", "kind"}
    for key in sorted((set(unit.meta) | set(text.meta)) - own):
        if unit.meta.get(key) != text.meta.get(key):
            yield Problem(page.file, meta.line(key), f"{key} is changed by importing the course, not here")
    if len(found) > 1:
        yield Problem(
            page.file, found[1].meta["questions"][0]["line"], "a lesson gets questions by importing the course"
        )


def _completed(text: UnitText, unit: SourceUnit) -> SourceUnit:
    """The unit with what its first reading said of it and this one cannot know."""
    kept = {key: text.meta[key] for key in exporting.READ_IN - {"questions"} if key in text.meta}
    meta = {**unit.meta, **kept}
    if "questions" in meta:
        own = [part for part in meta["questions"] if not part.get("pool")]
        meta["questions"] = [*own, *(part for part in text.meta.get("questions", []) if part.get("pool"))]
    if "id" not in text.meta:
        meta.pop("id", None)
    return replace(unit, file=text.file, meta=meta)
