"""Data Integrity proofs with the suite eddsa-rdfc-2022 (W3C VC Data Integrity EdDSA Cryptosuites 1.0).

What is signed is SHA-256(canonical proof options) followed by SHA-256(canonical document), where "canonical" is
RDFC-1.0 over the JSON-LD expansion. So the JSON and what is signed can part: a term no context defines is dropped, a
member can be respelled. Both `sign` and `check` therefore first require the document to be exactly the compacted form
of what it expands to. That screen is in `canonical`; the signing itself is ours.
"""

import copy
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from preau.certificates import contexts, keys

Json = dict[str, Any]

SUITE = "eddsa-rdfc-2022"
PURPOSE = "assertionMethod"
LONGEST_DOCUMENT = 256 * 1024
SIGNATURE_BYTES = 64


class Invalid(ValueError):
    """A document that cannot be signed, or whose proof does not hold; the message is one plain sentence."""


def timestamp(moment: datetime) -> str:
    """xsd:dateTimeStamp in UTC to the second: "2026-11-24T09:30:00Z". Refuses (Invalid) a naive datetime."""
    if moment.tzinfo is None:
        raise Invalid("A time without a zone cannot be written into a credential.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_timestamp(value: object) -> datetime:
    """An aware datetime from an xsd:dateTimeStamp; refuses (ValueError) anything else, a date without zone included."""
    if not isinstance(value, str) or "T" not in value:
        raise ValueError("not a date with a time and a zone")
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a date without a zone")
    return moment


def hashes(document: Json, options: Json, load: contexts.Loader = contexts.load) -> tuple[bytes, bytes]:
    """SHA-256 of the canonical proof options and of the canonical document, in the order they are signed.

    `document` has no proof; `options` is the proof without `proofValue`. Refuses (Invalid) an unknown context, an
    undefined term, a respelled member and a graph that would take too long to canonicalise.
    """
    from preau.certificates import canonical  # noqa: PLC0415  heavy: pyld

    return canonical.hashes(document, options, load)


def _require_plain(document: Json, longest: int) -> None:
    from preau.certificates import canonical  # noqa: PLC0415  heavy: openbadgeslib

    canonical.require_plain(document, longest)


def sign(
    document: Json,
    private_key: bytes | Ed25519PrivateKey,
    verification_method: str,
    created: datetime,
    load: contexts.Loader = contexts.load,
) -> Json:
    """A copy of `document` with a `proof` array of one Data Integrity proof.

    `verification_method` is the absolute id of the key ("did:web:…#key-1"). Refuses (Invalid) a document that already
    has a proof, holds undefined terms, names unknown contexts or is over 256 KB.
    """
    if "proof" in document:
        raise Invalid("The document already carries a proof.")
    _require_plain(document, LONGEST_DOCUMENT)
    options: Json = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": timestamp(created),
        "verificationMethod": verification_method,
        "proofPurpose": PURPOSE,
    }
    signature = keys.private_object(private_key).sign(b"".join(hashes(document, options, load)))
    return copy.deepcopy(document) | {"proof": [options | {"proofValue": "z" + keys.base58(signature)}]}


def proof_of(document: Json) -> Json:
    """The one proof of a document, checked in form. Accepts an array of one or a bare object (both are standard).

    Refuses (Invalid) none, several, another suite or purpose, and a key or time that is not text.
    """
    found = document.get("proof")
    proofs = found if isinstance(found, list) else [] if found is None else [found]
    if not proofs:
        raise Invalid("The document carries no proof.")
    if len(proofs) > 1:
        raise Invalid(f"The document carries {len(proofs)} proofs; exactly one is accepted.")
    proof = proofs[0]
    if not isinstance(proof, dict):
        raise Invalid("The proof is not a JSON object.")
    if proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") != SUITE:
        raise Invalid(f"The proof is not of the kind {SUITE}.")
    if proof.get("proofPurpose") != PURPOSE:
        raise Invalid("The proof was made for another purpose than asserting a credential.")
    if not isinstance(proof.get("verificationMethod"), str):
        raise Invalid("The proof names no key.")
    if "@context" in proof and proof["@context"] != document.get("@context"):
        raise Invalid("The proof brings a context of its own.")
    return proof


def _require_in_time(proof: Json, now: datetime) -> None:
    try:
        if "created" in proof:
            parse_timestamp(proof["created"])
        ends = parse_timestamp(proof["expires"]) if "expires" in proof else None
    except ValueError as error:
        raise Invalid("A date of the proof is malformed.") from error
    if ends is not None and ends <= now:
        raise Invalid("The proof has expired.")


def check(
    document: Json,
    public_key: bytes,
    *,
    now: datetime | None = None,
    load: contexts.Loader = contexts.load,
    longest: int = LONGEST_DOCUMENT,
) -> None:
    """Return if the document's proof holds for this key; otherwise raise Invalid with the reason.

    `public_key` is the 32 bytes of the key that the caller trusts for the proof's `verificationMethod`; whose key it is
    and whether the credential is in force are the caller's questions. `now` (aware) dates the check of `expires`.
    """
    _require_plain(document, longest)
    proof = proof_of(document)
    _require_in_time(proof, now or datetime.now(UTC))
    value = proof.get("proofValue")
    try:
        signature = keys.unbase58(value[1:]) if isinstance(value, str) and value.startswith("z") else b""
    except ValueError:
        signature = b""
    if len(signature) != SIGNATURE_BYTES:
        raise Invalid("The proof holds no readable signature.")
    options = {name: part for name, part in proof.items() if name != "proofValue"}
    unsecured = {name: part for name, part in document.items() if name != "proof"}
    signed = b"".join(hashes(unsecured, options, load))
    try:
        keys.public_object(public_key).verify(signature, signed)
    except InvalidSignature as error:
        raise Invalid("The signature does not match: the document was changed or signed by another key.") from error
