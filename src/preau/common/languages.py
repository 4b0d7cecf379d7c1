"""The languages of the interface, and what any language is called."""

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.translation import get_language

# Those that people can say they speak or read: the courses' and those of the many countries where people follow them.
SPOKEN = ("fr", "en", "ar", "es", "pt", "de", "it", "nl", "ht", "ln", "mg", "wo", "bm", "sw", "vi", "zh", "ru", "tr")
CODES = frozenset(code for code, _ in settings.LANGUAGES)


def known(code: str) -> str:
    """The code when the interface speaks it, else the site's own language."""
    return code if code in CODES else settings.LANGUAGE_CODE


def named(code: str, language: str = "") -> str:
    """What a language is called in another, that of the page unless said: « anglais »; its code where it has no name
    there."""
    try:
        return Locale.parse(code, sep="-").get_display_name(locale(language or get_language() or "fr")) or code
    except (UnknownLocaleError, ValueError):
        return code


def direction(code: str) -> str:
    """Which way a language is written: ltr or rtl."""
    return "rtl" if code.partition("-")[0] in settings.LANGUAGES_BIDI else "ltr"


def locale(code: str) -> Locale:
    """The locale of a language of the interface: for one that nobody speaks, that of the language it is made of."""
    try:
        return Locale.parse(code, sep="-")
    except UnknownLocaleError:
        return Locale.parse(code.partition("-")[0])
