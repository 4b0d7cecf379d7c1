"""Reading a folder that nobody wrote for Préau: Markdown, MDX and GIFT files, in folders or not. Pure: no Django.

Whatever can come in comes in; the rest is an entry of `skipped` with its file, line and reason. A file is a unit, or
one for each of its first-level headings when it has several; a folder is a module; the questions of a text become a
quiz after it.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from preau.content import course_yaml, front_matter, html_marks, keys
from preau.content.attachments import SUBTITLES, TEXTS, Attachments, in_gift
from preau.content.folder import BadText, Folder, called, slug, suffix
from preau.content.front_matter import BadYaml, Header, Loaded
from preau.content.markup import blanked, components, outline, without
from preau.content.source import Problem, SourceModule, SourceUnit
from preau.content.splitting import IsQuestion, Part, Questions, blank, cut, parts
from preau.content.structured import ASKING, Readers, practice

_MODULE_LINE = re.compile(r"(?:import\b.*\bfrom\s*['\"].*|import\s*['\"].*|export\s+(?:const|default|function)\b.*)")
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?")
_WORDS = {
    "fr": frozenset(
        ["le", "la", "les", "des", "une", "est", "dans", "pour", "que", "qui", "avec", "sur", "vous", "nous", "ce"]
    ),
    "en": frozenset(["the", "of", "and", "is", "to", "in", "that", "for", "with", "you", "this", "are", "we", "it"]),
}


@dataclass
class Plain:
    """One reading under way: what it was given, and what it gathers."""

    folder: Folder
    is_question: IsQuestion
    readers: Readers
    language: str
    attachments: Attachments
    skipped: list[Problem]
    units: list[SourceUnit] = field(default_factory=list)
    modules: dict[str, SourceModule] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    loose: list[PurePosixPath] = field(default_factory=list)


@dataclass(frozen=True)
class Text:
    """A file with its header read and its marks understood."""

    file: str
    module: str
    header: Header


def read_files(reading: Plain, names: Iterable[str]) -> None:
    """Read the files of these names in their order; those that are no texts are attachments or stay out."""
    others = []
    for name in names:
        if suffix(name) in (".md", ".gift", *reading.readers):
            _read_file(reading, name)
        else:
            others.append(name)
    for name in others:
        if name in reading.attachments.reached:
            continue
        if suffix(name) in SUBTITLES:
            reading.skipped.append(Problem(name, 0, "subtitles, and no video lies beside them"))
            reading.loose.append(PurePosixPath(name))
        else:
            reading.skipped.append(Problem(name, 0, "it is no text that becomes a unit, and no text refers to it"))


def _read_file(reading: Plain, name: str) -> None:
    report = keys.problem(reading.skipped, name)
    try:
        text = reading.folder.text(name)
    except (BadText, OSError) as error:
        report(*((error.line, error.reason) if isinstance(error, BadText) else (0, "it cannot be read")))
        return
    module = _module(reading, name)
    if suffix(name) == ".gift":
        _read_gift(reading, Text(name, module, _gift_header(text, report)), report)
        return
    reader = reading.readers.get(suffix(name))
    try:
        header = front_matter.split_loose(reader(text) if reader else text)
    except BadYaml as error:
        report(error.line, f"{error.reason}; the lines are left out")
        header = _without_header(text)
    page = Text(name, module, replace(header, body=_understood(header.body, header.line, name, report)))
    reading.attachments.gather(name, outline(page.header.body).references, page.header.line, report)
    _read_parts(reading, page, report)


def _without_header(text: str) -> Header:
    """The text after front matter that does not read; all of it when the front matter has no end."""
    lines = text.split("\n")
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == "---"), 0)
    return Header(Loaded({}), "\n".join(lines[end + 1 :] if end else lines[1:]), end + 2 if end else 2)


def _gift_header(text: str, report: keys.Report) -> Header:
    try:
        return Header(front_matter.of_gift(text, keys.EVERY_UNIT | keys.QUESTIONS), text, 1)
    except BadYaml as error:
        report(error.line, error.reason)
        return Header(Loaded({}), text, 1)


def _understood(text: str, first: int, name: str, report: keys.Report) -> str:
    """The text without what only another system understands, each reported; HTML as Markdown; every line in its
    place."""
    text = html_marks.without_jsx_comments(text) if suffix(name) == ".mdx" else text
    code = outline(text).code
    gone = components(text, code)
    for one in gone:
        if not one.closing:
            shown = one.name if one.name.startswith("{") else f"<{one.name}>"
            report(
                first + text.count("\n", 0, one.start), f"unknown markup {shown}: left out, the text around it stays"
            )
    lines = without(text, gone).split("\n")
    if suffix(name) == ".mdx":
        for number, line in enumerate(lines):
            if number not in code and _MODULE_LINE.fullmatch(line):
                report(first + number, "a line of code outside a fence: left out")
                lines = blanked(lines, number, number + 1)
    return html_marks.to_marks("\n".join(lines))


def _read_gift(reading: Plain, page: Text, report: keys.Report) -> None:
    reading.attachments.gather(page.file, in_gift(page.header.body), 1, report)
    meta = _meta(page, report)
    asked: Questions = [{"file": page.file, "line": 1, "text": page.header.body}]
    title = str(meta.get("title") or called(page.file))
    key = _key(reading, meta, page.file, "", 1, report)
    unit = SourceUnit(key, "quiz", reading.language, page.module, title, "", page.file, 1, meta | {"questions": asked})
    reading.units.append(_titled(unit, report))


def _read_parts(reading: Plain, page: Text, report: keys.Report) -> None:
    found = parts(page.header.body, page.header.line)
    meta = _meta(page, report)
    whole = len(found) == 1
    for number, part in enumerate(found):
        own = (
            meta if whole or number == 0 else {key: value for key, value in meta.items() if key not in ("id", "title")}
        )
        titled = own.get("title") if whole else None
        title = str(titled or part.title or called(page.file))
        if not whole:
            own = {key: value for key, value in own.items() if key != "id"}
        key = _key(reading, own, page.file, "" if whole else part.title, part.heading, report)
        unit = SourceUnit(
            key, str(own.get("kind", "lesson")), reading.language, page.module, title, "", page.file, part.line, own
        )
        reading.units += _with_questions(reading, _titled(unit, report, part.heading), part, report)


def _with_questions(reading: Plain, unit: SourceUnit, part: Part, report: keys.Report) -> list[SourceUnit]:
    """The unit, then a quiz for each run of questions; a text that holds nothing but one run is that quiz itself."""
    done = cut(part.text, unit.file, part.line, reading.is_question)
    for line in done.open_fences:
        report(line, "a fence opens here and never closes: the rest of the text is in it")
    for run in done.runs:
        for entry in run:
            reading.attachments.gather(unit.file, in_gift(entry["text"]), entry["line"], report)
    unit = replace(unit, body=done.text)
    asked: Questions = [entry for run in done.runs for entry in run]
    if unit.kind in ASKING or (asked and blank(done.text)):
        kind = unit.kind if unit.kind in ASKING else "quiz"
        return [replace(unit, kind=kind, meta={**unit.meta, "questions": asked})]
    quizzes = [_renamed(reading, quiz, report) for quiz in practice(unit, done.runs, _weight(unit))]
    if blank(done.text) and not quizzes:
        report(part.heading, "nothing to read here")
    return [unit, *quizzes]


def _weight(unit: SourceUnit) -> dict[str, Any]:
    return {"weight": unit.meta["weight"]} if "weight" in unit.meta else {}


def _renamed(reading: Plain, quiz: SourceUnit, report: keys.Report) -> SourceUnit:
    return replace(quiz, key=_unique(reading, quiz.key, quiz.line, report))


def _meta(page: Text, report: keys.Report) -> dict[str, Any]:
    """The header as written, without what cannot be used: that is reported and left out."""
    meta = page.header.meta
    bad: set[int] = set()

    def note(line: int, reason: str) -> None:
        bad.add(line)
        report(line, f"{reason}; the line is left out")

    known = {key: value for key, value in meta.value.items() if key in keys.EVERY_UNIT | keys.QUESTIONS}
    keys.check_unit(Loaded(_numbers(known), meta.lines), "", note)
    if "id" in known and (why := keys.identifier(known["id"])):
        note(meta.line("id"), why)
    kept = {key: value for key, value in meta.value.items() if meta.line(key) not in bad}
    return _numbers(kept)


def _numbers(meta: dict[str, Any]) -> dict[str, Any]:
    """Header lines hold text: minutes, weight and the like become numbers where they are some."""
    made = dict(meta)
    for key in ("minutes", "weight", "pass", "attempts"):
        value = made.get(key)
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", value):
            made[key] = float(value) if "." in value else int(value)
    return made


def _titled(unit: SourceUnit, report: keys.Report, line: int = 1) -> SourceUnit:
    return replace(unit, title=course_yaml.title(unit.title, line, report) or unit.key)


def _module(reading: Plain, name: str) -> str:
    """The module of a file: its folder, or the course itself for what lies at the root."""
    folder = str(PurePosixPath(name).parent)
    key = "main" if folder == "." else slug(folder)
    if key not in reading.modules:
        title = reading.attachments.source if folder == "." else " / ".join(map(called, PurePosixPath(folder).parts))
        reading.modules[key] = SourceModule(key, {reading.language: title})
    return key


def _key(reading: Plain, meta: dict[str, Any], file: str, heading: str, line: int, report: keys.Report) -> str:
    written = meta.get("id")
    path = PurePosixPath(file)
    named = str(path.with_suffix("")) + (f"/{heading}" if heading else "")
    return _unique(reading, str(written) if written else slug(named), line, report)


def _unique(reading: Plain, key: str, line: int, report: keys.Report) -> str:
    """The key, or with the first free number from 2; a second unit of one key is reported."""
    made, number = key, 1
    while made in reading.keys:
        number += 1
        made = f"{key[: keys.LONGEST_ID - 4]}-{number}"
    if made != key:
        report(line, f'"{key}" is already the key of another unit; this one is "{made}"')
    reading.keys.add(made)
    return made


def language_of(folder: Folder, names: Iterable[str], root: str) -> str:
    """The language of a folder without a course.yaml: its name when that is a code, else the one whose small words its
    texts hold most often, French before English."""
    if _LANGUAGE.fullmatch(root) and root[:2] in _WORDS:
        return root[:2]
    seen: Counter[str] = Counter()
    for name in list(names)[:50]:
        try:
            words = re.findall(r"[a-zà-ÿ]+", folder.text(name)[:20_000].lower()) if suffix(name) in TEXTS else []
        except (BadText, OSError):
            continue
        for language, small in _WORDS.items():
            seen[language] += sum(word in small for word in words)
    return "en" if seen["en"] > seen["fr"] else "fr"
