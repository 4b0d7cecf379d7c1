"""The hand of a drill: Django set up once, on the drill's state and database; run as `python -m tests.faults.hand`.

Each line that it reads, `[function, argument…]` as JSON, is a function of this folder (`world.report`) and is done in a
child forked for it, so that one leaves the next no connection and nothing remembered. Each is answered by one line,
`[well, what]`: what the function returned, or why it failed."""

import json
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Any, TextIO

from preau.config import command


def answer(to: TextIO, act: Any, words: Sequence[Any]) -> None:
    """Do it, and say what came of it."""
    try:
        said = [True, act(*words)]
    except Exception:
        said = [False, traceback.format_exc()]
    to.write(f"{json.dumps(said)}\n")
    to.flush()


def serve(asked: TextIO, to: TextIO) -> None:
    """Until nobody asks any more."""
    from tests.faults import forks  # noqa: PLC0415  it loads once Django is set up

    for line in asked:
        name, *words = json.loads(line)
        module, _, function = name.partition(".")
        act = getattr(import_module(f"tests.faults.{module}"), function)
        if code := forks.ended(forks.fork(lambda act=act, words=words: answer(to, act, words))):  # type: ignore[misc]
            to.write(f"{json.dumps([False, f'{name} ended with {code}'])}\n")
            to.flush()


if __name__ == "__main__":
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever else somebody prints is for the log
    command.prepare(command.Needs(pages=False, database=False))
    serve(sys.stdin, replies)
