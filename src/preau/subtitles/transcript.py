"""A track as a text to read, without its times. No Django."""

from collections.abc import Iterator, Sequence

from preau.subtitles.tracks import Cue, Track

SILENCE = 2.0  # seconds after which somebody begins anew
LONG = 500  # characters after which a paragraph ends with its sentence
_SENTENCE_ENDS = (".", "?", "!", "…", "»", "”", '"')


def plain_text(track: Track) -> str:
    """The words of all cues in paragraphs, with a blank line between; empty for a track that says nothing.

    A paragraph ends at a silence of two seconds, or at the end of a sentence once it has 500 characters.
    """
    spoken = [cue for cue in track.cues if cue.plain().strip()]
    paragraphs = [" ".join(_said(cue) for cue in spoken[start:end]) for start, end in spans(spoken)]
    return "".join(f"{paragraph}\n\n" for paragraph in paragraphs).removesuffix("\n")


def spans(spoken: Sequence[Cue]) -> Iterator[tuple[int, int]]:
    """Where each paragraph of such cues begins and ends (excluded); each cue says something."""
    start, length = 0, 0
    for at, cue in enumerate(spoken):
        if at > start:
            before = spoken[at - 1]
            full = length >= LONG and _said(before).endswith(_SENTENCE_ENDS)
            if full or cue.start - before.end >= SILENCE:
                yield start, at
                start, length = at, 0
        length += len(_said(cue))
    if spoken:
        yield start, len(spoken)


def _said(cue: Cue) -> str:
    return " ".join(cue.plain().split())
