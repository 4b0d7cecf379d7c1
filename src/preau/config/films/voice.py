"""A French voice for the films: eSpeak NG says a line, and how long it is gives the subtitle its times."""

import array
import shutil
import sys
import wave
from pathlib import Path

from preau.common import confined

RATE = 22_050  # samples a second, which is what eSpeak NG writes
WORDS = 140  # a minute: a teacher who takes the time
QUIET = 60  # of 32767: what is softer, at either end, is no speech
BOUNDS = confined.Bounds(seconds=60, cpu=30, memory=512 * confined.MB, file=50 * confined.MB)

type Samples = array.array[int]  # 16 bits each, one channel, RATE


class Mute(Exception):
    """The voice did not speak."""


def speak(words: str, folder: Path) -> Samples:
    """A line as it sounds, without the silence before and after. `folder` is a workshop. Raises `Mute`."""
    said, heard = folder / "said.txt", folder / "said.wav"
    said.write_text(words, encoding="utf-8")
    heard.unlink(missing_ok=True)
    program = shutil.which("espeak-ng") or "espeak-ng"
    # -b 1: the text is UTF-8, whatever the machine's language
    command = (program, "-v", "fr", "-s", str(WORDS), "-b", "1", "-f", str(said), "-w", str(heard))
    if not confined.run(command, folder, BOUNDS).well or not heard.is_file():
        raise Mute(f"eSpeak NG did not say “{words}”")
    samples = trimmed(read(heard))
    if not samples:
        raise Mute(f"eSpeak NG said nothing for “{words}”")
    return samples


def read(path: Path) -> Samples:
    """The samples of a WAV file. Raises `Mute` for one that is not as eSpeak NG writes them."""
    with wave.open(str(path)) as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            raise Mute(f"eSpeak NG spoke at {file.getframerate()} samples a second, not {RATE}")
        return _little(array.array("h", file.readframes(file.getnframes())))


def write(path: Path, samples: Samples) -> None:
    """A WAV file of these samples."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(_little(samples[:]).tobytes())


def silence(seconds: float) -> Samples:
    """Nothing, for so long."""
    return array.array("h", bytes(2 * round(seconds * RATE)))


def trimmed(samples: Samples) -> Samples:
    """What is between the first and the last sample that one hears."""
    loud = [number for number, sample in enumerate(samples) if abs(sample) > QUIET]
    return samples[loud[0] : loud[-1] + 1] if loud else array.array("h")


def _little(samples: Samples) -> Samples:
    """WAV is little-endian; this machine may not be."""
    if sys.byteorder == "big":
        samples.byteswap()
    return samples
