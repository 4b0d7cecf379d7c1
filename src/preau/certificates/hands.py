"""Processes beside the worker that make documents: they get plain values, give bytes back, and die with it."""

import ctypes
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from preau.certificates import making

PR_SET_PDEATHSIG = 1
MOST = 4
AHEAD = 4  # orders under way for each hand: none waits for the next while what it made is kept
NICE = 5  # whoever reads a page goes first

type Outcome = making.Made | Exception


def settle(parent: int) -> None:
    """In a new process: it ends when its parent does, however that ends, and not when somebody types Ctrl-C, which is
    the parent's to answer. Linux; elsewhere an orphan waits for ever and does nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != parent:  # it died before this line
            os._exit(1)
    os.nice(NICE)


def at_once(orders: Iterable[making.Order]) -> Iterator[tuple[making.Order, Outcome]]:
    """Make documents in this very process; an order that cannot be made gives the reason."""
    for order in orders:
        try:
            yield order, making.make(order)
        except Exception as error:  # whatever a name or a course holds, the next order must have its turn
            yield order, error


class Hands:
    """As many as the machine has processors, four at most; started at the first order. The kernel counts the end of the
    thread that started them as their parent's: start them from one that lives as long."""

    def __init__(self) -> None:
        self.number = min(MOST, os.cpu_count() or 1)
        self.pool: ProcessPoolExecutor | None = None

    def make(self, orders: Iterable[making.Order]) -> Iterator[tuple[making.Order, Outcome]]:
        """As `at_once`, in the order in which they were given."""
        waiting: deque[tuple[making.Order, Future[making.Made]]] = deque()
        for order in orders:
            waiting.append((order, self._given(order)))
            if len(waiting) > AHEAD * self.number:
                yield from self._taken(waiting)
        while waiting:
            yield from self._taken(waiting)

    def _taken(
        self, waiting: deque[tuple[making.Order, Future[making.Made]]]
    ) -> Iterator[tuple[making.Order, Outcome]]:
        """The oldest; where a hand was lost, everything under way again, one by one, which tells whose it was."""
        order, future = waiting.popleft()
        try:
            made = future.result()
        except BrokenProcessPool:
            every = [order, *(one for one, _future in waiting)]
            waiting.clear()
            for one in every:
                yield one, self._alone(one)
        except Exception as error:
            yield order, error
        else:
            yield order, made

    def _alone(self, order: making.Order) -> Outcome:
        try:
            return self._given(order).result()
        except Exception as error:
            return error

    def _given(self, order: making.Order) -> Future[making.Made]:
        try:
            return self._pool().submit(making.make, order)
        except BrokenProcessPool:
            self.close()
            return self._pool().submit(making.make, order)

    def _pool(self) -> ProcessPoolExecutor:
        if self.pool is None:
            # not forked: a fork would share the database's connection, and stop where a thread holds a lock
            spawning = multiprocessing.get_context("spawn")
            self.pool = ProcessPoolExecutor(self.number, spawning, initializer=settle, initargs=(os.getpid(),))
        return self.pool

    def close(self) -> None:
        """Let them go; the next order starts others."""
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)
            self.pool = None
