"""The search of the public site: what everybody may read, by words, whatever their accents and capitals."""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from preau.courses.models import Edition
from preau.news import searching
from tests import cast
from tests.news import articling


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


def found(words: str, language: str = "fr") -> list[str]:
    page = cast.browser().get(f"/{language}/search/", {"q": words})
    assert page.status_code == 200
    return re.findall(r'<h2><a href="([^"]+)"', page.content.decode())


def test_an_article_is_found_without_accents_or_capitals(db: None, now: datetime) -> None:
    articling.published("Réunions à l’École", now, slug="une", body="Un diagramme de Gantt, planifié.")
    for words in ("reunion", "RÉUNIONS", "ecole gantt", "diagr", "planifier", "l'ecole"):
        assert found(words) == ["/fr/news/une/"], words
    assert found("reunion absente") == []


def test_what_was_found_is_marked(db: None, now: datetime) -> None:
    articling.published("Une", now, slug="une", lead="Un <b>Gantt</b>.", body="Du texte.")
    page = cast.browser().get("/fr/search/", {"q": "gantt"}).content.decode()
    assert "<mark>Gantt</mark>" in page
    assert "<b>Gantt" not in page


def test_drafts_and_scheduled_articles_are_not_found(db: None, now: datetime) -> None:
    articling.published("Secret", now + timedelta(days=1))
    assert found("secret") == []


def test_an_article_of_one_language_is_found_from_the_other(db: None, now: datetime) -> None:
    articling.published("Kites", now, language="en", slug="kites")
    assert found("kite", "fr") == ["/fr/news/kites/"]


def test_courses_modules_and_released_pages_are_found(edition: Edition) -> None:
    title = edition.course.title("fr")
    assert "/fr/courses/thin/" in found(title)
    page = cast.browser().get("/e/thin-1/fr/debut/lecon/")
    assert page.status_code == 200
    lesson = re.search(r"<h1[^>]*>([^<]+)</h1>", page.content.decode())
    assert lesson
    assert "/e/thin-1/fr/debut/lecon/" in found(lesson[1])


def test_what_is_private_or_not_released_is_not_found(edition: Edition, now: datetime) -> None:
    pages = [one for one in found(edition.course.title("fr")) + found("leçon") if one.startswith("/e/")]
    assert all(cast.browser().get(one).status_code == 200 for one in pages)
    Edition.objects.update(visibility=Edition.Visibility.PRIVATE)
    assert found(edition.course.title("fr")) == []


def test_twenty_at_most_and_the_best_first(db: None, now: datetime) -> None:
    for number in range(25):
        articling.published(f"N {number}", now - timedelta(days=number), body="Un cerf-volant.")
    articling.published("Cerf-volant", now - timedelta(days=99), slug="best")
    hits = found("cerf-volant")
    assert len(hits) == searching.MOST
    assert hits[0] == "/fr/news/best/"


@pytest.mark.parametrize("words", ["", "   ", "le la les", "zzzz", "'; DROP TABLE x --", "\x00", "é" * 5000])
def test_nothing_found_is_said_and_nothing_breaks(db: None, now: datetime, words: str) -> None:
    articling.published("Une", now)
    assert found(words) == []


def test_the_page_is_for_everybody(db: None) -> None:
    client = cast.browser()
    page = client.get("/fr/search/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page
    assert 'method="post"' not in page
    assert not client.cookies
