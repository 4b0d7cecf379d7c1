"""Videos: what a page with a film costs more than one without, how soon its words can be read on a slow line, and what
accepting a correction of them costs."""

import importlib.util
import json
import shutil
import subprocess
from collections.abc import Iterator

from preau.config.bench.bars import BARS
from preau.config.bench.plan import Size
from preau.config.bench.report import Figure
from preau.config.bench.worlds import PYTHON, BenchError, World
from preau.config.programs import CHROMIUM
from preau.config.series import COURSE

FEW, MANY = 10, 10_000  # suggestions that wait on a track


def video(world: World, size: Size) -> Iterator[Figure]:
    """A lesson with a film of ten minutes, beside the same without; then its corrections."""
    chromium = CHROMIUM.find()
    if chromium is None or importlib.util.find_spec("playwright") is None or not shutil.which("ffmpeg"):
        raise BenchError("needs Chromium, Playwright and ffmpeg, which `./preau test` sets up")
    facts = world.facts
    made = world.inside("filming", sample=str(COURSE), people=facts["people"][:50])
    with world.serve() as server:
        words = [str(chromium), server.url + made["filme"], server.url + made["texte"], facts["cookies"][0]]
        command = [*PYTHON, "preau.config.bench.browser_film", *words]
        done = subprocess.run(command, env=world.env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise BenchError(f"the browser: {done.stderr.strip()[-800:]}")
    found = json.loads(done.stdout)
    first, plain = found["with"], found["without"]
    more, name = first["bytes"] - plain["bytes"], "video-more-bytes"
    note = f"{first['requests'] - plain['requests']} requests more; the picture weighs {made['poster']:,} bytes"
    yield Figure(name, more, "bytes", "the page without a film", plain["bytes"], BARS[name], note)
    name, note = "video-first-line", "400 kbit/s and 400 ms each way, nothing kept from before"
    yield Figure(name, found["first_line"], "ms", "three seconds", 3000, BARS[name], note)
    yield from accepting(world)


def accepting(world: World) -> Iterator[Figure]:
    """Accepting a suggestion with ten and with ten thousand on the track."""
    found = world.inside("accepting", people=world.facts["people"][:50], steps=[FEW, MANY])
    name = f"video-accept-{world.engine}"
    few, many = found[str(FEW)], found[str(MANY)]
    yield Figure(name, many, "ms", f"the same with {FEW} suggestions on the track", few, BARS[name], f"{MANY} on it")
