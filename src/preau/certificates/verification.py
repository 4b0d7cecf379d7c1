"""Checking a credential from a file, without any network: is it authentic, whose key says so, is it revoked?

Every file is hostile until its signature holds: sizes are bounded before parsing, JSON with a doubled member is
refused (two readers would see two documents), and each refusal is one sentence in the report, never a traceback.
"""

import base64
import json
import unicodedata
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openbadgeslib._safejson import check as check_json

from preau.certificates import did, integrity, keys, pdf

Json = dict[str, Any]
DocumentSource = Callable[[str], Json | None]

LARGEST_JSON = integrity.LONGEST_DOCUMENT
LARGEST_STATUS = 4 * 1024 * 1024
LARGEST_PDF = 4 * 1024 * 1024
LARGEST_LIST = 5 * 1024 * 1024
SMALLEST_LIST = 131_072 // 8  # Bitstring Status List 1.0, section 3.3: fewer entries would tell holders apart
LONGEST_LINE = 400
VOIDING = {"revocation": "revoked", "suspension": "suspended"}  # other purposes only inform


class Refused(ValueError):
    """Why a file is not accepted, in one plain sentence."""


@dataclass(frozen=True)
class Report:
    """`ok` only when authentic, in force and not known to be revoked; `lines` for a person; the credential if read."""

    ok: bool
    lines: tuple[str, ...]
    credential: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class _Key:
    public: bytes
    source: str


def _printable(line: str) -> str:
    """No control or direction-changing character reaches a terminal; a long line is cut."""
    clean = "".join("?" if unicodedata.category(character)[0] == "C" else character for character in line)
    return clean if len(clean) <= LONGEST_LINE else clean[: LONGEST_LINE - 1] + "…"


def _read(path: Path, longest: int) -> bytes:
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


def read_credential(path: Path) -> Json:
    """The credential in a JSON file or attached to a PDF; refuses (Refused) anything else."""
    data = _read(path, LARGEST_PDF)
    if b"%PDF-" in data[:1024]:
        try:
            data = pdf.extract_credential(data)
        except pdf.NoCredential as error:
            raise Refused(str(error)) from error
    if len(data) > LARGEST_JSON:
        raise Refused(f"The credential is larger than {LARGEST_JSON // 1024} KB.")
    return parse(data, "The credential")


def _issuer(document: Json) -> str:
    issuer = document.get("issuer")
    found = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not isinstance(found, str) or not found:
        raise Refused("The document names no issuer.")
    return found


def _types(document: Json) -> list[Any]:
    types = document.get("type")
    return types if isinstance(types, list) else [types]


def _key_from_json(document: Json, issuer: str, method: str) -> bytes:
    if "publicKeyMultibase" in document:
        if document.get("controller", issuer) != issuer:
            raise Refused("The key file belongs to another issuer than the credential.")
        text = document["publicKeyMultibase"]
        return keys.from_multikey(text if isinstance(text, str) else "")
    if document.get("id") != issuer:
        raise Refused("The key file belongs to another issuer than the credential.")
    return did.public_key(document, method)


def _key_from_file(path: Path, issuer: str, method: str) -> _Key:
    """did.json, a Multikey as JSON or as bare text, or a PEM public key."""
    data = _read(path, LARGEST_JSON)
    if b"-----BEGIN" in data[:200]:
        public = keys.public_from_pem(data)
    elif data.lstrip().startswith(b"z"):
        public = keys.from_multikey(data.decode("ascii", "replace").strip())
    else:
        public = _key_from_json(parse(data, "The key file"), issuer, method)
    return _Key(public, f"key taken from {path.name}")


