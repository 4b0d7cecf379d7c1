"""SRT as people and programs write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.subtitles import srt, webvtt
from preau.subtitles.tracks import LONGEST_FILE, MOST_CUES, Cue, Settings, Track
from tests.subtitles import strategies

FIRST = "1\n00:00:01,000 --> 00:00:02,500\n"
SECOND = "2\n00:00:03,000 --> 00:00:04,000\n"


def read(text: str) -> Track:
    return srt.parse(text.encode())


def said(track: Track) -> list[str]:
    return [cue.plain() for cue in track.cues]


def test_a_sound_file_is_read_without_a_word() -> None:
    track = read(f"{FIRST}Un\nou deux\n\n{SECOND}Trois\n")
    assert track.cues == (Cue("1", 1.0, 2.5, "Un\nou deux"), Cue("2", 3.0, 4.0, "Trois"))
    assert (track.dropped, track.oddities) == ((), ())


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_line_ends_and_a_byte_order_mark_change_nothing(newline: str, encoding: str) -> None:
    text = f"{FIRST}à\n\n{SECOND}b\n"
    assert srt.parse(text.replace("\n", newline).encode(encoding)) == read(text)


@pytest.mark.parametrize(("encoding", "oddity"), [("latin-1", "latin-1"), ("cp1252", "latin-1"), ("utf-16", "utf-16")])
def test_other_encodings_are_read_and_told(encoding: str, oddity: str) -> None:
    track = srt.parse(f"{FIRST}Où ça ? Là-bas, à l'été".encode(encoding))
    assert said(track) == ["Où ça ? Là-bas, à l'été"]
    assert track.oddities == ((1, oddity),)


@pytest.mark.parametrize(
    ("text", "oddities"),
    [
        ("1\n0:00:01.000 --> 0:00:02.500\nx", [(2, "hours"), (2, "point")]),
        ("1\n00:01,000 --> 00:02,500\nx", [(2, "hours")]),
        ("1\n00:00:01 --> 00:00:02,5\nx", [(2, "thousandths")]),
        ("00:00:01,000 --> 00:00:02,500\nx", [(1, "number")]),
        ("7\n00:00:01,000-->00:00:02,500\nx", [(2, "number")]),
        (f"{FIRST}\n\nx\n\n", []),
        ("0:00:01.000,0:00:02.500\nx\n\n", [(1, "sbv")]),
        ("WEBVTT\n\n00:01.000 --> 00:02.500\nx", [(1, "webvtt")]),
    ],
)
def test_one_cue_however_it_is_written(text: str, oddities: list[tuple[int, str]]) -> None:
    track = read(text)
    assert [(cue.start, cue.end, cue.text) for cue in track.cues] == [(1.0, 2.5, "x")]
    assert list(track.oddities) == oddities
    assert not track.dropped


def test_a_missing_blank_line_and_a_blank_line_too_many() -> None:
    track = read(f"{FIRST}a\n{SECOND}b\n\nc\n\n\n3\n00:00:05,000 --> 00:00:06,000\n")
    assert said(track) == ["a", "b\nc", ""]
    assert track.oddities == ((4, "no blank line"), (5, "blank line"), (12, "no text"))


def test_cues_out_of_order_are_told_and_put_in_order() -> None:
    track = read(f"{FIRST}a\n\n2\n00:00:00,000 --> 00:00:03,000\nb\n\n3\n00:00:00,000 --> 00:00:00,000\nc")
    assert said(track) == ["b", "c", "a"]
    assert track.oddities == ((6, "order"), (10, "backwards"))


def test_digits_at_the_end_of_a_text_are_text() -> None:
    assert said(read(f"{FIRST}La réponse est\n42\n00:00:03,000 --> 00:00:04,000\nx")) == ["La réponse est\n42", "x"]
    assert said(read(f"{FIRST}1\n\n{SECOND}2")) == ["1", "2"]


def test_sbv_has_no_numbers() -> None:
    track = read("0:00:01.000,0:00:02.000\nLa réponse est\n1\n0:00:03.000,0:00:04.000\n2\n\n")
    assert [(cue.id, cue.text) for cue in track.cues] == [("", "La réponse est\n1"), ("", "2")]
    assert track.oddities == ((1, "sbv"),)


def test_a_bad_cue_costs_only_itself() -> None:
    track = read(f"hello\n\n{FIRST}a\n\n2\n00:99:00,000 --> 00:00:01,000\nlost\n\n{SECOND}c")
    assert said(track) == ["a", "c"]
    assert track.dropped == ((1, "no timing"), (8, "timing"))


def test_an_arrow_in_a_text_is_text() -> None:
    track = read(f"{FIRST}x --> y\n3 --> 4\n\n{SECOND}b")
    assert said(track) == ["x --> y\n3 --> 4", "b"]
    assert webvtt.parse(webvtt.serialise(track)) == track


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<i>a</i> <B>b</B> <u class='x'>c</u>", "<i>a</i> <b>b</b> <u>c</u>"),
        ("AT&T &amp; 1 < 2 > 0", "AT&amp;T &amp;amp; 1 &lt; 2 &gt; 0"),
        ("les jetons <s> et </s>", "les jetons &lt;s&gt; et &lt;/s&gt;"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ],
)
def test_markup_becomes_webvtt_and_the_rest_is_text(written: str, text: str) -> None:
    track = read(FIRST + written)
    assert (track.cues[0].text, track.dropped) == (text, ())


def test_fonts_and_places_go_and_that_is_told() -> None:
    track = read(f'{FIRST}<font color="red">a</font>\n{{\\an4}}b\n\n2\n00:00:03,000 --> 00:00:04,000 X1:10 X2:20\nc')
    assert said(track) == ["a\nb", "c"]
    assert track.dropped == ((2, "markup"), (7, "setting"))


def test_a_cue_at_the_top_stays_there() -> None:
    track = read(f"{FIRST}{{\\an8}}a")
    assert track.cues[0].settings == Settings(line=0)
    assert track.dropped == ()
    assert srt.parse(srt.serialise(track)) == track


def test_what_is_written_is_what_players_read() -> None:
    track = Track((Cue("x", 1, 2.5, "<v Ana>a &amp; <i.loud>b</i>\n&lt;c&gt; x --&gt; y"), Cue("", 3661, 3662, "d")))
    assert srt.serialise(track).decode() == (
        "1\n00:00:01,000 --> 00:00:02,500\na & <i>b</i>\n<c> x -- > y\n\n2\n01:01:01,000 --> 01:01:02,000\nd\n"
    )


def test_what_is_beyond_the_limits_is_dropped_and_told() -> None:
    many = read(f"{FIRST}x\n\n" * (MOST_CUES + 1))
    assert (len(many.cues), many.dropped) == (MOST_CUES, ((4 * MOST_CUES + 2, "too many"),))
    long = read(f"{FIRST}a\n\n{SECOND}{'&' * (LONGEST_FILE // 2)}")
    assert (said(long), long.dropped) == (["a"], ((6, "too long"),))


@given(strategies.srt_files)
def test_whatever_comes_in_goes_on_as_webvtt(file: bytes) -> None:
    track = srt.parse(file)
    assert webvtt.parse(webvtt.serialise(track)) == track


WORDS = st.text("ab 1<>&é-\n", max_size=20)


@given(st.lists(WORDS, max_size=5))
def test_what_is_written_reads_the_same(texts: list[str]) -> None:
    track = read(
        "".join(f"{number + 1}\n00:00:{number:02},000 --> 00:01:00,000\n{t}\n\n" for number, t in enumerate(texts))
    )
    again = srt.parse(srt.serialise(track))
    assert [(cue.start, cue.end) for cue in again.cues] == [(cue.start, cue.end) for cue in track.cues]
    assert said(again) == [text.replace("-->", "-- >") for text in said(track)]
