"""What `/health` answers and what `./preau doctor` looks at: rows that no single constraint can refuse, and the
house itself."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from preau.content import media
from preau.content.models import MediaFile, Page
from preau.courses.models import Edition, Enrolment
from preau.mail.actions import TRIES
from preau.mail.models import Message
from preau.quizzes.models import Attempt

LEAST_FREE = 1 << 30  # bytes


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when the site and its database answer: for whoever watches it from outside."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def house() -> Iterator[str]:
    """Settings and disk."""
    if not settings.HTTPS and "127.0.0.1" not in settings.SITE_URL and "localhost" not in settings.SITE_URL:
        yield "SITE_URL is plain http: passkeys, installing and offline reading need https"
    if settings.DEBUG:
        yield "DEBUG is on: a page of an error would show its insides to anybody"
    free = shutil.disk_usage(settings.STATE).free
    if free < LEAST_FREE:
        yield f"only {free >> 20} MB of disk are free under {settings.STATE}"
    if "filebased" in settings.MAILERS["default"]["BACKEND"]:
        yield f"no mail server is set (SMTP_HOST): messages are written to {Path(settings.STATE) / 'mail'}"


def outbox() -> Iterator[str]:
    """Messages that were given up."""
    lost = Message.objects.filter(sent_at=None, failures__gte=TRIES).count()
    if lost:
        yield f"{lost} messages could not be sent after {TRIES} tries; see their errors in mail_message"


def rows() -> Iterator[str]:
    """What the actions refuse under lock, found if it slipped by."""
    foreign = Enrolment.objects.exclude(track__edition_id=F("edition_id")).count()
    if foreign:
        yield f"{foreign} enrolments are on a track of another edition"
    strange = Attempt.objects.exclude(unit__course_id=F("enrolment__edition__course_id")).count()
    if strange:
        yield f"{strange} attempts are at a unit of another course than their edition's"


def pages() -> Iterator[str]:
    """Editions without pages, files that are gone."""
    for edition in Edition.objects.exclude(published_at=None).exclude(pk__in=Page.objects.values("edition")):
        yield f"the edition {edition.slug} is published and has no page: print a version"
    for name, digest in MediaFile.objects.order_by("name").values_list("name", "digest").distinct():
        if not media.file_of(digest, Path(name).suffix.lower()).is_file():
            yield f"the file {name} of a course is missing under {settings.MEDIA_ROOT}"


CHECKS: tuple[Callable[[], Iterator[str]], ...] = (house, outbox, rows, pages)
