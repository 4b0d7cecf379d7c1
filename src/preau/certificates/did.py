"""The issuer's name: did:web from the site's address, the document that publishes its keys, and keys read from one.

did:web (W3C CCG did:web method): `https://example.org` is `did:web:example.org`, a port's colon is written `%3A`, and
each segment of a path follows after a colon.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from preau.certificates import contexts, keys

Json = dict[str, Any]


class NoKey(ValueError):
    """A DID document that does not give the key asked for; the message is one plain sentence."""


@dataclass(frozen=True)
class PublicKeyRecord:
    """A key of the issuer: its fragment ("key-1"), 32 public bytes, in use from `since` until `until` (None: today)."""

    fragment: str
    public: bytes
    since: datetime
    until: datetime | None = None


def did_of(site_url: str) -> str:
    """The DID of the site at this absolute address; refuses (ValueError) an address without a host."""
    parts = urlsplit(site_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("the site's address is not an absolute http or https address")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    authority = host if parts.port is None else f"{host}:{parts.port}"
    segments = [quote(segment) for segment in parts.path.split("/") if segment]
    return ":".join(["did:web", quote(authority, safe=""), *segments])


def document_path(site_url: str) -> str:
    """The path, on the site's host, where did:web expects the document."""
    path = urlsplit(site_url).path.rstrip("/")
    return f"{path}/did.json" if path else "/.well-known/did.json"


def key_id(did: str, fragment: str) -> str:
    """The absolute id of a key, as proofs name it."""
    return f"{did}#{fragment}"


def did_document(did: str, records: Sequence[PublicKeyRecord]) -> Json:
    """The DID document of the issuer: every key it ever signed with, oldest first, each allowed to assert.

    A retired key carries no `expires` here: verifiers refuse a proof by a key that has expired, however old the proof,
    which would void every certificate of the years before. Refuses (ValueError) two keys with one fragment.
    """
    ordered = sorted(records, key=lambda record: (record.since, record.fragment))
    if len({record.fragment for record in ordered}) != len(ordered):
        raise ValueError("two keys have the same name")
    methods = [
        {
            "id": key_id(did, record.fragment),
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": keys.multikey(record.public),
        }
        for record in ordered
    ]
    return {
        "@context": [contexts.DID, contexts.MULTIKEY],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def _absolute(did: str, reference: object) -> object:
    return did + reference if isinstance(reference, str) and reference.startswith("#") else reference


def _methods(document: Json, did: str, member: str) -> dict[str, Json | None]:
    """The entries of a verification relationship by absolute id; None where the entry is only a reference."""
    found = document.get(member)
    entries: dict[str, Json | None] = {}
    for entry in found if isinstance(found, list) else []:
        identifier = _absolute(did, entry.get("id") if isinstance(entry, dict) else entry)
        if isinstance(identifier, str):
            entries[identifier] = entry if isinstance(entry, dict) else None
    return entries


def public_key(document: Json, method: str) -> bytes:
    """The 32 bytes of the key `method` in a DID document, for checking an assertion.

    Refuses (NoKey) a key that is absent, of another controller or kind, revoked, or not allowed to assert.
    """
    did = document.get("id")
    if not isinstance(did, str) or method.partition("#")[0] != did:
        raise NoKey("The key belongs to another issuer than the DID document.")
    allowed = _methods(document, did, "assertionMethod")
    if method not in allowed:
        raise NoKey("The DID document does not list this key for assertions.")
    entry = allowed[method] or _methods(document, did, "verificationMethod").get(method)
    if entry is None:
        raise NoKey("The DID document does not hold this key.")
    if entry.get("type") != "Multikey" or entry.get("controller") != did:
        raise NoKey("The key in the DID document is not a Multikey controlled by its issuer.")
    if "revoked" in entry or "expires" in entry:
        raise NoKey("The issuer has withdrawn this key.")
    text = entry.get("publicKeyMultibase")
    try:
        return keys.from_multikey(text if isinstance(text, str) else "")
    except keys.BadKey as error:
        raise NoKey("The key in the DID document is not a readable Ed25519 key.") from error
