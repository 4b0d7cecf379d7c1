"""A track as a text to read."""

from preau.subtitles.tracks import Cue, Track
from preau.subtitles.transcript import LONG, plain_text


def test_cues_run_on_until_a_silence() -> None:
    cues = (Cue("", 0, 2, "Bonjour <b>à\ntous</b>,"), Cue("", 2, 3, "et &amp; bienvenue."), Cue("", 5, 6, "Voici."))
    assert plain_text(Track(cues)) == "Bonjour à tous, et & bienvenue.\n\nVoici.\n"


def test_a_long_paragraph_ends_with_its_sentence() -> None:
    cues = tuple(Cue("", second, second + 1, text) for second, text in enumerate(["a" * LONG, "b.", "c"]))
    assert plain_text(Track(cues)) == f"{'a' * LONG} b.\n\nc\n"


def test_a_track_that_says_nothing_is_an_empty_text() -> None:
    assert plain_text(Track((Cue("", 0, 1, "<i> "),))) == ""
