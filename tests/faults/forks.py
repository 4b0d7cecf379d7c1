"""Children of a drill: forked, watched, killed. Only a process of the drill's own may fork (see `hand`)."""

import os
import random
import signal
import time
import traceback
from collections.abc import Callable
from itertools import count
from typing import Any

from django.db import connections

from preau.config import processes

PATIENCE = 300  # seconds: a machine may be slow and busy, and a drill that goes well never waits for them


def fork(work: Callable[[], object]) -> int:
    """A child that does the work and ends, with 0 when all went well. It shares no connection with us, and ends when we
    do. Returns its process id."""
    connections.close_all()
    for connection in connections.all(initialized_only=True):
        if hasattr(connection, "close_pool"):
            connection.close_pool()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        code = 3
        try:
            processes.die_with_parent(parent)()
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return child


def ended(child: int) -> int:
    """Waits for a child; its exit code, or less than 0: the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill(child: int) -> None:
    """`kill -9`, and nothing else ended it before."""
    os.kill(child, signal.SIGKILL)
    assert ended(child) == -signal.SIGKILL, "the child ended by itself"


def doom(within: float) -> None:
    """End this process at a moment of the next `within` seconds that nobody chose, by a signal that nobody handles: as
    with `kill -9`, not one more line of it runs. Unlike another process's kill, it is never late."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, random.uniform(0.0001, max(within, 0.001)))


def doomed(child: int) -> None:
    """Waits for a child that doomed itself."""
    assert ended(child) == -signal.SIGALRM, "the child ended by itself"


def doom_call(module: Any, name: str, calls: int) -> None:
    """Let this process call a module's function so many times, at least once, and end in the middle of the next, or at
    its end at the latest."""
    real, numbers, times = getattr(module, name), count(), [1.0]

    def counted(*words: Any, **named: Any) -> Any:
        last = next(numbers) == calls
        if last:
            doom(min(times))
        began = time.monotonic()
        said = real(*words, **named)
        times.append(time.monotonic() - began)
        if last:
            signal.raise_signal(signal.SIGALRM)
        return said

    setattr(module, name, counted)
