"""What stands between the braces of a GIFT question: its type and its answers. Text is hidden (`gift_marks.hide`). No
Django.
"""

import re
from collections.abc import Iterator
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

from preau.quizzes.decimals import literal
from preau.quizzes.gift_marks import Broken, show
from preau.quizzes.questions import FORMATS, NOTHING, Choice, Format, Number, Pair, Short, Text, Type

MOST_ANSWERS = 500
_TRUE = frozenset({"T", "TRUE"})
_FALSE = frozenset({"F", "FALSE"})
_WEIGHT = re.compile(r"%[ \t]{0,8}(-?[0-9]{1,3}(?:[.,][0-9]{0,20})?)[ \t]{0,8}%")
_MARK = re.compile("[=~]")
_RIGHT_ABOVE_WEIGHT = re.compile(r"=\s*~(?=\s*%)")


class Segment(NamedTuple):
    """A piece of hidden text, where it begins in the question, and the mark before it (`=`, `~` or none)."""

    mark: str
    text: str
    at: int


class Answers(NamedTuple):
    """The type and those members of a `Question` that the braces hold. `marked` false: a lone word without any mark."""

    type: Type
    members: dict[str, Any]
    marked: bool = True


def words(hidden: str, default: Format) -> Text:
    """Hidden text as words, with the format that it names or else `default`."""
    form, rest = split_format(hidden.strip(), default)
    text = show(rest).strip()
    return Text(text, form) if text else NOTHING


def split_format(hidden: str, default: Format) -> tuple[Format, str]:
    """The format that a leading `[html]`, `[markdown]`, `[moodle]` or `[plain]` names, or else `default`, and the
    rest.
    """
    for form in FORMATS[1:]:
        if hidden.startswith(f"[{form}]"):
            return form, hidden[len(form) + 2 :]
    return default, hidden


def truth_of(block: str) -> bool | None:
    """True or False when that is what the block says (T, F, TRUE, FALSE, or the long words in any case), else None."""
    word = block.partition("#")[0].strip()
    if len(word) > 1:
        word = word.upper()
    return True if word in _TRUE else False if word in _FALSE else None


def read_answers(block: str, at: int, form: Format) -> Answers:
    """The answers in `block`, the hidden text between the braces, which begins at `at`. Refuses (Broken) what is no
    question.

    The order of the tests is Moodle's (question/format/gift): nothing, `#`, `~`, `->`, true or false, else a short
    answer.
    """
    body, general = _general(block, form)
    stripped = body.strip()
    if not stripped:
        answers = Answers("essay", {})
    elif stripped.startswith("#"):
        answers = _numerical(body, at, form)
    elif "~" in body:
        answers = _choices(body, at, form)
    elif "->" in body and "=" in body:
        answers = _matching(body, at, form)
    elif truth_of(body) is not None:
        answers = _truth(body, form)
    else:
        answers = _shorts(body, at, form)
    answers.members["general"] = general
    return answers


def _general(block: str, form: Format) -> tuple[str, Text]:
    body, mark, general = block.partition("####")
    return body, words(general, form) if mark else NOTHING


def _segments(body: str, at: int, mark: re.Pattern[str] = _MARK) -> Iterator[Segment]:
    """The pieces that each mark begins; what stands before the first mark, when it is more than space, comes without
    one.
    """
    marks = list(mark.finditer(body))
    if len(marks) > MOST_ANSWERS:
        raise Broken("there are too many answers", at)
    first = marks[0].start() if marks else len(body)
    if body[:first].strip():
        yield Segment("", body[:first], at)
    for place, found in enumerate(marks):
        end = marks[place + 1].start() if place + 1 < len(marks) else len(body)
        yield Segment(found[0], body[found.end() : end], at + found.start())


def _weighted(segment: Segment) -> tuple[float | None, str]:
    """The weight written before the answer, in percent, and the rest."""
    text = segment.text.lstrip()
    found = _WEIGHT.match(text)
    if found is None:
        return None, text
    weight = float(found[1].replace(",", "."))
    if abs(weight) > 100:
        raise Broken("a weight is not between -100 and 100 percent", segment.at)
    return round(weight, 5) + 0.0, text[found.end() :]


def _answer(text: str, at: int, form: Format) -> tuple[Text, Text]:
    """An answer and its feedback. An answer without words is refused: its `#` was meant as a number sign, or it was
    forgotten.
    """
    answer, mark, feedback = text.partition("#")
    said = words(answer, form)
    if not said and mark:
        raise Broken("an answer has no text before its feedback; a number sign is written \\#", at)
    if not said:
        raise Broken("an answer has no text", at)
    return said, words(feedback, form)


