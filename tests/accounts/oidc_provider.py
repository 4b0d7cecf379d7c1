"""A school's server, small and real: OpenID Connect with discovery, keys, codes that are good once, PKCE and signed
tokens, in a thread on 127.0.0.1. Whoever it is told to be signs in without being asked."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "preau", "a secret between us"
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class School:
    """What the server says. `claims` are of who signs in; the rest makes it wrong on purpose."""

    def __init__(self) -> None:
        self.url = ""
        self.claims: dict[str, Any] = {}
        self.description: dict[str, Any] = {}  # instead of the true one, key by key
        self.token: dict[str, Any] = {}  # instead of the true claims of the ID token
        self.userinfo: dict[str, Any] = {}  # instead of what the token says
        self.key = _KEY
        self.algorithm = "RS256"
        self.refuses = False
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}

    def signed_by_a_stranger(self) -> None:
        self.key = _OTHER

    def well_known(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **self.description,
        }

    def keys(self) -> dict[str, Any]:
        published = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_KEY.public_key()))
        return {"keys": [{**published, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def id_token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, **self.claims, **self.token}
        key: Any = self.key if self.algorithm == "RS256" else ("x" * 64 if self.algorithm == "HS256" else None)
        return jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": "one"})

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes back to."""
        if self.refuses:
            return f"{query['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': query['state']})}"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def exchange(self, form: dict[str, str]) -> dict[str, Any] | None:
        """A code, the secret and the verifier against tokens, once."""
        asked = self.codes.pop(form.get("code", ""), None)
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        good = asked and asked["code_challenge"] == base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        if not good or form.get("client_secret") != SECRET or form.get("redirect_uri") != (asked or {})["redirect_uri"]:
            return None
        return {"access_token": "a-token", "token_type": "Bearer", "id_token": self.id_token()}


def _handler(school: School) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            school.asked.append(parts.path)
            if parts.path == "/authorize":
                self._to(school.authorize(dict(parse_qsl(parts.query))))
            elif parts.path == "/elsewhere":
                self._to(dict(parse_qsl(parts.query))["to"])
            elif parts.path == "/endless":
                self._json({"long": "x" * 1_000_000})
            elif parts.path == "/userinfo" and self.headers["Authorization"] == "Bearer a-token":
                self._json({**school.claims, **school.userinfo})
            elif parts.path == "/keys":
                self._json(school.keys())
            elif parts.path == "/.well-known/openid-configuration":
                self._json(school.well_known())
            else:
                self._json({}, 404)

        def do_POST(self) -> None:
            school.asked.append(self.path)
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            tokens = school.exchange(form)
            self._json(tokens or {"error": "invalid_grant"}, 200 if tokens else 400)

        def _json(self, values: dict[str, Any], status: int = 200) -> None:
            body = json.dumps(values).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _to(self, address: str) -> None:
            self.send_response(302)
            self.send_header("Location", address)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the test tells what it sees."""

    return Handler


@contextmanager
def running() -> Iterator[School]:
    """A school's server, as long as the block lasts."""
    school = School()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(school))
    school.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield school
    server.shutdown()
    server.server_close()
    thread.join()


def settings_of(school: School, *, domains: tuple[str, ...] = ("arts.example",)) -> dict[str, Any]:
    """`SOCIALACCOUNT_PROVIDERS` with this school."""
    values = {"server_url": school.url, "domains": list(domains)}
    app = {"provider_id": "arts", "name": "Arts", "client_id": CLIENT, "secret": SECRET, "settings": values}
    return {"openid_connect": {"APPS": [app]}}
