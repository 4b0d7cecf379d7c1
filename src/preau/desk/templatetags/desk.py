"""Short times for dense tables, whose heading or caption names the zone; the full words are in the title."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language

from preau.accounts import countries
from preau.common import languages
from preau.common.templatetags.preau import told
from preau.desk import words

register = template.Library()


@register.filter
def short(at: datetime | None, zone: ZoneInfo) -> SafeString | str:
    """« 22/03/2026 23:59 », or a dash. English names the month: the team of a course does not agree on which comes
    first, the month or the day."""
    if at is None:
        return "–"
    local = localtime(at, zone)
    said = formats.date_format(local, "j M Y, H:i" if get_language() == "en" else "SHORT_DATETIME_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), told(at, zone), said)


@register.filter
def language(code: str) -> str:
    """What a language is called in that of the page."""
    return languages.named(code)


@register.filter
def country(code: str) -> str:
    """What a country is called in the language of the page, or a dash."""
    return dict(countries.named(get_language() or "fr")).get(code, code) or "–"


@register.filter
def film_reason(reason: str) -> str:
    """Why a video was refused, and what to do."""
    return words.said(words.FILMS, reason)


@register.filter
def kind(name: str) -> str:
    """What a kind of unit is called."""
    return words.said(words.KINDS, name)


@register.filter
def figure(value: float | None) -> str:
    """A figure with one decimal where it has one, or a dash."""
    if value is None:
        return "–"
    return formats.number_format(value, decimal_pos=0 if round(float(value), 1) == round(float(value)) else 1)


@register.filter
def share(value: float | None) -> str:
    """A share in percent without decimals, or a dash."""
    return "–" if value is None else f"{formats.number_format(round(value))} %"


@register.filter
def out_of_one(score: float) -> str:
    """A score of 0 to 1 in percent."""
    return share(100 * score)
