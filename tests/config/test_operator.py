"""The operator's page, and what machines are told: nothing of a person, and nothing to strangers."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.tasks import task
from django.tasks.base import TaskResultStatus
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from preau.accounts.models import Person
from preau.audit.models import Entry
from preau.common.ids import new_id
from preau.config import figures, metrics, slow
from preau.mail import actions as mail
from preau.mail.models import Message
from tests import cast

pytestmark = pytest.mark.django_db
PAGE = "/desk/operator/"


@pytest.fixture(autouse=True)
def state(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.STATE = tmp_path
    monkeypatch.setattr(metrics, "_counts", {})
    return tmp_path


@task()
def announce() -> None:
    """Any task will do."""


def failed() -> DBTaskResult[..., Any]:
    row = DBTaskResult.objects.get(pk=announce.enqueue().id)
    fields = {"exception_class_path": "builtins.ValueError", "traceback": "ValueError: <no>", "worker_ids": ["a"] * 5}
    DBTaskResult.objects.filter(pk=row.pk).update(status=TaskResultStatus.FAILED, finished_at=timezone.now(), **fields)
    return row


def given_up(person: Person) -> None:
    mail.queue(
        person_id=person.pk,
        address=person.email,
        key="k",
        language="fr",
        subject="Un mot",
        text="Bonjour.",
        now=timezone.now(),
    )
    Message.objects.update(failures=8, error="550 no such mailbox")


def test_the_page_says_what_waits_and_what_failed(dora: Person, edition: Any) -> None:
    failed()
    given_up(dora)
    slow.note("desk_learners", "200", 3.21, "4f2a9c01aa")
    figures.count_acts(timezone.now())
    page = cast.browser(dora).get(PAGE).content.decode()
    for words in ("announce", "builtins.ValueError", "ValueError: &lt;no&gt;", "550 no such mailbox", "3210"):
        assert words in page
    assert "4f2a9c01aa" in page
    assert dora.email not in page.replace('"', " ").split("<main")[1]


def test_its_queries_do_not_grow_with_the_rows(dora: Person, django_assert_num_queries: Any) -> None:
    failed()
    client = cast.browser(dora)
    with CaptureQueriesContext(connection) as first:
        client.get(PAGE)
    for _ in range(30):
        failed()
    with django_assert_num_queries(len(first)):
        client.get(PAGE)


def test_a_failed_task_runs_again_once(dora: Person) -> None:
    row = failed()
    act = new_id()
    for _ in range(2):
        assert cast.browser(dora).post(f"{PAGE}tasks/{row.pk}/", cast.form(act)).headers["Location"] == PAGE
    row.refresh_from_db()
    assert (row.status, row.worker_ids, row.traceback) == (TaskResultStatus.READY, [], "")
    assert Entry.objects.filter(verb="task.again", about_id=row.pk).count() == 1
    refused = cast.script(dora).post(f"{PAGE}tasks/{row.pk}/", cast.form(), headers={"Accept": "application/json"})
    assert refused.status_code == 422


def test_messages_given_up_go_again(dora: Person) -> None:
    given_up(dora)
    assert cast.browser(dora).post(f"{PAGE}mail/", cast.form()).status_code == 302
    assert Message.objects.get().failures == 0
    assert mail.deliver(now=timezone.now() + timedelta(seconds=1)) == 1
    refused = cast.browser(dora).post(f"{PAGE}mail/", cast.form(), headers={"Accept": "application/json"})
    assert refused.status_code == 422


def test_health_is_one_word(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    client = Client()
    assert client.get("/health").content == b"ok\n"
    figures.beat()
    assert client.get("/health").content == b"ok\n"
    monkeypatch.setattr(figures, "worker_seen", lambda now: 1000)
    late = client.get("/health")
    assert (late.status_code, late.content) == (200, b"late\n")
    monkeypatch.setattr(figures, "disk", lambda: (1, 100))
    full = client.get("/health")
    assert (full.status_code, full.content) == (503, b"down\n")


def test_health_is_503_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise DatabaseError("connection refused for user secret@10.0.0.7")

    monkeypatch.setattr(connection, "cursor", gone)
    answer = Client().get("/health")
    assert (answer.status_code, answer.content) == (503, b"down\n")


def test_metrics_are_for_this_machine_or_a_token(settings: Any) -> None:
    metrics.count("home", "200", 0.01)
    own: dict[str, Any] = {"HTTP_HOST": "127.0.0.1:8000"}
    body = Client().get("/metrics", **own).content.decode()
    assert 'preau_request_seconds_count{route="home",status="200"} 1' in body
    assert "preau_outbox_oldest_seconds 0" in body
    assert 'preau_tasks{state="failed"} 0' in body
    strangers: list[dict[str, Any]] = [
        {},  # by the site's name
        {**own, "REMOTE_ADDR": "10.0.0.9"},
        {**own, "HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {**own, "HTTP_AUTHORIZATION": "Bearer "},
        {"HTTP_AUTHORIZATION": "Bearer "},
    ]
    assert [Client().get("/metrics", **one).status_code for one in strangers[:3]] == [404, 404, 404]
    assert Client().get("/metrics", **strangers[4]).status_code == 404
    settings.METRICS_TOKEN = "a long token"
    assert Client().get("/metrics", HTTP_AUTHORIZATION="Bearer a long token").status_code == 200
    assert Client().get("/metrics", HTTP_AUTHORIZATION="Bearer another").status_code == 404
    assert Client().get("/metrics", **{**own, "HTTP_AUTHORIZATION": "Bearer another"}).status_code == 404


def test_metrics_name_nobody(dora: Person, edition: Any, ana: Person) -> None:
    figures.count_acts(timezone.now())
    body = Client().get("/metrics", HTTP_HOST="localhost").content.decode()
    assert 'preau_acts{kind="enrol"} 1' in body
    for secret in ("ana", "dora", "example.org", str(ana.pk)):
        assert secret not in body
    for line in body.splitlines():
        assert line.startswith("# ") or len(line.rsplit(" ", 1)) == 2
