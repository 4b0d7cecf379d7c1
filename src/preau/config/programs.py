"""Programs that are not Python packages: found on this machine, or installed from Debian's packages where we may."""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from preau.config.setup import say

POSTGRESQL_LEAST = 15
POSTGRESQL_FOLDER = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Program:
    """A program: how people call it, the names its executable may have, the Debian packages that bring it."""

    title: str
    names: tuple[str, ...]
    package: str
    look: Callable[[], Path | None] | None = None

    def find(self) -> Path | None:
        """Where it is, or None."""
        if self.look:
            return self.look()
        return next((Path(found) for name in self.names if (found := shutil.which(name))), None)


def postgresql_folder() -> Path | None:
    """The folder of the newest PostgreSQL's programs: Debian keeps them off PATH."""
    folders = [path.parent for path in POSTGRESQL_FOLDER.glob("*/bin/postgres")]
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).resolve().parent)
    known = [(version, folder) for folder in folders if (version := postgresql_version(folder)) >= POSTGRESQL_LEAST]
    return max(known)[1] if known else None


def postgresql_version(folder: Path) -> int:
    """The major version of the programs in a folder, 0 when they do not run."""
    try:
        shown = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    number = shown.split()[2].partition(".")[0]  # "postgres (PostgreSQL) 15.20 (Debian …)"; a beta says "18beta1"
    return int("".join(digit for digit in number[:2] if digit.isdigit()) or 0)


def client(name: str) -> Path | None:
    """A client program of PostgreSQL (`pg_dump`, `psql`, …): the newest of Debian's, which reads older servers too,
    else the one on PATH."""
    versions = sorted(POSTGRESQL_FOLDER.glob(f"*/bin/{name}"), key=lambda path: (len(path.parts[-3]), path.parts[-3]))
    found = shutil.which(name)
    return versions[-1] if versions else Path(found) if found else None


CHROMIUM = Program("Chromium", ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"), "chromium")
POSTGRESQL = Program(f"PostgreSQL {POSTGRESQL_LEAST} or later", ("postgres",), "postgresql", postgresql_folder)
LIBREOFFICE = Program(  # without a window system, nor what it recommends; letters as wide as Office's
    "LibreOffice",
    ("soffice", "libreoffice"),
    "libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui "
    "fonts-liberation fonts-crosextra-carlito",
)
FFMPEG = Program("ffmpeg", ("ffmpeg",), "ffmpeg")
ESPEAK = Program("eSpeak NG", ("espeak-ng",), "espeak-ng")
POPPLER = Program("pdfsig (Poppler)", ("pdfsig",), "poppler-utils")
NGINX = Program("nginx", ("nginx",), "nginx-light")
WRK = Program("wrk", ("wrk",), "wrk")


def ensure(programs: Sequence[Program]) -> list[str]:
    """Installs what is absent when root on Debian; returns a sentence for each program that is still missing."""
    absent = [program for program in programs if program.find() is None]
    if absent and may_install():
        say(f"installing {', '.join(program.title for program in absent)} from Debian's packages")
        refusal = apt_install([package for program in absent for package in program.package.split()])
        if refusal:
            say(refusal)
    return missing(absent)


def missing(programs: Sequence[Program]) -> list[str]:
    """A sentence for each of them that is not here: what an administrator types to have it."""
    return [
        f"{program.title} is missing: as an administrator, apt-get install {program.package}"
        for program in programs
        if program.find() is None
    ]


def may_install() -> bool:
    """Root, on a system that has apt-get."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: Sequence[str]) -> str:
    """Nothing when the packages came in, else the end of what apt-get said."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    refresh_package_lists()
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    done = subprocess.run(command, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.stderr.strip()[-1000:] if done.returncode else ""


@cache
def refresh_package_lists() -> None:
    """Once a run; a failure shows at the installation that follows."""
    subprocess.run(["apt-get", "update"], capture_output=True, stdin=subprocess.DEVNULL, check=False)
