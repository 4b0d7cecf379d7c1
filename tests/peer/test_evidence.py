"""What a jury is told of assignments: appeals, procedures, copies that are alike."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from preau.courses.models import Edition
from preau.grades import evidence
from preau.peer import evidence as own
from preau.peer.models import Appeal, Case, Likeness, Submission
from tests import cast
from tests.peer import stage

NOW = cast.MONDAY + timedelta(days=10)


@pytest.fixture
def edition(db: None) -> Edition:
    return stage.assessed()


@pytest.fixture
def copies(edition: Edition) -> list[Submission]:
    return [stage.copy(stage.learner(name, edition), edition, NOW) for name in ("Lea", "Max", "Zoe")]


def told(edition: Edition, *copies: Submission) -> dict[UUID, list[tuple[str, bool]]]:
    """By enrolment, the kind of each sign and whether it makes a case."""
    found = evidence.of(edition, [one.enrolment_id for one in copies])
    return {pk: [(sign.kind, sign.apart) for sign in signs] for pk, signs in found.items()}


def test_an_appeal_makes_a_case_until_it_is_answered(edition: Edition, copies: list[Submission]) -> None:
    lea = copies[0]
    row = Appeal.objects.create(submission=lea, text="Mon plan était complet.", made_at=NOW)
    assert told(edition, lea) == {lea.enrolment_id: [("appeal", True)]}
    row.kept, row.answer, row.answered_at = True, "Le plan manque de dates.", NOW
    row.save()
    assert told(edition, lea) == {lea.enrolment_id: [("appeal", False)]}
    (sign,) = evidence.of(edition, [lea.enrolment_id])[lea.enrolment_id]
    with translation.override("en"):
        assert "Le plan manque de dates." in sign.said
    assert sign.href == f"/desk/{edition.slug}/peer/cas/appeals/{row.pk}/"


@pytest.mark.parametrize(
    ("decision", "signs"), [("", [("fraud", True)]), ("cancelled", [("fraud", True)]), ("dismissed", [])]
)
def test_a_procedure_is_told_unless_nothing_was_held_against_them(
    edition: Edition, copies: list[Submission], decision: str, signs: list[tuple[str, bool]]
) -> None:
    said = {"decision": decision, "reason": "Vu.", "decided_at": NOW} if decision else {}
    Case.objects.create(submission=copies[0], notice="Des passages.", opened_at=NOW, reply_until=NOW, **said)
    assert told(edition, copies[0]) == {copies[0].enrolment_id: signs}


def test_copies_that_are_alike_are_told_of_both_until_somebody_has_looked(
    edition: Edition, copies: list[Submission]
) -> None:
    lea, max_, zoe = copies
    facts = stage.facts(lea.enrolment.person, edition, NOW)
    pair = Likeness.objects.create(
        assignment_id=facts.id, submission=lea, other=max_, common=9, share=0.5, found_at=NOW
    )
    both = {lea.enrolment_id: [("fraud", True)], max_.enrolment_id: [("fraud", True)], zoe.enrolment_id: []}
    assert told(edition, *copies) == both
    pair.settled_at = NOW
    pair.save()
    assert told(edition, *copies) == {one.enrolment_id: [] for one in copies}


def test_it_takes_three_queries_for_one_as_for_many(
    edition: Edition, copies: list[Submission], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for few in (copies[:1], copies):
        with django_assert_num_queries(3):
            own.signs(edition, [one.enrolment_id for one in few])
