"""Signing in through a school (OpenID Connect): who is believed, and what becomes an account.

The rule: a school is believed about an address only when it says that it has verified it (`email_verified`), and only
in its own domains (`SCHOOL_…_DOMAINS`). An account that exists is opened by such an address only if its owner confirmed
it here as well; with anything less on either side they sign in first and link the school themselves. What talks to the
school loads `requests` and waits in `schooling` until it is needed.
"""

import logging
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from preau.accounts.models import Person
from preau.common.text import one_line

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class School:
    """A school that this site knows: the key of its addresses, and its name as on a button."""

    key: str
    name: str


def known() -> list[School]:
    """The schools of the settings, in their order."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return [School(app["provider_id"], app["name"]) for app in apps]


def machinery() -> ModuleType:
    """What talks to a school, loaded when somebody first comes by one."""
    from preau.accounts import schooling  # noqa: PLC0415  requests and its kin: most sites have no school

    return schooling


class Adapter(DefaultSocialAccountAdapter):
    """What allauth asks us about a school and about who comes from it."""

    error_messages: dict[str, Any] = {
        **DefaultSocialAccountAdapter.error_messages,
        "email_taken": _("There is an account with this address. Sign in to it first, then link %s."),
        "no_password": _("Without the school nothing would open this account: choose a password first."),
        "connected_other": _("This account of the school opens another account here."),
    }

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The schools of the settings only: no page asks the database for others."""
        rows = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
        apps = [SocialApp(provider="openid_connect", **row) for row in rows]
        return [app for app in apps if provider in (None, app.provider_id) and client_id in (None, app.client_id)]

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        """The school of this key; of one that left the settings, what its name says, so that it can be unlinked."""
        gone = SocialApp(provider="openid_connect", provider_id=provider, name=provider)
        found = self.list_apps(request, provider, client_id)
        return machinery().Provider(request, app=found[0] if found else gone)

    def get_requests_session(self) -> Any:
        hosts = [app.settings["server_url"] for app in self.list_apps(None)]
        return machinery().Line(hosts)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """The name and the language as the school gives them, else the language of the page."""
        person = super().populate_user(request, sociallogin, data)
        assert isinstance(person, Person)
        whole = " ".join(part for part in (data.get("first_name"), data.get("last_name")) if part)
        person.name = one_line(str(data.get("name") or whole))[:240]
        spoken = str(data.get("locale") or "").replace("_", "-").partition("-")[0].lower()
        here = get_language() or settings.LANGUAGE_CODE
        person.language = spoken if spoken in dict(settings.LANGUAGES) else here
        return person

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nothing is asked when the school says both who it is and where they are reached."""
        person = sociallogin.user
        return isinstance(person, Person) and bool(person.name and person.email)

    def authenticate_by_email(self, sociallogin: SocialLogin) -> Any:
        """The account whose owner confirmed the address that the school vouches for, with that address; or None."""
        vouched = [one.email for one in sociallogin.email_addresses if one.verified]
        for address in vouched:
            rows = EmailAddress.objects.select_related("user").filter(email__iexact=address, verified=True)
            if row := rows.filter(user__is_active=True).first():
                return row.user, address
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Stop before a second account of one address: its owner signs in first."""
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        taken = [one.email for one in sociallogin.email_addresses if filter_users_by_email(one.email)]
        if taken:
            values = {"school": sociallogin.provider.name, "email": taken[0], "next": sociallogin.state.get("next", "")}
            raise ImmediateHttpResponse(render(request, "socialaccount/taken.html", values, status=409))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """What somebody sees whom the school did not let in, or who gave up there."""
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(render(request, "socialaccount/login_cancelled.html"))
        logger.warning("school %s: %s: %s", provider.name, error, exception)
        raise ImmediateHttpResponse(render(request, "socialaccount/authentication_error.html", status=401))

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        """What the school did say, in the form that asks for the rest."""
        person = sociallogin.user
        name = person.name if isinstance(person, Person) else ""
        return {**super().get_signup_form_initial_data(sociallogin), "name": name}
