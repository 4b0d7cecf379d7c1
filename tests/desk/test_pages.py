"""Each page of the desk opens for those whose desk it is, and is a 404 for anybody else."""

from datetime import datetime

import pytest

from preau.accounts.models import Person
from preau.courses.models import Course, Edition, Enrolment, Milestone, Role
from tests import cast
from tests.desk.stage import result

EVERYBODY = ["", "learners/", "learners.csv", "awards/"]
TEACHERS = ["grading/", "grading/cas/", "preview/fr/quiz/", "preview/en/lecon/", "roles/"]


def status(who: Person | None, address: str) -> int:
    return cast.browser(who).get(address).status_code


@pytest.mark.parametrize("end", EVERYBODY)
def test_staff_opens_the_common_pages(edition: Edition, tom: Person, rita: Person, dora: Person, end: str) -> None:
    assert [status(who, f"/desk/thin-1/{end}") for who in (tom, rita, dora)] == [200, 200, 200]


@pytest.mark.parametrize("end", TEACHERS)
def test_teachers_pages_are_missing_for_a_registrar(tom: Person, rita: Person, dora: Person, end: str) -> None:
    assert [status(who, f"/desk/thin-1/{end}") for who in (tom, dora, rita)] == [200, 200, 404]


@pytest.mark.parametrize("end", [*EVERYBODY, *TEACHERS, "preview/"])
def test_learners_find_nothing_and_visitors_are_asked_to_sign_in(ana: Person, ben: Person, end: str) -> None:
    assert [status(who, f"/desk/thin-1/{end}") for who in (ana, ben)] == [404, 404]
    response = cast.browser().get(f"/desk/thin-1/{end}")
    assert response.status_code == 302
    assert "/accounts/login/" in response.headers["Location"]


def test_a_supervisor_has_no_desk_yet(edition: Edition) -> None:
    carl = cast.person("Carl")
    cast.role(carl, Role.Kind.SUPERVISOR, edition=edition)
    assert [status(carl, address) for address in ("/desk/", "/desk/thin-1/")] == [404, 404]


@pytest.mark.parametrize("kind", [Role.Kind.COACH, Role.Kind.MODERATOR])
def test_volunteers_answer_requests_and_see_no_learners(edition: Edition, kind: str) -> None:
    carl = cast.person("Carl")
    cast.role(carl, kind, edition=edition)
    pages = ("/desk/", "/desk/thin-1/requests/", "/desk/thin-1/", "/desk/thin-1/learners/")
    assert [status(carl, address) for address in pages] == [200, 200, 404, 404]


def test_a_teacher_of_another_edition_finds_nothing(edition: Edition, tom: Person, ana_enrolment: Enrolment) -> None:
    other = cast.edition(slug="thin-2", of=edition.course.versions.get())
    eve = cast.person("Eve")
    cast.role(eve, Role.Kind.TEACHER, edition=other)
    assert status(eve, "/desk/thin-1/") == 404
    assert status(eve, f"/desk/thin-2/learners/{ana_enrolment.pk}/") == 404
    assert status(tom, f"/desk/thin-1/learners/{ana_enrolment.pk}/") == 200


def test_an_expired_role_opens_nothing(edition: Edition, tom: Person) -> None:
    Role.objects.filter(person=tom).update(expires_at=cast.MONDAY)
    assert status(tom, "/desk/thin-1/") == 404


def test_the_desk_lists_what_one_works_on(edition: Edition, tom: Person, dora: Person, ana: Person) -> None:
    cast.edition(slug="thin-2", of=edition.course.versions.get())
    page = cast.browser(tom).get("/desk/").content.decode()
    assert "thin-1" in page
    assert "thin-2" not in page
    assert "/desk/courses/thin/" not in page  # one edition is not the course
    assert "thin-2" in cast.browser(dora).get("/desk/").content.decode()
    assert status(ana, "/desk/") == 404


def test_course_pages_are_for_teachers_of_the_course(edition: Edition, tom: Person, rita: Person, dora: Person) -> None:
    eve = cast.person("Eve")
    cast.role(eve, Role.Kind.TEACHER, course=Course.objects.get())
    for address in ("/desk/courses/thin/", "/desk/courses/thin/new/"):
        assert [status(who, address) for who in (eve, dora, tom, rita)] == [200, 200, 404, 404]


POSTS = ["publish/", "print/", "awards/give/"]


@pytest.mark.parametrize("end", POSTS)
def test_writes_are_refused_to_who_may_not(edition: Edition, ana: Person, rita: Person, tom: Person, end: str) -> None:
    outsider = tom if end == "awards/give/" else rita
    data = {"version": "1", "track": "classic"}
    assert cast.browser(ana).post(f"/desk/thin-1/{end}", data).status_code == 404
    assert cast.browser(outsider).post(f"/desk/thin-1/{end}", data).status_code == 404


def test_a_date_is_moved_by_teachers_only(edition: Edition, tom: Person, rita: Person) -> None:
    address = f"/desk/thin-1/dates/{Milestone.objects.get(key='quiz', what='due').pk}/"
    assert [status(who, address) for who in (tom, rita)] == [200, 404]


def test_figures_are_told_by_both_bases(edition: Edition, tom: Person, ana_enrolment: Enrolment, now: datetime) -> None:
    cast.enrolment(cast.person("Lea"), edition)
    result(ana_enrolment, "quiz", 80, now)
    context = cast.browser(tom).get("/desk/thin-1/").context
    assert (context["total"].enrolled, context["total"].active, context["total"].active_share) == (2, 1, 50)
    assert context["derived_at"] is None
