"""Who is who: whatever the order of rows, and nobody on a guess."""

import random
from collections.abc import Sequence
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from preau.past import matching
from preau.past.reading import Row
from preau.past.scratch import Object, Scratch

EMAILS = ["", "ana@x.org", "ben@x.org", "cho@x.org"]
NUMBERS = ["", "1", "2", "3"]
NAMES = ["", "Ana Silva", "SILVA Ana", "Ben Diallo", "Cho Lee"]
type Pair = tuple[str, str]

ROWS = st.lists(
    st.builds(
        lambda who, name, edition, percent: (who, name, edition, percent),
        st.tuples(st.sampled_from(EMAILS), st.sampled_from(NUMBERS)).filter(any),
        st.sampled_from(NAMES),
        st.integers(1, 2),
        st.sampled_from([None, 10.0, 20.0]),
    ),
    max_size=12,
)
KNOWN = st.lists(st.tuples(st.sampled_from(EMAILS), st.sampled_from(NUMBERS)).filter(any), max_size=3)


def laid(rows: Sequence[tuple[Pair, str, int, float | None]], known: Sequence[Pair] = ()) -> Scratch:
    place = Scratch()
    place.add(
        Row(line, *who, name, edition, "unit", "quiz", percent, None, "", None, "", "", False)
        for line, (who, name, edition, percent) in enumerate(rows, 2)
    )
    place.know((f"id{n}", *who, "") for n, who in enumerate(known))
    place.match()
    place.order()
    return place


def whose(place: Scratch) -> dict[Pair, tuple[str, str]]:
    with closing(place):
        rows = place.at.execute("SELECT email, number, target, doubt FROM whose").fetchall()
    return {(email, number): (target, doubt) for email, number, target, doubt in rows}


def alone(people: Sequence[Pair]) -> list[Pair]:
    """Without those whom the database would refuse beside the others."""
    kept: list[Pair] = []
    for email, number in people:
        if not any((email and email == e) or (number and number == n) for e, n in kept):
            kept.append((email, number))
    return kept


def outcome(place: Scratch) -> tuple[object, ...]:
    objects = [one._replace(line=0) for one in place.objects(0, 10**6)]
    torn = [row[2:5] for row in place.torn()]
    return whose(place), sorted(objects, key=str), torn


@given(ROWS, KNOWN, st.randoms(use_true_random=False))
def test_the_order_of_rows_plays_no_part(
    rows: list[tuple[Pair, str, int, float | None]], known: list[Pair], dice: random.Random
) -> None:
    shuffled = list(rows)
    dice.shuffle(shuffled)
    first, second = (outcome(laid(some, alone(known))) for some in (rows, shuffled))
    assert first[:2] == second[:2]
    assert sorted(map(str, first[2])) == sorted(map(str, second[2]))  # type: ignore[call-overload]


@given(ROWS, KNOWN)
def test_nobody_is_one_with_somebody_whose_address_or_number_differs(
    rows: list[tuple[Pair, str, int, float | None]], known: list[Pair]
) -> None:
    there = alone(known)
    mine: dict[str, list[Pair]] = {f"id{n}": [who] for n, who in enumerate(there)}
    for pair, (target, doubt) in whose(laid(rows, there)).items():
        if not doubt:
            mine.setdefault(target, []).append(pair)
    for pairs in mine.values():
        assert len({email for email, _ in pairs if email}) <= 1
        assert len({number for _, number in pairs if number}) <= 1


@given(ROWS, KNOWN)
def test_nobody_is_two_people(rows: list[tuple[Pair, str, int, float | None]], known: list[Pair]) -> None:
    there = alone(known)
    owners: dict[str, set[str]] = {}
    for n, who in enumerate(there):
        for value in filter(None, who):
            owners.setdefault(value, set()).add(f"id{n}")
    for (email, number), (target, doubt) in whose(laid(rows, there)).items():
        for value in filter(None, (email, number)):
            if not doubt:
                owners.setdefault(value, set()).add(target)
    assert all(len(targets) == 1 for targets in owners.values())


@given(ROWS)
def test_rows_that_agree_are_never_a_doubt(rows: list[tuple[Pair, str, int, float | None]]) -> None:
    one = [(("ana@x.org", "1"), name, edition, percent) for _, name, edition, percent in rows]
    found = whose(laid([(("ana@x.org", ""), "", 1, None), *one]))
    assert {target for target, _ in found.values()} == {"e:ana@x.org"}


@given(ROWS)
def test_the_same_rows_twice_are_the_same_rows_once(rows: list[tuple[Pair, str, int, float | None]]) -> None:
    once, twice = outcome(laid(rows)), outcome(laid([*rows, *rows]))
    assert once[:2] == twice[:2]


def test_two_results_for_one_thing_are_said_by_both_lines() -> None:
    who = ("ana@x.org", "")
    place = laid([(who, "", 1, 10.0), (("ben@x.org", ""), "", 1, 10.0), (who, "", 1, 20.0)])
    assert list(place.torn()) == [(2, 4, 1, "unit", "quiz")]
    assert [one.target for one in place.objects(0, 9)] == ["e:ben@x.org"]
    place.close()


def test_what_two_rows_say_of_one_thing_without_contradiction_is_one() -> None:
    place = Scratch()
    shared = ("ana@x.org", "", "Ana", 3, "track", "classic")
    place.add(
        [
            Row(2, *shared, 81.0, True, "", None, "", "", False),
            Row(3, *shared, None, True, "GDP-1", None, "2016-04-03", "", False),
        ]
    )
    place.match()
    place.order()
    assert place.objects(0, 9) == [
        Object("e:ana@x.org", 3, "track", "classic", 2, 81.0, 1, "GDP-1", None, "2016-04-03")
    ]
    place.close()


def kinds(rows: Sequence[tuple[Pair, str]], known: Sequence[Pair] = ()) -> dict[Pair, str]:
    return {pair: doubt for pair, (_, doubt) in whose(laid([(*row, 1, None) for row in rows], known)).items()}


def test_an_address_with_two_numbers_is_a_doubt_and_the_address_alone_is_not() -> None:
    found = kinds([(("ana@x.org", "1"), ""), (("ana@x.org", "2"), ""), (("ana@x.org", ""), "")])
    assert found == {
        ("ana@x.org", "1"): matching.TWO_NUMBERS,
        ("ana@x.org", "2"): matching.TWO_NUMBERS,
        ("ana@x.org", ""): "",
    }


def test_a_number_with_two_addresses_is_a_doubt() -> None:
    assert set(kinds([(("ana@x.org", "1"), "Ana"), (("ben@x.org", "1"), "Ana")]).values()) == {matching.TWO_EMAILS}


def test_a_number_with_names_that_have_nothing_in_common_is_a_doubt() -> None:
    assert set(kinds([(("", "1"), "Ana Silva"), (("", "1"), "Ben Diallo")]).values()) == {matching.OTHER_NAME}
    assert set(kinds([(("", "1"), "Ana Silva"), (("", "1"), "SILVA, Anna")]).values()) == {""}


def test_an_address_of_one_known_and_a_number_of_another_is_a_doubt() -> None:
    found = kinds([(("ana@x.org", "2"), "")], [("ana@x.org", ""), ("", "2")])
    assert found == {("ana@x.org", "2"): matching.TWO_PEOPLE}


def test_names_are_one_in_any_order_case_and_accents() -> None:
    assert matching.alike("Zoé DUPONT-MARTIN", "dupont martin zoe")
    assert matching.alike("", "Zoé")
    assert not matching.alike("Jean de la Tour", "Paul de la Fontaine")
