"""Copies that say the same, found by the worker once no copy can be handed in any more: of one edition, and of those
before it. A pair is something to read, never a decision.

A look prints some copies (`likeness.fingerprint`), each batch in its transaction; when all are printed, one transaction
keeps the pairs. Killed in the middle it goes on; done again it changes nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import text as texts
from preau.content.models import UnitText
from preau.peer import assignments, likeness
from preau.peer.assignments import Facts
from preau.peer.models import Assignment, Likeness, Print, Rubric, Submission

PACE = timedelta(minutes=10)  # between two looks when nothing was left
BATCH = 100  # copies printed in one look
CHUNK = 500
LONGEST = 2000


def compare_due(*, now: datetime, limit: int = BATCH) -> int:
    """Print some copies of the first assignment that is closed and has some left, or compare those of one that has
    none; how many copies or pairs were looked at, 0 when nothing is left to do."""
    for row in _waiting(now):
        facts = assignments.of_row(row)
        if facts is None or now <= (facts.calendar.closes or facts.outline.closes_at):
            continue
        if printed := _print(row, facts, now, limit):
            return printed
        if row.compared_at is None:
            return _compare(row.pk, now)
    return 0


def _waiting(now: datetime) -> "QuerySet[Assignment]":
    """What was never compared, and where a copy came since; earlier editions first."""
    late = _copies().filter(unit=OuterRef("unit"), enrolment__edition=OuterRef("edition"), print=None)
    rows = Assignment.objects.filter(Q(compared_at=None) | Q(Exists(late), edition__closes_at__gt=now))
    return rows.select_related("edition__course").order_by("edition__opens_at", "pk")


def _copies() -> "QuerySet[Submission]":
    return Submission.objects.filter(current=True).exclude(text="")


@transaction.atomic
def _print(row: Assignment, facts: Facts, now: datetime, limit: int) -> int:
    """One batch of prints; what was compared before is compared again with them."""
    if not Assignment.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=row.pk).exists():
        return 0
    left = _copies().filter(unit_id=row.unit_id, enrolment__edition_id=row.edition_id, print=None).order_by("pk")
    batch = list(left.values_list("pk", "text")[:limit])
    known = stock(facts) if batch else frozenset()
    Print.objects.bulk_create(
        Print(submission_id=pk, hashes=likeness.packed(likeness.fingerprint(text, known)), made_at=now)
        for pk, text in batch
    )
    if batch:
        Assignment.objects.filter(pk=row.pk).update(compared_at=None)
    return len(batch)


def stock(facts: Facts) -> frozenset[int]:
    """What anybody may quote: the course as this edition prints it, its rubrics in all their words."""
    return _stock(facts.outline.version_id, facts.id, facts.unit.id)


@lru_cache(maxsize=1)
def _stock(version: UUID, assignment: UUID, unit: UUID) -> frozenset[int]:
    rows = UnitText.objects.filter(version_id=version).order_by("pk")
    rubrics = rows.filter(unit_id=unit).values_list("meta__rubric", flat=True)
    reworded = Rubric.objects.filter(assignment_id=assignment).order_by("pk").values_list("texts", flat=True)
    said = [*rows.values_list("body", flat=True), *rows.values_list("title", flat=True)]
    return likeness.stock([*said, *_strings([*rubrics, *reworded])])


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _strings(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


@transaction.atomic
def _compare(pk: UUID, now: datetime) -> int:
    """Keep the pairs of an assignment, and that they were looked for; how many copies it has, one at least."""
    rows = Assignment.objects.select_for_update(of=("self",), skip_locked=True).select_related("edition")
    row = rows.filter(pk=pk, compared_at=None).first()
    if row is None:
        return 0
    _stock.cache_clear()
    prints = Print.objects.filter(submission__unit_id=row.unit_id, submission__current=True)
    new, people = _read(prints.filter(submission__enrolment__edition_id=row.edition_id))
    before = prints.filter(submission__enrolment__edition__opens_at__lt=row.edition.opens_at)
    old, others = _read(before) if new else ({}, {})
    people |= others
    found = [one for one in likeness.alike(new, old) if people[one.first] != people[one.second]]
    Likeness.objects.bulk_create(
        [
            Likeness(
                assignment=row,
                submission_id=one.first,
                other_id=one.second,
                common=one.common,
                share=one.share,
                found_at=now,
            )
            for one in found
        ],
        ignore_conflicts=True,
        batch_size=CHUNK,
    )
    row.compared_at = now
    row.save(update_fields=["compared_at"])
    return max(1, len(new))


def _read(prints: "QuerySet[Print]") -> tuple[dict[UUID, tuple[int, ...]], dict[UUID, UUID]]:
    """The prints by copy, and who wrote each."""
    found: dict[UUID, tuple[int, ...]] = {}
    people: dict[UUID, UUID] = {}
    rows = prints.order_by("pk").values_list("pk", "hashes", "submission__enrolment__person_id")
    for pk, hashes, person in rows.iterator(chunk_size=CHUNK):
        found[pk], people[pk] = likeness.unpacked(bytes(hashes)), person
    return found, people


def settle(*, act: acts.Act, by: Person, pair: Likeness, words: str, now: datetime) -> acts.Outcome:
    """Set a pair aside, with what was seen in it; once. Refuses without words."""

    def work() -> acts.Outcome:
        row = Likeness.objects.select_for_update(of=("self",)).select_related("submission").get(pk=pair.pk)
        said = texts.clean(words).strip()[:LONGEST]
        if not said:
            raise Refused(_("Say what was seen."))
        if row.settled_at is not None:
            raise Refused(_("Somebody settled it meanwhile."))
        row.settled_at, row.settled_by, row.settled = now, by, said
        row.save(update_fields=["settled_at", "settled_by", "settled"])
        about = {"submission": str(row.submission_id), "likeness": str(row.pk), "words": said}
        enrolment = row.submission.enrolment_id
        journal.log("likeness.settled", by=by.pk, about="enrolment", about_id=enrolment, at=now, **about)
        return {"likeness": str(row.pk)}

    return acts.once(act, by.pk, work)
