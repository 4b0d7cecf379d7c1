from django.conf import settings
from django.urls import register_converter


class LanguageConverter:
    """A configured language code, so that `/e/<edition>/<lang>/` never takes another address for a language."""

    regex = "|".join(code for code, _ in settings.LANGUAGES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LanguageConverter, "lang")
