"""Peer assessment: what the engine takes for a large class."""

from collections.abc import Iterator

from preau.config.bench.bars import BARS
from preau.config.bench.plan import Size
from preau.config.bench.report import Figure
from preau.config.bench.worlds import World

WORKS, EACH = 50_000, 5


def aggregation(world: World, size: Size) -> Iterator[Figure]:
    """Grades of a class from its reviews, against the median of the same reviews."""
    found = world.inside("aggregating", works=WORKS, each=EACH, rounds=size.rounds)
    note = f"{WORKS:,} works of {EACH} reviews; the interval of no staff grade".replace(",", " ")
    name = "peer-aggregate"
    yield Figure(name, found["seconds"], "s", "numpy, medians only", found["medians"], BARS[name], note)
    name = "peer-aggregate-memory"
    yield Figure(name, found["mb"], "MB", "the reviews themselves", found["reviews_mb"], BARS[name])
