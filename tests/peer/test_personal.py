"""What a person is handed over of their grades from peers, and what becomes of it when they leave."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from preau.accounts import actions as accounts
from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.courses.models import Edition, Track
from preau.peer import computing, personal, publishing
from preau.peer.models import GradeChange, PeerGrade, Submission
from tests import cast
from tests.peer import grading, stage

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


@pytest.fixture
def edition(db: None) -> Edition:
    return stage.assessed(reviews=3)


@pytest.fixture
def copies(edition: Edition) -> list[Submission]:
    made = grading.team(edition, 4, NOW)
    grading.around(made, NOW)
    return made


@pytest.fixture
def ana(copies: list[Submission]) -> Person:
    return grading.author(copies[0])


def exported(person: Person, table: str) -> list[Mapping[str, Any]]:
    return list(personal.export(person)[table])


def changed(edition: Edition, copies: list[Submission]) -> datetime:
    """Results are told, then the team gives the first author another grade."""
    at = grading.publish(edition, copies, NOW) + timedelta(hours=1)
    tom = cast.person("Tom")
    publishing.change(copies[0], 80, GradeChange.Cause.STAFF, "Ana avait raison.", by=tom, now=at)
    return at


def test_one_is_handed_how_the_grade_came_about_and_changed(
    edition: Edition, copies: list[Submission], ana: Person
) -> None:
    changed(edition, copies)
    (grade,) = exported(ana, "peer_grades")
    row = PeerGrade.objects.get(pk=copies[0].pk)
    assert (grade["submission_id"], grade["score"], grade["low"], grade["high"]) == (
        copies[0].pk,
        row.score,
        row.low,
        row.high,
    )
    assert len(grade["lines"]) == 3
    changes = exported(ana, "grade_changes")
    assert [(one["cause"], one["former"], one["score"], one["reason"]) for one in changes] == [
        ("published", None, row.score, ""),
        ("staff", row.score, 80, "Ana avait raison."),
    ]
    assert "Tom" not in repr(changes)


def test_a_result_that_waits_is_not_handed_over(edition: Edition, copies: list[Submission], ana: Person) -> None:
    computing.recompute(grading.row(edition), now=NOW)
    assert PeerGrade.objects.filter(pk=copies[0].pk).exists()
    assert exported(ana, "peer_grades") == exported(ana, "grade_changes") == []


@pytest.mark.parametrize(("credits", "reason"), [(0, ""), (3, "Ana avait raison.")])
def test_of_whoever_leaves_the_figures_stay_and_words_only_where_a_credit_rests_on_them(
    edition: Edition, copies: list[Submission], ana: Person, credits: int, reason: str
) -> None:
    Track.objects.update(credits=credits)
    at = changed(edition, copies)
    kept = personal.erase(ana, at)
    assert (personal.GRADES in kept) == (credits == 0)
    assert (personal.COPIES in kept) == (credits > 0)
    assert [one.reason for one in GradeChange.objects.filter(submission=copies[0]).order_by("at")] == ["", reason]
    assert PeerGrade.objects.filter(pk=copies[0].pk).exists()


def test_an_erased_account_leaves_its_figures_without_a_name(
    edition: Edition, copies: list[Submission], ana: Person
) -> None:
    at = changed(edition, copies)
    accounts.erase(ana, by=ana.pk, now=at)
    assert GradeChange.objects.filter(submission=copies[0]).count() == 2
    assert personal.GRADES in personal_data.may_keep()
