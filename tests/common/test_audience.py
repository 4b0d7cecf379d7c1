"""Readers are counted without being known: no robot, nobody who asks not to be, nothing that names a visitor."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from preau.common import audience
from preau.common.audience import Audience

AT = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


def counted(agent: str = FIREFOX, method: str = "GET", **headers: str) -> Any:
    environ = {"REQUEST_METHOD": method, "HTTP_USER_AGENT": agent}
    return audience.counted(
        {**environ, **{f"HTTP_{k.upper()}": v for k, v in headers.items()}}, "/fr/", "preau.example", AT
    )


def test_a_reader_is_a_day_a_page_a_site_and_a_kind_of_device() -> None:
    assert counted() == ("2026-11-30", "/fr/", "", "")
    assert counted(ANDROID, referer="https://www.lemonde.fr/a?b=c") == ("2026-11-30", "/fr/", "lemonde.fr", "phone")


@pytest.mark.parametrize(
    "agent", ["", "Googlebot/2.1", "facebookexternalhit/1.1", "curl/8.0", "HeadlessChrome", "Slackbot"]
)
def test_robots_are_not_counted(agent: str) -> None:
    assert counted(agent) is None


@pytest.mark.parametrize("headers", [{"sec_gpc": "1"}, {"dnt": "1"}, {"sec_purpose": "prefetch"}])
def test_nor_who_asks_not_to_be_nor_what_is_fetched_ahead(headers: dict[str, str]) -> None:
    assert counted(**headers) is None


def test_nor_a_look_at_the_head() -> None:
    assert counted(method="HEAD") is None


@pytest.mark.parametrize(
    "referer", ["https://preau.example/fr/", "https://[bad", "javascript:alert(1)", "https://é x/"]
)
def test_our_own_pages_and_nonsense_are_no_source(referer: str) -> None:
    assert counted(referer=referer)[2] == ""


def test_what_is_counted_is_written_once_and_taken_once(tmp_path: Path) -> None:
    one = Audience(tmp_path, "preau.example")
    one.started = True  # no thread
    for _ in range(3):
        one.note({"REQUEST_METHOD": "GET", "HTTP_USER_AGENT": FIREFOX}, "/fr/", AT)
    one.write()
    one.write()
    with audience.taken(tmp_path) as found:
        assert found == [(("2026-11-30", "/fr/", "", ""), 3)]
        with audience.taken(tmp_path) as others:
            assert others == [], "nobody else takes what somebody has"
    with audience.taken(tmp_path) as found:
        assert found == []
    assert list(tmp_path.iterdir()) == []


def test_what_could_not_be_kept_is_there_the_next_time(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text('[["2026-11-30", "/fr/", "", "", 3]]')
    with pytest.raises(ZeroDivisionError), audience.taken(tmp_path):
        raise ZeroDivisionError
    with audience.taken(tmp_path) as found:
        assert sum(n for _key, n in found) == 3


def test_a_phone_of_this_name_is_no_robot() -> None:
    assert counted("Mozilla/5.0 (Linux; Android 11; CUBOT X50) Chrome/140.0 Mobile Safari/537.36")[3] == "phone"


def test_a_flood_of_made_up_sources_has_an_end(tmp_path: Path) -> None:
    one = Audience(tmp_path, "preau.example")
    one.started = True
    for n in range(audience.MOST + 500):
        headers = {"HTTP_USER_AGENT": FIREFOX, "HTTP_REFERER": f"https://s{n}.example/"}
        one.note({"REQUEST_METHOD": "GET", **headers}, "/fr/", AT)
    assert len(one.counts) == audience.MOST
