"""Cells as people and spreadsheets write them."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.past import tallies, values
from preau.past.values import Bad

TODAY = date(2026, 11, 29)
TEXTS = st.text(max_size=60)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (" Ana@Example.ORG ", "ana@example.org"),
        ("Ana Silva <ana@example.org>", "ana@example.org"),
        ("mailto:ana@example.org", "ana@example.org"),
        ("zoe\u0301@exemple.fr", "zoé@exemple.fr"),
        ("n/a", ""),
        ("-", ""),
    ],
)
def test_addresses(cell: str, said: str) -> None:
    assert values.email(cell) == said


@pytest.mark.parametrize("cell", ["ana", "ana@", "@x.org", "a b@x.org", "ana@localhost", "=cmd@x.org,1", "a@b@c.org"])
def test_what_is_no_address(cell: str) -> None:
    with pytest.raises(Bad):
        values.email(cell)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("00 123", "123"),
        ("123.0", "123"),
        ("12-34 56", "123456"),
        ("ine 0ab-12", "INE0AB12"),
        ("0A12", "0A12"),
        ('="00123"', "123"),
        ("0", ""),
        ("Inconnu", ""),
    ],
)
def test_students_numbers(cell: str, said: str) -> None:
    assert values.number(cell) == said


@pytest.mark.parametrize("cell", ["2,01234E+07", "2.01E+7", "=cmd|' /C calc'!A0", "#REF!", "x" * 60])
def test_what_is_no_students_number(cell: str) -> None:
    with pytest.raises(Bad):
        values.number(cell)


@pytest.mark.parametrize("cell", ["5", "session 5", "Édition n° 5", "S05", "5e session", "GdP5", "5.0"])
def test_editions(cell: str) -> None:
    assert values.edition(cell) == 5


@pytest.mark.parametrize("cell", ["", "automne", "2016", "5 et 6", "0", "99999999999999"])
def test_what_is_no_edition(cell: str) -> None:
    with pytest.raises(Bad):
        values.edition(cell)


@pytest.mark.parametrize(
    ("cell", "said"),
    [("62", 62), ("62 %", 62), ("15,5/20", 77.5), ("3 / 4", 75), ("0", 0), ("100", 100), ("", None), ("n/a", None)],
)
def test_results(cell: str, said: float | None) -> None:
    assert values.percent(cell) == said


@pytest.mark.parametrize("cell", ["140", "-1", "21/20", "5/0", "nan", "inf", "1e3", "douze", "1/2/3", "=1+1"])
def test_what_is_no_result(cell: str) -> None:
    if cell == "nan":
        assert values.percent(cell) is None
    else:
        with pytest.raises(Bad):
            values.percent(cell)


def test_points_say_out_of_how_many() -> None:
    assert values.score("12", "16", None) == 75
    assert values.score("12", "", 20) == 60
    with pytest.raises(Bad):
        values.score("12", "", None)


def test_dates_in_both_orders() -> None:
    assert values.day("2016-04-03", TODAY) == ("2016-04-03", "", "")
    assert values.day("2016-04-03T10:00:00Z", TODAY) == ("2016-04-03", "", "")
    assert values.day("03/04/2016", TODAY) == ("2016-04-03", "2016-03-04", "")
    assert values.day("25/03/2016", TODAY) == ("2016-03-25", "", "dm")
    assert values.day("3/25/16", TODAY) == ("2016-03-25", "", "md")
    assert values.day("04.04.2016", TODAY) == ("2016-04-04", "", "")


@pytest.mark.parametrize("cell", ["31/02/2016", "2016-13-01", "99/99/2016", "03/04/1066", "01/01/2099", "hier", "2016"])
def test_what_is_no_date(cell: str) -> None:
    with pytest.raises(Bad):
        values.day(cell, TODAY)


@pytest.mark.parametrize("cell", ["14 231", "14231", "14\u202f231", "14.231", "14,231", "14231.0", "14'231"])
def test_figures(cell: str) -> None:
    assert tallies.count(cell) == 14_231


@given(TEXTS)
def test_no_cell_is_read_as_anything_but_a_value_or_a_refusal(cell: str) -> None:
    readers = (values.email, values.number, values.name, values.edition, values.key, values.percent, values.passed)
    for read in (*readers, values.credits, values.code, tallies.count, lambda text: values.day(text, TODAY)):
        with suppress(Bad):
            read(cell)


@given(TEXTS)
def test_what_was_read_is_read_again_as_the_same(cell: str) -> None:
    for read in (values.email, values.number, values.key):
        try:
            said = read(cell)
        except Bad:
            continue
        assert said == "" or read(said) == said
