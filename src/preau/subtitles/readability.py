"""Whether people have the time to read a cue. No Django.

The figures are those of the Netflix Timed Text Style Guide: 42 characters in a line, two lines, five sixths of a second
to seven seconds, 17 characters a second (its figure for French); for Chinese, Japanese and Korean, which say more in a
character, its own. The BBC Subtitle Guidelines have two lines too, and 160 to 180 words a minute: 16 to 18 characters a
second, at six for a word with its space. They advise; nothing is refused for them.
"""

import math
from typing import Literal, NamedTuple

from preau.subtitles import cuetext
from preau.subtitles.timing import milliseconds

type Code = Literal["fast", "long-line", "lines", "short", "lasting", "empty"]

MOST_SPEED = 17  # characters a second, spaces counted
LONGEST_LINE = 42  # characters
MOST_LINES = 2
SHORTEST = 5 / 6  # seconds
LONGEST = 7

# (characters a second, characters in a line) of languages that are not written in letters alone
_OF_LANGUAGE = {"ja": (4, 13), "ko": (12, 16), "zh": (9, 16)}


class Warning(NamedTuple):
    """What makes a cue hard to read: its figure, and the most that is advised (the least, for `short`).

    `fast` is in characters a second, `long-line` in characters (of the longest), `lines` in lines, `short` and
    `lasting` in seconds. For `empty` both are 0.
    """

    code: Code
    value: float
    most: float


def warnings(start: float, end: float, text: str, *, language: str = "fr") -> list[Warning]:
    """What to say of a cue, in the order of the codes; nothing when it reads well.

    `start` and `end` are seconds, `text` is WebVTT cue text, `language` a language tag. Of a cue without words, and of
    one that ends as it begins or before, no speed is said.
    """
    said = cuetext.plain(text)
    lines = [line for line in (" ".join(line.split()) for line in said.split("\n")) if line]
    most_speed, longest_line = _OF_LANGUAGE.get(language.lower().split("-")[0], (MOST_SPEED, LONGEST_LINE))
    lasts = (milliseconds(end) - milliseconds(start)) / 1000
    speed = len(" ".join(lines)) / lasts if lasts > 0 else 0.0
    longest = max(map(len, lines), default=0)
    found = [
        (speed > most_speed, Warning("fast", math.ceil(speed * 10) / 10, most_speed)),
        (longest > longest_line, Warning("long-line", longest, longest_line)),
        (len(lines) > MOST_LINES, Warning("lines", len(lines), MOST_LINES)),
        (lasts < SHORTEST, Warning("short", max(lasts, 0.0), SHORTEST)),
        (lasts > LONGEST, Warning("lasting", lasts, LONGEST)),
        (not lines, Warning("empty", 0, 0)),
    ]
    return [warning for is_so, warning in found if is_so]
