"""Rules of time given to people: what an extension may be, extra time, which countries count; addresses as pasted."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.courses import addresses
from preau.courses.rules import Extra, Unfit, countries_shown, extra_on, unfit, with_extra

CLOSES = datetime(2027, 6, 1, tzinfo=UTC)
DUE = datetime(2027, 3, 14, 22, 59, tzinfo=UTC)
minutes, percents = st.integers(0, 10_000), st.integers(0, 200)
days = st.dates(date(2027, 1, 1), date(2028, 12, 31))
extras = st.builds(lambda p, a, b: Extra(p, min(a, b), max(a, b)), st.integers(1, 200), days, days)


@pytest.mark.parametrize(("limit", "percent", "more"), [(60, 33, 80), (90, 33, 120), (45, 50, 68), (60, 0, 60)])
def test_a_third_more_is_a_third_more(limit: int, percent: int, more: int) -> None:
    assert with_extra(limit, percent) == more


@given(minutes, percents)
def test_extra_time_is_never_less_than_was_given_nor_a_minute_too_much(limit: int, percent: int) -> None:
    exact = limit * (100 + percent) / 100
    assert exact <= with_extra(limit, percent) + 1e-6
    assert with_extra(limit, percent) < exact + 1


@given(minutes, minutes, percents, percents)
def test_more_is_never_less(short: int, long: int, few: int, many: int) -> None:
    (short, long), (few, many) = sorted((short, long)), sorted((few, many))
    assert with_extra(short, few) <= with_extra(long, many)


@pytest.mark.parametrize(("limit", "percent"), [(-1, 33), (60, -1)])
def test_less_than_nothing_is_refused(limit: int, percent: int) -> None:
    with pytest.raises(ValueError, match="below nothing"):
        with_extra(limit, percent)


@given(st.lists(extras, max_size=5), days)
def test_the_largest_that_holds_on_a_day_holds(rows: list[Extra], day: date) -> None:
    found = extra_on(day, rows)
    assert all(found >= one.percent for one in rows if one.first <= day <= one.last)
    assert found == 0 or any(one.percent == found and one.first <= day <= one.last for one in rows)


@given(extras, extras, days)
def test_two_that_share_a_day_meet(one: Extra, other: Extra, day: date) -> None:
    assert one.meets(other) == other.meets(one)
    if extra_on(day, [one]) and extra_on(day, [other]):
        assert one.meets(other)
    assert one.meets(one)


MOMENTS = st.integers(-200, 200).map(lambda days: DUE + timedelta(days=days))


@given(until=MOMENTS, results=st.none() | MOMENTS)
def test_an_extension_lies_between_the_deadline_and_what_ends_it(until: datetime, results: datetime | None) -> None:
    fits = DUE < until <= CLOSES and (results is None or until < results)
    assert (unfit(until, DUE, CLOSES, results) is None) == fits


def test_why_a_date_is_no_extension() -> None:
    day = timedelta(days=1)
    assert unfit(DUE + day, None, CLOSES, None) == Unfit.NOTHING_DUE
    assert unfit(DUE, DUE, CLOSES, None) == Unfit.NOT_LATER
    assert unfit(CLOSES + day, DUE, CLOSES, None) == Unfit.AFTER_CLOSING
    assert unfit(DUE + 3 * day, DUE, CLOSES, DUE + 2 * day) == Unfit.AFTER_RESULTS
    assert unfit(CLOSES, DUE, CLOSES, None) is None


LIVING = st.dictionaries(
    st.sampled_from(["FR", "SN", "MA", "CI", "CM", "HT", "BE", "CA", "TN", "DZ"]), st.integers(0, 400)
)


@given(own=st.lists(st.sampled_from(["FR", "BE", ""]), max_size=3), living=LIVING, others=st.integers(0, 500))
def test_countries_are_its_own_then_where_many_live(own: list[str], living: dict[str, int], others: int) -> None:
    total = sum(living.values()) + others
    found = countries_shown(own, living, total)
    assert len(found) == len(set(found)) <= 8
    assert set(filter(None, own)) <= set(found)
    rest = [code for code in found if code not in own]
    assert all(living[code] >= 10 and living[code] * 20 >= total for code in rest)
    assert [living[code] for code in rest] == sorted((living[code] for code in rest), reverse=True)


def test_few_people_bring_no_country() -> None:
    assert countries_shown(["FR"], {"SN": 9, "MA": 10, "": 500, "FR": 60}, 100) == ["FR", "MA"]
    assert countries_shown([""], {"SN": 40, "MA": 60}, 1000) == ["MA"]


def test_addresses_one_a_line_or_in_a_column() -> None:
    lines = ("Nom;E-mail;Groupe", "Ana;ANA@example.org;1", '"Diop, Ben",ben@example.org,2', "Lea <lea@example.org>")
    said = "\n".join([*lines, "", " lea@example.org "])
    assert addresses.parse(said).found == ("ana@example.org", "ben@example.org", "lea@example.org")
    assert addresses.parse(said).unread == addresses.parse(said).ambiguous == ()


def test_a_line_in_doubt_is_told() -> None:
    found = addresses.parse("ana@example.org\nBen Diop\nlea@example.org, zoe@example.org\n@\nx@y@example.org")
    assert found.found == ("ana@example.org",)
    assert found.unread == ("Ben Diop", "@", "x@y@example.org")
    assert found.ambiguous == ("lea@example.org, zoe@example.org",)
    assert addresses.parse("Ben Diop").unread == ("Ben Diop",)
    with pytest.raises(ValueError, match="5000"):
        addresses.parse("a@example.org\n" * 5001)


NAMES = st.from_regex(r"[a-z][a-z0-9.+-]{0,20}@[a-z][a-z0-9-]{0,12}\.org", fullmatch=True)
CELLS = st.sampled_from(["", "Ana", "=1+1", "12", "é"])


@given(st.lists(NAMES, max_size=8), CELLS, CELLS, st.sampled_from([",", ";", "\t"]))
def test_what_is_pasted_is_found_whatever_stands_beside_it(names: list[str], one: str, two: str, cut: str) -> None:
    text = "\n".join(cut.join([one, name.upper(), two]) for name in names)
    assert addresses.parse(text) == addresses.Pasted(tuple(dict.fromkeys(names)), (), ())


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    found = addresses.parse(text)
    assert all("@" in one and one == one.lower() for one in found.found)
