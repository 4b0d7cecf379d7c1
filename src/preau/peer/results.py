"""What an author sees of their result: the grade, how sure it is, the letters, what each of them counted for. Reads
only, and never who wrote one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, fsum
from typing import Any, Literal

from preau.accounts.models import Person
from preau.content.kinds import Place
from preau.peer import access, assignments, computing, owing, publishing, wording
from preau.peer.assignments import Facts
from preau.peer.models import Assignment, Case, Flag, GradeChange, PeerGrade, Review, Rubric, Submission
from preau.peer.rubric import Criterion, Level
from preau.peer.rubric import Rubric as Scale

type State = Literal["soon", "cancelled", "told", "owed", "case", "team"]


@dataclass(frozen=True)
class Chosen:
    """A criterion with the level that was chosen and the comment."""

    criterion: Criterion
    level: Level | None
    comment: str


@dataclass(frozen=True)
class Letter:
    """An assessment that one received. `line` is its part of the reckoning, None for one that has none."""

    number: int
    review: Review
    chosen: Sequence[Chosen]
    line: Mapping[str, Any] | None

    @property
    def note(self) -> str:
        """Why it counts as it does: "" as the others, `less`, `aside`, `advice` when it came after the results, `team`
        for what the team wrote."""
        if self.review.kind == Review.Kind.STAFF:
            return "team"
        return str(self.line["note"]) if self.line else "advice"

    @property
    def counted(self) -> float:
        """The grade as it was counted: corrected by how severe its writer usually is."""
        return float(self.line["grade"] - self.line["correction"]) if self.line else 0.0


@dataclass(frozen=True)
class Compared:
    """A criterion as its author saw it, beside the levels that the readers chose."""

    criterion: Criterion
    own: Level | None
    readers: Sequence[Level]


@dataclass(frozen=True)
class Reckoning:
    """The grade line by line. `mean` is what the lines come to, `kept` that it was brought into the range of the grades
    given, `lost` what missing reviews cost, `told` the grade as it was told first."""

    letters: Sequence[Letter]
    mean: float
    kept: bool
    missing: int
    lost: float
    told: float

    @property
    def less(self) -> int:
        """How many lines count less than the others."""
        return sum(letter.note == "less" for letter in self.letters)


def result(place: Place, facts: Facts, person: Person) -> dict[str, Any] | None:
    """The values of the page; None for whoever handed nothing in."""
    copy = _copy(facts, place)
    if copy is None:
        return None
    peer: PeerGrade | None = getattr(copy, "peer_grade", None)
    cases = list(Case.objects.filter(submission=copy).order_by("opened_at"))
    owed = publishing.owed(copy.pool, facts, excused=owing.is_excused(copy.enrolment_id, facts.unit.key))
    state = _state(copy, facts, peer, cases, owed)
    appeal = getattr(copy, "appeal", None)
    until = facts.calendar.appeals_until
    values = {
        "facts": facts,
        "outline": facts.outline,
        "unit": facts.unit,
        "state": state,
        "cases": cases,
        "appeal": appeal,
        "appeals_until": until,
        "may_appeal": state == "told" and appeal is None and (until is None or place.now <= until),
        "owed": owed,
        "scale": facts.terms.scale,
        "of": wording.out_of(facts.terms.scale),
        "overdue": facts.calendar.results is not None and place.now > facts.calendar.results,
        "flags": [Flag.Kind.ABUSE, Flag.Kind.IDENTITY, Flag.Kind.EMPTY],
        "reason": "",
        "typed": "",
    }
    return values | (_told(copy, facts, peer, person) if state == "told" and peer else {})


def _copy(facts: Facts, place: Place) -> Submission | None:
    rows = Submission.objects.filter(enrolment_id=place.learner.enrolment_id, unit_id=facts.unit.id, current=True)
    return rows.select_related("pool", "peer_grade", "grade", "appeal").first()


def _state(copy: Submission, facts: Facts, peer: PeerGrade | None, cases: Sequence[Case], owed: int) -> State:
    if copy.cancelled_at is not None:
        return "cancelled"
    if facts.published_at is None:
        return "soon"
    if peer is not None and peer.published_at is not None:
        return "told"
    if any(case.decided_at is None for case in cases):
        return "case"
    if facts.terms.owed is None and owed:
        return "owed"
    return "team"


def _told(copy: Submission, facts: Facts, peer: PeerGrade, person: Person) -> dict[str, Any]:
    changes = list(GradeChange.objects.filter(submission=copy).order_by("at", "pk"))
    rows = list(
        Review.objects.filter(submission=copy, finished_at__isnull=False, hidden=False)
        .select_related("rubric__assignment")
        .order_by("finished_at", "pk")
    )
    scales = _scales(facts, rows)
    received = [row for row in rows if row.kind != Review.Kind.SELF]
    letters = _letters(received, peer, scales)
    own = next((row for row in rows if row.kind == Review.Kind.SELF), None)
    assignment = Assignment(pk=facts.id, published_at=facts.published_at)
    overridden = peer.method == "staff" or changes[-1].cause not in ("published", "done")
    return {
        "copy": copy,
        "peer": peer,
        "score": changes[-1].score,
        "changes": changes,
        "overridden": overridden,
        "remark": _remark(copy, letters),
        "letters": letters,
        "reckoning": _reckoning(letters, peer, changes, facts),
        "between": wording.between(peer.low, peer.high, facts.terms.scale),
        "own": own,
        "compared": _compared(own, received, scales, facts) if own else [],
        "readers": peer.score,
        "advice": computing.advice(person, assignment),
        "pass_mark": computing.PASS_MARK,
    }


def _remark(copy: Submission, letters: Sequence[Letter]) -> str:
    """What the team wrote with its grade, unless a letter of the team's says it already."""
    remark = copy.grade.remark if hasattr(copy, "grade") else ""
    return "" if any(one.note == "team" and one.review.words == remark for one in letters) else remark


