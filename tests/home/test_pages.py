"""The edition's home, as its learner finds it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from preau.accounts.models import Person
from preau.courses import actions as courses
from preau.courses.models import Edition, Enrolment, Volunteer
from preau.home import later, queries
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
    with django_assert_max_num_queries(10):
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


HELP = "/volunteer/"


def test_the_way_to_the_volunteers_page_says_where_one_stands(
    ana: Person, client: Client, edition: Edition, now: datetime
) -> None:
    def home() -> str:
        return client.get(f"/e/{edition.slug}/").content.decode()

    Edition.objects.update(closes_at=timezone.now() + timedelta(days=1))
    assert "Aider ce cours" in home()
    row = Volunteer.objects.create(edition=edition, person=ana, applied_at=now)
    for state, said in (("applied", "mon offre d’aide"), ("declined", "mon offre d’aide"), ("approved", "mes heures")):
        Volunteer.objects.filter(pk=row.pk).update(state=state)
        page = home()
        assert said in page
        assert page.count(HELP) == 1
    Volunteer.objects.update(state="left")
    assert "Aider ce cours" in home()
    Edition.objects.update(closes_at=now + timedelta(minutes=1))  # long over
    assert HELP not in home()


@pytest.mark.parametrize("unit", ["quiz", "lecon"])
def test_an_excuse_shows_on_the_activity_itself(
    ana: Person, ana_enrolment: Enrolment, tom: Person, edition: Edition, now: datetime, unit: str
) -> None:
    address = f"/e/{edition.slug}/me/fr/debut/{unit}/"
    client = cast.script(ana)
    assert "dispense" not in client.get(address).content.decode()
    courses.excuse(enrolment=ana_enrolment, key=unit, reason="hôpital", by=tom, now=now)
    page = client.get(address).content.decode()
    assert "Vous bénéficiez d’une dispense" in page
    assert "mercredi 4 mars" in page


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Paris", "dimanche 22 mars 2026, 23 h 59, heure de Paris"),
        ("Africa/Dakar", "dimanche 22 mars 2026, 23 h 59, heure de Paris ; chez vous 22 h 59"),
        ("Europe/Rome", "dimanche 22 mars 2026, 23 h 59, heure de Paris"),
        (
            "Asia/Tokyo",
            "dimanche 22 mars 2026, 23 h 59, heure de Paris ; chez vous lundi 23 mars 2026, 7 h 59",
        ),
    ],
)
def test_a_later_deadline_is_told_by_both_clocks(zone: str, said: str) -> None:
    at = datetime(2026, 3, 22, 22, 59, tzinfo=UTC)
    with translation.override("fr"):
        found = later.both(at, ZoneInfo("Europe/Paris"), ZoneInfo(zone))
    assert found.replace("\xa0", " ").replace("\u202f", " ") == said
