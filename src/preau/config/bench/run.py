"""The run: which figures, on which databases, told as they come."""

import importlib.util
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from preau.config.bench import (
    acts,
    certificates,
    digests,
    leasing,
    machine,
    newsletter,
    peer,
    public,
    search,
    threads,
    watching,
    web,
    worlds,
)
from preau.config.bench.bars import BARS
from preau.config.bench.plan import FULL, Size
from preau.config.bench.report import Figure
from preau.config.bench.worlds import PYTHON, BenchError, World
from preau.config.postgres import PostgresError
from preau.config.programs import CHROMIUM, NGINX, POSTGRESQL, WRK, ensure
from preau.config.setup import say

type Measure = Callable[[World, Size], Iterator[Figure]]


def browser(world: World, size: Size) -> Iterator[Figure]:
    """A unit page and the next one in Chromium."""
    chromium = CHROMIUM.find()
    if chromium is None or importlib.util.find_spec("playwright") is None:
        raise BenchError("needs Chromium and Playwright, which `./preau test` sets up")
    facts = world.facts
    with world.serve() as server:
        words = [str(chromium), server.url + facts["page"], server.url + facts["next"], facts["cookies"][0]]
        command = [*PYTHON, "preau.config.bench.browser", *words]
        done = subprocess.run(command, env=world.env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise BenchError(f"the browser: {done.stderr.strip()[-800:]}")
    found = json.loads(done.stdout)
    first, after, alone = found["first"], found["next"], "the document alone"
    yield bar("browser-first-bytes", first["bytes"], "bytes", alone, first["document"])
    yield bar("browser-first-requests", first["requests"], "requests", alone, 1)
    yield bar("browser-next-bytes", after["bytes"], "bytes", alone, after["document"])


def weights(world: World, size: Size) -> Iterator[Figure]:
    """Bytes a row; an attempt is told with its ten answers, the acts of both apart."""
    found = world.inside("size", answers=size.stored)
    end = world.engine
    yield bar(f"bytes-answer-{end}", found["answer"], "bytes/row", "what its columns hold", found["content"])
    yield bar(f"bytes-act-{end}", found["act"], "bytes/row", "an answer's row", found["answer"])
    attempt = found["attempt"] + 10 * found["answer"]
    note = f"attempt, result, completion, ten answers; their twelve acts take {12 * found['act']:.0f} more"
    yield bar(f"bytes-attempt-{end}", attempt, "bytes", "what ten answers hold", 10 * found["content"], note)
    learner, apart = found["learner"], f"person, enrolment, journal; the act takes {found['act']:.0f} more"
    yield bar(f"bytes-learner-{end}", learner, "bytes", "an answer's row", found["answer"], apart)


def scale(world: World, size: Size) -> Iterator[Figure]:
    """An act and a reading with ten times as many acts stored."""
    facts, end = world.facts, world.engine
    found = world.inside(
        "scale",
        steps=list(size.acts),
        people=facts["people"],
        attempts=facts["attempts"][0],
        questions=facts["questions"][0],
    )
    for what in ("insert", "read"):
        few, many = found[0][what], found[1][what]
        yield bar(f"scale-{what}-{end}", many, "ms", "the same with a tenth as many acts", few, size.scaled)


def rerun(world: World, size: Size) -> Iterator[Figure]:
    """The next edition of a large course."""
    found = world.inside("again")
    note = f"{found['pages']} pages"
    yield bar(f"rerun-{world.engine}", found["seconds"], "s", "twenty seconds", 20, note)


def former(world: World, size: Size) -> Iterator[Figure]:
    """A file of people of former editions with their results."""
    found = world.inside("former", people=size.former)
    note = (
        f"{found['people']} people, {found['rows']} results, {found['doubts']} doubts, {found['more_mb']:.0f} MB more"
    )
    if size.former < 130_000:
        note = f"{note}; a tenth stands in for 130 000"
    yield bar(f"former-{world.engine}", found["seconds"], "s", "ten minutes", 600, note)


def demo() -> Iterator[Figure]:
    """`./preau demo --no-serve` in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="preau-bench-demo-") as folder:
        env = {**os.environ, "PREAU_VAR": folder}
        began = time.monotonic()
        command = [*PYTHON, "preau.config.command", "demo", "--no-serve"]
        done = subprocess.run(command, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        seconds = time.monotonic() - began
    if done.returncode:
        raise BenchError(f"the demo ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    yield bar("demo", seconds, "s", "three minutes", 180)


def bar(name: str, value: float, unit: str, limit_name: str, limit: float, note: str = "") -> Figure:
    """A figure with the bar of its name, if it has one."""
    return Figure(name, value, unit, limit_name, limit, BARS.get(name), note)


@dataclass(frozen=True)
class Group:
    """Figures measured together; their names begin with the group's. `once`: on the first database only."""

    name: str
    measure: Measure
    once: bool = False


# Those that fill a database come last: the others see the same few rows whatever was chosen.
GROUPS = (
    Group("page", web.page, once=True),
    Group("public", public.public, once=True),
    Group("sign-in", web.sign_in, once=True),
    Group("browser", browser, once=True),
    Group("video", watching.video),
    Group("memory", acts.memory, once=True),
    Group("peer", peer.aggregation, once=True),
    Group("queries", web.queries),
    Group("fragment", web.fragment),
    Group("peers", web.peers),
    Group("peers-quiz-cycle", acts.cycles),
    Group("threads", threads.threads),
    Group("answer", acts.answer),
    Group("bursts", acts.bursts),
    Group("rerun", rerun),
    Group("former", former),
    Group("certificates", certificates.certificates),
    Group("bytes", weights),
    Group("peer", leasing.pairs),
    Group("digests", digests.digests),
    Group("newsletter", newsletter.newsletter),
    Group("search", search.medians),
    Group("scale", scale),
)
NAMES = tuple(dict.fromkeys([*(group.name for group in GROUPS), "demo"]))


@dataclass
class Report:
    """What was measured, and a sentence for each thing that was not."""

    figures: list[Figure] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def run(only: Sequence[str], size: Size, engines: Sequence[str], tell: Callable[[Figure], None]) -> Report:
    """Measures, calling `tell` with each figure as it comes. What cannot be measured is named and the rest goes on."""
    report = Report()
    report.missing += ensure([NGINX, WRK, *([POSTGRESQL] if "postgresql" in engines else [])])
    for engine in engines:
        groups = [group for group in GROUPS if chosen(group.name, only) and not (group.once and engine != engines[0])]
        if groups:
            on_engine(engine, groups, only, size, report, tell)
    if "demo" in only or (not only and size is FULL):
        keep("demo", demo(), only, report, tell)
    return report


def on_engine(
    engine: str,
    groups: Iterable[Group],
    only: Sequence[str],
    size: Size,
    report: Report,
    tell: Callable[[Figure], None],
) -> None:
    """The groups of one database, in a world made for them."""
    try:
        with worlds.world(engine, learners=size.learners, quizzes=size.quizzes) as world:
            for group in groups:
                say(f"measuring {group.name} on {engine}")
                keep(f"{group.name} on {engine}", group.measure(world, size), only, report, tell)
    except (PostgresError, BenchError) as error:
        report.missing.append(f"{engine}: {error}")


def keep(
    title: str, figures: Iterator[Figure], only: Sequence[str], report: Report, tell: Callable[[Figure], None]
) -> None:
    """Takes the figures that were asked for; a failure is a sentence in the report."""
    try:
        for figure in figures:
            if wanted(figure.name, only):
                report.figures.append(figure)
                tell(figure)
    except (BenchError, PostgresError, OSError, subprocess.SubprocessError) as error:
        say(f"{title}: {error}")
        report.missing.append(f"{title}: {error}")


def chosen(group: str, only: Sequence[str]) -> bool:
    """Does a group hold something that was asked for?"""
    return not only or any(
        name == group or name.startswith(f"{group}-") or group.startswith(f"{name}-") for name in only
    )


def wanted(figure: str, only: Sequence[str]) -> bool:
    """Was this figure asked for, by its name or its group's?"""
    return not only or any(figure == name or figure.startswith(f"{name}-") for name in only)


def described(engines: Sequence[str], size: Size) -> dict[str, object]:
    """`machine` in the report."""
    return {**machine.facts(), "databases": list(engines), "size": size.name}
