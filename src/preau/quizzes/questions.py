"""A question as its author wrote it, whatever the format it came from: frozen values that a JSON column can hold. No
Django.

`to_data` and `from_data` are the stored form: a JSON object that leaves out whatever is empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

Type = Literal["choice", "multiple", "truefalse", "short", "numerical", "matching", "essay", "description"]
Format = Literal["auto", "markdown", "html", "moodle", "plain"]
TYPES: tuple[Type, ...] = get_args(Type)
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True)
class Text:
    """Words for people and how they are marked up. `auto`: the author named no format, so the page decides."""

    text: str
    format: Format = "auto"

    def __bool__(self) -> bool:
        return bool(self.text)


NOTHING = Text("")


@dataclass(frozen=True)
class Choice:
    """One option of a `choice` or `multiple` question. `weight` is in percent of the question, -100 to 100."""

    text: Text
    weight: float = 0.0
    feedback: Text = NOTHING


@dataclass(frozen=True)
class Short:
    """One accepted text. `*` stands for any run of characters and `\\*` for an asterisk, as in Moodle."""

    text: str
    weight: float = 100.0
    feedback: Text = NOTHING


@dataclass(frozen=True)
class Number:
    """One accepted number: `value` ± `tolerance`, or `low` to `high`, ends included. `value` is `*` when any number
    will do.

    The four are decimal literals in text, so that 0.1 stays 0.1; those that do not apply are empty.
    """

    value: str = ""
    tolerance: str = ""
    low: str = ""
    high: str = ""
    weight: float = 100.0
    feedback: Text = NOTHING


@dataclass(frozen=True)
class Pair:
    """A left side and the right side that goes with it. An empty `left` makes `right` a distractor."""

    left: Text
    right: str
    feedback: Text = NOTHING


@dataclass(frozen=True)
class Question:
    """One question. With a missing word, `text` is what comes before the blank and `after` (same format) what follows
    it.

    `title` is the author's name for the question and may give the answer away: it is for staff. `general` is shown
    whatever was answered, `wrong` when no accepted number matched. `line` counts from 1 in the source; 0 when there is
    none.
    """

    type: Type
    text: Text
    title: str = ""
    after: str = ""
    general: Text = NOTHING
    choices: tuple[Choice, ...] = ()
    shorts: tuple[Short, ...] = ()
    numbers: tuple[Number, ...] = ()
    wrong: Text = NOTHING
    pairs: tuple[Pair, ...] = ()
    truth: bool | None = None
    if_true: Text = NOTHING
    if_false: Text = NOTHING
    case_sensitive: bool = False
    identity: str = ""
    tags: tuple[str, ...] = ()
    category: str = ""
    line: int = 0


def to_data(question: Question) -> dict[str, Any]:
    """The question as a JSON object without its empty members; `from_data` gives an equal question back."""
    data: dict[str, Any] = {"type": question.type, **_words("text", question.text)}
    for name in ("title", "after", "identity", "category", "line", "case_sensitive"):
        if getattr(question, name):
            data[name] = getattr(question, name)
    if question.truth is not None:
        data["truth"] = question.truth
    if question.tags:
        data["tags"] = list(question.tags)
    for name in ("general", "wrong", "if_true", "if_false"):
        data.update(_words(name, getattr(question, name)))
    data.update(_parts(question))
    return data


def from_data(data: Mapping[str, Any]) -> Question:
    """The question that `to_data` wrote. Refuses (ValueError) an unknown type or format and wrong shapes."""
    kind = data.get("type")
    if kind not in TYPES:
        raise ValueError("unknown question type")
    truth = data.get("truth")
    if truth is not None and not isinstance(truth, bool):
        raise ValueError("truth is neither true nor false")
    return Question(
        type=cast(Type, kind),
        text=_text(data.get("text")),
        title=_string(data.get("title")),
        after=_string(data.get("after")),
        general=_text(data.get("general")),
        choices=tuple(_choice(part) for part in _list(data.get("choices"))),
        shorts=tuple(_short(part) for part in _list(data.get("shorts"))),
        numbers=tuple(_number(part) for part in _list(data.get("numbers"))),
        wrong=_text(data.get("wrong")),
        pairs=tuple(_pair(part) for part in _list(data.get("pairs"))),
        truth=truth,
        if_true=_text(data.get("if_true")),
        if_false=_text(data.get("if_false")),
        case_sensitive=bool(data.get("case_sensitive", False)),
        identity=_string(data.get("identity")),
        tags=tuple(_string(tag) for tag in _list(data.get("tags"))),
        category=_string(data.get("category")),
        line=int(data.get("line", 0)),
    )


def _words(name: str, text: Text) -> dict[str, Any]:
    if text == NOTHING:
        return {}
    return {name: text.text if text.format == "auto" else [text.text, text.format]}


def _parts(question: Question) -> dict[str, Any]:
    parts: dict[str, list[dict[str, Any]]] = {
        "choices": [
            {**_words("text", c.text), "weight": c.weight, **_words("feedback", c.feedback)} for c in question.choices
        ],
        "shorts": [{"text": s.text, "weight": s.weight, **_words("feedback", s.feedback)} for s in question.shorts],
        "numbers": [
            {
                **{name: getattr(n, name) for name in ("value", "tolerance", "low", "high") if getattr(n, name)},
                "weight": n.weight,
                **_words("feedback", n.feedback),
            }
            for n in question.numbers
        ],
        "pairs": [
            {**_words("left", p.left), "right": p.right, **_words("feedback", p.feedback)} for p in question.pairs
        ],
    }
    return {name: part for name, part in parts.items() if part}


def _choice(part: Mapping[str, Any]) -> Choice:
    return Choice(_text(part.get("text")), _weight(part), _text(part.get("feedback")))


def _short(part: Mapping[str, Any]) -> Short:
    return Short(_string(part.get("text")), _weight(part), _text(part.get("feedback")))


def _number(part: Mapping[str, Any]) -> Number:
    value, tolerance, low, high = (_string(part.get(name)) for name in ("value", "tolerance", "low", "high"))
    return Number(value, tolerance, low, high, _weight(part), _text(part.get("feedback")))


def _pair(part: Mapping[str, Any]) -> Pair:
    return Pair(_text(part.get("left")), _string(part.get("right")), _text(part.get("feedback")))


def _weight(part: Mapping[str, Any]) -> float:
    weight = part.get("weight")
    if isinstance(weight, bool) or not isinstance(weight, int | float):
        raise ValueError("a weight is not a number")
    return float(weight)


def _text(data: object) -> Text:
    if data is None:
        return NOTHING
    if isinstance(data, str):
        return Text(data)
    if isinstance(data, list | tuple) and len(data) == 2 and data[1] in FORMATS:
        return Text(_string(data[0]), data[1])
    raise ValueError("a text is neither words nor words and a format")


def _string(data: object) -> str:
    if data is None:
        return ""
    if not isinstance(data, str):
        raise ValueError("a text is not text")
    return data


def _list(data: object) -> Sequence[Any]:
    if data is None:
        return ()
    if not isinstance(data, list | tuple):
        raise ValueError("a list is not a list")
    return data
