"""The public site compiled: what a stranger sees, until a date or a row makes it say something else; served to who has
no session and to nobody else."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import brotli
import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import Settings

from preau.config.front import Shelf, page_server
from preau.courses import actions as courses
from preau.courses.models import Course, Edition
from preau.news import addresses, changing, site, voices
from preau.news.models import Article, ArticleText, Banner
from tests import cast

HOME, COURSE = "/fr/", "/fr/courses/thin/"


@pytest.fixture
def edition(db: None) -> Edition:
    """One that can be enrolled in, and opens in two weeks."""
    now = timezone.now()
    return cast.edition(opens=cast.monday(now, 2), enrols_at=now - timedelta(days=1))


def entries() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = json.loads((site.root() / "manifest.json").read_text())
    return found


def page(path: str) -> str:
    return (site.root() / "bodies" / f"{entries()[path][0]}.identity").read_text()


def test_every_public_page_is_what_its_view_says_to_a_stranger(edition: Edition) -> None:
    now = timezone.now()
    assert site.refresh(now=now) == len(list(addresses.public(now)))
    for path in (HOME, COURSE, "/en/courses/thin/", "/fr/news/", "/en/legal/", "/fr/accessibility/", "/fr/partners/"):
        assert page(path) == cast.browser().get(path).content.decode()
        body = site.root() / "bodies" / f"{entries()[path][0]}.br"
        assert brotli.decompress(body.read_bytes()).decode() == page(path)


def test_a_compiled_page_carries_no_act_of_anybody(edition: Edition) -> None:
    site.refresh(now=timezone.now())
    for path in entries():
        assert 'name="act"' not in page(path), path
        forms = page(path).count('method="post"')
        assert forms == page(path).count(
            'method="post" action="/e/thin-1/enrol/" data-act><input type="hidden" name="track"'
        )


def test_it_holds_until_the_next_date_that_changes_it(edition: Edition) -> None:
    late = edition.opens_at - timedelta(minutes=30)
    site.refresh(now=late)
    assert {entry[3] for entry in entries().values()} == {edition.opens_at.timestamp()}
    site.refresh(now=edition.enrolment_closes_at - timedelta(minutes=20))
    assert entries()[HOME][3] == edition.enrolment_closes_at.timestamp()


def test_without_a_worker_it_holds_for_little_more_than_an_hour(edition: Edition) -> None:
    now = timezone.now()
    site.refresh(now=now)
    assert entries()[HOME][3] == (now + site.AGAIN + site.SPARE).timestamp()


def test_it_is_compiled_anew_when_something_changed_and_not_else(edition: Edition) -> None:
    now = timezone.now()
    assert site.refresh_due(now=now)
    assert not site.refresh_due(now=now + timedelta(minutes=1))
    courses.touch(edition)
    assert site.refresh_due(now=now + timedelta(minutes=1))
    Course.objects.update(about={"description": "Un autre cours."})
    assert site.refresh_due(now=now + timedelta(minutes=2)), "another version came in"
    assert "Un autre cours." in page(COURSE)
    assert not site.refresh_due(now=now + timedelta(minutes=3))
    assert site.refresh_due(now=now + site.AGAIN * 1.1), "figures are counted again"
    assert site.refresh_due(now=edition.opens_at + timedelta(seconds=1)), "a date has passed"


def test_an_article_appears_at_its_hour(edition: Edition) -> None:
    now = timezone.now()
    at = now + timedelta(minutes=20)
    row = Article.objects.create(slug="rentree", authors="Ana", made_at=now, edited_at=now, published_at=at)
    ArticleText.objects.create(article=row, language="fr", title="La rentrée", lead="Bientôt.", body="Du texte.")
    site.refresh(now=now)
    assert "/fr/news/rentree/" not in entries()
    assert changing.next_change(now) == at.timestamp()
    assert entries()[HOME][3] == at.timestamp(), "the page server gives nothing beyond it"
    Article.objects.update(published_at=now)  # views know no other time than now
    site.refresh(now=now)
    assert "/fr/news/rentree/" in entries()


def test_a_banner_that_another_machine_put_up_is_on_the_pages(edition: Edition) -> None:
    now = timezone.now()
    site.refresh_due(now=now)
    said = {"texts": {"fr": "Travaux"}, "starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=1)}
    Banner.objects.create(**said)
    assert site.refresh_due(now=now)
    assert "Travaux" in page(HOME)


@pytest.mark.django_db(transaction=True)
def test_what_must_show_no_more_is_given_by_nobody_also_without_a_worker() -> None:
    now = timezone.now()
    edition = cast.edition(opens=cast.monday(now, 2), enrols_at=now - timedelta(days=1))
    awa = cast.person("Awa")
    cast.enrolment(awa, edition)
    words = voices.Words("Bien.", "Awa", "", "fr")
    voices.say(act=cast.an_act("voice.say"), by=awa, course=edition.course, words=words, now=now)
    site.refresh(now=now)
    voices.take_back(act=cast.an_act("voice.take_back"), by=awa, course=edition.course, now=now)
    assert not (site.root() / "manifest.json").exists()
    assert site.refresh_due(now=now)
    assert HOME in entries()


def test_two_workers_do_not_compile_in_turn(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    looks = []
    for worker in (site._Worker(), site._Worker()) * 3:
        monkeypatch.setattr(site, "_worker", worker)
        looks.append(site.refresh_due(now=now))
        worker.looked = True
    assert looks == [True, True, False, False, False, False]


def test_a_page_that_fails_leaves_the_others(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("preau.news.partners.public", fail)
    site.refresh(now=timezone.now())
    assert HOME not in entries()
    assert COURSE in entries()


def test_what_was_left_by_a_kill_and_former_bodies_are_swept(edition: Edition) -> None:
    now = timezone.now()
    site.refresh(now=now)
    bodies = site.root() / "bodies"
    (bodies / ".half").write_text("x")
    courses.touch(edition)
    Edition.objects.update(enrols_at=now + timedelta(days=1))
    site.refresh(now=now)
    wanted = {entry[0] for entry in entries().values()}
    assert {path.name.split(".")[0] for path in bodies.iterdir()} == wanted


class Reply:
    status = ""
    body = b""

    def start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers = status, dict(headers)


@pytest.fixture
def ask(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Reply]:
    monkeypatch.setattr("preau.config.front.LOOK", 0)
    site.refresh(now=timezone.now())

    def django(_environ: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
        start("299 Django", [])
        return [b""]

    noted: list[str] = []
    serve = page_server(django, Path(settings.PAGES_ROOT), {}, note=lambda _environ, path: noted.append(path))

    def send(path: str = HOME, method: str = "GET", query: str = "", **headers: str) -> Reply:
        reply = Reply()
        fields = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "QUERY_STRING": query, **fields}
        reply.body = b"".join(serve(environ, reply.start))
        reply.noted = noted  # type: ignore[attr-defined]
        return reply

    return send


def test_a_stranger_is_given_the_compiled_page(ask: Callable[..., Reply]) -> None:
    reply = ask()
    assert (reply.status, reply.body.decode()) == ("200 OK", page(HOME))
    assert reply.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert reply.headers["Vary"] == "Accept-Encoding, Cookie"
    assert ask(cookie="language=en").status == "200 OK"
    assert ask(if_none_match=reply.headers["ETag"]).status == "304 Not Modified"
    assert reply.noted == [HOME] * 3  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "request_",
    [
        {"cookie": "device=abc"},
        {"cookie": "messages=x"},
        {"query": "page=2"},
        {"query": "utm_source=x&page=2"},
        {"method": "POST"},
    ],
)
def test_others_are_answered_by_the_views(ask: Callable[..., Reply], request_: dict[str, str]) -> None:
    assert ask(**request_).status == "299 Django"


@pytest.mark.parametrize("query", ["utm_source=lettre&utm_medium=mail", "fbclid=IwAR0_x-y", "gclid=1&"])
def test_what_others_add_to_a_link_changes_nothing(ask: Callable[..., Reply], query: str) -> None:
    reply = ask(query=query)
    assert reply.status == "200 OK"
    assert reply.noted == [HOME]  # type: ignore[attr-defined]


def test_a_page_that_a_view_answers_is_counted_too(ask: Callable[..., Reply]) -> None:
    assert ask(cookie="device=abc").noted == [HOME]  # type: ignore[attr-defined]


def test_a_page_is_not_given_beyond_its_time(
    ask: Callable[..., Reply], edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = entries()[HOME][3]
    monkeypatch.setattr("time.time", lambda: late - 1)
    assert ask().status == "200 OK"
    monkeypatch.setattr("time.time", lambda: late)
    assert ask().status == "299 Django"


def test_the_site_is_no_stock_of_editions(edition: Edition) -> None:
    site.refresh(now=timezone.now())
    assert not any(path.startswith("/e/") for path in Shelf(site.root()).at(0.0).pages)


def test_the_site_map_names_every_page_in_every_language(edition: Edition) -> None:
    now = timezone.now()
    row = Article.objects.create(slug="rentree", authors="Ana", made_at=now, edited_at=now, published_at=now)
    ArticleText.objects.create(article=row, language="fr", title="La rentrée", lead="Bientôt.", body="Du texte.")
    reply = cast.browser().get("/sitemap.xml")
    tree = ElementTree.fromstring(reply.content)
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    found = {one.findtext("s:loc", "", names) for one in tree.findall("s:url", names)}
    assert found == {f"{settings.SITE_URL}{one.path}" for one in addresses.public(timezone.now())}
    assert f"{settings.SITE_URL}/fr/news/rentree/" in found
    assert f"{settings.SITE_URL}/en/news/rentree/" not in found, "it is written in French alone"
    articles = [one for one in tree.findall("s:url", names) if "/news/rentree/" in one.findtext("s:loc", "", names)]
    assert len(articles) == 1
    assert all(
        len(one.findall("x:link", names)) == len(settings.LANGUAGES)
        for one in tree.findall("s:url", names)
        if one not in articles
    )
    robots = cast.browser().get("/robots.txt").content.decode()
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in robots
    assert "Disallow: /desk/" in robots


def data(html: str) -> list[dict[str, Any]]:
    start = html.index('<script type="application/ld+json">') + len('<script type="application/ld+json">')
    graph: list[dict[str, Any]] = json.loads(html[start : html.index("</script>", start)])["@graph"]
    return graph


def test_machines_read_of_a_course_what_people_do(edition: Edition) -> None:
    html = cast.browser().get(COURSE).content.decode()
    (course,) = data(html)
    (instance,) = course["hasCourseInstance"]
    assert (course["@type"], course["name"]) == ("Course", edition.course.title("fr"))
    assert course["provider"]["name"]
    assert course["offers"]["category"] == "Free"
    assert instance["startDate"] == f"{edition.opens_at.astimezone(edition.zone_info):%Y-%m-%d}"
    assert instance["courseMode"] == "Online"
    assert f'<link rel="canonical" href="{settings.SITE_URL}{COURSE}">' in html
    assert 'hreflang="en"' in html
    assert 'hreflang="x-default"' in html
    assert 'property="og:image"' in html


def test_no_text_of_a_course_ends_the_data(edition: Edition) -> None:
    edition.course.titles = {"fr": "</script><script>alert(1)</script> & <b>"}
    edition.course.save()
    html = cast.browser().get(COURSE).content.decode()
    assert "<script>alert" not in html
    assert data(html)[0]["name"] == "</script><script>alert(1)</script> & <b>"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"enrols_at": 3, "opens_at": 10, "enrolment_closes_at": 20, "closes_at": 40}, "ouvrent le"),
        ({"enrols_at": -1, "opens_at": 10, "enrolment_closes_at": 20, "closes_at": 40}, "inscriptions sont ouvertes"),
        ({"enrols_at": -20, "opens_at": -10, "enrolment_closes_at": 5, "closes_at": 40}, "ferment le"),
        ({"enrols_at": -20, "opens_at": -10, "enrolment_closes_at": -5, "closes_at": 40}, "sont fermées"),
    ],
)
def test_the_button_says_the_truth_of_the_moment(edition: Edition, days: dict[str, int], said: str) -> None:
    now = timezone.now()
    Edition.objects.update(**{name: moment(now, n) for name, n in days.items()})
    site.refresh(now=now)
    assert said in page(COURSE)
    may = days["enrols_at"] < 0 < days["enrolment_closes_at"]
    assert (f"{COURSE}wait/" in page(COURSE)) is not may


def moment(now: datetime, days: int) -> datetime:
    return now + timedelta(days=days)


def test_the_site_knows_its_own_address(edition: Edition, settings: Settings) -> None:
    settings.SITE_URL = "https://cours.example.org"
    site.refresh(now=timezone.now())
    assert 'href="https://cours.example.org/fr/"' in page(HOME)
