"""Reads of certificates: what people hold of a course, whom a new certificate is due to, who passed a module."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from preau.accounts.models import Person
from preau.certificates import rules
from preau.certificates.models import Award, Credential, Decision
from preau.certificates.rules import Line, Steps
from preau.content.outline import ModuleFacts, Outline, narrowed
from preau.courses.enrolling import Bringing
from preau.courses.models import Addition, Course, Edition, Enrolment, Track
from preau.grades import queries as ledger
from preau.grades.models import Result
from preau.past import queries as past

BATCH = 1000  # learners whose results are read at once
HERE = Q(left_at=None) | Q(removed_for="")
"""Of enrolments: those that may be given an attestation. Whoever left did not lose what they passed."""


def lines(tracks: Sequence[Track]) -> dict[str, Line]:
    """The line of each track of one edition, by key."""
    asked = ledger.rules_of(tracks)
    worth = {key: Decimal(str(rule.credits)) for key, rule in asked.items()}
    return {key: [(one, worth[one]) for one in rule.line] for key, rule in asked.items()}


type Holdings = Mapping[UUID, Sequence[tuple[int, Steps]]]
"""By person, the steps of each certificate in force with its edition's number."""


def holdings(people: Iterable[UUID] | QuerySet[Enrolment, Any], course_id: UUID) -> Holdings:
    """What these people hold of a course, from any edition, those before this site included: three queries."""
    rows = Award.objects.filter(
        enrolment__person__in=people, enrolment__edition__course=course_id, track__isnull=False, revoked_at=None
    )
    given = rows.select_related("track", "enrolment__edition").order_by("awarded_at", "pk")
    return _held(given, past.certified(people, course_id), course_id)


type Former = Sequence[tuple[UUID, int, str, Decimal | None]]
"""Certificates of former editions: (person, edition, track, credits where a file says them)."""


def _held(rows: QuerySet[Award], former: Former, course_id: UUID) -> Holdings:
    every: dict[UUID, list[Track]] = defaultdict(list)
    for track in Track.objects.filter(edition__course=course_id).order_by("edition__number", "position", "pk"):
        every[track.edition_id].append(track)
    found: dict[UUID, list[tuple[int, Steps]]] = defaultdict(list)
    today = lines(list(every.values())[-1]) if former and every else {}
    for person, number, key, credits in former:
        found[person].append((number, _before(key, credits, today)))
    for award in rows:
        found[award.enrolment.person_id].append((award.enrolment.edition.number, _steps(award, every)))
    return found


def _before(key: str, credits: Decimal | None, today: Mapping[str, Line]) -> Steps:
    """The steps of a certificate of a former edition: by today's line of its track, up to the credits that were given.
    A track that the course does not have any more stands for itself."""
    line = today.get(key, [(key, credits or rules.NONE)])
    if credits is None:
        return rules.steps(line, {})
    return rules.steps([(one, min(worth, credits)) for one, worth in line], {})


def _steps(award: Award, every: Mapping[UUID, Sequence[Track]]) -> Steps:
    """The steps of a certificate; one of a former release brought its whole line."""
    if award.steps or award.track is None:
        return award.ladder
    return rules.steps(lines(every[award.track.edition_id])[award.track.key], {})


def bringing(person: Person, edition: Edition) -> dict[str, Bringing]:
    """What each track of an edition would bring somebody who holds a certificate of the course; nothing for anybody
    else."""
    owned = holdings([person.pk], edition.course_id).get(person.pk, ())
    if not owned:
        return {}
    every = lines(list(Track.objects.filter(edition=edition)))
    kept = rules.held(owned)
    found = {}
    for key, line in every.items():
        steps = rules.steps(line, kept)
        new = rules.brings(steps)
        found[key] = Bringing(new, rules.worth(steps), rules.certified(key, line[0][1], new, owned))
    return found


def on_track(edition: Edition, track: Track) -> QuerySet[Enrolment]:
    """The learners whom a track concerns: those on it, or who took it beside their own."""
    live = Enrolment.objects.filter(edition=edition, left_at=None)
    if track.added:
        return live.filter(Exists(Addition.objects.filter(enrolment=OuterRef("pk"), track=track, dropped_at=None)))
    return live.filter(track=track)


