"""The words of course.yaml and of a unit's front matter, and the checks that need nothing but one of them. No
Django."""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any

from preau.content import translating
from preau.content.front_matter import Loaded, nearest
from preau.content.source import Problem
from preau.courses.dates import BadDate, CourseDate, backwards, parse, parse_duration

COURSE = frozenset(
    [
        "slug",
        "title",
        "description",
        "languages",
        "modules",
        "tracks",
        "grace",
        "licence",
        "authors",
        "team",
        "institution",
        "outcomes",
        "audience",
        "effort",
        "prerequisites",
        "keywords",
        "level",
        "image",
        "video",
        "milestones",
        "zone",
        "credits",
        "mentions",
        "contact",
        "certificate",
        "carries",
    ]
)
MODULE = frozenset(
    [
        "id",
        "title",
        "description",
        "elective",
        "pass",
        "opens",
        "closes",
        "credits",
        "units",
        "weight",
        "minutes",
        "image",
        "counts_for",
        "attestation",
    ]
)
KEPT_OF_MODULE = ("counts_for", "attestation", "description", "credits", "minutes")  # beside what has a column
EVERY_UNIT = frozenset(
    [
        "id",
        "kind",
        "title",
        "description",
        "minutes",
        "video",
        "audio",
        "poster",
        "due",
        "opens",
        "closes",
        "weight",
        "pass",
        "tags",
        "licence",
        "authors",
        "discussion",
        "optional",
        "language",
        "translates",
    ]
)
QUESTIONS = frozenset(["attempts", "keep", "draw", "feedback", "shuffle", "limit", "pause", "proctored", "sittings"])
PEER = frozenset(
    [
        "rubric",
        "reviews",
        "reviews_due",
        "results",
        "appeals",
        "guaranteed",
        "self_review",
        "deliverable",
        "files",
        "formats",
        "words",
        "owed",
        "ai",
        "scale",
        "staff_grades",
        "grace_day",
        "exemplars",
    ]
)
BY_KIND: Mapping[str, frozenset[str]] = {
    "lesson": QUESTIONS,
    "quiz": QUESTIONS,
    "exam": QUESTIONS,
    "assignment": PEER,
    "discussion": frozenset(["posts", "replies", "prompt", "graded"]),
    "survey": frozenset(["questions", "anonymous", "show", "results"]),
    "subtitles": frozenset(["accepted"]),
}
DATES = ("opens", "due", "reviews_due", "closes", "results")
CHOICES: Mapping[str, tuple[str, ...]] = {"keep": ("best", "last", "average"), "feedback": ("now", "after")}
IN_ORDER = ("opens", "due", "reviews_due", "results", "closes")
IDENTIFIER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_ID = 80
LONGEST_LIMIT = 600  # minutes of one attempt

Report = Callable[[int, str], None]
"""Takes a line and a reason."""


def check_known(meta: Loaded, known: Iterable[str], what: str, report: Report, *where: str | int) -> None:
    """Report the keys that nothing reads, with the nearest one that something does; `x-…` keys are the author's own."""
    words = frozenset(known)
    value: Any = meta.value
    for step in where:
        value = value[step]
    for key in value:
        if key not in words and not key.startswith("x-"):
            report(meta.line(*where, key), f'unknown key "{key}" in {what}{nearest(key, words)}')


def checked(meta: Loaded, kind: str, report: Report) -> dict[str, Any]:
    """The front matter without the values that `check_unit` reports, so that whoever reads on finds what it expects."""
    bad: set[int] = set()

    def note(line: int, reason: str) -> None:
        bad.add(line)
        report(line, reason)

    check_unit(meta, kind, note)
    return {key: value for key, value in meta.value.items() if meta.line(key) not in bad}


