"""The schools whose sign-in this site takes, from the environment: SCHOOLS names them, SCHOOL_<NAME>_… say each."""

import re
from typing import Any
from urllib.parse import urlsplit

from preau.config import env

LOCAL = {"127.0.0.1", "localhost", "::1"}
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read() -> list[dict[str, Any]]:
    """As allauth describes an application of OpenID Connect: [{provider_id, name, client_id, secret, settings}];
    `settings["domains"]` are those whose addresses the school may vouch for. Raises BadSetting for what cannot work."""
    return [_school(key) for key in env.words("SCHOOLS")]


def _school(key: str) -> dict[str, Any]:
    if not KEY.fullmatch(key):
        raise env.BadSetting(f"SCHOOLS: a school is named by small letters, digits and hyphens, not {key!r}")
    prefix = f"SCHOOL_{key.upper().replace('-', '_')}"
    said = {name: env.text(f"{prefix}_{name}") for name in ("NAME", "URL", "CLIENT_ID", "SECRET")}
    for name, value in said.items():
        if not value:
            raise env.BadSetting(f"{prefix}_{name}: the school {key} needs one")
    server = urlsplit(said["URL"])
    if not server.hostname or (server.scheme != "https" and server.hostname not in LOCAL):
        raise env.BadSetting(f"{prefix}_URL: expected an address like https://login.example.org, not {said['URL']!r}")
    domains = [domain.lower().lstrip("@") for domain in env.words(f"{prefix}_DOMAINS")]
    return {
        "provider_id": key,
        "name": said["NAME"],
        "client_id": said["CLIENT_ID"],
        "secret": said["SECRET"],
        "settings": {"server_url": said["URL"].rstrip("/"), "domains": domains},
    }