def _find_key(document: Json, folder: Path | None, key: Path | None, own: DocumentSource) -> _Key:
    """The key to trust: the file named, else this installation for its own DID, else a did.json beside the file.

    The proof must name a key of the issuer itself, whatever the source, or any key holder could speak for a school.
    """
    issuer, method = _issuer(document), integrity.proof_of(document)["verificationMethod"]
    if method.partition("#")[0] != issuer:
        raise Refused("The proof names a key of another issuer than the credential's.")
    if key is not None:
        return _key_from_file(key, issuer, method)
    known = own(issuer)
    if known is not None:
        return _Key(did.public_key(known, method), "key of this installation")
    beside = None if folder is None else folder / "did.json"
    if beside is not None and beside.is_file():
        published = parse(_read(beside, LARGEST_JSON), "The did.json beside the file")
        if published.get("id") == issuer:
            return _Key(did.public_key(published, method), "key taken from the file beside it (did.json)")
    raise Refused(f"No key was found for the issuer {issuer}; give its did.json with --key.")


def _require_in_force(document: Json, now: datetime, what: str) -> None:
    for member, ahead, sentence in (
        ("validFrom", True, f"{what} is not valid yet."),
        ("validUntil", False, f"{what} has expired."),
    ):
        if member not in document:
            continue
        try:
            moment = integrity.parse_timestamp(document[member])
        except ValueError as error:
            raise Refused(f"{what} holds a malformed date ({member}).") from error
        if (moment > now) if ahead else (moment <= now):
            raise Refused(sentence)


def _check_form(document: Json) -> None:
    if "VerifiableCredential" not in _types(document) or "OpenBadgeCredential" not in _types(document):
        raise Refused("The document is not an Open Badges 3.0 credential.")
    if not isinstance(document.get("credentialSubject"), dict):
        raise Refused("The credential has no subject.")


# Revocation


def _entries(document: Json) -> list[Json]:
    """The entries that can void a credential whose signature holds; refuses (Refused) any we could not evaluate."""
    status = document.get("credentialStatus")
    entries = status if isinstance(status, list) else [] if status is None else [status]
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("type") != "BitstringStatusListEntry":
            raise Refused("The credential states its revocation in a way this program does not know.")
        if entry.get("statusSize", 1) != 1:
            raise Refused("The status entries are wider than one bit.")
    return [entry for entry in entries if entry.get("statusPurpose") in VOIDING]


def _bits(subject: Json) -> bytes:
    """The bit string of a status list: multibase base64url ("u…") of gzip, at most 5 MB once expanded."""
    text = subject.get("encodedList")
    try:
        if not isinstance(text, str) or not text.startswith("u"):
            raise ValueError("not multibase base64url")
        packed = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
        unzip = zlib.decompressobj(wbits=31)
        bits = unzip.decompress(packed, LARGEST_LIST)
    except (ValueError, zlib.error) as error:
        raise Refused("The status list holds no readable bit string.") from error
    if not unzip.eof or not SMALLEST_LIST <= len(bits) <= LARGEST_LIST:
        raise Refused("The status list is cut, too short or too long.")
    return bits