def _scales(facts: Facts, rows: Sequence[Review]) -> Mapping[Any, Scale]:
    """The words of each rubric that was used: nearly always the one in force."""
    rubrics: dict[Any, Rubric] = {row.rubric_id: row.rubric for row in rows}
    worded = {
        pk: assignments.worded(row, facts.outline.language) for pk, row in rubrics.items() if pk != facts.rubric_id
    }
    return {facts.rubric_id: facts.rubric, **{pk: scale for pk, scale in worded.items() if scale}}


def _letters(rows: Sequence[Review], peer: PeerGrade, scales: Mapping[Any, Scale]) -> list[Letter]:
    """What the team wrote first, then those that count in the order in which they came, then advice."""
    lines = {line["review"]: line for line in peer.lines}
    order = sorted(rows, key=lambda row: (row.kind != Review.Kind.STAFF, str(row.pk) not in lines))
    return [
        Letter(number, row, _chosen(row, scales.get(row.rubric_id)), lines.get(str(row.pk)))
        for number, row in enumerate(order, 1)
    ]


def _chosen(row: Review, scale: Scale | None) -> list[Chosen]:
    return [Chosen(one, _level(row, one), row.comments.get(one.id, "")) for one in (scale.criteria if scale else ())]


def _level(row: Review, criterion: Criterion) -> Level | None:
    place = row.levels.get(criterion.id)
    return criterion.levels[place] if isinstance(place, int) and 0 <= place < len(criterion.levels) else None


def _compared(own: Review, rows: Sequence[Review], scales: Mapping[Any, Scale], facts: Facts) -> list[Compared]:
    """The author's own levels beside those of whoever used the same rubric, from the lowest."""
    same = [row for row in rows if row.rubric_id == own.rubric_id]
    found = []
    for criterion in scales.get(own.rubric_id, facts.rubric).criteria:
        levels = [level for row in same if (level := _level(row, criterion)) is not None]
        found.append(Compared(criterion, _level(own, criterion), sorted(levels, key=lambda level: level.points)))
    return found


def _reckoning(
    letters: Sequence[Letter], peer: PeerGrade, changes: Sequence[GradeChange], facts: Facts
) -> Reckoning | None:
    """None where the team alone made the grade."""
    lines = [letter for letter in letters if letter.line]
    total = fsum(letter.line["weight"] for letter in lines if letter.line)
    if peer.method == "staff" or not total:
        return None
    mean = fsum(letter.line["weight"] * letter.counted for letter in lines if letter.line) / total
    first = next((change for change in changes if change.cause in ("published", "done")), None)
    lost = max(0.0, peer.score - first.score) if first and facts.terms.owed else 0.0
    missing = ceil(lost / facts.terms.owed - 1e-9) if facts.terms.owed else 0
    return Reckoning(lines, mean, abs(mean - peer.score) > 0.005, missing, lost, peer.score - lost)


def case(place: Place, facts: Facts) -> dict[str, Any] | None:
    """The latest procedure about one's copy, and whether one can still answer; None where there is none."""
    rows = Case.objects.filter(submission__enrolment_id=place.learner.enrolment_id, submission__unit_id=facts.unit.id)
    row = rows.order_by("opened_at").last()
    if row is None:
        return None
    return {
        "facts": facts,
        "outline": facts.outline,
        "unit": facts.unit,
        "case": row,
        "open": row.decided_at is None and place.now <= row.reply_until,
        "reason": "",
        "typed": row.reply,
    }


def own_copy(place: Place, facts: Facts) -> Submission | None:
    """One's own copy, for an act on its result."""
    return access.own_copy(facts, place.learner.enrolment_id)
