"""Certificates of a whole edition: how long the worker takes for ten thousand."""

from collections.abc import Iterator

from preau.config.bench.bars import BARS
from preau.config.bench.plan import Size
from preau.config.bench.report import Figure, number
from preau.config.bench.worlds import World

LIMITS = {"printed": ("five minutes", 300), "sealed": ("fifteen minutes", 900)}


def certificates(world: World, size: Size) -> Iterator[Figure]:
    """Seconds until ten thousand credentials and papers are signed, printed in two languages and stored, and the same
    with their seal; and how many awards have none or two."""
    found, end = world.inside("certifying", count=size.certified), world.engine
    for what, (limit_name, limit) in LIMITS.items():
        one = found[what]
        words = ("signing", "printing", "sealing")
        steps = ", ".join(f"{word} {ms:g} ms" for word, ms in zip(words, one["steps"], strict=True) if ms)
        note = f"{steps} each; {one['hands']} hands; {number(size.certified)} stand in for 10 000"
        key = f"certificates-{what}-{end}"
        yield Figure(key, one["seconds"], "s", limit_name, limit, BARS[key], note)
    key = f"certificates-wrong-{end}"
    yield Figure(key, found["wrong"], "documents", "awards", 2 * size.certified, BARS[key], "with none, or two")
