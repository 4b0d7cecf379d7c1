"""`./preau demo`: a sample world, built in a new folder by a process of its own, put in place whole, served.

Its videos come after: a child makes them while the world is served, and ends with it."""

import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from preau.config import processes, serving
from preau.config.setup import SetupError, say, state_folder

HOST = "127.0.0.1"
PATIENCE = 600.0  # seconds that the videos wait for the server; it may have a style sheet to bundle first
NICER = 10  # the videos' processes leave the machine to whoever looks at the site
BUILDING = ".demo-"  # what such folders' names begin with
FORMER = ".demo-former"
REPORT = "demo.json"
STDERR = 2
# What an operator's environment says of their own site is no business of a sample world.
NOT_OURS = (
    "DATABASE_URL",
    "PREAU_SEAL_KEY",
    "PREAU_SEAL_CERTIFICATE",
    "S3_BUCKET",
    "S3_PUBLIC_URL",
    "SECRET_KEY",
    "SITE_URL",
    "SITE_NAME",
    "SMTP_HOST",
    "ALLOWED_HOSTS",
    "BEHIND_PROXIES",
    "DEBUG",
)


@dataclass(frozen=True)
class Wanted:
    """What was asked of `./preau demo`."""

    learners: int
    seed: int
    port: int
    keep: bool
    serve: bool
    json: Path | None
    films: bool = False

    @property
    def url(self) -> str:
        return serving.address(HOST, self.port)


def run(wanted: Wanted) -> None:
    """Builds (or keeps), tells, then becomes the server. SetupError when it cannot; the former world then stays."""
    state = state_folder().resolve()
    target = state / "demo"
    if wanted.serve and processes.taken(HOST, wanted.port):
        raise SetupError(f"port {wanted.port} is taken by another program; --port chooses another")
    with sole(state):
        clear(state)
        refuse_served(target)
        if not wanted.keep:
            build(state, wanted)
        report = read(target)
    tell(report, wanted)
    sys.stdout.flush()
    if wanted.films:
        child = filming(target, wanted)
        if not wanted.serve and child.wait():
            raise SetupError("the videos could not be made; the world is whole without them")
    if wanted.serve:
        command = [sys.executable, "-P", "-m", "preau.config.command", "serve", "--port", str(wanted.port)]
        os.execve(sys.executable, command, own(os.environ, target, wanted.url))


def filming(target: Path, wanted: Wanted) -> subprocess.Popen[bytes]:
    """Starts the child that makes the videos and brings them into the world, once it is served if it is to be. It ends
    when we do, and when the server does that we become: the process stays the same."""
    words = ["demo", "--bring-films", "served" if wanted.serve else "now", "--port", str(wanted.port)]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "preau.config.command", *words],
        env=own(os.environ, target, wanted.url),
        stdin=subprocess.DEVNULL,
        stdout=STDERR,
        preexec_fn=processes.die_with_parent(os.getpid()),
        start_new_session=True,  # Ctrl-C is for the server
    )


def answered(port: int) -> bool:
    """Waits, politely, until the world is served; False when it never was."""
    os.nice(NICER)
    return processes.wait_until(lambda: processes.listens(HOST, port), PATIENCE, pause=0.5)


@contextmanager
def sole(state: Path) -> Iterator[None]:
    """One builder at a time; the kernel frees the lock however the builder ends."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "demo.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SetupError(f"another ./preau demo is building in {state}") from None
        yield


def clear(state: Path) -> None:
    """What killed builds left is removed; a former world that was moved aside when its builder died is put back."""
    former = state / FORMER
    if former.exists() and not (state / "demo").exists():
        former.rename(state / "demo")
    for left in state.glob(f"{BUILDING}*"):
        say(f"removing {left.name}, which an earlier build left")
        shutil.rmtree(left)


def refuse_served(target: Path) -> None:
    """SetupError when a server has the world open: it must not lose its files while it runs."""
    if not (target / "serve.lock").exists():
        return
    with (target / "serve.lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise SetupError(f"{target} is served by {handle.read().strip()}; stop it first") from None


def build(state: Path, wanted: Wanted) -> None:
    """A new world beside the former one, put in its place once whole."""
    target, folder = state / "demo", state / f"{BUILDING}{secrets.token_hex(4)}"
    if target.exists():
        say(f"{target} holds an earlier demo: the new one will replace it once it is whole (--keep serves it as it is)")
    folder.mkdir()
    words = ["demo", "--build", "--learners", str(wanted.learners), "--seed", str(wanted.seed)]
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "preau.config.command", *words],
            env=own(os.environ, folder, wanted.url),
            stdin=subprocess.DEVNULL,
            stdout=STDERR,  # what it says is progress; our own output is the report
            preexec_fn=processes.die_with_parent(os.getpid()),
            check=False,
        )
        if done.returncode or not (folder / REPORT).exists():
            raise SetupError("the demo could not be built; what was there before is untouched")
        put_in_place(folder, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(folder: Path, target: Path) -> None:
    """Rename `folder` to `target`; a kill between the two renames is mended by `clear` at the next call."""
    former = target.with_name(FORMER)
    if target.exists():
        say(f"replacing the earlier demo in {target}")
        target.rename(former)
    folder.rename(target)
    shutil.rmtree(former, ignore_errors=True)


def own(environment: Mapping[str, str], folder: Path, url: str) -> dict[str, str]:
    """The environment of a world that lives in `folder` and is seen at `url`, whatever this machine's own site is."""
    dropped = {*NOT_OURS, *(f"{name}_FILE" for name in NOT_OURS)}
    kept = {name: value for name, value in environment.items() if name not in dropped}
    return {**kept, "PREAU_VAR": str(folder), "SITE_URL": url}


def read(target: Path) -> dict[str, Any]:
    """The report of a world in place, its credential's path made absolute. SetupError when there is no world."""
    if not (target / REPORT).exists():
        raise SetupError(f"there is no demo in {target} yet: leave --keep out to build one")
    report: dict[str, Any] = json.loads((target / REPORT).read_text(encoding="utf-8"))
    if report["credential"]:
        report["credential"] = str(target / report["credential"])
    return report


def tell(report: Mapping[str, Any], wanted: Wanted) -> None:
    """The figures, the addresses and the logins on standard output; the report as JSON where asked."""
    built_at = str(report["url"]).partition("/e/")[0]
    if built_at != wanted.url:
        say(f"this demo was built at {built_at}: its certificates name that address")
        report = {**report, "url": str(report["url"]).replace(built_at, wanted.url, 1)}
    if wanted.json is not None:
        wanted.json.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    lines = [str(report["table"]), ""]
    lines += [f"{e['told']:32} {wanted.url}/e/{e['edition']}/" for e in report["editions"]]
    lines += ["", f"{'sign in as':32} {'e-mail':48} password"]
    lines += [f"{login['role']:32} {login['email']:48} {login['password']}" for login in report["logins"]]
    lines += ["", f"{'a certificate to verify':32} {report['credential'] or '–'}", f"{'the site':32} {wanted.url}/"]
    sys.stdout.write("\n".join(lines) + "\n")
