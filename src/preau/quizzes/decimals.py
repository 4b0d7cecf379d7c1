"""Numbers as people write them: 3,14 and 3.14, 1 000 000, 1.5e3 and 1,5 × 10³. No Django."""

import re
import unicodedata
from functools import cache

from babel import Locale, UnknownLocaleError

_LONGEST = 100
_LARGEST_EXPONENT = 330
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_LIFTED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_SHAPE = re.compile(
    r"(?P<sign>[+-]?)\ ?(?P<digits>[0-9.,'\ ]+?)(?:\ ?(?:[eE]\ ?|[x×*·⋅]\ ?10\ ?\^?\ ?)(?P<exponent>[+-]?[0-9]{1,4}))?",
    re.VERBOSE,
)
_BY_COMMAS = re.compile(r"([+-]?\ ?[1-9][0-9]{0,2}(?:,[0-9]{3})+)((?:\.[0-9]*)?(?:\ ?[eEx×*·⋅].*)?)")
_PLAIN = re.compile(r"(?P<whole>[0-9]*)(?:[.,](?P<part>[0-9]*))?")
_GROUPED = tuple(
    re.compile(shape)
    for shape in (
        r"(?P<whole>[0-9]{1,3}(?:[ '][0-9]{3})+)(?:[.,](?P<part>[0-9]*))?",
        r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+)\.(?P<part>[0-9]*)",
        r"(?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+),(?P<part>[0-9]*)",
        r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3}){2,})(?P<part>)",
        r"(?P<whole>[0-9]{1,3}(?:\.[0-9]{3}){2,})(?P<part>)",
    )
)


def literal(text: str) -> str | None:
    """`text` as a decimal literal in ASCII (`-1234.50e-3`), which this function gives back unchanged; None when it is
    no number.

    A lone comma or dot is the decimal mark; spaces and apostrophes part thousands; with both marks the last one is the
    decimal mark. Refused: more than 100 characters, an exponent beyond ±330, a unit, a sum.
    """
    if len(text) > _LONGEST:
        return None
    shape = _SHAPE.fullmatch(_ascii(text))
    if shape is None:
        return None
    digits = shape["digits"]
    for pattern in (_PLAIN, *_GROUPED):
        if found := pattern.fullmatch(digits):
            return _assemble(shape["sign"], found["whole"], found["part"] or "", shape["exponent"] or "")
    return None


def without_commas(text: str) -> str:
    """The text without the commas that part its thousands, as a reader of a language that writes 71,680 means them: a
    lone comma before three digits is the decimal mark everywhere else."""
    found = _BY_COMMAS.fullmatch(_ascii(text)) if len(text) <= _LONGEST else None
    return found[1].replace(",", "") + found[2] if found else text


@cache
def parts_by_commas(language: str) -> bool:
    """Does one write 71,680 in this language, with a comma between thousands?"""
    try:
        return str(Locale.parse(language, sep="-").number_symbols["latn"]["group"]) == ","
    except (UnknownLocaleError, ValueError, KeyError):
        return False


def _ascii(text: str) -> str:
    text = _LIFTED.sub(lambda found: "^" + found[0].translate(_SUPERSCRIPTS), text)
    text = "".join(str(unicodedata.decimal(char, char)) for char in text)
    text = text.replace("−", "-").replace("–", "-").replace("’", "'")
    return " ".join(text.split())


def _assemble(sign: str, whole: str, part: str, exponent: str) -> str | None:
    whole = whole.replace(",", "").replace(".", "").replace(" ", "").replace("'", "")
    if not whole and not part:
        return None
    power = int(exponent) if exponent else 0
    if abs(power) > _LARGEST_EXPONENT:
        return None
    number = f"{'-' if sign == '-' else ''}{whole or '0'}{'.' + part if part else ''}"
    return f"{number}e{power}" if power else number
