"""The JSON-LD contexts that signatures rest on: pinned by SHA-256, taken from installed packages, never fetched.

A context decides what a signature covers, so an unknown address is refused and a file whose bytes changed is refused.
Ours are the credit extension and that of further statuses, which every installation serves under its own address and
which are pure functions of that address, so that one installation can check what another has signed.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

Json = dict[str, Any]
Loader = Callable[..., Json]

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
MULTIKEY = "https://w3id.org/security/multikey/v1"
DID = "https://www.w3.org/ns/did/v1"
EXTENSION_PATH = "/contexts/credits-v1.json"
EXTENSION_TYPE = "MicroCredentialAchievement"
STATUS_PATH = "/contexts/status-v1.json"


class Pin(NamedTuple):
    """Where a context lies in the installed packages, what it must hash to, and its name when exported."""

    package: str
    resource: str
    sha256: str
    name: str


_BADGES = "openbadgeslib.ob3.contexts"
PINS: Mapping[str, Pin] = {
    CREDENTIALS: Pin(
        _BADGES,
        "credentials-v2.json",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
        "credentials-v2.json",
    ),
    OPEN_BADGES: Pin(
        _BADGES,
        "ob-v3p0-context-3.0.3.json",
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
        "open-badges-3.0.3.json",
    ),
    OPEN_BADGES_EXTENSIONS: Pin(
        _BADGES,
        "ob-v3p0-extensions.json",
        "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
        "open-badges-extensions.json",
    ),
    DATA_INTEGRITY: Pin(
        _BADGES,
        "security-data-integrity-v2.json",
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
        "data-integrity-v2.json",
    ),
    MULTIKEY: Pin(
        _BADGES,
        "security-multikey-v1.json",
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
        "multikey-v1.json",
    ),
    DID: Pin(
        "pyld.documentloader.frozen",
        "bundled/did-v1.jsonld",
        "62c1054bf404d6dd3a4b26b64f830fd72095f6a26edc4469908c94351352ce5f",
        "did-v1.json",
    ),
}
ISSUED = (CREDENTIALS, OPEN_BADGES, DID, MULTIKEY)


class UnknownContext(ValueError):
    """An address outside the pinned list, or a pinned file whose bytes are not the pinned ones."""


@cache
def pinned(url: str) -> bytes:
    """The bytes of a pinned context; refuses (UnknownContext) any other address, spelling included, and other bytes."""
    pin = PINS.get(url)
    if pin is None:
        raise UnknownContext(f"the context {url[:200]} is not one of those this program carries")
    data = files(pin.package).joinpath(pin.resource).read_bytes()
    if hashlib.sha256(data).hexdigest() != pin.sha256:
        raise UnknownContext(f"the installed copy of the context {url} is not the pinned one")
    return data


def index() -> dict[str, bytes]:
    """Every pinned context by its address."""
    return {url: pinned(url) for url in PINS}


def extension_url(site_url: str) -> str:
    """Where an installation serves its credit extension."""
    return site_url.rstrip("/") + EXTENSION_PATH


def extension_context(site_url: str) -> Json:
    """Our terms: ECTS credits and the transparency fields of an EU micro-credential, inside an Achievement.

    The terms are those of SURF's edubadges where it has one (ECTS, participationType, assessmentType, identityChecked,
    supervisionType); the others follow Annex I of Council Recommendation 2022/C 243/02.
    """
    vocabulary = extension_url(site_url) + "#"
    xsd = "http://www.w3.org/2001/XMLSchema#"
    plain = (
        "ECTS", "participationType", "assessmentType", "identityChecked", "supervisionType", "countryOfAward",
        "educationLevel", "qualityAssurance", "prerequisites", "stackability",
    )  # fmt: skip
    terms: Json = {"@protected": True, "id": "@id", "type": "@type"}
    terms |= {term: {"@id": vocabulary + term} for term in plain}
    terms["learningOutcome"] = {"@id": vocabulary + "learningOutcome", "@container": "@set"}
    terms["workload"] = {"@id": vocabulary + "workload", "@type": xsd + "duration"}
    achievement = {"@id": vocabulary + EXTENSION_TYPE, "@context": terms}
    return {"@context": {"@protected": True, "id": "@id", "type": "@type", EXTENSION_TYPE: achievement}}


def status_url(site_url: str) -> str:
    """Where an installation serves its term for further statuses."""
    return site_url.rstrip("/") + STATUS_PATH


def status_context(site_url: str) -> Json:
    """Our term for what Open Badges has no room for: it allows a credential one `credentialStatus` (revocation), so the
    entries of further purposes are members of `furtherStatus`."""
    term = {"@id": status_url(site_url) + "#furtherStatus", "@container": "@set"}
    return {"@context": {"@protected": True, "furtherStatus": term}}


OURS: Mapping[str, Callable[[str], Json]] = {EXTENSION_PATH: extension_context, STATUS_PATH: status_context}
"""Our own contexts by the path at which each is served, as functions of the site's address."""


def own_bytes(path: str, site_url: str) -> bytes:
    """A context of ours as it is served: indented JSON in UTF-8, the same bytes for the same site."""
    return (json.dumps(OURS[path](site_url), indent=2) + "\n").encode()


@cache
def _parsed(url: str) -> Json:
    document: Json = json.loads(pinned(url))
    return document


def _own_path(url: str) -> str:
    """The path of one of our contexts, at any installation; empty for any other address."""
    parts = urlsplit(url)
    plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in ("https", "http") or not parts.netloc or not plain:
        return ""
    return next((path for path in OURS if parts.path.endswith(path)), "")


def load(url: str, options: object = None) -> Json:
    """The document loader for pyld: pinned contexts and our own of any installation, no network."""
    if path := _own_path(url):
        document = OURS[path](url.removesuffix(path))
    else:
        document = _parsed(url)
    # "static" lets pyld keep the processed context: true of these, whose content is a function of the address
    return {"contextUrl": None, "documentUrl": url, "document": document, "tag": "static"}


def load_with(extra: Mapping[str, Json]) -> Loader:
    """`load` with further documents, for test vectors that name contexts of their own."""

    def loader(url: str, options: object = None) -> Json:
        if url in extra:
            return {"contextUrl": None, "documentUrl": url, "document": extra[url]}
        return load(url)

    return loader


def export_contexts(folder: Path, site_url: str) -> Path:
    """Write the contexts that our credentials, did.json and status lists use; return the path of `index.json`.

    `folder` is created; `index.json` is {address: file name in the same folder}.
    """
    folder.mkdir(parents=True, exist_ok=True)
    documents = {url: (PINS[url].name, pinned(url)) for url in ISSUED}
    for path in OURS:
        documents[site_url.rstrip("/") + path] = (path.rsplit("/", 1)[1], own_bytes(path, site_url))
    for name, data in documents.values():
        (folder / name).write_bytes(data)
    target = folder / "index.json"
    names = {url: name for url, (name, _) in documents.items()}
    target.write_text(json.dumps(names, indent=2) + "\n", encoding="utf-8")
    return target
