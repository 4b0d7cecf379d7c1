"""Dates in full with their zone, as look.md asks: « dimanche 22 mars, 23 h 59, heure de Paris »; and what is the same
on every page, drawn once."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.template.base import Parser, Token
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from preau.common import languages
from preau.common.ids import new_id

register = template.Library()
KEPT = 200  # drawings of one place


def city(zone: ZoneInfo) -> str:
    """The city that names a zone: « Paris », « Port-au-Prince »."""
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")


def told(at: datetime, zone: ZoneInfo) -> str:
    """A moment in words, in a zone that is named; the year only when it is not this one's."""
    local = localtime(at, zone)
    day = formats.date_format(local, pgettext("date format", "l j F Y"))
    hour = formats.date_format(local, pgettext("time format", "H:i"))
    where = "UTC" if zone.key == "UTC" else _("{city} time").format(city=city(zone))
    return f"{day}, {hour}, {where}"


@register.filter
def moment(at: datetime, zone: ZoneInfo) -> SafeString:
    """A moment as a `<time>`; the page's script adds the reader's own time where it differs."""
    return _moment(at, zone, get_language() or "")


@lru_cache(maxsize=4096)
def _moment(at: datetime, zone: ZoneInfo, language: str) -> SafeString:
    # An edition has few dates and a page tells many of them; `language` is part of what the words depend on.
    return format_html('<time datetime="{}" data-local>{}</time>', localtime(at, zone).isoformat(), told(at, zone))


@register.filter
def day(at: datetime, zone: ZoneInfo) -> str:
    """The day alone."""
    return formats.date_format(localtime(at, zone), pgettext("date format", "l j F Y"))


@register.filter
def zone(name: str) -> ZoneInfo:
    """The zone of an edition's or a person's row."""
    return ZoneInfo(name)


@register.filter
def in_language(texts: object, language: str | None = None) -> str:
    """A text by language, in the page's language, else in the source's."""
    code = language or get_language() or "fr"
    if isinstance(texts, dict):
        return str(texts.get(code) or next(iter(texts.values()), ""))
    return str(texts or "")


@register.filter
def lang(code: str) -> SafeString:
    """The attributes of what stands in another language than the page around it; nothing of what does not."""
    page = get_language() or ""
    if not code or code == page:
        return SafeString("")
    turned = languages.direction(code) if languages.direction(code) != languages.direction(page) else ""
    return format_html(' lang="{}" dir="{}"', code, turned) if turned else format_html(' lang="{}"', code)


@register.filter
def dir_of(code: str) -> SafeString:
    """The attribute of a whole page that is written from right to left."""
    return SafeString(' dir="rtl"') if languages.direction(code) == "rtl" else SafeString("")


@register.filter
def language_named(code: str) -> str:
    """What a language is called in that of the page."""
    return languages.named(code)


@register.filter
def day_parts(at: datetime, zone: ZoneInfo) -> SafeString:
    """A day for a calendar's margin: the number large, the month under it."""
    local = localtime(at, zone)
    return format_html("<b>{}</b>{}", local.day, formats.date_format(local, "M"))


@register.simple_tag
def new_act() -> str:
    """An act's id for a form that may be sent without a script; with one, the script makes its own at submit."""
    return str(new_id())


@register.filter
def percent(value: float) -> str:
    """A share as people read it: « 72 % », « 66,7 % »."""
    number = formats.number_format(round(value, 1), decimal_pos=0 if round(value, 1) == round(value) else 1)
    return _("{number}%").format(number=number)


@register.filter
def credit(value: float) -> int | float:
    """A number of credits without an idle decimal: 1, 1.5."""
    return int(value) if int(value) == value else float(value)


@register.filter
def hours(minutes: float) -> str:
    """A length as people plan it: « 45 min », « 2 h 30 »."""
    whole, rest = divmod(round(minutes), 60)
    if not whole:
        return _("{minutes} min").format(minutes=rest)
    return (
        _("{hours} h {minutes}").format(hours=whole, minutes=f"{rest:02}")
        if rest
        else _("{hours} h").format(hours=whole)
    )


@register.filter
def clock(seconds: float) -> str:
    """A moment of a video: « 2:05 », « 1:02:05 »."""
    hours, rest = divmod(int(seconds), 3600)
    minutes, whole = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{whole:02}" if hours else f"{minutes}:{whole:02}"


@register.filter
def megabytes(size: int) -> str:
    """What a file costs to fetch, as people compare it: « 9 Mo », « 0,4 Mo »."""
    number = max(0.1, size / 1e6)
    return _("{number} MB").format(number=formats.number_format(number, decimal_pos=0 if number >= 9.95 else 1))


class Kept(template.Node):
    """`{% kept name … %} … {% endkept %}`."""

    def __init__(self, inside: template.NodeList, names: list[str]) -> None:
        self.inside, self.names = inside, names
        self.drawn: dict[tuple[str | None, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        values = {name: context[name] for name in self.names}
        key = (get_language(), *values.values())
        if key not in self.drawn:
            if len(self.drawn) >= KEPT:
                self.drawn.clear()
            self.drawn[key] = self.inside.render(context.new(values))
        return self.drawn[key]


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """What depends on the language and on these variables alone (the others are not defined inside), drawn once for
    each value: half of what a page cost was the frame around it (measured)."""
    inside = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(inside, token.split_contents()[1:])
