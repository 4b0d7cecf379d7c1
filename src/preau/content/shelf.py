"""The shelf: compiled pages on disk, for the page server. Rows of `Page` are the truth, this is a cache.

`bodies/<digest>.<encoding>` never change; `manifest.json` (public editions) and `private.json` (private ones, for who
has the edition cookie) are replaced by rename, so that a reader finds the old or the new one.
"""

import fcntl
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from preau.common import manifests
from preau.content.models import Page
from preau.courses.models import Edition

ENCODINGS = {"br": "brotli", "gzip": "gzip", "identity": "html"}  # name on the wire and on disk: field of the row
# Two files, not a mark in one: a page server of the release before, which knows no mark, must not show private pages.
MANIFESTS = {"manifest.json": Edition.Visibility.PUBLIC, "private.json": Edition.Visibility.PRIVATE}


def refresh() -> None:
    """Bring the shelf to what the rows say: at start, and after each printing. Safe to run twice or to be killed in."""
    root = Path(settings.PAGES_ROOT)
    (root / "bodies").mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two printings at once: the later one sees both
        _write(root)


def refresh_if_behind() -> bool:
    """Refresh when an edition was printed, published or hidden since: what a kill right after a commit, a full disk or
    another machine's work left undone. One small query when nothing was."""
    try:
        seen = (Path(settings.PAGES_ROOT) / "stamp.json").read_text()
    except FileNotFoundError:
        seen = ""
    if seen == _stamp():
        return False
    refresh()
    return True


def _published() -> QuerySet[Edition]:
    return Edition.objects.filter(published_at__isnull=False)


def _stamp() -> str:
    """The editions on the shelf, each with its revision, which every change of pages raises, and who may see it."""
    rows = _published().order_by("slug").values_list("slug", "revision", "visibility")
    return json.dumps([list(row) for row in rows])


def _write(root: Path) -> None:
    stamp = _stamp()  # before the rows: a printing that commits meanwhile then shows as a difference
    pages = Page.objects.filter(edition__in=_published()).order_by()
    manifests = {name: _entries(pages.filter(edition__visibility=seen)) for name, seen in MANIFESTS.items()}
    wanted = {digest for manifest in manifests.values() for digest, *_ in manifest.values()}
    there = {body.name for body in (root / "bodies").iterdir()}
    have = {digest for digest in wanted if all(f"{digest}.{name}" in there for name in ENCODINGS)}
    for page in pages.filter(digest__in=wanted - have).iterator(chunk_size=50):
        for name, field in ENCODINGS.items():
            _replace(root, f"bodies/{page.digest}.{name}", bytes(getattr(page, field)))
        have.add(page.digest)
    for name, manifest in manifests.items():
        known = {path: entry for path, entry in manifest.items() if entry[0] in have}
        _replace(root, name, json.dumps(known).encode())
    _replace(root, "stamp.json", stamp.encode())
    for old in (root / "bodies").iterdir():
        if old.name.split(".")[0] not in wanted:
            old.unlink(missing_ok=True)


def _entries(pages: QuerySet[Page]) -> dict[str, list[Any]]:
    """A manifest: path → [digest, released at (seconds), language]."""
    return {
        path: [digest, released_at.timestamp(), language]
        for path, digest, released_at, language in pages.values_list("path", "digest", "released_at", "language")
    }


def _replace(root: Path, name: str, body: bytes) -> None:
    manifests.replace(root / name, body, within=root / "bodies")  # which the next refresh sweeps
