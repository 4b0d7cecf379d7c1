"""What the desk's tests put on stage beside the cast: results as the activities write them, copies handed in."""

from datetime import datetime

from preau.content.models import Printing, Unit
from preau.courses.models import Edition, Enrolment
from preau.grades import actions as grades
from preau.peer import actions as peer
from preau.peer.models import Submission
from tests import cast

SECOND_WEEK = datetime.fromisoformat("2026-03-10T12:00:00+00:00")


def result(enrolment: Enrolment, unit: str, score: float, now: datetime) -> None:
    """A final result in percent."""
    grades.record(
        enrolment_id=enrolment.pk,
        unit_id=Unit.objects.get(course=enrolment.edition.course, key=unit).pk,
        version_id=Printing.objects.get(edition=enrolment.edition, current=True).version_id,
        score=score,
        of=100.0,
        how={"final": True},
        shown_from=None,
        now=now,
    )


def copy(enrolment: Enrolment, edition: Edition, text: str, now: datetime) -> Submission:
    """A copy of the thin course's assignment, handed in through the real action."""
    place = cast.place(enrolment.person, edition, "cas", now)
    outcome = peer.submit(
        act=cast.an_act("assignment.submit", {"t": text}), by=enrolment.person, place=place, text=text
    )
    return Submission.objects.get(pk=outcome["submission"])
