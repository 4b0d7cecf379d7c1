"""The interface speaks what it has whole catalogues of; two languages that nobody speaks prove length and direction."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from preau.common import languages
from preau.config import pseudo, spoken, translations

CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


def catalogue(folder: Path, code: str, texts: int) -> None:
    path = folder / code / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    said = "\n".join(f'msgid "Text {n}"\nmsgstr "{code} {n}"\n' for n in range(texts))
    path.write_text(f"{CATALOGUE}\n{said}", encoding="utf-8")
    translations.compile_catalogue(path)


def test_a_language_is_a_whole_catalogue_and_calls_itself_by_its_name(tmp_path: Path) -> None:
    for code, texts in (("fr", 100), ("es", 97), ("pt_BR", 100), ("de", 60)):
        catalogue(tmp_path, code, texts)
    (tmp_path / "it").mkdir()
    (tmp_path / "nl" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "nl" / "LC_MESSAGES" / "django.mo").write_bytes(b"no catalogue")
    assert spoken.found(tmp_path, "fr") == [
        ("fr", "Français"),
        ("en", "English"),
        ("es", "Español"),
        ("pt-br", "Português (Brasil)"),
    ]
    assert [code for code, _name in spoken.found(tmp_path, "es", pseudo=True)] == [
        *("es", "en", "fr", "pt-br"),
        *("en-XA", "ar-XB"),
    ]
    assert struct.calcsize("<III") == 12


def test_this_site_speaks_french_and_english() -> None:
    assert list(settings.LANGUAGES)[:2] == [("fr", "Français"), ("en", "English")]
    assert settings.PSEUDO is False


def test_a_language_is_begun_by_one_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "messages_of", lambda path: [(1, "One", None), (2, ("A day", "{n} days"), None)])
    path = translations.add("es", tmp_path)
    assert path == tmp_path / "es" / "LC_MESSAGES" / "django.po"
    begun = translations.read(path)
    assert [message.id for message in begun if message.id] == [("A day", "{n} days"), "One"]
    assert len(translations.check(tmp_path)) == 2
    for wrong in ("es", "en", "xx-nowhere"):
        with pytest.raises(ValueError, match=wrong):
            translations.add(wrong, tmp_path)


def test_accents_length_and_brackets() -> None:
    assert pseudo.accented("Hand in").startswith("[Ĥáñð îñ ")
    text = "Hello %(name)s, <b>{n} days</b> &amp; https://example.org/a left %d %s ./preau"
    said = pseudo.accented(text)
    for kept in ("%(name)s", "<b>", "{n}", "</b>", "&amp;", "https://example.org/a", "%d", "%s", "./preau"):
        assert kept in said
    assert "days" not in said
    for nothing in ("", " : ", "%(name)s", "{n} / {of}", "; "):
        assert pseudo.accented(nothing) == nothing


@given(st.text("abcdefghi jklm", min_size=1, max_size=80))
def test_it_is_at_least_two_fifths_longer(text: str) -> None:
    said = pseudo.accented(text)
    assert len(said) >= len(text) * 1.4 or not text.strip()


def test_words_are_turned_and_placeholders_are_not() -> None:
    said = pseudo.mirrored("Open {n} files")
    assert said == "[\u200f\u202eOpen\u202c\u200f {n} \u200f\u202efiles\u202c\u200f]"


@pytest.fixture
def two() -> None:
    pseudo.install()


def test_django_speaks_them(two: None) -> None:
    with translation.override("en-XA"):
        assert translation.gettext("Courses") == pseudo.accented("Courses")
        assert translation.gettext("Nobody ever wrote this") == "Nobody ever wrote this"
        assert translation.pgettext("date format", "l j F Y") == "l j F Y"
        assert translation.pgettext("of a mean", "core") == pseudo.accented("core")
        assert translation.pgettext("nowhere", "core") == "core"
        minutes = [translation.ngettext("{minutes} minute", "{minutes} minutes", n) for n in (1, 2)]
        days = [translation.ngettext("{days} day ago", "{days} days ago", n) for n in (1, 2)]
        assert days == [pseudo.accented("{days} day ago"), pseudo.accented("{days} days ago")]
        assert minutes[0] in ("{minutes} minute", pseudo.accented("{minutes} minute"))
        assert translation.ngettext("one of none", "many of none", 2) == "many of none"
        assert languages.named("fr").lower() == "french"
    with translation.override("ar-XB"):
        assert translation.get_language_bidi()
        assert translation.gettext("Courses") == pseudo.mirrored("Courses")


def drawn(source: str, language: str) -> str:
    with translation.override(language):
        return Template("{% load preau %}" + source).render(Context())


def test_direction_stands_on_the_page_and_on_what_goes_the_other_way(two: None) -> None:
    assert drawn("<html{{ 'ar-XB'|dir_of }}>", "ar-XB") == '<html dir="rtl">'
    assert drawn("<html{{ 'en-XA'|dir_of }}>", "en-XA") == "<html>"
    assert drawn("<p{{ 'fr'|lang }}>", "ar-XB") == '<p lang="fr" dir="ltr">'
    assert drawn("<p{{ 'ar'|lang }}>", "fr") == '<p lang="ar" dir="rtl">'
    assert drawn("<p{{ 'fr'|lang }}>", "en") == '<p lang="fr">'
    assert drawn("<p{{ 'fr'|lang }}>", "fr") == "<p>"


def test_the_setting_adds_them(tmp_path: Path) -> None:
    code = (
        "import django; django.setup(); from django.conf import settings; from django.utils import translation as t;"
        "t.activate('en-XA'); print([c for c, _ in settings.LANGUAGES], t.gettext('Courses'))"
    )
    env = {**os.environ, "PSEUDO": "1", "PREAU_VAR": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    env["PYTHONPATH"] = str(settings.ROOT / "src")
    done = subprocess.run([sys.executable, "-P", "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"['fr', 'en', 'en-XA', 'ar-XB'] {pseudo.accented('Courses')}"
