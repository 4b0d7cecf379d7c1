"""What is to be given in an edition: certificates by track, attestations by module, as the desk's page lists them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from preau.certificates import queries as certificates
from preau.certificates.models import Award
from preau.content.outline import ModuleFacts, Outline
from preau.courses.models import Addition, Edition, Enrolment, Track
from preau.desk import figures, words
from preau.grades import queries as grades
from preau.grades.models import TrackStanding

SHOWN = 500  # names in a list; the list of learners has them all


@dataclass(frozen=True)
class Judged:
    """A track's list by rule: who passed, with their numbers; who is certified by an earlier edition, its number
    beside; who has the certificate, whose was revoked or replaced, how many are apart and why."""

    track: Track
    passed: list[tuple[Enrolment, list[Mapping[str, Any]]]]
    waiting: int
    certified: list[tuple[Enrolment, int]]
    awards: list[Award]
    revoked: list[Award]
    replaced: list[Award]
    open: int  # it can still be reached
    out: int  # it cannot any more
    unknown: int  # no standing was derived yet


@dataclass(frozen=True)
class Attested:
    """A module's list: who passed it and has no attestation of it, who has, whose was revoked or replaced."""

    module: ModuleFacts
    passed: list[Enrolment]
    waiting: int
    awards: list[Award]
    revoked: list[Award]
    replaced: list[Award]


def tracks(edition: Edition, outline: Outline | None) -> list[Judged]:
    """The list of each track, from the standings last derived on the track that its learners are on, or took beside
    their own: a constant number of queries."""
    lines, _total = figures.by_track(edition)
    rows = Award.objects.filter(track__edition=edition).select_related("enrolment__person", "track", "replaced_by")
    given = _by(rows, "track_id")
    needs = grades.rules_of([track for track, _figures in lines])
    worth = certificates.lines([track for track, _figures in lines])
    standings = _passed(edition)
    people = Enrolment.objects.filter(edition=edition, left_at=None).values("person")
    holdings = certificates.holdings(people, edition.course_id)
    judged = []
    for track, counts in lines:
        said = {str(one): one for one in needs[track.key].needs}
        every = given.get(track.pk, [])
        holders = {award.enrolment_id for award in every}  # whose was revoked gets no other with the others
        waiting = [one for one in standings.get(track.pk, []) if one.enrolment_id not in holders]
        stands = certificates.certified([one.enrolment for one in waiting], track, worth[track.key], holdings)
        due = [one for one in waiting if one.enrolment_id not in stands]
        judged.append(
            Judged(
                track=track,
                passed=[(one.enrolment, _numbers(one, outline, said)) for one in due[:SHOWN]],
                waiting=len(due),
                certified=[(one.enrolment, stands[one.enrolment_id]) for one in waiting if one.enrolment_id in stands],
                awards=[a for a in every if not a.revoked_at],
                revoked=[a for a in every if a.revoked_at and not a.replaced_by_id],
                replaced=[a for a in every if a.replaced_by_id],
                open=counts.on_course,
                out=counts.derived - counts.passed - counts.on_course,
                unknown=counts.enrolled - counts.derived,
            )
        )
    return judged


def modules(edition: Edition, outline: Outline | None, *, now: datetime) -> list[Attested]:
    """The list of each module that gives an attestation, judged now."""
    if outline is None:
        return []
    rows = Award.objects.filter(enrolment__edition=edition).exclude(module="")
    rows = rows.select_related("enrolment__person", "replaced_by")
    given = _by(rows, "module") if certificates.attesting(outline) else {}
    found = []
    for module in certificates.attesting(outline):
        due = certificates.passing(certificates.unattested(edition, outline, module.key), outline, module.key, now=now)
        every = given.get(module.key, [])
        found.append(
            Attested(
                module=module,
                passed=due[:SHOWN],
                waiting=len(due),
                awards=[a for a in every if not a.revoked_at],
                revoked=[a for a in every if a.revoked_at and not a.replaced_by_id],
                replaced=[a for a in every if a.replaced_by_id],
            )
        )
    return found


def _by(rows: QuerySet[Award], name: str) -> dict[Any, list[Award]]:
    found: dict[Any, list[Award]] = {}
    for award in rows.order_by("-awarded_at", "pk"):
        found.setdefault(getattr(award, name), []).append(award)
    return found


def _passed(edition: Edition) -> Mapping[UUID, Sequence[TrackStanding]]:
    """Who passed each track that concerns them."""
    beside = Addition.objects.filter(enrolment=OuterRef("enrolment"), track=OuterRef("track"), dropped_at=None)
    concerned = Q(enrolment__track=F("track")) | Exists(beside)
    rows = TrackStanding.objects.filter(concerned, track__edition=edition, passed=True, enrolment__left_at=None)
    found: dict[UUID, list[TrackStanding]] = {}
    for standing in rows.select_related("enrolment__person").order_by("enrolment__person__name", "pk"):
        found.setdefault(standing.track_id, []).append(standing)
    return found


def _numbers(standing: TrackStanding, outline: Outline | None, said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [
        {
            "said": words.stored_need(str(line["need"]), outline, said) if outline else line["need"],
            "now": line["now"],
            "worst": line["worst"],
        }
        for line in standing.numbers
    ]
