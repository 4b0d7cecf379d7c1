"""A correction by staff stands until staff withdraw it, whatever the activity writes meanwhile."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.content import outline as outlines
from preau.courses.models import Edition, Enrolment
from preau.grades import actions, correcting, personal, queries, rules
from preau.grades.models import Result
from tests.desk.stage import result

percents = st.floats(0, 100).map(lambda value: round(value, 3))
STEPS = st.lists(st.tuples(st.sampled_from(["attempt", "correct", "withdraw"]), percents), min_size=1, max_size=8)


@given(own=st.none() | percents, corrected=st.none() | percents)
def test_what_counts_is_the_correction_while_there_is_one(own: float | None, corrected: float | None) -> None:
    brought = None if own is None else rules.ResultFact("quiz", own, 100, final=False, rising=True)
    fact = correcting.counted("quiz", brought, corrected)
    if corrected is None:
        assert fact == brought
    else:
        assert fact == rules.ResultFact("quiz", corrected, 100)
        assert (fact.final, fact.rising) == (True, False)  # no later attempt may lift it


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_in_any_order_the_latest_correction_that_stands_counts(
    steps: list[tuple[str, float]], ana_enrolment: Enrolment, tom: Person, now: datetime
) -> None:
    Result.objects.all().delete()
    outline = outlines.of_edition(ana_enrolment.edition, "fr")
    unit = outline.by_key["quiz"]
    own: float | None = None
    corrected: float | None = None
    for what, percent in steps:
        if what == "attempt":
            result(ana_enrolment, "quiz", own := percent, now)
        elif what == "correct":
            said = {"enrolment": ana_enrolment, "unit": unit, "by": tom, "now": now}
            actions.correct(**said, outline=outline, percent=percent)  # type: ignore[arg-type]
            corrected = percent
        elif corrected is None:
            with pytest.raises(Refused):
                actions.withdraw(enrolment=ana_enrolment, unit=unit, by=tom, now=now)
        else:
            actions.withdraw(enrolment=ana_enrolment, unit=unit, by=tom, now=now)
            corrected = None
        for_learner = queries.record(ana_enrolment.pk, outline, now=now, for_learner=True)
        counted = for_learner.counted.get("quiz")
        expected = own if corrected is None else corrected
        assert (counted.percent if counted else None) == (None if expected is None else pytest.approx(expected))
        assert queries.records([ana_enrolment.pk], outline)[ana_enrolment.pk].scores == for_learner.scores


def test_a_correction_is_told_though_the_result_waits(
    ana_enrolment: Enrolment, tom: Person, edition: Edition, now: datetime
) -> None:
    outline = outlines.of_edition(edition, "fr")
    result(ana_enrolment, "apres", 40, now)
    Result.objects.update(shown_from=timezone.now() + timedelta(days=1))
    said = {"enrolment": ana_enrolment, "unit": outline.by_key["apres"], "by": tom, "now": now}
    actions.correct(**said, outline=outline, percent=75)  # type: ignore[arg-type]
    ledger = queries.record(ana_enrolment.pk, outline, now=now, for_learner=True)
    assert (ledger.counted["apres"].percent, ledger.hidden) == (75, {})
    exported = personal.export(ana_enrolment.person)
    assert list(exported["results"]) == []  # what the attempt brought is told to nobody yet
    assert [row["corrected"] for row in exported["corrected results"]] == [75]
    actions.withdraw(**said)  # type: ignore[arg-type]
    assert queries.record(ana_enrolment.pk, outline, now=now, for_learner=True).counted == {}
