"""Kills in the middle of a printing, a refresh of the shelf and an import, and what each left: what a drill asks its
hand for (`tests.faults.hand`).

Each round forks a child that does the work over and over and ends at a moment that nobody chose, then looks."""

import gzip
import hashlib
import json
import random
import shutil
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import brotli
from django.conf import settings
from django.utils import timezone

from preau.content import media, printing, shelf
from preau.content.models import MediaFile, Page, Printing, UnitText, Version
from preau.courses.models import Edition
from preau.interop.importing import import_path
from tests import cast
from tests.faults import forks

MARK = "Un projet a un début et une fin, numéro "
TEXTS = 7  # of one version of the course below, both languages counted
PICTURE = "image.png"


def course(folder: Path, number: int) -> Path:
    """The thin course with a mark in one text, and a picture that differs with it."""
    lesson = folder / "fr/debut/01-lecon.md"
    lesson.write_text(
        (cast.THIN / "fr/debut/01-lecon.md").read_text() + f"\n{MARK}{number}.\n\n![Un dessin]({PICTURE})\n"
    )
    (folder / "fr/debut" / PICTURE).write_bytes(b"\x89PNG\r\n\x1a\n" + f"{number}".encode() * 200_000)
    return folder


def printing_again(edition: Edition, versions: list[Version]) -> Iterator[None]:
    """The work of `print`: one version, then the other, for ever."""
    for number in count():
        printing.print_version(edition, versions[number % 2], by=None, now=timezone.now())
        yield


def refreshing_again() -> Iterator[None]:
    """The work of `refresh`: a shelf that is lost each time is filled again."""
    while True:
        for body in (Path(settings.PAGES_ROOT) / "bodies").iterdir():
            body.unlink(missing_ok=True)
        shelf.refresh()
        yield


def importing_again(folder: Path) -> Iterator[None]:
    """The work of `import`: a new version each time."""
    for number in count(random.randrange(10**6, 10**9)):
        import_path(course(folder, number), slug=None, by=None, now=timezone.now())
        yield


def for_ever(work: Iterator[None]) -> None:
    """Do it once, to know how long it takes, then over and over until the end, which is in the middle of it."""
    began = time.monotonic()
    next(work)
    forks.doom(1.5 * (time.monotonic() - began))
    for _ in work:
        pass


def pages_are_whole(edition: Edition) -> Iterator[str]:
    """Every row is one page in three encodings, and all of them show the version that is current."""
    current = Printing.objects.select_related("version").get(edition=edition, current=True).version
    text = UnitText.objects.get(version=current, unit__key="lecon", language="fr").body
    for page in Page.objects.filter(edition=edition):
        html = bytes(page.html)
        if hashlib.sha256(html).hexdigest()[:32] != page.digest:
            yield f"{page.path}: its digest is another's"
        if gzip.decompress(bytes(page.gzip)) != html or brotli.decompress(bytes(page.brotli)) != html:
            yield f"{page.path}: its encodings differ"
        if "/fr/debut/lecon/" in page.path and text.split(MARK)[1].split(".")[0] not in html.decode():
            yield f"{page.path}: the page of another version than the current one"


def shelf_is_whole() -> Iterator[str]:
    """The manifest names only bodies that are there and are what their names say."""
    root = Path(settings.PAGES_ROOT)
    for path, (digest, *_) in json.loads((root / "manifest.json").read_text()).items():
        for name, plain in {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}.items():
            body = root / "bodies" / f"{digest}.{name}"
            if not body.is_file():
                yield f"{path}: {body.name} is missing"
            elif hashlib.sha256(plain(body.read_bytes())).hexdigest()[:32] != digest:
                yield f"{path}: {body.name} is not what its name says"


def shelf_is_current(edition: Edition) -> Iterator[str]:
    """After what the next start does by itself, the disk says what the rows say, and nothing lies about."""
    shelf.refresh()
    root = Path(settings.PAGES_ROOT)
    manifest = json.loads((root / "manifest.json").read_text())
    rows = dict(Page.objects.filter(edition=edition).values_list("path", "digest"))
    if {path: entry[0] for path, entry in manifest.items()} != rows:
        yield "the shelf is not what the rows say"
    expected = {f"{digest}.{name}" for digest in rows.values() for name in shelf.ENCODINGS}
    if strays := {body.name for body in (root / "bodies").iterdir()} ^ expected:
        yield f"lying about, or missing: {strays}"
    if strays := {entry.name for entry in root.iterdir()} - {"bodies", "lock", *shelf.MANIFESTS, "stamp.json"}:
        yield f"lying about: {strays}"
    yield from shelf_is_whole()


def versions_are_whole() -> Iterator[str]:
    """Every version has all its texts, and every file that it names is there with the content that it names."""
    for version in Version.objects.all():
        if (found := UnitText.objects.filter(version=version).count()) != TEXTS:
            yield f"version {version.number} has {found} texts"
    for digest, name in MediaFile.objects.values_list("digest", "name"):
        path = media.file_of(digest, Path(name).suffix)
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield f"{name} of {digest[:8]} is missing or another"
    numbers = list(Version.objects.order_by("number").values_list("number", flat=True))
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"versions {numbers}"


def storm(rounds: int) -> list[str]:
    """What is wrong after each round of so many for each work, with the name of the work; nothing, all being well."""
    folder = Path(shutil.copytree(cast.THIN, Path(settings.STATE) / "course"))
    versions = [cast.version(course(folder, number), now=timezone.now()) for number in (1, 2)]
    edition = cast.edition(opens=cast.monday(timezone.now(), -1), of=versions[0])
    shelf.refresh()
    found: list[str] = []
    works: dict[str, Callable[[], Iterator[None]]] = {
        "print": lambda: printing_again(edition, versions),
        "refresh": refreshing_again,
        "import": lambda: importing_again(folder),
    }
    for what in [name for name in works for _ in range(rounds)]:
        forks.doomed(forks.fork(lambda work=works[what]: for_ever(work())))  # type: ignore[misc]
        seen = [*pages_are_whole(edition), *versions_are_whole()]
        seen += shelf_is_whole() if what == "print" else ()
        seen += shelf_is_current(edition)
        found += [f"{what}: {line}" for line in seen]
    import_path(course(folder, 0), slug=None, by=None, now=timezone.now())
    printing.print_version(edition, Version.objects.get(pk=versions[1].pk), by=None, now=timezone.now())
    return [*found, *shelf_is_current(edition), *versions_are_whole()]
