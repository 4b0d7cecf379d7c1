"""Figures of requests, added up over every web process of this machine.

Each process counts in memory and writes what it has to a file of its own every few seconds; who asks adds the files
up. Those of processes that ended are folded into one, so that a counter never goes back."""

import fcntl
import json
import os
import secrets
import threading
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from preau.config import processes

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
EVERY = 5.0  # seconds between two writes of a process: how late a figure may be
PAST = "past.json"

type Counts = dict[str, list[float]]  # "route status" → [seconds, requests by bound…, slower ones]

_counts: Counts = {}
_lock = threading.Lock()
_name = f"{os.getpid()}-{secrets.token_hex(4)}.json"
_writing = False


def count(route: str, status: str, took: float) -> None:
    """Add one request, `took` in seconds. Half a microsecond, without the disk."""
    key = f"{route} {status}"
    bucket = bisect_left(BOUNDS, took) + 1
    with _lock:
        row = _counts.get(key)
        if row is None:
            row = _counts[key] = [0.0] * (len(BOUNDS) + 2)
            _start()
        row[0] += took
        row[bucket] += 1


def _start() -> None:
    global _writing, _name
    if not _writing:
        _writing, _name = True, f"{os.getpid()}-{secrets.token_hex(4)}.json"
        threading.Thread(target=_write_for_ever, daemon=True).start()


def _write_for_ever() -> None:
    told = 0.0
    pause = threading.Event()
    while not pause.wait(EVERY):
        with _lock:
            total = sum(sum(row[1:]) for row in _counts.values())
        if total != told:
            with suppress(OSError):
                write()
                told = total


def write() -> None:
    """What this process counted, to its file."""
    with _lock:
        body = json.dumps(_counts)
    with held() as folder:
        _replace(folder / _name, body)


def totals() -> Counts:
    """What every process counted, this one to the moment, the others to their latest write."""
    with suppress(OSError):
        write()
    with held() as folder:
        past = _read(folder / PAST)
        alive = []
        for path in folder.glob("*-*.json"):
            pid = path.name.partition("-")[0]
            if pid.isdigit() and processes.alive(int(pid)):
                alive.append(_read(path))
            else:
                past = added([past, _read(path)])
                _replace(folder / PAST, json.dumps(past))
                path.unlink()
        return added([past, *alive])


def added(several: list[Counts]) -> Counts:
    """The sum of counts; a row of another release's shape is left out."""
    total: Counts = {}
    for counts in several:
        for key, row in counts.items():
            if len(row) == len(BOUNDS) + 2:
                total[key] = [one + other for one, other in zip(total.get(key, [0.0] * len(row)), row, strict=True)]
    return total


@contextmanager
def held() -> Iterator[Path]:
    """The folder of the figures, for one process at a time."""
    folder = Path(settings.STATE) / "watch"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _read(path: Path) -> Counts:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _replace(path: Path, body: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(body, encoding="utf-8")
    fresh.replace(path)


def histogram(counts: Counts) -> Iterator[str]:
    """Prometheus' text of request durations by route and status."""
    name = "preau_request_seconds"
    yield f"# HELP {name} How long requests took, by route and status."
    yield f"# TYPE {name} histogram"
    for key in sorted(counts):
        route, _space, status = key.rpartition(" ")
        labels = f'route="{escaped(route)}",status="{escaped(status)}"'
        seconds, *by_bound = counts[key]
        total = 0.0
        for bound, more in zip([*map(str, BOUNDS), "+Inf"], by_bound, strict=True):
            total += more
            yield f'{name}_bucket{{{labels},le="{bound}"}} {total:.0f}'
        yield f"{name}_sum{{{labels}}} {seconds:.6f}"
        yield f"{name}_count{{{labels}}} {total:.0f}"


def gauge(name: str, said: str, values: Mapping[str, float], label: str = "") -> Iterator[str]:
    """Prometheus' text of one figure, by the values of `label` where it has one."""
    yield f"# HELP preau_{name} {said}"
    yield f"# TYPE preau_{name} gauge"
    for key, value in values.items():
        yield f"preau_{name}{f'{{{label}="{escaped(key)}"}}' if label else ''} {value:.15g}"


def escaped(text: str) -> str:
    """A label's value."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
