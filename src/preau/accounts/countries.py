"""The names of countries in the interface's languages, from the Unicode locale data that comes with Babel."""

import unicodedata
from functools import cache

from django.utils.translation import get_language

from preau.common import languages

# Two letters that name no country of ISO 3166-1: unions, reserved codes, test codes. Kosovo's stays: people live there.
NOT_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


def choices() -> list[tuple[str, str]]:
    """(code, name) for a form, in the language of the page, first the choice of saying none."""
    return [("", "—"), *named(get_language() or "fr")]


@cache
def named(language: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of every country, by name, accents aside."""
    territories = languages.locale(language).territories
    found = [(code, name) for code, name in territories.items() if len(code) == 2 and code.isalpha()]
    return tuple(sorted((pair for pair in found if pair[0] not in NOT_COUNTRIES), key=lambda pair: _plain(pair[1])))


def _plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", name.casefold()) if not unicodedata.combining(c))