def _choices(body: str, at: int, form: Format) -> Answers:
    # `=~%50%` says right and weighted at once; a space takes the place of `=`, so that offsets still hold.
    body = _RIGHT_ABOVE_WEIGHT.sub(lambda found: found[0].replace("=", " "), body)
    choices: list[Choice] = []
    single = False
    for segment in _segments(body, at):
        if not segment.mark:
            raise Broken("there is text before the first = or ~", at)
        weight, rest = _weighted(segment)
        if weight is None:
            weight = 100.0 if segment.mark == "=" else 0.0
        single = single or (segment.mark == "=" and weight == 100)
        choices.append(Choice(*_spread(weight, _answer(rest, segment.at, form))))
    if len(choices) < 2:
        raise Broken("a choice needs at least two answers", at)
    if max(choice.weight for choice in choices) <= 0:
        raise Broken("no answer is right", at)
    return Answers("choice" if single else "multiple", {"choices": tuple(choices)})


def _spread(weight: float, said: tuple[Text, Text]) -> tuple[Text, float, Text]:
    return said[0], weight, said[1]


def _shorts(body: str, at: int, form: Format) -> Answers:
    shorts: list[Short] = []
    if "=" not in body and ("{" in body or "}" in body):
        raise Broken("the answers hold neither =, ~, #, -> nor T or F", at)
    for segment in _segments(body, at):
        weight, rest = _weighted(segment)
        said, feedback = _answer(rest, segment.at, form)
        shorts.append(Short(said.text, 100.0 if weight is None else weight, feedback))
    if max(short.weight for short in shorts) <= 0:
        raise Broken("no answer is right", at)
    return Answers("short", {"shorts": tuple(shorts)}, marked="=" in body or "#" in body)


def _truth(body: str, form: Format) -> Answers:
    """`{T#shown when wrong#shown when right}`."""
    truth = truth_of(body)
    _, _, feedbacks = body.partition("#")
    wrong, _, right = feedbacks.partition("#")
    on_wrong, on_right = words(wrong, form), words(right, form)
    if_true, if_false = (on_right, on_wrong) if truth else (on_wrong, on_right)
    return Answers("truefalse", {"truth": truth, "if_true": if_true, "if_false": if_false})


def _matching(body: str, at: int, form: Format) -> Answers:
    pairs: list[Pair] = []
    for segment in _segments(body, at):
        left, arrow, right = segment.text.partition("->")
        if not segment.mark or not arrow:
            raise Broken("a pair is written = left -> right", segment.at)
        answer, _, feedback = right.partition("#")
        said = show(answer).strip()
        if not said:
            raise Broken("a pair has no right side", segment.at)
        pairs.append(Pair(words(left, form), said, words(feedback, form)))
    if sum(1 for pair in pairs if pair.left) < 2:
        raise Broken("a matching question needs at least two pairs", at)
    return Answers("matching", {"pairs": tuple(pairs)})


def _numerical(body: str, at: int, form: Format) -> Answers:
    """`{#3.14:0.01}`, `{#3..4}`, `{#=1822:0#yes =%50%1822:2#close ~#no}`."""
    start = body.index("#") + 1
    right, tilde, wrong = body[start:].partition("~")
    numbers: list[Number] = []
    for segment in _segments(right, at + start, re.compile("=")):
        weight, rest = _weighted(segment)
        answer, _, feedback = rest.partition("#")
        number = _number(show(answer).strip(), segment.at)
        numbers.append(Number(*number, 100.0 if weight is None else weight, words(feedback, form)))
    if not numbers:
        raise Broken("a number question has no number", at)
    if max(number.weight for number in numbers) <= 0:
        raise Broken("no answer is right", at)
    tail, _, wrong_feedback = wrong.partition("#")
    if tilde and tail.strip() not in ("", "*"):
        raise Broken(
            "in a number question ~ is followed by # and the feedback of wrong answers", at + start + len(right)
        )
    return Answers("numerical", {"numbers": tuple(numbers), "wrong": words(wrong_feedback, form)})


def _number(text: str, at: int) -> tuple[str, str, str, str]:
    if text == "*":
        return "*", "", "", ""
    low, dots, high = text.partition("..")
    if dots and low.strip():
        ends = _literal(low, at), _literal(high, at)
        with localcontext(prec=1500):
            if Decimal(ends[0]) > Decimal(ends[1]):
                raise Broken("a range begins above its end", at)
        return "", "", *ends
    value, _, tolerance = text.partition(":")
    margin = _literal(tolerance, at) if tolerance.strip() else "0"
    if margin.startswith("-"):
        raise Broken("a tolerance is below zero", at)
    return _literal(value, at), margin, "", ""


def _literal(text: str, at: int) -> str:
    number = literal(text)
    if number is None:
        raise Broken("an answer is not a number", at)
    return number
