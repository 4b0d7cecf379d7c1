"""What the model says is kept as it can be shown: line by line, once for the same reviews, until results are told."""

from datetime import UTC, datetime, timedelta
from math import fsum
from uuid import UUID

import pytest

from preau.courses.models import Edition
from preau.peer import computing, gathering
from preau.peer.models import Assignment, Grade, PeerGrade, Review, StaffTurn, Submission
from tests import cast
from tests.peer import grading, stage
from tests.peer.grading import author, row

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=20)
MANY = 32  # enough copies for the model


@pytest.fixture
def edition(db: None) -> Edition:
    return stage.assessed()


def reckon(edition: Edition, now: datetime = LATER) -> bool:
    return computing.recompute(row(edition), now=now)


def mean(grade: PeerGrade) -> float:
    """What a reader makes of the lines."""
    weights = fsum(line["weight"] for line in grade.lines)
    return fsum(line["weight"] * (line["grade"] - line["correction"]) for line in grade.lines) / weights


def test_a_small_class_gets_medians_shown_line_by_line(edition: Edition) -> None:
    copies = grading.team(edition, 4, NOW)
    for copy, scores in zip(copies, [(40, 70, 80), (50, 60, 90), (10, 20, 30), (100, 0, 50)], strict=True):
        for other, score in zip([one for one in copies if one != copy], scores, strict=True):
            stage.written(copy, author(other), score, NOW)
    assert reckon(edition)
    grades = [PeerGrade.objects.get(pk=copy.pk) for copy in copies]
    assert [grade.score for grade in grades] == [70, 60, 20, 50]
    assert all(grade.method == "median" and grade.score == pytest.approx(mean(grade)) for grade in grades)
    assert [line["note"] for line in grades[0].lines].count("aside") == 2
    assert all(grade.low < grade.score < grade.high for grade in grades)
    assert grades[0].published_at is None


def test_a_class_gets_the_model_and_each_grade_is_its_lines_mean(edition: Edition) -> None:
    copies = grading.team(edition, MANY, NOW)
    grading.around(copies, NOW)
    assert reckon(edition)
    grades = list(PeerGrade.objects.order_by("pk"))
    assert len(grades) == MANY
    for grade in grades:
        assert grade.method == "model"
        given = [line["grade"] for line in grade.lines]
        assert grade.score == pytest.approx(min(max(mean(grade), min(given)), max(given)))
        ids = {str(pk) for pk in Review.objects.filter(submission=grade.pk).values_list("pk", flat=True)}
        assert {line["review"] for line in grade.lines} == ids
    assert any(grade.needs_review for grade in grades)


def test_a_review_that_stands_apart_counts_less(edition: Edition) -> None:
    copies = grading.team(edition, MANY, NOW)
    grading.around(copies, NOW)
    careless = author(copies[1])
    Review.objects.filter(reviewer=careless).update(score=100)
    reckon(edition)
    lines = [line for grade in PeerGrade.objects.order_by("pk") for line in grade.lines]
    theirs = {str(pk) for pk in Review.objects.filter(reviewer=careless).values_list("pk", flat=True)}
    assert {line["note"] for line in lines if line["review"] in theirs} == {"less"}


def test_the_same_reviews_again_change_nothing(edition: Edition) -> None:
    grading.around(grading.team(edition, 4, NOW), NOW)
    assert reckon(edition)
    before = list(PeerGrade.objects.order_by("pk").values())
    assert not reckon(edition, LATER + timedelta(hours=1))
    assert list(PeerGrade.objects.order_by("pk").values()) == before
    assert row(edition).computed_at == LATER + timedelta(hours=1)


def test_what_does_not_count_changes_nothing(edition: Edition) -> None:
    copies = grading.team(edition, 4, NOW)
    grading.around(copies, NOW, each=2)
    reckon(edition)
    before = list(PeerGrade.objects.order_by("pk").values())
    first, fourth = copies[0], author(copies[3])
    stage.written(first, author(first), 100, NOW, kind=Review.Kind.SELF)
    extra = stage.written(first, fourth, 0, NOW, hidden=True)
    assert not reckon(edition, LATER + timedelta(minutes=1))
    Review.objects.filter(pk=extra.pk).update(hidden=False, late=True)
    assert not reckon(edition, LATER + timedelta(minutes=2))
    Review.objects.filter(pk=extra.pk).update(late=False, finished_at=None)
    assert not reckon(edition, LATER + timedelta(minutes=3))
    assert list(PeerGrade.objects.order_by("pk").values()) == before
    Review.objects.filter(pk=extra.pk).update(finished_at=NOW)
    assert reckon(edition, LATER + timedelta(minutes=4))


