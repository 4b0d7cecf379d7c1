"""Discussions: a thread of a hundred posts read, replies written, as other platforms were measured."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from preau.config.bench import acts, limits, web
from preau.config.bench.bars import BARS
from preau.config.bench.plan import Size
from preau.config.bench.report import Figure
from preau.config.bench.worlds import BenchError, World

CLIENTS = 8
TEXT = "text=On+remonte+depuis+la+fin+du+reseau."


def threads(world: World, size: Size) -> Iterator[Figure]:
    """A thread of a hundred posts by a hundred learners in turn, all cores shared, then replies in those threads."""
    addresses = world.inside("talk", people=world.facts["people"])["threads"]
    visits = [
        (address, web.signed_in(cookie))
        for n, cookie in enumerate(web.visitors(world))
        for address in (addresses[n % len(addresses)],)
    ]
    with world.serve() as server, tempfile.TemporaryDirectory() as folder:
        html = limits.fetch(server.url + world.facts["page"])
        with limits.nginx(html, cpus=None) as static:
            lua = limits.script(Path(folder), visits)
            limits.wrk(server.url, 6, threads=2, lua=lua)  # each process has drawn each thread once
            yield web.shared(f"threads-page-{world.engine}", server.url, static, lua, 1, size)
        yield replies(world, server, addresses, size)


def replies(world: World, server: Any, addresses: list[str], size: Size) -> Figure:
    """Replies acknowledged a second by eight clients, each committed to disk."""
    cookies = world.facts["cookies"]
    most = int(2000 * size.seconds)
    jobs = [[cookies[n % len(cookies)], addresses[n % len(addresses)], TEXT] for n in range(most)]
    limit = limits.one_row_inserts(world, size.seconds, CLIENTS)
    acts.play(world, server, {"mode": "answers", "connections": CLIENTS, "seconds": 0.3, "jobs": jobs[-600:]})
    played = acts.play(
        world, server, {"mode": "answers", "connections": CLIENTS, "seconds": size.seconds, "jobs": jobs}
    )
    if set(played["statuses"]) - {"200"}:
        raise BenchError(f"replies were answered {played['statuses']}")
    name = f"threads-reply-{world.engine}"
    note = f"p50 {played['p50_ms']:.0f} ms, p99 {played['p99_ms']:.0f} ms"
    value = len(played["acked"]) / played["seconds"]
    return Figure(name, value, "replies/s", "one-row insert, 8 clients", limit, BARS[name], note)
