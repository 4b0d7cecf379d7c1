"""One copy that peers assess, at the desk: graded without a name, looked at with its author, taken out; and what waits
about it: flags, procedures, appeals."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit import journal
from preau.common.ids import new_id
from preau.courses.models import Edition
from preau.grades.models import Result
from preau.mail.models import Message
from preau.peer import computing, publishing, steering
from preau.peer.models import (
    Appeal,
    Assignment,
    Case,
    Flag,
    Grade,
    GradeChange,
    PeerGrade,
    PoolEntry,
    Review,
    StaffTurn,
    Submission,
)
from tests import cast
from tests.peer import stage

BOARD = "/desk/thin-1/peer/cas/"


@pytest.fixture
def edition(db: None) -> Edition:
    """The reviews are over, and results are due today."""
    return stage.assessed(opens=cast.monday(timezone.now(), -4), reviews=2, guaranteed=2)


@pytest.fixture
def tom(edition: Edition) -> Person:
    person = cast.person("Tom")
    cast.role(person, "teacher", edition=edition)
    return person


@pytest.fixture
def people(edition: Edition) -> list[Person]:
    return [stage.learner(name, edition) for name in ("Ana", "Lea", "Max")]


@pytest.fixture
def copies(edition: Edition, people: list[Person]) -> list[Submission]:
    """Three copies handed in when they could be, each assessed by the two other authors, who did their share."""
    when = edition.opens_at + timedelta(days=8)
    handed = [stage.copy(one, edition, when, text=f"Le projet de {n}.") for n, one in enumerate(people)]
    for copy in handed:
        for score, one in zip((60, 80), [p for p in people if p != copy.enrolment.person], strict=True):
            stage.written(copy, one, score, when, words=f"Une lettre à {score}.")
    PoolEntry.objects.update(given=2, finished=2)
    return handed


def published(edition: Edition, people: list[Person]) -> None:
    """Results are told, through the real action."""
    known = stage.facts(people[0], edition, timezone.now())
    publishing.publish(Assignment.objects.get(), known, now=timezone.now())
    edition.refresh_from_db()
    assert Assignment.objects.get().published_at


def get(who: Person, path: str) -> Any:
    response = cast.browser(who).get(f"{BOARD}{path}")
    assert response.status_code == 200, path
    return response


def post(who: Person, path: str, **fields: Any) -> Any:
    return cast.browser(who).post(f"{BOARD}{path}", cast.form(**fields))


def test_a_copy_is_graded_without_a_name_by_the_rubric(
    edition: Edition, tom: Person, people: list[Person], copies: list[Submission]
) -> None:
    StaffTurn.objects.create(
        submission=copies[0], assignment=Assignment.objects.get(), why="random", drawn_at=timezone.now()
    )
    page = get(tom, f"turns/{copies[0].pk}/").content.decode()
    assert "Le projet de 0." in page
    assert "Une lettre à 60." in page
    assert not [one.name for one in people if one.name in page]
    marked = {"level-plan": "2", "level-clarte": "1", "score": "", "remark": "Clair."}
    assert post(tom, f"turns/{copies[0].pk}/", **marked).headers["Location"] == f"{BOARD}turns/"
    grade = Grade.objects.get()
    assert (grade.score, grade.remark, grade.graded_by) == (70, "Clair.", tom)
    assert Review.objects.get(kind="staff").levels == {"plan": 2, "clarte": 1}
    assert not Result.objects.filter(unit__key="cas").exists()  # nothing is told before the results
    computing.recompute(Assignment.objects.get(), now=timezone.now())
    assert PeerGrade.objects.get(pk=copies[0].pk).score == 70
    assert "checked" in get(tom, f"turns/{copies[0].pk}/").content.decode()


def test_the_next_copy_follows_those_at_a_threshold_first(
    edition: Edition, tom: Person, copies: list[Submission]
) -> None:
    for copy, why in zip(copies, ("random", "uncertain", "threshold"), strict=True):
        StaffTurn.objects.create(submission=copy, assignment=Assignment.objects.get(), why=why, drawn_at=timezone.now())
    rows = get(tom, "turns/").context["rows"]
    assert [row.why for row, _why in rows] == ["threshold", "random", "uncertain"]
    response = post(tom, f"turns/{copies[2].pk}/", score="55", remark="")
    assert response.headers["Location"] == f"{BOARD}turns/{copies[0].pk}/"
    assert get(tom, "turns/").context["waiting"].turns == 2


@pytest.mark.parametrize("fields", [{}, {"score": "101"}, {"score": "nan"}, {"level-plan": "2"}])
def test_a_grade_that_cannot_be_is_refused_and_the_remark_stays(
    tom: Person, copies: list[Submission], fields: dict[str, str]
) -> None:
    response = post(tom, f"turns/{copies[0].pk}/", **{"score": "", "remark": "Long travail", **fields})
    assert response.status_code == 422
    assert "Long travail" in response.content.decode()
    assert not Grade.objects.exists()


def test_nobody_grades_their_own_copy(edition: Edition, people: list[Person], copies: list[Submission]) -> None:
    cast.role(people[0], "teacher", edition=edition)
    assert post(people[0], f"turns/{copies[0].pk}/", score="100", remark="").status_code == 422
    assert not Grade.objects.exists()


def test_opening_a_copy_with_its_author_is_in_the_journal_each_time(
    tom: Person, people: list[Person], copies: list[Submission]
) -> None:
    for _twice in range(2):
        page = get(tom, f"copies/{copies[0].pk}/").content.decode()
    assert all(one.name in page for one in people)
    lines = journal.about("submission", copies[0].pk)
    assert [(line.verb, line.person_id) for line in lines] == [("copy.opened", tom.pk)] * 2
    assert "Copie ouverte" in page or "Copy opened" in page


def test_a_joined_copy_costs_the_same_for_many_reviews(
    edition: Edition, tom: Person, people: list[Person], copies: list[Submission], django_assert_max_num_queries: Any
) -> None:
    client, address = cast.browser(tom), f"{BOARD}copies/{copies[0].pk}/"
    client.get(address)
    with CaptureQueriesContext(connection) as first:
        client.get(address)
        cost = len(first)
    for number in range(4):
        stage.written(copies[0], stage.learner(f"More{number}", edition), 50, timezone.now())
    client.get(address)
    with django_assert_max_num_queries(cost + 1):  # the outline of a new revision may be read once more
        client.get(address)


def test_after_the_results_a_grade_needs_its_reason_and_is_a_change(
    edition: Edition, tom: Person, people: list[Person], copies: list[Submission]
) -> None:
    published(edition, people)
    assert post(tom, f"turns/{copies[0].pk}/", score="90", remark="", joined="1").status_code == 422
    done = post(tom, f"turns/{copies[0].pk}/", score="90", remark="Le plan avait été mal lu.", joined="1")
    assert done.headers["Location"] == f"{BOARD}copies/{copies[0].pk}/"
    latest = GradeChange.objects.filter(submission=copies[0]).order_by("at").last()
    assert latest is not None
    assert (latest.cause, latest.score, latest.reason, latest.by) == ("staff", 90, "Le plan avait été mal lu.", tom)
    assert Result.objects.get(enrolment=copies[0].enrolment, unit__key="cas").score == 90


def test_an_abusive_review_goes_out_of_sight_and_can_come_back(
    edition: Edition, tom: Person, copies: list[Submission]
) -> None:
    now = timezone.now()
    computing.recompute(Assignment.objects.get(), now=now)
    before = PeerGrade.objects.get(pk=copies[0].pk).score
    review = Review.objects.filter(submission=copies[0], score=80).get()
    assert post(tom, f"reviews/{review.pk}/hide/", reason="", score="").status_code == 422
    post(tom, f"reviews/{review.pk}/hide/", reason="Insultes", score="")
    assert Review.objects.get(pk=review.pk).hidden
    assert computing.recompute_due(now=now) == 1
    assert PeerGrade.objects.get(pk=copies[0].pk).score < before
    assert "review.hidden" in [line.verb for line in journal.about("enrolment", copies[0].enrolment_id)]
    post(tom, f"reviews/{review.pk}/hide/")
    computing.recompute_due(now=now)
    assert PeerGrade.objects.get(pk=copies[0].pk).score == before


def test_after_the_results_hiding_moves_a_grade_only_when_staff_say_so(
    edition: Edition, tom: Person, people: list[Person], copies: list[Submission]
) -> None:
    published(edition, people)
    first, second = Review.objects.filter(submission=copies[0]).order_by("score")
    page = get(tom, f"reviews/{second.pk}/hide/")
    assert page.context["become"] == first.score
    post(tom, f"reviews/{second.pk}/hide/", reason="Insultes", score="")
    assert GradeChange.objects.filter(submission=copies[0]).count() == 1
    post(tom, f"reviews/{first.pk}/hide/", reason="Insultes", score="75")
    assert Result.objects.get(enrolment=copies[0].enrolment, unit__key="cas").score == 75


def test_a_held_copy_is_given_back_and_a_copy_taken_out(
    edition: Edition, tom: Person, people: list[Person], copies: list[Submission]
) -> None:
    other = stage.learner("Zoe", edition)
    held = stage.written(copies[0], other, 0, timezone.now(), finished_at=None)
    post(tom, f"reviews/{held.pk}/back/")
    assert Review.objects.get(pk=held.pk).returned_at is not None
    assert post(tom, f"copies/{copies[0].pk}/cancel/", reason="").status_code == 302
    assert Submission.objects.get(pk=copies[0].pk).cancelled_at is None
    act = new_id()
    for _again in range(2):
        cast.browser(tom).post(f"{BOARD}copies/{copies[0].pk}/cancel/", cast.form(act, reason="Mauvais fichier"))
    assert Submission.objects.get(pk=copies[0].pk).cancelled_at is not None
    assert PoolEntry.objects.get(pk=copies[0].pk).withdrawn
    message = Message.objects.get(key__startswith=f"cancelled:{copies[0].pk}")
    assert message.person_id == people[0].pk
    assert "Mauvais fichier" in message.text
    assert post(tom, f"turns/{copies[0].pk}/", score="50", remark="").status_code == 422


def test_a_copy_that_was_taken_out_comes_back_and_its_author_is_told(
    edition: Edition, tom: Person, people: list[Person], copies: list[Submission]
) -> None:
    for _twice in range(2):
        post(tom, f"copies/{copies[0].pk}/cancel/", reason="Mauvais fichier")
        assert f"copies/{copies[0].pk}/restore/" in get(tom, f"copies/{copies[0].pk}/").content.decode()
        act = new_id()
        for _again in range(2):
            cast.browser(tom).post(f"{BOARD}copies/{copies[0].pk}/restore/", cast.form(act))
    assert Submission.objects.get(pk=copies[0].pk).cancelled_at is None
    entry = PoolEntry.objects.get(pk=copies[0].pk)
    assert (entry.withdrawn, entry.given, entry.finished, entry.expected, entry.tier) == (False, 2, 2, 2, 3)
    for what in ("cancelled", "restored"):
        assert Message.objects.filter(key__startswith=f"{what}:{copies[0].pk}", person_id=people[0].pk).count() == 2
    verbs = [line.verb for line in journal.about("enrolment", copies[0].enrolment_id)]
    assert verbs.count("copy.restored") == 2
    computing.recompute(Assignment.objects.get(), now=timezone.now())
    assert PeerGrade.objects.filter(pk=copies[0].pk).exists()


def test_a_copy_that_a_procedure_took_out_stays_out(
    edition: Edition, tom: Person, people: list[Person], copies: list[Submission]
) -> None:
    now = timezone.now()
    publishing.withdraw(copies[0], now)
    Case.objects.create(
        submission=copies[0],
        notice="?",
        opened_at=now,
        reply_until=now,
        decision="cancelled",
        reason="Copié.",
        decided_at=now,
    )
    post(tom, f"copies/{copies[0].pk}/restore/")
    assert Submission.objects.get(pk=copies[0].pk).cancelled_at is not None
    post(tom, f"copies/{copies[1].pk}/cancel/", reason="Mauvais fichier")
    published(edition, people)
    post(tom, f"copies/{copies[1].pk}/restore/")
    assert PoolEntry.objects.get(pk=copies[1].pk).withdrawn


@pytest.mark.parametrize("score", ["", "85"])
def test_the_team_s_comments_on_each_criterion_reach_the_author(
    edition: Edition, tom: Person, people: list[Person], copies: list[Submission], score: str
) -> None:
    said = {"comment-plan": "Il manque une date.", "comment-clarte": "", "remark": "Un bon départ."}
    levels = {} if score else {"level-plan": "1", "level-clarte": "1"}
    post(tom, f"turns/{copies[0].pk}/", score=score, **said, **levels)
    kept = Review.objects.get(kind="staff")
    assert (kept.comments, kept.levels) == ({"plan": "Il manque une date."}, {} if score else {"plan": 1, "clarte": 1})
    assert "Il manque une date.</textarea>" in get(tom, f"turns/{copies[0].pk}/").content.decode()
    published(edition, people)
    page = cast.browser(people[0]).get("/e/thin-1/peer/fr/cas/result/").content.decode()
    assert page.count("Il manque une date.") == 1
    assert page.count("Un bon départ.") == 1
    assert "Trois lots, une date." in page  # the model answer, now that the result is told


def test_a_copy_is_not_taken_out_after_the_results(
    edition: Edition, tom: Person, people: list[Person], copies: list[Submission]
) -> None:
    published(edition, people)
    post(tom, f"copies/{copies[0].pk}/cancel/", reason="Trop tard")
    assert Submission.objects.get(pk=copies[0].pk).cancelled_at is None


def flagged(copy: Submission, **fields: Any) -> Flag:
    review = Review.objects.filter(submission=copy).order_by("score")[0]
    values = {"kind": "plagiarism", "words": "Lu ailleurs.", "raised_at": timezone.now(), **fields}
    return Flag.objects.create(review=review, **values)


def test_a_flag_is_settled_once_with_words(tom: Person, copies: list[Submission]) -> None:
    flag = flagged(copies[0])
    page = get(tom, "flags/").content.decode()
    assert "Lu ailleurs." in page
    assert f"cases/new/{copies[0].pk}/?flag={flag.pk}" in page
    post(tom, f"flags/{flag.pk}/", words=" ")
    assert Flag.objects.get().settled_at is None
    post(tom, f"flags/{flag.pk}/", words="Une citation, avec sa source.")
    post(tom, f"flags/{flag.pk}/", words="Autre chose.")
    row = Flag.objects.get()
    assert (row.settled, row.settled_by) == ("Une citation, avec sa source.", tom)
    assert get(tom, "flags/").context["waiting"].flags == 0


def test_a_procedure_goes_from_notice_to_decision(
    edition: Edition, tom: Person, people: list[Person], copies: list[Submission]
) -> None:
    flag = flagged(copies[0])
    opening = get(tom, f"cases/new/{copies[0].pk}/?flag={flag.pk}")
    form = opening.context["form"]
    said = {name: str(form[name].value()) for name in form.fields}
    assert "Ana" in said["notice"]
    early = f"{timezone.now().astimezone(edition.zone_info):%Y-%m-%dT%H:%M}"
    assert post(tom, f"cases/new/{copies[0].pk}/", **{**said, "reply_until": early}).status_code == 422
    assert post(tom, f"cases/new/{copies[0].pk}/?flag={flag.pk}", **said).status_code == 302
    case = Case.objects.get()
    assert (case.flag, case.opened_by) == (flag, tom)
    address = f"cases/{case.pk}/"
    assert get(tom, address).context["early"]
    decided = {"decision": "changed", "score": "40", "reason": "Deux pages copiées."}
    assert post(tom, address, **decided).status_code == 422  # they can still reply
    assert post(tom, address, **{**decided, "score": ""}).status_code == 422
    Case.objects.update(reply="Je cite mal.", replied_at=timezone.now())
    assert post(tom, address, **decided).status_code == 302
    case.refresh_from_db()
    assert (case.decision, case.decided_by) == ("changed", tom)
    assert "Deux pages copiées." in get(tom, address).content.decode()
    assert get(tom, "cases/").status_code == 200
    assert cast.browser(tom).get(f"{BOARD}cases/new/{copies[1].pk}/?flag={flag.pk}").status_code == 404


def test_an_appeal_waits_with_its_age_and_is_answered(
    edition: Edition, tom: Person, people: list[Person], copies: list[Submission]
) -> None:
    published(edition, people)
    made = timezone.now() - timedelta(days=3, hours=1)
    appeal = Appeal.objects.create(submission=copies[0], text="Mon plan était complet.", made_at=made)
    [(row, days)] = get(tom, "appeals/").context["appeals"]
    assert (row.pk, days) == (appeal.pk, 3)
    address = f"appeals/{appeal.pk}/"
    page = get(tom, address).content.decode()
    assert "Mon plan était complet." in page
    assert "Le projet de 0." in page
    for fields in ({"kept": "no", "score": "", "answer": "Oui"}, {"kept": "yes", "score": "", "answer": ""}):
        assert post(tom, address, **fields).status_code == 422
    assert post(tom, address, kept="no", score="85", answer="Vous aviez raison.").status_code == 302
    appeal.refresh_from_db()
    assert (appeal.kept, appeal.answered_by) == (False, tom)
    assert Result.objects.get(enrolment=copies[0].enrolment, unit__key="cas").score == 85
    assert get(tom, address).status_code == 200


def test_the_old_pages_of_grading_lead_here(tom: Person, copies: list[Submission]) -> None:
    client = cast.browser(tom)
    assert client.get("/desk/thin-1/grading/cas/").headers["Location"] == BOARD
    old = client.get(f"/desk/thin-1/grading/cas/{copies[0].pk}/")
    assert old.headers["Location"] == f"{BOARD}copies/{copies[0].pk}/"
    assert client.post(f"/desk/thin-1/grading/cas/{copies[0].pk}/", {"score": "10"}).status_code == 302
    assert not Grade.objects.exists()


def test_staff_of_another_edition_see_nothing(edition: Edition, copies: list[Submission]) -> None:
    there = cast.edition(slug="there", opens=edition.opens_at, of=edition.course.versions.order_by("number").last())
    far = cast.person("Far")
    cast.role(far, "teacher", edition=there)
    client = cast.browser(far)
    flag = flagged(copies[0])
    for path in (f"copies/{copies[0].pk}/", f"turns/{copies[0].pk}/", f"cases/new/{copies[0].pk}/"):
        assert client.get(f"{BOARD}{path}").status_code == 404
        assert client.get(f"/desk/there/peer/cas/{path}").status_code == 404
    assert client.post(f"/desk/there/peer/cas/flags/{flag.pk}/", cast.form(words="Rien")).status_code == 404
    assert steering.turns(Assignment.objects.get(edition=edition).pk).count() == 0
