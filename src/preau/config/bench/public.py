"""The public site: its compiled pages against nginx, and what a first visit of one costs on a phone and a slow line."""

import importlib.util
import json
import subprocess
from collections.abc import Iterator

from preau.config.bench import limits, machine
from preau.config.bench.bars import BARS
from preau.config.bench.plan import Size
from preau.config.bench.report import Figure
from preau.config.bench.web import BROWSER
from preau.config.bench.worlds import PYTHON, BenchError, World
from preau.config.programs import CHROMIUM

LINE = "400 kbit/s and 400 ms each way, nothing kept from before"


def public(world: World, size: Size) -> Iterator[Figure]:
    """The home page served, then home, a course and an article in a browser."""
    made = world.inside("facing")
    yield served(world, size, made["home"])
    chromium = CHROMIUM.find()
    if chromium is None or importlib.util.find_spec("playwright") is None:
        raise BenchError("needs Chromium and Playwright, which `./preau test` sets up")
    with world.serve() as server:
        urls = [server.url + made[name] for name in ("home", "course", "article")]
        command = [*PYTHON, "preau.config.bench.browser_public", str(chromium), *urls]
        done = subprocess.run(command, env=world.env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise BenchError(f"the browser: {done.stderr.strip()[-800:]}")
    pages = json.loads(done.stdout)
    for what, unit, limit_name in (
        ("bytes", "bytes", "the document alone"),
        ("all", "bytes", "the same without its pictures"),
        ("paint", "ms", "2.5 seconds"),
    ):
        name = f"public-{what}"
        worst = max(pages, key=lambda page: page[what])
        limit = {"bytes": worst["document"], "all": worst["bytes"], "paint": 2500}[what]
        note = f"the worst of {len(pages)} pages{'; ' + LINE if what == 'paint' else ''}"
        yield Figure(name, worst[what], unit, limit_name, limit, BARS[name], note)


def served(world: World, size: Size, path: str) -> Figure:
    """A compiled page of the site and nginx's page, as `web.page` does for a unit."""
    core, client = machine.server_core(), machine.client_core()
    with world.serve(cpus=core, workers=1) as server:
        url = server.url + path
        html = limits.fetch(url)
        with limits.nginx(html, cpus=core) as static:
            limit, value = limits.alternate(
                size.rounds,
                lambda: limits.wrk(static, size.seconds, cpus=client, headers=BROWSER),
                lambda: limits.wrk(url, size.seconds, cpus=client, headers=BROWSER),
            )
    name, note = "public-page-one-core", f"{len(html):,} bytes before compression".replace(",", " ")
    return Figure(name, value, "pages/s", "nginx, precompressed page of 20 KB", limit, BARS[name], note)
