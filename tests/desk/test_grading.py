"""Grading by staff, previews, awards by rule."""

from datetime import timedelta
from typing import Any

import pytest

from preau.accounts.models import Person
from preau.certificates.models import Award
from preau.courses.models import Course, Edition, Enrolment
from preau.desk import actions
from preau.grades.models import Result, TrackStanding
from preau.peer.models import Grade, Submission
from tests import cast
from tests.desk.stage import SECOND_WEEK, copy, result


def grade(who: Person, of: Submission, score: str, remark: str = "Bien vu.") -> Any:
    address = f"/desk/{of.enrolment.edition.slug}/grading/cas/{of.pk}/"
    return cast.browser(who).post(address, {"score": score, "remark": remark})


def test_a_grade_reaches_the_ledger_and_the_next_copy_opens(
    edition: Edition, tom: Person, ana_enrolment: Enrolment
) -> None:
    first = copy(ana_enrolment, edition, "Un pont", SECOND_WEEK)
    second = copy(cast.enrolment(cast.person("Lea"), edition), edition, "Un toit", SECOND_WEEK + timedelta(hours=1))
    assert "2" in cast.browser(tom).get("/desk/thin-1/grading/cas/").content.decode()
    response = grade(tom, first, "72.5")
    assert response.headers["Location"] == f"/desk/thin-1/grading/cas/{second.pk}/"
    row = Result.objects.get(enrolment=ana_enrolment, unit__key="cas")
    assert (row.score, row.of) == (72.5, 100)
    assert grade(tom, second, "40").headers["Location"] == "/desk/thin-1/grading/cas/"


def test_a_grade_can_be_corrected(edition: Edition, tom: Person, ana_enrolment: Enrolment) -> None:
    handed = copy(ana_enrolment, edition, "Un pont", SECOND_WEEK)
    grade(tom, handed, "10")
    assert b'value="10"' in cast.browser(tom).get(f"/desk/thin-1/grading/cas/{handed.pk}/").content
    grade(tom, handed, "90")
    assert Result.objects.get(enrolment=ana_enrolment, unit__key="cas").score == 90


@pytest.mark.parametrize("score", ["", "-1", "100.5", "nan", "inf", "many"])
def test_a_bad_grade_is_refused_and_the_remark_stays(
    edition: Edition, tom: Person, ana_enrolment: Enrolment, score: str
) -> None:
    response = grade(tom, copy(ana_enrolment, edition, "Un pont", SECOND_WEEK), score, "Long travail de relecture")
    assert response.status_code == 422
    assert b"Long travail de relecture" in response.content
    assert not Grade.objects.exists()


def test_only_teachers_read_a_copy(
    edition: Edition, tom: Person, rita: Person, ana_enrolment: Enrolment, ben: Person
) -> None:
    handed = copy(ana_enrolment, edition, "<b>Un pont</b>", SECOND_WEEK)
    for who in (rita, ana_enrolment.person, ben):
        assert grade(who, handed, "50").status_code == 404
    page = cast.browser(tom).get(f"/desk/thin-1/grading/cas/{handed.pk}/").content
    assert b"&lt;b&gt;Un pont" in page
    assert cast.browser(tom).get(f"/desk/thin-1/grading/quiz/{handed.pk}/").status_code == 404


def preview(who: Person, unit: str, language: str = "fr", **asked: str) -> Any:
    return cast.browser(who).get(f"/desk/thin-1/preview/{language}/{unit}/", asked)


def test_a_preview_hides_what_a_learner_would_not_see_yet(tom: Person) -> None:
    before, after = (preview(tom, "examen", at=at) for at in ("2026-03-10T12:00", "2026-03-17T12:00"))
    assert "Une fois." not in before.content.decode()
    assert "Une fois." in after.content.decode()
    assert after.context["released"]


def test_a_preview_tells_what_a_date_changes(tom: Person) -> None:
    seen = [preview(tom, "quiz", at=f"2026-03-{day}T12:00").context for day in ("08", "09", "20")]
    assert [(one["late"], one["over"]) for one in seen] == [(False, False), (True, False), (True, True)]


def test_a_preview_follows_the_track(tom: Person) -> None:
    assert preview(tom, "cas", track="classic").context["counts"] == []
    assert len(preview(tom, "cas", track="advanced").context["counts"]) == 1


