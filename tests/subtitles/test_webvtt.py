"""WebVTT: what the standard says of a file, and that what is written reads back the same."""

import math

import pytest
from hypothesis import given

from preau.subtitles.tracks import LONGEST_FILE, MOST_CUES, MOST_NOTICES, Cue, Region, Settings, Track
from preau.subtitles.webvtt import parse, serialise
from tests.subtitles import strategies

ONE = "00:01.000 --> 00:02.000"


def read(*blocks: str) -> Track:
    return parse("\n\n".join(["WEBVTT", *blocks]).encode())


def settings(written: str, *before: str) -> Settings:
    return read(*before, f"{ONE} {written}\nx").cues[0].settings


@pytest.mark.parametrize(
    "start", ["WEBVTT\n\n", "WEBVTT a title\r\n\r\n", "WEBVTT\t\r\r", "\ufeffWEBVTT\n\n", "WEBVTT\n"]
)
def test_a_signature_opens_a_file(start: str) -> None:
    assert len(parse(f"{start}{ONE}\nx".encode()).cues) == 1


@pytest.mark.parametrize(
    "start", ["", "webvtt\n\n", "WEBVTT:\n\n", " WEBVTT\n\n", "\ufeff\ufeffWEBVTT\n\n", "\nWEBVTT\n\n"]
)
def test_without_a_signature_there_are_no_cues_and_line_one_says_so(start: str) -> None:
    track = parse(f"{start}{ONE}\nx".encode())
    assert track == Track()
    assert track.dropped == ((1, "signature"),)


def test_a_cue_has_what_its_lines_say() -> None:
    (cue,) = read("the id\n00:01.500 --> 01:02:03.004 align:left\n<i>One</i>\nTwo &amp; three").cues
    assert cue == Cue("the id", 1.5, 3723.004, "<i>One</i>\nTwo &amp; three", Settings(align="left"))
    assert cue.plain() == "One\nTwo & three"


@pytest.mark.parametrize("bad", ["00:61.000 --> 01:02.000", "00:01 --> 00:02", "00:01.000 -> --> 00:02.000", "--> x"])
def test_a_bad_cue_costs_only_itself(bad: str) -> None:
    track = read(f"{ONE}\nfirst", f"{bad}\nlost", f"{ONE}\nlast")
    assert [cue.text for cue in track.cues] == ["first", "last"]
    assert track.dropped == ((6, "timing"),)


def test_each_line_that_was_dropped_is_told_with_its_reason() -> None:
    file = ["WEBVTT", "Kind: captions", "", "alone", "", "REGION", "id:a lines:x", "", f"{ONE} line:x", "text"]
    track = parse("\n".join([*file, "", "STYLE", "a{}", "", "id", "0 --> 1"]).encode())
    assert track.dropped == (
        (2, "header"), (4, "no timing"), (7, "setting"), (9, "setting"), (12, "late"), (16, "timing"),
    )  # fmt: skip


def test_a_cue_that_ends_before_it_begins_is_kept_and_told() -> None:
    track = read("00:02.000 --> 00:01.000\nx")
    assert len(track.cues) == 1
    assert track.oddities == ((3, "backwards"),)


def test_comments_are_neither_kept_nor_told() -> None:
    track = read("NOTE", "NOTE of\ntwo lines", f"{ONE}\nx", "NOTE\tlast")
    assert (len(track.cues), track.dropped) == (1, ())


def test_an_arrow_begins_the_next_cue_where_a_blank_line_is_missing() -> None:
    assert [(cue.id, cue.text) for cue in read(f"a\n{ONE}\nx\nb\n{ONE}\ny").cues] == [("a", "x\nb"), ("", "y")]


def test_cues_come_in_the_order_in_which_they_are_shown() -> None:
    track = read("00:05.000 --> 00:06.000\nc", "00:01.000 --> 00:02.000\nb", "00:01.000 --> 00:09.000\na")
    assert [cue.text for cue in track.cues] == ["a", "b", "c"]


def test_styles_and_regions_before_the_first_cue_are_kept() -> None:
    track = read("STYLE\n::cue {}\n::cue(b) {}", "REGION\nid:a width:40%\nlines:2 scroll:up", f"{ONE} region:a\nx")
    assert track.styles == ("::cue {}\n::cue(b) {}",)
    assert track.regions == (Region("a", 40, 2, scroll="up"),)
    assert track.cues[0].settings.region == "a"


