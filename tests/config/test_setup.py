"""What is made once, and made again when its sources change."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from preau.config import setup, testing, translations


def test_it_is_made_once_and_again_when_a_source_changes_or_the_result_is_gone(tmp_path: Path) -> None:
    source, output, stamp = (tmp_path / name for name in ("source", "output", "stamp"))
    made: list[str] = []

    def make() -> None:
        made.append(source.read_text())
        output.touch()

    def once() -> int:
        setup.once(stamp, lambda: [source], output, make)
        return len(made)

    source.write_text("one")
    assert (once(), once()) == (1, 1)
    source.write_text("two")
    assert (once(), once()) == (2, 2)
    output.unlink()
    assert once() == 3


def test_a_failure_leaves_no_stamp(tmp_path: Path) -> None:
    def make() -> None:
        raise setup.SetupError("no")

    with pytest.raises(setup.SetupError):
        setup.once(tmp_path / "stamp", list, tmp_path / "output", make)
    assert not (tmp_path / "stamp").exists()


def test_a_renamed_source_has_another_digest(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    before = setup.digest(tmp_path.iterdir())
    (tmp_path / "a").rename(tmp_path / "b")
    assert setup.digest(tmp_path.iterdir()) != before


@pytest.mark.parametrize(
    ("words", "markers", "named"),
    [
        ((), "", False),
        (("-x", "-q"), "", False),
        (("tests/config",), "", True),
        (("tests/config/test_setup.py::test_this", "-x"), "", True),
        (("-k", "quiz"), "", True),
        (("-m", "browser"), "browser", True),
        (("-mbrowser", "--maxfail=1"), "browser", True),
    ],
)
def test_the_arguments_tell_whether_tests_are_named(words: Sequence[str], markers: str, named: bool) -> None:
    request = testing.asked(words)
    assert (request.markers, request.named) == (markers, named)
    assert "-m" not in request.arguments


def test_markers_left_out_join_those_asked_for() -> None:
    request = testing.asked(["-m", "browser or faults"])
    assert testing.suite_options(request, ["sqlite", "inputs"])[:2] == [
        "-m",
        "(browser or faults) and not sqlite and not inputs",
    ]


def test_real_inputs_are_counted_from_the_repository_and_absent_ones_are_none(tmp_path: Path) -> None:
    assert testing.inputs_folder("tests/config") == Path(__file__).parent
    assert testing.inputs_folder(str(tmp_path)) == tmp_path
    assert testing.inputs_folder("") is None
    assert testing.inputs_folder(str(tmp_path / "absent")) is None


CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Hand in"
msgstr "Remettre"

#, fuzzy
msgid "Half read"
msgstr "À demi lu"

msgid "Empty"
msgstr ""

msgid "%(count)s day"
msgid_plural "%(count)s days"
msgstr[0] "un jour"
msgstr[1] "%(count)s jours"

msgid "Hello %(name)s"
msgstr "Bonjour %(nom)s"

msgid "Nobody says this"
msgstr "Personne ne le dit"
"""
SOURCES = """
{% load i18n %}{% translate "Hand in" %}{% translate "Half read" %}{% translate "Empty" %}{% translate "Absent" %}
{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}
{% blocktranslate count count=days %}{{ count }} day{% plural %}{{ count }} days{% endblocktranslate %}
"""


def catalogue(folder: Path, text: str = CATALOGUE) -> Path:
    path = folder / "fr" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_text_without_a_whole_translation_is_named(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(SOURCES)
    said = Catalog(locale="fr")
    for line, text, context in translations.messages_of(page):
        said.add(text, locations=[("page.html", line)], context=context)
    assert sorted(translations.problems(said, translations.read(catalogue(tmp_path)))) == [
        "django.po: no longer said: 'Nobody says this'",
        "page.html:2: fuzzy: 'Half read'",
        "page.html:2: not in the catalogue: 'Absent'",
        "page.html:2: not translated: 'Empty'",
        "page.html:3: a placeholder that the text does not have: 'Hello %(name)s'",
    ]


def test_python_sources_are_read_with_plurals_and_contexts(tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    source.write_text('a = _("One")\nb = ngettext("%d day", "%d days", n)\nc = pgettext_lazy("verb", "Open")\n')
    assert list(translations.messages_of(source)) == [
        (1, "One", None),
        (2, ("%d day", "%d days"), None),
        (3, "Open", "verb"),
    ]


def test_a_fuzzy_catalogue_is_not_compiled(tmp_path: Path) -> None:
    path = catalogue(tmp_path)
    with pytest.raises(ValueError, match="Half read"):
        translations.compile_catalogue(path)
    path.write_text(CATALOGUE.replace("#, fuzzy\n", ""), encoding="utf-8")
    translations.compile_catalogue(path)
    assert path.with_suffix(".mo").exists()
