"""Lessons in MDX, as Hugging Face's courses are written, to Markdown with GIFT in fences. Pure: no Django.

Every line after a converted component keeps its number wherever the component has room for what replaces it. What is
converted: `<Question choices={[{text, explain, correct}, …]}/>`, `<Tip>`, `<Youtube id=…/>`. Every other component
stays in the text: the reader of the folder reports it by line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from preau.content.html_marks import inline, to_marks
from preau.content.markup import Component, Heading, Outline, components, outline
from preau.interop.javascript import NotLiteral, read

LABEL = "gift"
VIDEO = "https://www.youtube.com/watch?v="
MOST_BLOCKS = (
    3  # paragraphs and fences between a heading and its question; beyond, it is a lesson and not a question's text
)

_ATTRIBUTE = re.compile(r"""\b(?P<name>[A-Za-z]\w*)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<brace>\{))""")
_NUMBER = re.compile(r"^\s*[0-9]{1,3}\s*[.)]\s+")
_MARKS = re.compile(r"([\\`*_<$])")
_CONTROL = re.compile(r"([\\~=#{}:])")
_TAG = re.compile(r"(</?[A-Za-z][^<>]*>)")


@dataclass(frozen=True)
class _Asked:
    """A question to convert: its component on lines `start` to `end` (excluded), its choices, and the lines of its
    stem."""

    start: int
    end: int
    choices: Sequence[dict[str, Any]]
    stem: tuple[int, ...]


def to_markdown(text: str) -> str:
    """A page of MDX as Markdown. A `Question` that cannot be read (it would have to run) stays as it is."""
    page = outline(text)
    found = components(text, page.code)
    asked = _questions(text, page, found)
    lines = text.split("\n")
    for question in reversed(asked):
        lines = _with_fence(lines, question)
    return _other_components("\n".join(lines))


def _questions(text: str, page: Outline, found: Sequence[Component]) -> list[_Asked]:
    occupied = {line for one in found for line in range(*_lines(text, one))}
    asked: list[_Asked] = []
    last = 0
    for one in found:
        if one.name != "Question" or one.closing:
            continue
        start, end = _lines(text, one)
        choices = _choices(one.attributes)
        if choices is not None:
            asked.append(_Asked(start, end, choices, _stem(text.split("\n"), page, last, start, occupied)))
        last = end
    return asked


def _lines(text: str, one: Component) -> tuple[int, int]:
    return text.count("\n", 0, one.start), text.count("\n", 0, one.end) + 1


def _choices(attributes: str) -> list[dict[str, Any]] | None:
    """The choices of a question, each with a text; None when they cannot be read."""
    value = attribute(attributes, "choices")
    if not isinstance(value, list) or not value:
        return None
    fit = all(isinstance(one, dict) and isinstance(one.get("text"), str) and one["text"].strip() for one in value)
    return value if fit else None


def attribute(attributes: str, name: str) -> Any:
    """The value of an attribute of a component: its text, the literal in its braces, or None when there is no such
    thing."""
    for found in _ATTRIBUTE.finditer(attributes):
        if found["name"] != name:
            continue
        if not found["brace"]:
            return unescape(found["double"] if found["double"] is not None else found["single"])
        end = attributes.rfind("}")
        while end > found.end():
            try:
                return read(attributes[found.end() : end])
            except NotLiteral:
                end = attributes.rfind("}", found.end(), end)
    return None


def _stem(lines: Sequence[str], page: Outline, last: int, start: int, occupied: set[int]) -> tuple[int, ...]:
    """The lines that ask: the nearest heading since the former question and the few blocks after it, else the last
    block."""
    heading = next((one for one in reversed(page.headings) if last <= one.start < start and one.level > 1), None)
    floor = heading.end if heading else max([last, *(one.end for one in page.headings if one.start < start)])
    blocks = _blocks(lines, page, floor, start, occupied)
    if heading and len(blocks) <= MOST_BLOCKS:
        return (*_heading_lines(heading), *(line for block in blocks for line in block))
    return blocks[-1] if blocks else ()


def _heading_lines(heading: Heading) -> tuple[int, ...]:
    return tuple(range(heading.start, heading.end))


def _blocks(lines: Sequence[str], page: Outline, floor: int, start: int, occupied: set[int]) -> list[tuple[int, ...]]:
    """Paragraphs and fences between two lines, without what components occupy."""
    blocks: list[list[int]] = [[]]
    for number in range(floor, start):
        if number in occupied or (not lines[number].strip() and number not in page.code):
            blocks.append([])
        else:
            blocks[-1].append(number)
    return [tuple(block) for block in blocks if block]


def _with_fence(lines: list[str], asked: _Asked) -> list[str]:
    """The lines with a fence of GIFT in place of a question and its stem, as many as before where there is room."""
    stem = _stem_text(lines, asked.stem)
    kept = [("" if number in asked.stem else line) for number, line in enumerate(lines)]
    start = asked.start
    rows = gift(stem, asked.choices)
    room = asked.end - start
    if len(rows) > room:
        rows = [rows[0], " ".join(rows[1:-1]), rows[-1]]
    while (
        len(rows) > room
        and start
        and not kept[start - 1].strip()
        and start - 1 in range(min(asked.stem, default=start), start)
    ):
        start, room = start - 1, room + 1
    return kept[:start] + rows + [""] * (room - len(rows)) + kept[asked.end :]


def _stem_text(lines: Sequence[str], stem: Sequence[int]) -> str:
    """The text of a question in Markdown: a heading without its marks and number, blank lines between the blocks."""
    parts: list[str] = []
    for place, number in enumerate(stem):
        line = lines[number]
        if place == 0:
            line = _NUMBER.sub("", re.sub(r"^\s*#+\s+|\s+#+\s*$", "", line))
        elif stem[place - 1] != number - 1 or (place == 1 and lines[stem[0]].lstrip().startswith("#")):
            parts.append("")
        parts.append(line.rstrip())
    return to_marks("\n".join(parts)).strip()


def gift(stem: str, choices: Sequence[dict[str, Any]]) -> list[str]:
    """A fence of GIFT: one right choice gives a choice, several a multiple whose right and wrong ones weigh the same.

    Feedback comes from `explain`. Without a right choice the question is written all the same: its reader reports it.
    """
    right = sum(one.get("correct") is True for one in choices)
    rows = [f"```{LABEL}", f"[markdown]{escaped(stem) or '…'} {{"]
    for one in choices:
        correct = one.get("correct") is True
        mark = "=" if correct else "~"
        if right > 1:
            share = f"{100 / right:.5f}".rstrip("0").rstrip(".")
            mark = f"~%{share}%" if correct else f"~%-{share}%"
        explain = one.get("explain")
        feedback = escaped(as_markdown(explain)) if isinstance(explain, str) else ""
        rows.append(f"{mark}{escaped(as_markdown(one['text']))}" + (f" #{feedback}" if feedback else ""))
    return [*rows, "}", "```"]


def as_markdown(html: str) -> str:
    """A text of a component, which is HTML, as Markdown on one line; what looks like a mark in its words is escaped."""
    code = re.split(r"(<code>.*?</code>)", " ".join(html.split()), flags=re.DOTALL | re.IGNORECASE)
    made = []
    for number, piece in enumerate(code):
        if number % 2:
            made.append(piece)
            continue
        words = _TAG.split(piece)
        made.append(
            "".join(one if place % 2 else _MARKS.sub(r"\\\1", unescape(one)) for place, one in enumerate(words))
        )
    return inline("".join(made)).strip()


def escaped(text: str) -> str:
    """A text with GIFT's control characters escaped and its line breaks written `\\n`."""
    return _CONTROL.sub(r"\\\1", text).replace("\n", r"\n")


