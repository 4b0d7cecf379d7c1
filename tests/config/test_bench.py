"""The bench: what it reports, and that it counts what happened. No figure of it is judged here."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from preau.config.bench import acts, client, drill, limits, machine, plan, report, rows, run
from preau.config.bench.bars import BARS
from preau.config.bench.plan import PROBES
from preau.config.bench.report import Bar, Figure
from preau.config.bench.worlds import BenchError, World
from preau.interop.importing import import_path

NUMBERS = st.floats(min_value=0.001, max_value=1e9)
FIRST, LAST = datetime(2024, 1, 1), datetime(2030, 1, 1)  # noqa: DTZ001  hypothesis wants them bare
COOKIE, PATH, FIELDS = "cookie", "/e/drill-bench/me/quiz/a/q/", "answer=1&language=fr"


@given(NUMBERS, NUMBERS)
def test_a_ratio_is_the_value_over_its_limit(value: float, limit: float) -> None:
    assert Figure("page", value, "pages/s", "nginx", limit).ratio == value / limit


def test_without_a_limit_there_is_no_ratio_and_a_bar_on_it_is_not_reached() -> None:
    figure = Figure("page", 5, "pages/s", "nginx", None, Bar(0.5))
    assert (figure.ratio, figure.reached) == (None, False)


@given(NUMBERS, NUMBERS)
def test_a_bar_at_least_and_a_bar_at_most_meet_only_at_the_bar(value: float, at: float) -> None:
    least, most = (Bar(at, "value", most=way).reached_by(value, None) for way in (False, True))
    assert (least and most) == (value == at)
    assert least or most


def test_a_figure_without_a_bar_is_neither_reached_nor_missed() -> None:
    assert Figure("bytes-act-sqlite", 250, "bytes/row", "an answer's row", 120).reached is None


def test_a_row_tells_value_limit_ratio_bar_and_verdict() -> None:
    figure = Figure("page-one-core", 30_000, "pages/s", "nginx", 40_000, BARS["page-one-core"], "busy machine")
    first, second = report.row(figure).splitlines()
    assert first.split() == ["page-one-core", "30", "000", "pages/s", "40", "000", "nginx", "0.75", "≥", "0.5", "yes"]
    assert second.strip() == "busy machine"


def test_the_document_holds_the_keys_of_the_contract() -> None:
    document = report.document(machine.facts(), [Figure("demo", 60, "s", "three minutes", 180)], ["no browser"])
    assert {"machine", "figures"} <= document.keys()
    assert {"name", "value", "unit", "limit_name", "limit", "ratio"} <= document["figures"][0].keys()
    assert json.loads(json.dumps(document)) == document


def test_every_bar_belongs_to_a_group() -> None:
    groups = {group.name for group in run.GROUPS} | {"demo"}
    assert all(any(name == group or name.startswith(f"{group}-") for group in groups) for name in BARS)


def test_a_figure_is_asked_for_by_its_name_or_its_groups() -> None:
    assert run.wanted("fragment-quiz-sqlite", ["fragment"])
    assert run.wanted("fragment-quiz-sqlite", ["fragment-quiz"])
    assert not run.wanted("fragment-quiz-sqlite", ["fragment-lesson"])
    assert run.chosen("fragment", ["fragment-lesson-sqlite"])
    assert not run.chosen("fragment", ["page"])


def test_an_unknown_figure_is_refused() -> None:
    with pytest.raises(CommandError, match="no such figure"):
        call_command("bench", "--only", "velocity")


def test_smaller_sizes_say_what_stands_in_for_the_millions() -> None:
    assert plan.QUICK.scaled
    assert plan.FULL.scaled == ""


def test_wrk_is_read_and_a_wrong_answer_is_no_rate() -> None:
    assert limits.rate_of("Requests/sec:  1234.56\nTransfer/sec: 1MB", "http://x") == 1234.56
    with pytest.raises(BenchError):
        limits.rate_of("Non-2xx or 3xx responses: 9\nRequests/sec:  1234.56", "http://x")


def test_measures_alternate_and_their_medians_are_kept() -> None:
    order: list[str] = []
    ours, theirs = iter([1.0, 9.0, 2.0]), iter([5.0, 4.0, 6.0])

    def first() -> float:
        order.append("limit")
        return next(theirs)

    def second() -> float:
        order.append("value")
        return next(ours)

    assert limits.alternate(3, first, second) == [5.0, 2.0]
    assert order == ["limit", "value"] * 3


def act_row(act: str, attempt: str = "a", question: str = "q") -> tuple[str, str]:
    return act, json.dumps({"attempt": attempt, "question": question})


def test_an_acknowledged_act_stored_once_is_neither_lost_nor_doubled() -> None:
    assert acts.verdict([["1", COOKIE, PATH, FIELDS]], [act_row("1")], [("a", "q")]) == (0, 0)


def test_an_act_without_its_row_or_without_its_answer_is_lost() -> None:
    acked = [["1", COOKIE, PATH, FIELDS]]
    assert acts.verdict(acked, [], [("a", "q")]) == (1, 0)
    assert acts.verdict(acked, [act_row("1")], []) == (1, 0)


def test_two_acts_for_one_answer_are_doubled() -> None:
    assert acts.verdict([["1", COOKIE, PATH, FIELDS]], [act_row("1"), act_row("2")], [("a", "q")]) == (0, 1)


class Stub(BaseHTTPRequestHandler):
    """Answers every POST, and hangs up on the fields `broken`."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if b"broken" in body:
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def stub() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def played(*fields: str, known: tuple[str, ...] = ()) -> dict[str, Any]:
    with stub() as port:
        jobs = [[COOKIE, PATH, text, *known] for text in fields]
        return asyncio.run(
            client.play({"port": port, "mode": "answers", "connections": 1, "seconds": 30, "jobs": jobs})
        )


