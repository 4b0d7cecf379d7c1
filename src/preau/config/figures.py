"""What an operator watches: tasks, outbox, disk, database, worker, acts. Read by the operator's page, by `/metrics` and
by `/health`."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Min
from django.tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from preau.audit import acts
from preau.config import current, dumping

COUNT_EVERY = timedelta(hours=1)  # counting the acts reads the whole table
SILENT = 90  # seconds without a sign of the worker: it may be in the middle of a batch of mail
SHOWN = 50  # failed tasks on the page


@dataclass(frozen=True)
class Queue:
    """`waiting` tasks that may run now, the `oldest` of them in seconds; `later` ones have a time; `running`,
    `failed`."""

    waiting: int
    oldest: int
    later: int
    running: int
    failed: int


def queue(now: datetime) -> Queue:
    """The queue of tasks, in two queries."""
    ready = DBTaskResult.objects.ready().order_by()
    first = ready.aggregate(number=Count("pk"), at=Min("enqueued_at"))
    counts = dict(DBTaskResult.objects.order_by().values_list("status").annotate(Count("pk")))
    return Queue(
        waiting=first["number"],
        oldest=max(0, int((now - first["at"]).total_seconds())) if first["at"] else 0,
        later=counts.get(TaskResultStatus.READY, 0) - first["number"],
        running=counts.get(TaskResultStatus.RUNNING, 0),
        failed=counts.get(TaskResultStatus.FAILED, 0),
    )


def failed_tasks() -> list[dict[str, Any]]:
    """The latest tasks that failed, newest first: [{pk, path, at, error, traceback, request}]."""
    rows = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).order_by("-finished_at", "pk")
    return [
        {
            "pk": row.pk,
            "path": row.task_path,
            "at": row.finished_at,
            "error": row.exception_class_path,
            "traceback": row.traceback,
            "request": row.args_kwargs.get(current.KEY, ""),
        }
        for row in rows[:SHOWN]
    ]


def disk() -> tuple[int, int]:
    """(free, whole) in bytes, of the disk with the state folder."""
    use = shutil.disk_usage(settings.STATE)
    return use.free, use.total


def database_size() -> int:
    """In bytes."""
    return dumping.size()


def folder() -> Path:
    """What processes of this machine leave for each other to see."""
    return Path(settings.STATE) / "watch"


def beat() -> None:
    """A sign of the worker's life."""
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / "worker").touch()


def worker_seen(now: datetime) -> int | None:
    """How many seconds ago the worker of this machine gave a sign; None when it never did."""
    try:
        return max(0, int(now.timestamp() - (folder() / "worker").stat().st_mtime))
    except OSError:
        return None


def count_acts(now: datetime) -> None:
    """Count the acts by kind, unless that was done within the hour."""
    counted = counted_acts()
    if counted is None or not timedelta(0) <= now - counted[0] < COUNT_EVERY:
        said = {"at": now.isoformat(timespec="seconds"), "counts": acts.counts()}
        folder().mkdir(parents=True, exist_ok=True)
        fresh = folder() / "acts.new"
        fresh.write_text(json.dumps(said), encoding="utf-8")
        fresh.replace(folder() / "acts.json")


def counted_acts() -> tuple[datetime, dict[str, int]] | None:
    """(when, {kind: how many}) of the latest count, None before the first."""
    try:
        said = json.loads((folder() / "acts.json").read_text(encoding="utf-8"))
        return datetime.fromisoformat(said["at"]), {str(kind): int(n) for kind, n in said["counts"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
