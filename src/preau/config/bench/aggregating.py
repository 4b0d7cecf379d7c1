"""The engine of peer assessment on a large class, timed and weighed. Runs `inside`."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median

import numpy as np

from preau.peer.aggregation import Floats
from preau.peer.model import aggregate
from preau.peer.sheet import Ids

MB = 1024 * 1024


def run(*, works: int, each: int, rounds: int) -> dict[str, float]:
    """Medians of the seconds that grades take, and that medians alone do; the memory taken beyond the reviews."""
    work, by, grade = reviews(works, each)
    aggregate(work[: 100 * each], by[: 100 * each], grade[: 100 * each])  # what is imported is imported
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins here
    before = memory("VmRSS")
    ours = [timed(lambda: aggregate(work, by, grade))]
    mb = (memory("VmHWM") - before) / MB
    ours += [timed(lambda: aggregate(work, by, grade)) for _ in range(rounds - 1)]
    bare = [timed(lambda: np.median(grade[np.argsort(work)].reshape(works, each), axis=1)) for _ in range(rounds)]
    size = (work.nbytes + by.nbytes + grade.nbytes) / MB
    return {"seconds": median(ours), "medians": median(bare), "mb": mb, "reviews_mb": size}


def reviews(works: int, each: int) -> tuple[Ids, Ids, Floats]:
    """A class in which everybody gives and receives `each` reviews, some of them careless."""
    rng = np.random.default_rng(4)
    order = rng.permutation(works)
    work = np.concatenate([order[(np.arange(works) + 1 + 7 * turn) % works] for turn in range(each)])
    by = np.tile(order, each)
    truth, bias = np.clip(rng.normal(68, 15, works), 0, 100), rng.normal(2, 6, works)
    grade = truth[work] + bias[by] + 9 * rng.normal(size=len(by))
    grade = np.where(rng.uniform(size=works)[by] < 0.05, rng.uniform(0, 100, len(by)), grade)
    return work, by, np.clip(np.round(grade), 0, 100)


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def memory(field: str) -> float:
    """Bytes of this process, as the kernel counts them: VmRSS now, VmHWM at its peak."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * float(next(line.split()[1] for line in lines if line.startswith(field)))
