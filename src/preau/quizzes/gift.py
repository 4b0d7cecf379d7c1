"""GIFT, the text format for questions of Moodle (docs.moodle.org/en/GIFT_format), read as people write it. No Django.

All types: choice (one or several), true or false, short answer, number, matching, missing word, essay, description;
with titles, formats, feedback, weights, categories, comments that carry `[id:…]` and `[tag:…]`, and escapes. Beyond
Moodle: braces in pairs inside texts and answers, formulas without escapes, blank lines inside braces and code,
`=~%50%`, an arrow that makes no pair (`-\\>`), the words true and false in any case.

What cannot be read is a problem with its line; the rest comes in.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from pygments.lexers import get_all_lexers

from preau.quizzes.gift_answers import Answers, read_answers, split_format, truth_of
from preau.quizzes.gift_marks import Broken, Group, clean, groups, show
from preau.quizzes.gift_split import CATEGORY, TITLE, Row, Rows, pieces
from preau.quizzes.questions import Question, Text

LONGEST_FILE = 4_000_000
LONGEST_QUESTION = 200_000
LONGEST_TITLE = 500
LONGEST_NAME = 80
MOST_QUESTIONS = 5_000
MOST_PROBLEMS = 1_000
MOST_TAGS = 50
_LABEL = re.compile(r"[^\s,{}=]+")
_STRONG, _EMPTY, _MIXED, _BARE = range(4)


class Reading(NamedTuple):
    """What a text holds: its questions in order, and what could not be read as (line, reason), by line."""

    questions: tuple[Question, ...]
    problems: tuple[tuple[int, str], ...]


class _Found(NamedTuple):
    question: Question
    marked: bool


def read(text: str, *, first_line: int = 1) -> Reading:
    """The questions of a GIFT text and its problems. `first_line` is the line number of its first line.

    Never raises. Refused whole: more than 4,000,000 characters. Refused one by one: a question longer than 200,000
    characters or with more than 500 answers, an `[id:…]` used twice, a question that nobody can get right.
    """
    found, problems = _read(text, first_line)
    return Reading(tuple(each.question for each in found), tuple(problems))


def is_question_fence(label: str, body: str) -> bool:
    """Whether a fenced block of Markdown is read as questions: `label` is its whole info string, `body` what it holds.

    Yes when the first word of the label is no language known to Pygments nor `out`, and a question in the body has a
    block of answers that is empty or holds `=`, `~`, `#`, `->`, T or F. Without a label, also a `::title::` is needed.
    A block labelled `gift`, or with a title, that holds only broken questions is one too, so that they are reported.
    """
    word = _first_word(label)
    titled = any(_is_titled(row) for row in body.split("\n"))
    if (word and (word == "out" or word in _languages())) or not (word or titled):
        return False
    found, problems = _read(body, 1)
    return any(each.marked for each in found) or (bool(problems) and (titled or word == "gift"))


def _first_word(label: str) -> str:
    found = _LABEL.search(label)
    return found[0].lstrip(".").lower() if found else ""


def _is_titled(row: str) -> bool:
    start = row.lstrip()
    return start.startswith(TITLE) and start.find(TITLE, 3) > 2


@cache
def _languages() -> frozenset[str]:
    return frozenset(alias.lower() for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases)


def _read(text: str, first_line: int) -> tuple[list[_Found], list[tuple[int, str]]]:
    if len(text) > LONGEST_FILE:
        return [], [(first_line, "the file is longer than 4,000,000 characters")]
    reader = _Reader()
    for rows in pieces(clean(text), first_line):
        if len(reader.problems) == MOST_PROBLEMS:
            reader.problems.append((rows[0].line, "there are too many problems: nothing was read from here on"))
            return reader.found, reader.problems
        reader.take(rows)
    reader.finish()
    return reader.found, sorted(reader.problems)


class _Reader:
    """What is carried from one question to the next: the category, and the comments that stand apart before a
    question.
    """

    def __init__(self) -> None:
        self.found: list[_Found] = []
        self.problems: list[tuple[int, str]] = []
        self.category = ""
        self.comments: Rows = []
        self.identities: set[str] = set()

    def take(self, rows: Rows) -> None:
        written = [row for row in rows if not row.comment]
        self.comments += [row for row in rows if row.comment and "[" in row.text]
        if not written:
            return
        if written[0].text.lstrip().startswith(CATEGORY):
            self.category = show(written[0].text.strip().removeprefix(CATEGORY)).strip()
            return
        comments, self.comments = self.comments, []
        text = "\n".join(row.text for row in written)
        try:
            self._question(text, written[0].line, comments)
        except Broken as broken:
            self.problems.append((written[text.count("\n", 0, broken.at)].line, broken.reason))

    def _question(self, text: str, line: int, comments: Rows) -> None:
        if len(text) > LONGEST_QUESTION:
            raise Broken("the question is longer than 200,000 characters")
        if len(self.found) >= MOST_QUESTIONS:
            raise Broken("there are more than 5,000 questions in the file")
        identity, tags = _names(comments)
        if identity and identity in self.identities:
            raise Broken("the id of this question is already used in this file")
        question, marked = _question(text, line, self.category, identity, tags)
        self.identities.add(identity)
        self.found.append(_Found(question, marked))

    def finish(self) -> None:
        """An id or a tag that no question follows would be lost in silence."""
        for row in self.comments:
            if _bracketed([row], "[id:") or _bracketed([row], "[tag:"):
                self.problems.append((row.line, "this id or tag stands before no question"))


def _names(comments: Iterable[Row]) -> tuple[str, tuple[str, ...]]:
    """The identity and the tags that comments give."""
    rows = list(comments)
    identities = _bracketed(rows, "[id:")
    tags = tuple(dict.fromkeys(_bracketed(rows, "[tag:")))
    if len(identities) > 1:
        raise Broken("the question has more than one id")
    if len(tags) > MOST_TAGS or any(len(name) > LONGEST_NAME for name in (*identities, *tags)):
        raise Broken("an id or a tag is longer than 80 characters, or there are more than 50 tags")
    return (identities[0] if identities else ""), tags


def _bracketed(rows: Iterable[Row], opening: str) -> list[str]:
    """What stands between `opening` and the next `]` that has no backslash before it."""
    found: list[str] = []
    for row in rows:
        start = row.text.find(opening)
        while start >= 0:
            end = row.text.find("]", start)
            while end > 0 and row.text[end - 1] == "\\":
                end = row.text.find("]", end + 1)
            if end < 0:
                break
            found.append(row.text[start + len(opening) : end].replace("\\]", "]").strip())
            start = row.text.find(opening, end)
    return [name for name in found if name]


def _question(text: str, line: int, category: str, identity: str, tags: tuple[str, ...]) -> _Found:
    title, at = _title(text)
    body = text[at:]
    group = _block(body, at)
    before, after = (body, "") if group is None else (body[: group.start], body[group.end + 1 :])
    form, before = split_format(before.lstrip(), "auto")
    said = show(before).lstrip()
    tail = show(after).rstrip()
    if not tail:
        said = said.rstrip()
    if not said and not tail:
        raise Broken("the question has no text")
    answers = Answers("description", {}, marked=False)
    if group is not None:
        answers = read_answers(body[group.start + 1 : group.end], at + group.start + 1, form)
    question = Question(
        answers.type,
        Text(said, form),
        title=title,
        after=tail,
        identity=identity,
        tags=tags,
        category=category,
        line=line,
        **answers.members,
    )
    return _Found(question, answers.marked)


def _title(text: str) -> tuple[str, int]:
    """The title and where the text begins after it."""
    start = len(text) - len(text.lstrip())
    if not text.startswith(TITLE, start):
        return "", start
    end = text.find(TITLE, start + len(TITLE))
    if end < 0:
        raise Broken("the title is not closed by ::", start)
    title = " ".join(show(text[start + len(TITLE) : end]).split())
    if len(title) > LONGEST_TITLE:
        raise Broken("the title is longer than 500 characters", start)
    return title, end + len(TITLE)


def _block(body: str, at: int) -> Group | None:
    """The braces that hold the answers; the others belong to the text. Refuses two that could both be it."""
    try:
        found = groups(body)
    except Broken as broken:
        raise Broken(broken.reason, at + broken.at) from None
    if not found:
        return None
    ranks = [_rank(body[group.start + 1 : group.end]) for group in found]
    best = [group for group, rank in zip(found, ranks, strict=True) if rank == min(ranks)]
    if len(best) > 1:
        raise Broken("there is more than one block of answers; is a blank line missing?", at + best[1].start)
    return best[0]


def _rank(block: str) -> int:
    """How surely these are answers, the surest first: begins with a mark, empty, holds a mark, a lone word."""
    stripped = block.strip()
    if not stripped:
        return _EMPTY
    if stripped[0] in "=~#" or truth_of(stripped) is not None:
        return _STRONG
    return _MIXED if any(mark in stripped for mark in ("=", "~", "#", "->")) else _BARE
