"""What a person keeps from earlier editions of a course, those before this site included, by the edition's own rule
(`carries`): read before they enrol, written beside their results when they do, and looked at again when something of it
changes.

Each edition gives what was done in it: a result that was itself carried is never carried on from there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from preau.accounts.models import Person
from preau.common.ids import new_id
from preau.content import outline as outlines
from preau.content.models import Printing
from preau.content.outline import Outline
from preau.courses.models import Course, Edition, Enrolment, Track
from preau.grades import queries, rules
from preau.grades.carries import Earlier, Kept, Passed, carried, parse_carries
from preau.grades.models import Result
from preau.grades.queries import Record
from preau.past import queries as past
from preau.past.models import Former, Source

PACE = timedelta(minutes=10)  # between two looks that found nothing left
RECENT = timedelta(days=2)  # results that are new or newly told are looked at for so long: a stopped worker misses none
BATCH = 100  # people of one look


def comes_back(person: Person, course: Course, edition: Edition) -> bool:
    """Did this person do something in an edition before this one, here or before this site?"""
    rows = Result.objects.filter(queries.DONE, enrolment__in=_former([person.pk], edition))
    return rows.exists() or any(fact.edition < edition.number for fact in past.results_of(person.pk, course.pk))


def kept(person_id: UUID, outline: Outline, *, now: datetime) -> dict[str, Kept]:
    """What counts again in the edition of an outline, by unit: only what its learner was told already."""
    found = parse_carries(outline.carries)
    if not found:
        return {}
    modules, units = queries.facts(outline)
    earlier: list[Earlier] = []
    passed: list[Passed] = []
    edition = Edition.objects.select_related("course").get(pk=outline.edition_id)
    for former in _former([person_id], edition).select_related("edition__course").order_by("edition__number", "pk"):
        results, won = _of(former, outline.language, now)
        earlier += results
        passed += won
    for fact in past.results_of(person_id, edition.course_id):
        if fact.what == "unit" and fact.percent is not None:
            earlier.append(Earlier(fact.edition, fact.key, fact.percent))
        elif fact.what == "module" and fact.passed:
            passed.append(Passed(fact.edition, fact.key, fact.percent))
    return carried(found, edition.number, modules, units, earlier, passed)


def _former(people: Iterable[UUID], edition: Edition) -> QuerySet[Enrolment]:
    """What these people were in before: whoever was taken out of an edition keeps nothing of it."""
    rows = Enrolment.objects.filter(person_id__in=list(people), edition__course=edition.course_id, removed_for="")
    return rows.filter(edition__number__lt=edition.number)


def _of(former: Enrolment, language: str, now: datetime) -> tuple[list[Earlier], list[Passed]]:
    """What was done in one edition: results that cannot fall any more, and the modules that they pass."""
    try:
        outline = outlines.of_edition(former.edition, language)
    except outlines.NotPrinted:
        return [], []
    ledger = queries.record(former.pk, outline, now=now, for_learner=True)
    facts = {key: fact for key, row in ledger.results.items() if (fact := _sure(key, row, former.edition, now))}
    number = former.edition.number
    modules, _units = queries.facts(outline)
    inside = {m.key: [unit for unit in ledger.units if unit.module == m.key] for m in modules}
    won = [m.key for m in modules if rules.module_passed(m, inside[m.key], facts.values(), now=now)]
    return (
        [Earlier(number, key, fact.percent) for key, fact in facts.items()],
        [Passed(number, module) for module in won],
    )


def _sure(key: str, row: Result, edition: Edition, now: datetime) -> rules.ResultFact | None:
    if row.corrected is not None:
        return rules.ResultFact(key, row.corrected, 100.0)
    fact = queries.own(key, row)
    return fact if fact and (fact.final or fact.rising or now >= edition.closes_at) else None


def keep(enrolment: Enrolment, now: datetime) -> None:
    """Write beside a learner's results what they keep from earlier editions, and take away what they do not any
    more."""
    try:
        outline = outlines.of_edition(enrolment.edition, enrolment.edition.course.languages[0])
    except outlines.NotPrinted:
        return
    with transaction.atomic():
        _write(enrolment, outline, kept(enrolment.person_id, outline, now=now), now)


def _write(enrolment: Enrolment, outline: Outline, found: Mapping[str, Kept], now: datetime) -> None:
    wanted = {outline.by_key[key].id: one for key, one in found.items()}
    rows = Result.objects.select_for_update().filter(enrolment=enrolment)
    there = {row.unit_id: row for row in rows.filter(Q(carried__isnull=False) | Q(unit_id__in=list(wanted)))}
    for unit_id, row in there.items():
        one = wanted.pop(unit_id, None)
        percent, number = (one.percent, one.edition) if one else (None, None)
        if one is None and row.how.get("nothing") and row.corrected is None:
            row.delete()
        elif (row.carried, row.carried_from) != (percent, number):
            row.carried, row.carried_from = percent, number
            row.save(update_fields=["carried", "carried_from"])
    nothing = {"by": "carried", "final": False, "nothing": True}
    rows_of_nothing = [
        Result(
            id=new_id(),
            enrolment=enrolment,
            unit_id=unit_id,
            score=0,
            of=100.0,
            version_id=outline.version_id,
            how=nothing,
            recorded_at=now,
            carried=one.percent,
            carried_from=one.edition,
        )
        for unit_id, one in wanted.items()
    ]
    # An activity may have written its own meanwhile: only what is kept goes beside it.
    Result.objects.bulk_create(
        rows_of_nothing,
        update_conflicts=True,
        unique_fields=["enrolment", "unit"],
        update_fields=["carried", "carried_from"],
    )


def preview(
    person_id: UUID, outline: Outline, tracks: Sequence[Track], *, now: datetime
) -> tuple[dict[str, Kept], dict[str, rules.Standing]]:
    """What somebody would keep if they enrolled now, and where they would stand on each track."""
    found = kept(person_id, outline, now=now)
    return found, queries.standings_of(ledger_of(found, outline), tracks, now=now)


def ledger_of(found: Mapping[str, Kept], outline: Outline) -> Record:
    """The ledger of somebody who has nothing but what they keep."""
    results = {
        key: Result(score=0, of=100.0, how={"nothing": True}, carried=one.percent, carried_from=one.edition)
        for key, one in found.items()
    }
    return Record(results=results, hidden={}, completed=frozenset(), extensions={}, outline=outline)


def refresh(edition: Edition, *, now: datetime) -> int:
    """Look again at everybody of an edition who was in an earlier one or keeps something; returns how many that is."""
    everybody = list(concerned(edition))
    for pk in everybody:
        keep(Enrolment.objects.select_related("edition__course").get(pk=pk), now)
    return len(everybody)


def concerned(edition: Edition) -> Iterator[UUID]:
    """The live enrolments of an edition of whoever was in an earlier one, here or before this site, or keeps
    something."""
    here = Enrolment.objects.filter(edition__in=_before(edition)).values("person")
    former = Former.objects.filter(course=edition.course_id, person__isnull=False).values("person")
    holds = Result.objects.filter(enrolment__edition=edition, carried__isnull=False).values("enrolment")
    live = edition.enrolments.filter(Q(person__in=here) | Q(person__in=former) | Q(pk__in=holds), left_at=None)
    yield from live.order_by("pk").values_list("pk", flat=True)


def changed(edition: Edition, now: datetime) -> Iterator[UUID]:
    """Those of whom an earlier edition has results that are new, or newly told, and those of whom a file of former
    editions speaks lately."""
    since = now - RECENT
    new = Q(recorded_at__gt=since, shown_from=None) | Q(recorded_at__gt=since, shown_from__lte=now)
    new |= Q(shown_from__gt=since, shown_from__lte=now)
    results = Result.objects.filter(new, queries.DONE, enrolment__edition__in=_before(edition))
    file = Q(linked_at__gt=since) | Q(results__source__finished_at__gt=since)
    former = Former.objects.filter(file, course=edition.course_id, person__isnull=False)
    lately = Q(person__in=results.values("enrolment__person")) | Q(person__in=former.values("person"))
    yield from edition.enrolments.filter(lately, left_at=None).order_by("pk").values_list("pk", flat=True)


def _before(edition: Edition) -> QuerySet[Edition]:
    return Edition.objects.filter(course=edition.course_id, number__lt=edition.number)


class Keeper:
    """Looks again, some people at each look, at whomever something new may concern: a version that an edition shows
    (each, once after a start), a file of former editions withdrawn, results of earlier editions."""

    def __init__(self) -> None:
        self.waiting: list[UUID] = []
        self.seen: dict[UUID, tuple[UUID, datetime | None]] = {}

    def look(self, *, now: datetime) -> int:
        """Look at some; returns how many wait for the next look."""
        self.waiting = self.waiting or list(self._due(now))
        batch, self.waiting = self.waiting[:BATCH], self.waiting[BATCH:]
        for enrolment in Enrolment.objects.filter(pk__in=batch, left_at=None).select_related("edition__course"):
            keep(enrolment, now)
        return len(self.waiting)

    def _due(self, now: datetime) -> Iterator[UUID]:
        rows = Printing.objects.filter(current=True, edition__closes_at__gt=now, edition__published_at__isnull=False)
        for printing in rows.select_related("edition__course").order_by("pk"):
            edition = printing.edition
            gone = Source.objects.filter(course=edition.course_id).aggregate(last=Max("withdrawn_at"))["last"]
            stands = (printing.version_id, gone)
            yield from changed(edition, now) if self.seen.get(edition.pk) == stands else concerned(edition)
            self.seen[edition.pk] = stands
