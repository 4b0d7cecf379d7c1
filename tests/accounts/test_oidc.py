"""Coming in by a school: who becomes an account, who opens one, and what is not believed."""

import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPErrorProcessor, build_opener

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from preau.accounts import actions, exporting, schooling
from preau.accounts.models import Person
from preau.courses.models import Enrolment
from preau.mail.models import Message
from tests import cast
from tests.accounts import oidc_provider
from tests.accounts.oidc_provider import School

AWA = {"sub": "42", "email": "awa@arts.example", "email_verified": True, "name": "Awa Diop", "locale": "en-GB"}
LEAVE = "/accounts/oidc/arts/login/"


@pytest.fixture
def school(db: None, settings: Settings) -> Iterator[School]:
    """Its server runs, and this site knows it. Awa signs in there."""
    with oidc_provider.running() as running:
        running.claims = dict(AWA)
        settings.SOCIALACCOUNT_PROVIDERS = oidc_provider.settings_of(running)
        cache.clear()
        yield running


class _Stay(HTTPErrorProcessor):
    def http_response(self, request: Any, response: Any) -> Any:
        return response


def at_the_school(address: str) -> str:
    """What the browser does over there: where it is sent back to, from its path on."""
    answer = build_opener(_Stay).open(address, timeout=30)
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def come(client: Client | None = None, onward: str = "", process: str = "") -> Any:
    """To the school and back, and on to the page that one comes to in the end."""
    client = client or cast.browser()
    left = client.get(LEAVE, {"next": onward, "process": process})
    assert left.status_code == 302, left.content.decode()
    return client.get(at_the_school(left.headers["Location"]), follow=True)


def confirmed(name: str, email: str, *, verified: bool = True) -> Person:
    person = Person.objects.create_user(email, cast.PASSWORD, name=name)
    EmailAddress.objects.create(user=person, email=email, primary=True, verified=verified)
    return person


def signed_in(client: Client) -> bool:
    return client.get("/accounts/").status_code == 200


def test_a_first_visit_makes_an_account_without_a_question(school: School) -> None:
    client = cast.browser()
    assert come(client).status_code == 200
    person = Person.objects.get()
    assert (person.email, person.name, person.language) == ("awa@arts.example", "Awa Diop", "en")
    assert not person.has_usable_password()
    assert EmailAddress.objects.get().verified
    assert signed_in(client)
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid, account.extra_data) == ("arts", "42", {"email": "awa@arts.example"})
    assert not SocialToken.objects.exists()


def test_a_second_visit_opens_the_same_account_whatever_the_address_became(school: School) -> None:
    come()
    school.claims["email"] = "awa.diop@arts.example"
    client = cast.browser()
    come(client)
    assert Person.objects.count() == 1
    assert signed_in(client)


def test_the_wish_to_enrol_lives_through_the_school(school: School) -> None:
    cast.edition(opens=cast.monday(timezone.now(), -1), enrolment_closes_at=timezone.now() + timedelta(days=5))
    client = cast.browser()
    asked = client.post("/e/thin-1/enrol/", cast.form(track="classic")).headers["Location"]
    page = client.get(asked).content.decode()
    link = f"{LEAVE}?next=%2Fe%2Fthin-1%2Fjoin%2Fclassic%2F"
    assert f'href="{link}"' in page
    back = at_the_school(client.get(link).headers["Location"])
    answer = client.get(back, follow=True)
    assert answer.redirect_chain[-1][0].endswith("/debut/lecon/")
    assert Enrolment.objects.get().person.email == "awa@arts.example"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/"])
def test_nobody_is_sent_to_another_site(elsewhere: str, school: School) -> None:
    answer = come(onward=elsewhere)
    assert all("evil" not in address for address, _status in answer.redirect_chain)


def test_an_address_confirmed_on_both_sides_opens_its_account_and_its_owner_is_told(school: School) -> None:
    awa = confirmed("Awa", "awa@arts.example")
    client = cast.browser()
    come(client)
    assert signed_in(client)
    assert SocialAccount.objects.get().user == awa
    assert "Arts" in Message.objects.get(address=awa.email).text


UNSURE: dict[str, dict[str, Any]] = {
    "not verified by the school": {"email_verified": False},
    "a word for yes": {"email_verified": "false"},
    "nothing said": {"email_verified": None},
    "not of its domains": {"email": "victim@mail.example"},
    "of a domain that only ends alike": {"email": "victim@evil-arts.example"},
}


@pytest.mark.parametrize("name", UNSURE)
def test_an_address_that_is_not_sure_opens_no_account(name: str, school: School) -> None:
    school.claims.update(UNSURE[name])
    victim = confirmed("Victim", school.claims["email"])
    client = cast.browser()
    answer = come(client)
    assert answer.status_code == 409
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()
    victim.refresh_from_db()
    assert victim.check_password(cast.PASSWORD)