def _is_set(entry: Json, bits: bytes) -> bool:
    index = entry.get("statusListIndex")
    text = index if isinstance(index, str) and index.isascii() and index.isdigit() and len(index) < 12 else ""
    if not text or int(text) >= len(bits) * 8:
        raise Refused("The credential's place in the status list is not valid.")
    return bool(bits[int(text) // 8] & (0x80 >> (int(text) % 8)))


def _check_list(document: Json, issuer: str, public_of: Callable[[Json], _Key], now: datetime) -> Json:
    """The subject of an authentic status list of the same issuer, in force; otherwise Refused or Invalid."""
    if "BitstringStatusListCredential" not in _types(document):
        raise Refused("The status file is not a status list.")
    if _issuer(document) != issuer:
        raise Refused("The status list was issued by another issuer than the credential.")
    integrity.check(document, public_of(document).public, now=now, longest=LARGEST_STATUS)
    _require_in_force(document, now, "The status list")
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict) or subject.get("type") != "BitstringStatusList":
        raise Refused("The status file is not a status list.")
    return subject


def _revocation(credential: Json, status: Json | None, public_of: Callable[[Json], _Key], now: datetime) -> list[str]:
    """What to say about revocation; Refused when revoked, suspended, or when the list given cannot be relied on."""
    entries = _entries(credential)
    if not entries:
        return ["revocation not checked: the credential names no status list"]
    if status is None:
        return ["revocation not checked: no status list was given (--status)"]
    subject = _check_list(status, _issuer(credential), public_of, now)
    purposes = subject.get("statusPurpose")
    mine = [
        entry
        for entry in entries
        if entry.get("statusListCredential") == status.get("id")
        and entry.get("statusPurpose") in (purposes if isinstance(purposes, list) else [purposes])
    ]
    if not mine:
        raise Refused("The status list given is not one that the credential names; revocation not checked.")
    bits = _bits(subject)
    for entry in mine:
        if _is_set(entry, bits):
            raise Refused(f"The credential is authentic but has been {VOIDING[entry['statusPurpose']]} by its issuer.")
    lines = [
        f"not {VOIDING[entry['statusPurpose']]}, by the status list of {status.get('validFrom')}" for entry in mine
    ]
    others = [entry for entry in entries if entry not in mine]
    return lines + [f"{entry['statusPurpose']} not checked: its list was not given" for entry in others]


def _story(document: Json) -> list[str]:
    """What an authentic credential says, for a person."""
    subject, issuer = document["credentialSubject"], document["issuer"]
    achievement = subject.get("achievement")
    title = achievement.get("name") if isinstance(achievement, dict) else None
    school = issuer.get("name") if isinstance(issuer, dict) else None
    identifiers = subject.get("identifier")
    names = [
        entry.get("identityHash")
        for entry in (identifiers if isinstance(identifiers, list) else [])
        if isinstance(entry, dict) and entry.get("identityType") == "name" and entry.get("hashed") is False
    ]
    facts = [
        ("achievement", title),
        ("track", achievement.get("specialization") if isinstance(achievement, dict) else None),
        ("holder", names[0] if names else None),
        ("credits", subject.get("creditsEarned")),
        ("issuer", f"{school} ({_issuer(document)})" if school else _issuer(document)),
        ("valid from", document.get("validFrom")),
    ]
    return [f"{label}: {value}" for label, value in facts if isinstance(value, str | int | float)]


def verify_document(
    document: Json,
    *,
    folder: Path | None = None,
    key: Path | None = None,
    status: Json | None = None,
    own_did_document: DocumentSource = lambda _: None,
    now: datetime | None = None,
) -> Report:
    """The report on a parsed credential. `folder` is where a did.json beside it may lie, None for nowhere.

    `own_did_document` gives this installation's DID document for its own DID and None for any other; for its own DID
    no file beside the credential is ever believed.
    """
    moment = now or datetime.now(UTC)
    said: list[str] = []
    try:
        _check_form(document)
        found = _find_key(document, folder, key, own_did_document)
        said.append(f"{found.source}, fingerprint SHA-256 {keys.fingerprint(found.public)}")
        integrity.check(document, found.public, now=moment)
        said += ["signature: authentic", *_story(document)]
        _require_in_force(document, moment, "The credential")
        said += _revocation(document, status, lambda it: _find_key(it, folder, key, own_did_document), moment)
    except (Refused, integrity.Invalid, did.NoKey, keys.BadKey) as error:
        return Report(False, tuple(map(_printable, [*said, f"NOT VALID: {_sentence(error)}"])), document)
    return Report(True, tuple(map(_printable, [*said, "VALID"])), document)


def _sentence(error: Exception) -> str:
    text = str(error)
    return text if text.endswith(".") else text[:1].upper() + text[1:] + "."


def verify_file(
    path: Path,
    *,
    key: Path | None = None,
    status: Path | None = None,
    own_did_document: DocumentSource = lambda _: None,
    now: datetime | None = None,
) -> Report:
    """The report on a credential file (JSON, or the PDF that carries it). Never raises for what a file contains.

    `key` is a did.json, a Multikey (JSON or text) or a PEM; `status` a signed status list in JSON. No network.
    """
    try:
        document = read_credential(path)
        listed = None if status is None else parse(_read(status, LARGEST_STATUS), "The status file")
    except Refused as error:
        return Report(False, (_printable(f"NOT VALID: {error}"),))
    return verify_document(
        document, folder=path.parent, key=key, status=listed, own_did_document=own_did_document, now=now
    )
