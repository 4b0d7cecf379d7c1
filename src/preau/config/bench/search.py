"""The search of the discussions, in many posts."""

from collections.abc import Iterator

from preau.config.bench.bars import BARS
from preau.config.bench.plan import Size
from preau.config.bench.report import Figure, number
from preau.config.bench.worlds import World


def medians(world: World, size: Size) -> Iterator[Figure]:
    """Milliseconds of a query of one to three words, rare and common: newest first, best first, and the threads
    suggested while a title is typed; beside it what reading one row by its key costs."""
    found = world.inside("finding", posts=size.posts)
    for what in ("newest", "ranked", "likely"):
        times, name = found[what], f"search-{what}-{world.engine}"
        note = f"{number(size.posts)} posts, {times['queries']} queries"
        note += f"; p95 {times['p95']:.1f} ms, worst {times['most']:.1f} ms"
        yield Figure(name, times["median"], "ms", "reading a row by its key", found["row"], BARS.get(name), note)
