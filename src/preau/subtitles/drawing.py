"""A transcript drawn once for each revision and language of the interface: the same for everybody."""

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.translation import get_language

from preau.content.players import Caption
from preau.subtitles import reading
from preau.subtitles.access import Film
from preau.subtitles.models import Track
from preau.subtitles.reading import Words


def transcript(at: Film, track: Track) -> str:
    """The fragment under a player."""
    offered = tuple(Caption(row.language, row.automatic) for row in at.tracks.values())
    return _transcript(
        reading.now(track), at.base, Caption(track.language, track.automatic), offered, get_language() or ""
    )


@lru_cache(maxsize=128)
def _transcript(words: Words, base: str, shown: Caption, offered: tuple[Caption, ...], _interface: str) -> str:
    others = [one for one in offered if one.language != shown.language]
    return render_to_string(
        "subtitles/_transcript.html", {"words": words, "base": base, "shown": shown, "others": others}
    )