REGIONS = "REGION\nid:a"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("line:-1 vertical:lr", Settings(line=-1, vertical="lr")),
        ("line:1.5,end", Settings(line=1.5, line_align="end")),
        ("line:5%,center line:6%", Settings(line=6, snap_to_lines=False, line_align="center")),
        ("line:-0", Settings(line=0)),
        ("line:5%x line:1e1 line:.5 line:1,middle line:-5% line:100.5% line:5,end,end", Settings()),
        ("position:12.5%,line-right", Settings(position=12.5, position_align="line-right")),
        ("position:5 position:+5% position:5.% position:5%,", Settings()),
        ("size:33.3%", Settings(size=33.3)),
        ("size:101% size:-1% size:1e1%", Settings()),
        ("align: align:end", Settings(align="end")),
        ("region:a", Settings(region="a")),
        ("region:a region:b", Settings()),
        ("region:a line:1", Settings(line=1)),
        ("line:1 region:a", Settings(line=1, region="a")),
        ("region:a size:100%", Settings(region="a")),
        ("region:a size:50%", Settings(size=50)),
        ("region:a vertical:rl", Settings(vertical="rl")),
        ("region:a vertical:up", Settings(region="a")),
        ("vertical:rl region:a vertical:up", Settings(vertical="rl")),
    ],
)
def test_settings_mean_what_the_standard_says(written: str, meant: Settings) -> None:
    assert settings(written, REGIONS) == meant


def test_a_number_of_any_length_is_read() -> None:
    assert settings("line:" + "9" * 5_000).line is None
    assert settings("line:0." + "0" * 5_000 + "1").line == 0
    assert settings("line:1" + "0" * 30).line == 1e30
    assert read("9" * 5_000 + ":00:00.000 --> " + "9" * 5_000 + ":00:01.000").cues[0].end == 99_999_999 * 3600 + 1
    assert read("REGION\nlines:" + "9" * 5_000).regions[0].lines == 999_999_999


@pytest.mark.parametrize(
    ("number", "short"),
    [("-0", "0"), ("1" + "0" * 30,) * 2, ("0." + "0" * 323 + "5",) * 2, ("01.5000", "1.5"), ("-3", "-3")],
)
def test_a_number_is_written_in_digits_alone(number: str, short: str) -> None:
    track = read(f"{ONE} line:{number} position:0.0000001%\nx")
    written = serialise(track).decode()
    assert "position:0.0000001%" in written
    assert f" line:{short} " in written
    assert parse(serialise(track)) == track


def test_what_is_beyond_the_limits_is_dropped_and_told() -> None:
    many = read(*[f"{ONE}\nx"] * (MOST_CUES + 1))
    assert (len(many.cues), many.dropped) == (MOST_CUES, ((3 + 3 * MOST_CUES, "too many"),))
    long = read(f"{ONE}\nfirst", f"{ONE}\n{'x' * LONGEST_FILE}")
    assert ([cue.text for cue in long.cues], long.dropped) == (["first", ""], ((7, "too long"),))
    assert read(*["REGION\nid:a"] * 101).dropped[0].what == "too many"
    assert len(read(*["x --> y"] * 2 * MOST_NOTICES).dropped) == MOST_NOTICES + 1


def test_a_file_that_would_grow_past_the_limit_when_written_is_cut_before() -> None:
    track = read(*[f"{ONE}\n{'x' * 240}"] * (LONGEST_FILE // 266))
    assert track.dropped[-1].what == "too long"
    assert len(serialise(track)) <= LONGEST_FILE
    assert parse(serialise(track)) == track


@given(strategies.webvtt_files)
def test_what_was_read_is_written_so_that_it_reads_the_same(file: bytes) -> None:
    track = parse(file)
    again = parse(serialise(track))
    assert again == track
    assert again.dropped == ()


@given(strategies.any_tracks)
def test_a_track_made_by_hand_keeps_its_cues_whatever_they_hold(track: Track) -> None:
    read_back = parse(serialise(track))
    assert len(read_back.cues) == len(track.cues)
    assert parse(serialise(read_back)) == read_back


def test_what_would_not_survive_is_made_harmless() -> None:
    cue = Cue("a\nb --> c", -1, math.nan, "x --> y\n\n\r\nz\0\ud800")
    styles = ("a {}\n\nb > c {} -->", "\n")
    track = parse(serialise(Track((cue,), (Region("a b"),), styles)))
    assert track.cues == (Cue("a b -- > c", 0, 0, "x --&gt; y\nz\ufffd\ufffd"),)
    assert track.cues[0].plain() == "x --> y\nz\ufffd\ufffd"
    assert track.styles == ("a {}\nb > c {} -- >",)
    assert track.regions == (Region("a"),)
