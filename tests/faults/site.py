"""A whole site in processes of its own, to be killed: `./preau serve` on a state folder and a port of the test's."""

import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from preau.config import processes
from preau.config.setup import ROOT

HOST = "127.0.0.1"
PATIENCE = 300  # seconds: a machine may be slow and busy, and a site that does well never takes them


@dataclass
class Site:
    """`state` is its PREAU_VAR, `database` its DATABASE_URL ("" for SQLite), `more` its other settings."""

    state: Path
    database: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=processes.free_port)
    process: subprocess.Popen[bytes] | None = None
    hand: subprocess.Popen[str] | None = None

    @property
    def env(self) -> dict[str, str]:
        """What its processes are given: nothing of the tests' own settings."""
        ours = {name: value for name, value in os.environ.items() if name not in {"SITE_URL", "DATABASE_URL", "DEBUG"}}
        return {
            **ours,
            "PREAU_VAR": str(self.state),
            "DATABASE_URL": self.database,
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "preau.config.settings",
            **self.more,
        }

    def ask(self, name: str, *words: Any) -> Any:
        """Call a function of this folder (`world.report`) on its state and database; what it returns, through JSON."""
        if self.hand is None:
            command = [sys.executable, "-P", "-m", "tests.faults.hand"]
            pipe = subprocess.PIPE
            with self.log("hand").open("ab") as log:
                self.hand = subprocess.Popen(
                    command, env=self.env, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=log, text=True
                )
        assert self.hand.stdin
        assert self.hand.stdout
        self.hand.stdin.write(f"{json.dumps([name, *words])}\n")
        self.hand.stdin.flush()
        line = self.hand.stdout.readline()
        well, said = json.loads(line) if line else (False, "the hand is gone")
        assert well, f"{said[-3000:]}\n{self.log('hand').read_text()[-3000:]}"
        return said

    def rows(self, query: LiteralString) -> list[tuple[Any, ...]]:
        """What its database answers to a query."""
        if self.database:
            with psycopg.connect(self.database) as server:
                return server.execute(query).fetchall()
        with closing(sqlite3.connect(self.state / "preau.sqlite3")) as file:
            return file.execute(query).fetchall()

    def log(self, of: str) -> Path:
        """Where its processes write: beside the state folder, in which a drill counts the files."""
        return self.state.with_name(f"{self.state.name}-{of}.log")

    def start(self) -> None:
        """Start the supervisor, unless it runs, and wait until the site answers."""
        if self.process is None or self.process.poll() is not None:
            command = [sys.executable, "-P", "-m", "preau.config.serving", "--port", str(self.port)]
            with self.log("serve").open("ab") as log:
                self.process = subprocess.Popen(command, env=self.env, cwd=ROOT, stdin=-3, stdout=log, stderr=log)
        assert processes.wait_until(self.answers, PATIENCE, pause=0.1), self.log("serve").read_text()[-3000:]

    def answers(self) -> bool:
        """Does the site answer, its database too? Starts it again when the supervisor has given up."""
        if self.process is not None and self.process.poll() is not None:
            self.process = None
            self.start()
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
            try:
                connection.request("GET", "/health")
                return connection.getresponse().status == 200
            finally:
                connection.close()
        return False

    def family(self) -> dict[str, int]:
        """The process ids by role: supervisor, web (granian), the one that runs Django, worker."""
        assert self.process is not None
        found = {"supervisor": self.process.pid}
        for child in children(self.process.pid):
            if said := words_of(child):
                found["web" if "preau.config.web" in said else "worker"] = child
        for grandchild in children(found.get("web", -1)):
            if (said := words_of(grandchild)) and "resource_tracker" not in said:
                found["django"] = grandchild
        return found

    def kill(self, role: str) -> None:
        """`kill -9` of one process of the family; whoever is already gone is no loss."""
        with suppress(ProcessLookupError, KeyError, FileNotFoundError):
            os.kill(self.family()[role], signal.SIGKILL)

    def ended(self) -> bool:
        """Does the supervisor end, now that one of its own was killed?"""
        process = self.process
        return process is None or processes.wait_until(lambda: process.poll() is not None, PATIENCE)

    def close(self) -> None:
        """Ask the supervisor and the hand to stop, and wait."""
        if self.process is not None:
            processes.stop([self.process], 60)
        if self.hand is not None:
            self.hand.communicate()


def children(pid: int) -> Sequence[int]:
    """The ids of a process's children; none when it has gone."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found += [int(word) for word in task.read_text().split()]
    return found


def words_of(pid: int) -> str:
    """The command line of a process; nothing when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
