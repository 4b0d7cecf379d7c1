"""Reads: what former editions hold of a person, of a course, and where each figure comes from. Only what finished files
say, and none that is withdrawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from preau.courses.models import Course
from preau.past.models import Doubt, Former, FormerResult, Source, Total

OF_STANDING = {"source__finished_at__isnull": False, "source__withdrawn_at": None}


@dataclass(frozen=True)
class FormerFact:
    """What a person has from a former edition: `what` is unit, module or track, `key` its bare id, `source` in the
    words of who brought it."""

    edition: int
    what: str
    key: str
    percent: float | None
    passed: bool | None
    source: str


@dataclass(frozen=True)
class Kept:
    """The same for a page, the edition as a whole included, with what else is kept."""

    course: Course
    fact: FormerFact
    certificate: str
    credits: Decimal | None
    at: date | None


@dataclass(frozen=True)
class TotalFact:
    """A figure of a former edition and who says it; `counted` from people's results, else reported."""

    edition: int
    what: str
    number: int
    source: str
    counted: bool = False


@dataclass(frozen=True)
class Reported:
    """A figure over several editions: `sources` say who reports it."""

    number: int
    first: int
    last: int
    sources: tuple[str, ...]

    @property
    def said(self) -> str:
        """Who reports it, in one line."""
        return "; ".join(self.sources)


def results_of(person_id: UUID, course_id: UUID) -> list[FormerFact]:
    """What a person has from former editions of a course, by edition: one query. What several files say of one thing is
    one fact."""
    rows = FormerResult.objects.filter(former__person=person_id, former__course=course_id, **OF_STANDING)
    return [one.fact for one in _merged(rows.exclude(what=FormerResult.What.EDITION), {})]


def certified(
    people: Iterable[UUID] | QuerySet[Any, Any], course_id: UUID
) -> list[tuple[UUID, int, str, Decimal | None]]:
    """The certificates of tracks that these people have from former editions: (person, edition, track, credits): one
    query. One without a code is no certificate, unless credits came with it."""
    rows = FormerResult.objects.filter(former__person__in=people, former__course=course_id, **OF_STANDING)
    rows = rows.filter(Q(credits__gt=0) | ~Q(certificate=""), what=FormerResult.What.TRACK).exclude(passed=False)
    found = rows.order_by("former__person", "edition_number", "key", "pk")
    return list(found.values_list("former__person", "edition_number", "key", "credits"))


def history(person_id: UUID) -> list[Kept]:
    """All that is kept of a person, by course and edition: one query, and one for the courses."""
    return _of(FormerResult.objects.filter(former__person=person_id, **OF_STANDING))


def of_former(former: Former) -> list[Kept]:
    """The same of a former person, with an account or without."""
    return _of(FormerResult.objects.filter(former=former, **OF_STANDING))


def _of(rows: QuerySet[FormerResult]) -> list[Kept]:
    courses = Course.objects.in_bulk(list(rows.order_by().values_list("former__course", flat=True).distinct()))
    return _merged(rows, courses)


def _merged(rows: QuerySet[FormerResult], courses: Mapping[UUID, Course]) -> list[Kept]:
    """One for each object, whatever number of files speaks of it, those of two former people of one person too: the
    best of what they say."""
    columns = ("former__course", "edition_number", "what", "key", "percent", "passed", "certificate", "credits", "at")
    found: dict[tuple[UUID, int, str, str], list[dict[str, Any]]] = {}
    for row in rows.order_by("former__course", "edition_number", "what", "key", "source").values(
        *columns, "source__origin"
    ):
        place = (row["former__course"], row["edition_number"], row["what"], row["key"])
        found.setdefault(place, []).append(row)
    return [_one(courses, place, said) for place, said in found.items()]


def _one(courses: Mapping[UUID, Course], place: tuple[UUID, int, str, str], said: list[dict[str, Any]]) -> Kept:
    def best(name: str) -> Any:
        return max((row[name] for row in said if row[name] is not None), default=None)

    course, edition, what, key = place
    source = "; ".join(dict.fromkeys(row["source__origin"] for row in said))
    fact = FormerFact(edition, what, key, best("percent"), best("passed"), source)
    row = courses.get(course) or Course(pk=course)
    return Kept(row, fact, best("certificate") or "", best("credits"), best("at"))


