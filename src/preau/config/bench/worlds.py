"""A world: a database, a state folder and a secret of its own, filled once, served by real servers."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from preau.config import processes
from preau.config.bench import drill, machine, minimal
from preau.config.bench.plan import PROBES
from preau.config.postgres import Cluster, temporary_cluster
from preau.config.setup import ROOT, say

SAMPLE = ROOT / "samples" / "gestion-de-projet"
PYTHON = [sys.executable, "-P", "-m"]
THREADS = 4
NOT_OURS = {"DATABASE_URL", "SITE_URL", "DEBUG", "PREAU_SEAL_KEY", "PREAU_SEAL_CERTIFICATE"}


class BenchError(Exception):
    """A measurement could not be taken; the message says why."""


@dataclass
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


@dataclass
class World:
    """`facts` is what `rows.run` returned. `used` counts the prepared answers that were sent."""

    engine: str
    folder: Path
    cluster: Cluster | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    used: int = 0

    @property
    def database(self) -> Path:
        """SQLite's file."""
        return self.folder / "var" / "preau.sqlite3"

    @property
    def env(self) -> dict[str, str]:
        """The environment of this world's processes."""
        kept = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        kept |= {"PREAU_VAR": str(self.folder / "var"), "PYTHONPATH": str(ROOT / "src")}
        kept |= {"DJANGO_SETTINGS_MODULE": "preau.config.settings", "THREADS": str(THREADS)}
        return kept | ({"DATABASE_URL": self.cluster.url} if self.cluster else {})

    def inside(self, part: str, **arguments: Any) -> Any:
        """Runs a part of the bench under this world's settings and returns its result."""
        out = self.folder / f"{part}.json"
        command = [*PYTHON, "preau.config.bench.inside", part, str(out), json.dumps(arguments)]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode:
            raise BenchError(f"{part} on {self.engine} failed:\n{done.stderr.strip()[-1500:]}")
        return json.loads(out.read_text())

    @contextmanager
    def serve(self, *, cpus: set[int] | None = None, workers: int | None = None) -> Iterator[Server]:
        """`./preau serve` on a free port, held to `cpus`; killed, not asked, at the end: nothing of it is kept."""
        words = ["preau.config.serving", "--threads", str(THREADS)]
        words += ["--workers", str(workers)] if workers and self.cluster else []
        with running(words, self.env, cpus, "/health") as server:
            yield server

    def jobs(self, count: int) -> list[list[str]]:
        """The next `count` prepared answers not given yet, as (cookie, path, fields). Neighbours belong to different
        learners: deadline night is many people, not one in a hurry."""
        facts = self.facts
        learners, questions = len(facts["cookies"]) - PROBES, drill.QUESTIONS
        found = []
        for n in range(self.used, min(self.used + count, learners * questions * len(facts["questions"]))):
            unit, rest = divmod(n, learners * questions)
            question, learner = divmod(rest, learners)
            key, given = facts["questions"][unit][question]
            path = f"{facts['base']}{facts['attempts'][unit][learner]}/{key}/"
            found.append([facts["cookies"][learner], path, f"answer={given}&language=fr"])
        return found


@contextmanager
def running(words: Sequence[str], env: dict[str, str], cpus: set[int] | None, ready: str) -> Iterator[Server]:
    """A Python module that serves HTTP where `--host` and `--port` tell it, once `ready` answers 200."""
    port = processes.free_port()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*PYTHON, *words, "--host", "127.0.0.1", "--port", str(port)],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=held_to(cpus),
        )
        server = Server(port, process)
        try:
            if not processes.wait_until(lambda: process.poll() is not None or answers(server.url + ready), 60):
                raise BenchError("the server did not answer in a minute")
            if process.poll() is not None:
                log.seek(0)
                raise BenchError(f"the server ended:\n{log.read().decode(errors='replace')[-1500:]}")
            yield server
        finally:
            machine.kill_tree(process.pid)
            process.wait()


@contextmanager
def minimal_server(cpus: set[int] | None) -> Iterator[Server]:
    """The minimal Django view under the same web process as ours."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": minimal.__name__}
    words = ["preau.config.web", "--workers", "1", "--threads", str(THREADS), minimal.TARGET]
    with running(words, env, cpus, "/") as server:
        yield server


def held_to(cpus: set[int] | None) -> Callable[[], None]:
    """A `preexec_fn`: the child dies with us, and it and its children run on these cores only."""
    die = processes.die_with_parent(os.getpid())

    def prepare() -> None:
        die()
        if cpus:
            os.sched_setaffinity(0, cpus)

    return prepare


def answers(url: str) -> bool:
    """Does this address answer 200 now?"""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@contextmanager
def world(engine: str, *, learners: int, quizzes: int) -> Iterator[World]:
    """A filled world of one engine, deleted at the end."""
    say(f"making a world on {engine}: {learners} learners")
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="preau-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        cluster = stack.enter_context(temporary_cluster(durable=True)) if engine == "postgresql" else None
        made = World(engine, folder, cluster)
        course = folder / "drill"
        drill.write(course, quizzes)
        made.facts = made.inside("rows", sample=str(SAMPLE), course=str(course), learners=learners, quizzes=quizzes)
        yield made
