"""Which pages the public site has: for the page server, for the site map, for the other languages of a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from preau.courses import queries as courses
from preau.courses.models import Edition
from preau.news.models import Article, ArticleText, WhatsNew

FIXED = ("", "courses/", "news/", "partners/", "legal/", "accessibility/")  # after the language
MOST = 200  # articles that are compiled, the latest; the views answer older ones


@dataclass(frozen=True)
class Address:
    """A page in one language: `rest` is what its address has in every language; `changed` when it last did, if that
    is known."""

    language: str
    rest: str
    changed: datetime | None = None

    @property
    def path(self) -> str:
        return f"/{self.language}/{self.rest}"


def languages() -> list[str]:
    """The languages of the site, its own first."""
    codes = [code for code, _name in settings.LANGUAGES]
    return sorted(codes, key=lambda code: code != settings.LANGUAGE_CODE)


def public(now: datetime) -> Iterator[Address]:
    """Every page that anybody may see, in every language; articles in those in which they are written. Four queries."""
    for rest, changed in _rests(now):
        for language in languages():
            yield Address(language, rest, changed)
    shown = Article.objects.filter(published_at__lte=now).order_by("-published_at", "pk")[:MOST]
    written = ArticleText.objects.filter(article__in=list(shown.values_list("pk", flat=True)), language__in=languages())
    for slug, at, language in written.values_list("article__slug", "article__edited_at", "language"):
        yield Address(language, f"news/{slug}/", at)


def _rests(now: datetime) -> Iterator[tuple[str, datetime | None]]:
    yield from ((rest, None) for rest in FIXED)
    for offer in courses.offers(now):
        yield f"courses/{offer.course.slug}/", None
    told = WhatsNew.objects.filter(
        published_at__isnull=False, edition__published_at__lte=now, edition__visibility=Edition.Visibility.PUBLIC
    )
    for course, edition, at in told.values_list("edition__course__slug", "edition__slug", "published_at"):
        yield f"courses/{course}/{edition}/new/", at
