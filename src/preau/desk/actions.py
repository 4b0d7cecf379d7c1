"""What the desk composes of other rooms' verbs; each of them writes its own journal line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from preau.audit.http import Refused
from preau.content import outline as outlines
from preau.content import printing
from preau.content.models import Printing, Version
from preau.courses import actions as courses
from preau.courses.models import Course, Edition, Enrolment
from preau.grades import actions as grades

BATCH = 100
AT_ONCE = 5  # batches in one request: a few seconds


def make_edition(
    course: Course, version: Version, fields: Mapping[str, Any], *, by: UUID | None, now: datetime
) -> Edition:
    """A new edition that prints a version, its dates resolved from weeks; not published.

    Raises `printing.BadDates` when the version's dates do not fit, `Refused` when its number or name was taken
    meanwhile; then nothing was made.
    """
    try:
        with transaction.atomic():
            edition = courses.create_edition(course=course, by=by, now=now, **fields)
            printing.print_version(edition, version, by=by, now=now)
    except IntegrityError as error:
        raise Refused(_("Somebody just made an edition of this number or name.")) from error
    return edition


def publish(edition: Edition, *, by: UUID, now: datetime) -> None:
    """Publish an edition. Refuses one that shows no version: its page would be empty."""
    if not Printing.objects.filter(edition=edition, current=True).exists():
        raise Refused(_("Print a version first: there is nothing to show yet."))
    courses.publish(edition, by=by, now=now)


@dataclass(frozen=True)
class Progress:
    """How far a derivation is: `done` of `total` enrolments since `since`."""

    done: int
    total: int
    since: datetime

    @property
    def left(self) -> int:
        return self.total - self.done


def derive(edition: Edition, *, since: datetime, now: datetime) -> Progress:
    """Derive the standings older than `since`, a batch to a transaction and a bounded number of batches a call.

    Called again with the same `since` it goes on where it stopped. Refuses an edition that shows no version.
    """
    try:
        outline = outlines.of_edition(edition, edition.course.languages[0])
    except outlines.NotPrinted as error:
        raise Refused(_("Print a version first: there is nothing to judge yet.")) from error
    live = Enrolment.objects.filter(edition=edition, left_at=None)
    waiting = live.exclude(standings__derived_at__gte=since).order_by("pk")
    for _batch in range(AT_ONCE):
        with transaction.atomic():
            rows = list(waiting[:BATCH])
            for enrolment in rows:
                grades.settle(enrolment, outline, now=now)
        if len(rows) < BATCH:
            break
    total = live.count()
    return Progress(total - waiting.count(), total, since)
