"""What an operator mends from the page: a failed task run again, messages that were given up sent again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.tasks.base import TaskResultStatus
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.mail import actions as mail


def task(pk: UUID) -> DBTaskResult[..., object]:
    """A task, whatever its state; 404 when there is none. Its page is open to administrators only."""
    if found := DBTaskResult.objects.filter(pk=pk).first():
        return found
    raise Http404


def run_again(*, act: acts.Act, row: DBTaskResult[..., object], by: Person, now: datetime) -> acts.Outcome:
    """Put a failed task back in the queue; it is idempotent, as all of ours. Refuses one that is not failed."""

    def work() -> acts.Outcome:
        failed = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.FAILED)
        again: dict[str, Any] = {"started_at": None, "finished_at": None, "worker_ids": []}
        again |= {"exception_class_path": "", "traceback": ""}
        if not failed.update(status=TaskResultStatus.READY, **again):
            raise Refused(_("This task is no longer a failed one."))
        journal.log("task.again", by=by.pk, about="task", about_id=row.pk, at=now, task=row.task_path)
        return {"task": str(row.pk)}

    return acts.once(act, by.pk, work)


def send_again(*, act: acts.Act, by: Person, now: datetime) -> acts.Outcome:
    """Try every message once more that was given up. Refuses when there is none."""

    def work() -> acts.Outcome:
        count = mail.again()
        if not count:
            raise Refused(_("No message was given up."))
        journal.log("mail.again", by=by.pk, about="mail", about_id=None, at=now, messages=count)
        return {"messages": count}

    return acts.once(act, by.pk, work)
