"""What is said to a school's server: OpenID Connect's authorisation code with PKCE, every token checked.

Loaded with the first person who comes by a school (`schools.machinery`): `requests` and PyJWT stay out of other sites'
processes.
"""

import ipaddress
import socket
import time
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

import jwt
import requests
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase

ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"})
CONNECT, READ, WHOLE = 3.0, 5.0, 10.0  # seconds: to be reached, between two bytes, and for one whole answer
LARGEST = 256 * 1024  # bytes of an answer
HOPS = 3
LEEWAY = 60  # seconds by which a school's clock may be wrong
REMEMBERED = 600  # seconds for which a school's description stands

Trouble = (requests.RequestException, OAuth2Error, KeyError, TypeError, ValueError)
"""What may come of a school's server that is down, slow, lying or wrongly set up."""


class Refused(requests.RequestException):
    """An address that this site does not call, or an answer that it does not read to its end."""


class Line(requests.Session):
    """A line to schools: bounded in time and size, to their servers and to public ones only, redirects included."""

    def __init__(self, servers: Iterable[str]) -> None:
        super().__init__()
        self.trust_env = False  # no password of the machine's .netrc goes along
        self.max_redirects = HOPS
        guarded = Guarded([urlsplit(server) for server in servers])
        self.mount("https://", guarded)
        self.mount("http://", guarded)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """As any session does, with time limits; a secret that is sent follows no redirect."""
        kwargs["timeout"] = (CONNECT, READ)
        kwargs["allow_redirects"] = method.upper() == "GET"
        return super().request(method, url, *args, **kwargs)


class Guarded(requests.adapters.HTTPAdapter):
    """Asked for each hop: judges the address, then reads the answer up to its limits."""

    def __init__(self, servers: Iterable[SplitResult]) -> None:
        super().__init__()
        self.hosts = {server.hostname for server in servers}
        self.plain = {server.hostname for server in servers if server.scheme == "http"}

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Refuses what is not https, a private host that is not a school's own, and an endless answer."""
        self._judge(request.url or "")
        response = super().send(request, *args, **{**kwargs, "stream": True})
        until, body = time.monotonic() + WHOLE, b""
        for part in response.iter_content(16 * 1024):
            body += part
            if len(body) > LARGEST or time.monotonic() > until:
                response.close()
                raise Refused("the answer is too long, or too slow")
        response._content = body
        return response

    def _judge(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in self.plain:
            raise Refused("only https is spoken")
        if parts.hostname in self.hosts:
            return
        try:
            found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
        except OSError as error:
            raise Refused("the host is not known") from error
        if not all(ipaddress.ip_address(str(place[4][0]).partition("%")[0]).is_global for place in found):
            raise Refused("a private host")


class Server(OpenIDConnectOAuth2Adapter):
    """One school's server: its description is remembered, its tokens are checked."""

    @property
    def openid_config(self) -> Mapping[str, Any]:
        url = self.get_provider().server_url  # type: ignore[no-untyped-call]
        found = cache.get(key := f"school:{url}")
        if found is None:
            cache.set(key, found := _fetched(url), REMEMBERED)
        return dict(found)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Who came, from the signed token first; what userinfo adds must be about the same person."""
        claims = self.checked(app, str(kwargs["response"]["id_token"]))
        if self.openid_config.get("userinfo_endpoint"):
            more = self._fetch_user_info(token.token)
            if more.get("sub") != claims["sub"]:
                raise OAuth2Error("userinfo speaks of somebody else")
            claims = {**claims, **more}
        provider = self.get_provider()  # type: ignore[no-untyped-call]
        login: SocialLogin = provider.sociallogin_from_response(request, claims)
        return login

    def checked(self, app: SocialApp, token: str) -> dict[str, Any]:
        """The claims of an ID token: signed by a key of the school, for this site, by its issuer, still valid."""
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise OAuth2Error("an algorithm that is not accepted")
        keys = _fetched(self.openid_config["jwks_uri"])["keys"]
        ours = [key for key in keys if "kid" not in header or key.get("kid") == header["kid"]]
        if not ours:
            raise OAuth2Error("signed by a key that the school does not publish")
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                jwt.PyJWK(ours[0], algorithm=header["alg"]),
                algorithms=[header["alg"]],
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "sub", "iss", "aud"]},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error("an ID token that does not hold") from error
        return claims


def _fetched(url: str) -> dict[str, Any]:
    with get_adapter().get_requests_session() as line:  # type: ignore[no-untyped-call]
        response = line.get(url)
        response.raise_for_status()
        values = response.json()
    if not isinstance(values, dict):
        raise OAuth2Error("not an object")
    return values


class Provider(OpenIDConnectProvider):
    """A school as allauth sees it. Of what it tells, only the address is kept beside the account's number there."""

    oauth2_adapter_class = Server
    pkce_enabled_default = True

    def serialize(self) -> dict[str, Any]:
        """Found again by its own key: two schools may have given this site the same client id."""
        return {"id": self.sub_id, "app.client_id": self.app.client_id}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        said = super().extract_common_fields(data)  # type: ignore[no-untyped-call]
        return {**said, "locale": data.get("locale")}

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"email": str(data.get("email") or "")}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The address, verified when the school says so and it is of the school's own domains."""
        email = data.get("email")
        if not isinstance(email, str):
            return []
        own = email.rpartition("@")[2].lower() in self.app.settings.get("domains", [])
        return [EmailAddress(email=email, verified=own and data.get("email_verified") is True, primary=True)]


def departure(request: HttpRequest, school: str, *, connect: bool) -> HttpResponseBase:
    """Send the browser to the school, to come back with a code. Raises one of `Trouble`."""
    provider = get_adapter(request).get_provider(request, school)
    process = AuthProcess.CONNECT if connect else AuthProcess.LOGIN
    answer: HttpResponseBase = provider.redirect(request, process=process, next_url=get_next_redirect_url(request))
    return answer


def arrival(request: HttpRequest, school: str) -> HttpResponseBase:
    """What the school sent back: signs in, makes an account, links one, or says what went wrong. Raises the same."""
    view = OAuth2CallbackView.adapter_view(Server(request, school))  # type: ignore[no-untyped-call]
    answer: HttpResponseBase = view(request)
    return answer
