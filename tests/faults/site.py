"""A whole site in processes of its own, to be killed: `./preau serve` on a state folder and a port of the test's."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from preau.config import processes
from preau.config.setup import ROOT

HOST = "127.0.0.1"


@dataclass
class Site:
    """`state` is its PREAU_VAR, `database` its DATABASE_URL ("" for SQLite)."""

    state: Path
    database: str = ""
    port: int = field(default_factory=processes.free_port)
    process: subprocess.Popen[bytes] | None = None

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
        }

    def ask(self, *words: str) -> Any:
        """Run a command of `tests.faults.world` against its database; what it prints, as JSON."""
        command = [sys.executable, "-P", "-m", "tests.faults.world", *words]
        done = subprocess.run(command, env=self.env, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    def start(self) -> None:
        """Start the supervisor, unless it runs, and wait until the site answers."""
        if self.process is None or self.process.poll() is not None:
            command = [sys.executable, "-P", "-m", "preau.config.serving", "--port", str(self.port)]
            with (self.state / "serve.log").open("ab") as log:
                self.process = subprocess.Popen(command, env=self.env, cwd=ROOT, stdin=-3, stdout=log, stderr=log)
        assert processes.wait_until(self.answers, 120, pause=0.1), (self.state / "serve.log").read_text()[-3000:]

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
            said = Path(f"/proc/{child}/cmdline").read_bytes().decode(errors="replace")
            found["web" if "preau.config.web" in said else "worker"] = child
        for grandchild in children(found.get("web", -1)):
            if b"resource_tracker" not in Path(f"/proc/{grandchild}/cmdline").read_bytes():
                found["django"] = grandchild
        return found

    def kill(self, role: str) -> None:
        """`kill -9` of one process of the family; whoever is already gone is no loss."""
        with suppress(ProcessLookupError, KeyError, FileNotFoundError):
            os.kill(self.family()[role], signal.SIGKILL)

    def ended(self) -> bool:
        """Does the supervisor end, now that one of its own was killed?"""
        process = self.process
        return process is None or processes.wait_until(lambda: process.poll() is not None, 90)

    def stop(self) -> None:
        """Ask the supervisor to stop, and wait."""
        if self.process is not None:
            processes.stop([self.process], 25)


def children(pid: int) -> Sequence[int]:
    """The ids of a process's children; none when it has gone."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found += [int(word) for word in task.read_text().split()]
    return found
