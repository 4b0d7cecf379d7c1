"""Reading: a compiled page, a personal fragment, the course's home, against nginx and against a minimal Django view."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from preau.config.bench import limits, machine, worlds
from preau.config.bench.bars import BARS
from preau.config.bench.plan import Size
from preau.config.bench.report import Figure
from preau.config.bench.worlds import World

BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
VISITORS = 100  # learners whose fragments are asked for in turn


def page(world: World, size: Size) -> Iterator[Figure]:
    """A compiled unit page and nginx's page, the server on one core, the client on another."""
    core, client = machine.server_core(), machine.client_core()
    with world.serve(cpus=core, workers=1) as server:
        url = server.url + world.facts["page"]
        html = limits.fetch(url)
        with limits.nginx(html, cpus=core) as static:
            limit, value = limits.alternate(
                size.rounds,
                lambda: limits.wrk(static, size.seconds, cpus=client, headers=BROWSER),
                lambda: limits.wrk(url, size.seconds, cpus=client, headers=BROWSER),
            )
    name = "page-one-core"
    note = f"{len(html):,} bytes before compression".replace(",", " ")
    yield Figure(name, value, "pages/s", "nginx, precompressed page of 20 KB", limit, BARS[name], note)


def fragment(world: World, size: Size) -> Iterator[Figure]:
    """The personal fragments of a lesson and of a quiz in the middle of an attempt, by a hundred learners in turn."""
    core, client = machine.server_core(), machine.client_core()
    with (
        world.serve(cpus=core, workers=1) as server,
        worlds.minimal_server(core) as least,
        tempfile.TemporaryDirectory() as folder,
    ):
        for kind in ("lesson", "quiz"):
            lua = limits.script(Path(folder), [(world.facts[kind], signed_in(cookie)) for cookie in visitors(world)])
            limits.wrk(server.url, 1, cpus=client, lua=lua)
            limit, value = limits.alternate(
                size.rounds,
                lambda: limits.wrk(least.url, size.seconds, cpus=client),
                lambda script=lua: limits.wrk(server.url, size.seconds, cpus=client, lua=script),  # type: ignore[misc]
            )
            name = f"fragment-{kind}-{world.engine}"
            yield Figure(name, value, "fragments/s", "minimal Django view, same server", limit, BARS[name])


def peers(world: World, size: Size) -> Iterator[Figure]:
    """What other platforms were measured at: all cores, shared by the server, the database and the client."""
    visits = [
        (path, signed_in(cookie)) for cookie in visitors(world) for path in (world.facts["page"], world.facts["lesson"])
    ]
    homes = [(world.facts["home"], signed_in(cookie)) for cookie in visitors(world)]
    with world.serve() as server, tempfile.TemporaryDirectory() as folder:
        html = limits.fetch(server.url + world.facts["page"])
        with limits.nginx(html, cpus=None) as static:
            for name, requests, each in (("content-page", visits, 2), ("course-home", homes, 1)):
                lua = limits.script(Path(folder), requests)
                yield shared(f"peers-{name}-{world.engine}", server.url, static, lua, each, size)


def shared(name: str, url: str, static: str, lua: Path, each: int, size: Size) -> Figure:
    """One page of `each` requests, against nginx on the same cores."""
    limits.wrk(url, 1, threads=2, lua=lua)
    limit, value = limits.alternate(
        size.rounds,
        lambda: limits.wrk(static, size.seconds, threads=2, connections=32, headers=BROWSER),
        lambda: limits.wrk(url, size.seconds, threads=2, lua=lua) / each,
    )
    return Figure(name, value, "pages/s", "nginx, static page, all cores shared", limit, BARS[name])


def queries(world: World, size: Size) -> Iterator[Figure]:
    """Queries of a personal fragment, session included."""
    found = world.inside("probes", **asked(world, size))["queries"]
    for kind, count in found.items():
        name = f"queries-{kind}-{world.engine}"
        yield Figure(name, count, "queries", "one query", 1, BARS[name])


def sign_in(world: World, size: Size) -> Iterator[Figure]:
    """The hash of a password on one core."""
    found = world.inside("probes", **asked(world, size))
    yield Figure("sign-in", found["ours_ms"], "ms", "argon2-cffi alone, same cost", found["bare_ms"], BARS["sign-in"])


def asked(world: World, size: Size) -> Mapping[str, Any]:
    """The arguments of the probes."""
    paths = {kind: world.facts[kind] for kind in ("lesson", "quiz")}
    return {"cookie": world.facts["cookies"][0], "paths": paths, "rounds": 5 * size.rounds + 5}


def visitors(world: World) -> Sequence[str]:
    """The cookies of the learners who read."""
    found: Sequence[str] = world.facts["cookies"][:VISITORS]
    return found


def signed_in(cookie: str) -> dict[str, str]:
    """The headers of htmx in a learner's browser."""
    return {"Cookie": f"device={cookie}", "HX-Request": "true", "Sec-Fetch-Site": "same-origin", **BROWSER}
