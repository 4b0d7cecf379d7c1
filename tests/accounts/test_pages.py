"""Every page of the account, allauth's included, is ours: words, frame, no inline script, no undefined variable."""

from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as site
from django.template.loader import get_template, render_to_string
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import timezone
from pytest_django import Settings

from preau.accounts.models import Person
from preau.mail.models import Message
from tests import cast

THEIRS = Path(allauth.__file__).parent / "templates"
# Never shown: what they belong to is off (codes by mail, telephone, sign-up by passkey, trusted browsers, one-address
# mode), or our pages do without the frame or the part.
UNUSED = {
    "account/base_confirm_code.html",
    "account/base_entrance.html",
    "account/base_manage.html",
    "account/base_manage_email.html",
    "account/base_manage_password.html",
    "account/base_manage_phone.html",
    "account/confirm_email_verification_code.html",
    "account/confirm_login_code.html",
    "account/confirm_password_reset_code.html",
    "account/confirm_phone_verification_code.html",
    "account/email_change.html",
    "account/messages/phone_verification_sent.txt",
    "account/messages/phone_verified.txt",
    "account/phone_change.html",
    "account/request_login_code.html",
    "account/signup_by_passkey.html",
    "account/snippets/already_logged_in.html",
    "account/snippets/warn_no_email.html",
    "mfa/base_entrance.html",
    "mfa/base_manage.html",
    "mfa/recovery_codes/base.html",
    "mfa/totp/base.html",
    "mfa/trust.html",
    "mfa/webauthn/base.html",
    "mfa/webauthn/signup_form.html",
    "mfa/webauthn/snippets/login_script.html",
    "mfa/webauthn/snippets/scripts.html",
    "socialaccount/base_entrance.html",
    "socialaccount/base_manage.html",
    "socialaccount/login_redirect.html",
    "socialaccount/snippets/login.html",
    "socialaccount/snippets/login_extra.html",
    "socialaccount/snippets/provider_list.html",
}
PUBLIC = ["login/", "signup/", "password/reset/", "password/reset/done/", "password/reset/key/done/", "confirm-email/"]
PUBLIC += ["inactive/", "confirm-email/no-such-key/", "password/reset/key/1-no-such-key/"]
PUBLIC += ["3rdparty/login/cancelled/"]
SIGNED_IN = [
    "",
    "3rdparty/",
    "erase/",
    "email/",
    "logout/",
    "password/change/",
    "2fa/",
    "2fa/webauthn/",
    "reauthenticate/",
]
AFTER_PASSWORD = ["export/", "2fa/totp/activate/", "2fa/webauthn/add/"]


def signed_in(person: Person) -> Client:
    """A browser whose person gave the password a moment ago."""
    client = cast.browser(person)
    answer = client.post("/accounts/reauthenticate/", {"password": cast.PASSWORD, "next": "/accounts/"})
    assert answer.status_code == 302
    return client


