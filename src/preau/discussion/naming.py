"""Names that people give themselves, as others can read them. Pure."""

import unicodedata

from preau.common.text import one_line

LONGEST = 60
MARKS = 3  # accents on one letter, one above the other
# Blank although Unicode calls them letters, marks or symbols: fillers of Hangul and Khmer, the joiner of graphemes, an
# empty Braille cell.
BLANK = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u2800")
JOINERS = frozenset("\u200c\u200d")  # Persian and the scripts of India are written with them


def shown(text: str) -> str:
    """A name on one line without what cannot be seen or would cover its neighbours; "" when no letter or digit is
    left."""
    found, marks = [], 0
    for letter in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if letter in BLANK or marks > MARKS or (kind == "Cf" and letter not in JOINERS):
            continue
        found.append(letter)
    name = one_line("".join(found))[:LONGEST].strip()
    return name if any(unicodedata.category(letter)[0] in "LN" for letter in name) else ""


def first(text: str) -> str:
    """The first word of a name."""
    return shown(text).split(" ")[0]
