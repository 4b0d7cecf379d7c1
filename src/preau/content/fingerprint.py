"""What pages are compiled with, as a fingerprint: another one means that they would come out otherwise, perhaps."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

# Made from the others: bytecode, bundles, catalogues.
MADE = {"__pycache__", "built"}
MADE_SUFFIXES = {".pyc", ".mo"}
BESIDE = ("package-lock.json", "build.mjs", "requirements/run.txt")


@cache
def current() -> str:
    """The fingerprint of this release: our code, templates, styles, translations, locked packages, and the site's name.
    The same on every machine that has them; 64 hexadecimal digits."""
    root = Path(settings.ROOT)
    total = hashlib.sha256(settings.SITE_NAME.encode())
    for path in _sources(root):
        content = path.read_bytes()
        total.update(f"\0{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    yield from sorted(
        path
        for path in (root / "src" / "preau").rglob("*")
        if path.is_file() and not MADE & set(path.parts) and path.suffix not in MADE_SUFFIXES
    )
    yield from (root / name for name in BESIDE)
