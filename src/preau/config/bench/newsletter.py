"""The newsletter of a large site: an issue queued for every subscriber."""

from collections.abc import Iterator

from preau.config.bench.bars import BARS
from preau.config.bench.plan import Size
from preau.config.bench.report import Figure, number
from preau.config.bench.worlds import World


def newsletter(world: World, size: Size) -> Iterator[Figure]:
    """Seconds to queue an issue for everybody who subscribes, beside a bare insert of as many messages; and how many
    people have none or two."""
    found = world.inside("mailshot", people=size.subscribers)
    end = world.engine
    note = (
        f"{number(size.subscribers)} people, half without an account, {number(found['letters'])} letters each, "
        f"counted in {found['counted']:.1f} s"
    )
    if size.subscribers < 130_000:
        note = f"{note}; a tenth stands in for 130 000"
    key = f"newsletter-{end}"
    yield Figure(key, found["seconds"], "s", "bare insert of the messages", found["insert"], BARS[key], note)
    key = f"newsletter-wrong-{end}"
    yield Figure(key, found["wrong"], "people", "people", size.subscribers, BARS[key], "with no issue, or two")
