"""What machines ask: `/health` for whoever watches from outside, `/metrics` for a Prometheus of the house."""

import hmac
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from preau.config import figures, metrics
from preau.mail import queries as mail

LOOPBACK = {"127.0.0.1", "::1"}
OWN_NAMES = {"127.0.0.1", "localhost", "[::1]"}
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")  # a proxy spoke for somebody else
NONE_LEFT = 64 << 20  # bytes: no act can be relied on to be stored


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 `ok`, or `late` when the worker of this machine is silent; 503 `down` when nothing can be stored. Never
    more."""
    word, status = "ok", 200
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        seen = figures.worker_seen(timezone.now())
        if figures.disk()[0] < NONE_LEFT:
            word, status = "down", 503
        elif seen is not None and seen > figures.SILENT:
            word = "late"
    except (DatabaseError, OSError):
        word, status = "down", 503
    return HttpResponse(f"{word}\n", content_type="text/plain", status=status, headers={"Cache-Control": "no-store"})


@login_not_required
@require_safe
def exposition(request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus' text format, for this machine itself or with the token; 404 for anybody else."""
    if not may_read(request):
        raise Http404
    body = "\n".join([*lines(timezone.now()), ""])
    return HttpResponse(
        body, content_type="text/plain; version=0.0.4; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


def may_read(request: HttpRequest) -> bool:
    """The bearer's token; or a request of this machine that asks for it by its own name and for nobody else."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        return hmac.compare_digest(token.encode(), settings.METRICS_TOKEN.encode())
    asked = request.META.get("HTTP_HOST", "")
    name = asked if asked.endswith("]") else asked.rpartition(":")[0] or asked
    return (
        request.META.get("REMOTE_ADDR") in LOOPBACK
        and name in OWN_NAMES
        and not any(header in request.META for header in FORWARDED)
    )


def lines(now: datetime) -> Iterator[str]:
    """Every figure. No person's data: routes, kinds and sums only."""
    yield from metrics.histogram(metrics.totals())
    queue, outbox, counted = figures.queue(now), mail.health(now), figures.counted_acts()
    states = {"waiting": queue.waiting, "later": queue.later, "running": queue.running, "failed": queue.failed}
    yield from metrics.gauge("tasks", "Tasks by state.", states, "state")
    yield from metrics.gauge("tasks_oldest_seconds", "Age of the oldest task that may run.", {"": queue.oldest})
    messages = {"waiting": outbox.waiting, "later": outbox.later, "failed": outbox.failed}
    yield from metrics.gauge("outbox", "Messages not sent, by state.", messages, "state")
    yield from metrics.gauge("outbox_oldest_seconds", "Age of the oldest message that may go.", {"": outbox.oldest})
    yield from metrics.gauge("outbox_sent_last_hour", "Messages sent in the last hour.", {"": outbox.sent})
    if counted:
        yield from metrics.gauge("acts", "Acts by kind, when they were last counted.", counted[1], "kind")
        yield from metrics.gauge("acts_counted_at_seconds", "When that was.", {"": int(counted[0].timestamp())})
    free, whole = figures.disk()
    yield from metrics.gauge("disk_free_bytes", "Free, on the disk of the state folder.", {"": free})
    yield from metrics.gauge("disk_bytes", "The whole of that disk.", {"": whole})
    yield from metrics.gauge("database_bytes", "The database's size.", {"": figures.database_size()})
    if (seen := figures.worker_seen(now)) is not None:
        yield from metrics.gauge("worker_seen_seconds", "Since the worker gave a sign.", {"": seen})
