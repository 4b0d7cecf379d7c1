"""The worker: tasks one by one, and beside them what must happen by itself: the outbox, tasks whose worker was
killed."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import close_old_connections, connection
from django.tasks.base import TaskResultStatus
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from preau.accounts.models import Device
from preau.certificates import claiming, serving, tending
from preau.certificates import status as lists
from preau.common.ids import new_id
from preau.common.pace import Paced
from preau.config import current, erasures, figures
from preau.content import printing, shelf, videos
from preau.courses.models import Edition
from preau.desk import notices as deadlines
from preau.discussion import counting, digests, hosting, indexing
from preau.discussion import telling as threads
from preau.exams import linking
from preau.grades import carrying
from preau.home import weekly
from preau.mail import actions as mail
from preau.news import audience, mailing, site, subscribing, waiting
from preau.news import telling as opening
from preau.past import withdrawing
from preau.peer import comparing, computing, converting, grace_day, publishing, sweeping, telling, uploading
from preau.quizzes import closing
from preau.subtitles import telling as subtitles
from preau.support import alerts, announcements, status

logger = logging.getLogger(__name__)
KEEPER = erasures.Keeper()
KEPT = carrying.Keeper()
DOCUMENTS = tending.Documents()

POLL = 1.0  # seconds between looks at the queue
TEND = 3.0  # seconds between looks at the outbox
LEASE = timedelta(minutes=15)  # a task that runs longer lost its worker; tasks of ours are cut into shorter pieces
TRIES = 5
MAIL_AT_ONCE = 20.0  # seconds of mail before the rest is looked at; what waits goes at the next look


class Tasks(Worker):
    """Runs tasks one by one, each under the id of the request that enqueued it, and tells the log how each went."""

    def run_task(self, db_task_result: DBTaskResult[..., object]) -> None:
        """As the parent's, which never raises."""
        began = time.monotonic()
        current.resume(db_task_result.args_kwargs)
        super().run_task(db_task_result)
        failed = db_task_result.status == TaskResultStatus.FAILED
        fields = {
            "task": db_task_result.task_path,
            "id": str(db_task_result.pk),
            "status": db_task_result.status.lower(),
            "ms": round((time.monotonic() - began) * 1000),
        }
        logger.log(logging.ERROR if failed else logging.INFO, "task", extra={"fields": fields})
        current.resume({})


def reap(now: datetime, lease: timedelta = LEASE) -> int:
    """Put back tasks whose worker was killed (they stay RUNNING for ever) or told to stop (FAILED by SystemExit).

    Tasks are idempotent: run again, they go on where they were cut. After TRIES workers a task stays failed.
    """
    lost = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lte=now - lease)
    stopped = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, exception_class_path__endswith="SystemExit")
    count = 0
    for result in [*lost, *stopped]:
        if len(result.worker_ids) < TRIES:
            rows = DBTaskResult.objects.filter(pk=result.pk, status=result.status)
            count += rows.update(
                status=TaskResultStatus.READY, started_at=None, finished_at=None, exception_class_path=""
            )
    return count


def post(now: datetime) -> None:
    """Send what waits, for so long at most."""
    end = time.monotonic() + MAIL_AT_ONCE
    while mail.deliver(now=now) and time.monotonic() < end:
        continue


CHORES: tuple[Callable[[datetime], object], ...] = (
    post,
    lambda now: alerts.remind(now=now),
    lambda now: serving.serve_due(now=now),
    lambda now: lists.sign_due(now=now),
    DOCUMENTS.look,
    tending.sign_statements,
    lambda now: shelf.refresh_if_behind(),
    Paced(site.refresh_due, site.PACE),
    Paced(audience.add_up, audience.PACE),
    reap,
    lambda now: deadlines.tell_due(now=now),
    lambda now: announcements.serve_due(now=now),
    Paced(KEPT.look, carrying.PACE, more=True),
    Paced(sweeping.sweep, sweeping.PACE),
    Paced(closing.close_due, closing.PACE, more=True),
    lambda now: computing.recompute_due(now=now),
    lambda now: publishing.publish_due(now=now),
    Paced(publishing.release_due, publishing.PACE),
    Paced(grace_day.open_due, grace_day.PACE),
    lambda now: telling.tell_due(now=now),
    converting.convert_beside,
    lambda now: uploading.sweep(now=now),
    Paced(videos.encode_beside, videos.PACE),
    Paced(videos.reprint_due, videos.REPRINT),
    Paced(comparing.compare_due, comparing.PACE, more=True),
    Paced(opening.tell_due, opening.PACE),
    lambda now: mailing.queue_due(now=now),
    Paced(subscribing.tend, subscribing.PACE),
    Paced(waiting.forget, waiting.PACE),
    Paced(linking.forget, linking.PACE),
    Paced(claiming.forget, claiming.PACE, more=True),
    lambda now: indexing.index_due(now=now),
    lambda now: threads.tell_due(now=now),
    Paced(counting.count_due, counting.PACE),
    Paced(hosting.tend, hosting.PACE),
    Paced(subtitles.tell_due, subtitles.PACE, more=True),
    Paced(digests.prepare, digests.PACE, more=True),
    Paced(weekly.prepare, weekly.PACE, more=True),
    lambda now: Device.objects.filter(expire_date__lt=now).delete(),
    lambda now: withdrawing.sweep(),
    lambda now: KEEPER.look(),
    figures.count_acts,
    lambda now: figures.beat(),
    lambda now: status.keep_fresh(now),
)


def tend(now: datetime) -> None:
    """One look at everything that nobody asks for. What fails is logged and keeps nothing else from its turn: mail and
    certificates hang on this thread."""
    for chore in CHORES:
        try:
            chore(now)
        except Exception:
            logger.exception("a chore of the worker failed")


def reprint_next(behind: list[Edition]) -> None:
    """Print the first of `behind` again and take it off the list, whatever comes of it: an edition that cannot be
    printed must not keep the others from it, and is tried again when a worker starts."""
    if behind:
        edition = behind.pop(0)
        try:
            changed = printing.reprint(edition, now=timezone.now())
            logger.info("printed %s again: %d pages changed", edition.slug, len(changed))
        except Exception:
            logger.exception("%s could not be printed again", edition.slug)


def tend_for_ever(stop: threading.Event) -> None:
    """The loop of the second thread; an error is logged, and the next look tries again. After an upgrade, editions are
    printed again, one between two looks at the outbox.

    Which ones is asked once: while two releases run beside each other, each would undo the other's printing for ever.
    """
    behind: list[Edition] | None = None
    while not stop.wait(TEND):
        try:
            tend(timezone.now())
            behind = printing.behind() if behind is None else behind
            reprint_next(behind)
        except Exception:  # whatever it was, the next look must come
            logger.exception("the worker could not look after the site")
        finally:
            close_old_connections()


def run() -> None:
    """Work until a signal says stop."""
    if "default" not in settings.TASKS:
        raise ImproperlyConfigured("TASKS has no default")
    alone = connection.vendor == "sqlite"  # one process tree: whatever still runs was killed with the former one
    reap(timezone.now(), timedelta(0) if alone else LEASE)
    shelf.refresh()  # a kill between a commit and this refresh left the pages on disk a step behind
    stop = threading.Event()
    threading.Thread(target=tend_for_ever, args=(stop,), daemon=True).start()
    worker = Tasks(
        queue_names=["*"],
        interval=POLL,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=new_id().hex,
        excluded_queue_names=[],
    )
    worker.configure_signals()
    try:
        worker.run()
    finally:
        stop.set()
