"""A track as a text to read, without its times. No Django."""

from collections.abc import Iterator

from preau.subtitles.tracks import Cue, Track

SILENCE = 2.0  # seconds after which somebody begins anew
LONG = 500  # characters after which a paragraph ends with its sentence
_SENTENCE_ENDS = (".", "?", "!", "…", "»", "”", '"')


def plain_text(track: Track) -> str:
    """The words of all cues in paragraphs, with a blank line between; empty for a track that says nothing.

    A paragraph ends at a silence of two seconds, or at the end of a sentence once it has 500 characters.
    """
    return "".join(f"{paragraph}\n\n" for paragraph in _paragraphs(track)).removesuffix("\n")


def _paragraphs(track: Track) -> Iterator[str]:
    words: list[str] = []
    before: Cue | None = None
    for cue in track.cues:
        if words and before and (cue.start - before.end >= SILENCE or _is_full(words)):
            yield " ".join(words)
            words = []
        said = " ".join(cue.plain().split())
        words += [said] if said else []
        before = cue
    if words:
        yield " ".join(words)


def _is_full(words: list[str]) -> bool:
    return words[-1].endswith(_SENTENCE_ENDS) and sum(map(len, words)) >= LONG
