"""A file read, judged and laid out, and what is known already beside it: everything that happens before anything is
written."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Min, Q

from preau.courses.models import Course
from preau.past import forgetting, scratch
from preau.past.models import Doubt, Former, FormerResult, Source
from preau.past.reading import Asked, Judge, Opened, opened
from preau.past.report import Report
from preau.past.scratch import Object, Scratch, batches
from preau.past.values import Bad

STEP = 20_000  # lines between two words about how far it is
COMPARED = 2_000  # objects that are compared with what is known at once
type Tell = Callable[[str, int], None]


@dataclass(frozen=True)
class Laid:
    """What is ready to be written, and the fingerprint of the people it was matched with."""

    scratch: Scratch
    ground: str


def silent(step: str, done: int) -> None:
    """Tell nobody how far it is."""


def asked(course: Course, keys: Mapping[str, str], today: date, titles: Mapping[str, str] | None = None) -> Asked:
    """What the judge knows of a course."""
    first = course.editions.aggregate(first=Min("number"))["first"]
    return Asked(today=today, keys=keys, own_from=first, titles=titles or {})


def lay(path: Path, course: Course, source: Source | None, ask: Asked, report: Report, tell: Tell) -> Laid:
    """Read and judge a whole file. `source` is what an earlier run of the same file began, if one did."""
    place = Scratch()
    try:
        _read(place, path, ask, report, tell)
        if (left_out := forgetting.marks(course)) and (out := place.forget(left_out)):
            report.counts["forgotten"] = out
        ground = _beside(place, course, source)
        tell("matching", 0)
        place.match()
        for line, other, edition, what, key in place.torn():
            report.wrong(line, "torn", {"edition": edition, "key": key or what, "other": other})
        _compare(place, report, tell)
        place.order()
        _sum(place, report)
    except BaseException:
        place.close()
        raise
    return Laid(place, ground)


def _sum(place: Scratch, report: Report) -> None:
    """How much of everything there is."""
    report.problems.sort(key=lambda one: one.line)
    count, some = place.repeated(100)
    for line, other in some:
        if other != line:
            report.remark(other, "same", other=line)
    names = (("people", "people"), ("new_people", "fresh"), ("results", "output"), ("known", "known"))
    found = {name: place.count(what) for name, what in (*names, ("doubts", "doubts"))}
    report.counts |= {"duplicates": count, **found}


def _read(place: Scratch, path: Path, ask: Asked, report: Report, tell: Tell) -> None:
    found = opened(path, ask)
    told(found, report)
    judge, lines, keys = Judge(found.layout, ask), 0, dict[tuple[str, str], int]()
    held: list[Any] = []
    for record in found.records:
        lines += 1
        if lines % STEP == 0:
            tell("reading", lines)
        try:
            rows = judge.rows(record)
        except Bad as error:
            report.wrong(record.line, error.code, error.values)
            continue
        held += rows
        for row in rows:
            keys.setdefault((row.what, row.key), row.line)
        if len(held) >= scratch.BATCH:
            place.add(held)
            held = []
    place.add(held)
    report.counts["lines"] = lines
    _dates(place, judge.orders, report)
    for (what, key), line in sorted(keys.items(), key=lambda one: one[1]):
        if ask.keys and key and key not in ask.keys:
            report.remark(line, "unknown_key", what=what, key=key)


def told(found: Opened, report: Report) -> None:
    """What the header says, for the report."""
    report.encoding, report.guessed = found.encoding.name, found.encoding.guessed
    report.separator = found.separator
    if found.encoding.guessed:
        report.remark(0, "encoding", encoding={"cp1252": "Windows-1252"}.get(report.encoding, report.encoding.upper()))
    if found.header > 1:
        report.remark(found.header, "header", line=found.header)
    for column in found.layout.unknown:
        report.remark(found.header, "unknown_column", column=column)
    if found.layout.supposed:
        report.remark(found.header, "supposed")
    for one in found.layout.wide:
        if one.of is None and one.what == "unit":
            report.remark(found.header, "percents", column=one.key)


def _dates(place: Scratch, orders: set[str], report: Report) -> None:
    mixed = place.date(orders)
    for line in sorted(set(mixed)):
        report.wrong(line, "date_mixed")
    place.drop(mixed)
    if orders == {"md"}:
        report.remark(0, "months_first")
    elif not orders and place.turnable():
        report.remark(0, "days_first")


def _beside(place: Scratch, course: Course, source: Source | None) -> str:
    """Lay out beside it who is known already, but for those whom an earlier run of this file made, and what staff
    decided. Returns a fingerprint of it all."""
    digest = hashlib.sha256()

    def noted(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
        for row in rows:
            digest.update("\t".join(map(str, row)).encode("utf-8", "surrogatepass") + b"\n")
            yield tuple(str(cell) for cell in row)

    people = Former.objects.filter(course=course, erased_at=None).exclude(Q(source=source) if source else Q(pk=None))
    rows = people.order_by("pk").values_list("pk", "email", "number", "name")
    for batch in batches(noted(rows.iterator(chunk_size=scratch.BATCH))):
        place.know(batch)
    decided = Doubt.objects.filter(course=course, source__isnull=False, former__isnull=False, former__erased_at=None)
    place.settle(noted(decided.order_by("decided_at", "pk").values_list("email", "number", "former_id")))
    return digest.hexdigest()


def _compare(place: Scratch, report: Report, tell: Tell) -> None:
    """Objects that a standing source says already are known; where one says something else, this one is broken."""
    done = 0
    for batch in batches(place.of_known(), COMPARED):
        done += len(batch)
        if done % STEP == 0:
            tell("comparing", done)
        there = _standing({UUID(one.target) for _, one in batch})
        fates: dict[int, str] = {}
        for rowid, one in batch:
            said = there.get((UUID(one.target), one.edition, one.what, one.key), [])
            if other := next((row for row in said if differs(one, row)), None):
                values = {"edition": one.edition, "key": one.key or one.what, "origin": other["source__origin"][:80]}
                report.wrong(one.line, "torn_with", {**values, "other": other["line"]})
                fates[rowid] = "torn"
            elif said and not adds(one, said):
                fates[rowid] = "known"
        place.mark(fates)


def _standing(formers: Iterable[UUID]) -> dict[tuple[UUID, int, str, str], list[dict[str, Any]]]:
    found: dict[tuple[UUID, int, str, str], list[dict[str, Any]]] = {}
    standing = {"source__finished_at__isnull": False, "source__withdrawn_at": None}
    rows = FormerResult.objects.filter(former__in=list(formers), **standing).order_by()
    columns = ("former_id", "edition_number", "what", "key", "line", "source__origin", *FIELDS)
    for row in rows.values(*columns):
        place = (row["former_id"], row["edition_number"], row["what"], row["key"])
        found.setdefault(place, []).append(row)
    return found


FIELDS = ("percent", "passed", "certificate", "credits")


def plain(name: str, value: Any) -> Any:
    """A value as both sides compare it; None for nothing."""
    if value is None or value == "":
        return None
    casts: Mapping[str, Callable[[Any], Any]] = {
        "percent": lambda v: round(float(v), 3),
        "passed": bool,
        "certificate": str,
        "credits": lambda v: Decimal(str(v)).normalize(),
    }
    return casts[name](value)


def differs(one: Object, row: Mapping[str, Any]) -> bool:
    """Does a row say another thing of the same object?"""
    pairs = ((plain(name, getattr(one, name)), plain(name, row[name])) for name in FIELDS)
    return any(ours is not None and theirs is not None and ours != theirs for ours, theirs in pairs)


def adds(one: Object, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Does an object say something that none of these rows does?"""
    return any(
        plain(name, getattr(one, name)) is not None and all(plain(name, row[name]) is None for row in rows)
        for name in FIELDS
    )


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
