"""`./preau serve`: the site and its worker under one supervisor; nothing is left behind, however it ends."""

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from preau.config import env, processes
from preau.config.setup import RESTORING, SetupError, say, state_folder

APPLICATION = "preau.config.wsgi:application"
WORKER = ("django", "worker")
STOP_WITHIN = 20.0  # seconds; the web process gives running requests ten of them
PAUSE = 0.2
STOPPERS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True)
class Program:
    """A child of the supervisor: a Python module and its arguments."""

    title: str
    module: tuple[str, ...]


def options(words: Sequence[str]) -> argparse.Namespace:
    """What `./preau serve` takes."""
    postgresql = env.text("DATABASE_URL").startswith("postgres")
    parser = argparse.ArgumentParser(prog="./preau serve", description="The site with its worker.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000)
    most = min(4, os.cpu_count() or 1) if postgresql else 1
    parser.add_argument("--workers", type=int, default=most, help="web processes; SQLite takes one")
    threads = env.number("THREADS", 4, least=1)
    parser.add_argument("--threads", type=int, default=threads, help="threads of each web process")
    chosen = parser.parse_args(words)
    if chosen.workers > 1 and not postgresql:
        parser.error("SQLite takes one web process: set DATABASE_URL to a PostgreSQL for more")
    return chosen


def address(host: str, port: int) -> str:
    """The URL that people open."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def sole(state: Path, url: str) -> Iterator[int]:
    """Holds the state folder for one server; SetupError when another has it. Gives the lock's descriptor, which the
    children inherit: were one of them to survive, the folder would stay taken."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "serve.lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "another server"
            raise SetupError(
                f"{state} is already served by {holder}; stop it, or set PREAU_VAR to another folder"
            ) from None
        handle.truncate(0)
        handle.write(f"process {os.getpid()} at {url}\n")
        handle.flush()
        yield handle.fileno()


def start(program: Program, lock: int) -> subprocess.Popen[bytes]:
    """Starts a child in a session of its own: Ctrl-C reaches only the supervisor, which asks each child once."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", *program.module],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),
        preexec_fn=processes.die_with_parent(os.getpid()),
        pass_fds=(lock,),
        start_new_session=True,
    )


def supervise(programs: Sequence[Program], host: str, port: int, lock: int) -> int:
    """Runs the programs until a signal (0) or until one of them ends (1); then stops them all."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    for number in STOPPERS:
        signal.signal(number, ask)
    children: dict[str, subprocess.Popen[bytes]] = {}
    said = False
    try:
        for program in programs:
            children[program.title] = start(program, lock)
        while not asked:
            if ended := [title for title, child in children.items() if child.poll() is not None]:
                codes = ", ".join(f"{title} ended with {children[title].returncode}" for title in ended)
                say(f"{codes}: stopping")
                return 1
            if not said and processes.listens(host, port):
                said = True
                say(f"serving on {address(host, port)} (Ctrl-C stops it)")
            time.sleep(PAUSE)
    finally:
        processes.stop(children.values(), STOP_WITHIN)
    say("stopped")
    return 0


def serve(chosen: argparse.Namespace, target: str, worker: Sequence[str]) -> int:
    """Takes the state folder and the port, then supervises. Refuses (SetupError) when another has one of them."""
    url = address(chosen.host, chosen.port)
    web = ("--host", chosen.host, "--port", str(chosen.port), "--workers", str(chosen.workers))
    programs = [
        Program("the web process", ("preau.config.web", *web, "--threads", str(chosen.threads), target)),
        Program("the worker", tuple(worker)),
    ]
    with sole(state_folder(), url) as lock:
        if (state_folder() / RESTORING).exists():
            raise SetupError("a restore was cut before its end: run ./preau restore again, then serve")
        if processes.taken(chosen.host, chosen.port):
            raise SetupError(f"port {chosen.port} is taken by another program; --port chooses another")
        os.environ.setdefault("SITE_URL", url)
        return supervise(programs, chosen.host, chosen.port, lock)


def main(words: Sequence[str], target: str = APPLICATION, worker: Sequence[str] = WORKER) -> int:
    """`./preau serve`, and the exit code that a service manager reads."""
    try:
        return serve(options(words), target, worker)
    except SetupError as error:
        say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
