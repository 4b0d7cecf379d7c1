"""Public holidays of countries, as the package `holidays` knows them: the only module that loads it, when first asked,
since it takes a process some twenty megabytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase


@dataclass(frozen=True, order=True)
class Holiday:
    """A holiday of a country; `estimated` when its day follows the moon and is not known for certain yet."""

    country: str
    name: str
    estimated: bool


def on(days: Iterable[date], countries: Iterable[str], language: str) -> dict[date, list[Holiday]]:
    """The holidays of these countries on these days; a day without any is left out. Names in `language` where the
    package has them, else in English, else as the country says. A country that it does not know has none."""
    codes, found = list(countries), {}
    for day in sorted(set(days)):
        every = [one for code in codes for one in _of(code, day.year, language).get(day, ())]
        if every:
            found[day] = every
    return found


@lru_cache(maxsize=512)
def _of(country: str, year: int, language: str) -> dict[date, tuple[Holiday, ...]]:
    """The holidays of a country in a year."""
    import holidays  # noqa: PLC0415  heavy

    try:
        spoken = _spoken(holidays.country_holidays(country).supported_languages, language)
        calendar = holidays.country_holidays(country, years=year, language=spoken)
    except NotImplementedError:
        return {}
    return {
        day: tuple(dict.fromkeys(_read(country, name, calendar) for name in calendar.get_list(day)))
        for day in sorted(calendar)
    }


def _spoken(known: Iterable[str], language: str) -> str | None:
    """The best of the languages that a country's names are known in; None: its own."""
    codes = sorted(known)
    for wanted in (language, "en"):
        near = [code for code in codes if code == wanted or code.startswith((f"{wanted}_", f"{wanted}-"))]
        if near:
            return near[0]
    return None


def _read(country: str, name: str, calendar: "HolidayBase") -> Holiday:
    """A name without the label that says that its day is an estimate."""
    for label in ("observed_estimated_label", "estimated_label"):
        before, said, after = calendar.tr(str(getattr(calendar, label, ""))).partition("%s")
        around = before + after
        if said and around and name.startswith(before) and name.endswith(after) and len(name) > len(around):
            return Holiday(country, name[len(before) : len(name) - len(after)], True)
    return Holiday(country, name, False)
