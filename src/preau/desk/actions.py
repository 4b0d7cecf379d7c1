"""What the desk composes of other rooms' verbs; each of them writes its own journal line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts
from preau.audit.http import Refused
from preau.content import importing as content
from preau.content import outline as outlines
from preau.content import printing, rescheduling
from preau.content.models import Printing, Version
from preau.courses import actions as courses
from preau.courses import freezing, rules
from preau.courses.models import Course, Edition, Enrolment, Role
from preau.desk import importing, joining
from preau.exams import queries as exams
from preau.grades import actions as grades
from preau.news import site
from preau.support.models import Announcement

BATCH = 100
AT_ONCE = 5  # batches in one request: a few seconds


def make_course(*, act: acts.Act, token: UUID, slug: str, by: Person, now: datetime) -> acts.Outcome:
    """A new course of an upload that was looked at. Refuses a name that is taken, and what cannot come in: the upload
    stays then. Raises `Http404` when there is no such upload and the act is new."""
    try:
        ready = importing.prepare(importing.kept(by.pk, token), slug=slug)
    except Http404:
        ready = None  # what was done before answers, if it was this act
    except content.BadCourse as error:
        raise Refused(_("This course cannot come in.")) from error

    def work() -> acts.Outcome:
        if ready is None:
            raise Http404
        courses.create_course(slug=slug, by=by.pk, now=now)
        content.store(ready, by=by.pk, now=now)
        return {"course": slug}

    outcome = acts.once(act, by.pk, work)
    importing.forget(by.pk, token)
    return outcome


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


@dataclass(frozen=True)
class Printed:
    """What showing a version did: pages that changed, and the draft that tells of new electives, where there are."""

    changed: int
    draft: Announcement | None


@transaction.atomic
def print_version(
    edition: Edition, version: Version, *, force: str, weighed: bool = False, by: UUID, now: datetime
) -> Printed:
    """Show a version in an edition. Electives that join a running edition are told by a draft; the worker looks again
    at what people keep from earlier editions. Raises `BadDates`, `Frozen` near a deadline unless `force` says why it
    cannot wait, and `Weighs` for an elective that changes a mean, unless that was `weighed`."""
    joined = joining.joining(edition, version, now=now)
    if not weighed:
        joining.check(joined, edition)
    freezing.pass_or_refuse(edition.course, what="edition.printed", force=force, by=by, now=now)
    changed = printing.print_version(edition, version, by=by, now=now)
    return Printed(changed, joining.announce(edition, joined, by=by, now=now))


def publish(edition: Edition, *, by: UUID, now: datetime) -> None:
    """Publish an edition. Refuses one that shows no version: its page would be empty."""
    if not Printing.objects.filter(edition=edition, current=True).exists():
        raise Refused(_("Print a version first: there is nothing to show yet."))
    courses.publish(edition, by=by, now=now)


def reschedule(
    *, act: acts.Act, edition: Edition, form: Mapping[str, Any], revision: int, by: Person, now: datetime
) -> acts.Outcome:
    """Change an edition's dates and visibility (`form`, by name), as was looked at when it had `revision`.

    Refuses when somebody changed it since, dates that the version shown does not fit, and a closing before the end of
    a sitting.
    """

    def work() -> acts.Outcome:
        if Edition.objects.select_for_update().get(pk=edition.pk).revision != revision:
            raise Refused(
                _("A date of this edition was changed meanwhile. Nothing was done: look again, then confirm.")
            )
        if exams.ends_after(edition, form["closes_at"]):
            raise Refused(_("A sitting of an exam would end after the edition is over. Change it first, or cancel it."))
        try:
            moments = {name: form[name] for name in rules.MOMENTS}
            rescheduling.reschedule(edition, moments, form["visibility"], by=by.pk, now=now)
        except printing.BadDates as error:
            said = _("The dates of this version do not fit the edition. Nothing was changed.")
            raise Refused(" ".join([said, *error.reasons])) from error
        site.forget()  # its page may be nobody's business any more
        return {"edition": edition.slug}

    return acts.once(act, by.pk, work)


def give_role(
    *,
    act: acts.Act,
    person: Person,
    kind: str,
    expires_at: datetime | None,
    where: Course | Edition,
    by: Person,
    now: datetime,
    language: str = "",
) -> acts.Outcome:
    """Give a right in an edition or in a whole course."""

    def work() -> acts.Outcome:
        scope: dict[str, Any] = {"edition" if isinstance(where, Edition) else "course": where}
        values = {"expires_at": expires_at, "language": language, **scope}
        role = courses.give_role(person=person, kind=kind, by=by.pk, now=now, **values)
        return {"role": str(role.pk)}

    return acts.once(act, by.pk, work)


def take_role(*, act: acts.Act, role: Role, by: Person, now: datetime) -> acts.Outcome:
    """Take a right back."""
    key = str(role.pk)

    def work() -> acts.Outcome:
        courses.take_role(role, by=by.pk, now=now)
        return {"role": key}

    return acts.once(act, by.pk, work)


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
