"""Two words for a device, whatever its browser says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.accounts.browsers import BROWSERS, SYSTEMS, name_of

WORDS = {name for _, name in (*BROWSERS, *SYSTEMS)}


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox, Android"),
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/139.0 Mobile Safari/537.36", "Chrome, Android"),
        (
            "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 SamsungBrowser/28 Chrome/130",
            "Samsung Internet, Android",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/139.0 Safari/537.36 Edg/139.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) CriOS/139.0 Safari/604.1", "Chrome, iPad"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15", "Safari, macOS"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/139.0 Safari/537.36", "Chrome, ChromeOS"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_common_browsers_have_their_names(user_agent: str, name: str) -> None:
    assert name_of(user_agent) == name


@given(st.text())
def test_nothing_but_known_names_comes_out(user_agent: str) -> None:
    assert set(name_of(user_agent).split(", ")) <= WORDS | {""}
    assert len(name_of(user_agent)) <= 80