def test_the_client_remembers_what_was_acknowledged() -> None:
    found = played(FIELDS, FIELDS, FIELDS)
    assert (len(found["acked"]), found["unsure"], found["prepared"]) == (3, [], 3)
    assert len({act for act, *_ in found["acked"]}) == 3


def test_an_act_that_was_cut_is_unsure_and_nothing_follows_it() -> None:
    found = played(FIELDS, "broken", FIELDS)
    assert (len(found["acked"]), len(found["unsure"]), found["prepared"]) == (1, 1, 2)


def test_a_replay_keeps_the_id_of_its_act() -> None:
    found = played(FIELDS, known=("the-same",))
    assert (found["acked"], found["prepared"]) == ([["the-same", COOKIE, PATH, FIELDS]], 0)


def test_neighbouring_prepared_answers_belong_to_different_learners(tmp_path: Path) -> None:
    questions = [[f"q{n}", "1"] for n in range(drill.QUESTIONS)]
    kept = [f"kept-{n}" for n in range(PROBES)]
    cookies, attempts = ["ana", "ben", *kept], [["a1", "b1", *kept]]
    facts = {"cookies": cookies, "base": "/", "attempts": attempts, "questions": [questions]}
    world = World("sqlite", tmp_path, facts=facts)
    jobs = world.jobs(1000)
    assert [cookie for cookie, *_ in jobs[:4]] == ["ana", "ben", "ana", "ben"]
    assert len({path for _, path, _ in jobs}) == len(jobs) == 20
    world.used = 15
    assert world.jobs(1000) == jobs[15:]


@pytest.mark.django_db
def test_the_drill_imports_whole(tmp_path: Path) -> None:
    drill.write(tmp_path / "drill", 2)
    found = import_path(tmp_path / "drill", slug=None, by=None, now=datetime(2026, 3, 2, tzinfo=UTC), dry_run=True)
    assert (found.units, found.questions, found.skipped) == (3, 3 * drill.QUESTIONS, [])


@given(st.datetimes(FIRST, LAST, timezones=st.just(UTC)))
def test_the_second_week_of_a_bench_edition_is_running(now: datetime) -> None:
    assert 7 <= (now.astimezone(rows.ZONE).date() - rows.last_monday(now).astimezone(rows.ZONE).date()).days < 14
