"""Acting: answers through HTTP against the database's own inserts, whole quizzes, and bursts ended by `kill -9`."""

import json
import random
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from preau.config.bench import limits, machine
from preau.config.bench.bars import BARS
from preau.config.bench.plan import Size
from preau.config.bench.report import Figure
from preau.config.bench.worlds import PYTHON, BenchError, Server, World

CLIENTS = 64
CYCLERS = 16
RATE_MOST = 2500  # answers a second that a run may need prepared
BURST = (0.8, 1.6)  # seconds until the kill
ACTS = "SELECT id, outcome FROM audit_act WHERE kind = 'quiz.answer'"
ANSWERS = "SELECT attempt_id, question_id FROM quizzes_answer"


def answer(world: World, size: Size) -> Iterator[Figure]:
    """Answers acknowledged a second at 64 clients, against one-row inserts at the same concurrency."""
    with world.serve() as server:
        played: list[dict[str, Any]] = []

        def ours() -> float:
            played.append(play(world, server, answers_plan(world, size.seconds)))
            return rate(played[-1])

        play(world, server, answers_plan(world, 0.3))
        limit, value = limits.alternate(size.rounds, lambda: limits.one_row_inserts(world, size.seconds, CLIENTS), ours)
    name = f"answer-{world.engine}"
    who = "pgbench, one-row insert, 64 clients" if world.cluster else "bare sqlite3 loop, synchronous FULL, one writer"
    note = f"p50 {played[-1]['p50_ms']:.0f} ms, p99 {played[-1]['p99_ms']:.0f} ms"
    yield Figure(name, value, "answers/s", who, limit, BARS[name], note)


def cycles(world: World, size: Size) -> Iterator[Figure]:
    """A quiz of ten questions from its start to its grade, as a page does it: twelve POSTs, twelve commits."""
    facts = world.facts
    plan = {key: facts[key] for key in ("start", "base", "cycle", "cookies")}
    plan |= {"mode": "cycles", "connections": CYCLERS, "seconds": size.seconds}
    with world.serve() as server:
        limit = limits.one_row_inserts(world, size.seconds, 8)
        played = play(world, server, plan)
    wrong = {status: count for status, count in played["statuses"].items() if status != "200"}
    if wrong or not played["cycles"]:
        raise BenchError(f"the cycles were answered {played['statuses']}")
    name = f"peers-quiz-cycle-{world.engine}"
    value = played["cycles"] / played["seconds"]
    yield Figure(name, value, "cycles/s", "one-row insert, 8 clients", limit, BARS[name], "12 acts a cycle")


def answers_plan(world: World, seconds: float) -> dict[str, Any]:
    """A plan of prepared answers for this long."""
    jobs = world.jobs(int(RATE_MOST * seconds))
    if not jobs:
        raise BenchError("every prepared answer was given")
    return {"mode": "answers", "connections": CLIENTS, "seconds": seconds, "jobs": jobs}


def rate(played: dict[str, Any]) -> float:
    """Acknowledged acts a second; refuses a run in which anything else was answered."""
    if set(played["statuses"]) - {"200"} or played["unsure"]:
        raise BenchError(f"answers were answered {played['statuses']}, {len(played['unsure'])} not at all")
    return float(len(played["acked"]) / played["seconds"])


def start_client(world: World, server: Server, plan: dict[str, Any]) -> tuple[subprocess.Popen[bytes], Path]:
    """The client in a process of its own, which says on its output when it begins; the file where it will write what
    happened."""
    asked, out = world.folder / "plan.json", world.folder / "played.json"
    out.unlink(missing_ok=True)
    asked.write_text(json.dumps({**plan, "port": server.port}))
    command = [*PYTHON, "preau.config.bench.client", str(asked), str(out)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=world.env, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe), out


def play(world: World, server: Server, plan: dict[str, Any]) -> dict[str, Any]:
    """Plays a plan to its end."""
    return finished(world, *start_client(world, server, plan))


def finished(world: World, process: subprocess.Popen[bytes], out: Path) -> dict[str, Any]:
    """What the client wrote; the prepared answers that it sent are used up."""
    _, said = process.communicate(timeout=180)
    if process.returncode:
        raise BenchError(f"the client failed:\n{said.decode(errors='replace')[-1500:]}")
    found: dict[str, Any] = json.loads(out.read_text())
    world.used += found["prepared"]
    return found


