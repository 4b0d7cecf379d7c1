"""The rota in words: days, hours, gaps, languages."""

from collections.abc import Iterable
from datetime import date, time

from django.utils import formats
from django.utils.translation import get_language_info, pgettext
from django.utils.translation import gettext as _

from preau.courses import rota

MONDAY = date(2024, 1, 1)


def weekday(number: int) -> str:
    """« lundi »."""
    return formats.date_format(MONDAY.replace(day=1 + number), "l")


def hour(number: int, minute: int = 0) -> str:
    """« 14:30 » as the language of the page writes it; 24 is the end of the day."""
    return formats.time_format(time(number % 24, minute), pgettext("time format", "H:i"))


def language(code: str) -> str:
    """A language by its own name, else its code."""
    try:
        name = str(get_language_info(code)["name_local"])
    except KeyError:
        return code
    return name[:1].upper() + name[1:]


def gaps(found: Iterable[rota.Gap]) -> list[str]:
    """« lundi, mardi, de 8:00 à 10:00 », days alike put together."""
    said = []
    for days, start, end in rota.alike(found):
        named = _("every day") if len(days) == 7 else ", ".join(weekday(day) for day in days)
        said.append(_("{days}, from {start} to {end}").format(days=named, start=hour(start), end=hour(end)))
    return said
