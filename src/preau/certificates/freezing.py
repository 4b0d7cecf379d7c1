"""The list of a jury as it freezes: who is before it, what the rule proposes, the figures and the signs of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_noop

from preau.audit import journal
from preau.certificates import jury, queries
from preau.certificates.models import Award, Candidate, Deliberation
from preau.content import outline as outlines
from preau.content.outline import Outline
from preau.courses.models import Edition, Enrolment, Track
from preau.grades import evidence, rules
from preau.grades import queries as ledger
from preau.grades.models import Result

BATCH = 500
BORDER = gettext_noop("{points} points short of the rule, and nothing else is lacking")


@dataclass(frozen=True)
class About:
    """What a list is about: one track or, without it, the module of the deliberation."""

    deliberation: Deliberation
    outline: Outline
    track: Track | None
    tracks: Sequence[Track]


def freeze(deliberation_id: UUID, *, now: datetime) -> int:
    """Make the list, all of it or nothing; returns how many are before the jury. Nothing for one that is frozen,
    cancelled, or was not asked to be."""
    with transaction.atomic():
        rows = Deliberation.objects.select_for_update(of=("self",)).select_related("edition__course")
        row = rows.get(pk=deliberation_id)
        if row.frozen_at or row.cancelled_at or row.freezing_at is None:
            return 0
        count = 0
        for about in subjects(row):
            for batch in _batches(before(about)):
                made = _doing(snapshots(batch, about, now=now))
                Candidate.objects.bulk_create(made, batch_size=BATCH)
                count += len(made)
        row.frozen_at = now
        row.save(update_fields=["frozen_at"])
        total = row.candidates.count()  # with those who were brought before it by hand
        journal.log(
            "jury.frozen", by=None, about="edition", about_id=row.edition_id, at=now, n=row.number, people=total
        )
    return count


def subjects(row: Deliberation) -> list[About]:
    """Each track of a deliberation, or its module. One that rectifies has only those who are brought before it."""
    outline = outlines.of_edition(row.edition, row.edition.course.languages[0])
    every = list(row.edition.tracks.order_by("position"))
    if row.module:
        there = any(module.key == row.module for module in outline.modules)  # a later version may have it no more
        return [About(row, outline, None, every)] if there else []
    return [About(row, outline, track, every) for track in every if track.key in row.tracks]


def before(about: About) -> QuerySet[Enrolment]:
    """Who is to be judged: on the track (or busy with the module), did something of it or keeps something, has no
    certificate of it in force, and is before no jury for it already."""
    row, track = about.deliberation, about.track
    if row.rectifies_id:
        return Enrolment.objects.none()
    judged = Candidate.objects.filter(
        enrolment=OuterRef("pk"), track=track, deliberation__module=row.module, deliberation__cancelled_at=None
    )
    if track is None:
        people = queries.unattested(row.edition, about.outline, row.module)
    else:
        held = Award.objects.filter(enrolment=OuterRef("pk"), track=track, revoked_at=None)
        acted = Result.objects.filter(enrolment=OuterRef("pk"))
        people = queries.on_track(row.edition, track).filter(Exists(acted), ~Exists(held))
    return people.exclude(Exists(judged))


def _doing(made: Sequence[Candidate]) -> list[Candidate]:
    """Without those who only came back, with what an earlier edition keeps for them, and do not pass by it."""
    ids = [one.enrolment_id for one in made]
    acted = set(Result.objects.filter(ledger.DONE, enrolment__in=ids).order_by().values_list("enrolment", flat=True))
    return [one for one in made if one.enrolment_id in acted or one.proposal == Candidate.Verdict.ADMITTED]


def _batches(people: QuerySet[Enrolment]) -> Iterator[list[UUID]]:
    ids = list(people.order_by("pk").values_list("pk", flat=True))
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def snapshots(enrolments: Sequence[UUID], about: About, *, now: datetime, apart: str = "") -> list[Candidate]:
    """These enrolments as candidates, not stored: a constant number of queries. `apart`: why all of them are cases."""
    signs = evidence.of(about.deliberation.edition, enrolments)
    read = ledger.records(enrolments, about.outline)
    attested = _attested(enrolments, about)
    found = []
    for pk in enrolments:
        proposed, numbers = judge(read[pk], about, now=now, carried=pk not in attested)
        told = [*signs[pk], *_border(numbers, about.deliberation)]
        found.append(
            Candidate(
                deliberation=about.deliberation,
                enrolment_id=pk,
                track=about.track,
                proposal=proposed,
                numbers=numbers,
                signs=[sign.stored for sign in told],
                apart=bool(apart) or any(sign.apart for sign in told),
                why_apart=apart,
                frozen_at=now,
            )
        )
    return found


def _attested(enrolments: Sequence[UUID], about: About) -> set[UUID]:
    """Of these, who holds the attestation of the module from an earlier edition: they pass by what they did in this
    one alone."""
    if about.track is not None:
        return set()
    rows = Enrolment.objects.filter(queries.attested_before(about.deliberation.module), pk__in=enrolments)
    return set(rows.order_by().values_list("pk", flat=True))


def judge(
    record: ledger.Record, about: About, *, now: datetime, carried: bool = True
) -> tuple[jury.Verdict, list[dict[str, Any]]]:
    """What the rule proposes for the learner of a ledger, and the figures."""
    if about.track is None:
        return _of_module(record, about, now, carried)
    asked = {about.track.key: about.track} | {one.key: one for one in about.tracks}  # a rule may extend any of them
    standing = ledger.standings_of(record, list(asked.values()), now=now)[about.track.key]
    sat = (any(part.key in record.counted for part in n.parts) for n in standing.needs if n.need.verb == "score")
    return jury.proposal(standing.passed, sat), ledger.numbers(standing)


def _of_module(
    record: ledger.Record, about: About, now: datetime, carried: bool
) -> tuple[jury.Verdict, list[dict[str, Any]]]:
    key = about.deliberation.module
    module = next(one for one in ledger.facts(about.outline)[0] if one.key == key)
    units = [unit for unit in record.units if unit.module == key]
    part = rules.module_standing(module, units, record.scores if carried else record.done, now=now)
    passed = ledger.module_passed(record, key, now=now, carried=carried)
    state = "met" if passed else "possible" if rules.reaches(part.best, module.passing) else "missed"
    figure = {"worst": part.worst, "now": part.now, "best": part.best, "threshold": module.passing, "state": state}
    sat = [unit.key in record.counted for unit in units if unit.weight > 0]
    return jury.proposal(passed, [any(sat)]), [{"need": f"module: {key}", **figure}]


def _border(numbers: Sequence[Mapping[str, Any]], row: Deliberation) -> list[evidence.Sign]:
    gap = jury.lacks(numbers)
    if gap is None or not jury.at_border(numbers, row.margin):
        return []
    return [evidence.Sign("border", BORDER, {"points": f"{rules.shown_needed(gap):f}"})]


@dataclass(frozen=True)
class Forecast:
    """How many a list would have today."""

    track: Track | None
    people: int


def forecast(row: Deliberation) -> list[Forecast]:
    """What freezing would bring before the jury, by track."""
    return [Forecast(about.track, before(about).count()) for about in subjects(row)]


def of_edition(edition: Edition) -> list[Deliberation]:
    """The deliberations of an edition, the newest first."""
    return list(edition.deliberations.select_related("rectifies").order_by("-number"))
