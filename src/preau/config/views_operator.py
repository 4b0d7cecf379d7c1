"""The operator's page at the desk, for administrators: what waits, what failed, what is slow, what runs."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from preau.audit import http
from preau.config import backup, dumping, figures, operating, release, slow
from preau.content import printing
from preau.courses import access
from preau.mail import queries as mail
from preau.peer import converting

SLOW_SHOWN = 30


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everything that an operator looks at, and what failed with a way to try it again."""
    now = timezone.now()
    person = access.administrator(request.user, now=now)
    free, whole = figures.disk()
    values: dict[str, Any] = {
        "zone": person.zone_info,
        "queue": figures.queue(now),
        "failed": figures.failed_tasks(),
        "outbox": mail.health(now),
        "given_up": mail.given_up(),
        "free": free,
        "used": round(100 * (whole - free) / whole),
        "database": figures.database_size(),
        "slow": slow.latest(SLOW_SHOWN),
        "versions": {**release.versions(), _("Database"): dumping.server()},
        "backup": backup.latest(),
        "worker": figures.worker_seen(now),
        "silent": figures.SILENT,
        "behind": printing.behind(),
        "papers": converting.stuck(),
        "counted": figures.counted_acts(),
    }
    return render(request, "config/operator.html", values)


@require_POST
def run_again(request: HttpRequest, task: UUID) -> HttpResponse:
    """Put one failed task back in the queue."""
    now = timezone.now()
    person = access.administrator(request.user, now=now)
    row = operating.task(task)
    payload = {"task": str(task)}
    reply = http.perform(
        request, "task.again", payload, now, lambda act: operating.run_again(act=act, row=row, by=person, now=now)
    )
    return answer(request, reply, _("The task is in the queue again."))


@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    """Try the messages once more that were given up."""
    now = timezone.now()
    person = access.administrator(request.user, now=now)
    reply = http.perform(request, "mail.again", {}, now, lambda act: operating.send_again(act=act, by=person, now=now))
    count = int((reply.outcome or {}).get("messages", 0))
    return answer(
        request, reply, ngettext("{n} message is tried again.", "{n} messages are tried again.", count).format(n=count)
    )


def answer(request: HttpRequest, reply: http.Reply, done: str) -> HttpResponse:
    """Back to the page with what came of it, or JSON for a script."""
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, done)
    return redirect("operator")
