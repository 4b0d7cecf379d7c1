"""Cells as people and spreadsheets write them, as values: addresses, numbers of students, editions, results, dates.
Liberal in what is read, never guessing: what cannot be told apart raises `Bad`. Pure."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from preau.common.text import one_line

OLDEST = date(1990, 1, 1)
LONGEST_EMAIL, LONGEST_NUMBER, LONGEST_NAME, LONGEST_KEY, LONGEST_CODE = 254, 40, 200, 80, 80
LATEST_EDITION = 999
_EMAIL = re.compile(r"[^@\s,;:<>()\[\]\\\"]+@[^@\s,;:<>()\[\]\\\"_]+\.[^@\s,;:<>()\[\]\\\"_.]{2,}")
_ANGLED = re.compile(r".*<([^<>]+)>\s*")
_AS_TEXT = re.compile(r'="(.*)"')  # how spreadsheets are told to keep a number's zeros
_DECIMAL = re.compile(r"-?[0-9]{1,9}(?:[.,][0-9]{1,12})?")
_SCALED = re.compile(r"(-?[0-9]{1,9}(?:[.,][0-9]{1,12})?)\s*/\s*([0-9]{1,9}(?:[.,][0-9]{1,12})?)")
_EXPONENT = re.compile(r"[0-9][.,]?[0-9]*[Ee]\+?[0-9]+")
_WHOLE = re.compile(r"[0-9]+")
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CODE = re.compile(r"[\w./:?&=#%+~-]+")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ].*)?")
_LOCAL = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})(?:[T ].*)?")
REMEMBERED = lru_cache(maxsize=8_192)  # a file says the same thousands of times: who, which edition, yes and no
NOTHING = {
    "",
    "-",
    "--",
    "n/a",
    "na",
    "nan",
    "none",
    "null",
    "nil",
    "aucun",
    "aucune",
    "neant",
    "inconnu",
    "unknown",
    "nc",
}
YES = frozenset(
    {"1", "yes", "y", "true", "t", "vrai", "oui", "o", "x", "ok", "admis", "admise", "admitted", "reussi", "reussie"}
    | {"reussite", "recu", "recue", "valide", "validee", "pass", "passed", "success", "obtenu", "obtenue"}
    | {"certifie", "certifiee", "certified"}
)
NO = frozenset(
    {"0", "no", "n", "false", "f", "faux", "non", "ko", "ajourne", "ajournee", "refuse", "refusee", "echoue", "echouee"}
    | {"echec", "failed", "fail", "failure", "absent", "absente", "defaillant", "defaillante", "nonadmis", "nonadmise"}
    | {"nonrecu", "nonrecue", "nonvalide", "nonvalidee", "nonreussi", "nonobtenu", "notpassed", "abandon"}
)


class Bad(Exception):
    """A cell that cannot be read: `code` is a key of `words.SENTENCES`, `values` what it quotes."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = {
            name: value if isinstance(value, int) else one_line(str(value))[:80] for name, value in values.items()
        }


