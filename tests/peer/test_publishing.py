"""Results are told at their date, each once; what waits says why; afterwards one way alone changes a grade."""

from datetime import UTC, datetime, timedelta

import pytest

from preau.audit.models import Entry
from preau.courses.models import Edition, Track
from preau.grades import queries as ledger
from preau.grades.models import Result
from preau.mail.models import Message
from preau.peer import computing, publishing
from preau.peer.models import Case, Grade, GradeChange, PeerGrade, PoolEntry, Review, StaffTurn, Submission
from tests import cast
from tests.peer import grading, stage
from tests.peer.grading import author, publish, row

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
SHARE = 3  # reviews that these editions ask for


@pytest.fixture
def edition(db: None) -> Edition:
    return stage.assessed(reviews=SHARE)


@pytest.fixture
def copies(edition: Edition) -> list[Submission]:
    made = grading.team(edition, 4, NOW)
    grading.around(made, NOW)
    return made


def scores() -> dict[object, float]:
    return dict(Result.objects.order_by().values_list("enrolment_id", "score"))


def test_nothing_is_told_before_its_date(edition: Edition, copies: list[Submission]) -> None:
    at = grading.results(edition, copies[0], NOW)
    assert publishing.publish_due(now=at - timedelta(minutes=1)) == 0
    assert not Result.objects.exists()
    assert not GradeChange.objects.exists()


def test_every_result_is_told_once(edition: Edition, copies: list[Submission], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "BATCH", 3)
    at = grading.results(edition, copies[0], NOW)
    assert publishing.publish_due(now=at) == 4
    assert publishing.publish_due(now=at + timedelta(hours=1)) == 0
    changes = GradeChange.objects.order_by("submission_id")
    assert [(one.cause, one.former) for one in changes] == [("published", None)] * 4
    grades = {one.pk: one for one in PeerGrade.objects.order_by("pk")}
    for copy in copies:
        assert scores()[copy.enrolment_id] == grades[copy.pk].score
        assert grades[copy.pk].published_at == at
    assert Result.objects.filter(how__by="peers").count() == 4
    assert row(edition).published_at == at


def test_pages_know_at_once_that_results_are_told(edition: Edition, copies: list[Submission]) -> None:
    assert stage.facts(author(copies[0]), edition, NOW).published_at is None
    at = publish(edition, copies, NOW)
    assert stage.facts(author(copies[0]), edition, at).published_at == at


def test_the_last_reckoning_has_the_last_review(edition: Edition, copies: list[Submission]) -> None:
    computing.recompute(row(edition), now=NOW)
    before = PeerGrade.objects.get(pk=copies[0].pk).score
    Review.objects.filter(submission=copies[0]).update(score=99)
    publish(edition, copies, NOW)
    assert PeerGrade.objects.get(pk=copies[0].pk).score == 99 != before


def test_nothing_moves_a_grade_once_it_is_told(edition: Edition, copies: list[Submission]) -> None:
    at = publish(edition, copies, NOW)
    before = list(PeerGrade.objects.order_by("pk").values())
    Review.objects.filter(submission=copies[0]).update(score=99)
    assert not computing.recompute(row(edition), now=at + timedelta(hours=1))
    assert list(PeerGrade.objects.order_by("pk").values()) == before


def test_whoever_owes_reviews_has_no_result_until_they_wrote_them(edition: Edition, copies: list[Submission]) -> None:
    lazy = copies[0]
    PoolEntry.objects.filter(pk=lazy.pk).update(given=SHARE - 1)
    at = publish(edition, copies, NOW)
    assert lazy.enrolment_id not in scores()
    assert len(scores()) == 3
    assert row(edition).published_at is not None
    assert publishing.release_due(now=at + timedelta(hours=1)) == 0
    PoolEntry.objects.filter(pk=lazy.pk).update(given=SHARE)
    assert publishing.release_due(now=at + timedelta(hours=2)) == 1
    assert publishing.release_due(now=at + timedelta(hours=3)) == 0
    change = GradeChange.objects.get(submission=lazy)
    assert (change.cause, change.score) == ("done", scores()[lazy.enrolment_id])
    assert Message.objects.get(key=f"peer-released:{lazy.pk}").person_id == author(lazy).pk


def test_or_they_lose_what_the_terms_say(db: None) -> None:
    edition = stage.assessed(reviews=SHARE, owed=5)
    copies = grading.team(edition, 4, NOW)
    grading.around(copies, NOW)
    PoolEntry.objects.filter(pk=copies[0].pk).update(given=1)
    PoolEntry.objects.filter(pk=copies[1].pk).update(given=0)
    Review.objects.filter(submission=copies[1]).update(score=4)
    publish(edition, copies, NOW)
    assert scores()[copies[0].enrolment_id] == PeerGrade.objects.get(pk=copies[0].pk).score - 10
    assert scores()[copies[1].enrolment_id] == 0
    assert scores()[copies[2].enrolment_id] == PeerGrade.objects.get(pk=copies[2].pk).score


def test_a_copy_with_an_open_procedure_waits(edition: Edition, copies: list[Submission]) -> None:
    case = Case.objects.create(submission=copies[0], notice="…", opened_at=NOW, reply_until=NOW)
    at = publish(edition, copies, NOW)
    assert copies[0].enrolment_id not in scores()
    assert row(edition).published_at is not None
    Case.objects.filter(pk=case.pk).update(decided_at=at, decision="dismissed", reason="Rien.")
    assert publishing.release_due(now=at + timedelta(minutes=1)) == 1
    assert copies[0].enrolment_id in scores()