def test_a_copy_that_is_taken_out_has_no_grade_any_more(edition: Edition) -> None:
    copies = grading.team(edition, 4, NOW)
    grading.around(copies, NOW)
    reckon(edition)
    Submission.objects.filter(pk=copies[0].pk).update(cancelled_at=NOW)
    assert reckon(edition, LATER + timedelta(minutes=1))
    assert not PeerGrade.objects.filter(pk=copies[0].pk).exists()


def test_the_team_s_grade_takes_the_place_of_the_peers(edition: Edition) -> None:
    copies = grading.team(edition, 5, NOW)
    grading.around(copies[:4], NOW)
    for copy, score in ((copies[0], 16), (copies[4], 5)):
        Grade.objects.create(submission=copy, score=score, of=20, graded_at=NOW)
    reckon(edition)
    first, alone = PeerGrade.objects.get(pk=copies[0].pk), PeerGrade.objects.get(pk=copies[4].pk)
    assert (first.method, first.score, len(first.lines)) == ("staff", 80, 3)
    assert (alone.method, alone.score, alone.lines) == ("staff", 25, [])


def test_only_copies_drawn_at_random_speak_for_the_class(edition: Edition) -> None:
    copies = grading.team(edition, 4, NOW)
    grading.around(copies, NOW)
    for copy, why in zip(copies, ("random", "uncertain", "threshold", "promised"), strict=True):
        Grade.objects.create(submission=copy, score=50, graded_at=NOW)
        StaffTurn.objects.create(submission=copy, assignment_id=row(edition).pk, why=why, drawn_at=NOW)
    sheet = gathering.sheet(row(edition))
    assert sorted(sheet.staff) == [0, 1, 2, 3]
    assert sheet.drawn == [sheet.copies[copies[0].pk]]


def test_earlier_assignments_of_this_edition_and_the_one_before_go_in(edition: Edition) -> None:
    of = edition.course.versions.get()
    ancient, former = (cast.edition(slug=f"old-{n}", opens=cast.MONDAY - timedelta(weeks=n), of=of) for n in (2, 1))
    before = {}
    for where in (ancient, former, edition):
        at = where.opens_at + timedelta(days=10)
        copies = [stage.copy(stage.learner(f"{where.slug}{n}", where), where, at) for n in range(3)]
        grading.around(copies, at, each=2)
        before[where.slug] = row(where).pk
    assert gathering.earlier(row(edition)) == []  # whose results are not told yet
    Assignment.objects.filter(pk__in=[before["old-2"], before["old-1"]]).update(published_at=NOW)
    assert gathering.earlier(row(edition)) == [before["old-1"]]
    sheet = gathering.sheet(row(edition))
    assert (len(sheet.reviews), len(sheet.grade), len(set(sheet.turn))) == (6, 12, 2)
    assert reckon(edition)
    assert {UUID(str(pk)) for pk in PeerGrade.objects.values_list("pk", flat=True)} == set(list(sheet.copies)[:3])


def test_the_worker_reckons_at_most_every_ten_minutes(edition: Edition) -> None:
    copies = grading.team(edition, 4, NOW)
    grading.around(copies, NOW, each=2)
    assert computing.recompute_due(now=LATER) == 1
    stage.written(copies[0], author(copies[3]), 10, NOW)
    assert computing.recompute_due(now=LATER + timedelta(minutes=9)) == 0
    assert computing.recompute_due(now=LATER + timedelta(minutes=10)) == 1
    assert computing.recompute_due(now=LATER + timedelta(days=100)) == 0


def test_the_team_s_copies_are_drawn_once_reviews_are_due(db: None) -> None:
    edition = stage.assessed(staff_grades=2)
    copies = grading.team(edition, 4, NOW)
    grading.around(copies, NOW)
    computing.recompute_due(now=LATER)
    assert not StaffTurn.objects.exists()
    due = stage.facts(author(copies[0]), edition, NOW).calendar.reviews_due
    assert due is not None
    for minutes in (11, 33):
        computing.recompute_due(now=due + timedelta(minutes=minutes))
        assert sorted(StaffTurn.objects.values_list("why", flat=True))[0] == "random"
        assert StaffTurn.objects.count() == 2


def test_advice_is_for_the_reviewer_alone_and_after_the_results(edition: Edition) -> None:
    copies = grading.team(edition, 4, NOW)
    grading.around(copies, NOW)
    who = author(copies[3])
    Review.objects.filter(reviewer=who).update(score=100)
    reckon(edition)
    assert computing.advice(who, row(edition)) is None
    PeerGrade.objects.update(published_at=NOW)
    Assignment.objects.update(published_at=NOW)
    found = computing.advice(who, row(edition))
    assert found is not None
    assert found.count == 3
    assert found.severity > 0
    assert computing.advice(cast.person("Zoe"), row(edition)) is None
