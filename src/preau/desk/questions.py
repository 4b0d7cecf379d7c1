"""How the questions of an edition were answered, and what was ruled on them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from preau.audit import journal
from preau.certificates.models import Award
from preau.content.outline import Outline, UnitFacts
from preau.courses.models import Edition
from preau.quizzes import bank, cards, rules
from preau.quizzes.access import Asked
from preau.quizzes.models import Answer, Ruling

ASKING = ("quiz", "exam")
MOST = 3  # wrong answers named in the list
SHOWN = 30  # different answers on a question's own page
TOUCHED = 100  # certificates named


@dataclass(frozen=True)
class Said:
    """One answer in words, and how many attempts gave it; `score` of the question, 0 to 1."""

    html: SafeString
    count: int
    score: float | None


@dataclass(frozen=True)
class Line:
    """A question with how it was answered: shares in percent of its answers, None without any."""

    item: bank.Item
    html: SafeString
    answers: int
    right: float | None
    mean: float | None
    wrong: Sequence[Said]
    ruling: Ruling | None


def asking(outline: Outline) -> list[UnitFacts]:
    """The units that ask questions, in reading order."""
    return [unit for unit in outline.units() if unit.kind in ASKING]


def answers(edition: Edition, unit: UUID) -> QuerySet[Answer]:
    """Every answer given at a unit of an edition."""
    return Answer.objects.filter(attempt__unit=unit, attempt__enrolment__edition=edition)


def lines(edition: Edition, outline: Outline, unit: UnitFacts) -> list[Line]:
    """The questions of one unit: three queries, however many answers there are."""
    questions = bank.of(outline.version_id, unit.id, outline.language)
    given = answers(edition, unit.id).order_by()
    rows = given.values("question_id").annotate(
        n=Count("attempt_id"), right=Count("attempt_id", filter=Q(score__gte=1)), mean=Avg("score")
    )
    counted = {row["question_id"]: row for row in rows}
    wrong = most_wrong(given)
    ruled = {row.question_id: row for row in Ruling.objects.filter(edition=edition, withdrawn_at=None)}
    return [
        _line(questions, item, counted.get(item.id), wrong.get(item.id, ()), ruled.get(item.id))
        for item in questions.items
        if item.question.type != "description"
    ]


def _line(
    questions: bank.Bank,
    item: bank.Item,
    row: Mapping[str, Any] | None,
    wrong: Sequence[tuple[object, float | None, int]],
    ruling: Ruling | None,
) -> Line:
    marked = row is not None and item.graded and row["mean"] is not None
    return Line(
        item,
        shown(questions, item),
        int(row["n"]) if row else 0,
        100 * row["right"] / row["n"] if marked and row else None,
        100 * row["mean"] if marked and row else None,
        [said(questions, item, *one) for one in wrong if item.graded],
        ruling,
    )


def most_wrong(given: QuerySet[Answer]) -> dict[UUID, list[tuple[object, float | None, int]]]:
    """The most given answers that are not all of the question, by question: (given, score, count). One query."""
    place = Window(RowNumber(), partition_by=F("question_id"), order_by=[F("n").desc(), F("given")])
    rows = given.filter(score__lt=1).values("question_id", "given", "score").annotate(n=Count("attempt_id"))
    found: dict[UUID, list[tuple[object, float | None, int]]] = defaultdict(list)
    for row in rows.annotate(place=place).filter(place__lte=MOST).order_by("question_id", "place"):
        found[row["question_id"]].append((row["given"], row["score"], row["n"]))
    return found


def shown(questions: bank.Bank, item: bank.Item) -> SafeString:
    """A question's text; the bank made its HTML safe."""
    return mark_safe(questions.shown(item.question.text) or escape(item.question.text.text))


def said(questions: bank.Bank, item: bank.Item, given: object, score: float | None, count: int) -> Said:
    """An answer in words."""
    return Said(in_words(questions, item, given), count, score)


def in_words(questions: bank.Bank, item: bank.Item, given: object) -> SafeString:
    """What was given, as a person reads it."""
    if given == "":
        return mark_safe(f"<em>{escape(_('erased'))}</em>")
    value = tuple(given) if isinstance(given, list) else given
    texts = rules.corrected(item.question, rules.Ruling("also", (value,)))  # type: ignore[arg-type]
    if item.question.type == "truefalse":
        return mark_safe(escape(_("True") if given else _("False")))
    parts = [questions.shown(text) or escape(text.text) for text in texts]
    return mark_safe(" · ".join(parts) or "–")


def told(asked: Asked) -> list[Said]:
    """The answers given to one question, the most given first."""
    rows = answers(asked.edition, asked.unit.id).filter(question=asked.item.id)
    counted = rows.values("given", "score").annotate(n=Count("attempt_id")).order_by("-n", "given")[:SHOWN]
    return [said(asked.questions, asked.item, row["given"], row["score"], row["n"]) for row in counted]


def card(asked: Asked) -> SafeString:
    """The question as learners see it, with what is right."""
    showing = cards.Showing(
        1, rules.shown_order(asked.item.question, None), cards.Answered(), is_open=False, tell=True, ruling=None
    )
    return mark_safe(cards.html(asked.questions, asked.item, showing, asked.outline.language, ""))


@dataclass(frozen=True)
class Past:
    """A ruling and the answers it accepts in words."""

    row: Ruling
    values: Sequence[SafeString]


def history(asked: Asked) -> list[Past]:
    """Everything that was ruled on a question, the latest first."""
    rows = Ruling.objects.filter(edition=asked.edition, question=asked.item.id).select_related("ruled_by", "question")
    return [
        Past(row, [in_words(asked.questions, asked.item, value) for value in row.values])
        for row in rows.order_by("-ruled_at", "-pk")
    ]


def touched(ruling: Ruling) -> list[Award]:
    """The certificates in force of learners whose result a ruling changed."""
    changed = journal.exists("regraded", about="enrolment", row="enrolment_id", ruling=str(ruling.pk))
    rows = Award.objects.filter(changed, enrolment__edition=ruling.edition_id, revoked_at=None)
    return list(rows.select_related("enrolment__person", "track").order_by("awarded_at", "pk")[:TOUCHED])


def awarded(enrolments: Sequence[UUID]) -> int:
    """How many certificates these learners hold."""
    return Award.objects.filter(enrolment__in=enrolments, revoked_at=None).count()