def test_every_template_of_allauth_that_can_be_shown_is_replaced() -> None:
    files = [path for folder in ("account", "mfa", "socialaccount") for path in (THEIRS / folder).rglob("*.*")]
    names = {str(path.relative_to(THEIRS)) for path in files} - UNUSED
    ours = str(site.ROOT / "src")
    assert {name for name in names if not str(get_template(name).origin.name).startswith(ours)} == set()  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_of_the_account_opens(path: str, language: str, db: None) -> None:
    client = cast.browser()
    client.cookies[site.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(f"/accounts/{path}")
    assert answer.status_code == 200
    assert "site-header" in answer.content.decode()
    assert f'lang="{language}"' in answer.content.decode()


@pytest.mark.parametrize("path", SIGNED_IN)
def test_a_page_of_the_account_opens(path: str, ana: Person) -> None:
    assert cast.browser(ana).get(f"/accounts/{path}").status_code == 200


@pytest.mark.parametrize("path", AFTER_PASSWORD)
def test_what_could_give_an_account_away_asks_for_the_password_again(path: str, ana: Person) -> None:
    answer = cast.browser(ana).get(f"/accounts/{path}")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")


@pytest.mark.parametrize("path", AFTER_PASSWORD)
def test_and_opens_after_it(path: str, ana: Person) -> None:
    assert signed_in(ana).get(f"/accounts/{path}").status_code == 200


def test_an_account_without_password_may_choose_one(ana: Person) -> None:
    ana.set_unusable_password()
    ana.save()
    assert cast.browser(ana).get("/accounts/password/set/").status_code == 200


def test_the_addresses_are_listed(ana: Person) -> None:
    EmailAddress.objects.create(user=ana, email=ana.email, primary=True, verified=True)
    EmailAddress.objects.create(user=ana, email="other@example.org")
    page = cast.browser(ana).get("/accounts/email/").content.decode()
    assert "other@example.org" in page


def test_codes_by_application_are_set_up_asked_for_and_stopped(ana: Person) -> None:
    TOTP.activate(ana, generate_totp_secret())
    RecoveryCodes.activate(ana)
    client = signed_in(ana)
    for path in ("2fa/", "2fa/totp/deactivate/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/"):
        assert client.get(f"/accounts/{path}").status_code == 200, path
    codes = client.get("/accounts/2fa/recovery-codes/download/")
    assert codes.headers["Content-Type"].startswith("text/plain")
    answer = cast.browser().post("/accounts/login/", {"login": ana.email, "password": cast.PASSWORD})
    assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/")


def test_a_recovery_code_lets_in(ana: Person) -> None:
    TOTP.activate(ana, generate_totp_secret())
    code = RecoveryCodes.activate(ana).get_unused_codes()[0]
    client = cast.browser()
    client.post("/accounts/login/", {"login": ana.email, "password": cast.PASSWORD})
    assert "data-passkey-options" in client.get("/accounts/2fa/authenticate/").content.decode()
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/accounts/").status_code == 200


def routes(resolver: URLResolver, prefix: str = "") -> list[str]:
    found: list[str] = []
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        found += [route] if isinstance(entry, URLPattern) else routes(entry, route)
    return found


def test_every_other_page_of_the_account_asks_for_a_sign_in(db: None) -> None:
    free = {"login/", "signup/", "inactive/", "password/", "confirm-email", "logout/", "2fa/webauthn/login", "2fa/auth"}
    free |= {"3rdparty/login/", "3rdparty/signup/", "oidc/"}
    ours = [route.replace("accounts/", "", 1) for route in routes(get_resolver()) if route.startswith("accounts/")]
    filled = {
        route.replace("<int:pk>", "1").replace("<uuid:device>", "00000000-0000-7000-8000-000000000000")
        for route in ours
        if not route.lstrip("^").startswith(tuple(free)) or route.startswith(("password/change", "password/set"))
    }
    assert len(filled) > 15
    for route in filled:
        answer = cast.browser().post(f"/accounts/{route}")
        assert answer.status_code == 302, route
        assert answer.headers["Location"].startswith("/accounts/login/"), route


MESSAGES = [
    *sorted(path.stem.removesuffix("_subject") for path in (THEIRS / "account/email").glob("*_subject.txt")),
    *sorted(
        f"../../{room}/email/{path.stem.removesuffix('_subject')}"
        for room in ("mfa", "socialaccount")
        for path in (THEIRS / f"{room}/email").glob("*_subject.txt")
    ),
]


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_plain_text_with_a_subject(name: str, settings: Settings) -> None:
    said = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, "timestamp": timezone.now(), "code": "1234"}
    said |= {"provider": "L'École & Cie"}
    said |= {
        "activate_url": "https://x/?a=1&b=2",
        "password_reset_url": "https://x/?c=1&d=2",
        "signup_url": "https://x/s",
    }
    said |= {"from_email": "a'b@example.org", "to_email": "c@example.org", "deleted_email": "d@example.org"}
    prefix = f"account/email/{name}".replace("account/email/../../", "")
    subject, text = (render_to_string(f"{prefix}_{part}.txt", said) for part in ("subject", "message"))
    assert len(subject.strip().splitlines()) == 1
    assert "&amp;" not in text
    assert "&#x27;" not in text
    assert "<" not in text


def test_a_changed_password_is_told_by_mail_when_the_site_says_so(ana: Person, settings: Settings) -> None:
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    new = {"oldpassword": cast.PASSWORD, "password1": "tout autre chose 4", "password2": "tout autre chose 4"}
    cast.browser(ana).post("/accounts/password/change/", new)
    assert Message.objects.get().person_id == ana.pk
