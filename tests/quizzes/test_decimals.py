"""Commas between thousands, where one writes them so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.quizzes.decimals import literal, parts_by_commas, without_commas


@given(st.integers(1, 10**12), st.sampled_from(["", ".5", ".25"]))
def test_a_number_with_commas_between_thousands_is_that_number_where_one_writes_so(number: int, part: str) -> None:
    assert without_commas(f"{number:,}{part}") == f"{number}{part}"
    assert without_commas(f" -{number:,}{part} ").strip() == f"-{number}{part}"


@pytest.mark.parametrize("text", ["0,500", "3,14", "1,2345", "12,34,567", "1234,567", "a,000", "", "1.500,25"])
def test_other_commas_stay(text: str) -> None:
    assert without_commas(text) == text


def test_english_parts_by_commas_and_french_does_not() -> None:
    assert parts_by_commas("en")
    assert not parts_by_commas("fr")
    assert not parts_by_commas("de")
    assert not parts_by_commas("xx-none")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("−71,680", "-71680"),
        ("–71,680", "-71680"),
        ("1,500 × 10^3", "1500e3"),
        ("71,680e3", "71680e3"),
        ("٧١,٦٨٠", "71680"),
    ],
)
def test_signs_powers_and_digits_of_others_change_nothing_of_it(text: str, number: str) -> None:
    assert literal(without_commas(text)) == number
