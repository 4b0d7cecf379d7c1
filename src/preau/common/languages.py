"""The languages of the interface, and what any language is called."""

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.translation import get_language

CODES = frozenset(code for code, _ in settings.LANGUAGES)


def known(code: str) -> str:
    """The code when the interface speaks it, else the site's own language."""
    return code if code in CODES else settings.LANGUAGE_CODE


def named(code: str, language: str = "") -> str:
    """What a language is called in another, that of the page unless said: « anglais »; its code where it has no name
    there."""
    try:
        return Locale.parse(code, sep="-").get_display_name(language or get_language() or "fr") or code
    except (UnknownLocaleError, ValueError):
        return code
