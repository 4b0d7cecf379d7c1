"""course.yaml: what a course is called, its languages, modules and tracks. Pure: no Django.

The keys are described for teachers in docs/teacher/course-folder.md; `content.keys` lists them for the checks.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from unicodedata import category

from preau.common.text import one_line
from preau.content import keys
from preau.content.front_matter import BadYaml, Loaded, load
from preau.content.source import Problem, SourceModule

NAME = "course.yaml"
LONGEST_TITLE = 300
RULES = (("tracks",), ("carries",), ("modules",))  # what rooms above judge, and name by its place
_TURNING = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))  # not the marks of Arabic and Hebrew
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True)
class CourseHead:
    """course.yaml once read. `lines` gives each module's line, `rule_lines` that of each part of a rule, such as
    "tracks.classic.needs[0].at_least": for problems found later."""

    slug: str
    titles: Mapping[str, str]
    languages: tuple[str, ...]
    modules: tuple[SourceModule, ...]
    tracks: Mapping[str, Mapping[str, Any]]
    meta: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)
    rule_lines: Mapping[str, int] = field(default_factory=dict)


def read(text: str, slug: str, problems: list[Problem]) -> CourseHead:
    """Read course.yaml; `slug` is used where the file has none. What is wrong is added to `problems`."""
    report = keys.problem(problems, NAME)
    try:
        meta = load(text)
    except BadYaml as error:
        report(error.line, error.reason)
        meta = Loaded({})
    if not isinstance(meta.value, dict):
        report(1, "course.yaml must be lines of key: value")
        meta = Loaded({})
    elif not problems:
        keys.check_known(meta, keys.COURSE, NAME, report)
    values = meta.value
    languages = _languages(meta, report)
    found = str(values.get("slug", slug))
    if why := keys.identifier(found):
        report(meta.line("slug"), why)
    modules = _modules(meta, languages, report)
    keys.check_grace(meta, report)
    rest = {
        key: value for key, value in values.items() if key not in ("slug", "title", "languages", "modules", "tracks")
    }
    return CourseHead(
        slug=found,
        titles=titles(meta, languages, report, "title"),
        languages=languages,
        modules=tuple(modules),
        tracks=_tracks(meta, report),
        meta=rest,
        lines={module.key: meta.line("modules", number) for number, module in enumerate(modules)},
        rule_lines={_path(where): line for where, line in meta.lines.items() if where[:1] in RULES},
    )


def _path(where: tuple[str | int, ...]) -> str:
    """A place in the file as problems of rules name it."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where)[1:]


def _languages(meta: Loaded, report: keys.Report) -> tuple[str, ...]:
    written = meta.value.get("languages")
    if written is None and not isinstance(meta.value.get("title"), dict):
        report(meta.line(), "languages is missing: list the course's languages, the source first, such as [fr, en]")
        return ()
    found = written if written is not None else list(meta.value["title"])
    if isinstance(found, str):
        found = [found]
    if not isinstance(found, list) or not found or not all(LANGUAGE.fullmatch(str(one)) for one in found):
        report(meta.line("languages"), "languages must be a list of codes, the source first, such as [fr, en]")
        return ()
    if len(set(found)) < len(found):
        report(meta.line("languages"), "a language is listed twice")
    return tuple(dict.fromkeys(str(one) for one in found))


def titles(meta: Loaded, languages: tuple[str, ...], report: keys.Report, *where: str | int) -> dict[str, str]:
    """A title by language: one text for all, or a mapping of languages. Reports one that is missing, empty or no
    text."""
    value: Any = meta.value
    for step in where:
        value = value.get(step) if isinstance(value, dict) else value[step]
    line = meta.line(*where)
    if value is None:
        report(line, f"{where[-1]} is missing")
        return {}
    written = value if isinstance(value, dict) else dict.fromkeys(languages, value)
    for language in written:
        if languages and language not in languages:
            report(meta.line(*where, language), f'"{language}" is not one of the languages of the course')
    if languages and languages[0] not in written:
        report(line, f"{where[-1]} has no text in the source language, {languages[0]}")
    return {language: title(text, line, report) for language, text in written.items()}


