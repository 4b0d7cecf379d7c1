"""The edition's home, as its learner finds it."""

from datetime import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from preau.accounts.models import Person
from preau.courses.models import Edition, Enrolment
from preau.home import queries
from tests import cast


@pytest.fixture
def client(ana: Person) -> Client:
    return cast.browser(ana)


def test_the_home_says_what_is_due_and_where_one_is(client: Client, edition: Edition) -> None:
    page = client.get(f"/e/{edition.slug}/").content.decode()
    assert "Un petit cours" in page
    assert 'id="pass"' in page


def test_today_holds_graded_work_first(ana_enrolment: Enrolment, now: datetime) -> None:
    home = queries.edition_home(ana_enrolment, "fr", now=now)
    assert [step.unit.key for step in home["today"]] == ["quiz", "apres", "lecon"]


def test_the_home_costs_a_constant_number_of_queries(
    client: Client, edition: Edition, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(f"/e/{edition.slug}/")
    with django_assert_max_num_queries(7):
        client.get(f"/e/{edition.slug}/")


def test_somebody_else_finds_nothing(ben: Person, edition: Edition) -> None:
    assert cast.browser(ben).get(f"/e/{edition.slug}/").status_code == 404