def _other_components(text: str) -> str:
    """Tips as notes, videos as links."""
    lines = text.split("\n")
    found = components(text, outline(text).code)
    opened: list[tuple[int, Component]] = []
    for one in found:
        start, end = _lines(text, one)
        if one.name == "Youtube" and not one.closing and end == start + 1:
            name = attribute(one.attributes, "id")
            if isinstance(name, str) and re.fullmatch(r"[\w-]{5,20}", name):
                shown = text[one.start : one.end]
                lines[start] = lines[start].replace(shown, f"[YouTube]({VIDEO}{name})", 1)
        elif one.name == "Tip" and not one.closing and not one.complete:
            opened.append((start, one))
        elif one.name == "Tip" and one.closing and opened:
            first, tip = opened.pop()
            _quote(lines, first, start, text[tip.start : tip.end], "WARNING" if "warning" in tip.attributes else "TIP")
    return "\n".join(lines)


def _quote(lines: list[str], first: int, last: int, tag: str, kind: str) -> None:
    """Make lines `first` to `last`, which open and close a tip, a quotation with its kind on the first line where it
    is free."""
    lines[first] = lines[first].replace(tag, "", 1).strip()
    lines[last] = lines[last].replace("</Tip>", "", 1).strip()
    alone = first < last and not lines[first]
    for number in range(first, last + 1):
        lines[number] = f"> {lines[number]}".rstrip() if number < last or lines[number] else ""
    if alone:
        lines[first] = f"> [!{kind}]"
