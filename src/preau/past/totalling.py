"""Figures of former editions, as somebody reported them, brought in from a file: all of it or nothing."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from preau.accounts.models import Person
from preau.audit import journal
from preau.courses.models import Course
from preau.past import counting, importing, laying, tallies
from preau.past.models import Source, Total
from preau.past.reading import opened
from preau.past.report import Report
from preau.past.tallies import Tally
from preau.past.values import Bad

MOST = 100_000  # lines: there are not more editions than that


def bring_totals(
    path: Path,
    course: Course,
    *,
    origin: str,
    by: Person | None,
    now: datetime,
    name: str = "",
    dry_run: bool = False,
    skip_broken: bool = False,
) -> Report:
    """Bring in a file of totals; as `importing.bring`, in one transaction."""
    report = Report((name or path.name)[:200], Source.Kind.TOTALS)
    digest, origin = laying.digest_of(path), importing.said(origin)
    importing.begun(course, digest, report, dry_run=dry_run)
    if report.unchanged:
        return report
    found = read(path, course, report, now)
    if dry_run or (report.broken and not skip_broken):
        return report
    with transaction.atomic():
        counting.lock(course.pk)
        source = importing.open_source(course, report, digest=digest, origin=origin, by=by, now=now)
        Total.objects.bulk_create(
            Total(course=course, edition_number=edition, what=what, number=number, source=source, said=origin)
            for (edition, what), number in found.items()
        )
        source.finished_at, source.counts, source.remarks = now, report.counts, report.kept()
        source.save(update_fields=["finished_at", "counts", "remarks"])
        told = {"file": source.file_name, "origin": origin, **report.counts}
        journal.log("former.totals", by=source.by_id, about="former_source", about_id=source.pk, at=now, **told)
    report.written = True
    return report


def read(path: Path, course: Course, report: Report, now: datetime) -> dict[tuple[int, str], int]:
    """The figures of a file that are not there yet, by edition and name; what is wrong goes to the report."""
    ask = laying.asked(course, {}, now.date())
    file = opened(path, ask, totals=True)
    laying.told(file, report)
    there = {(row.edition_number, row.what): row.number for row in Total.objects.filter(course=course, counted=False)}
    found: dict[tuple[int, str], Tally] = {}
    torn: set[tuple[int, str]] = set()
    lines = known = 0
    for record in file.records:
        lines += 1
        try:
            said = list(tallies.tallies(record, file.layout, ask)) if lines <= MOST else []
        except Bad as error:
            report.wrong(record.line, error.code, error.values)
            continue
        for one in said:
            place = (one.edition, one.what)
            former = found[place].number if place in found else there.get(place)
            if former is not None and former != one.number:
                values = {"edition": one.edition, "key": one.what, "first": former, "second": one.number}
                report.wrong(one.line, "total_torn", values)
                torn.add(place)
            elif place in there:
                known += 1
            else:
                found[place] = one
    kept = {place: one.number for place, one in found.items() if place not in torn}
    report.counts |= {"lines": lines, "totals": len(kept), "known": known}
    return kept
