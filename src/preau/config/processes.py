"""Child processes that never outlive their parent, and ports."""

import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable

PR_SET_PDEATHSIG = 1
SERVERS = range(20_000, 32_000)  # Linux gives 32768 and above to outgoing connections, other systems 49152 and above
# Loaded before any fork: in a forked child only the plain call below is safe.
_prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


def die_with_parent(parent: int, number: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends `number` to the child when `parent`, the caller's process id, ends in any way.

    Linux only (elsewhere it does nothing). The kernel counts the end of the *thread* that made the child as its
    parent's end, so start long-lived children from a thread that lives as long. From prctl(2)."""

    def prepare() -> None:
        if _prctl is not None:
            _prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
            if os.getppid() != parent:  # it died between the fork and this line
                os._exit(1)

    return prepare


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port that nobody has at this moment. Chosen at random, so that two who ask at once hardly get the same, and
    from those that no kernel gives to an outgoing connection, which would take it before its server does."""
    for port in random.sample(SERVERS, 200):
        if not taken(host, port):
            return port
    raise OSError(f"no port is free on {host}")


def listens(host: str, port: int, patience: float = 0.5) -> bool:
    """Does somebody accept connections there?"""
    try:
        with socket.create_connection((host, port), timeout=patience):
            return True
    except OSError:
        return False


def taken(host: str, port: int) -> bool:
    """Has another server this port? One that binds with port reuse would share it without an error."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT is free
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def alive(pid: int) -> bool:
    """Is there a process with this id, ours or not?"""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    """Waits for a condition; false when it did not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def stop(children: Iterable[subprocess.Popen[bytes]], seconds: float, number: signal.Signals = signal.SIGTERM) -> None:
    """Asks each child to stop, once, then kills those that have not in `seconds`."""
    running = [child for child in children if child.poll() is None]
    for child in running:
        child.send_signal(number)
    end = time.monotonic() + seconds
    for child in running:
        try:
            child.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
