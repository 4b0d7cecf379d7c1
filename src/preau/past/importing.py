"""A file of former people brought in: judged whole, then written some thousands of rows at a time, and nothing of it
counts before the last. Stopped at any moment, the same file goes on where it was."""

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.common.text import one_line
from preau.courses.models import Course
from preau.past import bulk, counting, laying, linking, withdrawing
from preau.past.laying import Laid, Tell
from preau.past.models import Doubt, Former, FormerResult, Source
from preau.past.report import Report
from preau.past.scratch import Object, batches

BATCH = 5_000  # rows of one transaction
TOLD = 50_000  # rows between two words about how far it is
PEOPLE = ("id", "course_id", "email", "number", "name", "source_id", "linked_how")
RESULTS = (
    *("former_id", "edition_number", "what", "key", "source_id", "line"),
    *("percent", "passed", "certificate", "credits", "at"),
)


def bring(
    path: Path,
    course: Course,
    *,
    origin: str,
    by: Person | None,
    now: datetime,
    keys: Mapping[str, str] | None = None,
    titles: Mapping[str, str] | None = None,
    name: str = "",
    dry_run: bool = False,
    skip_broken: bool = False,
    tell: Tell = laying.silent,
) -> Report:
    """Bring in a file of people and their results. With a broken line nothing is written, unless `skip_broken`.

    `origin` says in words where it is from, `keys` the course's own ids by kind, `titles` the same by folded title.
    Raises `Unreadable` for a file without the columns that are needed, and `Refused` while another file of this course
    is half written."""
    report = Report(one_line(name or path.name)[:200], Source.Kind.PEOPLE)
    digest, origin = laying.digest_of(path), said(origin)
    source = begun(course, digest, report, dry_run=dry_run)
    if report.unchanged:
        return report
    withdrawing.sweep_course(course)
    laid = laying.lay(path, course, source, laying.asked(course, keys or {}, now.date(), titles), report, tell)
    with closing(laid.scratch):
        if dry_run or (report.broken and not skip_broken):
            return report
        if source is None or source.ground != laid.ground:
            source = _start(source, course, report, laid, digest=digest, origin=origin, by=by, now=now)
        report.resumed = source.cursor > 0
        _write(source, laid, report.counts["results"], tell)
        _finish(source, laid, report, now)
    report.written = True
    return report


def said(origin: str) -> str:
    """Where a file is from, in one line. Refuses nothing."""
    if text := one_line(origin)[:300]:
        return text
    raise Refused(_("Say where this file is from: figures on public pages say their source."))


def begun(course: Course, digest: str, report: Report, *, dry_run: bool) -> Source | None:
    """What an earlier run of this file began; the report is `unchanged` when it came to its end. Refuses while another
    file of the course is half written."""
    rows = Source.objects.filter(course=course, withdrawn_at=None)
    source = rows.filter(digest=digest, kind=report.kind).first()
    if source is not None and source.finished_at is not None:
        report.unchanged, report.counts = True, dict(source.counts)
        return None
    other = rows.filter(finished_at=None).exclude(digest=digest, kind=report.kind).first()
    if other is not None and not dry_run:
        told = _("The file {name} of this course is half written: bring it to its end, or withdraw it.")
        raise Refused(told.format(name=other.file_name))
    return source


def open_source(
    course: Course, report: Report, *, digest: str, origin: str, by: Person | None, now: datetime, ground: str = ""
) -> Source:
    """The row of a file that begins. Refuses while another one is being written."""
    try:
        with transaction.atomic():
            return Source.objects.create(
                course=course,
                kind=report.kind,
                digest=digest,
                file_name=report.file,
                origin=origin,
                by=by,
                started_at=now,
                ground=ground,
            )
    except IntegrityError as error:
        raise Refused(_("Another file of this course is being written.")) from error


def _start(source: Source | None, course: Course, report: Report, laid: Laid, **fields: Any) -> Source:
    """From the first row: what another run wrote before people changed is taken out."""
    if source is not None:
        withdrawing.empty(source)
        source.delete()
    return open_source(course, report, ground=laid.ground, **fields)


def _write(source: Source, laid: Laid, total: int, tell: Tell) -> None:
    for after in range(source.cursor, total, BATCH):
        until = min(after + BATCH, total)
        write_batch(source, laid, after, until)
        if until == total or until % TOLD == 0:
            tell("writing", until)


def write_batch(source: Source, laid: Laid, after: int, until: int) -> None:
    """The rows between two places, in one transaction with the cursor. Refuses when another process moved it."""
    with transaction.atomic():
        row = Source.objects.select_for_update().filter(pk=source.pk).first()
        if row is None or row.cursor != after or row.withdrawn_at is not None:
            raise Refused(_("Another process is at this file: nothing was done twice."))
        people = laid.scratch.fresh(after, until)
        course, mine = source.course_id, source.pk
        fresh = ((uuid5(mine, who), course, email, number, name, mine, "") for who, email, number, name in people)
        bulk.insert(Former, PEOPLE, fresh)
        found = (result_of(_whose(source, one.target), mine, one) for one in laid.scratch.objects(after, until))
        bulk.insert(FormerResult, RESULTS, found)
        Source.objects.filter(pk=source.pk).update(cursor=until)


def result_of(former_id: UUID, source_id: UUID, one: Object) -> tuple[object, ...]:
    """A row of results, in the order of `RESULTS`."""
    passed = None if one.passed is None else bool(one.passed)
    rest = (one.percent, passed, one.certificate, one.credits, one.at or None)
    return former_id, one.edition, one.what, one.key, source_id, one.line, *rest


def _whose(source: Source, target: str) -> UUID:
    """A person's id: of somebody new, the same at each run of this file."""
    return uuid5(source.pk, target) if target[1] == ":" else UUID(target)


@transaction.atomic
def _finish(source: Source, laid: Laid, report: Report, now: datetime) -> None:
    """From here on it counts: doubts are listed, people with a confirmed address get what is theirs."""
    counting.lock(source.course_id)
    for batch in batches(laid.scratch.learned()):
        _learn(source, batch)
    for doubts in batches(_doubts(source, laid, now), 500):
        Doubt.objects.bulk_create(doubts)
    source.finished_at, source.counts, source.remarks = now, report.counts, report.kept()
    source.save(update_fields=["finished_at", "counts", "remarks"])
    report.counts["linked"] = linking.link_all(source.course, now=now)
    counting.recount(source.course)
    told = {"file": source.file_name, "origin": source.origin, **report.counts}
    journal.log("former.imported", by=source.by_id, about="former_source", about_id=source.pk, at=now, **told)


def _learn(source: Source, batch: list[tuple[str, str, str]]) -> None:
    rows = Former.objects.in_bulk([UUID(who) for who, _email, _number in batch])
    for who, email, number in batch:
        row = rows[UUID(who)]
        if email and not row.email:
            row.email, row.email_from = email, source
        if number and not row.number:
            row.number, row.number_from = number, source
    Former.objects.bulk_update(rows.values(), ["email", "email_from", "number", "number_from"], batch_size=200)


def _doubts(source: Source, laid: Laid, now: datetime) -> Any:
    for kind, email, number, names, objects in laid.scratch.doubts():
        rows = [{name: value for name, value in one._asdict().items() if name != "target"} for one in objects]
        shared = {"course_id": source.course_id, "source": source, "asked_at": now, "line": objects[0].line}
        yield Doubt(kind=kind, email=email, number=number, names=names, rows=rows, **shared)
