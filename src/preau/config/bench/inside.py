"""Runs a part of the bench in a process of its own, under the settings of one world: `inside PART OUT ARGUMENTS`.

A part is a module beside this one whose `run(**arguments)` returns what JSON can hold, as arguments are."""

import importlib
import json
import sys
from pathlib import Path

from preau.config import command


def main() -> None:
    """Prepares the world (migrations, static files), runs the part, writes its result."""
    part, out, arguments = sys.argv[1:]
    command.prepare(command.Needs())
    result = importlib.import_module(f"preau.config.bench.{part}").run(**json.loads(arguments))
    Path(out).write_text(json.dumps(result))


if __name__ == "__main__":
    main()
