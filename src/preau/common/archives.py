"""The gate through which a folder or a ZIP comes in: what it lets pass, it has counted. Pure: no Django.

A ZIP's headers are claims of whoever made it, so sizes are counted while unpacking. What a file system somewhere could
take for another place, another device or another file is refused before the first byte is written.
"""

import re
import stat
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MB = 1024 * 1024
MEDIA = frozenset({".mp4", ".webm", ".mov", ".mkv", ".m4a", ".mp3", ".ogg", ".opus", ".wav"})

_CHUNK = 64 * 1024
_DIGITS = re.compile(r"([0-9]+)")
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
# What reading a broken archive raises, whichever part of it is broken.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError, OSError)


class Refused(Exception):
    """Something that does not come in. `name` is the file's, as written; `reason` is plain English."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


@dataclass(frozen=True)
class Limits:
    """Bounds in bytes, except `files` and `depth` (counts) and `ratio` (unpacked size over packed size)."""

    files: int = 10_000
    total: int = 4096 * MB
    file: int = 50 * MB
    media: int = 2048 * MB  # of one video or audio file
    ratio: int = 200
    ratio_from: int = 10 * MB  # small texts pack very well and can do no harm
    depth: int = 20

    def of_file(self, name: str) -> int:
        """The bound on one file by the suffix of its name."""
        return self.media if PurePosixPath(name).suffix.lower() in MEDIA else self.file


LIMITS = Limits()


@dataclass(frozen=True)
class Found:
    """A regular file under a root: `name` with slashes, relative to the root, as the disk writes it; size in bytes."""

    name: str
    path: Path
    size: int


@dataclass(frozen=True)
class Walk:
    """Files in natural order of their names, and what was refused."""

    files: tuple[Found, ...]
    refused: tuple[Refused, ...] = ()


def natural(name: str) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """A sorting key, folder by folder, by which `2.md` comes before `10.md`, whatever the case."""
    return tuple(
        tuple(
            (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _DIGITS.split(piece.casefold()) if part
        )
        for piece in unicodedata.normalize("NFC", name).split("/")
    )


@contextmanager
def open_folder(path: Path, limits: Limits = LIMITS) -> Iterator[Path]:
    """Yield a folder (or a single file that is no ZIP) as it is, a ZIP unpacked in a temporary folder named like the
    ZIP.

    A ZIP that holds one folder and nothing beside it yields that folder. Raises `Refused`, before anything is yielded,
    for a path that is absent, a ZIP that is broken or encrypted, and every name or size that the gate does not let
    pass.
    """
    if path.is_dir() or (path.is_file() and path.suffix.lower() != ".zip"):
        yield path
        return
    if not path.is_file():
        raise Refused(path.name, "there is no such file or folder")
    with tempfile.TemporaryDirectory(prefix="preau-") as temporary:
        root = Path(temporary) / (path.stem or "course")
        root.mkdir()
        unpack(path, root, limits)
        yield _inner(root)


def _inner(root: Path) -> Path:
    inside = [one for one in root.iterdir() if not _hidden(one.name)]
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else root


def unpack(archive: Path, root: Path, limits: Limits) -> None:
    """Unpack a ZIP into an empty folder. Refuses what `open_folder` says; on refusal what was written may remain."""
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
            _check_names(entries, limits)
            left = limits.total
            for entry in entries:
                if not entry.is_dir() and not _hidden(entry.filename):
                    left -= _write(opened, entry, root / entry.filename, left, limits)
    except BROKEN as error:
        raise Refused(archive.name, f"the ZIP cannot be read: {error}") from error


def _check_names(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.files:
        raise Refused(entries[limits.files].filename, f"the ZIP holds more than {limits.files} files")
    seen: dict[str, str] = {}
    for entry in entries:
        if reason := _bad_entry(entry) or bad_name(entry.filename, limits):
            raise Refused(entry.filename, reason)
        same = seen.setdefault(folded(entry.filename.rstrip("/")), entry.filename)
        if same is not entry.filename:
            raise Refused(entry.filename, f"some computers cannot tell its name from {same}")
    for entry in entries:
        for parent in PurePosixPath(folded(entry.filename.rstrip("/"))).parents:
            if not seen.get(str(parent), "/").endswith("/"):
                raise Refused(entry.filename, f"{parent} is a file and a folder")


def _bad_entry(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & 0x1:
        return "it is encrypted"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "it is a symbolic link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "it is neither a file nor a folder"
    if "\0" in entry.orig_filename:
        return "its name holds a control character"
    return ""


def bad_name(name: str, limits: Limits) -> str:
    """Why a name with slashes may not become a path, or an empty text. A folder's name may end with one slash."""
    if not name or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        return "its name is empty or holds a control character"
    if "\\" in name:
        return "its name holds a backslash"
    if name.startswith("/"):
        return "its name is absolute"
    if re.match(r"[A-Za-z]:", name):
        return "its name starts with a drive letter"
    parts = name.removesuffix("/").split("/")
    if ".." in parts or "." in parts or "" in parts:
        return "its name leaves the folder or is not plain"
    if len(parts) > limits.depth:
        return f"it lies more than {limits.depth} folders deep"
    if any(_DEVICES.match(part) for part in parts):
        return "some computers take its name for a device"
    return ""


