"""Peer assessment: copies given to those who ask, with a large class in the pool."""

from collections.abc import Iterator

from preau.config.bench import limits
from preau.config.bench.bars import BARS
from preau.config.bench.plan import Size
from preau.config.bench.report import Figure
from preau.config.bench.worlds import World

COPIES = 50_000
CLIENTS = 16
STEADY = 100  # pairs a second


def pairs(world: World, size: Size) -> Iterator[Figure]:
    """Ask for a copy and finish its review, through the real actions: how many pairs a second, how long one takes when
    a hundred come a second, and how many leases are forbidden ones. SQLite has one writer: it has no such bar."""
    if world.cluster is None:
        return
    found = world.inside("pairs", copies=COPIES, clients=CLIENTS, seconds=size.seconds, steady=STEADY)
    limit = limits.one_row_inserts(world, size.seconds, CLIENTS)
    note = f"{COPIES:,} copies, {CLIENTS} clients; p50 {found['p50_ms']:.0f} ms, p99 {found['p99_ms']:.0f} ms"
    name = "peer-pairs"
    value = found["pairs"] / found["seconds"]
    yield Figure(
        name, value, "pairs/s", "pgbench, one-row insert, 16 clients", limit, BARS[name], note.replace(",", " ", 1)
    )
    name = "peer-pair-p99"
    note = f"ask and finish at {STEADY} pairs a second, {found['steady']} of them; p50 {found['steady_p50_ms']:.1f} ms"
    yield Figure(name, found["steady_p99_ms"], "ms", "a one-row insert", 1000 * CLIENTS / limit, BARS[name], note)
    name = "peer-forbidden"
    note = "one's own, one's team's, another language, twice, or counted wrongly in the pool"
    yield Figure(name, found["forbidden"], "leases", "leases", found["leases"], BARS[name], note)
