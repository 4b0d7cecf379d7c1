"""Films that the tests draw themselves, and what a file that ffmpeg made really is."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

SECRET = "Rue des Lilas"


@cache
def film(seconds: float = 4, size: str = "854x480", *, sound: bool = True, kind: str = "mp4") -> bytes:
    """Moving colours, and a tone; with a title that tells where they were filmed."""
    target = Path(subprocess.check_output(["mktemp", f"--suffix=.{kind}"], text=True).strip())
    voice = ["-f", "lavfi", "-i", f"sine=frequency=220:duration={seconds}"] if sound else []
    drawn = ["-f", "lavfi", "-i", f"testsrc=size={size}:rate=10:duration={seconds}", *voice]
    said = ["-metadata", f"title={SECRET}", "-metadata", f"location={SECRET}"]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *drawn, *said, "-pix_fmt", "yuv420p", target], check=True)
    try:
        return target.read_bytes()
    finally:
        target.unlink()


def course(folder: Path, thin: Path, content: bytes, name: str = "pert.mp4") -> Path:
    """The thin course with a video in its first lesson."""
    root = Path(shutil.copytree(thin, folder / "thin"))
    lesson = root / "fr/debut/01-lecon.md"
    lesson.write_text(lesson.read_text().replace("id: lecon\n", f"id: lecon\nvideo: {name}\n", 1))
    assert f"video: {name}" in lesson.read_text()
    (root / "fr/debut" / name).write_bytes(content)
    return root


def streams(path: Path) -> list[dict[str, Any]]:
    """What ffprobe sees in a file."""
    command = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(path)]
    found: dict[str, Any] = json.loads(subprocess.check_output(command))
    return [found["format"], *found["streams"]]
