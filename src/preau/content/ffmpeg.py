"""What ffmpeg is asked to do with a video, and how it says how far it is. Pure: no Django, nothing run.

A file of a stranger is read as one of a few containers (`FORMATS`), from the disk alone (`PROTOCOLS`): a playlist that
points elsewhere is no video here. Metadata, chapters, subtitles and attachments stay behind.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

VIDEOS = frozenset(
    {".mp4", ".m4v", ".mov", ".3gp", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".wmv", ".asf", ".ogv"}
    | {".ogg", ".flv"}
)
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,asf,ogg,flv"
PROTOCOLS = "file"
LONGEST = 4 * 3600  # seconds
WIDEST = 8192  # points
SMALL, LARGE = 240, 480  # lines of the two sizes
WEIGHTS: Mapping[str, int] = {"poster": 2, "audio": 8, "small": 30, "large": 60}  # how much of the work each is, of 100
SUFFIXES: Mapping[str, str] = {"poster": ".webp", "audio": ".m4a", "small": ".mp4", "large": ".mp4"}
READ = ("-protocol_whitelist", PROTOCOLS, "-format_whitelist", FORMATS)
BARE = ("-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", "-fflags", "+bitexact", "-flags", "+bitexact")
# A poster counts in the weight of its page: 4 to 8 KB, 9 for a slide full of words.
POSTER = ("-pix_fmt", "yuv420p", "-c:v", "libwebp", "-quality", "25", "-compression_level", "6", "-f", "image2")
FAST = ("-movflags", "+faststart")  # the index first: a player begins with the first bytes


class Unfit(ValueError):
    """The file is no video that we take; `reason` is one of `not a video`, `too long`, `too large`, `broken`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Facts:
    """What a video is: its length in seconds, its size in points as it is shown, whether one hears something."""

    seconds: float
    width: int
    height: int
    sound: bool


def is_video(name: str) -> bool:
    """Is a file of a course looked at as a video, by its name?"""
    return PurePath(name).suffix.lower() in VIDEOS


def probe(source: Path, target: Path) -> tuple[str, ...]:
    """ffprobe's arguments: what `source` is, as JSON in `target`."""
    entries = "format=duration:stream=codec_type,width,height:stream_disposition=attached_pic"
    return ("-v", "error", "-show_entries", entries, *READ, "-of", "json", "-o", str(target), f"file:{source}")


def facts(said: str) -> Facts:
    """What ffprobe said. Raises Unfit."""
    try:
        found = json.loads(said)
        pictures = [one for one in found["streams"] if one["codec_type"] == "video" and not _cover(one)]
        sound = any(one["codec_type"] == "audio" for one in found["streams"])
        seconds = float(found["format"]["duration"])
        width, height = int(pictures[0]["width"]), int(pictures[0]["height"])
    except (ValueError, TypeError, LookupError) as error:
        raise Unfit("not a video") from error
    if not 0 < seconds < math.inf:
        raise Unfit("not a video")
    if seconds > LONGEST:
        raise Unfit("too long")
    if not 0 < width <= WIDEST or not 0 < height <= WIDEST:
        raise Unfit("too large")
    return Facts(seconds, width, height, sound)


def _cover(stream: Mapping[str, Any]) -> bool:
    return bool(stream.get("disposition", {}).get("attached_pic"))


def wanted(found: Facts) -> Iterator[str]:
    """What is made of such a video, the quickest first. A large size only where it shows more than the small one."""
    yield "poster"
    if found.sound:
        yield "audio"
    yield "small"
    if min(found.width, found.height) > SMALL * 4 / 3:
        yield "large"


def command(what: str, found: Facts, source: Path, target: Path, progress: Path) -> tuple[str, ...]:
    """ffmpeg's arguments for one of the things that are made; it tells its progress in a file."""
    begin = ("-nostdin", "-v", "error", "-y", "-threads", "2", "-progress", f"file:{progress}")
    if what == "poster":
        # the last whole picture before that second: there is one even in a film of a single picture
        at = ("-noaccurate_seek", "-ss", f"{min(found.seconds / 10, 20):.2f}")
        soft = f"{_scaled(SMALL)}:flags=bilinear"  # edges that a sharper scaling keeps cost a quarter more
        picture = ("-map", "0:V:0", "-frames:v", "1", "-vf", soft, *POSTER)
        return (*begin, *at, *READ, "-i", f"file:{source}", *picture, *BARE, f"file:{target}")
    made = {
        "audio": _audio(40),
        "small": (*_video(SMALL, 28, 220), *_audio(48)),
        "large": (*_video(LARGE, 25, 700), *_audio(64)),
    }
    shown = ("-vn",) if what == "audio" else ("-map", "0:V:0", "-map", "0:a:0?")
    return (*begin, *READ, "-i", f"file:{source}", *shown, *made[what], *BARE, *FAST, "-f", "mp4", f"file:{target}")


def _scaled(lines: int) -> str:
    """The shorter side at so many points and no larger than it came, each side even, as any decoder wants; what is not
    square in the film stays so."""
    share = f"min(1,{lines}/min(iw,ih))"
    return f"scale=w='trunc(iw*{share}/2)*2':h='trunc(ih*{share}/2)*2'"


def _video(lines: int, quality: int, most: int) -> tuple[str, ...]:
    """H.264 that the cheapest phone decodes; `most` kilobits a second."""
    rate = ("-crf", str(quality), "-maxrate", f"{most}k", "-bufsize", f"{2 * most}k", "-fpsmax", "25")
    kept = ("-profile:v", "main", "-pix_fmt", "yuv420p", "-g", "250", "-preset", "medium")
    return ("-vf", _scaled(lines), "-c:v", "libx264", *kept, *rate)


def _audio(kilobits: int) -> tuple[str, ...]:
    """One voice: AAC, one channel."""
    return ("-c:a", "aac", "-b:a", f"{kilobits}k", "-ac", "1", "-ar", "44100")


def done(progress: str, seconds: float) -> float:
    """How much of one command is done, from 0 to 1, by what it wrote so far."""
    said = [line.partition("=")[2] for line in progress.splitlines() if line.startswith("out_time_us=")]
    reached = next((int(value) for value in reversed(said) if value.strip().lstrip("-").isdigit()), 0)
    return min(1.0, max(0.0, reached / 1e6 / seconds)) if seconds else 0.0


def percent(found: Facts, made: Mapping[str, Any], now: str = "", part: float = 0.0) -> int:
    """How much of the whole work is done: what is made, and a part of what is being made."""
    asked = {what: WEIGHTS[what] for what in wanted(found)}
    reached = sum(weight for what, weight in asked.items() if what in made) + asked.get(now, 0) * part
    return int(100 * reached / sum(asked.values()))
