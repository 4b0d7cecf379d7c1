"""The worker's care for what nobody asks for."""

from datetime import timedelta

import pytest
from django.tasks import task
from django.tasks.base import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from preau.config import worker

pytestmark = pytest.mark.django_db


@task()
def issue() -> None:
    """Any task will do."""


def stuck(status: TaskResultStatus, **fields: object) -> DBTaskResult[..., None]:
    result = DBTaskResult.objects.get(pk=issue.enqueue().id)
    DBTaskResult.objects.filter(pk=result.pk).update(status=status, worker_ids=["gone"], **fields)
    return result


def test_a_task_whose_worker_was_killed_is_put_back() -> None:
    now = timezone.now()
    result = stuck(TaskResultStatus.RUNNING, started_at=now - timedelta(hours=1))
    assert worker.reap(now) == 1
    result.refresh_from_db()
    assert result.status == TaskResultStatus.READY


def test_a_task_that_was_told_to_stop_is_put_back() -> None:
    stuck(TaskResultStatus.FAILED, exception_class_path="builtins.SystemExit", started_at=timezone.now())
    assert worker.reap(timezone.now()) == 1


def test_a_running_task_and_a_real_failure_are_left_alone() -> None:
    now = timezone.now()
    stuck(TaskResultStatus.RUNNING, started_at=now)
    stuck(TaskResultStatus.FAILED, exception_class_path="builtins.ValueError", started_at=now)
    assert worker.reap(now) == 0


def test_a_task_that_kills_its_workers_stays_failed() -> None:
    now = timezone.now()
    result = stuck(TaskResultStatus.RUNNING, started_at=now - timedelta(hours=1))
    DBTaskResult.objects.filter(pk=result.pk).update(worker_ids=["a", "b", "c", "d", "e"])
    assert worker.reap(now) == 0
