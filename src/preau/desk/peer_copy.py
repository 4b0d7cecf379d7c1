"""What the desk reads of one copy: to grade it without a name, or joined with its author and those who assessed it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from preau.audit import journal
from preau.desk import record, words_peer
from preau.desk.access_peer import Board
from preau.peer import assignments, documents
from preau.peer.assignments import Facts
from preau.peer.models import Case, Document, GradeChange, Review, Submission
from preau.peer.rubric import Rubric as Scale

KEPT = ("grade", "peer_grade", "pool", "staff_turn", "appeal")


@dataclass(frozen=True)
class Chosen:
    """One criterion as somebody assessed it."""

    title: str
    level: str
    points: float | None
    comment: str


@dataclass(frozen=True)
class Seen:
    """An assessment as the team reads it. `weight` is its share of the grade in percent, `correction` what is taken off
    it for how kind its reviewer is; None where it has no part."""

    review: Review
    who: str
    state: str  # open | returned | finished | late | hidden
    chosen: tuple[Chosen, ...]
    weight: float | None = None
    correction: float | None = None
    note: str = ""


def parts(submission: Submission) -> dict[str, Any]:
    """What may be there of a copy, or None: its grades, its place in the pool, its turn, its appeal."""
    return {name: getattr(submission, name, None) for name in KEPT}


@dataclass(frozen=True)
class File:
    """A file of a copy as the team has it: the light one that reviewers read, under the same name, and the original.
    `sent_as` is its author's name for it, `sent` its size in megabytes, `ready` whether there is a light one."""

    name: str
    megabytes: float
    address: str
    original: str
    sent_as: str
    sent: float
    ready: bool


def work(at: Board, submission: Submission) -> dict[str, Any]:
    """A copy as it is read: its text, its files, what its author declared."""
    base = f"/e/{at.at.edition.slug}/peer/document/"
    files = [
        File(
            documents.public_name(place),
            documents.in_megabytes(row.light_size or row.size),
            f"{base}{row.pk}.pdf" if row.state == Document.State.READY else f"{base}{row.pk}/original/",
            f"{base}{row.pk}/original/",
            row.name,
            documents.in_megabytes(row.size),
            row.state == Document.State.READY,
        )
        for place, row in documents.of_copy(submission.pk)
    ]
    return {"text": submission.text, "files": files, "help": submission.help, "ai": submission.ai}


def seen(facts: Facts, submission: Submission, *, joined: bool) -> list[Seen]:
    """The assessments of a copy, the finished ones first; without `joined` those that count, and nothing of who wrote
    them."""
    rows = Review.objects.filter(submission=submission).select_related("rubric__assignment")
    if joined:
        rows = rows.select_related("reviewer")
    else:
        counting = (Review.Kind.PEER, Review.Kind.HELPER)
        rows = rows.filter(kind__in=counting, hidden=False, finished_at__isnull=False).defer("reviewer")
    peer = getattr(submission, "peer_grade", None)
    lines = {str(line["review"]): line for line in (peer.lines if peer else [])}
    whole = sum(float(line["weight"]) for line in lines.values()) or 1.0
    known: dict[UUID, Scale | None] = {facts.rubric_id: facts.rubric}
    found = []
    for row in rows.order_by("finished_at", "leased_at", "pk"):
        if row.rubric_id not in known:
            known[row.rubric_id] = assignments.worded(row.rubric, facts.outline.language)
        found.append(_seen(row, known[row.rubric_id], lines.get(str(row.pk)), whole, joined))
    return sorted(found, key=lambda one: one.review.finished_at is None)


def _seen(row: Review, rubric: Scale | None, line: Mapping[str, Any] | None, whole: float, joined: bool) -> Seen:
    return Seen(
        row,
        f"{row.reviewer} ({_(words_peer.KINDS[row.kind])})" if joined else _(words_peer.KINDS[row.kind]),
        _state(row),
        _chosen(row, rubric) if rubric else (),
        100 * float(line["weight"]) / whole if line else None,
        float(line["correction"]) if line else None,
        str(line.get("note", "")) if line else "",
    )


def _state(row: Review) -> str:
    if row.hidden:
        return "hidden"
    if row.finished_at is not None:
        return "late" if row.late else "finished"
    return "returned" if row.returned_at is not None else "open"


def _chosen(row: Review, rubric: Scale) -> tuple[Chosen, ...]:
    found = []
    for one in rubric.criteria:
        place = row.levels.get(one.id)
        level = one.levels[place] if place is not None and place < len(one.levels) else None
        comment = row.comments.get(one.id, "")
        found.append(Chosen(one.title, level.title if level else "", level.points if level else None, comment))
    return tuple(found)


def joined(at: Board, submission: Submission) -> dict[str, Any]:
    """A copy with its author, those who assessed it, and its history: a constant number of queries."""
    facts, author = at.facts, submission.enrolment.person
    given = Review.objects.filter(assignment_id=facts.id, reviewer=author).exclude(kind=Review.Kind.SELF)
    others = Submission.objects.filter(enrolment=submission.enrolment, unit_id=facts.unit.id).exclude(pk=submission.pk)
    return {
        **parts(submission),
        "submission": submission,
        "author": author,
        "reviews": seen(facts, submission, joined=True),
        "given": list(given.order_by("finished_at", "leased_at")),
        "others": list(others.defer("text").order_by("-submitted_at")),
        "changes": changes(submission),
        "cases": list(Case.objects.filter(submission=submission).order_by("opened_at")),
        "journal": history(submission),
    }


def changes(submission: Submission) -> list[GradeChange]:
    """The grades that the author of a copy was given, the first first."""
    return list(GradeChange.objects.filter(submission=submission).select_related("by").order_by("at", "pk"))


def history(submission: Submission) -> list[Mapping[str, Any]]:
    """What the team did with a copy, the latest first, who looked at it included."""
    of_copy = journal.about("submission", submission.pk)
    of_learner = journal.about("enrolment", submission.enrolment_id)
    mine = [line for line in of_learner if line.details.get("submission") == str(submission.pk)]
    return record.entries(sorted([*of_copy, *mine], key=lambda line: line.at, reverse=True))


def age(since: datetime, now: datetime) -> int:
    """Whole days that something waits."""
    return max(0, (now - since).days)
