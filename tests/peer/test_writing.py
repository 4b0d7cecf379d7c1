"""An author writes, hands in, replaces; what is refused, and what is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from preau.audit.http import Refused
from preau.courses.models import Edition
from preau.peer import actions, assignments
from preau.peer.models import Draft, Rubric, Submission
from tests import cast
from tests.peer import stage

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
CLOSED = datetime(2026, 3, 23, 12, 0, tzinfo=UTC)  # the deadline and its grace have passed


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Refusals are asserted by their words."""
    with translation.override("en"):
        yield


@pytest.fixture
def edition(db: None) -> Edition:
    return stage.assessed()


def test_the_dates_are_those_of_the_house_unless_said(edition: Edition) -> None:
    ana = stage.learner("Ana", edition)
    calendar = stage.facts(ana, edition, NOW).calendar
    assert calendar.due == datetime(2026, 3, 15, 22, 59, tzinfo=UTC)
    assert calendar.reviews_due == datetime(2026, 3, 22, 22, 59, tzinfo=UTC)
    assert calendar.results == datetime(2026, 3, 25, 22, 59, tzinfo=UTC)


def test_stated_dates_are_moments_of_the_edition(db: None) -> None:
    edition = stage.assessed(reviews_due="w4 sun 23:59", results="w5 wed 12:00")
    calendar = stage.facts(stage.learner("Ana", edition), edition, NOW).calendar
    assert calendar.reviews_due == datetime(2026, 3, 29, 21, 59, tzinfo=UTC)
    assert calendar.results == datetime(2026, 4, 1, 10, 0, tzinfo=UTC)
    assert edition.milestones.filter(key="cas", what__in=["reviews_due", "results"]).count() == 2


def test_the_first_copy_makes_the_rows_of_the_assignment(edition: Edition) -> None:
    ana, bob = stage.learner("Ana", edition), stage.learner("Bob", edition)
    first = stage.copy(ana, edition, NOW)
    stage.copy(bob, edition, NOW)
    facts = stage.facts(ana, edition, NOW)
    assert Rubric.objects.get(assignment_id=facts.id).pk == facts.rubric_id
    assert (first.language, first.size, first.late) == ("fr", len(first.text.encode()), False)


def test_a_copy_can_be_replaced_until_somebody_begins_to_assess_it(edition: Edition) -> None:
    ana, bob = stage.learner("Ana", edition), stage.learner("Bob", edition)
    former = stage.copy(ana, edition, NOW)
    latter = stage.copy(ana, edition, NOW + timedelta(hours=1), "Un autre projet.")
    assert Submission.objects.filter(current=True).get() == latter != former
    stage.copy(bob, edition, NOW)
    held = stage.lease(bob, edition, NOW + timedelta(hours=2))
    assert held is not None
    assert held.submission_id == latter.pk
    with pytest.raises(Refused, match="begun"):
        stage.copy(ana, edition, NOW + timedelta(hours=3), "Trop tard.")
    assert Submission.objects.get(current=True, enrolment__person=ana) == latter


def test_a_text_that_names_its_author_is_handed_in_only_on_purpose(edition: Edition) -> None:
    ana = stage.learner("Anastasia", edition)
    place = cast.place(ana, edition, "cas", NOW)
    act = cast.an_act("assignment.submit", now=NOW)
    with pytest.raises(actions.Named, match="Anastasia"):
        actions.submit(act=act, by=ana, place=place, text="Projet d’anastasia.")
    assert not Submission.objects.exists()
    actions.submit(act=act, by=ana, place=place, text="Projet d’anastasia.", anyway=True)
    assert Submission.objects.get().text == "Projet d’anastasia."


def test_declarations_are_kept_with_the_draft_and_with_the_copy(edition: Edition) -> None:
    ana = stage.learner("Ana", edition)
    place = cast.place(ana, edition, "cas", NOW)
    said: dict[str, Any] = {"text": "Un projet.", "help": "Ma sœur a relu.", "ai": "Rien."}
    actions.save_draft(act=cast.an_act("assignment.draft", now=NOW), by=ana, place=place, **said)
    draft = Draft.objects.get()
    assert (draft.text, draft.help, draft.ai) == tuple(said.values())
    actions.submit(act=cast.an_act("assignment.submit", now=NOW), by=ana, place=place, **said)
    row = Submission.objects.get()
    assert (row.text, row.help, row.ai) == tuple(said.values())


def test_after_the_grace_nothing_is_received(edition: Edition) -> None:
    ana = stage.learner("Ana", edition)
    with pytest.raises(Refused):
        stage.copy(ana, edition, CLOSED)
    assert not Submission.objects.exists()


def test_an_assignment_without_a_rubric_stays_with_the_team(db: None) -> None:
    edition = cast.edition()
    ana = stage.learner("Ana", edition)
    place = cast.place(ana, edition, "cas", NOW)
    assert assignments.of(place.outline, place.unit) is None
    stage.copy(ana, edition, NOW)
    assert not Rubric.objects.exists()
