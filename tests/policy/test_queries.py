"""What a fragment may cost: two queries once warm, the session's included; lists stay constant however long."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from preau.accounts.models import Person
from preau.content import outline as outlines
from preau.courses import actions as courses
from preau.courses.models import Edition, Enrolment
from preau.grades import actions as grades
from preau.quizzes import actions as quizzes
from tests import cast

ME = "/e/thin-1/me/fr/debut"


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


def warm(client: Client, path: str) -> None:
    for _ in range(2):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("unit", ["lecon", "quiz", "apres", "cas"])
@pytest.mark.parametrize("speak", [cast.script, cast.browser])
def test_a_fragment_costs_two_queries(
    ana: Person, unit: str, speak: Callable[[Person], Client], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = speak(ana)
    warm(client, f"{ME}/{unit}/")
    with django_assert_num_queries(2):
        client.get(f"{ME}/{unit}/")


def test_a_quiz_with_answers_costs_the_same(
    ana: Person, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()
    place = cast.place(ana, edition, "apres", now)
    quizzes.start(act=cast.an_act("quiz.start", now=now), by=ana, place=place)
    client = cast.script(ana)
    warm(client, f"{ME}/apres/")
    with django_assert_num_queries(2):
        assert b"<fieldset" in client.get(f"{ME}/apres/").content


def test_a_handed_in_copy_costs_the_same(ana: Person, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = cast.script(ana)
    assert client.post(f"{ME}/cas/submit/", cast.form(text="Un projet.")).status_code == 200
    warm(client, f"{ME}/cas/")
    with django_assert_num_queries(2):
        assert b"receipt" in client.get(f"{ME}/cas/").content


def test_a_second_learner_finds_everything_warm(
    ana: Person, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    warm(cast.script(ana), f"{ME}/lecon/")
    late = cast.person("Late")
    cast.enrolment(late, edition)
    client = cast.script(late)
    client.get("/me/")  # the device was seen
    with django_assert_num_queries(2):
        client.get(f"{ME}/lecon/")


def test_a_reader_who_is_nobody_costs_one(edition: Edition, django_assert_max_num_queries: Any) -> None:
    warm(cast.script(), f"{ME}/lecon/")
    with django_assert_max_num_queries(1):
        cast.script().get(f"{ME}/lecon/")


@pytest.mark.parametrize("path", ["/e/thin-1/", "/me/", "/fr/", "/fr/courses/thin/"])
def test_a_page_costs_the_same_for_one_and_for_many(
    ana: Person, edition: Edition, path: str, django_assert_max_num_queries: Any
) -> None:
    client = cast.browser(ana)
    warm(client, path)
    with CaptureQueriesContext(connection) as first:
        client.get(path)
        cost = len(first)
    version = edition.course.versions.get()
    for number in range(2, 5):
        where = cast.edition(slug=f"thin-{number}", opens=edition.opens_at, of=version)
        cast.enrolment(ana, where, at=timezone.now())
    for number in range(5):
        cast.enrolment(cast.person(f"more{number}"), edition)
    warm(client, path)
    with django_assert_max_num_queries(cost):
        client.get(path)


@pytest.mark.parametrize("unit", ["quiz", "lecon"])
def test_an_excuse_and_a_correction_cost_the_same(
    ana: Person,
    tom: Person,
    ana_enrolment: Enrolment,
    edition: Edition,
    unit: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    now, outline = timezone.now(), outlines.of_edition(edition, "fr")
    courses.excuse(enrolment=ana_enrolment, key=unit, reason="malade", by=tom, now=now)
    grades.correct(enrolment=ana_enrolment, unit=outline.by_key[unit], outline=outline, percent=80, by=tom, now=now)
    client = cast.script(ana)
    warm(client, f"{ME}/{unit}/")
    with django_assert_num_queries(2):
        assert "dispense" in client.get(f"{ME}/{unit}/").content.decode()
