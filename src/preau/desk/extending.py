"""One learner's extension, from the desk: given in one act, taken back in another."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts
from preau.audit.http import Refused
from preau.content.outline import Outline, UnitFacts
from preau.courses import actions as courses
from preau.courses import extending, rules
from preau.courses.models import Enrolment, Extension
from preau.desk import deadlines
from preau.peer.models import Submission
from preau.quizzes.models import Answer


def give(
    *, act: acts.Act, enrolment: Enrolment, unit: UnitFacts, until: datetime, reason: str, by: Person, now: datetime
) -> acts.Outcome:
    """Give somebody until then; what `courses.extend` refuses is refused."""

    def work() -> acts.Outcome:
        row = courses.extend(
            enrolment=enrolment, key=unit.key, until=until, reason=reason, by=by, now=now, results=unit.results
        )
        return {"extension": str(row.pk)}

    return acts.once(act, by.pk, work)


def take_back(
    *, act: acts.Act, extension: Extension, outline: Outline | None, by: Person, now: datetime
) -> acts.Outcome:
    """Take an extension back: what the person had before holds again. Refuses when they counted on it."""
    key, unit_key = str(extension.pk), extension.key

    def work() -> acts.Outcome:
        unit = outline.by_key.get(unit_key) if outline else None
        before = rules.deadline(
            unit.due if unit else None, [former] if (former := extending.former_of(extension)) else []
        )
        if before is not None and _counted_on(extension.enrolment_id, unit_key, max(before, extension.given_at)):
            raise Refused(
                _("They handed in or answered after the date that would hold again: taking it back would wrong them.")
            )
        until = extending.take_back(extension, by=by.pk, now=now)
        edition = extension.enrolment.edition
        courses.touch(edition)
        if outline is not None:
            deadlines.retell(edition, [unit_key])
        return {"extension": key, "until": until.isoformat() if until else None}

    return acts.once(act, by.pk, work)


def _counted_on(enrolment_id: UUID, key: str, since: datetime) -> bool:
    """Was anything received from this person after a moment?"""
    of = {"enrolment": enrolment_id, "unit__key": key}
    return (
        Submission.objects.filter(**of, submitted_at__gt=since).exists()
        or Answer.objects.filter(
            attempt__enrolment=enrolment_id, attempt__unit__key=key, received_at__gt=since
        ).exists()
    )
