"""Words looked for in what everybody may read: published articles, public courses, the lessons of theirs that are
released. By stems of French and English, without accents or capitals (`discussion.stems`); a word that is begun finds
what goes on from it. There are hundreds of these texts at most: they are read whole, and their stems are kept for as
long as the text stays the same."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils.translation import gettext_noop

from preau.content import outline as outlines
from preau.courses import queries as courses
from preau.courses.queries import Offer
from preau.discussion import stems
from preau.discussion.stems import Asked
from preau.news import article_reading
from preau.news.models import Article

MOST = 20
LONGEST = 200  # characters looked for
BEGUN = 3  # letters that a word must have to be found by its beginning
KEPT = 2048  # texts whose stems are kept

ARTICLE, COURSE, MODULE, UNIT = (
    gettext_noop("Article"),
    gettext_noop("Course"),
    gettext_noop("Module"),
    gettext_noop("Page of a course"),
)


@dataclass(frozen=True)
class Text:
    """What can be found: where it leads, what it is (`kind`, to be translated), what it is part of, its words."""

    kind: str
    title: str
    address: str
    within: str = ""
    words: str = ""
    language: str = ""  # "" for the page's


@dataclass(frozen=True)
class Found:
    """A text with the words around what was found, in pieces: what they say, and whether they are what was asked."""

    text: Text
    excerpt: Sequence[tuple[str, bool]]


def found(asked: str, language: str, *, now: datetime) -> list[Found]:
    """What has all the words, the best first; nothing for words that are in every text."""
    groups = stems.asked(asked[:LONGEST])
    if not groups:
        return []
    weighed = [
        (stems.weight(groups, *_stems(text.title, text.words)), -place, text)
        for place, text in enumerate(_texts(language, now))
        if _has(groups, text)
    ]
    best = sorted(weighed, key=lambda one: one[:2], reverse=True)[:MOST]
    return [Found(text, stems.excerpt(text.words, groups) if text.words else []) for _weight, _place, text in best]


def _has(groups: Asked, text: Text) -> bool:
    inside = f" {' '.join(_stems(text.title, text.words))} "
    return all(any(_meets(stem, inside) for stem in group) for group in groups)


def _meets(stem: str, inside: str) -> bool:
    return (f" {stem}" if len(stem) >= BEGUN else f" {stem} ") in inside


def _stems(title: str, words: str) -> tuple[str, str]:
    # Titles of units alone are many and short: they must not drive out of memory what long texts cost.
    return _of_text(title, words) if words else (_of_title(title), "")


@lru_cache(maxsize=16 * KEPT)
def _of_title(title: str) -> str:
    return " ".join(stems.stems(title))


@lru_cache(maxsize=KEPT)
def _of_text(title: str, words: str) -> tuple[str, str]:
    """Stems of a title and of a text, with blanks between them. By paragraphs: of one text only so many are taken."""
    said = dict.fromkeys(stem for part in words.split("\n\n") for stem in stems.stems(part))
    return _of_title(title), " ".join(said)


def _texts(language: str, now: datetime) -> Iterator[Text]:
    """All that everybody may read, the newest articles first."""
    offers = courses.offers(now)
    for offer in offers:
        yield from _of_course(offer, language, now)
    yield from _articles(article_reading.published(now), language)


def _articles(rows: Iterable[Article], language: str) -> Iterator[Text]:
    for row in rows:
        one = article_reading.told(row, language)
        words = f"{one.text.lead}\n\n{one.text.body}"
        yield Text(ARTICLE, one.text.title, one.address, row.authors, words, one.text.language)


def _of_course(offer: Offer, language: str, now: datetime) -> Iterator[Text]:
    """A course, its modules, and those of its pages that are released."""
    title, address = offer.course.title(language), f"/{language}/courses/{offer.course.slug}/"
    about = courses.presentation(offer.course, language)
    said = "\n\n".join([about.description, about.audience, *about.outcomes])
    yield Text(COURSE, title, address, about.institution, said)
    try:
        outline = outlines.of_edition(offer.edition, language)
    except outlines.NotPrinted:
        return
    for module in outline.modules:
        yield Text(MODULE, module.title, address, title)
        for unit in module.units:
            if max(unit.opens, outline.opens_at) <= now:
                yield Text(UNIT, unit.title, unit.address, title, language=unit.language)
