"""A chore of the worker that may take minutes, in a thread of its own: mail and results do not wait for it."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection

logger = logging.getLogger(__name__)


class Beside:
    """`work(now=...)` does one piece, and says whether there was one; a call begins a thread that does up to `at_once`
    of them. One thread at a time in a process; None while the former one is at work."""

    def __init__(self, work: Callable[..., object], name: str, *, at_once: int) -> None:
        self.work, self.name, self.at_once = work, name, at_once
        self.busy = threading.Lock()

    def __call__(self, now: datetime) -> threading.Thread | None:
        if not self.busy.acquire(blocking=False):
            return None
        thread = threading.Thread(target=self._run, args=(now,), name=self.name, daemon=True)
        thread.start()
        return thread

    def _run(self, now: datetime) -> None:
        began = time.monotonic()
        try:
            for _turn in range(self.at_once):  # each by its own clock: a lease counts from when its piece was taken
                if not self.work(now=now + timedelta(seconds=time.monotonic() - began)):
                    break
        except Exception:  # whatever it was, the next look must come
            logger.exception("a piece of work could not be done: %s", self.name)
        finally:
            connection.close()
            self.busy.release()
