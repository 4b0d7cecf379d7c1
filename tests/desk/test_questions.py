"""Ruling on a question from the desk, from the list of questions to what learners have."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preau.accounts.models import Person
from preau.certificates.models import Award
from preau.courses.models import Edition, Enrolment
from preau.grades.models import Result
from preau.quizzes import effects, regrading
from preau.quizzes.models import Attempt, Question, Ruling
from tests import cast
from tests.quizzes.test_actions import started
from tests.quizzes.test_regrading import answer

DESK = "/desk/thin-1/questions/"


def at(key: str, end: str = "") -> str:
    return f"{DESK}{Question.objects.get(key=key).pk}/{end}"


def wrong(person: Person, edition: Edition, now: datetime) -> Attempt:
    """Answered right but for the question on truth."""
    attempt = started(person, edition, "quiz", now)
    for key in ("duree", "vrai", "choix"):
        answer(person, attempt, key, now, wrong=key == "vrai")
    return attempt


def rule(who: Person, key: str, **fields: Any) -> Any:
    sent = {"kind": "also", "answer": ["false"], "reason": "Les deux se défendent", **fields}
    return cast.browser(who).post(at(key, "rule/"), cast.form(**sent), follow=True)


def test_the_list_says_how_each_question_was_answered(
    ana: Person, tom: Person, edition: Edition, now: datetime
) -> None:
    wrong(ana, edition, now)
    page = cast.browser(tom).get(DESK)
    lines = {line.item.key: line for line in page.context["lines"]}
    assert (lines["vrai"].answers, lines["vrai"].right, lines["duree"].right) == (1, 0, 100)
    assert [(said.html, said.count) for said in lines["vrai"].wrong] == [("Faux", 1)]
    assert lines["duree"].wrong == []


def test_the_list_costs_the_same_however_many_answered(tom: Person, edition: Edition, now: datetime) -> None:
    client = cast.browser(tom)
    client.get(DESK)
    counts = []
    for n in range(4):
        person = cast.person(f"P{n}")
        cast.enrolment(person, edition)
        wrong(person, edition, now)
        with CaptureQueriesContext(connection) as captured:
            client.get(DESK)
        counts.append(len(captured))
    assert len(set(counts)) == 1
    assert counts[0] <= 8


def test_what_it_changes_is_shown_before_and_nothing_is_written(
    ana: Person, tom: Person, edition: Edition, now: datetime
) -> None:
    wrong(ana, edition, now)
    sent = {"kind": "also", "answer": ["false"], "reason": "Les deux se défendent"}
    page = cast.browser(tom).post(at("vrai"), sent)
    assert (page.context["effect"].better, page.context["effect"].over) == (1, True)
    assert "66,7" in page.content.decode()
    assert not Ruling.objects.exists()


def test_a_long_count_goes_on_by_itself(
    ana: Person, tom: Person, edition: Edition, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effects, "CHUNK", 1)
    wrong(ana, edition, now)
    sent = {"kind": "also", "answer": ["false"], "reason": "Les deux se défendent"}
    page = cast.browser(tom).post(at("vrai"), sent)
    assert not page.context["effect"].over
    state = page.context["state"]
    page = cast.script(tom).post(at("vrai", "effect/"), {**sent, "state": state})
    assert (page.context["effect"].over, page.context["effect"].learners) == (True, 1)
    assert cast.script(tom).post(at("vrai", "effect/"), {**sent, "state": state + "x"}).status_code == 404


def test_a_ruling_is_made_followed_and_withdrawn(
    ana: Person, tom: Person, edition: Edition, now: datetime, ana_enrolment: Enrolment
) -> None:
    wrong(ana, edition, now)
    page = rule(tom, "vrai")
    assert page.status_code == 200
    assert "Les deux se défendent" in page.content.decode()
    ruling = Ruling.objects.get()
    progress = cast.script(tom).get(at("vrai", "progress/"))
    assert b"hx-trigger" in progress.content
    regrading.finish(ruling.pk, now=now)
    assert Result.objects.get().score == 100
    assert b"hx-trigger" not in cast.script(tom).get(at("vrai", "progress/")).content
    record = cast.browser(tom).get(f"/desk/thin-1/learners/{ana_enrolment.pk}/").content.decode()
    assert "Les deux se défendent" in record
    rule(tom, "vrai", kind="withdraw", reason="À tort")
    regrading.finish(ruling.pk, now=now)
    assert Result.objects.get().score == pytest.approx(200 / 3)


def test_a_certificate_that_it_touches_is_named_and_stays(
    ana: Person, tom: Person, dora: Person, edition: Edition, now: datetime, ana_enrolment: Enrolment
) -> None:
    wrong(ana, edition, now)
    award = Award.objects.create(
        enrolment=ana_enrolment,
        track=ana_enrolment.track,
        code="TOUCHED1",
        decided_by_id=dora.pk,
        awarded_at=now,
    )
    sent = {"kind": "also", "answer": ["false"], "reason": "Les deux"}
    assert cast.browser(tom).post(at("vrai"), sent).context["awards"] == 1
    rule(tom, "vrai")
    regrading.finish(Ruling.objects.get().pk, now=now)
    assert "TOUCHED1" in cast.browser(tom).get(at("vrai")).content.decode()
    award.refresh_from_db()
    assert award.revoked_at is None


def test_a_refused_ruling_says_why(ana: Person, tom: Person, edition: Edition, now: datetime) -> None:
    assert rule(tom, "vrai", reason=" ").status_code == 422
    assert rule(tom, "vrai", answer=[]).status_code == 422
    assert rule(tom, "duree", answer="trois").status_code == 422
    rule(tom, "e1", kind="cancel")
    assert rule(tom, "e2", kind="cancel").status_code == 422
    assert Ruling.objects.count() == 1


@pytest.mark.parametrize(
    ("key", "fields", "values"),
    [
        ("duree", {"answer": "4\n5"}, ["4", "5"]),
        ("secret", {"answer": "un mot\n\nun autre"}, ["un mot", "un autre"]),
        ("choix", {"answer": ["1", "2"]}, [1, 2]),
        ("multi", {"answer": ["0", "2"]}, [[0, 2]]),
        ("e2", {"pair-0": "1", "pair-1": "0"}, [[1, 0]]),
    ],
)
def test_every_type_is_ruled_on_as_it_is_answered(
    tom: Person, edition: Edition, key: str, fields: dict[str, Any], values: list[Any]
) -> None:
    page = cast.browser(tom).get(at(key))
    assert page.status_code == 200
    sent = {"kind": "right", "answer": [], "reason": "Coquille", **fields}
    assert cast.browser(tom).post(at(key), sent).status_code == 200
    rule(tom, key, kind="right", **{"answer": [], **fields})
    assert Ruling.objects.get().values == values


def test_the_same_confirmation_twice_is_one_ruling(ana: Person, tom: Person, edition: Edition) -> None:
    act = UUID("01890000-0000-7000-8000-000000000001")
    for _ in range(2):
        sent = cast.form(act=act, kind="cancel", reason="Mal posée")
        assert cast.browser(tom).post(at("vrai", "rule/"), sent).status_code == 302
    assert Ruling.objects.count() == 1