def check_unit(meta: Loaded, kind: str, report: Report) -> None:
    """Report unknown keys and values out of bounds; a kind that is not known here answers for its own keys."""
    if kind in BY_KIND:
        check_known(meta, EVERY_UNIT | BY_KIND[kind], f"the front matter of a {kind}", report)
    values = meta.value
    for key, low, high in (("minutes", 0, 10_000), ("weight", 0, 1000), ("pass", 0, 100)):
        check_number(values.get(key), key, low, high, lambda why, key=key: report(meta.line(key), why))  # type: ignore[misc]
    for key, allowed in CHOICES.items():
        if key in values and values[key] not in allowed:
            report(meta.line(key), f"{key} must be one of: {', '.join(allowed)}")
    attempts = values.get("attempts")
    if attempts is not None and (isinstance(attempts, bool) or not isinstance(attempts, int) or attempts < 1):
        report(meta.line("attempts"), "attempts must be a whole number from 1")
    limit = values.get("limit")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= LONGEST_LIMIT):
        report(meta.line("limit"), f"limit must be a whole number of minutes from 1 to {LONGEST_LIMIT}")
    if "translates" in values and not translating.CODE.fullmatch(str(values["translates"])):
        report(meta.line("translates"), "translates is the code of ten letters that ./preau manage translations prints")
    if "draw" in values:
        _check_draw(meta, report)
    check_dates(meta, report)


def check_same_limit(meta: Loaded, source: Mapping[str, Any], report: Report) -> None:
    """Report a translation that gives another time than its source: the language is the learner's choice."""
    if "limit" in meta.value and meta.value["limit"] != source.get("limit"):
        report(meta.line("limit"), "limit is not that of the source language: everybody has the same time")


def check_number(value: Any, key: str, low: float, high: float, report: Callable[[str], None]) -> None:
    """Report a value that is there and is no number within bounds."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        report(f"{key} must be a number from {low} to {high}")


def _check_draw(meta: Loaded, report: Report) -> None:
    draw = meta.value["draw"]
    if not isinstance(draw, dict) or not set(draw) <= {"pool", "count"}:
        report(meta.line("draw"), "draw is written {pool: name, count: 5}")
        return
    count = draw.get("count", 1)
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        report(meta.line("draw"), "the count of draw must be a whole number from 1")
    if not isinstance(draw.get("pool", ""), str):
        report(meta.line("draw"), "the pool of draw must be the name of a .gift file")


def check_dates(meta: Loaded, report: Report, *where: str | int) -> None:
    """Report dates that do not read, and those that go backwards."""
    value: Any = meta.value
    for step in where:
        value = value[step]
    read: dict[str, CourseDate] = {}
    for key in DATES:
        if key not in value or not _is_date(key, value[key]):
            continue
        try:
            read[key] = parse(str(value[key]))
        except BadDate as error:
            report(meta.line(*where, key), f"{key}: {error.reason}")
    known = [key for key in IN_ORDER if key in read]
    for first, second in pairwise(known):
        if backwards(read[first], read[second]):
            report(meta.line(*where, second), f"{second} ({read[second]}) is before {first} ({read[first]})")


def _is_date(key: str, value: Any) -> bool:
    """Of a survey, `results: after` may be something else than a date: its kind checks it."""
    if key != "results":
        return True
    return isinstance(value, str) and re.match(r"[wW]?[0-9]+\s+\w{3}|[0-9]{4}-", value) is not None


def check_grace(meta: Loaded, report: Report) -> None:
    """Report a grace that is no mapping of a kind of act to a length of time."""
    grace = meta.value.get("grace")
    if grace is None:
        return
    if not isinstance(grace, dict):
        report(meta.line("grace"), "grace is written {quiz: 24 h, assignment: 12 h}")
        return
    for kind, length in grace.items():
        try:
            parse_duration(str(length))
        except BadDate as error:
            report(meta.line("grace", kind), f"grace of {kind}: {error.reason}")


def identifier(value: Any) -> str:
    """Why a value cannot be an id, or an empty text."""
    text = str(value)
    if IDENTIFIER.fullmatch(text) and len(text) <= LONGEST_ID:
        return ""
    return f'"{text[:40]}" cannot be an id: small letters, digits and single hyphens, {LONGEST_ID} at most'


def problem(problems: list[Problem], file: str) -> Report:
    """A report that adds to a list under one file's name."""
    return lambda line, reason: problems.append(Problem(file, line, reason))
