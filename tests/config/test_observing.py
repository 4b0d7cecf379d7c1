"""What is noted of a request: its id, its route, how long it took; never who somebody is."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.tasks import task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from preau.common.ids import new_id
from preau.config import current, figures, logs, metrics, slow, worker
from preau.config.observing import observed
from tests import cast


@pytest.fixture(autouse=True)
def state(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    settings.STATE = tmp_path
    monkeypatch.setattr(metrics, "_counts", {})
    monkeypatch.setattr(metrics, "_writing", True)  # no thread of a test outlives it
    token = current.REQUEST.set("")
    yield tmp_path
    current.REQUEST.reset(token)


def ask(path: str = "/health", **environ: str) -> tuple[str, dict[str, str]]:
    """Through the whole of the server's side: (status, headers)."""
    seen: list[tuple[str, dict[str, str]]] = []

    def start(line: str, headers: list[tuple[str, str]], *error: Any) -> None:
        seen.append((line, dict(headers)))

    given = {"PATH_INFO": path, "REQUEST_METHOD": "GET", "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    body = observed(WSGIHandler())({**given, "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), **environ}, start)
    b"".join(body)
    return seen[0]


@pytest.mark.django_db(transaction=True)
def test_each_request_has_an_id_of_ours() -> None:
    _line, first = ask(HTTP_X_REQUEST_ID="chosen-by-a-stranger")
    _line, second = ask()
    assert first["X-Request-ID"] not in ("chosen-by-a-stranger", second["X-Request-ID"])


@pytest.mark.django_db(transaction=True)
def test_behind_a_proxy_its_id_is_kept_when_it_is_one(settings: Any) -> None:
    settings.BEHIND_PROXIES = 1
    assert ask(HTTP_X_REQUEST_ID="4f2a9c01aa")[1]["X-Request-ID"] == "4f2a9c01aa"
    for odd in ("", "x", "a" * 65, "a b c d e f", 'é"quoted"', "line\nend-of-it"):
        assert ask(HTTP_X_REQUEST_ID=odd)[1]["X-Request-ID"] != odd


@pytest.mark.django_db(transaction=True)
def test_a_request_is_one_line_without_a_name(caplog: pytest.LogCaptureFixture, settings: Any) -> None:
    ana = cast.person("Ana")
    device = cast.browser(ana).cookies["device"].value
    with caplog.at_level(logging.INFO, logger="preau.requests"):
        _line, headers = ask("/me/", HTTP_COOKIE=f"device={device}")
    record = next(r for r in caplog.records if r.name == "preau.requests")
    said = json.loads(logs.Json().format(record))
    assert said["request"] == headers["X-Request-ID"]
    assert (said["route"], said["status"], said["method"], said["person"]) == ("my_courses", 200, "GET", str(ana.pk))
    assert said["ms"] > 0
    assert "ana" not in json.dumps({**said, "person": ""}).lower()
    assert f"request={headers['X-Request-ID']}" in logs.Text().format(record)


@pytest.mark.django_db(transaction=True)
def test_a_failure_and_a_slow_answer_are_warnings_and_the_slow_one_is_kept(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SLOW_MS = 0
    line, headers = ask()
    assert line == "200 OK"
    assert [r.levelno for r in caplog.records if r.name == "preau.requests"] == [logging.WARNING]
    kept = slow.latest(10)
    assert [(one["route"], one["request"]) for one in kept] == [("health", headers["X-Request-ID"])]


def test_the_list_of_slow_ones_stays_small(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    monkeypatch.setattr(slow, "LARGEST", 2000)
    for number in range(200):
        slow.note(f"route{number}", "200", 2.0, "id")
    assert sum(path.stat().st_size for path in (state / "watch").iterdir()) < 5000
    assert [one["route"] for one in slow.latest(3)] == ["route199", "route198", "route197"]
    with slow.place().open("a") as file:
        file.write("{a line that was cut")
    assert [one["route"] for one in slow.latest(1)] == ["route199"]


@task()
def nothing() -> None:
    """Any task will do."""
    ran.append(current.REQUEST.get())


@task()
def fails() -> None:
    """One that cannot."""
    raise ValueError("no")


ran: list[str] = []


@pytest.mark.django_db
def test_the_id_reaches_the_task_and_its_log(caplog: pytest.LogCaptureFixture) -> None:
    ran.clear()
    current.REQUEST.set("4f2a9c01aa")
    rows = [DBTaskResult.objects.get(pk=one.enqueue().id) for one in (nothing, fails)]
    current.REQUEST.set("")
    lines: list[dict[str, Any]] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(json.loads(logs.Json().format(record)))  # type: ignore[method-assign]
    worker.logger.addHandler(handler)
    try:
        with caplog.at_level(logging.INFO, logger=worker.logger.name):
            for row in rows:
                row.claim("a worker")
                tasks().run_task(row)
    finally:
        worker.logger.removeHandler(handler)
    assert ran == ["4f2a9c01aa"]
    assert [(line["request"], line["status"], line["level"]) for line in lines] == [
        ("4f2a9c01aa", "successful", "info"),
        ("4f2a9c01aa", "failed", "error"),
    ]
    assert current.REQUEST.get() == ""


def tasks() -> worker.Tasks:
    return worker.Tasks(
        queue_names=["*"],
        interval=1.0,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=new_id().hex,
        excluded_queue_names=[],
    )


def test_figures_of_processes_add_up_and_never_go_back(state: Path) -> None:
    metrics.count("desk", "200", 0.003)
    metrics.count("desk", "200", 0.2)
    gone = state / "watch" / "999999999-aa.json"
    gone.parent.mkdir(exist_ok=True)
    gone.write_text(json.dumps({"desk 200": [1.0, *[0.0] * 11, 1.0], "of another release": [1.0]}))
    for _ in range(2):
        text = list(metrics.histogram(metrics.totals()))
        assert 'preau_request_seconds_count{route="desk",status="200"} 3' in text
        assert 'preau_request_seconds_bucket{route="desk",status="200",le="0.005"} 1' in text
        assert 'preau_request_seconds_bucket{route="desk",status="200",le="10.0"} 2' in text
        assert 'preau_request_seconds_bucket{route="desk",status="200",le="+Inf"} 3' in text
    assert not gone.exists()


def test_a_label_cannot_break_its_line() -> None:
    assert list(metrics.gauge("x", "X.", {'a"\n\\': 1}, "k"))[-1] == 'preau_x{k="a\\"\\n\\\\"} 1'


@pytest.mark.django_db
def test_the_worker_counts_acts_once_an_hour(settings: Any, edition: Any, ana: Any) -> None:
    now = timezone.now()
    figures.count_acts(now)
    counted = figures.counted_acts()
    assert counted is not None
    assert counted[1]["enrol"] == 1
