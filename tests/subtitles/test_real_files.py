"""The 80 subtitle files of a real course, one of them YouTube's SBV under the name of SRT."""

import re
from collections import Counter
from pathlib import Path

import pytest

from preau.subtitles import srt, webvtt
from preau.subtitles.tracks import Track

pytestmark = pytest.mark.inputs
SBV = "fr/03_what-is-transfer-learning.srt"


@pytest.fixture
def files(inputs: Path) -> dict[str, bytes]:
    root = inputs / "hf-course-fr" / "subtitles"
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*.srt"))}


@pytest.fixture
def tracks(files: dict[str, bytes]) -> dict[str, Track]:
    return {name: srt.parse(file) for name, file in files.items()}


def test_all_cues_come_in(files: dict[str, bytes], tracks: dict[str, Track]) -> None:
    naive = {name: file.count(b"-->") for name, file in files.items()}
    naive[SBV] = len(re.findall(rb"(?m)^\d:\d\d:\d\d\.\d{3},\d:\d\d:\d\d\.\d{3}\r?$", files[SBV]))
    assert {name: len(track.cues) for name, track in tracks.items()} == naive
    assert (len(files), sum(naive.values()) - naive[SBV], naive[SBV]) == (80, 5_234, 44)


def test_every_word_comes_in(files: dict[str, bytes], tracks: dict[str, Track]) -> None:
    """All lines but those of numbers and times, which none of these texts resembles."""
    for name, file in files.items():
        lines = (line.strip() for line in file.decode("utf-8-sig").splitlines())
        kept = [line for line in lines if line and not re.fullmatch(r"\d+|\d+:\d\d:\d\d[.,].*\d", line)]
        said = [line.strip() for cue in tracks[name].cues for line in cue.plain().split("\n")]
        assert sorted(said) == sorted(kept), name


def test_nothing_is_lost_and_what_is_odd_is_told(tracks: dict[str, Track]) -> None:
    assert not [name for name, track in tracks.items() if track.dropped]
    assert Counter(what for track in tracks.values() for _, what in track.oddities) == {
        "point": 4, "hours": 2, "number": 2, "sbv": 1, "no blank line": 1, "thousandths": 1, "order": 1,
    }  # fmt: skip
    assert tracks[SBV].oddities == ((1, "sbv"),)


def test_they_are_written_and_read_again_without_a_change(tracks: dict[str, Track]) -> None:
    for track in tracks.values():
        assert webvtt.parse(webvtt.serialise(track)) == track
        again = srt.parse(srt.serialise(track))
        assert [(cue.start, cue.end, cue.text) for cue in again.cues] == [(c.start, c.end, c.text) for c in track.cues]
        assert again.oddities == again.dropped == ()