@dataclass
class Ledger:
    """What the clients were told, over every burst: [act, cookie, path, fields]."""

    acked: list[list[str]] = field(default_factory=list)
    replayed: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def bursts(world: World, size: Size) -> Iterator[Figure]:
    """Bursts of answers, each ended by `kill -9` of the server, every other one also of PostgreSQL; what was sent and
    not answered is sent again, as an outbox does; then every acknowledged act is looked for in the database."""
    told = Ledger()
    for number in range(size.bursts):
        burst(world, told, power_cut=world.cluster is not None and number % 2 == 1)
    lost, doubled = verdict(told.acked, *stored(world))
    if told.refused:
        raise BenchError(f"bursts were also answered {dict(told.refused)}")
    note = f"{size.bursts} bursts, {told.replayed} acts sent again after the kill"
    for what, count in (("lost", lost), ("doubled", doubled)):
        name = f"bursts-{what}-{world.engine}"
        yield Figure(name, count, f"acts {what}", "acts acknowledged", len(told.acked), BARS[name], note)


def burst(world: World, told: Ledger, *, power_cut: bool) -> None:
    """One burst, its end, and the replay on a server started anew."""
    with world.serve() as server:
        process, out = start_client(world, server, answers_plan(world, 4))
        assert process.stdout is not None
        process.stdout.readline()  # its connections are open
        time.sleep(random.uniform(*BURST))
        machine.kill_tree(server.process.pid)
        try:
            if power_cut and world.cluster:
                world.cluster.kill()
            played = finished(world, process, out)
        finally:
            if power_cut and world.cluster:
                world.cluster.start()
    note(told, played)
    if played["unsure"]:
        again = [[cookie, path, fields, act] for act, cookie, path, fields in played["unsure"]]
        told.replayed += len(again)
        with world.serve() as server:
            plan = {"mode": "answers", "connections": 1, "seconds": 60, "jobs": again}
            note(told, play(world, server, plan))


def note(told: Ledger, played: dict[str, Any]) -> None:
    """Adds what one client was told."""
    told.acked += played["acked"]
    told.refused.update({status: count for status, count in played["statuses"].items() if status != "200"})


def verdict(
    acked: Sequence[Sequence[str]], acts: Sequence[tuple[str, str]], answers: Sequence[tuple[str, str]]
) -> tuple[int, int]:
    """(lost, doubled) among acknowledged acts: `acts` are (id, outcome as JSON), `answers` (attempt, question).

    An act is lost when its row or its answer's row is absent, doubled when one answer carries two acts or two rows."""
    known = {act for act, _ in acts}
    rows = Counter(answers)
    carried = Counter((outcome["attempt"], outcome["question"]) for outcome in (json.loads(text) for _, text in acts))
    lost = doubled = 0
    for act, _cookie, path, _fields in acked:
        attempt, question = path.strip("/").split("/")[-2:]
        lost += act not in known or not rows[attempt, question]
        doubled += rows[attempt, question] > 1 or carried[attempt, question] > 1
    return lost, doubled


def stored(world: World) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Every answer's act and every answer, read past Django."""
    if world.cluster:
        with psycopg.connect(world.cluster.url) as connection:
            acts = connection.execute(ACTS.replace("outcome", "outcome::text")).fetchall()
            rows = connection.execute(ANSWERS).fetchall()
        return [(str(act), text) for act, text in acts], [(str(a), str(q)) for a, q in rows]
    with closing(sqlite3.connect(world.database)) as connection_:
        acts_ = connection_.execute(ACTS).fetchall()
        rows_ = connection_.execute(ANSWERS).fetchall()
    return (
        [(str(UUID(bytes=act)), text) for act, text in acts_],
        [(str(UUID(bytes=a)), str(UUID(bytes=q))) for a, q in rows_],
    )


def memory(world: World, size: Size) -> Iterator[Figure]:
    """The memory of `./preau serve` at rest, its worker included, after it answered a few pages."""
    with world.serve() as server:
        for path in (world.facts["page"], "/fr/courses/"):
            limits.fetch(server.url + path)
        play(world, server, answers_plan(world, 0.2))
        time.sleep(2)
        value = machine.proportional_mb(server.process.pid)
        count = len(machine.tree(server.process.pid))
    yield Figure(
        "memory", value, "MB", "the bar", BARS["memory"].at, BARS["memory"], f"{count} processes, {world.engine}"
    )
