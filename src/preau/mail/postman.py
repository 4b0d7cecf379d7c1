"""The postman: the conversation with the mail server, in a small process of its own that outlives a killed worker.

It is run as a file, with nothing but the standard library. The first line of its standard input is JSON: `host`,
`port`, `username`, `password`, `use_tls`, `use_ssl`, `timeout` (seconds), `rate` (messages a second, 0 for no limit),
`hostname`, `journal` (a path). It connects and answers `ready`, or `down <why>` and ends. Each further line is one
message: `{"id", "sender", "recipient", "data" (base64)}`. What becomes of each is appended to the journal at once:

    sending <id>            all but the final dot has gone
    sent <id>               the server took it
    failed <id> <words>     it did not, or nobody knows: the words begin with the server's code where it gave one

When its input ends, because the worker is done or dead, it has said everything of every message, and ends.
"""

import base64
import json
import os
import re
import signal
import smtplib
import socket
import ssl
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

DOT = re.compile(rb"^\.", re.MULTILINE)


class Lost(Exception):
    """The connection went before the message did: it has not been sent."""


class Postman:
    """`options` as on the first line."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        self.journal = os.open(options["journal"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.server: smtplib.SMTP | None = None
        self.told_to_stop = False
        self.free_at = 0.0

    def connect(self) -> None:
        """Open the connection. Raises OSError, of which smtplib's errors are."""
        o = self.options
        common: dict[str, Any] = {"local_hostname": o.get("hostname"), "timeout": o.get("timeout") or 20}
        context = ssl.create_default_context() if o.get("use_tls") or o.get("use_ssl") else None
        if o.get("use_ssl"):
            server: smtplib.SMTP = smtplib.SMTP_SSL(o["host"], o["port"], context=context, **common)
        else:
            server = smtplib.SMTP(o["host"], o["port"], **common)
        if o.get("use_tls"):
            server.starttls(context=context)
        if o.get("username") and o.get("password"):
            server.login(o["username"], o["password"])
        server.ehlo_or_helo_if_needed()
        if server.sock is not None:  # the final dot goes apart, and must not wait 40 ms for the server's TCP
            server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.server = server

    def close(self) -> None:
        """Take leave, if there is anybody to take it from."""
        if self.server is not None:
            with suppress(OSError):
                self.server.quit()
            self.server = None

    def note(self, *words: str) -> None:
        """One line of the journal, written in one piece."""
        os.write(self.journal, " ".join(" ".join(words).split()).encode("ascii", "replace")[:400] + b"\n")

    def wait(self) -> None:
        """Keep to the rate."""
        if rate := self.options.get("rate"):
            now = time.monotonic()
            time.sleep(max(0.0, self.free_at - now))
            self.free_at = max(now, self.free_at) + 1 / rate

    def deliver(self, jobs: Iterable[bytes]) -> None:
        """Send each message, until the input ends or the server has gone."""
        for line in jobs:
            if not line.endswith(b"\n") or self.told_to_stop:  # a worker killed while it wrote: that one is not ours
                return
            self.wait()
            if not self.sent_or_said(json.loads(line)):
                return  # what is left goes another time

    def sent_or_said(self, job: dict[str, str]) -> bool:
        """Send one message, over a new connection where the old one was lost. False: it is no use to go on."""
        with suppress(Lost):
            self.send(job)
            return True
        try:
            self.connect()
            self.send(job)
        except Lost as lost:  # there is a server, and it hangs up at this very message: the others must not wait for it
            self.note("failed", job["id"], "the connection was lost:", str(lost.__cause__))
            return False
        except OSError:
            return False
        return True

    def send(self, job: dict[str, str]) -> None:
        """One message. Raises Lost when it certainly did not go because the connection went."""
        server = self.server
        if server is None:
            raise Lost
        try:
            for code, said in self.before_the_text(server, job):
                if code == 421:  # it closes the connection
                    raise smtplib.SMTPServerDisconnected(said.decode("ascii", "replace"))
                if code >= 400:
                    self.note("failed", job["id"], str(code), said.decode("ascii", "replace"))
                    with suppress(OSError):
                        server.rset()
                    return
            data = DOT.sub(b"..", base64.b64decode(job["data"]))
            server.send(data if data.endswith(b"\r\n") else data + b"\r\n")
        except OSError as error:  # smtplib's too
            self.server = None
            raise Lost from error
        self.finish(server, job["id"])

    def before_the_text(self, server: smtplib.SMTP, job: dict[str, str]) -> Iterable[tuple[int, bytes]]:
        """The replies to MAIL, RCPT and DATA; DATA's is turned so that only a refusal is 400 or more."""
        yield server.mail(job["sender"])
        yield server.rcpt(job["recipient"])
        code, said = server.docmd("data")
        yield (250, said) if code == 354 else (max(code, 400), said)

    def finish(self, server: smtplib.SMTP, pk: str) -> None:
        """The final dot and its reply. Between the two lines of the journal nobody could say whether it went."""
        self.note("sending", pk)
        try:
            server.send(b".\r\n")
            code, said = server.getreply()
        except OSError as error:
            self.note("failed", pk, "no reply to the final dot:", str(error))
            self.server = None
            return
        if code == 250:
            self.note("sent", pk)
        else:
            self.note("failed", pk, str(code), said.decode("ascii", "replace"))

    def stop(self, _number: int, _frame: Any) -> None:
        """A service manager says stop: the message in flight is finished first."""
        self.told_to_stop = True


def main() -> None:
    """Read the options, connect, say so, deliver."""
    jobs = sys.stdin.buffer
    postman = Postman(json.loads(jobs.readline() or b"{}"))
    signal.signal(signal.SIGTERM, postman.stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        postman.connect()
    except OSError as error:
        os.write(1, f"down {error}".encode("ascii", "replace").replace(b"\n", b" ")[:200] + b"\n")
        return
    os.write(1, b"ready\n")
    postman.deliver(jobs)
    postman.close()
    os.fsync(postman.journal)


if __name__ == "__main__":
    main()
