"""Making an edition, publishing it, printing a version, moving a date, giving and taking roles."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from preau.accounts.models import Person
from preau.audit import journal
from preau.content.models import Page, Printing
from preau.courses.models import Course, Edition, Milestone, Role
from tests import cast

FIELDS = {
    "version": "1",
    "number": "2",
    "slug": "thin-two",
    "visibility": "public",
    "zone": "Europe/Paris",
    "enrols_at": "2027-01-01T08:00",
    "opens_at": "2027-03-15T08:00",
    "enrolment_closes_at": "2027-04-01T23:59",
    "closes_at": "2027-05-15T23:59",
}


def make(who: Person, **fields: str) -> Any:
    return cast.browser(who).post("/desk/courses/thin/new/", {**FIELDS, **fields})


def test_an_edition_has_its_dates_from_the_weeks_of_its_zone(edition: Edition, dora: Person) -> None:
    response = make(dora, opens_at="2027-03-15T08:00")
    assert response.headers["Location"] == "/desk/thin-two/"
    made = Edition.objects.get(slug="thin-two")
    assert made.published_at is None
    # The first Sunday is before the change to summer time, the exam's last after it.
    assert Milestone.objects.get(edition=made, key="quiz").at == datetime.fromisoformat("2027-03-21T23:59:00+01:00")
    closes = Milestone.objects.get(edition=made, key="examen", what="closes")
    assert closes.at == datetime.fromisoformat("2027-04-04T23:59:00+02:00")
    verbs = {entry.verb: entry.person_id for entry in journal.about("edition", made.pk)}
    assert verbs == {"edition.created": dora.pk, "edition.printed": dora.pk}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"number": "1"}, "number"),
        ({"slug": "thin-1"}, "slug"),
        ({"slug": "courses"}, "slug"),
        ({"slug": "a b"}, "slug"),
        ({"version": "9"}, "version"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"opens_at": "tomorrow"}, "opens_at"),
        ({"opens_at": ""}, "opens_at"),
        ({"closes_at": "2027-03-15T08:00"}, "closes_at"),
        ({"enrolment_closes_at": "2026-12-01T08:00"}, "enrolment_closes_at"),
        ({"closes_at": "2027-03-20T08:00"}, "__all__"),  # the version's dates do not fit
    ],
)
def test_a_bad_edition_is_refused_and_nothing_is_made(
    edition: Edition, dora: Person, fields: dict[str, str], field: str
) -> None:
    response = make(dora, **fields)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert b'value="2027-01-01T08:00"' in response.content
    assert Edition.objects.count() == 1


def test_the_form_of_an_edition_goes_on_from_the_latest(edition: Edition, dora: Person) -> None:
    page = cast.browser(dora).get("/desk/courses/thin/new/").content.decode()
    assert 'value="thin-2"' in page
    assert 'value="2026-03-02T08:00"' in page


def test_publishing_makes_an_edition_public(edition: Edition, tom: Person, ana: Person) -> None:
    Edition.objects.update(published_at=None)
    assert cast.browser().get("/fr/courses/thin/").status_code == 404
    cast.browser(tom).post("/desk/thin-1/publish/")
    assert cast.browser().get("/fr/courses/thin/").status_code == 200


def test_an_edition_that_shows_nothing_is_not_published(edition: Edition, tom: Person) -> None:
    Edition.objects.update(published_at=None)
    Printing.objects.all().delete()
    response = cast.browser(tom).post("/desk/thin-1/publish/", follow=True)
    assert b"notice error" in response.content
    assert Edition.objects.get().published_at is None


def corrected(tmp_path: Path, before: str, after: str) -> None:
    """A second version of the thin course, with one lesson changed."""
    folder = tmp_path / "thin"
    shutil.copytree(cast.THIN, folder)
    lesson = folder / "fr" / "debut" / "01-lecon.md"
    lesson.write_text(lesson.read_text().replace(before, after))
    cast.version(folder)


def test_a_corrected_unit_changes_its_page_only(edition: Edition, tom: Person, tmp_path: Path) -> None:
    corrected(tmp_path, "un début", "un commencement")
    kept = dict(Page.objects.exclude(path="/e/thin-1/fr/debut/lecon/").values_list("path", "pk"))
    response = cast.browser(tom).post("/desk/thin-1/print/", {"version": "2"}, follow=True)
    assert "1 page" in response.content.decode()
    assert dict(Page.objects.exclude(path="/e/thin-1/fr/debut/lecon/").values_list("path", "pk")) == kept
    page = Page.objects.get(path="/e/thin-1/fr/debut/lecon/")
    assert "un commencement" in bytes(page.html).decode()


def test_a_version_whose_dates_do_not_fit_is_refused(edition: Edition, tom: Person, tmp_path: Path) -> None:
    corrected(tmp_path, "minutes: 5", "minutes: 5\nopens: w30 mon 08:00")
    response = cast.browser(tom).post("/desk/thin-1/print/", {"version": "2"})
    assert response.status_code == 422
    assert "w30 mon 08:00" in response.content.decode()
    assert Printing.objects.get(current=True).version.number == 1


@pytest.mark.parametrize("version", ["", "7", "x"])
def test_a_version_that_is_not_there_cannot_be_printed(edition: Edition, tom: Person, version: str) -> None:
    assert cast.browser(tom).post("/desk/thin-1/print/", {"version": version}).status_code == 422


def move(who: Person, at: str) -> Any:
    address = f"/desk/thin-1/dates/{Milestone.objects.get(key='quiz', what='due').pk}/"
    return cast.browser(who).post(address, {"at": at})


def test_a_moved_date_is_on_the_page_and_stays_at_the_next_printing(
    edition: Edition, tom: Person, tmp_path: Path
) -> None:
    assert move(tom, "2026-03-12T20:30").status_code == 302
    page = Page.objects.get(path="/e/thin-1/fr/debut/quiz/")
    assert "2026-03-12T20:30:00+01:00" in bytes(page.html).decode()
    corrected(tmp_path, "un début", "un commencement")
    cast.browser(tom).post("/desk/thin-1/print/", {"version": "2"})
    row = Milestone.objects.get(key="quiz", what="due")
    assert (row.at, row.moved) == (datetime.fromisoformat("2026-03-12T20:30:00+01:00"), True)
    assert "date.moved" in {entry.verb for entry in journal.about("edition", edition.pk)}


@pytest.mark.parametrize("at", ["", "soon", "2026-02-01T10:00", "2030-01-01T10:00", "2026-02-30T10:00"])
def test_a_date_outside_the_edition_is_refused(edition: Edition, tom: Person, at: str) -> None:
    before = Milestone.objects.get(key="quiz", what="due").at
    assert move(tom, at).status_code == 422
    assert Milestone.objects.get(key="quiz", what="due").at == before


def give(who: Person, email: str, kind: str, until: str = "") -> Any:
    return cast.browser(who).post("/desk/thin-1/roles/", cast.form(email=email, kind=kind, expires_at=until))


def test_a_role_is_given_until_a_date_and_taken_back(edition: Edition, tom: Person) -> None:
    eve = cast.person("Eve")
    assert give(tom, "EVE@example.org", "teacher", "2099-12-31T12:00").status_code == 302
    role = Role.objects.get(person=eve)
    assert (role.edition_id, role.expires_at) == (edition.pk, datetime.fromisoformat("2099-12-31T12:00:00+01:00"))
    assert cast.browser(eve).get("/desk/thin-1/").status_code == 200
    assert cast.browser(tom).post(f"/desk/thin-1/roles/{role.pk}/", cast.form()).status_code == 302
    assert cast.browser(eve).get("/desk/thin-1/").status_code == 404
    assert [entry.verb for entry in journal.about("person", eve.pk)] == ["role.taken", "role.given"]


@pytest.mark.parametrize(
    ("email", "kind", "until"),
    [
        ("nobody@example.org", "teacher", ""),
        ("eve@example.org", "administrator", ""),
        ("eve@example.org", "registrar", ""),  # only an administrator names those who award
        ("eve@example.org", "king", ""),
        ("eve@example.org", "teacher", "2020-01-01T00:00"),
    ],
)
def test_a_role_that_a_teacher_cannot_give(edition: Edition, tom: Person, email: str, kind: str, until: str) -> None:
    cast.person("Eve")
    assert give(tom, email, kind, until).status_code == 422
    assert Role.objects.count() == 1


def test_registrars_are_named_and_dismissed_by_an_administrator(
    edition: Edition, tom: Person, dora: Person, rita: Person
) -> None:
    role = Role.objects.get(person=rita)
    assert cast.browser(tom).post(f"/desk/thin-1/roles/{role.pk}/", cast.form()).status_code == 404
    assert give(dora, "tom@example.org", "registrar").status_code == 302
    assert cast.browser(dora).post(f"/desk/thin-1/roles/{role.pk}/", cast.form()).status_code == 302
    assert not Role.objects.filter(person=rita).exists()


def test_a_role_of_another_edition_is_not_taken_here(edition: Edition, tom: Person) -> None:
    other = cast.edition(slug="thin-2", of=edition.course.versions.get())
    role = cast.role(cast.person("Eve"), Role.Kind.TEACHER, edition=other)
    assert cast.browser(tom).post(f"/desk/thin-1/roles/{role.pk}/", cast.form()).status_code == 404


def test_a_role_in_the_whole_course_is_shown_and_not_taken(edition: Edition, tom: Person) -> None:
    role = cast.role(cast.person("Eve"), Role.Kind.TEACHER, course=Course.objects.get())
    assert b"eve@example.org" in cast.browser(tom).get("/desk/thin-1/roles/").content
    assert cast.browser(tom).post(f"/desk/thin-1/roles/{role.pk}/", cast.form()).status_code == 404
