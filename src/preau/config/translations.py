"""Catalogues: what the sources say, against what `locale/<language>/LC_MESSAGES/django.po` says; and `.po` to `.mo`.

`./preau python -m preau.config.translations check | update | add CODE | compile FILE`. A language is a catalogue: `add`
begins one, and the interface speaks it once it is whole."""

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[1]
LOCALES = SOURCE / "locale"
DJANGO_KEYWORDS = {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
KEYWORDS = {**DEFAULT_KEYWORDS, **DJANGO_KEYWORDS}
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%[sd]")


def catalogues(locales: Path = LOCALES) -> list[Path]:
    """Every language's file."""
    return sorted(locales.glob("*/LC_MESSAGES/django.po"))


def extracted(language: str) -> Catalog:
    """Every message of the package's Python files and templates, with where it stands; to be said in `language`."""
    catalogue = Catalog(locale=language, charset="utf-8", fuzzy=False)
    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.glob("*/templates/**/*.*")]):
        if path.suffix in {".py", ".html", ".txt", ".xml", ".webmanifest", ".svg"}:
            for line, message, context in messages_of(path):
                place = str(path.relative_to(SOURCE.parent))
                catalogue.add(message, locations=[(place, line)], context=context)
    return catalogue


def messages_of(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], str | None]]:
    """(line, text or (singular, plural), context) of each message in a file. Templates become Python first."""
    content = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        content = templatize(content, origin=str(path))
    for line, message, _comments, context in extract("python", io.BytesIO(content.encode()), keywords=KEYWORDS):
        text = message if isinstance(message, str) else tuple(message)
        if text:
            yield line, text, context


def read(path: Path) -> Catalog:
    """A catalogue from a file; ValueError names the file and says what is wrong with it."""
    try:
        with path.open("rb") as handle:
            return read_po(handle, locale=path.parts[-3], abort_invalid=True)
    except PoFileError as error:
        raise ValueError(f"{path}: {error}") from error


def problems(said: Catalog, translated: Catalog) -> list[str]:
    """A line for each text of the sources without a whole, read translation, and for each that nobody says any more."""
    found = []
    for message in said:
        if message.id:
            place = "{}:{}".format(*message.locations[0])
            if reason := reason_against(message, translated.get(message.id, message.context), translated.num_plurals):
                found.append(f"{place}: {reason}: {message.id!r}")
    for message in translated:
        if message.id and said.get(message.id, message.context) is None:
            found.append(f"django.po: no longer said: {message.id!r}")
    return found


def reason_against(message: Message, translation: Message | None, forms: int = 2) -> str:
    """Why this translation will not do, or nothing; `forms`: how many plurals the language has."""
    if translation is None:
        return "not in the catalogue"
    if translation.fuzzy:
        return "fuzzy"
    texts = [translation.string] if isinstance(translation.string, str) else list(translation.string or ())
    if isinstance(message.id, tuple) and len(texts) < min(2, forms):
        return "plural missing"
    if not all(texts):
        return "not translated"
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    allowed = {place for text in ids for place in PLACES.findall(text)}
    if any(set(PLACES.findall(text)) - allowed for text in texts):
        return "a placeholder that the text does not have"
    if isinstance(message.id, str) and set(PLACES.findall(texts[0])) != allowed:
        return "a placeholder is missing"
    return ""


def check(locales: Path = LOCALES) -> list[str]:
    """The problems of the repository's own catalogues, each by its language where there are several."""
    paths = catalogues(locales)
    if not paths:
        return [f"{locales} has no catalogue"]
    said = extracted(paths[0].parts[-3])
    return [f"{path.parts[-3]}: {line}" for path in paths for line in problems(said, read(path))]


def update(locales: Path = LOCALES) -> None:
    """Brings each catalogue up to the sources: new texts come in empty, texts no longer said go; nothing is guessed."""
    for path in catalogues(locales):
        catalogue = read(path)
        catalogue.update(extracted(path.parts[-3]), no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        _write(path, catalogue)


def add(code: str, locales: Path = LOCALES) -> Path:
    """Begin a language: a catalogue with every text, none translated. ValueError: no such language, or it is there."""
    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f"{code}: no language that Babel knows") from error
    path = locales / str(locale) / "LC_MESSAGES" / "django.po"
    if path.exists() or str(locale) == "en":
        raise ValueError(f"{code}: it is there already")
    path.parent.mkdir(parents=True)
    _write(path, extracted(str(locale)))
    return path


def _write(path: Path, catalogue: Catalog) -> None:
    fresh = path.with_suffix(f".{os.getpid()}.po")  # whoever reads it meanwhile finds a whole file
    with fresh.open("wb") as handle:
        write_po(handle, catalogue, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
    fresh.replace(path)


def compile_catalogue(source: Path) -> None:
    """Writes the `.mo` beside the `.po`; a fuzzy text is refused, since nobody has read it."""
    catalogue = read(source)
    if fuzzy := [str(message.id) for message in catalogue if message.id and message.fuzzy]:
        raise ValueError(f"{source}: fuzzy, to be read and unmarked: {'; '.join(fuzzy)}")
    fresh = source.with_suffix(f".{os.getpid()}.mo")
    with fresh.open("wb") as handle:
        write_mo(handle, catalogue)
    fresh.replace(source.with_suffix(".mo"))


def main(words: list[str]) -> int:
    """One of the commands of this module's heading."""
    match words:
        case ["check"]:
            found = check()
            sys.stdout.write("".join(f"{line}\n" for line in found))
            return 1 if found else 0
        case ["update"]:
            update()
            return 0
        case ["add", code] | ["compile", code]:
            try:
                sys.stdout.write(f"{add(code)}\n") if words[0] == "add" else compile_catalogue(Path(code))
            except ValueError as error:
                sys.stderr.write(f"{error}\n")
                return 1
            return 0
    sys.stderr.write(f"{__doc__}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