def folded(name: str) -> str:
    """A name as file systems that ignore case and composition compare it: NFC and case-folded."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _write(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, left: int, limits: Limits) -> int:
    target.parent.mkdir(parents=True, exist_ok=True)
    bound = limits.of_file(entry.filename)
    size = 0
    with opened.open(entry) as source, target.open("xb") as sink:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > bound:
                raise Refused(entry.filename, f"it is larger than {bound // MB} MB")
            if size > left:
                raise Refused(entry.filename, f"the ZIP holds more than {limits.total // MB} MB")
            if size > limits.ratio_from and size > limits.ratio * max(entry.compress_size, 1):
                raise Refused(entry.filename, f"it unpacks to more than {limits.ratio} times its packed size")
            sink.write(chunk)
    return size


def _hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)


def walk_files(root: Path, limits: Limits = LIMITS) -> Walk:
    """The regular files under a folder, in natural order; hidden files and folders are passed over in silence.

    Refused, one by one: a link that leaves the folder or names a folder, what is neither file nor folder, what cannot
    be read, a file beyond its bound; and, once, the files beyond the allowed count and the folders beyond the allowed
    depth.
    """
    inside = root.resolve()
    files: list[Found] = []
    refused: list[Refused] = []
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            refused.append(Refused(_relative(folder, root), f"it cannot be read: {error.strerror}"))
            continue
        for entry in entries:
            name = _relative(entry, root)
            if _hidden(entry.name):
                continue
            if entry.is_dir() and not entry.is_symlink() and name.count("/") < limits.depth:
                waiting.append(entry)
            elif reason := _unfit(entry, inside, limits):
                refused.append(Refused(name, reason))
            elif len(files) >= limits.files:
                refused.append(Refused(name, f"the folder holds more than {limits.files} files"))
                return _walk(files, refused)
            else:
                files.append(Found(name, entry, entry.stat().st_size))
    return _walk(files, refused)


def _walk(files: list[Found], refused: list[Refused]) -> Walk:
    return Walk(
        tuple(sorted(files, key=lambda one: (natural(one.name), one.name))),
        tuple(sorted(refused, key=lambda one: (natural(one.name), one.name))),
    )


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _unfit(entry: Path, inside: Path, limits: Limits) -> str:
    try:
        if entry.is_symlink() and not entry.resolve(strict=True).is_relative_to(inside):
            return "it is a link out of the folder"
        if entry.is_dir():
            return (
                "it is a link to a folder" if entry.is_symlink() else f"it lies more than {limits.depth} folders deep"
            )
        if not entry.is_file():
            return "it is neither a file nor a folder"
        bound = limits.of_file(entry.name)
        return f"it is larger than {bound // MB} MB" if entry.stat().st_size > bound else ""
    except (OSError, RuntimeError) as error:
        return f"it cannot be read: {getattr(error, 'strerror', None) or 'the link leads nowhere'}"
