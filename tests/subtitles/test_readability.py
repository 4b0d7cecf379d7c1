"""Whether people have the time to read a subtitle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.subtitles.readability import SHORTEST, Warning, warnings
from tests.subtitles.strategies import any_text, times

GOOD = "Dans cette vidéo, nous allons étudier\nl'architecture de l'encodeur."


def codes(start: float, end: float, text: str, language: str = "fr") -> list[str]:
    return [warning.code for warning in warnings(start, end, text, language=language)]


def test_a_good_subtitle_is_given_no_warning() -> None:
    assert warnings(4.0, 8.5, GOOD) == []


@pytest.mark.parametrize(
    ("start", "end", "text", "found"),
    [
        (0, 2, "x" * 17 + "\n" + "y" * 16, []),
        (0, 2, "x" * 17 + "\n" + "y" * 17, [Warning("fast", 17.5, 17)]),  # the line break is a space to read
        (0, 2.5, "x" * 42, []),
        (0, 2.6, "x" * 43, [Warning("long-line", 43, 42)]),
        (0, 3, "Un\nou deux\nou trois", [Warning("lines", 3, 2)]),
        (10, 10.834, "Oui", []),
        (10, 10.8, "Oui", [Warning("short", 0.8, SHORTEST)]),
        (3600.0, 3607.0, "Long", []),
        (0, 7.001, "Long", [Warning("lasting", 7.001, 7)]),
        (0, 2, " <i> \n</i>", [Warning("empty", 0, 0)]),
        (5, 5, "Oui", [Warning("short", 0, SHORTEST)]),
        (5, 4, "Oui", [Warning("short", 0, SHORTEST)]),
    ],
)
def test_each_limit_is_allowed_and_what_passes_it_is_told(
    start: float, end: float, text: str, found: list[Warning]
) -> None:
    assert warnings(start, end, text) == found


def test_markup_is_not_read() -> None:
    assert warnings(0, 1, "<v Ana><i>Oui &amp; non</i></v>") == []


def test_several_things_may_be_wrong_at_once() -> None:
    assert codes(0, 0.5, "\n".join(["mot " * 12] * 3)) == ["fast", "long-line", "lines", "short"]


def test_a_character_of_chinese_says_more() -> None:
    text = "我们将研究编码器的架构编码器的架构"
    assert codes(0, 1.5, text) == []
    assert codes(0, 1.5, text, "zh-Hans") == ["fast", "long-line"]


@given(times, times, any_text, st.sampled_from(["fr", "en", "ja", "", "pt-BR"]))
def test_whatever_a_cue_is_it_is_judged(start: float, end: float, text: str, language: str) -> None:
    found = warnings(start, end, text, language=language)
    assert len({warning.code for warning in found}) == len(found)
    assert all(warning.value > warning.most for warning in found if warning.code in {"fast", "long-line", "lines"})
    assert not {"short", "lasting"} <= {warning.code for warning in found}
