"""The questions of a version, read once and kept: a version never changes, so neither does what is made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from uuid import UUID

import nh3
from django.utils import translation

from preau.common import markdown
from preau.common.words import words
from preau.content import compiling, media
from preau.content.models import UnitText, Version
from preau.quizzes import rules
from preau.quizzes.models import QuestionSpec
from preau.quizzes.questions import Question, Text, from_data


@dataclass(frozen=True, eq=False)  # itself and no other: a bank is read once, and its items are keys of what is drawn
class Item:
    """A question with its row's id. Its HTML is made by `Bank.html`, so that a page never renders Markdown twice."""

    id: UUID
    key: str
    pooled: bool
    question: Question

    @property
    def graded(self) -> bool:
        return rules.graded(self.question)


@dataclass(frozen=True, eq=False)
class Bank:
    """Every question of a unit in one version and language, in the author's order."""

    items: tuple[Item, ...]
    html: Mapping[tuple[str, str], str]
    language: str = ""  # in which its questions are written

    def by_id(self, question_id: UUID) -> Item | None:
        return next((item for item in self.items if item.id == question_id), None)

    def paper(self, seed: int, draw: int | None) -> tuple[Item, ...]:
        """What one attempt shows: every question outside the pool in order, then `draw` of the pool by the attempt's
        seed."""
        fixed = [item for item in self.items if not item.pooled]
        pool = {item.key: item for item in self.items if item.pooled}
        return (*fixed, *(pool[key] for key in rules.draw(tuple(pool), draw, seed)))

    def worth(self, seed: int, draw: int | None, rulings: Mapping[UUID, rules.Ruling]) -> float:
        """How many points a paper is worth: one for each question that a rule marks and no ruling cancelled."""
        return float(sum(item.graded and not _cancelled(rulings.get(item.id)) for item in self.paper(seed, draw)))

    def shown(self, text: Text) -> str:
        """The HTML of one of the bank's texts."""
        return self.html.get((text.format, text.text)) or ""


def _cancelled(ruling: rules.Ruling | None) -> bool:
    return ruling is not None and ruling.kind == "cancel"


@lru_cache(maxsize=512)
def of(version_id: UUID, unit_id: UUID, language: str) -> Bank:
    """The bank of a unit; a language that has no questions gives those of the version's source language."""
    rows = QuestionSpec.objects.filter(version_id=version_id, question__unit_id=unit_id).select_related("question")
    specs = list(rows.filter(language=language).order_by("position"))
    if not specs:
        source = Version.objects.get(pk=version_id).meta["languages"][0]
        specs = list(rows.filter(language=source).order_by("position"))
    items = tuple(Item(s.question_id, s.question.key, s.pooled, from_data(s.data)) for s in specs)
    text = UnitText.objects.filter(version_id=version_id, unit_id=unit_id).order_by("position").first()
    files = media.addresses(Version(pk=version_id)) if items else {}
    file = text.file if text else ""
    with translation.override(language):
        html: dict[tuple[str, str], str] = {
            (t.format, t.text): _html(t, file, files) for item in items for t in _texts(item.question)
        }
    return Bank(items, html, specs[0].language if specs else language)


def _texts(question: Question) -> list[Text]:
    """Every text of a question that a person may be shown."""
    found = [question.text, Text(question.after, question.text.format), question.general, question.wrong]
    found += [question.if_true, question.if_false]
    for choice in question.choices:
        found += [choice.text, choice.feedback]
    found += [short.feedback for short in question.shorts] + [number.feedback for number in question.numbers]
    for pair in question.pairs:
        found += [pair.left, Text(pair.right, question.text.format), pair.feedback]
    return [text for text in found if text]


def _html(text: Text, file: str, files: Mapping[str, str]) -> str:
    if text.format == "plain":
        return escape(text.text).replace("\n", "<br>")
    if text.format == "html":
        return nh3.clean(text.text, tags=HTML_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"})
    if "\n" not in text.text.strip() and "![" not in text.text:
        return markdown.render_inline(text.text, address=lambda url: compiling.resolve(file, url, files), words=words())
    return markdown.render(
        text.text, anchors=False, address=lambda url: compiling.resolve(file, url, files), words=words()
    ).html


HTML_TAGS = {
    "p",
    "br",
    "b",
    "strong",
    "i",
    "em",
    "u",
    "sub",
    "sup",
    "code",
    "pre",
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "span",
    "a",
    "h3",
    "h4",
    "div",
}
