"""The worker's side of the postman: one at a time per state folder, its journal, and the messages handed to it."""

import base64
import fcntl
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

POSTMAN = Path(__file__).with_name("postman.py")


@dataclass(frozen=True)
class Job:
    """One message as it goes: `data` is the whole of it, line ends CRLF."""

    id: UUID
    sender: str
    recipient: str
    data: bytes


@dataclass(frozen=True)
class Journal:
    """What became of messages: those that went, those that did not with the words said, those of which the postman was
    killed before it could tell."""

    sent: frozenset[UUID]
    failed: dict[UUID, str]
    doubtful: frozenset[UUID]


def speaks_smtp() -> bool:
    """Does mail leave by SMTP? Other backends (files, a provider's API) are called in the worker."""
    return str(settings.MAILERS["default"]["BACKEND"]) == "django.core.mail.backends.smtp.EmailBackend"


@dataclass
class Office:
    """A state folder's mail, held by one worker. `name` marks the rows that it claimed."""

    root: Path
    lock: int

    @property
    def name(self) -> str:
        """Made once, at random: two state folders never share one."""
        path = self.root / "name"
        if not path.exists():
            fresh = path.with_suffix(".new")
            fresh.write_text(secrets.token_hex(16), encoding="ascii")
            fresh.replace(path)
        return path.read_text(encoding="ascii")

    def journal(self) -> Journal:
        """What the latest postman wrote; a last line without its end was cut by a kill and says nothing."""
        sent, failed, begun = set(), {}, set()
        with suppress(FileNotFoundError):
            for line in (self.root / "journal").read_text(encoding="ascii", errors="replace").splitlines(keepends=True):
                what, _space, rest = line.partition(" ")
                pk, _space, words = rest.partition(" ")
                with suppress(ValueError):
                    known = UUID(pk.strip())
                    if line.endswith("\n"):
                        begun.add(known) if what == "sending" else None
                        sent.add(known) if what == "sent" else None
                        failed.update({known: words.strip()} if what == "failed" else {})
        return Journal(frozenset(sent), failed, frozenset(begun - sent - set(failed)))

    def forget(self) -> None:
        """Empty the journal, once the database knows what it says."""
        (self.root / "journal").unlink(missing_ok=True)

    def start(self) -> subprocess.Popen[bytes] | None:
        """A postman who has the server on the line, or None; why not is kept for the operator's page."""
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(POSTMAN)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=(self.lock,),  # the lock lasts as long as the longer-lived of the two
            start_new_session=True,  # what stops the worker must not cut it off in the middle of a message
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(self.options()).encode() + b"\n")
            process.stdin.flush()
        said = process.stdout.readline().decode("ascii", "replace").strip()
        if said == "ready":
            (self.root / "down").unlink(missing_ok=True)
            return process
        (self.root / "down").write_text(said.removeprefix("down ") or "the postman did not start", encoding="utf-8")
        end(process)
        return None

    def options(self) -> dict[str, Any]:
        """What the postman needs to know; on its input, since a command line can be read by every process."""
        given: Mapping[str, Any] = cast(Mapping[str, Any], settings.MAILERS["default"]["OPTIONS"])
        port = given.get("port") or (465 if given.get("use_ssl") else 587 if given.get("use_tls") else 25)
        journal = str(self.root / "journal")
        return {
            **given,
            "port": port,
            "rate": settings.MAIL_RATE,
            "hostname": hostname(),
            "journal": journal,
        }


def hand(process: subprocess.Popen[bytes], jobs: Iterable[Job]) -> None:
    """Give the postman its messages and wait until it has done with them."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):  # it has ended: its journal says how far it came
        for job in jobs:
            fields = {"id": job.id.hex, "sender": job.sender, "recipient": job.recipient}
            line = json.dumps({**fields, "data": base64.b64encode(job.data).decode()})
            process.stdin.write(line.encode() + b"\n")
        process.stdin.flush()
    end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Close its input and wait for it."""
    for pipe in (process.stdin, process.stdout):
        with suppress(BrokenPipeError):
            if pipe is not None:
                pipe.close()
    process.wait()


def down() -> str:
    """Why the mail server could not be reached the latest time; "" when it could."""
    with suppress(FileNotFoundError):
        return (Path(settings.POSTMAN_ROOT) / "down").read_text(encoding="utf-8")
    return ""


def hostname() -> str:
    """Who we say we are: the site's own name, which the world can look up, rather than the machine's, which may take
    its resolver ten seconds."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"[{host}]" if host.replace(".", "").isdigit() else host


@contextmanager
def held() -> Iterator[Office | None]:
    """This state folder's office, or None while another worker, or the postman that a killed one left, has it."""
    root = Path(settings.POSTMAN_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    lock = os.open(root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield Office(root, lock)
    finally:
        os.close(lock)
