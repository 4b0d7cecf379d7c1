"""Files that are no subtitles, or are made to hurt: nothing raises, nothing grows, no script comes out."""

from collections.abc import Callable

import pytest

from preau.subtitles import srt, transcript, webvtt
from preau.subtitles.tracks import LONGEST_FILE, MOST_NOTICES, Track
from tests.subtitles.test_cuetext import assert_safe

T = b"00:00:01.000 --> 00:00:02.000\n"
HEAD = b"WEBVTT\n\n" + T

NO_SUBTITLES = {
    "empty": b"",
    "only a byte order mark": b"\xef\xbb\xbf",
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89",
    "a video": b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41\0\0\0\x08free",
    "a playlist": b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:9.009,\nhttp://media.example.org/first.ts\n",
    "a page": b"<!doctype html><script>alert('-->')</script>",
    "only NULs": b"\0" * 1_000_000,
    "one line": b"x" * 1_000_000,
    "blank lines": b"\n" * 1_000_000,
    "numbers": b"1\n" * 100_000,
}
HOSTILE = {
    "NULs": HEAD + b"a\0b\0-->\0\n\n" + T + b"\0",
    "lone surrogates": HEAD + b"\xed\xa0\x80\xed\xbf\xbf" * 1_000,
    "no UTF-8": HEAD + b"\xff\xfe\xc3\x28\xf0\x9f",
    "a long line": HEAD + b"x" * 1_000_000,
    "nested tags": HEAD + b"<b>" * 100_000,
    "nested ruby": HEAD + b"<ruby><rt>" * 10_000,
    "tags that never end": HEAD + b"<b " * 100_000,
    "ampersands": HEAD + b"&" * 100_000,
    "a long reference": HEAD + b"&#" + b"9" * 100_000 + b";&#x" + b"f" * 100_000,
    "a long name": HEAD + b"&" + b"a" * 100_000,
    "codes in braces": HEAD + b"{\\" * 100_000,
    "classes": HEAD + b"<c" + b".a" * 100_000 + b">x",
    "arrows": HEAD + b"-->\n" * 10_000 + b"a --> b\n--> -->\n",
    "no blank lines": b"WEBVTT\n" + (T + b"x\n") * 1_000,
    "scripts": HEAD
    + b'<script>alert(1)</script><v "><script>alert(2)</script>\n<img src=x onerror=alert(3)>\n&lt;script>',
    "many hours": b"WEBVTT\n\n" + b"9" * 100_000 + b":00:00.000 --> 123456789:00:00.000\nx",
    "long settings": HEAD[:-1] + b" line:1" * 50_000 + b" size:" + b"1" * 50_000 + b"%\nx",
    "many regions": b"WEBVTT\n\n" + b"REGION\nid:a\n\n" * 5_000 + T + b"x",
    "many styles": b"WEBVTT\n\n" + b"STYLE\na{}\n\n" * 5_000 + T + b"x",
}


def assert_harmless(track: Track) -> None:
    written = webvtt.serialise(track)
    assert len(written.decode()) <= LONGEST_FILE
    assert webvtt.parse(written) == track
    assert max(len(track.dropped), len(track.oddities)) <= MOST_NOTICES + 3
    assert len(srt.parse(srt.serialise(track)).cues) >= len(track.cues)
    assert transcript.plain_text(track).split() == " ".join(cue.plain() for cue in track.cues).split()
    for cue in track.cues[:100]:
        assert_safe(cue.text)


@pytest.mark.parametrize("parse", [webvtt.parse, srt.parse])
@pytest.mark.parametrize("name", NO_SUBTITLES)
def test_what_is_no_subtitles_has_no_cues_and_says_so(name: str, parse: Callable[[bytes], Track]) -> None:
    track = parse(NO_SUBTITLES[name])
    assert track == Track()
    assert track.dropped == ((1, "signature"),)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_does_no_harm(name: str) -> None:
    assert_harmless(webvtt.parse(HOSTILE[name]))
    assert_harmless(srt.parse(HOSTILE[name].removeprefix(b"WEBVTT")))


def test_utf_16_is_no_webvtt() -> None:
    assert webvtt.parse("WEBVTT\n\n00:01.000 --> 00:02.000\nx".encode("utf-16")).dropped == ((1, "signature"),)
