"""The shelf: compiled pages of public editions on disk, for the page server. Rows of `Page` are the truth, this is a
cache.

`bodies/<digest>.<encoding>` never change; `manifest.json` is replaced by rename, so that a reader finds the old or
the new one.
"""

import fcntl
import json
import os
from pathlib import Path

from django.conf import settings

from preau.common.ids import new_id
from preau.content.models import Page
from preau.courses.models import Edition

ENCODINGS = {"br": "brotli", "gzip": "gzip", "identity": "html"}  # name on the wire and on disk: field of the row


def refresh() -> None:
    """Bring the shelf to what the rows say: at start, and after each printing. Safe to run twice or to be killed in."""
    root = Path(settings.PAGES_ROOT)
    (root / "bodies").mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two printings at once: the later one sees both
        _write(root)


def _write(root: Path) -> None:
    public = Page.objects.filter(
        edition__visibility=Edition.Visibility.PUBLIC, edition__published_at__isnull=False
    ).order_by()
    manifest = {
        path: [digest, released_at.timestamp(), language]
        for path, digest, released_at, language in public.values_list("path", "digest", "released_at", "language")
    }
    have = {p.name.split(".")[0] for p in (root / "bodies").glob("*.identity")}
    wanted = {digest for digest, *_ in manifest.values()}
    for page in public.filter(digest__in=wanted - have).iterator(chunk_size=50):
        for name, field in ENCODINGS.items():
            _replace(root / "bodies" / f"{page.digest}.{name}", bytes(getattr(page, field)))
    _replace(root / "manifest.json", json.dumps(manifest).encode())
    for old in (root / "bodies").iterdir():
        if old.name.split(".")[0] not in wanted:
            old.unlink(missing_ok=True)


def _replace(path: Path, body: bytes) -> None:
    fresh = path.with_name(f".{new_id()}")
    try:
        with fresh.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
