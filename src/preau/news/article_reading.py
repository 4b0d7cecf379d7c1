"""Articles as they are read: in a list, on their page, at the desk. Whoever reads is nobody in particular: these pages
are the same for everybody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Case, Prefetch, Q, QuerySet, Value, When

from preau.common import languages
from preau.courses import queries as courses
from preau.courses.models import Course, Edition
from preau.courses.queries import Offer
from preau.news import addresses, article_markdown, found, pictures
from preau.news.found import Found
from preau.news.models import Article, ArticleText
from preau.subtitles.finding import folded

PAGE = 12
RELATED = 3
LANGUAGES = [code for code, _name in settings.LANGUAGES]
ZONE = ZoneInfo(str(Edition._meta.get_field("zone").get_default()))  # in which the day of an article is told


@dataclass(frozen=True)
class Told:
    """An article with the words that a page in `asked` shows: its own, else those that there are."""

    article: Article
    text: ArticleText
    asked: str
    picture: pictures.Shown | None

    @property
    def elsewhere(self) -> bool:
        """Are its words in another language than the page's?"""
        return self.text.language != self.asked

    @property
    def spoken(self) -> str:
        """What the language of its words is called in that of the page."""
        return languages.named(self.text.language)

    @property
    def address(self) -> str:
        """Its page in the language asked for."""
        return f"/{self.asked}/news/{self.article.slug}/"


def rows() -> QuerySet[Article]:
    """Articles with all that a list shows of them."""
    return Article.objects.select_related("course", "picture").prefetch_related("texts")


def published(now: datetime) -> QuerySet[Article]:
    """Those that show, newest first."""
    return rows().filter(published_at__lte=now).order_by("-published_at", "-pk")


def said(article: Article, language: str) -> ArticleText:
    """Its words in a language, else in the first in which it has some; empty ones where nothing is written."""
    texts = {one.language: one for one in article.texts.all()}
    order = [language, *LANGUAGES, *sorted(texts)]
    return next((texts[code] for code in order if code in texts), ArticleText(article=article, language=language))


def told(article: Article, language: str) -> Told:
    """An article for a page in this language."""
    picture = pictures.shown(article.picture) if article.picture else None
    return Told(article, said(article, language), language, picture)


def listed(language: str, number: str | None, *, now: datetime) -> tuple[Page[Article], list[Told]]:
    """A page of those that show: three queries."""
    page = Paginator(published(now), PAGE).get_page(number)
    return page, [told(row, language) for row in page]


def latest(language: str, count: int, *, now: datetime, course: Course | None = None) -> list[Told]:
    """The newest ones, of a course alone if one is given: two queries."""
    shown = published(now).filter(course=course) if course else published(now)
    return [told(row, language) for row in shown[:count]]


def related(article: Article, language: str, *, now: datetime) -> list[Told]:
    """Others to go on with: of the same course, then the newest."""
    others = published(now).exclude(pk=article.pk)
    if article.course_id:
        same = Case(When(course=article.course_id, then=Value(0)), default=Value(1))
        others = others.alias(same=same).order_by("same", "-published_at", "-pk")
    return [told(row, language) for row in others[:RELATED]]


def page(article: Article, language: str, *, now: datetime) -> Mapping[str, Any]:
    """Everything that its page shows: `told`, `html`, `related`, `offer` (of its course, None where it has none that is
    public), `share`, `found`, `zone`."""
    shown = told(article, language)
    kept = pictures.of(article_markdown.named(shown.text.body))
    return {
        "told": shown,
        "html": article_markdown.html(shown.text.body, kept, language=shown.text.language),
        "related": related(article, language, now=now),
        "offer": offer(article.course, now=now),
        "share": share(found.absolute(shown.address), shown.text.title),
        "found": found_as(shown),
        "zone": ZONE,
    }


def found_as(shown: Told) -> Found:
    """How an article is found and shared: as the page in a language that it is written in."""
    article, text = shown.article, shown.text
    written = tuple(code for code in addresses.languages() if code in texts_of(article)) or (text.language,)
    picture = shown.picture.src if shown.picture else ""
    said: dict[str, Any] = {
        "@type": "NewsArticle",
        "headline": text.title,
        "description": text.lead,
        "inLanguage": text.language,
        "author": [{"@type": "Person", "name": name.strip()} for name in article.authors.split(",") if name.strip()],
        "publisher": found.organisation(),
        "dateModified": article.edited_at.isoformat() if article.edited_at else "",
        "datePublished": article.published_at.isoformat() if article.published_at else "",
        "image": found.absolute(picture) if picture else "",
    }
    data = {name: value for name, value in said.items() if value}
    rest = f"news/{article.slug}/"
    return Found(rest, text.language, text.title, text.lead, "article", picture, written, data=[data])


def offer(course: Course | None, *, now: datetime) -> Offer | None:
    """What a visitor may take of the course that an article is about."""
    return courses.best(courses.editions_of(course, now), now) if course else None


def share(address: str, title: str) -> Mapping[str, str]:
    """Where an article is passed on: `address`, to copy, and plain links that nobody follows by themselves."""
    both = f"{title} {address}"
    return {
        "address": address,
        "mail": f"mailto:?{urlencode({'subject': title, 'body': both}, quote_via=quote)}",
        "linkedin": f"https://www.linkedin.com/sharing/share-offsite/?{urlencode({'url': address})}",
        "whatsapp": f"https://wa.me/?{urlencode({'text': both}, quote_via=quote)}",
        "mastodon": f"https://share.joinmastodon.org/#{urlencode({'text': both}, quote_via=quote)}",
    }


def written_by(courses_of: Iterable[UUID] | None, asked: str, state: str, *, now: datetime) -> list[Article]:
    """For the desk: articles of these courses (None: every one) in a `state`, whose title, lead, authors or address say
    all the words asked for; the one that was edited last first. Two queries."""
    found = Article.objects.select_related("course", "edited_by").order_by("-edited_at", "-pk")
    if courses_of is not None:
        found = found.filter(course__in=list(courses_of))
    wanted = {
        "draft": Q(published_at=None),
        "scheduled": Q(published_at__gt=now),
        "published": Q(published_at__lte=now),
    }
    titles = Prefetch("texts", ArticleText.objects.defer("body"))
    every = found.filter(wanted.get(state, Q())).prefetch_related(titles)
    words = folded(asked).split()
    return [row for row in every if all(word in _named(row) for word in words)]


def _named(row: Article) -> str:
    said = [part for text in row.texts.all() for part in (text.title, text.lead)]
    return folded(" ".join([*said, row.authors, row.slug]))


def pictures_of(article: Article) -> list[tuple[UUID, pictures.Shown]]:
    """The pictures in its texts, for the desk: one query."""
    ids = list(dict.fromkeys(pk for text in article.texts.all() for pk in article_markdown.named(text.body)))
    kept = pictures.of(ids)
    return [(pk, pictures.shown(kept[pk])) for pk in ids if pk in kept]


def texts_of(article: Article) -> dict[str, ArticleText]:
    """Its words by language, in the order of the interface's."""
    rows: Iterable[ArticleText] = article.texts.all()
    return {one.language: one for one in sorted(rows, key=lambda one: _rank(one.language, LANGUAGES))}


def _rank(code: str, order: Sequence[str]) -> int:
    return order.index(code) if code in order else len(order)
