"""The page server: bytes from the shelf with the right headers, and Django for everything that it cannot vouch for."""

import gzip
import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.utils import timezone

from preau.config.front import LOOK, Environ, Shelf, page_server
from preau.content import serving, shelf
from preau.content.models import Page
from preau.courses.models import Edition
from tests import cast

PATH = "/e/thin-1/fr/debut/lecon/"
POLICY = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}


class Reply:
    """What came back over WSGI; `django` when the request fell through."""

    def __init__(self) -> None:
        self.status, self.headers, self.body = "", {}, b""  # type: str, dict[str, str], bytes

    def start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers = status, dict(headers)
        assert len(self.headers) == len(headers), "a header was sent twice"

    @property
    def django(self) -> bool:
        return self.status == "299 Django"


Ask = Callable[..., Reply]


def django(environ: Environ, start: Callable[..., object]) -> list[bytes]:
    start("299 Django", [])
    return [b""]


@pytest.fixture
def edition(db: None) -> Edition:
    """A running edition, on the shelf."""
    made = cast.edition(opens=cast.monday(timezone.now(), -1))
    shelf.refresh()
    return made


@pytest.fixture
def ask(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.setattr("preau.config.front.LOOK", 0)
    serve = page_server(django, Path(settings.PAGES_ROOT), POLICY)

    def send(path: str = PATH, method: str = "GET", **headers: str) -> Reply:
        reply = Reply()
        environ = {"PATH_INFO": path, "REQUEST_METHOD": method, **{f"HTTP_{k.upper()}": v for k, v in headers.items()}}
        reply.body = b"".join(serve(environ, reply.start))
        return reply

    return send


def manifest() -> dict[str, list[object]]:
    found: dict[str, list[object]] = json.loads((Path(settings.PAGES_ROOT) / "manifest.json").read_text())
    return found


def test_the_same_page_in_every_encoding_with_an_etag_of_its_own(ask: Ask) -> None:
    html = bytes(Page.objects.get(path=PATH).html)
    br, gz, plain = (ask(accept_encoding=name) for name in ("br", "gzip", "identity"))
    assert brotli.decompress(br.body) == gzip.decompress(gz.body) == plain.body == html
    assert len({r.headers["ETag"] for r in (br, gz, plain)}) == 3
    assert [r.headers.get("Content-Encoding") for r in (br, gz, plain)] == ["br", "gzip", None]
    for reply in (br, gz, plain):
        assert reply.status == "200 OK"
        assert reply.headers["Vary"] == "Accept-Encoding"
        assert reply.headers["Content-Length"] == str(len(reply.body))
        assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
        assert reply.headers["Content-Language"] == "fr"
        assert reply.headers["Cache-Control"] == "public, max-age=0, must-revalidate"


@pytest.mark.parametrize("accept", ["br", "gzip", "identity"])
def test_a_known_page_costs_no_body(ask: Ask, accept: str) -> None:
    first = ask(accept_encoding=accept)
    again = ask(accept_encoding=accept, if_none_match=f'"other", {first.headers["ETag"]}')
    assert (again.status, again.body) == ("304 Not Modified", b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Vary"] == "Accept-Encoding"
    assert ask(accept_encoding=accept, if_none_match="W/" + first.headers["ETag"]).status == "304 Not Modified"


def test_an_etag_of_another_encoding_is_not_ours(ask: Ask) -> None:
    assert ask(accept_encoding="gzip", if_none_match=ask(accept_encoding="br").headers["ETag"]).status == "200 OK"


def test_whoever_knows_any_version_is_answered_so(ask: Ask) -> None:
    assert ask(if_none_match="*").status == "304 Not Modified"


def test_head_says_all_and_sends_nothing(ask: Ask) -> None:
    head, get = ask(method="HEAD", accept_encoding="br"), ask(accept_encoding="br")
    assert head.body == b""
    assert head.headers == get.headers


@pytest.mark.parametrize("status", ["200", "304"])
def test_the_policy_goes_with_every_answer(ask: Ask, status: str) -> None:
    known = {"if_none_match": ask().headers["ETag"]} if status == "304" else {}
    reply = ask(**known)
    assert reply.status.startswith(status)
    assert POLICY.items() <= reply.headers.items()


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0, gzip;q=0.0", "identity"),
        ("BR", "br"),
        ("*", "br"),
        ("*;q=0, gzip", "gzip"),
        ("br;q=0, *", "gzip"),
        ("br; q=0 , gzip ; q=1", "gzip"),
        ("zstd, compress", "identity"),
        ("br;q=nonsense", "identity"),
        (",;,;q=,", "identity"),
    ],
)
def test_the_encoding_follows_what_is_accepted(accept: str, chosen: str) -> None:
    assert serving.encoding_for(accept) == chosen


def test_a_page_that_is_not_released_is_djangos_to_judge(ask: Ask) -> None:
    ahead = timezone.now() + timedelta(days=1)
    Page.objects.filter(path=PATH).update(released_at=ahead)
    shelf.refresh()
    assert ask().django


