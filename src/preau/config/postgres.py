"""A PostgreSQL of one's own for the length of a block: the tests', the bench's, the faults'."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

import psycopg

from preau.config import processes, programs

NAME = "preau"
PREFIX = "preau-pg-"
UNSAFE = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    # Rows of a test's transaction are unseen by autovacuum, which then writes that their tables are empty: joins of
    # 30,000 rows planned on that take an hour. `tests.cast.analysed` counts them instead.
    "autovacuum=off",
    # For the same reason, no plan (a foreign key's check, say) is kept from when its table was small.
    "plan_cache_mode=force_custom_plan",
)


class PostgresError(Exception):
    """No cluster could be made or started; the message says why."""


@dataclass
class Cluster:
    """A cluster in a folder of its own. `start` may be called again after `kill`: the data stays until `remove`."""

    folder: Path
    programs: Path
    durable: bool
    port: int = 0
    password: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What DATABASE_URL takes."""
        return f"postgresql://{NAME}:{self.password}@127.0.0.1:{self.port}/{NAME}"

    def start(self) -> None:
        """Runs the server and waits until it answers; PostgresError with its log when it does not."""
        self.port = self.port or processes.free_port()
        settings = [
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self.folder}",
            *([] if self.durable else UNSAFE),
        ]
        options = [word for setting in settings for word in ("-c", setting)]
        command = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), *options]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                preexec_fn=processes.die_with_parent(os.getpid(), signal.SIGQUIT),
                start_new_session=True,  # Ctrl-C is ours to handle: the tests still need the server to end
                **owner(),
            )
        if not processes.wait_until(lambda: self.dead or self.answers(), 60, pause=0.1) or self.dead:
            log_end = (self.folder / "log").read_text(errors="replace")[-2000:]
            raise PostgresError(f"PostgreSQL did not start:\n{log_end}")

    @property
    def dead(self) -> bool:
        """Is no server running?"""
        return self.process is None or self.process.poll() is not None

    def answers(self) -> bool:
        """Does it take connections? Makes the database when it first does."""
        try:
            server = self.url.removesuffix(NAME) + "postgres"
            with psycopg.connect(server, autocommit=True, connect_timeout=5) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                    connection.execute(f"CREATE DATABASE {NAME}")
        except psycopg.OperationalError:
            return False
        return True

    def kill(self) -> None:
        """`kill -9` of the server: what a power cut would leave, but for the disk's own cache."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def remove(self) -> None:
        """Stops the server, without waiting for its clients, and deletes everything."""
        if self.process:
            processes.stop([self.process], 20, signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)


class Owner(TypedDict, total=False):
    """Popen's arguments for running as another user."""

    user: int
    group: int
    extra_groups: list[int]


def owner() -> Owner:
    """Popen's arguments to run as an ordinary user where we are root, which PostgreSQL refuses to be."""
    if os.geteuid():
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise PostgresError("PostgreSQL refuses to run as root, and there is no other user to run it as")


def make_cluster(*, durable: bool) -> Cluster:
    """An empty cluster, not started, in the temporary folder (a short path: a socket's may have 107 bytes)."""
    found = programs.POSTGRESQL.find()
    if found is None:
        raise PostgresError("PostgreSQL is missing: as an administrator, apt-get install postgresql")
    remove_orphans()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    (folder / "owner").write_text(str(os.getpid()))
    cluster = Cluster(folder, found, durable)
    secret = folder / "password"
    secret.write_text(cluster.password)
    who = owner()
    if who:
        for path in (folder, secret):
            os.chown(path, who["user"], who["group"])
    command = [str(found / "initdb"), "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256"]
    command += [f"--username={NAME}", f"--pwfile={secret}", "-D", str(folder / "data")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, stdin=subprocess.DEVNULL, **owner())
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise PostgresError(f"initdb failed:\n{done.stderr.strip()[-2000:]}")
    return cluster


def remove_orphans() -> None:
    """Deletes the folders of clusters whose maker was killed: the kernel stopped their servers, nobody their files."""
    users = {os.geteuid(), owner().get("user")}
    for note in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/owner"):
        with contextlib.suppress(OSError, ValueError):
            if note.parent.stat().st_uid in users and not processes.alive(int(note.read_text())):
                shutil.rmtree(note.parent, ignore_errors=True)


@contextmanager
def temporary_cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """A running cluster, stopped and deleted at the end; `durable` keeps every commit through a `kill -9`."""
    cluster = make_cluster(durable=durable)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


@contextmanager
def temporary_postgres(*, durable: bool = False) -> Iterator[str]:
    """The DATABASE_URL of a cluster that lives as long as the block. Fast and forgetful unless `durable`."""
    with temporary_cluster(durable=durable) as cluster:
        yield cluster.url
