"""YAML as an author may write it, and the header of a unit's file."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.content.front_matter import BadYaml, load, nearest, of_gift, split, split_loose


def refused(text: str) -> tuple[int, str]:
    with pytest.raises(BadYaml) as caught:
        load(text)
    return caught.value.line, caught.value.reason


def test_times_days_and_small_words_stay_text() -> None:
    assert load("a: 23:59\nb: 2027-03-14\nc: [no, on, 1.5, 3, true, 'true', null]").value == {
        "a": "23:59", "b": "2027-03-14", "c": ["no", "on", 1.5, 3, True, "true", None]}  # fmt: skip


def test_every_key_and_item_knows_its_line() -> None:
    loaded = load("a: 1\nmodules:\n  - id: x\n    title: y\n", first=2)
    assert (loaded.line("modules", 0, "title"), loaded.line("modules", 0, "none"), loaded.line()) == (5, 4, 2)


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{n}: &{n} [*{m}, *{m}]\n" for m, n in zip("abcdefgh", "bcdefghi", strict=True))
    assert refused(bomb)[0] == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: 1\na: 2", 2), ("a: !!python/object/apply:os.system [x]", 1), ("[" * 5000, 1), ("a: 1\nb: x: y", 2),
     ("a: '", 1), ("? [a]: b", 1), ("a: 1\n---\nb: 2", 2), ("x" * 300_000, 1), ("a: \0", 1), ('a: "\\ud800"', 1),
     ('b: 1\na: "\\0"', 2)],
)  # fmt: skip
def test_what_means_more_than_it_looks_is_refused_by_line(text: str, line: int) -> None:
    assert refused(text)[0] == line


def test_a_colon_in_a_text_gets_a_hint() -> None:
    assert "in quotes" in refused("title: Semaine 1 : le besoin : suite")[1]


@given(st.text())
def test_any_text_loads_or_is_refused(text: str) -> None:
    with suppress(BadYaml):
        load(text)


def test_front_matter_ends_where_the_body_begins() -> None:
    header = split("---\nid: x\n---\nOne\nTwo")
    assert (header.meta.value, header.body, header.line) == ({"id": "x"}, "One\nTwo", 4)


@pytest.mark.parametrize("text", ["", "# A heading\n\n---\nid: x\n---\n", "text"])
def test_a_text_without_front_matter_is_all_body(text: str) -> None:
    assert (split(text).body, split(text).line) == (text, 1)


@pytest.mark.parametrize("text", ["---\nid: x\n", "---\n- a\n---\n", "---\nid: [\n---\n"])
def test_front_matter_that_does_not_read_is_refused(text: str) -> None:
    with pytest.raises(BadYaml):
        split(text)


def test_header_lines_above_a_blank_line_are_kept() -> None:
    header = split_loose("Title: Le plan\nAuthor: Ana: et Ben\n\nUn.")
    assert (header.meta.value, header.body, header.line) == ({"title": "Le plan", "author": "Ana: et Ben"}, "\nUn.", 3)


@pytest.mark.parametrize(
    "text", ["Note: read this.\n\nText", "Note: read this.\nIt is long.\n", "a: b\nc: d\nand prose"]
)
def test_prose_with_a_colon_is_no_header(text: str) -> None:
    assert split_loose(text).body == text


def test_a_gift_file_may_open_with_known_keys_in_comments() -> None:
    text = "// title: Le plan\n// due: w2 sun 23:59\n// question: 0  name: Switch\n::a:: 1+1? {=2}"
    assert of_gift(text, ["title", "due"]).value == {"title": "Le plan", "due": "w2 sun 23:59"}


def test_an_unknown_word_gets_the_nearest_known() -> None:
    assert (nearest("minuts", ["minutes", "title"]), nearest("zzz", ["title"])) == ('; did you mean "minutes"?', "")
