"""From "I enrol" to the first unit: what a visitor asked for is done once they are signed in, whatever came between."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as site
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from preau.accounts import wishes
from preau.accounts.models import Device, Person
from preau.audit.models import Act
from preau.courses import enrolling
from preau.courses.models import Edition, Enrolment
from preau.grades.models import Completion
from preau.mail.models import Message
from tests import cast

NEW = {"email": "nadia@example.org", "password1": "une phrase bien à moi", "name": "Nadia B", "zone": "Africa/Dakar"}
FIRST = "/e/thin-1/fr/debut/lecon/"
JOIN = "/e/thin-1/join/classic/"


@pytest.fixture
def edition(db: None) -> Edition:
    """The thin course, in its second week today."""
    return cast.edition(opens=cast.monday(timezone.now(), -1), enrolment_closes_at=timezone.now() + timedelta(days=5))


def visitor(language: str = "fr") -> Client:
    client = cast.browser()
    client.cookies[site.LANGUAGE_COOKIE_NAME] = language
    return client


def press(client: Client, slug: str = "thin-1", track: str = "classic") -> str:
    """The button of a track; where it leads."""
    answer = client.post(f"/e/{slug}/enrol/", cast.form(track=track))
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def landed(client: Client, address: str) -> Any:
    """The page that one comes to in the end."""
    return client.get(address, follow=True)


def place(answer: Any) -> str:
    return str(answer.redirect_chain[-1][0])


def sign_up(client: Client, onward: str, **other: str) -> Any:
    return client.post("/accounts/signup/", {**NEW, "next": onward, **other}, follow=True)


def test_a_visitor_is_at_the_first_unit_two_pages_later(edition: Edition) -> None:
    client = visitor()
    asked = press(client)
    assert asked == "/accounts/signup/?next=%2Fe%2Fthin-1%2Fjoin%2Fclassic%2F"
    page = client.get(asked).content.decode()
    assert edition.course.title("fr") in page
    answer = sign_up(client, JOIN)
    assert place(answer) == FIRST
    enrolment = Enrolment.objects.get(person__email="nadia@example.org", edition=edition)
    assert enrolment.track.key == "classic"
    assert Act.objects.get(kind="enrol").person_id == enrolment.person_id


def test_before_the_opening_the_home_says_when(db: None) -> None:
    later = cast.edition(slug="soon", opens=cast.monday(timezone.now(), 2))
    client = visitor()
    press(client, "soon")
    answer = sign_up(client, "/e/soon/join/classic/")
    assert place(answer) == "/e/soon/"
    assert str(later.opens_at.year) in answer.content.decode()


def test_nothing_is_asked_about_age_or_confirmation(edition: Edition) -> None:
    client = visitor()
    page = client.get(press(client)).content.decode()
    fields = page.partition('action="/accounts/signup/"')[2].partition("</form>")[0]
    assert fields.count("<label") == 3
    sign_up(client, JOIN)
    assert not EmailAddress.objects.get().verified
    assert Message.objects.count() >= 1


def test_the_wish_lives_through_signing_in(edition: Edition) -> None:
    cast.person("Nia")
    client = visitor()
    page = client.get(press(client)).content.decode()
    assert "/accounts/login/?next=%2Fe%2Fthin-1%2Fjoin%2Fclassic%2F" in page
    assert edition.course.title("fr") in client.get(f"/accounts/login/?next={JOIN}").content.decode()
    values = {"login": "nia@example.org", "password": cast.PASSWORD, "next": JOIN}
    assert place(client.post("/accounts/login/", values, follow=True)) == FIRST
    assert Enrolment.objects.filter(person__name="Nia").count() == 1


def test_the_wish_lives_through_a_second_proof(edition: Edition) -> None:
    nia = cast.person("Nia")
    secret = generate_totp_secret()
    TOTP.activate(nia, secret)
    client = visitor()
    press(client)
    values = {"login": nia.email, "password": cast.PASSWORD, "next": JOIN}
    assert client.post("/accounts/login/", values).headers["Location"] == "/accounts/2fa/authenticate/"
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert place(client.post("/accounts/2fa/authenticate/", {"code": code}, follow=True)) == FIRST


def test_a_new_password_by_mail_leads_back_to_what_one_came_for(edition: Edition) -> None:
    client = visitor()
    press(client)
    assert "next=%2Fe%2Fthin-1%2Fjoin%2Fclassic%2F" in client.get("/accounts/password/reset/key/done/").content.decode()


def test_an_account_of_this_address_is_told_kindly_and_keeps_the_wish(edition: Edition) -> None:
    Person.objects.create_user("nadia@example.org", cast.PASSWORD, name="Nadia")
    client = visitor()
    press(client)
    page = client.post("/accounts/signup/", {**NEW, "next": JOIN}).content.decode()
    assert "Un compte existe déjà avec cette adresse" in page
    assert f"/accounts/login/?next={JOIN.replace('/', '%2F')}" in page
    assert Person.objects.count() == 1


def test_signing_up_again_with_ones_own_password_signs_in(edition: Edition) -> None:
    Person.objects.create_user("nadia@example.org", NEW["password1"], name="Nadia")
    client = visitor()
    press(client)
    assert place(sign_up(client, JOIN)) == FIRST
    assert Person.objects.get().name == "Nadia"


def test_guessing_a_password_at_sign_up_is_counted_as_at_sign_in(edition: Edition) -> None:
    Person.objects.create_user("nadia@example.org", cast.PASSWORD, name="Nadia")
    for number in range(5):
        visitor().post("/accounts/signup/", {**NEW, "password1": f"un mauvais essai {number}"})
    client = visitor()
    client.post("/accounts/signup/", {**NEW, "password1": cast.PASSWORD})
    assert client.get("/accounts/").status_code == 302


def test_the_form_sent_twice_makes_one_account_and_one_enrolment(edition: Edition) -> None:
    client = visitor()
    press(client)
    before = client.cookies["device"].value
    first = sign_up(client, JOIN)
    other = visitor()  # the browser gave up on the first answer, and its cookie with it
    other.cookies["device"] = before
    second = sign_up(other, JOIN)
    assert place(first) == FIRST
    assert second.status_code == 200
    assert place(second) != "/accounts/signup/"
    assert (Person.objects.count(), Enrolment.objects.count(), Act.objects.filter(kind="enrol").count()) == (1, 1, 1)


def test_going_back_and_sending_again_leads_on(edition: Edition) -> None:
    client = visitor()
    press(client)
    sign_up(client, JOIN)
    assert place(landed(client, f"/accounts/signup/?next={JOIN}")) == FIRST
    assert place(sign_up(client, JOIN)) == FIRST
    assert place(landed(client, JOIN)) == FIRST
    assert (Person.objects.count(), Enrolment.objects.count()) == (1, 1)


def test_a_track_that_is_gone_meanwhile(edition: Edition) -> None:
    client = visitor()
    press(client, track="advanced")
    edition.tracks.filter(key="advanced").delete()
    answer = sign_up(client, "/e/thin-1/join/advanced/")
    assert answer.status_code == 422
    assert "/fr/courses/thin/" in answer.content.decode()
    assert not Enrolment.objects.exists()
    assert client.get("/me/").status_code == 200


def test_an_enrolment_that_closed_meanwhile(edition: Edition) -> None:
    client = visitor()
    press(client)
    Edition.objects.update(enrolment_closes_at=timezone.now() - timedelta(minutes=1))
    answer = sign_up(client, JOIN)
    assert answer.status_code == 422
    assert not Enrolment.objects.exists()
    assert place(landed(client, JOIN)) == "/fr/courses/thin/#enrol"  # the wish was refused once, and is gone


def test_a_link_alone_enrols_nobody(edition: Edition) -> None:
    nia = cast.person("Nia")
    assert place(landed(cast.browser(nia), JOIN)).endswith("/courses/thin/#enrol")
    client = visitor()
    press(client, track="advanced")
    client.post("/accounts/login/", {"login": nia.email, "password": cast.PASSWORD})
    landed(client, JOIN)
    assert not Enrolment.objects.exists()


def test_a_wish_is_forgotten_after_an_hour(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.person("Nia")
    client = visitor()
    press(client)
    monkeypatch.setattr(wishes, "KEPT", timedelta())
    client.post("/accounts/login/", {"login": "nia@example.org", "password": cast.PASSWORD, "next": JOIN}, follow=True)
    assert not Enrolment.objects.exists()


def test_who_is_enrolled_already_keeps_their_track(edition: Edition) -> None:
    nia = cast.person("Nia")
    cast.enrolment(nia, edition, track="advanced", at=timezone.now())
    client = visitor()
    press(client)
    values = {"login": nia.email, "password": cast.PASSWORD, "next": JOIN}
    assert place(client.post("/accounts/login/", values, follow=True)) == "/e/thin-1/tracks/"
    assert Enrolment.objects.get().track.key == "advanced"


def test_who_was_taken_out_is_told_so(edition: Edition) -> None:
    nia, dora = cast.person("Nia"), cast.person("Dora")
    row = cast.enrolment(nia, edition, at=timezone.now())
    enrolling.remove(act=cast.an_act("remove"), enrolment=row, reason="spam", by=dora, now=timezone.now())
    client = visitor()
    press(client)
    values = {"login": nia.email, "password": cast.PASSWORD, "next": JOIN}
    assert client.post("/accounts/login/", values, follow=True).status_code == 422


@pytest.mark.parametrize("slug", ["closed-shop", "nowhere"])
def test_a_private_edition_and_none_are_the_same_to_a_visitor(slug: str, edition: Edition) -> None:
    version = edition.course.versions.get()
    cast.edition(slug="closed-shop", opens=edition.opens_at, of=version, visibility=Edition.Visibility.PRIVATE)
    client = visitor()
    assert press(client, slug) == f"/accounts/login/?next=%2Fe%2F{slug}%2Fjoin%2Fclassic%2F"
    cast.person("Nia")
    values = {"login": "nia@example.org", "password": cast.PASSWORD, "next": f"/e/{slug}/join/classic/"}
    assert client.post("/accounts/login/", values, follow=True).status_code == 404
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("track", ["//evil.example", "", "x" * 41, "../../accounts/erase"])
def test_a_track_of_another_shape_leads_nowhere_else(track: str, edition: Edition) -> None:
    client = visitor()
    assert press(client, track=track) == "/accounts/login/"


def test_somebody_who_is_signed_in_is_at_the_first_unit_at_once(edition: Edition) -> None:
    nia = cast.person("Nia")
    client = cast.browser(nia)
    assert place(client.post("/e/thin-1/enrol/", cast.form(track="classic"), follow=True)).endswith("/debut/lecon/")
    assert client.post("/e/thin-1/enrol/", cast.form(track="advanced")).headers["Location"] == "/e/thin-1/"


def test_who_has_begun_comes_home(edition: Edition) -> None:
    nia = cast.person("Nia")
    row = cast.enrolment(nia, edition, at=timezone.now())
    unit = edition.course.units.get(key="lecon")
    Completion.objects.create(enrolment=row, unit_id=unit.pk, done_at=timezone.now())
    assert place(landed(cast.browser(nia), "/e/thin-1/begin/")) == "/e/thin-1/"


def test_no_cookie_is_set_before_the_button(edition: Edition) -> None:
    client = cast.browser()
    client.get("/fr/courses/thin/")
    assert "device" not in client.cookies


def test_a_device_keeps_a_handful_of_wishes(edition: Edition) -> None:
    client = visitor()
    for number in range(8):
        press(client, f"nowhere-{number}")
    assert len(client.session[wishes.KEY]) == wishes.MOST


# What opens an account whose address is not confirmed, and what becomes of it


def reset(client: Client, email: str) -> None:
    """Ask for a new password, follow the link of the message, choose one."""
    client.post("/accounts/password/reset/", {"email": email})
    text = Message.objects.filter(address=email).latest("pk").text
    link = next(word for word in text.split() if "/password/reset/key/" in word)
    page = client.get(urlsplit(link).path, follow=True)
    chosen = "une autre phrase à moi"
    client.post(page.request["PATH_INFO"], {"password1": chosen, "password2": chosen})


def keys(person: Person) -> int:
    return Authenticator.objects.filter(user=person).count()


def test_a_new_password_takes_back_an_address_that_a_stranger_took(db: None) -> None:
    stranger = Person.objects.create_user("victim@example.org", cast.PASSWORD, name="Stranger")
    EmailAddress.objects.create(user=stranger, email=stranger.email, primary=True)
    TOTP.activate(stranger, generate_totp_secret())
    EmailAddress.objects.create(user=stranger, email="stranger@example.org", verified=True)
    SocialAccount.objects.create(user=stranger, provider="arts", uid="1")
    theirs = cast.browser(stranger)
    reset(visitor(), stranger.email)
    stranger.refresh_from_db()
    assert stranger.check_password("une autre phrase à moi")
    assert (keys(stranger), SocialAccount.objects.count()) == (0, 0)
    assert [row.email for row in EmailAddress.objects.all()] == [stranger.email]
    assert theirs.get("/accounts/").status_code == 302


def test_a_second_proof_outlives_a_new_password(db: None) -> None:
    nia = cast.person("Nia")
    EmailAddress.objects.create(user=nia, email=nia.email, primary=True, verified=True)
    TOTP.activate(nia, generate_totp_secret())
    reset(visitor(), nia.email)
    assert keys(nia) == 1


def test_a_passkey_made_before_the_address_was_confirmed_goes_with_a_new_password(db: None) -> None:
    nia = cast.person("Nia")
    address = EmailAddress.objects.create(user=nia, email=nia.email, primary=True, verified=False)
    Authenticator.objects.create(user=nia, type="webauthn", data={"name": "a stranger's", "credential": {}})
    request = RequestFactory().get("/")
    address.verified = True
    address.save()
    email_confirmed.send(sender=EmailAddress, request=request, email_address=address)
    Authenticator.objects.create(user=nia, type="totp", data={"secret": "x"})
    Authenticator.objects.create(user=nia, type="webauthn", data={"name": "her own", "credential": {}})
    reset(visitor(), nia.email)
    left = {(one.type, one.data.get("name")) for one in Authenticator.objects.filter(user=nia)}
    assert left == {("totp", None), ("webauthn", "her own")}


def test_the_device_of_a_wish_lasts_an_hour_and_that_of_a_person_as_any_other(edition: Edition) -> None:
    client = visitor()
    press(client)
    hour = Device.objects.get().expire_date - timezone.now()
    assert timedelta(minutes=55) < hour <= timedelta(hours=1)
    sign_up(client, JOIN)
    (device,) = Device.objects.exclude(person=None)
    assert device.expire_date - timezone.now() > timedelta(days=100)


def test_many_wishes_of_one_network_are_asked_to_wait(edition: Edition, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "enrol": "2/h/ip"}
    answers = [visitor().post("/e/thin-1/enrol/", {"track": "classic"}).status_code for _ in range(3)]
    assert answers == [302, 302, 429]


def test_who_lost_the_passkey_that_was_their_password_comes_back_by_mail(db: None) -> None:
    nia = Person.objects.create_user("nia@example.org", None, name="Nia")
    EmailAddress.objects.create(user=nia, email=nia.email, primary=True, verified=True)
    Authenticator.objects.create(user=nia, type="webauthn", data={"name": "lost", "credential": {}})
    reset(visitor(), nia.email)
    assert keys(nia) == 0
    client = visitor()
    client.post("/accounts/login/", {"login": nia.email, "password": "une autre phrase à moi"})
    assert client.get("/accounts/").status_code == 200


def test_a_passkey_is_prepared_only_for_an_address_that_is_free(db: None) -> None:
    client = visitor()
    cast.person("Nia")
    wrong = [
        {"email": "nia@example.org", "name": "Nia"},
        {"email": "x", "name": "X"},
        {"email": "n@example.org", "name": ""},
    ]
    for values in wrong:
        answer = client.post("/accounts/signup/passkey/", values)
        assert answer.status_code == 422
        assert answer.json()["reason"]
    answer = client.post("/accounts/signup/passkey/", {"email": "n@example.org", "name": "N"})
    chosen = answer.json()["creation_options"]["publicKey"]["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert Device.objects.count() == 1


@pytest.mark.parametrize(
    "credential", ["{}", "[]", '"x"', '{"id": "x", "rawId": "x", "type": "public-key", "response": {}}', "not json"]
)
def test_a_passkey_that_nobody_made_opens_no_account(credential: str, db: None) -> None:
    client = visitor()
    client.post("/accounts/signup/passkey/", {"email": "n@example.org", "name": "N"})
    values = {"email": "n@example.org", "name": "N", "credential": credential}
    assert client.post("/accounts/signup/", values).status_code == 200
    assert not Person.objects.exists()


def test_neither_password_nor_passkey_is_not_enough(db: None) -> None:
    visitor().post("/accounts/signup/", {"email": "n@example.org", "name": "N", "credential": ""})
    assert not Person.objects.exists()
