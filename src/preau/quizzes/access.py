"""The doors of quizzes: an attempt is reached by its own learner only, with the dates that hold for them; a question
and a ruling in the edition that shows it only, by who opened that edition's desk."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404

from preau.accounts.models import Person
from preau.common.prepared import Prepared
from preau.content import outline as outlines
from preau.content.outline import Outline, UnitFacts
from preau.courses import rules as dates
from preau.courses.models import Edition, Extension
from preau.quizzes import bank, timing
from preau.quizzes.models import Attempt, Question, Ruling
from preau.quizzes.terms import Terms, terms


@dataclass(frozen=True)
class Sitting:
    """An attempt with everything that a rule wants to know about it."""

    attempt: Attempt
    unit: UnitFacts
    terms: Terms
    due: datetime | None  # for this learner
    closes: datetime  # the last moment an answer is received, grace included
    tells: datetime | None  # from when what is right may be told: nobody can answer any more

    @property
    def ends(self) -> datetime | None:
        """When this attempt ends by itself; None: with the activity and its grace."""
        return end_of(self.unit, self.attempt.ends_at, self.due)

    def over(self, now: datetime) -> bool:
        """Is it closed, or its time up?"""
        return self.attempt.closed_at is not None or timing.over(now, self.ends)


# of what hangs on an attempt: the rest is in the outline
NEEDED = (
    *("enrolment__person_id", "enrolment__edition_id"),
    *("enrolment__edition__slug", "enrolment__edition__revision", "enrolment__edition__closes_at", "unit__key"),
)


def _read(attempt_id: UUID, person_id: UUID) -> QuerySet[Attempt]:
    extension = Extension.objects.filter(enrolment=OuterRef("enrolment"), key=OuterRef("unit__key")).values("until")
    rows = Attempt.objects.select_related("enrolment__edition", "unit").annotate(extended=Subquery(extension[:1]))
    rows = rows.only(*(field.attname for field in Attempt._meta.concrete_fields), *NEEDED)
    return rows.filter(pk=attempt_id, enrolment__person_id=person_id, enrolment__left_at=None)


EXAMPLES = (UUID(int=1), UUID(int=2))
READ = Prepared(_read, EXAMPLES)
LOCKED = Prepared(lambda *ids: _read(*ids).select_for_update(of=("self",)), EXAMPLES)


def attempt(
    person: Person, attempt_id: UUID, language: str, *, edition: str | None = None, lock: bool = False
) -> Sitting:
    """One's own attempt in an edition one is enrolled in; locked when it will be written. 404 for anybody else's, and
    for one of another edition than the address names (`edition`, a slug)."""
    found = (LOCKED if lock else READ).first(attempt_id, person.pk)
    if found is None or (edition is not None and found.enrolment.edition.slug != edition):
        raise Http404
    try:
        outline = outlines.of_edition(found.enrolment.edition, language)
        unit = outline.by_key[found.unit.key]
    except (outlines.NotPrinted, KeyError) as error:
        raise Http404 from error
    asked = terms(unit.kind, unit.meta)
    return Sitting(found, unit, asked, *limits(unit, found.extended, outline), tells(unit, outline))


def limits(unit: UnitFacts, extended: datetime | None, outline: Outline) -> tuple[datetime | None, datetime]:
    """(due, last moment) of a unit for a learner who may have an extension. Without a deadline, answers are received
    until the edition closes."""
    due = dates.deadline(unit.due, [extended] if extended else [])
    return due, dates.last_moment(unit.kind, due) or outline.closes_at


def tells(unit: UnitFacts, outline: Outline) -> datetime | None:
    """From when what is right may be told, None when the end of an attempt decides: never of an exam, which others may
    still sit."""
    last = dates.last_moment(unit.kind, outline.last_due(unit))
    return outline.closes_at if last is None and unit.kind == "exam" else last


def end_of(unit: UnitFacts, ends_at: datetime | None, due: datetime | None) -> datetime | None:
    """When an attempt ends by itself. An exam without a limit does so at the learner's deadline: its grace is for what
    was written before."""
    return due if ends_at is None and unit.kind == "exam" else ends_at


@dataclass(frozen=True)
class Asked:
    """A question as an edition shows it now."""

    edition: Edition
    outline: Outline
    unit: UnitFacts
    item: bank.Item
    questions: bank.Bank


def question(edition: Edition, question_id: UUID, language: str) -> Asked:
    """A question of the version that an edition shows. 404 for any other."""
    row = Question.objects.select_related("unit").filter(pk=question_id, unit__course=edition.course_id).first()
    try:
        outline = outlines.of_edition(edition, language)
        unit = outline.by_key[row.unit.key if row else ""]
    except (outlines.NotPrinted, KeyError) as error:
        raise Http404 from error
    questions = bank.of(outline.version_id, unit.id, language)
    item = questions.by_id(question_id)
    if item is None:
        raise Http404
    return Asked(edition, outline, unit, item, questions)


def ruling(asked: Asked) -> Ruling | None:
    """The ruling that stands on a question, if one does."""
    return Ruling.objects.filter(edition=asked.edition, question=asked.item.id, withdrawn_at=None).first()