def totals(course_id: UUID) -> list[TotalFact]:
    """The figures of a course's former editions. What a file of totals reports wins over what is counted from people's
    results; where there is neither, there is nothing."""
    found: dict[tuple[int, str], TotalFact] = {}
    for row in Total.objects.filter(course=course_id).order_by("edition_number", "what", "-counted"):
        found[row.edition_number, row.what] = TotalFact(row.edition_number, row.what, row.number, row.said, row.counted)
    return list(found.values())


def reported(facts: Iterable[TotalFact], what: str) -> Reported | None:
    """One figure over all former editions of which there is one; None where there is none."""
    rows = [one for one in facts if one.what == what]
    if not rows:
        return None
    editions = [one.edition for one in rows]
    sources = tuple(dict.fromkeys(one.source for one in rows))
    return Reported(sum(one.number for one in rows), min(editions), max(editions), sources)


def last_edition(course_id: UUID) -> int:
    """The number of the last former edition that anything speaks of; 0 for none."""
    return Total.objects.filter(course=course_id).aggregate(last=Max("edition_number"))["last"] or 0


def sources(course: Course) -> list[Source]:
    """The files of a course, the newest first, those withdrawn included."""
    return list(Source.objects.filter(course=course).select_related("by").order_by("-started_at", "pk"))


def waiting(course: Course) -> int:
    """How many doubts nobody has decided yet."""
    return _shown(course).filter(decision="").count()


def _shown(course: Course) -> QuerySet[Doubt]:
    of_file = Q(source__finished_at__isnull=False, source__withdrawn_at=None)
    return Doubt.objects.filter(Q(source=None) | of_file, course=course)


def doubts(course: Course, *, decided: bool) -> QuerySet[Doubt]:
    """Those that wait, the oldest first, or those that were decided, the newest first."""
    rows = _shown(course).select_related("source", "person", "former__person", "decided_by")
    if decided:
        return rows.exclude(decision="").order_by("-decided_at", "pk")
    return rows.filter(decision="").order_by("asked_at", "line", "pk")


def candidates(rows: Iterable[Doubt]) -> dict[UUID, list[Former]]:
    """Who each of these doubts could be, by address and by number: one query for all of them."""
    rows = list(rows)
    emails, numbers = {row.email for row in rows if row.email}, {row.number for row in rows if row.number}
    if not emails and not numbers:
        return {row.pk: [] for row in rows}
    asked = Q(email__in=emails) | Q(number__in=numbers)
    found = Former.objects.filter(asked, course=rows[0].course_id, erased_at=None).select_related("person")
    there = list(found.annotate(known=Count("results")).order_by("name", "pk"))
    return {
        row.pk: [
            one for one in there if (row.email and one.email == row.email) or (row.number and one.number == row.number)
        ]
        for row in rows
    }


def find(course: Course, *, email: str, number: str, code: str) -> list[Former]:
    """Former people with this address, number or certificate."""
    asked = Q(pk=None)
    if email:
        asked |= Q(email=email)
    if number:
        asked |= Q(number=number)
    if code:
        having = FormerResult.objects.filter(certificate=code, former__course=course, **OF_STANDING)
        asked |= Q(pk__in=having.values("former"))
    return list(Former.objects.filter(asked, course=course).select_related("person").order_by("name", "pk")[:20])


def courses_with_past() -> list[Course]:
    """The courses of which there is anything from before."""
    return list(
        Course.objects.filter(sources__finished_at__isnull=False, sources__withdrawn_at=None)
        .distinct()
        .order_by("slug")
    )


def claims(person_id: UUID) -> list[Doubt]:
    """What a person said of themself, the newest first."""
    rows = Doubt.objects.filter(person=person_id, kind=Doubt.Kind.CLAIM).select_related("course")
    return list(rows.order_by("-asked_at", "pk"))