def test_it_opens_at_its_release(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    released: datetime = Page.objects.get(path=PATH).released_at
    monkeypatch.setattr("preau.config.front.time.time", lambda: released.timestamp() - 0.001)
    assert ask().django
    monkeypatch.setattr("preau.config.front.time.time", released.timestamp)
    assert not ask().django


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_reading_is_its_business(ask: Ask, method: str) -> None:
    assert ask(method=method).django


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/e/",
        "/e/thin-1/",
        "/e/thin-1/fr/debut/nowhere/",
        "/e/../manifest.json",
        "/e/thin-1/fr/debut/../../../../secret",
        "/e/thin-1/fr/debut/lecon",
        "/e/thin-1/fr/debut/lecon//",
        "/e/\x00",
        "/e/" + "a" * 5000,
        "/e/thin-1/me/fr/debut/lecon/",
    ],
)
def test_any_other_path_is_djangos(ask: Ask, path: str) -> None:
    assert ask(path).django


def test_a_private_edition_is_never_among_the_public_ones(ask: Ask, edition: Edition) -> None:
    version = edition.course.versions.get()
    cast.edition(slug="private", opens=edition.opens_at, of=version, visibility=Edition.Visibility.PRIVATE)
    shelf.refresh()
    assert "/e/private/fr/debut/lecon/" not in manifest()
    assert ask("/e/private/fr/debut/lecon/").django
    Edition.objects.filter(pk=edition.pk).update(visibility=Edition.Visibility.PRIVATE)
    assert shelf.refresh_if_behind()
    assert manifest() == {}
    assert ask().django


def test_what_changed_without_a_refresh_is_noticed_once(edition: Edition) -> None:
    version = edition.course.versions.get()
    shelf.refresh()
    assert not shelf.refresh_if_behind()
    cast.edition(slug="thin-2", opens=edition.opens_at, of=version)  # printed first, published afterwards
    assert "/e/thin-2/fr/debut/lecon/" not in manifest()
    assert shelf.refresh_if_behind()
    assert "/e/thin-2/fr/debut/lecon/" in manifest()
    assert not shelf.refresh_if_behind()


def test_a_missing_body_is_answered_by_django(ask: Ask) -> None:
    for body in (Path(settings.PAGES_ROOT) / "bodies").iterdir():
        body.unlink()
    assert ask().django
    assert ask(if_none_match="*").status == "304 Not Modified"


def test_a_missing_shelf_is_answered_by_django(ask: Ask) -> None:
    assert not ask().django
    (Path(settings.PAGES_ROOT) / "manifest.json").unlink()
    assert ask().django


def test_every_body_is_what_its_name_says(edition: Edition) -> None:
    bodies = Path(settings.PAGES_ROOT) / "bodies"
    before = {p.name: p.read_bytes() for p in bodies.iterdir()}
    for name in before:
        digest, _, encoding = name.partition(".")
        plain = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}[encoding](before[name])
        assert hashlib.sha256(plain).hexdigest()[:32] == digest


def test_a_body_lost_from_the_shelf_comes_back(edition: Edition) -> None:
    bodies = Path(settings.PAGES_ROOT) / "bodies"
    names = {p.name for p in bodies.iterdir()}
    next(bodies.glob("*.br")).unlink()  # a kill in the middle of a sweep leaves such a thing
    (bodies / ".left-by-a-kill").write_text("x")
    shelf.refresh()
    assert {p.name for p in bodies.iterdir()} == names


def test_a_manifest_replaced_under_the_readers_gives_the_old_or_the_new(tmp_path: Path) -> None:
    (tmp_path / "bodies").mkdir()

    def put(number: int) -> None:
        for name in ("br", "gzip", "identity"):
            (tmp_path / "bodies" / f"d{number}.{name}").write_bytes(b"%d" % number)
        fresh = tmp_path / ".fresh"
        fresh.write_text(json.dumps({PATH: [f"d{number}", 0, "fr"]}))
        fresh.replace(tmp_path / "manifest.json")

    held = Shelf(tmp_path)
    for number in range(200):
        put(number)
        stock = held.at(number)
        digest = stock.pages[PATH][0]
        assert digest == f"d{number}"
        assert stock.body(digest, "br") == b"%d" % number
        put(number + 1)
        assert held.at(number + LOOK / 2) is stock  # seen at the next look, and as one
        assert held.at(number - 5).pages[PATH][0] == f"d{number + 1}"  # a clock that is set back waits for nothing


def test_an_answer_made_late_from_the_former_manifest_is_not_kept_for_the_new_one(ask: Ask, edition: Edition) -> None:
    held = Shelf(Path(settings.PAGES_ROOT))
    former = held.at(0)
    Page.objects.filter(path=PATH).update(digest="0" * 32)
    shelf.refresh()
    now = held.at(1)
    former.answer((PATH, "br", "*"), former.pages[PATH], {})
    assert now.pages[PATH][0] == "0" * 32
    assert not now.answers
