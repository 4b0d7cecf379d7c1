"""Where each question of a GIFT file begins and ends. No Django.

GIFT parts questions by a blank line. Real files also leave blank lines between the braces, in `<pre>` and in fenced
code, and forget the one before `::a title::`: those are followed, without ever reading a question into its neighbour.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from preau.quizzes.gift_marks import depth_after, first_brace, hide

CATEGORY = "$CATEGORY:"
TITLE = "::"
_HEADING = re.compile(r"\s*(?:::(?:[^:]|:(?!:))*::)?\s*(?:\[[a-z]{1,10}\])?")


class Row(NamedTuple):
    """One line: its number in the source and its hidden text (a comment's as written); blank only inside a question."""

    line: int
    text: str
    comment: bool


Rows = list[Row]


def pieces(text: str, first_line: int) -> Iterator[Rows]:
    """The lines of each question, or category, in order; `text` is clean (`gift_marks.clean`)."""
    for rows in _joined(_paragraphs(text, first_line)):
        yield from _cut(rows)


def leaves_open(text: str) -> bool:
    """Whether the last lines of `text` leave braces or code open, so that what follows could be read into them."""
    return _is_open((_paragraphs(text, 1) or [[]])[-1])


def _paragraphs(text: str, first_line: int) -> list[Rows]:
    paragraphs: list[Rows] = [[]]
    for line, raw in enumerate(text.split("\n"), first_line):
        stripped = raw.strip()
        if not stripped:
            paragraphs.append([])
        elif stripped.startswith("//"):
            paragraphs[-1].append(Row(line, raw, True))
        else:
            paragraphs[-1].append(Row(line, hide(raw), False))
    return [paragraph for paragraph in paragraphs if paragraph]


def _joined(paragraphs: list[Rows]) -> Iterator[Rows]:
    """Paragraphs that a blank line parted inside braces or code, together again.

    No paragraph before `barrier` is looked ahead from, so each is looked at a bounded number of times.
    """
    place = barrier = 0
    while place < len(paragraphs):
        end = place + 1
        if place >= barrier and _is_open(paragraphs[place]):
            end, whole = _closing(paragraphs, place)
            if not whole:
                barrier, end = end, _leftover(paragraphs, place + 1, end)
        yield [
            row for paragraph in paragraphs[place:end] for row in (*paragraph, Row(paragraph[-1].line + 1, "", False))
        ]
        place = end


def _is_open(paragraph: Rows) -> bool:
    texts = _texts(paragraph)
    joined = "\n".join(texts)
    return depth_after(joined) > 0 or ("}" not in joined and _is_open_code(texts))


def _is_open_code(texts: list[str]) -> bool:
    """Whether these lines leave a `<pre>` or a fence of backquotes open."""
    text = "\n".join(texts).lower()
    return text.rfind("<pre") > text.rfind("</pre") or _fences(texts) % 2 == 1


def _fences(texts: list[str]) -> int:
    """How many lines are fences; on the first one a title and a format may come before."""
    starts = [_HEADING.sub("", text, count=1) if place == 0 else text for place, text in enumerate(texts)]
    return sum(1 for start in starts if start.lstrip().startswith("```"))


def _closing(paragraphs: list[Rows], place: int) -> tuple[int, bool]:
    """The place after the paragraph in which what `place` opens is closed; or where the search ended, and False."""
    texts = _texts(paragraphs[place])
    depth, code = depth_after("\n".join(texts)), _is_open_code(texts)
    for next_place in range(place + 1, len(paragraphs)):
        texts = _texts(paragraphs[next_place])
        joined = "\n".join(texts)
        begins_another = joined.lstrip().startswith((TITLE, CATEGORY)) or (not code and first_brace(joined) == "{")
        if begins_another:
            return next_place, False
        depth = depth_after(joined, depth)
        code = code and not _closes_code(texts)
        if depth == 0 and not code:
            return next_place + 1, True
    return len(paragraphs), False


def _closes_code(texts: list[str]) -> bool:
    return _fences(texts) % 2 == 1 or ("</pre" in "\n".join(texts).lower() and not _is_open_code(texts))


def _leftover(paragraphs: list[Rows], place: int, end: int) -> int:
    """Answers cut off from an unclosed question belong to its report; they must not come in as texts of their own."""
    while place < end and "\n".join(_texts(paragraphs[place])).lstrip().startswith(("=", "~", "#", "}")):
        place += 1
    return place


def _texts(rows: Rows) -> list[str]:
    return [row.text for row in rows if not row.comment]


def _cut(rows: Rows) -> Iterator[Rows]:
    """Questions and categories that no blank line parts; comments go with what follows them."""
    current: Rows = []
    depth = 0
    closed = begun = False
    for row in rows:
        if not row.text and not begun:
            continue
        start = "" if row.comment or depth else row.text.lstrip()
        is_category = start.startswith(CATEGORY)
        if is_category or (closed and start.startswith(TITLE)):
            before = len(current)
            while before and current[before - 1].comment:
                before -= 1
            if before:
                yield current[:before]
            current, closed, begun = current[before:], False, False
        if is_category:
            yield [row]
            continue
        current.append(row)
        if not row.comment:
            begun = True
            depth = depth_after(row.text, depth)
            closed = closed or (depth == 0 and "}" in row.text)
    if current:
        yield current
