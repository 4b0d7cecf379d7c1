"""Summaries of the discussions for a large course, every person one."""

from collections.abc import Iterator

from preau.config.bench.bars import BARS
from preau.config.bench.plan import Size
from preau.config.bench.report import Figure, number
from preau.config.bench.worlds import World


def digests(world: World, size: Size) -> Iterator[Figure]:
    """Seconds to prepare the summaries of everybody, beside a bare insert of as many messages; and how many people had
    none or two. The process that prepares is killed three times on the way."""
    found = world.inside("summing", people=size.told)
    name, end = "digests", world.engine
    note = f"{number(size.told)} people, {found['posts']} new posts in {found['threads']} threads, killed 3 times"
    key = f"{name}-{end}"
    yield Figure(key, found["seconds"], "s", "bare insert of the messages", found["insert"], BARS[key], note)
    key = f"{name}-wrong-{end}"
    yield Figure(key, found["wrong"], "people", "people", size.told, BARS[key], "with no summary, or two")