def test_an_account_whose_address_was_never_confirmed_is_not_joined(school: School) -> None:
    confirmed("Stranger", "awa@arts.example", verified=False)
    client = cast.browser()
    assert come(client, onward="/fr/courses/").status_code == 409
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("name", UNSURE)
def test_an_address_that_is_not_sure_makes_an_account_that_has_to_confirm_it(name: str, school: School) -> None:
    school.claims.update(UNSURE[name])
    come()
    assert not EmailAddress.objects.get().verified


def test_what_the_school_does_not_say_is_asked_once(school: School) -> None:
    school.claims = {"sub": "42"}
    client = cast.browser()
    answer = come(client, onward="/me/")
    assert answer.redirect_chain[-1][0] == "/accounts/3rdparty/signup/"
    values = {"email": "awa@mail.example", "name": " Awa  Diop ", "zone": "Africa/Dakar"}
    assert client.post("/accounts/3rdparty/signup/", values, follow=True).redirect_chain[-1][0] == "/me/"
    person = Person.objects.get()
    assert (person.name, person.zone, person.email) == ("Awa Diop", "Africa/Dakar", "awa@mail.example")
    assert not EmailAddress.objects.get().verified


def test_the_address_of_somebody_else_cannot_be_typed_there(school: School) -> None:
    school.claims = {"sub": "42", "name": "Awa"}
    confirmed("Victim", "victim@mail.example")
    client = cast.browser()
    come(client)
    client.post("/accounts/3rdparty/signup/", {"email": "Victim@mail.example", "name": "Awa"})
    assert not SocialAccount.objects.exists()
    assert not signed_in(client)


def test_who_is_signed_in_links_and_unlinks_a_school(school: School) -> None:
    nia = confirmed("Nia", "nia@mail.example")
    client = cast.browser(nia)
    client.post("/accounts/reauthenticate/", {"password": cast.PASSWORD, "next": "/accounts/"})
    assert LEAVE in client.get("/accounts/3rdparty/").content.decode()
    come(client, process="connect")
    account = SocialAccount.objects.get()
    assert account.user == nia
    assert "awa@arts.example" in client.get("/accounts/3rdparty/").content.decode()
    client.post("/accounts/3rdparty/", {"account": account.pk})
    assert not SocialAccount.objects.exists()


def test_a_school_that_left_the_settings_can_still_be_unlinked(school: School, settings: Settings) -> None:
    nia = confirmed("Nia", "nia@mail.example")
    account = SocialAccount.objects.create(user=nia, provider="gone", uid="1")
    client = cast.browser(nia)
    client.post("/accounts/reauthenticate/", {"password": cast.PASSWORD, "next": "/accounts/"})
    assert "gone" in client.get("/accounts/3rdparty/").content.decode()
    client.post("/accounts/3rdparty/", {"account": account.pk})
    assert not SocialAccount.objects.exists()


def test_the_only_way_in_is_not_unlinked(school: School) -> None:
    client = cast.browser()
    come(client)
    answer = client.post("/accounts/3rdparty/", {"account": SocialAccount.objects.get().pk})
    assert answer.status_code == 200
    assert SocialAccount.objects.exists()


def test_one_account_of_a_school_opens_one_account_here(school: School) -> None:
    come()
    client = cast.browser(confirmed("Nia", "nia@mail.example"))
    client.post("/accounts/reauthenticate/", {"password": cast.PASSWORD, "next": "/accounts/"})
    come(client, process="connect")
    assert SocialAccount.objects.get().user.email == "awa@arts.example"


# What is not believed


LIES: dict[str, dict[str, Any]] = {
    "for another site": {"aud": "another"},
    "by another issuer": {"iss": "https://evil.example"},
    "out of date": {"exp": 1_000_000_000},
    "without an end": {"exp": None},
    "of nobody": {"sub": None},
}


def refused(client: Client) -> None:
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()
    assert not Person.objects.exists()


@pytest.mark.parametrize("name", LIES)
def test_a_token_that_does_not_hold_opens_nothing(name: str, school: School) -> None:
    school.token = LIES[name]
    client = cast.browser()
    assert come(client).status_code in (401, 502)
    refused(client)


@pytest.mark.parametrize("algorithm", ["HS256", "none"])
def test_a_token_signed_by_anybody_opens_nothing(algorithm: str, school: School) -> None:
    school.algorithm = algorithm
    client = cast.browser()
    assert come(client).status_code in (401, 502)
    refused(client)


def test_a_token_signed_by_a_stranger_opens_nothing(school: School) -> None:
    school.signed_by_a_stranger()
    client = cast.browser()
    assert come(client).status_code in (401, 502)
    refused(client)


def test_userinfo_of_somebody_else_opens_nothing(school: School) -> None:
    school.userinfo = {"sub": "43", "email": "other@arts.example"}
    client = cast.browser()
    assert come(client).status_code in (401, 502)
    refused(client)


def test_a_code_is_good_once_and_in_its_own_browser(school: School) -> None:
    mine, theirs = cast.browser(), cast.browser()
    back = at_the_school(mine.get(LEAVE).headers["Location"])
    assert theirs.get(back).status_code == 401
    assert not signed_in(theirs)
    assert mine.get(back).status_code == 302
    assert cast.browser().get(back).status_code == 401