def certified(enrolments: Iterable[Enrolment], track: Track, line: Line, holdings: Holdings) -> dict[UUID, int]:
    """Of these learners, those whose certificate stands, so that another of this track would say nothing new: by
    enrolment, the number of its edition."""
    found = {}
    for one in enrolments:
        held = holdings.get(one.person_id, ())
        bringing = rules.brought(line, rules.held(held))
        number = rules.certified(track.key, line[0][1], bringing, held)
        if number is not None:
            found[one.pk] = number
    return found


def judged(*, module: str = "") -> QuerySet[Decision]:
    """What juries decided whose minutes are filed, the last word first; of tracks, or of one module."""
    rows = Decision.objects.filter(replaced_by=None, candidate__deliberation__filed_at__isnull=False)
    rows = rows.filter(candidate__deliberation__module=module).select_related("candidate__deliberation", "track")
    return rows.order_by("-candidate__deliberation__filed_at", "-pk")


def last_word(award: Award) -> Decision | None:
    """The last decision of a jury about what an award was given for."""
    asked = award.decision.candidate.track_id if award.decision else award.track_id
    rows = judged(module=award.module).filter(candidate__enrolment=award.enrolment_id, candidate__track=asked)
    return rows.first()


def unmade() -> QuerySet[Award]:
    """Awards in force without a credential, or whose credential was never printed: former releases did not."""
    whole = Credential.objects.filter(award=OuterRef("pk")).exclude(paper="")
    return Award.objects.filter(~Exists(whole), revoked_at=None)


def attesting(outline: Outline) -> list[ModuleFacts]:
    """The modules that give an attestation of their own."""
    return [module for module in outline.modules if module.attestation]


def unattested(edition: Edition, outline: Outline, key: str) -> QuerySet[Enrolment]:
    """The learners who did something in a module and never had its attestation in this edition, those who left
    included."""
    units = [unit.id for unit in narrowed(outline, key).units()]
    had = Award.objects.filter(module=key, enrolment__edition=edition, enrolment__person=OuterRef("person"))
    did = Result.objects.filter(enrolment=OuterRef("pk"), unit__in=units)
    return Enrolment.objects.filter(HERE, Exists(did), ~Exists(had), edition=edition)


def attested_before(key: str) -> Exists:
    """Of enrolments: does the person hold the attestation of a module from an earlier edition?"""
    return Exists(
        Award.objects.filter(
            module=key,
            revoked_at=None,
            enrolment__person=OuterRef("person"),
            enrolment__edition__course=OuterRef("edition__course"),
            enrolment__edition__number__lt=OuterRef("edition__number"),
        )
    )


def passing(rows: QuerySet[Enrolment], outline: Outline, key: str, *, now: datetime) -> list[Enrolment]:
    """Of these learners, those who passed a module, by name, each person once. Whoever holds its attestation from an
    earlier edition passes by what was done in this one alone. Five queries for each thousand."""
    every = list(rows.annotate(attested=attested_before(key)).select_related("person").order_by("person__name", "pk"))
    found: dict[UUID, Enrolment] = {}
    for start in range(0, len(every), BATCH):
        batch = every[start : start + BATCH]
        read = ledger.records([one.pk for one in batch], narrowed(outline, key))
        for one in batch:
            if ledger.module_passed(read[one.pk], key, now=now, carried=not one.attested):
                found.setdefault(one.person_id, one)
    return list(found.values())


@dataclass(frozen=True)
class Twice:
    """Somebody whose certificates in force bring more of a course than its tracks allow."""

    person_id: UUID
    course: Course
    credits: Decimal
    allowed: Decimal


def counted_twice() -> Iterator[Twice]:
    """Everybody of whom that is true."""
    rows = Award.objects.filter(track__isnull=False, revoked_at=None)
    several = rows.values("enrolment__person", "enrolment__edition__course").annotate(n=Count("pk")).filter(n__gt=1)
    people: dict[UUID, set[UUID]] = defaultdict(set)
    for one in several.order_by():
        people[one["enrolment__edition__course"]].add(one["enrolment__person"])
    for course in Course.objects.filter(pk__in=people).order_by("slug"):
        for person, held in sorted(holdings(people[course.pk], course.pk).items()):
            every = [steps for _number, steps in held]
            total, most = sum((rules.brings(steps) for steps in every), rules.NONE), rules.allowed(every)
            if total > most:
                yield Twice(person, course, total, most)