def test_a_preview_follows_the_language(tom: Person) -> None:
    assert "begins and ends" in preview(tom, "lecon", "en").content.decode()
    assert "un début et une fin" in preview(tom, "lecon").content.decode()
    assert "Répondez." in preview(tom, "quiz", "en").content.decode()  # the translation is missing: visibly


def test_a_chosen_language_leads_to_its_address(tom: Person) -> None:
    response = cast.browser(tom).get("/desk/thin-1/preview/fr/lecon/?language=en&at=2026-03-20T12:00")
    assert response.headers["Location"] == "/desk/thin-1/preview/en/lecon/?at=2026-03-20T12%3A00"


def test_a_preview_stores_nothing_and_refuses_nonsense(tom: Person) -> None:
    assert preview(tom, "quiz", at="whenever").status_code == 422
    assert preview(tom, "nothing").status_code == 404
    assert not Result.objects.exists()


CERTIFICATE = {
    "country": "FR",
    "awarding_body": "École",
    "workload_hours": 10,
    "level": 6,
    "assessment": "Quiz",
    "participation": "En ligne",
    "quality_assurance": "Jury",
    "supervision": "Sans",
    "identity_checked": False,
}


@pytest.fixture
def passed(edition: Edition, ana_enrolment: Enrolment) -> Enrolment:
    """Ana has passed the classic track of a course that can certify."""
    course = Course.objects.get()
    course.about = {**course.about, "certificate": CERTIFICATE}
    course.save()
    for unit in ("quiz", "apres", "examen"):
        result(ana_enrolment, unit, 90, SECOND_WEEK)
    return ana_enrolment


def test_standings_are_derived_by_a_button(tom: Person, passed: Enrolment) -> None:
    cast.enrolment(cast.person("Lea"), passed.edition)
    assert b"notice success" in cast.browser(tom).post("/desk/thin-1/awards/derive/", follow=True).content
    classic = cast.browser(tom).get("/desk/thin-1/awards/").context["tracks"][0]
    assert (classic.waiting, classic.unknown) == (1, 0)
    assert [enrolment.person.name for enrolment, _numbers in classic.passed] == ["Ana"]
    assert cast.browser(tom).get("/desk/thin-1/").context["total"].passed == 1


def test_a_long_derivation_goes_on_where_it_stopped(
    edition: Edition, tom: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "BATCH", 2)
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    for name in ("Ada", "Bea", "Cleo"):
        cast.enrolment(cast.person(name), edition)
    client = cast.browser(tom)
    progress = client.post("/desk/thin-1/awards/derive/").context["progress"]
    assert (progress.done, progress.total) == (2, 3)
    assert client.post("/desk/thin-1/awards/derive/", {"since": progress.since.isoformat()}).status_code == 302
    assert TrackStanding.objects.values("enrolment").distinct().count() == 3


@pytest.mark.parametrize("since", ["", "never", "2999-01-01T00:00:00+00:00", "2026-01-01T00:00:00"])
def test_a_derivation_survives_a_meddled_form(tom: Person, passed: Enrolment, since: str) -> None:
    assert cast.browser(tom).post("/desk/thin-1/awards/derive/", {"since": since}).status_code == 302


def test_a_registrar_awards_once(rita: Person, passed: Enrolment) -> None:
    client = cast.browser(rita)
    client.post("/desk/thin-1/awards/derive/")
    for _again in range(2):
        assert client.post("/desk/thin-1/awards/give/", {"track": "classic"}).status_code == 302
    award = Award.objects.get()
    assert (award.enrolment_id, award.decided_by_id) == (passed.pk, rita.pk)
    assert f"/verify/{award.code}" in client.get("/desk/thin-1/awards/").content.decode()


def test_a_teacher_sees_the_list_without_the_button(tom: Person, rita: Person, passed: Enrolment) -> None:
    cast.browser(tom).post("/desk/thin-1/awards/derive/")
    assert b"awards/give/" not in cast.browser(tom).get("/desk/thin-1/awards/").content
    assert b"awards/give/" in cast.browser(rita).get("/desk/thin-1/awards/").content


def test_a_course_that_cannot_certify_says_so(edition: Edition, rita: Person, ana_enrolment: Enrolment) -> None:
    Course.objects.update(about={})
    response = cast.browser(rita).post("/desk/thin-1/awards/give/", {"track": "classic"}, follow=True)
    assert b"notice error" in response.content
    assert not Award.objects.exists()
    assert cast.browser(rita).post("/desk/thin-1/awards/give/", {"track": "none"}).status_code == 404
