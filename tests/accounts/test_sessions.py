"""Sessions live on the server: who is signed in where, and how it ends, on every page, allauth's included."""

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from preau.accounts.models import Device, Person
from tests import cast

PHONE = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
PAGES = ["/accounts/", "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/erase/", "/me/"]


def sign_in(person: Person, password: str = cast.PASSWORD, user_agent: str = PHONE) -> Client:
    client = Client(headers={"Sec-Fetch-Site": "same-origin", "User-Agent": user_agent})
    client.post("/accounts/login/", {"login": person.email, "password": password})
    return client


def test_no_cookie_comes_before_a_sign_in(edition: object) -> None:
    client = cast.browser()
    for path in ("/fr/", "/fr/courses/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/me/"):
        assert client.get(path).cookies == {}, path
    assert Device.objects.count() == 0


def test_the_cookie_is_for_the_server_alone(ana: Person) -> None:
    cookie = sign_in(ana).cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["max-age"] == settings.SESSION_COOKIE_AGE


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(ana: Person, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_NAME = True, "__Host-device"
    cookie = sign_in(ana).cookies["__Host-device"]
    assert cookie["secure"] is True
    assert cookie["domain"] == ""


def test_the_key_changes_at_sign_in(ana: Person) -> None:
    client = cast.browser()
    client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})  # makes an anonymous session
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/accounts/login/", {"login": ana.email, "password": cast.PASSWORD})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert not Device.objects.filter(session_key=before).exists()


def test_a_key_that_somebody_else_chose_is_not_taken(ana: Person) -> None:
    client = cast.browser()
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    client.post("/accounts/login/", {"login": ana.email, "password": cast.PASSWORD})
    assert Device.objects.get().session_key != "a" * 32


def test_a_device_is_named_and_seen_from_its_sign_in(ana: Person) -> None:
    sign_in(ana)
    device = Device.objects.get()
    assert (device.name, device.person_id) == ("Firefox, Android", ana.pk)
    assert device.seen_at is not None


def test_a_page_of_a_signed_in_person_reads_the_device_once_and_writes_nothing(
    ana: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(ana)
    client.get("/accounts/erase/")
    with django_assert_num_queries(1):
        client.get("/accounts/erase/")


def test_signing_out_deletes_the_row(ana: Person) -> None:
    client = sign_in(ana)
    client.post("/accounts/logout/")
    assert Device.objects.count() == 0
    assert client.get("/accounts/").status_code == 302


def test_signing_out_needs_a_post(ana: Person) -> None:
    client = sign_in(ana)
    client.get("/accounts/logout/")
    assert client.get("/accounts/").status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_device_signed_out_from_another_is_out_at_its_next_request(path: str, ana: Person) -> None:
    lost, kept = sign_in(ana), sign_in(ana, user_agent="Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36")
    assert lost.get(path).status_code == 200
    device = Device.objects.get(name="Firefox, Android")
    kept.post(f"/accounts/devices/{device.public_id}/sign-out/")
    assert lost.get(path).headers["Location"].startswith("/accounts/login/")
    assert kept.get(path).status_code == 200


def test_signing_out_all_the_others_leaves_this_one(ana: Person) -> None:
    others, this = [sign_in(ana) for _ in range(3)], sign_in(ana)
    this.post("/accounts/devices/sign-out/")
    assert [other.get("/accounts/").status_code for other in others] == [302, 302, 302]
    assert this.get("/accounts/").status_code == 200


def test_nobody_signs_out_the_device_of_another(ana: Person, ben: Person) -> None:
    victim = sign_in(ana)
    device = Device.objects.get(person=ana)
    assert cast.browser(ben).post(f"/accounts/devices/{device.public_id}/sign-out/").status_code == 404
    assert victim.get("/accounts/").status_code == 200


def test_signing_this_device_out_from_the_list_is_a_sign_out(ana: Person) -> None:
    client = sign_in(ana)
    device = Device.objects.get()
    client.post(f"/accounts/devices/{device.public_id}/sign-out/")
    assert Device.objects.count() == 0


def test_a_changed_password_signs_the_others_out_and_keeps_this_one_by_its_name(ana: Person) -> None:
    other, this = sign_in(ana), sign_in(ana)
    new = {"oldpassword": cast.PASSWORD, "password1": "tout autre chose 4", "password2": "tout autre chose 4"}
    this.post("/accounts/password/change/", new)
    assert other.get("/accounts/").status_code == 302
    assert other.get("/accounts/email/").status_code == 302
    page = this.get("/accounts/").content.decode()
    assert page.count("Firefox, Android") == 1


def test_the_page_never_holds_a_session_key(ana: Person) -> None:
    client = sign_in(ana)
    assert Device.objects.get().session_key not in client.get("/accounts/").content.decode()


def test_a_session_that_claims_another_person_is_nobody(ana: Person, ben: Person) -> None:
    client = sign_in(ana)
    session = client.session
    session[SESSION_KEY] = str(ben.pk)
    session.save()
    assert client.get("/accounts/").status_code == 302


def test_a_closed_account_is_out_everywhere_at_once(ana: Person) -> None:
    client = sign_in(ana)
    Person.objects.filter(pk=ana.pk).update(is_active=False)
    assert client.get("/accounts/").status_code == 302
