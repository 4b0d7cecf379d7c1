"""The edition's home, as its learner finds it."""

from datetime import datetime
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from preau.accounts.models import Person
from preau.courses.models import Edition, Enrolment
from preau.home import queries
from preau.mail.models import Message
from preau.peer import actions as peer
from preau.peer.models import Submission
from preau.quizzes import actions as quizzes
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
    with django_assert_max_num_queries(8):
        client.get(f"/e/{edition.slug}/")


def test_somebody_else_finds_nothing(ben: Person, edition: Edition) -> None:
    assert cast.browser(ben).get(f"/e/{edition.slug}/").status_code == 404


def test_every_hand_in_and_attempt_leaves_a_receipt(
    ana: Person, client: Client, edition: Edition, now: datetime
) -> None:
    place = cast.place(ana, edition, "cas", now)
    peer.submit(act=cast.an_act("assignment.submit", now=now), by=ana, place=place, text="Mon projet.")
    attempt = quizzes.start(act=cast.an_act("quiz.start", now=now), by=ana, place=cast.place(ana, edition, "quiz", now))
    quizzes.close(
        act=cast.an_act("quiz.close", now=now), by=ana, attempt_id=UUID(attempt["attempt"]), language="fr", now=now
    )
    page = client.get(f"/e/{edition.slug}/me/receipts/").content.decode()
    assert page.count('class="receipt"') == 2
    assert Submission.objects.get().fingerprint in page
    assert Message.objects.filter(person_id=ana.pk, key__startswith="receipt:").count() == 2
