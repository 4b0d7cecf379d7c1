"""The web process: granian in its WSGI mode. Started by `serving`, never by hand."""

import argparse
import importlib
import multiprocessing
import os
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from preau.config.processes import die_with_parent

CONNECTIONS = 1024  # open at once in a process; a browser's idle one counts, so a low figure starves people (tried)
KILL_AFTER = 10  # seconds that running requests have to end when the server stops; granian alone would wait for ever


def load(target: str) -> Callable[..., Any]:
    """The WSGI application `module:name`, in a process that ends when granian's main process does."""
    if parent := multiprocessing.parent_process():
        die_with_parent(parent.pid or os.getppid())()
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


def main() -> None:
    """Serves until a signal; exits non-zero when its workers crash again and again."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("target")
    chosen = parser.parse_args()
    server = Server(
        chosen.target,
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.WSGI,
        workers=chosen.workers,
        blocking_threads=chosen.threads,
        backpressure=CONNECTIONS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=load)


if __name__ == "__main__":
    main()
