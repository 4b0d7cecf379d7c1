"""From a folder to a `SourceCourse`. Pure: no Django.

With a `course.yaml`, the layout of docs/teacher/course-folder.md is required and every mistake is a `Problem`; the
caller stores nothing then. Without one, what can come in comes in and the rest is `skipped`. Neither ever raises for
what an author did.
"""

from collections.abc import Iterable
from pathlib import Path

from preau.common.archives import LIMITS, Limits, Refused
from preau.content import course_yaml, plain, structured
from preau.content.attachments import Attachments
from preau.content.folder import BadText, Folder, slug
from preau.content.source import Problem, SourceCourse
from preau.content.splitting import IsQuestion
from preau.content.structured import Readers, Reading

NOTHING = "there is nothing here that becomes a unit: no .md and no .gift file"


def read_course(
    root: Path,
    *,
    slug: str | None,
    is_question: IsQuestion,
    readers: Readers | None = None,
    limits: Limits = LIMITS,
) -> SourceCourse:
    """Read a folder, or one `.md`, `.mdx` or `.gift` file with the attachments beside it.

    `slug` names the course whatever course.yaml says; without it course.yaml does, then the folder's name.
    `is_question` takes a fence's label and text. `readers` maps a suffix such as ".mdx" to what turns such a text into
    Markdown with GIFT fences, every later line keeping its number. `limits` bound the files.
    """
    folder = Folder(root, limits)
    refused = [_problem(one) for one in folder.refused] if root.is_dir() else []
    if root.is_dir() and course_yaml.NAME in folder.files:
        return _structured(root, folder, slug, is_question, readers or {}, refused)
    names = list(folder.files) if root.is_dir() else [root.name]
    if not root.is_dir() and root.name not in folder.files:
        why = next((one.reason for one in folder.refused if one.name == root.name), "there is no such file")
        refused.append(Problem(root.name, 0, why))
        names = []
    return _plain(root, folder, names, slug, is_question, readers or {}, refused)


def _problem(refused: Refused) -> Problem:
    return Problem(refused.name, 1, refused.reason)


def _structured(
    root: Path, folder: Folder, named: str | None, is_question: IsQuestion, readers: Readers, refused: list[Problem]
) -> SourceCourse:
    problems = list(refused)
    try:
        text = folder.text(course_yaml.NAME)
    except BadText as error:
        problems.append(Problem(course_yaml.NAME, error.line, error.reason))
        text = ""
    head = course_yaml.read(text, slug(root.name), problems)
    notices: list[Problem] = []
    attachments = Attachments(folder, notices, head.languages[0] if head.languages else "")
    reading = Reading(folder, is_question, readers, head, attachments, problems)
    if image := head.meta.get("image"):
        attachments.gather_meta(
            course_yaml.NAME,
            {"image": image},
            1,
            lambda line, why: problems.append(Problem(course_yaml.NAME, line, why)),
        )
    structured.read_units(reading)
    return SourceCourse(
        slug=named or head.slug,
        titles=head.titles,
        languages=head.languages,
        modules=head.modules,
        units=tuple(reading.units),
        tracks=head.tracks,
        files=attachments.files,
        meta=head.meta,
        problems=_sorted(problems),
        skipped=_sorted(notices),
        rule_lines=head.rule_lines,
        digest=folder.digest(list(folder.files)),
    )


def _plain(
    root: Path,
    folder: Folder,
    names: list[str],
    named: str | None,
    is_question: IsQuestion,
    readers: Readers,
    refused: list[Problem],
) -> SourceCourse:
    title = root.name if root.is_dir() else root.stem
    language = plain.language_of(folder, names, root.name)
    skipped = list(refused)
    attachments = Attachments(folder, skipped, title)
    reading = plain.Plain(folder, is_question, readers, language, attachments, skipped)
    plain.read_files(reading, names)
    problems = () if reading.units else (Problem(root.name, 0, NOTHING),)
    return SourceCourse(
        slug=named or slug(title),
        titles={language: title},
        languages=(language,),
        modules=tuple(reading.modules.values()),
        units=tuple(reading.units),
        tracks={},
        files=attachments.files,
        plain=True,
        problems=problems,
        skipped=_sorted(skipped),
        loose=tuple(reading.loose),
        digest=folder.digest(sorted({*names, *(str(path) for path in attachments.files.values())})),
    )


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems)))
