"""Pages of private editions from the page server: for who brings the edition cookie of their own device, and for
nobody else."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core import signing
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from preau.accounts.models import Person
from preau.config.front import LONGEST, Environ, Readers, page_server
from preau.content import edition_cookie, shelf
from preau.content.models import Page
from preau.courses.models import Edition
from tests import cast
from tests.config.test_front import POLICY, Reply, django

PAGE = "/e/closed/fr/debut/lecon/"
OTHER = "/e/closed-too/fr/debut/lecon/"
HOURS = 60 * 60

Ask = Callable[..., Reply]


@pytest.fixture
def closed(db: None) -> Edition:
    """A private edition that runs, and a second one beside it."""
    opens = cast.monday(timezone.now(), -1)
    made = cast.edition(slug="closed", opens=opens, visibility=Edition.Visibility.PRIVATE)
    cast.edition(slug="closed-too", opens=opens, of=made.course.versions.get(), visibility=Edition.Visibility.PRIVATE)
    shelf.refresh()
    return made


@pytest.fixture
def ana(closed: Edition) -> Person:
    """Learns in the private edition, not in the other."""
    person = cast.person("Ana")
    cast.enrolment(person, closed, at=closed.opens_at)
    return person


@pytest.fixture
def reader(ana: Person) -> Client:
    """Ana's browser, which has opened a page."""
    client = cast.browser(ana)
    assert client.get(PAGE).status_code == 200
    return client