def test_who_gives_up_at_the_school_keeps_what_they_came_for(school: School) -> None:
    cast.edition(opens=cast.monday(timezone.now(), -1), enrolment_closes_at=timezone.now() + timedelta(days=5))
    school.refuses = True
    client = cast.browser()
    client.post("/e/thin-1/enrol/", cast.form(track="classic"))
    page = come(client, onward="/e/thin-1/join/classic/")
    assert page.status_code == 200
    assert "/accounts/login/?next=%2Fe%2Fthin-1%2Fjoin%2Fclassic%2F" in page.content.decode()
    refused(client)


BROKEN: dict[str, dict[str, Any]] = {
    "no token endpoint": {"token_endpoint": None},
    "no keys": {"jwks_uri": None},
    "a token endpoint on another private host": {"token_endpoint": "http://127.0.0.2:9/token"},
    "keys on another private host": {"jwks_uri": "https://10.0.0.7/keys"},
    "keys by another protocol": {"jwks_uri": "file:///etc/passwd"},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_school_that_is_wrongly_set_up_is_said_to_be(name: str, school: School) -> None:
    school.description = BROKEN[name]
    client = cast.browser()
    left = client.get(LEAVE)
    answer = left if left.status_code != 302 else client.get(at_the_school(left.headers["Location"]))
    assert answer.status_code in (401, 502)
    refused(client)


def test_a_school_that_is_down_is_said_to_be(school: School, settings: Settings) -> None:
    broken = oidc_provider.settings_of(school)
    broken["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    settings.SOCIALACCOUNT_PROVIDERS = broken
    answer = cast.browser().get(LEAVE)
    assert answer.status_code == 502
    assert "/accounts/signup/" in answer.content.decode()


@pytest.mark.parametrize("to", ["http://127.0.0.2:9/", "http://localhost:9/", "https://169.254.169.254/", "ftp://x/"])
def test_a_redirect_to_a_private_host_is_not_followed(to: str, school: School) -> None:
    with schooling.Line([school.url]) as line, pytest.raises(requests.RequestException):
        line.get(f"{school.url}/elsewhere?to={to}")


def test_a_redirect_on_the_schools_own_host_is(school: School) -> None:
    with schooling.Line([school.url]) as line:
        assert line.get(f"{school.url}/elsewhere?to={school.url}/keys").json() == school.keys()


def test_an_answer_without_end_is_cut(school: School) -> None:
    with schooling.Line([school.url]) as line, pytest.raises(schooling.Refused):
        line.get(f"{school.url}/endless")


# The way out


def test_a_link_of_another_site_is_asked_about_first(school: School) -> None:
    foreign = Client(headers={"Sec-Fetch-Site": "cross-site"})
    answer = foreign.get(f"{LEAVE}?next=/me/")
    assert answer.status_code == 200
    assert LEAVE in answer.content.decode()
    assert school.asked == []


def test_who_is_signed_in_does_not_leave(school: School) -> None:
    client = cast.browser(confirmed("Nia", "nia@mail.example"))
    assert client.get(f"{LEAVE}?next=/me/").headers["Location"] == "/me/"
    assert client.get(f"{LEAVE}?next=//evil.example/").headers["Location"] == "/accounts/"


@pytest.mark.parametrize("path", [LEAVE, f"{LEAVE}callback/?code=1&state=2"])
def test_a_school_that_nobody_knows_is_no_page(path: str, db: None) -> None:
    assert cast.browser().get(path).status_code == 404


def test_both_doors_show_the_schools_and_none_when_there_is_none(school: School, settings: Settings) -> None:
    for path in ("/accounts/login/", "/accounts/signup/"):
        assert LEAVE in cast.browser().get(path).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    for path in ("/accounts/login/", "/accounts/signup/"):
        assert "oidc" not in cast.browser().get(path).content.decode()


def test_a_person_takes_their_schools_along_and_leaves_none(school: School) -> None:
    come()
    awa = Person.objects.get()
    with exporting.archive(awa, now=timezone.now()) as taken, zipfile.ZipFile(taken) as archive:
        told = json.loads(archive.read("accounts.json"))["schools"]
    assert [(row["provider"], row["uid"]) for row in told] == [("arts", "42")]
    actions.erase(awa, by=awa.pk, now=timezone.now())
    assert not SocialAccount.objects.exists()


def test_two_schools_may_call_this_site_by_the_same_name(school: School, settings: Settings) -> None:
    both = oidc_provider.settings_of(school)
    first = both["openid_connect"]["APPS"][0]
    both["openid_connect"]["APPS"].append({**first, "provider_id": "mines", "name": "Mines"})
    settings.SOCIALACCOUNT_PROVIDERS = both
    school.claims = {"sub": "42"}
    client = cast.browser()
    come(client)
    assert "Arts" in client.get("/accounts/3rdparty/signup/").content.decode()
