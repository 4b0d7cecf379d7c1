"""The page where a person chooses what comes by mail."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.mail import actions, kinds, queries
from preau.mail.models import Preference, Suppression
from tests import cast

pytestmark = pytest.mark.django_db

PAGE = "/accounts/messages/"


@pytest.fixture
def client(ana: Person) -> Client:
    browser = cast.browser()
    browser.force_login(ana)
    return browser


def chosen(person: Person) -> dict[str, str]:
    return {row["kind"].name: row["cadence"] for row in queries.cadences(person.pk)}


def refusable() -> dict[str, str]:
    """Every kind that one may refuse, taken at once."""
    return {kind.name: "now" for kind in kinds.known() if not kind.transactional}


def test_each_kind_is_listed_and_the_account_leads_there(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    assert page.count("<select") == len(refusable())
    assert "Accusés de réception de ce que vous rendez" in page
    assert PAGE in client.get("/accounts/").content.decode()


def test_the_page_costs_three_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    client.get(PAGE)
    with django_assert_max_num_queries(3):
        client.get(PAGE)


def test_a_choice_is_kept_and_sent_again_it_is_the_same(client: Client, ana: Person) -> None:
    form = cast.form() | refusable() | {"announcement": "daily", "reminder": "off"}
    for _time in range(2):
        assert client.post(PAGE, form).status_code == 302
    assert chosen(ana)["announcement"] == "daily"
    assert chosen(ana)["reminder"] == "off"
    assert Preference.objects.count() == len(refusable())


def test_a_choice_that_is_none_is_refused_whole(client: Client, ana: Person) -> None:
    assert client.post(PAGE, cast.form(announcement="hourly", reminder="off", peer="now")).status_code == 422
    assert client.post(PAGE, {"announcement": "off", "reminder": "off", "peer": "off"}).status_code == 422  # no act
    assert not Preference.objects.exists()


def test_what_always_comes_cannot_be_turned_off_by_hand(client: Client, ana: Person) -> None:
    form = cast.form(receipt="off") | refusable()
    assert client.post(PAGE, form).status_code == 302
    assert chosen(ana)["receipt"] == "now"


def test_who_changed_their_address_is_told_that_mail_came_back_and_may_open_it(client: Client, ana: Person) -> None:
    actions.bounced(now=timezone.now(), address=ana.email, hard=True)
    assert ana.email in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}open/", cast.form()).status_code == 302
    assert not Suppression.objects.exists()


def test_choices_and_closed_addresses_are_handed_over_and_erased(ana: Person, ben: Person) -> None:
    now = timezone.now()
    for person in (ana, ben):
        actions.prefer(person_id=person.pk, cadences={"reminder": "off"}, now=now)
        actions.bounced(now=now, address=person.email, hard=True)
    room = next(room for room in personal_data.rooms() if room.name == "mail")
    tables = room.export(ana)
    assert [dict(row)["kind"] for row in tables["preferences"]] == ["reminder"]
    assert [dict(row)["address"] for row in tables["closed_addresses"]] == [ana.email]
    room.erase(ana, now)
    assert Preference.objects.get().person_id == ben.pk
    assert Suppression.objects.get().address == ben.email
