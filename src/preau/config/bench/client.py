"""The client of acts, in a process of its own: learners who each wait for their answer before the next one.

`client PLAN OUT`: the plan is {port, mode, seconds, connections, jobs…}. What was acknowledged is remembered here,
where no `kill -9` of the server reaches. Bare sockets, so that the client costs little of the cores it shares."""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from preau.common.ids import new_id

HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: device={cookie}\r\nSec-Fetch-Site: same-origin\r\n"
    "{accept}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
)
JSON, HTMX = "Accept: application/json", "Accept: text/html\r\nHX-Request: true"
ATTEMPT = re.compile(rb"/me/quiz/([0-9a-f-]{36})/")
BROKEN = (ConnectionError, asyncio.IncompleteReadError, OSError)


@dataclass
class Tally:
    """What happened: `acked` and `unsure` are [act, cookie, path, fields]; an unsure act was sent and not answered."""

    statuses: Counter[int] = field(default_factory=Counter)
    acked: list[list[str]] = field(default_factory=list)
    unsure: list[list[str]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    cycles: int = 0
    prepared: int = 0  # jobs taken that are no replays


@dataclass
class Line:
    """One kept connection."""

    port: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def post(self, cookie: str, path: str, body: str, accept: str) -> tuple[int, bytes]:
        """Sends a form; returns the status and the body. Raises one of `BROKEN` when the server is gone."""
        request = HEAD.format(path=path, port=self.port, cookie=cookie, accept=accept, length=len(body), body=body)
        self.writer.write(request.encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        length = re.search(rb"content-length: (\d+)", head)
        content = await self.reader.readexactly(int(length.group(1))) if length else b""
        return int(head[9:12]), content


async def answer_all(line: Line, jobs: Iterator[list[str]], end: float, tally: Tally) -> None:
    """Gives prepared answers until the time is up; a job that names its act is a replay."""
    for job in jobs:
        cookie, path, fields, *known = job
        tally.prepared += not known
        act = known[0] if known else str(new_id())
        began = time.perf_counter()
        try:
            status, _ = await line.post(cookie, path, f"act={act}&{fields}", JSON)
        except BROKEN:
            tally.unsure.append([act, cookie, path, fields])
            return
        tally.waits.append(time.perf_counter() - began)
        tally.statuses[status] += 1
        if status == 200:
            tally.acked.append([act, cookie, path, fields])
        if time.monotonic() > end:
            return


async def cycle_all(line: Line, plan: dict[str, Any], cookies: Iterator[str], end: float, tally: Tally) -> None:
    """Begins, answers and closes a quiz as a page with htmx does, learner after learner."""
    for cookie in cookies:
        status, html = await line.post(cookie, plan["start"], f"act={new_id()}", HTMX)
        found = ATTEMPT.search(html)
        tally.statuses[status] += 1
        if status != 200 or found is None:
            return
        base = f"{plan['base']}{found.group(1).decode()}/"
        for question, given in plan["cycle"]:
            fields = f"act={new_id()}&answer={given}&language=fr"
            status, _ = await line.post(cookie, f"{base}{question}/", fields, HTMX)
            tally.statuses[status] += 1
        status, _ = await line.post(cookie, f"{base}close/", f"act={new_id()}&language=fr", HTMX)
        tally.statuses[status] += 1
        tally.cycles += status == 200
        if time.monotonic() > end:
            return


async def play(plan: dict[str, Any]) -> dict[str, Any]:
    """Runs the plan; every connection is open before the clock starts."""
    tally = Tally()
    lines = [
        Line(plan["port"], *await asyncio.open_connection("127.0.0.1", plan["port"]))
        for _ in range(plan["connections"])
    ]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    began = time.monotonic()
    end = began + plan["seconds"]
    if plan["mode"] == "cycles":
        cookies = iter(plan["cookies"])
        await asyncio.gather(*(cycle_all(line, plan, cookies, end, tally) for line in lines))
    else:
        jobs = iter(plan["jobs"])
        await asyncio.gather(*(answer_all(line, jobs, end, tally) for line in lines))
    seconds = time.monotonic() - began
    for line in lines:
        line.writer.close()
    waits = sorted(tally.waits) or [0.0]
    return {
        "seconds": seconds,
        "acked": tally.acked,
        "unsure": tally.unsure,
        "cycles": tally.cycles,
        "prepared": tally.prepared,
        "statuses": {str(status): count for status, count in tally.statuses.items()},
        "p50_ms": 1000 * waits[len(waits) // 2],
        "p99_ms": 1000 * waits[int(len(waits) * 0.99)],
    }


def main() -> None:
    """Reads the plan, plays it, writes what happened."""
    plan, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.write_text(json.dumps(asyncio.run(play(json.loads(plan.read_text())))))


if __name__ == "__main__":
    main()