def test_copies_that_lack_reviews_go_to_the_team(edition: Edition, copies: list[Submission]) -> None:
    alone = stage.copy(stage.learner("Seule", edition), edition, NOW)
    one = stage.copy(stage.learner("Une", edition), edition, NOW)
    stage.written(one, author(copies[0]), 60, NOW)
    PoolEntry.objects.filter(pk__in=[alone.pk, one.pk]).update(given=SHARE)
    publish(edition, copies, NOW)
    turns = StaffTurn.objects.order_by("pk").values_list("submission_id", "why")
    assert dict(turns) == {alone.pk: "promised", one.pk: "promised"}
    assert scores()[one.enrolment_id] == 60
    wide, usual = PeerGrade.objects.get(pk=one.pk), PeerGrade.objects.get(pk=copies[0].pk)
    assert wide.high - wide.low > usual.high - usual.low
    assert alone.enrolment_id not in scores()


def test_the_team_s_grade_is_what_is_told(edition: Edition, copies: list[Submission]) -> None:
    Grade.objects.create(submission=copies[0], score=12, of=20, graded_at=NOW)
    publish(edition, copies, NOW)
    assert scores()[copies[0].enrolment_id] == 60
    assert PeerGrade.objects.get(pk=copies[0].pk).method == "staff"


def test_a_review_that_no_grade_rests_on_is_advice(edition: Edition, copies: list[Submission]) -> None:
    computing.recompute(row(edition), now=NOW)
    PeerGrade.objects.filter(pk=copies[1].pk).update(published_at=NOW)  # publishing was cut after this one
    late = stage.written(copies[0], stage.learner("Tardif", edition), 0, NOW)
    publish(edition, copies, NOW)
    assert list(Review.objects.filter(late=True)) == [late]


def test_a_change_is_a_row_with_its_cause_and_the_ledger_follows(edition: Edition, copies: list[Submission]) -> None:
    at = publish(edition, copies, NOW)
    tom, copy = cast.person("Tom"), copies[0]
    before = scores()[copy.enrolment_id]
    publishing.change(copy, 88, GradeChange.Cause.STAFF, "Relu.", by=tom, now=at + timedelta(days=1))
    change = GradeChange.objects.filter(submission=copy).order_by("at").last()
    assert change is not None
    assert (change.former, change.score, change.cause, change.reason) == (before, 88, "staff", "Relu.")
    assert scores()[copy.enrolment_id] == 88
    assert Entry.objects.get(verb="grade.changed").details["score"] == 88
    told = Message.objects.get(key=f"peer-change:{change.pk}")
    assert told.person_id == author(copy).pk
    assert "Relu." in told.text
    assert "17.6 / 20" in told.text.replace(",", ".")


def test_the_team_s_grade_of_a_result_that_waits_waits_too(edition: Edition, copies: list[Submission]) -> None:
    copy = copies[0]
    PoolEntry.objects.filter(pk=copy.pk).update(given=0)
    at = publish(edition, copies, NOW)
    assert publishing.change(copy, 88, GradeChange.Cause.STAFF, "Relu.", by=None, now=at) is None
    assert copy.enrolment_id not in scores()
    PoolEntry.objects.filter(pk=copy.pk).update(given=SHARE)
    publishing.release_due(now=at + timedelta(hours=1))
    assert scores()[copy.enrolment_id] == 88


def test_the_team_gives_the_grade_that_nobody_could(edition: Edition, copies: list[Submission]) -> None:
    alone = stage.copy(stage.learner("Seule", edition), edition, NOW)
    PoolEntry.objects.filter(pk=alone.pk).update(given=SHARE)
    at = publish(edition, copies, NOW)
    publishing.change(alone, 70, GradeChange.Cause.STAFF, "Par nous.", by=None, now=at)
    assert scores()[alone.enrolment_id] == 70
    assert PeerGrade.objects.get(pk=alone.pk).published_at == at


def asking(edition: Edition) -> list[Track]:
    """The advanced track, which asks for every review that is owed."""
    Track.objects.filter(edition=edition, key="advanced").update(rule={"needs": [{"reviews": "all"}]})
    return list(Track.objects.filter(edition=edition, key="advanced"))


@pytest.mark.parametrize("many", [False, True])
def test_reviews_that_are_owed_hold_back_the_track_that_asks_for_them(
    edition: Edition, copies: list[Submission], many: bool
) -> None:
    PoolEntry.objects.filter(pk=copies[0].pk).update(given=1)
    tracks = asking(edition)
    outline = stage.facts(author(copies[0]), edition, NOW).outline

    def need(copy: Submission, now: datetime) -> tuple[int, str]:
        one = ledger.record(copy.enrolment_id, outline, now=now, for_learner=True)
        record = ledger.records([c.enrolment_id for c in copies], outline)[copy.enrolment_id] if many else one
        standing = ledger.standings_of(record, tracks, now=now)["advanced"]
        found = next(state for state in standing.needs if state.need.verb == "reviews")
        return found.owed, found.state

    assert need(copies[0], NOW) == (2, "possible")
    assert need(copies[1], NOW) == (0, "met")
    assert need(copies[0], edition.closes_at + timedelta(minutes=1)) == (2, "missed")


def test_what_is_owed_is_counted_by_one_query_for_everybody(
    edition: Edition, copies: list[Submission], django_assert_num_queries: object
) -> None:
    tracks = asking(edition)
    outline = stage.facts(author(copies[0]), edition, NOW).outline
    with django_assert_num_queries(5):  # type: ignore[operator]
        for one in ledger.records([copy.enrolment_id for copy in copies], outline).values():
            ledger.standings_of(one, tracks, now=NOW)
