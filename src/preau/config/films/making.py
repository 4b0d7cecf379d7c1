"""From a script to a film with its subtitles, in a folder named after what it was made from: whole or not there.

A film is put together in a workshop and renamed into place, so a kill leaves either nothing or all of it; the next call
makes the films that are missing and no other.
"""

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from preau.certificates import chalk
from preau.common import confined
from preau.common.confined import Bounds
from preau.config import programs, setup
from preau.config.films import script as scripts
from preau.config.films import slides, timing, voice
from preau.config.films.script import BadScript, Script
from preau.config.films.timing import Timed

SCRIPTS = setup.ROOT / "samples" / "films"
NEEDS = (programs.ESPEAK, programs.FFMPEG)
WORKSHOP = ".making"
BOUNDS = Bounds(seconds=600, cpu=600, memory=1536 * confined.MB, file=200 * confined.MB)


class Unfilmable(Exception):
    """A film that could not be made; the message names its script and says why."""


def missing() -> list[str]:
    """A sentence for each program that is not here and without which no film is made."""
    return programs.missing(NEEDS)


def kept(source: Path, folder: Path) -> Path:
    """Where the film of a script lies in the folder of films, once made."""
    here = Path(__file__).parent
    total = hashlib.sha256()
    for path in (source, *sorted(here.glob("*.py")), slides.TEMPLATE, Path(chalk.__file__)):
        content = path.read_bytes()
        total.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return folder / f"{source.stem}-{total.hexdigest()[:16]}"


def make(source: Path, folder: Path) -> Path:
    """The folder of a script's film, made unless it is there. Raises `Unfilmable`.

    It holds `<name>.mp4`, `<name>.en.vtt` and `<name>.fr.vtt`, or `<name>.fr.auto.vtt` where a machine listened. What
    an earlier form of the script gave is removed."""
    target = kept(source, folder)
    with setup.locked(folder / "lock"):
        if not target.exists():
            with confined.workshop(folder / WORKSHOP) as place:
                made = place / "made"
                made.mkdir(mode=0o755)
                film(source, made, place)
                os.sync()  # a power cut after the rename must not find a hollow film
                made.rename(target)
        for former in folder.glob(f"{source.stem}-{'?' * 16}"):
            if former != target:
                shutil.rmtree(former)
    return target


def film(source: Path, target: Path, place: Path) -> None:
    """Make a script's film in the folder `target`; `place` is a workshop. Raises `Unfilmable`."""
    try:
        script = scripts.read(source.read_text(encoding="utf-8"))
        pictures = slides.draw(script)
        lines = record(script, place)
    except (BadScript, slides.Undrawable, voice.Mute) as error:
        raise Unfilmable(f"{source.name}: {error}") from error
    for name, content in timing.subtitles(script, lines).items():
        (target / f"{source.stem}.{name}.vtt").write_bytes(content)
    show(pictures, lines, place)
    movie = target / f"{source.stem}.mp4"
    ended = confined.run(command(script, lines[-1].until, movie), place, BOUNDS)
    if not ended.well or not movie.is_file() or not movie.stat().st_size:
        raise Unfilmable(f"{source.name}: ffmpeg made no film of it")


def record(script: Script, place: Path) -> list[Timed]:
    """Have every line said, with its silences, into `sound.wav`; when each is. Raises `voice.Mute`."""
    said = [voice.speak(line.said or line.fr, place) for line in script.lines]
    sound = voice.silence(timing.LEAD)
    for samples, (_, pause) in zip(said, timing.pauses(script), strict=True):
        sound += samples + voice.silence(pause)
    voice.write(place / "sound.wav", sound)
    return timing.timed(script, [len(samples) / voice.RATE for samples in said])


def show(pictures: Sequence[bytes], lines: Sequence[Timed], place: Path) -> None:
    """Lay the pictures out for ffmpeg, each with its time."""
    names = [f"{number:02}.png" for number in range(len(pictures))]
    listed = ["ffconcat version 1.0"]
    for name, picture, one in zip(names, pictures, lines, strict=True):
        (place / name).write_bytes(picture)
        listed += [f"file {name}", f"duration {one.until - one.shown:.6f}"]
    listed.append(f"file {names[-1]}")  # the last duration counts only when another follows
    (place / "pictures.txt").write_text("\n".join(listed) + "\n", encoding="ascii")


def command(script: Script, seconds: float, target: Path) -> tuple[str, ...]:
    """ffmpeg's words: pictures and sound of the workshop to an MP4 that anybody plays."""
    program = shutil.which("ffmpeg") or "ffmpeg"
    begin = (program, "-nostdin", "-v", "error", "-y", "-threads", "2")
    read = ("-f", "concat", "-i", "pictures.txt", "-i", "sound.wav", "-t", f"{seconds:.6f}")
    picture = ("-vf", "fps=25,format=yuv420p", "-c:v", "libx264", "-preset", "medium", "-tune", "stillimage")
    sound = ("-c:a", "aac", "-b:a", "64k", "-ac", "1", "-ar", "44100")
    told = ("-metadata", f"title={script.title}", "-metadata:s:a:0", "language=fra")
    same = ("-fflags", "+bitexact", "-flags", "+bitexact")  # the same script, the same bytes: no new version
    return (*begin, *read, *picture, "-crf", "20", *sound, *told, *same, "-movflags", "+faststart", str(target))
