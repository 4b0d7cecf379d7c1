"""Roles over a whole course: given, listed, taken back at the course's page."""

from datetime import datetime
from typing import Any

import pytest

from preau.accounts.models import Person
from preau.audit import journal
from preau.common.ids import new_id
from preau.courses.models import Course, Edition, Role
from tests import cast

ADDRESS = "/desk/courses/thin/roles/"


@pytest.fixture
def kim(edition: Edition) -> Person:
    """Teaches the whole course."""
    person = cast.person("Kim")
    cast.role(person, Role.Kind.TEACHER, course=edition.course)
    return person


def give(who: Person, email: str, kind: str, until: str = "", act: Any = None) -> Any:
    return cast.browser(who).post(ADDRESS, cast.form(act, email=email, kind=kind, expires_at=until))


def take(who: Person, role: Role) -> Any:
    return cast.browser(who).post(f"{ADDRESS}{role.pk}/", cast.form())


def test_a_role_holds_in_every_edition_until_its_end_or_until_it_is_taken(edition: Edition, dora: Person) -> None:
    eve = cast.person("Eve")
    assert give(dora, "EVE@example.org", "teacher", "2099-12-31T12:00").status_code == 302
    role = Role.objects.get(person=eve)
    assert (role.course_id, role.edition_id) == (edition.course_id, None)
    assert role.expires_at == datetime.fromisoformat("2099-12-31T12:00:00+01:00")
    cast.edition(slug="thin-2", of=edition.course.versions.get())
    places = ("/desk/thin-1/", "/desk/thin-2/", "/desk/courses/thin/")
    assert [cast.browser(eve).get(place).status_code for place in places] == [200, 200, 200]
    assert b"eve@example.org" in cast.browser(dora).get(ADDRESS).content
    assert take(dora, role).status_code == 302
    assert [cast.browser(eve).get(place).status_code for place in places] == [404, 404, 404]
    lines = journal.about("person", eve.pk)
    assert [(line.verb, line.details["course"]) for line in lines] == [("role.taken", "thin"), ("role.given", "thin")]


def test_the_page_is_for_who_teaches_the_whole_course(
    edition: Edition, kim: Person, dora: Person, tom: Person, rita: Person, ana: Person
) -> None:
    seen = [cast.browser(who).get(ADDRESS).status_code for who in (kim, dora, tom, rita, ana)]
    assert seen == [200, 200, 404, 404, 404]
    assert give(tom, "tom@example.org", "teacher").status_code == 404
    assert ADDRESS.encode() in cast.browser(kim).get("/desk/courses/thin/").content


@pytest.mark.parametrize(
    ("email", "kind", "until"),
    [
        ("nobody@example.org", "teacher", ""),
        ("eve@example.org", "administrator", ""),
        ("eve@example.org", "registrar", ""),  # only an administrator names those who award
        ("eve@example.org", "teacher", "2020-01-01T00:00"),
    ],
)
def test_a_role_that_a_teacher_cannot_give(kim: Person, email: str, kind: str, until: str) -> None:
    cast.person("Eve")
    assert give(kim, email, kind, until).status_code == 422
    assert Role.objects.count() == 1


def test_registrars_are_named_and_dismissed_by_an_administrator(kim: Person, dora: Person) -> None:
    assert give(dora, "kim@example.org", "registrar").status_code == 302
    role = Role.objects.get(kind="registrar")
    assert take(kim, role).status_code == 404
    assert take(dora, role).status_code == 302


def test_a_role_given_twice_is_one_with_the_later_end(kim: Person) -> None:
    eve, act = cast.person("Eve"), new_id()
    for until in ("2098-01-01T12:00", "2099-01-01T12:00"):
        give(kim, "eve@example.org", "coach", until)
    assert Role.objects.get(person=eve).expires_at == datetime.fromisoformat("2099-01-01T11:00:00+00:00")
    assert [give(kim, "eve@example.org", "moderator", act=act).status_code for _again in range(2)] == [302, 302]
    assert [line.verb for line in journal.about("person", eve.pk)] == ["role.given"] * 3


def test_only_roles_of_this_course_are_taken_here(kim: Person, tom: Person, edition: Edition) -> None:
    other = cast.role(cast.person("Eve"), "teacher", course=Course.objects.create(slug="other"))
    for role in (Role.objects.get(person=tom), other):
        assert take(kim, role).status_code == 404
    assert Role.objects.count() == 3


def test_who_gives_their_own_right_up_is_led_away(kim: Person) -> None:
    assert take(kim, Role.objects.get(person=kim)).headers["Location"] == "/me/"
    assert cast.browser(kim).get(ADDRESS).status_code == 404


def test_a_form_without_its_number_gives_nothing(kim: Person) -> None:
    cast.person("Eve")
    response = cast.browser(kim).post(ADDRESS, {"email": "eve@example.org", "kind": "coach", "expires_at": ""})
    assert response.status_code == 422
    assert Role.objects.count() == 1
