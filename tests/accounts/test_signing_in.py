"""Signing up and in, and what limits it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as site
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from preau.accounts.models import Device, Person
from preau.courses.models import Edition
from preau.mail.models import Message
from tests import cast

NEW = {
    "email": "Nadia@Example.org",
    "password1": "une phrase bien à moi",
    "name": "  Nadia\tB ",
    "zone": "Africa/Dakar",
}


def sign_in(client: Client, email: str, password: str = cast.PASSWORD) -> str:
    """What the form answers, as text."""
    return client.post("/accounts/login/", {"login": email, "password": password}, follow=True).content.decode()


def test_signing_up_makes_an_account_and_goes_where_one_was_going(db: None) -> None:
    client = cast.browser()
    answer = client.post("/accounts/signup/?next=/fr/courses/", {**NEW, "next": "/fr/courses/"})
    assert answer.headers["Location"] == "/fr/courses/"
    person = Person.objects.get()
    assert (person.email, person.name, person.zone) == ("nadia@example.org", "Nadia B", "Africa/Dakar")
    assert client.get("/accounts/").status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(elsewhere: str, db: None) -> None:
    answer = cast.browser().post("/accounts/signup/", {**NEW, "next": elsewhere})
    assert answer.headers["Location"] == "/"


def test_the_language_of_the_form_is_kept_and_the_message_speaks_it(db: None) -> None:
    client = cast.browser()
    client.cookies[site.LANGUAGE_COOKIE_NAME] = "en"
    client.post("/accounts/signup/", NEW)
    assert Person.objects.get().language == "en"
    message = Message.objects.get()
    assert (message.language, message.subject) == ("en", "Confirm your address")
    assert "Nadia" not in message.text


def test_an_unknown_zone_is_not_kept(db: None) -> None:
    cast.browser().post("/accounts/signup/", {**NEW, "zone": "../../etc/passwd"})
    assert Person.objects.get().zone == "Europe/Paris"


def test_reading_does_not_wait_for_the_confirmation(edition: Edition) -> None:
    client = cast.browser()
    client.post("/accounts/signup/", NEW)
    assert not EmailAddress.objects.get().verified
    assert client.get("/me/").status_code == 200


def test_the_link_of_the_message_confirms_the_address(db: None) -> None:
    client = cast.browser()
    client.post("/accounts/signup/", NEW)
    link = next(line for line in Message.objects.get().text.splitlines() if "/confirm-email/" in line)
    path = "/accounts/confirm-email/" + link.split("/confirm-email/")[1]
    assert client.get(path).status_code == 200
    client.post(path)
    assert EmailAddress.objects.get().verified


def test_a_taken_address_is_refused_without_a_word_on_whose_it_is(ana: Person) -> None:
    """What remains: a new address is let in at once, since reading does not wait; a refusal tells that it is taken."""
    client = english()
    answer = client.post("/accounts/signup/", {**NEW, "email": "ANA@example.org"})
    page = answer.content.decode()
    assert "This address cannot be used here. If it is yours, sign in" in page
    assert "Ana" not in page.replace("ANA@example.org", "")
    assert Person.objects.filter(email__iexact="ana@example.org").count() == 1
    assert client.get("/accounts/").status_code == 302


def test_a_forgotten_password_answers_the_same_for_everybody(ana: Person) -> None:
    known, unknown = (
        cast.browser().post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in (ana.email, "nobody@example.org")
    )
    assert known.redirect_chain == unknown.redirect_chain
    assert known.content == unknown.content


def test_the_link_of_a_forgotten_password_gives_a_new_one(ana: Person) -> None:
    client = cast.browser()
    client.post("/accounts/password/reset/", {"email": ana.email})
    link = next(line for line in Message.objects.get().text.splitlines() if "/password/reset/key/" in line)
    path = "/accounts/password/reset/key/" + link.split("/password/reset/key/")[1]
    form = client.get(path, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "tout autre chose 4", "password2": "tout autre chose 4"})
    ana.refresh_from_db()
    assert ana.check_password("tout autre chose 4")
    assert client.get(path, follow=True).status_code == 200


def test_a_wrong_password_says_nothing_of_whether_the_account_exists(ana: Person) -> None:
    known, unknown = (
        cast.browser().post("/accounts/login/", {"login": email, "password": "x"}).content.decode().replace(email, "")
        for email in (ana.email, "no@example.org")
    )
    assert known == unknown


def test_after_five_wrong_passwords_the_account_rests_and_says_so(ana: Person) -> None:
    for _time in range(5):
        assert "five minutes" not in sign_in(english(), ana.email, "wrong")
    assert "it rests for five minutes" in sign_in(english(), ana.email, cast.PASSWORD)


def test_another_account_of_the_same_address_does_not_rest(ana: Person, ben: Person) -> None:
    for _time in range(6):
        sign_in(cast.browser(), ana.email, "wrong")
    client = cast.browser()
    sign_in(client, ben.email)
    assert client.get("/accounts/").status_code == 200


def english() -> Client:
    client = cast.browser()
    client.cookies[site.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_thirty_accounts_of_one_campus_sign_in_within_a_minute(db: None) -> None:
    for number in range(30):
        email = cast.person(f"Student{number}").email
        client = cast.browser()
        sign_in(client, email)
        assert client.get("/accounts/").status_code == 200, number


def test_too_many_requests_get_a_page_of_ours(settings: Settings, ana: Person) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    answers = [cast.browser().post("/accounts/login/", {"login": "x@example.org", "password": "x"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert "site-header" in answers[1].content.decode()


def test_an_account_that_was_closed_cannot_sign_in(ana: Person) -> None:
    Person.objects.filter(pk=ana.pk).update(is_active=False)
    client = cast.browser()
    sign_in(client, ana.email)
    assert client.get("/accounts/").status_code == 302


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"Accept": "application/json"}])
def test_a_script_that_is_signed_out_is_told_401_and_never_redirected(
    headers: dict[str, str], edition: Edition
) -> None:
    client = Client(headers={"Sec-Fetch-Site": "same-origin", **headers})
    for path in (f"/e/{edition.slug}/enrol/", "/accounts/", "/accounts/email/", "/accounts/devices/sign-out/"):
        assert client.post(path).status_code == 401, path


def test_a_person_who_has_not_come_for_half_a_year_signs_in_again(ana: Person) -> None:
    client = cast.browser(ana)
    Device.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/accounts/").status_code == 302
