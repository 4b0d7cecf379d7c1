"""Parting a page of Markdown: at its first-level headings, and where its questions stand. Pure: no Django."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from preau.content.markup import Fence, Heading, Outline, blanked, outline

IsQuestion = Callable[[str, str], bool]
"""Takes a fence's label and text."""

Questions = list[Mapping[str, Any]]
"""The GIFT texts of a unit in order, `{"file": name, "line": line of the first line of the text, "text": GIFT}`;
those of a file to draw from also have `"pool": True`."""


@dataclass(frozen=True)
class Part:
    """A stretch of a file: its title ("" without a heading), its text and the line of the file on which that begins.

    `heading` is the line of the heading itself, for reports; the text comes after it.
    """

    title: str
    text: str
    line: int
    heading: int = 1


@dataclass(frozen=True)
class Cut:
    """A text without its questions (their lines emptied), and the runs of questions: those with only blank between
    them."""

    text: str
    runs: tuple[Questions, ...] = ()
    open_fences: tuple[int, ...] = field(default=())  # lines of the file on which a fence opens that never closes


def parts(text: str, first: int) -> list[Part]:
    """The parts of a text, one for each heading of the first level; one that is whole where there is none or one.

    What stands above the first heading belongs to the first part, unless it is blank.
    """
    lines = text.split("\n")
    headings = [one for one in outline(text).headings if one.level == 1]
    if not headings:
        return [Part("", text, first, first)]
    if len(headings) == 1:
        return [_whole(lines, headings[0], first)]
    found = [_part(lines, headings, number, first) for number in range(len(headings))]
    if any(line.strip() for line in lines[: headings[0].start]):
        found[0] = _whole(lines[: found[1].heading - first], headings[0], first)
    return found


def _whole(lines: Sequence[str], heading: Heading, first: int) -> Part:
    """A text with its one heading taken out; it begins after it unless there are words above."""
    if any(line.strip() for line in lines[: heading.start]):
        return Part(heading.title, "\n".join(blanked(lines, heading.start, heading.end)), first, first + heading.start)
    return Part(heading.title, "\n".join(lines[heading.end :]), first + heading.end, first + heading.start)


def _part(lines: Sequence[str], headings: Sequence[Heading], number: int, first: int) -> Part:
    heading = headings[number]
    end = headings[number + 1].start if number + 1 < len(headings) else len(lines)
    return Part(heading.title, "\n".join(lines[heading.end : end]), first + heading.end, first + heading.start)


def cut(text: str, file: str, first: int, is_question: IsQuestion) -> Cut:
    """Take the questions out of a text whose first line is line `first` of `file`."""
    found = outline(text)
    lines = text.split("\n")
    asked = [one for one in found.fences if counts(one, is_question)]
    runs: list[Questions] = []
    last = -1
    for fence in asked:
        entry = {"file": file, "line": first + fence.start + 1, "text": fence.text}
        if runs and not any(line.strip() for line in lines[last : fence.start]):
            runs[-1].append(entry)
        else:
            runs.append([entry])
        last = fence.end
    for fence in asked:
        lines = blanked(lines, fence.start, fence.end)
    return Cut("\n".join(lines), tuple(runs), _open(found, first))


def counts(fence: Fence, is_question: IsQuestion) -> bool:
    """Whether a fence is a question. One that says `gift` is meant as one even when it is broken: its reader says
    why."""
    words = fence.label.lower().split()
    return bool(words and words[0] == "gift") or is_question(fence.label, fence.text)


def _open(found: Outline, first: int) -> tuple[int, ...]:
    return tuple(first + one.start for one in found.fences if not one.closed)


def blank(text: str) -> bool:
    """Whether a learner would see nothing of a text: white space and comments only."""
    inside = False
    for line in text.split("\n"):
        rest = line.strip()
        if inside or rest.startswith("<!--"):
            inside = "-->" not in rest
            rest = "" if inside else rest.rpartition("-->")[2].strip()
        if rest:
            return False
    return True
