"""Questions as a GIFT text that `gift.read` reads back as the same questions (but for their lines). No Django."""

import re
from collections.abc import Iterable, Iterator

from preau.quizzes.gift_split import leaves_open
from preau.quizzes.questions import FORMATS, Choice, Format, Number, Question, Short, Text

_IN_ANSWERS = re.compile(r"[\\~=#{}]")
_IN_TEXT = re.compile(r"\\(?=[\\:#={}~n])|(?<=-)\\(?=>)|\\$|[{}]|:(?=:)|(?<=:):|(?<=\$CATEGORY):", re.MULTILINE)
_TAGS = tuple(f"[{form}]" for form in FORMATS[1:])


def write(questions: Iterable[Question]) -> str:
    """A GIFT text, a blank line between questions, that Moodle reads too.

    Kept: titles, formats, categories, ids, tags. Not kept, since GIFT cannot say it: `case_sensitive`.
    """
    written: list[str] = []
    category = ""
    for question in questions:
        if question.category != category:
            category = question.category
            written.append(f"$CATEGORY: {_in_answers(' '.join(category.split(chr(10))))}\n")
        # Code left open by the text before would swallow an untitled question: an empty title stops it.
        titled = bool(question.title) or (bool(written) and leaves_open(written[-1]))
        written.append("".join(_question(question, titled)))
    return "\n".join(written)


def _question(question: Question, titled: bool) -> Iterator[str]:
    names = [f"[id:{_name(question.identity)}]"] if question.identity else []
    names += [f"[tag:{_name(tag)}]" for tag in question.tags]
    if names:
        yield f"// {' '.join(names)}\n"
    if titled:
        title = " ".join(question.title.split())
        yield f"::{_in_answers(title).replace(':', chr(92) + ':')}::"
    if question.text.format != "auto":
        yield f"[{question.text.format}]"
    elif question.text.text.startswith(_TAGS) or (not titled and question.text.text.startswith("//")):
        yield "\\n"
    yield _rows(_IN_TEXT.sub(_backslashed, question.text.text))
    if question.type != "description":
        # On a line of its own, the block cannot be taken for a part of a formula of the text.
        before = f"{question.title}{question.text.text}"
        opening = "\n" if "$" in before or "\\" in before else ""
        yield f"{{{''.join(_answers(question, opening))}}}"
    yield f"{_rows(_IN_TEXT.sub(_backslashed, question.after))}\n"


def _answers(question: Question, opening: str) -> Iterator[str]:
    form = question.text.format
    if question.type in ("choice", "multiple"):
        lines = [_choice(choice, question.type == "choice", form) for choice in question.choices]
    elif question.type == "short":
        lines = [_short(short, form) for short in question.shorts]
    elif question.type == "numerical":
        lines = [_number(number, form) for number in question.numbers]
        lines += [f"~{_feedback(question.wrong, form)}"] if question.wrong else []
    elif question.type == "matching":
        lines = [
            f"={_arrowless(_text(pair.left, form))} -> {_rows(_in_answers(pair.right))}{_feedback(pair.feedback, form)}"
            for pair in question.pairs
        ]
    else:
        lines = []
    general = _feedback(question.general, form, "####")
    if not lines:
        yield f"{opening}{_truth(question, form)}{general}"
        return
    yield "#\n" if question.type == "numerical" else "\n"
    yield from (f"\t{line}\n" for line in [*lines, *([general] if general else [])])


def _truth(question: Question, form: Format) -> str:
    if question.truth is None:
        return ""
    right, wrong = question.if_true, question.if_false
    if not question.truth:
        right, wrong = wrong, right
    said = "TRUE" if question.truth else "FALSE"
    if right:
        return f"{said}#{_text(wrong, form)}#{_text(right, form)}"
    return f"{said}{_feedback(wrong, form)}"


def _choice(choice: Choice, single: bool, form: Format) -> str:
    said = f"{_text(choice.text, form)}{_feedback(choice.feedback, form)}"
    if single and choice.weight == 100:
        return f"={_weight(100, 100, choice.text.text)}{said}"
    return f"~{_weight(choice.weight, 0, choice.text.text)}{said}"


def _short(short: Short, form: Format) -> str:
    said = f"{_bare(short.text)}{_feedback(short.feedback, form)}"
    return f"={_weight(short.weight, 100, short.text)}{_arrowless(said)}"


def _number(number: Number, form: Format) -> str:
    if number.value:
        accepted = number.value if number.tolerance in ("", "0") else f"{number.value}:{number.tolerance}"
    else:
        accepted = f"{number.low}..{number.high}"
    return f"={_weight(number.weight, 100)}{accepted}{_feedback(number.feedback, form)}"


def _weight(weight: float, usual: float, text: str = "") -> str:
    """`%50%`, or nothing for the usual weight, unless the text begins like a weight itself."""
    if weight == usual and not text.startswith("%"):
        return ""
    return f"%{f'{weight:.5f}'.rstrip('0').rstrip('.')}%"


def _feedback(text: Text, form: Format, mark: str = "#") -> str:
    return f"{mark}{_text(text, form)}" if text else ""


def _text(text: Text, form: Format) -> str:
    """An answer or a feedback in a question of format `form`."""
    if text.format not in (form, "auto") or (text.text.startswith(_TAGS) and text.format != "auto"):
        return f"[{text.format}]{_rows(_in_answers(text.text))}"
    return _bare(text.text)


def _bare(text: str) -> str:
    # A line break, which the reader drops at the ends of a text, keeps words from being taken for a format.
    return f"{chr(92) + 'n' if text.startswith(_TAGS) else ''}{_rows(_in_answers(text))}"


def _arrowless(escaped: str) -> str:
    """`-\\>` is an arrow that makes no pair, for our reader; Moodle has no way to say it."""
    return escaped.replace("->", "-\\>")


def _in_answers(text: str) -> str:
    return _IN_ANSWERS.sub(_backslashed, text)


def _backslashed(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _rows(escaped: str) -> str:
    """Line breaks as such, so that a text can be read and compared; as `\\n` where a blank line or a comment would
    arise.
    """
    first, *rest = escaped.split("\n")
    return first + "".join(f"{chr(92) + 'n' if _is_lost(row) else chr(10)}{row}" for row in rest)


def _is_lost(row: str) -> bool:
    stripped = row.strip()
    return not stripped or stripped.startswith("//")


def _name(name: str) -> str:
    name = name.replace("\n", " ").replace("]", "\\]")
    return f"{name} " if name.endswith("\\") else name