@pytest.fixture
def ask(closed: Edition, monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.setattr("preau.config.front.LOOK", 0)
    serve = page_server(django, Path(site.PAGES_ROOT), POLICY)

    def send(cookies: str = "", path: str = PAGE, **headers: str) -> Reply:
        reply = Reply()
        environ: Environ = {"PATH_INFO": path, "REQUEST_METHOD": "GET", "HTTP_COOKIE": cookies}
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        reply.body = b"".join(serve(environ, reply.start))
        return reply

    return send


def jar(client: Client, **instead: str) -> str:
    """The Cookie header of a browser, some cookies replaced."""
    cookies = {name: morsel.value for name, morsel in client.cookies.items() if morsel.value}
    return "; ".join(f"{name}={value}" for name, value in {**cookies, **instead}.items())


def signed(client: Client, *, until: float, slug: str = "closed", key: str = "", salt: str = "") -> str:
    """A cookie as ours but for what a test changes of it."""
    said = {"device": edition_cookie._opaque(client.cookies["device"].value), "until": {slug: until}}
    return signing.Signer(key=key or None, salt=salt or edition_cookie.SALT).sign_object(said)


def test_whom_django_let_in_the_page_server_lets_in(reader: Client, ask: Ask) -> None:
    reply = ask(jar(reader), accept_encoding="identity")
    assert reply.status == "200 OK"
    assert reply.body == bytes(Page.objects.get(path=PAGE).html)
    assert POLICY.items() <= reply.headers.items()
    assert reply.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert reply.headers["Vary"] == "Accept-Encoding, Cookie"
    again = ask(jar(reader), accept_encoding="identity", if_none_match=reply.headers["ETag"])
    assert again.status == "304 Not Modified"


def test_the_cookie_is_for_pages_and_no_script(reader: Client) -> None:
    cookie = reader.cookies["editions"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/e/", True, "Lax")
    assert cookie["max-age"] == 12 * HOURS
    assert not cookie["secure"]


def test_under_https_it_is_secure(ana: Person, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    client = cast.browser(ana)
    client.get(PAGE, secure=True)
    assert client.cookies["__Secure-editions"]["secure"]


def test_it_holds_no_secret_and_no_name(reader: Client, ana: Person) -> None:
    said = str(signing.Signer(salt=edition_cookie.SALT).unsign_object(reader.cookies["editions"].value))
    assert reader.cookies["device"].value not in said
    assert str(ana.pk) not in said
    assert ana.email not in said


def test_django_says_private_too(reader: Client) -> None:
    response = reader.get(PAGE)
    assert response.headers["Cache-Control"].startswith("private")
    assert "Cookie" in response.headers["Vary"]


def test_a_public_page_gives_no_cookie(closed: Edition, ana: Person) -> None:
    Edition.objects.update(visibility=Edition.Visibility.PUBLIC)
    client = cast.browser(ana)
    response = client.get(PAGE)
    assert "editions" not in client.cookies
    assert response.headers["Cache-Control"].startswith("public")
    assert "Cookie" not in response.headers["Vary"]


@pytest.mark.parametrize("cookies", ["", "editions=", "editions=x", "editions=:::", "device=x; editions=é\x00", ";;=;"])
def test_without_a_cookie_of_ours_it_is_djangos(ask: Ask, cookies: str) -> None:
    assert ask(cookies).django


def test_whoever_is_not_let_in_gets_no_cookie(closed: Edition) -> None:
    ben = cast.browser(cast.person("Ben"))
    for client in (ben, cast.browser()):
        assert client.get(PAGE).status_code == 404
        assert "editions" not in client.cookies


def test_a_cookie_opens_its_own_edition_alone(reader: Client, ask: Ask) -> None:
    assert ask(jar(reader), OTHER).django
    assert not ask(jar(reader)).django


def test_two_editions_fit_in_a_cookie_and_each_ends_in_its_own_time(
    reader: Client, ask: Ask, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.enrolment(ana, Edition.objects.get(slug="closed-too"), at=timezone.now())
    began = timezone.now()
    later = began + timedelta(hours=8)
    monkeypatch.setattr("preau.content.views.timezone.now", lambda: later)
    assert reader.get(OTHER).status_code == 200
    assert not ask(jar(reader)).django
    assert not ask(jar(reader), OTHER).django
    monkeypatch.setattr("preau.config.front.time.time", (began + timedelta(hours=13)).timestamp)
    assert ask(jar(reader)).django
    assert not ask(jar(reader), OTHER).django


def test_the_oldest_of_many_editions_makes_room(reader: Client) -> None:
    now = timezone.now().timestamp()
    slugs = [f"other-{number}" for number in range(edition_cookie.MOST + 2)]
    for slug in slugs:
        request, response = reader.get(PAGE).wsgi_request, HttpResponse()
        request.COOKIES.update({name: morsel.value for name, morsel in reader.cookies.items()})
        edition_cookie.give(request, response, slug, now := now + 60)
        reader.cookies["editions"] = response.cookies["editions"].value
    found = edition_cookie.open_to(jar(reader), now)
    assert list(found) == slugs[-edition_cookie.MOST :]
    assert len(reader.cookies["editions"].value) < 2000


def test_it_ends(reader: Client, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not ask(jar(reader)).django
    monkeypatch.setattr("preau.config.front.time.time", (timezone.now() + timedelta(hours=12, seconds=1)).timestamp)
    assert ask(jar(reader)).django


def test_what_is_forged_opens_nothing(reader: Client, ask: Ask) -> None:
    soon = timezone.now().timestamp() + HOURS
    right = signed(reader, until=soon)
    assert not ask(jar(reader, editions=right)).django
    body, _, mark = right.partition(":")
    forged = [
        signed(reader, until=soon, key="another secret"),
        signed(reader, until=soon, salt="another purpose"),
        signed(reader, until=soon - 2 * HOURS),
        signed(reader, until=soon, slug="closed-too"),
        body,
        f"{body}:",
        f"{body}:{mark[:-1]}",
        f"{body[:-1]}A:{mark}",
        f"{signed(reader, until=soon, slug='closed-too').partition(':')[0]}:{mark}",
    ]
    assert [ask(jar(reader, editions=cookie)).django for cookie in forged] == [True] * len(forged)


def test_a_cookie_taken_to_another_device_opens_nothing(reader: Client, ask: Ask) -> None:
    other = cast.browser(cast.person("Ben"))
    assert ask(jar(other, editions=reader.cookies["editions"].value)).django
    assert ask(f"editions={reader.cookies['editions'].value}").django
    assert ask(f"device=; editions={reader.cookies['editions'].value}").django


def test_a_huge_header_is_not_even_read(reader: Client, ask: Ask) -> None:
    assert ask("editions=" + "A" * 1_000_000).django
    assert ask(f"{jar(reader)}; more={'x' * LONGEST}").django


def test_what_strangers_make_up_is_not_remembered(reader: Client) -> None:
    readers, now = Readers(), timezone.now().timestamp()
    for number in range(100):
        assert not readers.may({"HTTP_COOKIE": f"device=x; editions={number}"}, PAGE, now)
    assert not readers.known
    assert readers.may({"HTTP_COOKIE": jar(reader)}, PAGE, now)
    assert len(readers.known) == 1


def test_signing_out_erases_it_and_a_kept_copy_opens_nothing(reader: Client, ask: Ask, ana: Person) -> None:
    kept = reader.cookies["editions"].value
    assert reader.post("/accounts/logout/").status_code == 302
    assert "device" not in jar(reader)
    cookie = reader.cookies["editions"]
    assert (cookie.value, cookie["max-age"], cookie["path"]) == ("", 0, "/e/")
    assert ask(jar(reader)).django
    assert ask(jar(reader, editions=kept)).django
    reader.force_login(ana)
    assert ask(jar(reader, editions=kept)).django, "a new session is another device"
    assert reader.get(PAGE).status_code == 200
    assert not ask(jar(reader)).django


def test_who_left_reads_until_the_cookie_ends_and_no_longer(reader: Client, ask: Ask, ana: Person) -> None:
    assert reader.post("/e/closed/leave/", cast.form()).status_code == 302
    assert not ask(jar(reader)).django
    assert reader.get(PAGE).status_code == 404
    reader.cookies["editions"] = signed(reader, until=timezone.now().timestamp() - 1)
    assert ask(jar(reader)).django


def test_a_private_page_that_is_not_released_is_djangos_to_judge(reader: Client, ask: Ask) -> None:
    Page.objects.filter(path=PAGE).update(released_at=timezone.now() + timedelta(days=1))
    shelf.refresh()
    assert ask(jar(reader)).django


def test_an_edition_that_turns_private_asks_for_the_cookie(closed: Edition, reader: Client, ask: Ask) -> None:
    Edition.objects.filter(pk=closed.pk).update(visibility=Edition.Visibility.PUBLIC)
    assert shelf.refresh_if_behind()
    assert ask().headers["Cache-Control"].startswith("public")
    Edition.objects.filter(pk=closed.pk).update(visibility=Edition.Visibility.PRIVATE)
    assert shelf.refresh_if_behind()
    assert ask().django
    assert ask(jar(reader)).headers["Cache-Control"].startswith("private")
