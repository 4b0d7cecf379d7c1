from django.conf import settings

CODES = frozenset(code for code, _ in settings.LANGUAGES)


def known(code: str) -> str:
    """The code when the interface speaks it, else the site's own language."""
    return code if code in CODES else settings.LANGUAGE_CODE
