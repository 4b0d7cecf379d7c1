"""What a file is, told by its content and never by its sender; what is not received, and why. Pure: no Django.

A program that calls itself a PDF, a document that carries macros, an archive that unpacks to gigabytes or names a place
outside itself: each is refused with a reason of its own, a key of `documents.REASONS`.
"""

import re
import tempfile
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

from preau.common import archives
from preau.common.text import one_line

MB = 1_000_000
LONGEST_TEXT = 1 * MB  # bytes of a plain text: six hundred pages
LIMITS = archives.Limits(files=3_000, total=200 * MB, file=80 * MB, media=80 * MB, ratio=150, depth=12)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURES: Mapping[bytes, str] = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
MAIN_PARTS: Mapping[str, str] = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "ppt/presentation.xml": "pptx",
}
OPEN = "application/vnd.oasis.opendocument."
MIMETYPES: Mapping[str, str] = {f"{OPEN}text": "odt", f"{OPEN}spreadsheet": "ods", f"{OPEN}presentation": "odp"}
OFFICE = (*MAIN_PARTS.values(), *MIMETYPES.values())
SUFFIXES: Mapping[str, str] = {
    **{f".{name}": name for name in ("pdf", *OFFICE, "png", "jpeg", "txt")},
    ".jpg": "jpeg",
    ".jpe": "jpeg",
    ".text": "txt",
    ".md": "txt",
    ".markdown": "txt",
}
# Suffixes that promise something else than what we take: text under one of them is no plain text.
MACROS = re.compile(
    r"(^|/)(vbaproject[^/]*\.bin|vbadata\.xml|macrosheets/.*|basic/.*\.xlb|scripts/.+|activex/.*)$", re.I
)
MODULES = re.compile(r"^basic/[^/]+/(?!script-l[bc]\.xml$)[^/]+\.(xml|xba)$", re.I)
MARKUP = re.compile(rb"<\s*(!doctype|html|script|svg|\?xml|\?php|iframe|body|head)", re.I)


class Unfit(Exception):
    """A file that is not received; `reason` is a key of `documents.REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def examine(name: str, path: Path, allowed: Collection[str]) -> str:
    """The format of a file, one of `allowed`. Raises Unfit for everything else."""
    found = recognise(path)
    suffix = PurePosixPath(name).suffix.lower()
    said = SUFFIXES.get(suffix)
    if said and said != found and {said, found} != {"png", "jpeg"}:  # pictures change their suffix on many a phone
        raise Unfit("disguised")
    if found == "txt" and suffix and said is None:
        raise Unfit("unknown")
    if suffix in {".docm", ".xlsm", ".pptm"}:
        raise Unfit("macros")
    if found not in allowed:
        raise Unfit("not asked")
    return found


def recognise(path: Path) -> str:
    """The format of a file by what is in it; an archive is unpacked within bounds, so that nothing in it is a claim."""
    with path.open("rb") as file:
        head = file.read(8192)
    if not head:
        raise Unfit("empty")
    if head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return "pdf"
    for magic, found in PICTURES.items():
        if head.startswith(magic):
            return found
    if head.startswith(OLE):
        raise Unfit("encrypted" if "EncryptedPackage".encode("utf-16-le") in path.read_bytes() else "old office")
    if head.startswith(b"PK\x03\x04"):
        return _archive(path)
    return _text(path)


def _archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as opened:
            names = [entry.filename for entry in opened.infolist()]
            found = _kind(opened, set(names))
    except (*archives.BROKEN, ValueError, KeyError) as error:
        raise Unfit("broken") from error
    if any(MACROS.search(name) or MODULES.search(name) for name in names):
        raise Unfit("macros")
    _bounded(path)
    return found


def _kind(opened: zipfile.ZipFile, names: set[str]) -> str:
    if "mimetype" in names and opened.getinfo("mimetype").file_size < 100:
        said = opened.read("mimetype").decode("ascii", "replace").strip()
        manifest = _start(opened, "META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
        if b"encryption-data" in manifest:
            raise Unfit("encrypted")
        if said in MIMETYPES and "content.xml" in names:
            return MIMETYPES[said]
        raise Unfit("unknown")
    found = next((kind for part, kind in MAIN_PARTS.items() if part in names), None)
    if found is None or "[Content_Types].xml" not in names:
        raise Unfit("unknown")
    if b"macroEnabled" in _start(opened, "[Content_Types].xml"):
        raise Unfit("macros")
    return found


def _start(opened: zipfile.ZipFile, name: str) -> bytes:
    with opened.open(name) as part:
        return part.read(MB)


def _bounded(path: Path) -> None:
    """Unpack into nowhere, through the gate: names are checked and sizes counted."""
    with tempfile.TemporaryDirectory(prefix="preau-") as folder:
        try:
            archives.unpack(path, Path(folder), LIMITS)
        except archives.Refused as refused:
            raise Unfit(_why(refused.reason)) from refused


def _why(reason: str) -> str:
    if "encrypted" in reason:
        return "encrypted"
    if any(words in reason for words in ("more than", "larger than")) and "folders deep" not in reason:
        return "bomb"
    return "broken" if "cannot be read" in reason else "names"


def _text(path: Path) -> str:
    content = path.read_bytes()
    if content.startswith((b"#!", b"MZ", b"\x7fELF")) or MARKUP.search(content[:2000]):
        raise Unfit("unknown")
    try:
        text = decoded(content)
    except UnicodeDecodeError as error:
        raise Unfit("unknown") from error
    if any(ord(c) < 32 and c not in "\t\n\r\f" for c in text):
        raise Unfit("unknown")
    if len(content) > LONGEST_TEXT:
        raise Unfit("long text")
    return "txt"


def decoded(content: bytes) -> str:
    """The words of a plain text: UTF-8, UTF-16 with its mark, else what Windows wrote in Europe."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def safe_name(name: str) -> str:
    """The last part of a path, on one line, without what a page, a file system or a header could trip over."""
    last = one_line(name).replace("\\", "/").rpartition("/")[2]
    kept = re.sub(r'[\x00-\x1f\x7f<>:"|?*;%]+', "-", last).strip(". ")
    stem, dot, suffix = kept.rpartition(".")
    if dot and len(suffix) <= 10:
        return f"{stem[:110]}.{suffix}" if stem else suffix
    return kept[:120] or "document"
