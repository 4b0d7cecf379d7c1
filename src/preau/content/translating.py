"""What is translated of a course, what is missing, and what was translated from a text that has changed since. Pure: no
Django.

A translation is judged by what it was made from. Somebody who read both may have said that it is right as it is; else
its own header says it (`translates:`, the code of the source text); else the versions do: it was made from the source
as that was when the translation last changed. When the source reads otherwise now, the translation is out of date.
"""

import difflib
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

KEY = "translates"  # of a translation's front matter
CODE = re.compile(r"[a-p]{10}")
BESIDE = ("rubric", "exemplars", "prompt", "deliverable")  # words of a header that learners read
LONGEST = 2_000  # lines of a text that is compared one by one

type Place = tuple[str, str]
"""A unit's key and a language."""


class State(StrEnum):
    """Of a unit in a language other than the source."""

    MISSING = "missing"
    OUT_OF_DATE = "out_of_date"
    UP_TO_DATE = "up_to_date"


class How(StrEnum):
    """By what a translation is known to be made from a text."""

    MARKED = "marked"  # somebody said that it is right as it is
    STATED = "stated"  # its header says so
    HISTORY = "history"  # it changed last when the source read so


class Print(NamedTuple):
    """Fingerprints of what there is to translate in a unit; `states` is the code in a translation's own header."""

    text: str
    questions: str
    rubric: str
    states: str = ""
    taken: str = ""  # the words of the header as they stand, those that are the source's own included

    @property
    def whole(self) -> str:
        """Of all of it, ten letters: no YAML reads them as a number. The header's own statement is not of it."""
        return _of_all(self.text, self.questions, self.rubric)

    def same(self, other: "Print") -> bool:
        """Do two versions of a translation say the same? A header that only repeats the source's words did not change
        when the source did, whether it takes them over or has them written out."""
        header = self.rubric == other.rubric or self.taken == other.taken
        return (self.text, self.questions) == (other.text, other.questions) and header


@dataclass(frozen=True)
class Standing:
    """A unit in one language. `code` is what to write as `translates:` once it renders the source as it is now;
    `changed` what the source has otherwise since (text, questions, rubric; empty when nobody knows the text that it
    was made from); `made_from` the place in the history of a version with that text, or None; `print` that of the
    translation."""

    key: str
    language: str
    state: State
    code: str
    changed: tuple[str, ...] = ()
    made_from: int | None = None
    how: How | None = None
    print: str = ""


@lru_cache(maxsize=65_536)
def _of_all(*parts: str) -> str:
    return _code(list(parts))


def _code(value: Any) -> str:
    said = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    digits = hashlib.sha256(said.encode()).hexdigest()[:10]
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digits)


def printed(title: str, body: str, meta: Mapping[str, Any], source: Mapping[str, Any] | None = None) -> Print:
    """What a unit says. Of a translation, `source` is the header of what it translates: what it only takes over from
    there is not its own, and does not make it look changed."""
    own = {name: meta[name] for name in BESIDE if name in meta and not (source and source.get(name) == meta[name])}
    stated = str(meta.get(KEY, "")) if source is not None else ""
    return Print(
        _code([_even(title), _even(str(meta.get("description", ""))), _even(body)]),
        _code(questions(meta)),
        _code(own),
        stated if CODE.fullmatch(stated) else "",
        _code({name: meta[name] for name in BESIDE if name in meta}),
    )


def _even(text: str) -> str:
    """A text without what nobody sees: how lines end, blanks at their ends."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def questions(meta: Mapping[str, Any]) -> list[str]:
    """The questions of a header, as their author wrote them, without the file and line where they stand."""
    asked = meta.get("questions")
    rows = asked if isinstance(asked, list) else []
    return [
        _even(str(one["text"])) if isinstance(one, dict) and "text" in one else json.dumps(one, sort_keys=True)
        for one in rows
    ]


def standings(
    history: Sequence[Mapping[Place, Print]], languages: Sequence[str], marks: Mapping[tuple[str, str, str], str]
) -> list[Standing]:
    """Every unit of the last version in every language but the first, which is the source; in the order of the units,
    then of the languages. `history` has a course's versions, the oldest first. `marks`: for a unit, a language and the
    print of a translation, the code of the source for which somebody found it right."""
    if not history or not languages:
        return []
    source, *others = languages
    units = [key for key, language in history[-1] if language == source]
    return [_standing(history, source, (key, language), marks) for key in units for language in others]


def _standing(
    history: Sequence[Mapping[Place, Print]], source: str, place: Place, marks: Mapping[tuple[str, str, str], str]
) -> Standing:
    key, language = place
    now = history[-1][key, source]
    own = history[-1].get(place)
    if own is None:
        return Standing(key, language, State.MISSING, now.whole)
    made_from, code, how = _made_from(history, (key, source), place, marks.get((key, language, own.whole), ""))
    if code == now.whole:
        return Standing(key, language, State.UP_TO_DATE, code, (), len(history) - 1, how, own.whole)
    changed = _changed(history[made_from][key, source], now) if made_from is not None else ()
    return Standing(key, language, State.OUT_OF_DATE, now.whole, changed, made_from, how, own.whole)


def _made_from(
    history: Sequence[Mapping[Place, Print]], source: Place, place: Place, marked: str
) -> tuple[int | None, str, How]:
    """The version whose source a translation was made from, the code of that text, and how this is known."""
    own = history[-1][place]
    said = [
        (_last(history, source, code), code, how)
        for code, how in ((marked, How.MARKED), (own.states, How.STATED))
        if code
    ]
    if said:  # by whichever knows the later text
        return max(said, key=lambda one: -1 if one[0] is None else one[0])
    since = len(history) - 1
    while since and source in history[since - 1]:
        before = history[since - 1].get(place)
        if before is None or not before.same(own):
            break
        since -= 1
    return since, history[since][source].whole, How.HISTORY


def _last(history: Sequence[Mapping[Place, Print]], source: Place, code: str) -> int | None:
    """The latest version in which the source has this code."""
    return next((at for at in range(len(history) - 1, -1, -1) if _whole(history[at].get(source)) == code), None)


def _whole(one: Print | None) -> str:
    return one.whole if one else ""


def _changed(before: Print, after: Print) -> tuple[str, ...]:
    return tuple(name for name in ("text", "questions", "rubric") if getattr(before, name) != getattr(after, name))


class Row(NamedTuple):
    """A line of a text before and after, side by side; None where one side has nothing. `same`: both alike."""

    before: str | None
    after: str | None
    same: bool


def side_by_side(before: str, after: str, around: int = 2) -> Iterator[Row | None]:
    """Two texts line by line, `around` lines kept beside what changed; None where alike lines are passed over."""
    old, new = before.splitlines()[:LONGEST], after.splitlines()[:LONGEST]
    groups = difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(around)
    for number, group in enumerate(groups):
        if number or group[0][1] or group[0][3]:
            yield None
        for tag, a, b, c, d in group:
            pairs = max(b - a, d - c)
            for n in range(pairs):
                left = old[a + n] if a + n < b else None
                right = new[c + n] if c + n < d else None
                yield Row(left, right, tag == "equal")
