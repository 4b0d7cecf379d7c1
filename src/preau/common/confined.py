"""A program that reads what strangers made, kept within bounds: time, memory, size of what it writes, no network.

`run` starts this very file as a script, which takes the bounds on itself and becomes the program; nothing but the
standard library is loaded before that, and nothing runs between a fork and its exec, which threads forbid. The program
gets an environment without secrets, a home and a temporary folder of its own, and dies with us. Linux; elsewhere only
the time and what the system offers of the rest.
"""

import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
MB = 1 << 20
PYTHON = sys.executable
SOURCES = Path(__file__).resolve().parents[2]
PROXY = "http://127.0.0.1:9"  # where the kernel refuses a namespace: nobody listens on the port of "discard"


@dataclass(frozen=True)
class Bounds:
    """`seconds` on the wall and `cpu` seconds of computing; bytes of `memory` (addresses) and of one `file`."""

    seconds: int = 90
    cpu: int = 60
    memory: int = 2048 * MB
    file: int = 200 * MB


@dataclass(frozen=True)
class Ended:
    """How it ended: the exit code (less than 0: the signal), and whether our patience did."""

    code: int
    late: bool = False

    @property
    def well(self) -> bool:
        return self.code == 0 and not self.late


def run(command: Sequence[str], folder: Path, bounds: Bounds, *, watch: Callable[[], object] = int) -> Ended:
    """Run a program in a folder of its own; when its time is over, it and all that it started are killed. `watch` is
    called every second meanwhile; what it raises ends the program too."""
    for name in ("home", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    launcher = [PYTHON, "-I", __file__, json.dumps({**asdict(bounds), "parent": os.getpid()}), *command]
    with subprocess.Popen(
        launcher,
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            return _waited(process, bounds.seconds, watch)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _waited(process: subprocess.Popen[bytes], seconds: int, watch: Callable[[], object]) -> Ended:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        with suppress(subprocess.TimeoutExpired):
            return Ended(process.wait(min(1.0, left)))
        watch()
    return Ended(-signal.SIGKILL, late=True)


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """An empty folder to work on one file in, where no archive looks; what a kill left in it goes at the next try."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder.resolve()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(folder: Path) -> dict[str, str]:
    """Nothing of ours but where programs and our sources are."""
    return {
        "PATH": os.defpath,
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(SOURCES),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SAL_USE_VCLPLUGIN": "svp",
        **dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), PROXY),
    }


def confine(bounds: dict[str, int]) -> None:
    """Take the bounds on ourselves; what a system does not know of is left out."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != bounds["parent"]:  # it died before this line
            sys.exit(1)
        leave_the_network()
    for kind, most in (
        (resource.RLIMIT_CPU, bounds["cpu"]),
        (resource.RLIMIT_AS, bounds["memory"]),
        (resource.RLIMIT_FSIZE, bounds["file"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 512),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
    os.umask(0o077)


def leave_the_network() -> None:
    """A network namespace of our own, with nothing in it; through a user namespace unless we are root."""
    user, group = os.getuid(), os.getgid()
    with suppress(OSError, AttributeError):
        os.unshare(os.CLONE_NEWNET)
        return
    with suppress(OSError, AttributeError):
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


if __name__ == "__main__":
    confine(json.loads(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])
