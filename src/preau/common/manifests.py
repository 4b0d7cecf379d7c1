"""Files that others read while they are replaced: whole before or whole after, also when we are killed in between."""

import os
from pathlib import Path

from preau.common.ids import new_id


def replace(path: Path, body: bytes, *, within: Path) -> None:
    """Write a file onto the disk, then rename it to its place. `within` is a folder of the same disk that somebody
    sweeps: a kill leaves the half of a file there."""
    fresh = within / f".{new_id()}"
    try:
        with fresh.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
