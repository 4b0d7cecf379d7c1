"""Files that came with a mail: what each is, told by its content, and whether it is taken. Pure: no Django."""

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from preau.common.archives import BROKEN
from preau.common.text import one_line

LARGEST = 10_000_000  # bytes of one file
MOST = 10  # files of one mail
ALL = 20_000_000  # bytes of all of them
ENTRIES = 5_000  # of an office document; more is no document of a person

MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"GIF87a", "image/gif", ".gif"),
    (b"GIF89a", "image/gif", ".gif"),
)
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
DOCUMENTS = {  # a name inside the ZIP that tells the type
    "word/document.xml": (f"{OFFICE}wordprocessingml.document", ".docx"),
    "xl/workbook.xml": (f"{OFFICE}spreadsheetml.sheet", ".xlsx"),
    "ppt/presentation.xml": (f"{OFFICE}presentationml.presentation", ".pptx"),
}
ODF = {
    f"{OPEN}text": (f"{OPEN}text", ".odt"),
    f"{OPEN}spreadsheet": (f"{OPEN}spreadsheet", ".ods"),
    f"{OPEN}presentation": (f"{OPEN}presentation", ".odp"),
}
SUFFIXES = {".jpeg": ".jpg", ".csv": ".txt", ".log": ".txt", ".md": ".txt"}
MARKUP = re.compile(rb"<\s*(!doctype|html|script|svg|\?xml|iframe|body|head)", re.IGNORECASE)


@dataclass(frozen=True)
class Attachment:
    """A file that is taken: `name` safe to show and to save, `type` by content, never as the sender said."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True)
class LeftOut:
    """A file that is not taken: `reason` is one of `too large`, `too many`, `type`, `disguised`, `empty`."""

    name: str
    reason: str


def examine(name: str, content: bytes) -> Attachment | LeftOut:
    """Look at one file. Its suffix must agree with its content: a program that calls itself a PDF is refused."""
    shown = safe_name(name)
    if not content:
        return LeftOut(shown, "empty")
    if len(content) > LARGEST:
        return LeftOut(shown, "too large")
    suffix = PurePosixPath(shown).suffix.lower()
    found = kind_of(content)
    if found is None:
        known = {end for _magic, _type, end in MAGIC} | {end for _type, end in (*DOCUMENTS.values(), *ODF.values())}
        return LeftOut(shown, "disguised" if SUFFIXES.get(suffix, suffix) in known | {".txt"} else "type")
    media_type, right = found
    if suffix and SUFFIXES.get(suffix, suffix) != right:
        return LeftOut(shown, "disguised")
    return Attachment(shown if suffix else shown + right, media_type, content)


def kind_of(content: bytes) -> tuple[str, str] | None:
    """(type, suffix) of what we take: PDF, pictures, office documents without macros, plain text; None for the rest."""
    for magic, media_type, suffix in MAGIC:
        if content.startswith(magic):
            return media_type, suffix
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp", ".webp"
    if content.startswith(b"PK\x03\x04"):
        return _document(content)
    return ("text/plain", ".txt") if _is_text(content) else None


def _document(content: bytes) -> tuple[str, str] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if len(entries) > ENTRIES or any(
                name.lower().endswith(("vbaproject.bin", ".exe", ".js")) for name in names
            ):
                return None
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                return ODF.get(archive.read("mimetype").decode("ascii", "replace").strip())
    except (*BROKEN, ValueError):
        return None
    return next((found for name, found in DOCUMENTS.items() if name in names), None)


def _is_text(content: bytes) -> bool:
    """Text that no browser and no shell would run: no control characters, no markup, no `#!`."""
    if content.startswith(b"#!") or MARKUP.search(content[:2000]):
        return False
    if any(byte < 32 and byte not in b"\t\n\r\f" for byte in content[:100_000]):
        return False
    for charset in ("utf-8", "cp1252"):
        try:
            content.decode(charset)
        except UnicodeDecodeError:
            continue
        return not content.startswith(b"MZ")
    return False


def safe_name(name: str) -> str:
    """The last part of a path, on one line, without what a file system or a header could trip over."""
    last = one_line(name).replace("\\", "/").rpartition("/")[2]
    kept = re.sub(r'[\x00-\x1f<>:"|?*;%]+', "-", last).strip(". ")[-120:]
    return kept or "file"
