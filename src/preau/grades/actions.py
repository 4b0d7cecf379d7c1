"""What writes the ledger. Activities write results down here; nobody else touches its rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common.ids import new_id
from preau.common.prepared import Write
from preau.content.kinds import Place
from preau.content.outline import Outline, UnitFacts
from preau.courses.models import Edition, Enrolment, Track
from preau.grades import queries
from preau.grades.models import Completion, Result, TrackStanding

TOLD = ("score", "of", "version_id", "how", "shown_from", "recorded_at")
KEEP_RESULT = Write(Result, ("id", "enrolment", "unit", *TOLD), key=("enrolment", "unit"), update=TOLD)


def record(
    *,
    enrolment_id: UUID,
    unit_id: UUID,
    version_id: UUID,
    score: float,
    of: float,
    how: Mapping[str, Any],
    shown_from: datetime | None,
    now: datetime,
) -> None:
    """Write what a learner has for a unit, replacing what was there; the caller applied the unit's rule of keeping.
    A correction by staff is left alone, and goes on counting in its place.

    `shown_from`: the learner is told nothing of it before (None: at once).
    """
    KEEP_RESULT(new_id(), enrolment_id, unit_id, score, of, version_id, dict(how), shown_from, now)


@transaction.atomic
def correct(
    *, enrolment: Enrolment, unit: UnitFacts, outline: Outline, percent: float, by: Person, now: datetime
) -> None:
    """Put a result by hand in the place of what a learner has for a unit, told at once: it counts until it is
    withdrawn, whatever the activity writes meanwhile. Refuses what is outside 0..100."""
    if not 0 <= percent <= 100:
        raise Refused(_("A result is between 0 and 100."))
    nothing = {"score": percent, "of": 100.0, "how": {"by": "staff", "final": True, "nothing": True}}
    Result.objects.update_or_create(
        enrolment=enrolment,
        unit_id=unit.id,
        defaults={"corrected": percent},
        create_defaults={**nothing, "corrected": percent, "version_id": outline.version_id, "recorded_at": now},
    )
    said = {"key": unit.key, "score": percent}
    journal.log("result.corrected", by=by.pk, about="enrolment", about_id=enrolment.pk, at=now, **said)


@transaction.atomic
def withdraw(*, enrolment: Enrolment, unit: UnitFacts, by: Person, now: datetime) -> None:
    """Take a correction back: what the activity brought counts again, or nothing. Refuses when none stands."""
    rows = Result.objects.select_for_update().filter(enrolment=enrolment, unit_id=unit.id, corrected__isnull=False)
    row = rows.first()
    if row is None:
        raise Refused(_("No corrected result stands for this activity."))
    said = {"key": unit.key, "score": row.corrected}
    if row.how.get("nothing") and row.carried is None:
        row.delete()
    else:
        row.corrected = None
        row.save(update_fields=["corrected"])
    journal.log("correction.withdrawn", by=by.pk, about="enrolment", about_id=enrolment.pk, at=now, **said)


def tell_from(edition: Edition, moments: Mapping[UUID, datetime | None]) -> None:
    """The results of these units (moments by unit) that are not told at once are told from another moment: their
    deadline moved."""
    for unit_id, at in moments.items():
        if at is not None:
            rows = Result.objects.filter(enrolment__edition=edition, unit_id=unit_id, shown_from__isnull=False)
            rows.update(shown_from=at)


def complete(*, enrolment_id: UUID, unit_id: UUID, now: datetime) -> None:
    """Mark a unit as gone through; the first time stays."""
    Completion.objects.bulk_create(
        [Completion(enrolment_id=enrolment_id, unit_id=unit_id, done_at=now)], ignore_conflicts=True
    )


def finish(*, act: acts.Act, by: Person, place: Place) -> acts.Outcome:
    """The act of reaching the end of a lesson."""

    def work() -> acts.Outcome:
        complete(enrolment_id=place.learner.enrolment_id, unit_id=place.unit.id, now=place.now)
        return {"unit": place.unit.key}

    return acts.once(act, by.pk, work)


def settle(enrolment: Enrolment, outline: Outline, *, now: datetime) -> dict[str, bool]:
    """Derive the learner's standing on each track and keep it for lists; returns passed by track."""
    tracks = list(Track.objects.filter(edition_id=enrolment.edition_id))
    standings = queries.standings(enrolment.pk, outline, tracks, now=now)
    rows = [
        TrackStanding(
            enrolment=enrolment,
            track=track,
            passed=standings[track.key].passed,
            possible=standings[track.key].possible,
            numbers=queries.numbers(standings[track.key]),
            derived_at=now,
        )
        for track in tracks
    ]
    TrackStanding.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["enrolment", "track"],
        update_fields=["passed", "possible", "numbers", "derived_at"],
    )
    return {key: standing.passed for key, standing in standings.items()}