def title(value: Any, line: int, report: keys.Report) -> str:
    """A title on one line, without control or direction characters; reports those, and a title that is no short
    text."""
    if isinstance(value, dict | list | bool) or value is None:
        report(line, "a title must be a text")
        return ""
    cleaned = one_line(str(value))
    if hidden_marks(str(value)):
        report(line, "the title holds invisible control characters or characters that turn the direction of writing")
    if not cleaned:
        report(line, "a title is empty")
    if len(cleaned) > LONGEST_TITLE:
        report(line, f"a title of more than {LONGEST_TITLE} characters")
    return cleaned[:LONGEST_TITLE]


def hidden_marks(text: str) -> bool:
    """Whether a text holds control characters, or some that make a line read otherwise than it is written."""
    return any(letter in _TURNING or (letter not in "\t\n\r" and category(letter) == "Cc") for letter in text)


def _modules(meta: Loaded, languages: tuple[str, ...], report: keys.Report) -> list[SourceModule]:
    written = meta.value.get("modules")
    if not isinstance(written, list) or not written:
        report(meta.line("modules"), "modules is missing: list the course's modules, each with an id and a title")
        return []
    modules: list[SourceModule] = []
    for number, one in enumerate(written):
        line = meta.line("modules", number)
        if not isinstance(one, dict):
            report(line, "a module is written {id: week-1, title: …}")
            continue
        module = _module(meta, number, languages, report)
        if module.key in {other.key for other in modules}:
            report(line, f'two modules have the id "{module.key}"')
        elif module.key:
            modules.append(module)
    return modules


def _module(meta: Loaded, number: int, languages: tuple[str, ...], report: keys.Report) -> SourceModule:
    where = ("modules", number)
    one: dict[str, Any] = meta.value["modules"][number]
    keys.check_known(meta, keys.MODULE, "a module", report, *where)
    keys.check_dates(meta, report, *where)
    key = str(one.get("id", ""))
    if why := keys.identifier(key):
        report(meta.line(*where, "id"), why if "id" in one else "a module has no id")
        key = ""
    elif key == "pools":
        report(meta.line(*where, "id"), 'a module cannot be called "pools": that folder holds questions to draw from')
    elective = one.get("elective", False)
    if not isinstance(elective, bool):
        report(meta.line(*where, "elective"), "elective must be true or false")
    _check_elective(meta, report, *where)
    units = one.get("units", [])
    if not isinstance(units, list) or not all(isinstance(name, str | int) for name in units):
        report(meta.line(*where, "units"), "units must be a list of file names")
    passing = one.get("pass", 50)
    keys.check_number(passing, "pass", 0, 100, lambda why: report(meta.line(*where, "pass"), why))
    rest = {name: value for name, value in one.items() if name not in ("id", "title", "elective", "pass", "opens")}
    return SourceModule(
        key=key,
        titles=titles(meta, languages, report, *where, "title"),
        elective=elective is True,
        passing=float(passing) if isinstance(passing, int | float) else 50.0,
        opens=str(one.get("opens") or ""),
        meta=rest,
    )


def _check_elective(meta: Loaded, report: keys.Report, *where: str | int) -> None:
    """What an elective may count for: a list of the course's tracks, empty when for none; and whether it gives an
    attestation of its own."""
    one: Any = meta.value
    for step in where:
        one = one[step]
    tracks = meta.value.get("tracks")
    named = one.get("counts_for", [])
    if not isinstance(named, list) or not all(isinstance(key, str) for key in named):
        report(meta.line(*where, "counts_for"), "counts_for must be a list of tracks, such as [classic]")
    elif unknown := [key for key in named if not isinstance(tracks, dict) or key not in tracks]:
        report(meta.line(*where, "counts_for"), f'counts_for names "{unknown[0]}", which is not a track')
    elif "counts_for" in one and not one.get("elective"):
        report(meta.line(*where, "counts_for"), "the core counts for every track: counts_for is for electives")
    if not isinstance(one.get("attestation", False), bool):
        report(meta.line(*where, "attestation"), "attestation must be true or false")


def _tracks(meta: Loaded, report: keys.Report) -> dict[str, Mapping[str, Any]]:
    written = meta.value.get("tracks", {})
    if not isinstance(written, dict):
        report(meta.line("tracks"), "tracks is written {classic: {credits: 1, needs: […]}}")
        return {}
    tracks: dict[str, Mapping[str, Any]] = {name: track for name, track in written.items() if isinstance(track, dict)}
    for name in written:
        line = meta.line("tracks", name)
        if name not in tracks:
            report(line, f"the track {name} must be lines of key: value")
            continue
        if why := keys.identifier(name):
            report(line, why)
    return tracks
