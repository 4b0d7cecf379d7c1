"""Reading what strangers wrote, and whose key to believe it by: files are hostile until a signature holds."""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openbadgeslib._safejson import check as check_json

from preau.certificates import did, integrity, keys

Json = dict[str, Any]
DocumentSource = Callable[[str], Json | None]

LARGEST_JSON = integrity.LONGEST_DOCUMENT
LONGEST_LINE = 400


class Refused(ValueError):
    """Why a file is not accepted, in one plain sentence."""


@dataclass(frozen=True)
class Key:
    """A public key, and where it was taken from."""

    public: bytes
    source: str


@dataclass(frozen=True)
class Sources:
    """Where keys may be taken from: the folder of the file (None: nowhere), a key file that was named, and this
    installation for its own DID."""

    folder: Path | None
    key: Path | None
    own: DocumentSource


def printable(line: str) -> str:
    """No control or direction-changing character reaches a terminal; a long line is cut."""
    clean = "".join("?" if unicodedata.category(character)[0] == "C" else character for character in line)
    return clean if len(clean) <= LONGEST_LINE else clean[: LONGEST_LINE - 1] + "…"


def read(path: Path, longest: int) -> bytes:
    """The bytes of a file; refuses (Refused) one that cannot be read and one that is too long."""
    try:
        with path.open("rb") as file:
            data = file.read(longest + 1)
    except OSError as error:
        raise Refused(f"The file {path.name} cannot be read: {error.strerror or 'unknown reason'}.") from error
    if len(data) > longest:
        raise Refused(f"The file {path.name} is larger than {longest // 1024} KB.")
    return data


def _unique(pairs: list[tuple[str, Any]]) -> Json:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member occurs twice")
    return members


def parse(data: bytes, name: str) -> Json:
    """The JSON object in `data`; refuses (Refused) other JSON, doubled members, deep nesting, odd numbers and text."""
    try:
        document = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_unique)
        check_json(document)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{name} is not JSON that can be trusted to mean one thing.") from error
    if not isinstance(document, dict):
        raise Refused(f"{name} is not a JSON object.")
    return document


def issuer_of(document: Json) -> str:
    """Who a document says that its issuer is."""
    issuer = document.get("issuer")
    found = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not isinstance(found, str) or not found:
        raise Refused("The document names no issuer.")
    return found


def _key_from_json(document: Json, issuer: str, method: str) -> bytes:
    if "publicKeyMultibase" in document:
        if document.get("controller", issuer) != issuer:
            raise Refused("The key file belongs to another issuer than the credential.")
        text = document["publicKeyMultibase"]
        return keys.from_multikey(text if isinstance(text, str) else "")
    if document.get("id") != issuer:
        raise Refused("The key file belongs to another issuer than the credential.")
    return did.public_key(document, method)


def _key_from_file(path: Path, issuer: str, method: str) -> Key:
    """did.json, a Multikey as JSON or as bare text, or a PEM public key."""
    data = read(path, LARGEST_JSON)
    if b"-----BEGIN" in data[:200]:
        public = keys.public_from_pem(data)
    elif data.lstrip().startswith(b"z"):
        public = keys.from_multikey(data.decode("ascii", "replace").strip())
    else:
        public = _key_from_json(parse(data, "The key file"), issuer, method)
    return Key(public, f"key taken from {path.name}")


def key_of(document: Json, sources: Sources) -> Key:
    """The key to trust: the file named, else this installation for its own DID, else a did.json beside the file.

    The proof must name a key of the issuer itself, whatever the source, or any key holder could speak for a school.
    """
    issuer, method = issuer_of(document), integrity.proof_of(document)["verificationMethod"]
    if method.partition("#")[0] != issuer:
        raise Refused("The proof names a key of another issuer than the credential's.")
    if sources.key is not None:
        return _key_from_file(sources.key, issuer, method)
    known = sources.own(issuer)
    if known is not None:
        return Key(did.public_key(known, method), "key of this installation")
    beside = None if sources.folder is None else sources.folder / "did.json"
    if beside is not None and beside.is_file():
        published = parse(read(beside, LARGEST_JSON), "The did.json beside the file")
        if published.get("id") == issuer:
            return Key(did.public_key(published, method), "key taken from the file beside it (did.json)")
    raise Refused(f"No key was found for the issuer {issuer}; give its did.json with --key.")
