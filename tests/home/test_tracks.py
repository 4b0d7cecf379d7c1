"""Before one changes track: what one did is judged on each of them, and nothing of it is lost."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from preau.accounts.models import Person
from preau.courses.models import Edition, Enrolment
from preau.grades import actions as grades
from preau.grades.models import Result
from tests import cast


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def edition(db: None, now: datetime) -> Edition:
    """In its second week."""
    return cast.edition(slug="thin-now", opens=cast.monday(now, -1))


@pytest.fixture
def ana_enrolment(ana: Person, edition: Edition) -> Enrolment:
    return cast.enrolment(ana, edition)


def scored(enrolment: Enrolment, unit: str, percent: float, now: datetime) -> None:
    row = enrolment.edition.course.units.get(key=unit)
    version = enrolment.edition.printings.get(current=True).version_id
    grades.record(
        enrolment_id=enrolment.pk,
        unit_id=row.pk,
        version_id=version,
        score=percent,
        of=100,
        how={"final": True},
        shown_from=None,
        now=now,
    )


def parts(page: str) -> list[str]:
    """The page of each track."""
    return page.split("<section")[1:]


def test_each_track_says_what_is_met_and_what_is_open(
    ana: Person, ana_enrolment: Enrolment, edition: Edition, now: datetime
) -> None:
    for unit in ("quiz", "apres"):
        scored(ana_enrolment, unit, 80, now)
    page = cast.browser(ana).get(f"/e/{edition.slug}/tracks/").content.decode()
    classic, advanced = parts(page)
    assert "C’est votre parcours" in classic
    assert "Passer à ce parcours" not in classic
    assert "Passer à ce parcours" in advanced
    assert classic.count("<li") < advanced.count("<li"), "the second asks for more"


def test_a_change_loses_nothing_and_can_be_changed_again(
    ana: Person, ana_enrolment: Enrolment, edition: Edition, now: datetime
) -> None:
    scored(ana_enrolment, "quiz", 80, now)
    browser = cast.browser(ana)
    before = list(Result.objects.values())
    for track in ("advanced", "classic", "advanced"):
        assert browser.post(f"/e/{edition.slug}/enrol/", cast.form(track=track)).status_code == 302
        ana_enrolment.refresh_from_db()
        assert ana_enrolment.track.key == track
    assert list(Result.objects.values()) == before
    assert "C’est votre parcours" in parts(browser.get(f"/e/{edition.slug}/tracks/").content.decode())[1]


def test_after_the_end_nobody_changes(ana: Person, ana_enrolment: Enrolment, edition: Edition) -> None:
    Edition.objects.filter(pk=edition.pk).update(closes_at=edition.opens_at + timedelta(minutes=1))
    page = cast.browser(ana).get(f"/e/{edition.slug}/tracks/").content.decode()
    assert "Passer à ce parcours" not in page


def test_the_page_costs_a_constant_number_of_queries(
    ana: Person, ana_enrolment: Enrolment, edition: Edition, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser = cast.browser(ana)
    browser.get(f"/e/{edition.slug}/tracks/")
    with django_assert_max_num_queries(11):
        browser.get(f"/e/{edition.slug}/tracks/")


@pytest.mark.parametrize("path", ["tracks/"])
def test_somebody_else_finds_nothing(ben: Person, edition: Edition, path: str) -> None:
    assert cast.browser(ben).get(f"/e/{edition.slug}/{path}").status_code == 404
