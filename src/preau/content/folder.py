"""A course's folder as its readers see it: texts decoded within bounds, names found as authors mean them. No Django."""

import hashlib
import posixpath
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from preau.common.archives import MB, Found, Limits, Refused, folded, walk_files

MAX_LINE = MB  # characters
_NUMBERED = re.compile(r"[0-9]+[-_. ]+(?=\S)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


class BadText(Exception):
    """A file that is no text: `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class Match:
    """A file found under a name. `exact` is false where only the case differs; composition (NFC) never counts."""

    name: str
    exact: bool


class Folder:
    """The files under `root`, or the files beside a single file. Names are relative to the root, with slashes."""

    def __init__(self, path: Path, limits: Limits) -> None:
        walk = walk_files(path if path.is_dir() else path.parent, limits)
        self.files: dict[str, Found] = {one.name: one for one in walk.files}
        self.refused: tuple[Refused, ...] = walk.refused
        self._composed = {unicodedata.normalize("NFC", name): name for name in self.files}
        self._folded: dict[str, list[str]] = {}
        for name in self.files:
            self._folded.setdefault(folded(name), []).append(name)

    def find(self, name: str) -> Match | None:
        """The file of this name, whatever its composition; failing that the only one that differs by case."""
        if name in self.files:
            return Match(name, exact=True)
        if composed := self._composed.get(unicodedata.normalize("NFC", name)):
            return Match(composed, exact=True)
        alike = self._folded.get(folded(name), [])
        return Match(alike[0], exact=False) if len(alike) == 1 else None

    def text(self, name: str) -> str:
        """A file's text: UTF-8 with or without its mark, line ends made `\\n`. Refuses with `BadText` other encodings,
        control characters that no text holds, and a line of more than a million characters."""
        data = self.files[name].path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise BadText(line, "this is not UTF-8; save the file with the encoding UTF-8") from None
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if (position := text.find("\0")) >= 0:
            raise BadText(text.count("\n", 0, position) + 1, "a zero byte: this is not a text")
        for number, row in enumerate(text.split("\n"), 1):
            if len(row) > MAX_LINE:
                raise BadText(number, f"a line of more than {MAX_LINE} characters")
        return text

    def digest(self, names: list[str]) -> str:
        """SHA-256 over the names (NFC) and bytes of these files, each name and content with its length before it."""
        total = hashlib.sha256()
        for name in names:
            composed = unicodedata.normalize("NFC", name).encode()
            total.update(len(composed).to_bytes(8) + composed)
            found = self.files[name]
            with found.path.open("rb") as source:
                total.update(hashlib.file_digest(source, "sha256").digest())
        return total.hexdigest()


def joined(file: str, target: str) -> str | None:
    """The name, from the root, of what `file` calls `target`; None when it leaves the folder. `/x` starts at the
    root."""
    base = "" if target.startswith("/") else posixpath.dirname(file)
    name = posixpath.normpath(posixpath.join(base, target.lstrip("/")))
    return None if name == ".." or name.startswith("../") or "\\" in name else name


def local(target: str) -> str:
    """A reference's path when it names a file of the course, else an empty text: an address elsewhere or on the
    page."""
    path = target.split("#", 1)[0].split("?", 1)[0].strip()
    return "" if _SCHEME.match(path) else path


def suffix(name: str) -> str:
    """The lower-case suffix of a name, with its dot."""
    return PurePosixPath(name).suffix.lower()


def slug(text: str, longest: int = 80) -> str:
    """Lower-case ASCII words joined by hyphens, from the NFKD form; letters without one give a stable name of
    digits."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    words = re.findall(r"[a-z0-9]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))
    made = "-".join(words)[:longest].strip("-")
    return made or "u-" + hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()[:10]


def unnumbered(name: str) -> str:
    """A name without the number that puts it in its place: `02-budget` is `budget`."""
    return name[found.end() :] if (found := _NUMBERED.match(name)) else name


def called(name: str) -> str:
    """A title from the name of a file or a folder: `fr/02-le_budget.md` is `Le budget`."""
    stem = PurePosixPath(name).stem
    words = re.sub(r"[-_]+", " ", unnumbered(stem)).strip() or stem
    return words[:1].upper() + words[1:]