@REMEMBERED
def folded(text: str) -> str:
    """Small letters and digits of a text, without accents: what headers and words are compared by."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if c.isalnum() and c.isascii())


@REMEMBERED
def plain(cell: str) -> str:
    """A cell on one line, without the wrapping by which a spreadsheet keeps a text; empty for the words of nothing."""
    if not cell:
        return cell
    cell = " ".join(cell.split()) if cell.isascii() and cell.isprintable() else one_line(cell)
    if cell.startswith("=") and (found := _AS_TEXT.fullmatch(cell)):
        cell = found[1].strip()
    return "" if len(cell) <= 8 and _unaccented(cell) in NOTHING else cell


def _unaccented(text: str) -> str:
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


@REMEMBERED
def email(cell: str) -> str:
    """An address in small letters, out of "Name <address>" too; empty for none."""
    text = plain(cell)
    if not text:
        return ""
    if found := _ANGLED.fullmatch(text):
        text = found[1]
    text = text.removeprefix("mailto:").strip().lower()
    if not _EMAIL.fullmatch(text) or len(text) > LONGEST_EMAIL or ".." in text:
        raise Bad("email", cell=cell)
    return text


@REMEMBERED
def number(cell: str) -> str:
    """A student's number as it is compared: capitals, no spaces, dashes or dots; of one with digits alone the zeros at
    the beginning do not count (spreadsheets drop them). "0" is none."""
    text = plain(cell)
    if not text:
        return ""
    if _EXPONENT.fullmatch(text):
        raise Bad("rounded", cell=cell)
    if text[0] in "=+@":
        raise Bad("formula", cell=cell)
    text = unicodedata.normalize("NFKC", text).upper()
    if text.endswith(".0") and text[:-2].isdigit():
        text = text[:-2]
    text = re.sub(r"[\s\-_./]", "", text)
    if text.isdigit():
        text = text.lstrip("0")
    if len(text) > LONGEST_NUMBER or (text and not text.isalnum()):
        raise Bad("number", cell=cell)
    return text


@REMEMBERED
def name(cell: str) -> str:
    """A name as it is written, on one line."""
    text = plain(cell)
    if text and text[0] in "=+@":
        raise Bad("formula", cell=cell)
    if len(text) > LONGEST_NAME:
        raise Bad("long_name", cell=cell)
    return text


@REMEMBERED
def edition(cell: str) -> int:
    """The number of an edition, in words around it or not: "5", "session 5", "Édition n° 5", "5e"."""
    found = _WHOLE.findall(plain(cell).removesuffix(".0"))
    if not found:
        raise Bad("edition", cell=cell)
    if len(found) > 1:
        raise Bad("edition_which", cell=cell)
    value = int(found[0]) if len(found[0]) < 10 else 10**9
    if 1900 <= value <= 2100:
        raise Bad("edition_year", cell=cell)
    if not 1 <= value <= LATEST_EDITION:
        raise Bad("edition", cell=cell)
    return value


@REMEMBERED
def key(cell: str) -> str:
    """A bare id as `course.yaml` writes it: "Quiz 1" and "quiz_1" are quiz-1."""
    text = plain(cell)
    text = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    text = re.sub(r"[\s_.]+", "-", text).strip("-")
    if not _KEY.fullmatch(text) or len(text) > LONGEST_KEY:
        raise Bad("key", cell=cell)
    return text


def _decimal(text: str) -> float:
    if not _DECIMAL.fullmatch(text):
        raise ValueError
    return float(text.replace(",", "."))


@REMEMBERED
def percent(cell: str, of: float | None = None) -> float | None:
    """A result between 0 and 100: "62", "62 %", "15,5/20", or points out of `of`; None for none."""
    text = plain(cell)
    if not text:
        return None
    try:
        if found := _SCALED.fullmatch(text):
            value, of = _decimal(found[1]), _decimal(found[2])
        elif text.endswith("%"):
            value, of = _decimal(text[:-1].rstrip()), 100.0
        else:
            value, of = _decimal(text), 100.0 if of is None else of
    except ValueError:
        raise Bad("result", cell=cell) from None
    if of <= 0:
        raise Bad("scale", cell=cell)
    if not 0 <= value <= of:
        raise Bad("beyond", cell=cell, of=f"{of:g}")
    return round(100 * value / of, 4)


@REMEMBERED
def score(cell: str, of: str, scale: float | None) -> float | None:
    """Points: the cell says out of how many, or the column beside it, or the header."""
    text = plain(cell)
    if not text or "/" in text or text.endswith("%"):
        return percent(text)
    if plain(of):
        try:
            scale = _decimal(plain(of))
        except ValueError:
            raise Bad("scale", cell=of) from None
    if scale is None:
        raise Bad("no_scale", cell=cell)
    return percent(text, scale)


@REMEMBERED
def passed(cell: str) -> bool | None:
    """Yes or no in the words of French and English registrars; None for none."""
    text = plain(cell)
    if not text:
        return None
    word = folded(text)
    if word in YES:
        return True
    if word in NO:
        return False
    raise Bad("passed", cell=cell)


@REMEMBERED
def credits(cell: str) -> Decimal | None:
    """Credits, from 0 to 60."""
    text = plain(cell)
    if not text:
        return None
    try:
        value = Decimal(str(_decimal(text)))
    except ValueError:
        raise Bad("credits", cell=cell) from None
    if not 0 <= value <= 60 or value != round(value, 2):
        raise Bad("credits", cell=cell)
    return value


@REMEMBERED
def code(cell: str) -> tuple[str, bool]:
    """(the code of a certificate, whether there is one): "oui" says that there is one and not which."""
    text = plain(cell)
    if not text:
        return "", False
    word = folded(text)
    if word in NO:
        return "", False
    if word in YES:
        return "", True
    if not _CODE.fullmatch(text) or text[0] in "=+@" or len(text) > LONGEST_CODE:
        raise Bad("code", cell=cell)
    return text, True


class Day(NamedTuple):
    """A date: `iso`, and its other reading where day and month could be the other way round. `order` is what it proves
    about its file: "dm", "md", or nothing."""

    iso: str
    other: str
    order: str


@REMEMBERED
def day(cell: str, today: date) -> Day | None:
    """A date as 2016-04-03, 03/04/2016 or 3.4.16, a time of day left out; None for none."""
    text = plain(cell)
    if not text:
        return None
    if found := _ISO.fullmatch(text):
        return Day(_checked(cell, today, int(found[1]), int(found[2]), int(found[3])), "", "")
    found = _LOCAL.fullmatch(text)
    if not found:
        raise Bad("date", cell=cell)
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    year += 2000 if year < 100 else 0
    if second > 12:
        return Day(_checked(cell, today, year, first, second), "", "md")
    if first > 12:
        return Day(_checked(cell, today, year, second, first), "", "dm")
    both = [_possible(today, year, second, first), _possible(today, year, first, second)]
    straight, turned = (iso or next(filter(None, both), "") for iso in both)
    if not straight:
        raise Bad("date_when", cell=cell)
    return Day(straight, turned if turned != straight else "", "")


def _possible(today: date, year: int, month: int, number: int) -> str:
    found = date(year, month, number) if year and month and number else OLDEST.replace(year=1900)
    return found.isoformat() if OLDEST <= found <= today else ""


def _checked(cell: str, today: date, year: int, month: int, number: int) -> str:
    try:
        found = date(year, month, number)
    except ValueError:
        raise Bad("date_impossible", cell=cell) from None
    if not OLDEST <= found <= today:
        raise Bad("date_when", cell=cell)
    return found.isoformat()
