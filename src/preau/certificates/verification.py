"""Checking a credential from a file, without any network: is it authentic, whose key says so, is it in force?

Every file is hostile until its signature holds: sizes are bounded before parsing, JSON with a doubled member is
refused (two readers would see two documents), and each refusal is one sentence in the report, never a traceback.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from preau.certificates import bitstring, did, integrity, keys, pdf_reading, seal, standing, trusting
from preau.certificates.trusting import LARGEST_JSON, DocumentSource, Json, Refused, issuer_of, printable

LARGEST_PDF = 4 * 1024 * 1024


@dataclass(frozen=True)
class Report:
    """`ok` only when authentic, in force and not known to be revoked; `lines` for a person; the credential if read."""

    ok: bool
    lines: tuple[str, ...]
    credential: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Own:
    """What this installation knows of its own: its DID document by its DID, the bits of its status lists by their
    address, the fingerprints of the certificates that sealed here, and what its rows say of the document at an address
    ("" where there are none to ask)."""

    document: DocumentSource = lambda _: None
    bits: standing.ListSource = lambda _: None
    seals: Callable[[], Collection[str]] = tuple
    state_of: standing.StateSource = lambda _: ""


def read_credential(path: Path) -> Json:
    """The credential in a JSON file or attached to a PDF; refuses (Refused) anything else."""
    return _credential(trusting.read(path, LARGEST_PDF))


def _is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]


def _credential(data: bytes) -> Json:
    if _is_pdf(data):
        try:
            data = pdf_reading.extract_credential(data)
        except pdf_reading.NoCredential as error:
            raise Refused(str(error)) from error
    if len(data) > LARGEST_JSON:
        raise Refused(f"The credential is larger than {LARGEST_JSON // 1024} KB.")
    return trusting.parse(data, "The credential")


def _seal(data: bytes) -> seal.Seal | None:
    """The seal of a PDF, None without; refuses (Refused) a file that was changed since, before anything of it is
    read."""
    found = seal.read(data)
    if found is not None and not found.intact:
        raise Refused("The PDF was changed after it was sealed, or its seal is damaged.")
    return found


def _sealed(found: seal.Seal | None, document: Json, own: Own) -> str:
    """What to say of an intact seal; refuses (Refused) that of somebody else on a PDF of ours."""
    if found is None:
        return "seal: none; what is printed is not protected, only the credential that is attached"
    whose = f"“{found.name}”, certificate SHA-256 {keys.grouped(found.fingerprint)}"
    if own.document(issuer_of(document)) is None:
        return f"seal: intact, made by {whose}"
    if found.fingerprint not in own.seals():
        raise Refused("The PDF was sealed by another than the issuer: what is printed may not be what was awarded.")
    return f"seal: intact, made by this installation, {whose}"


def _check_form(document: Json) -> None:
    types = standing.types(document)
    if "VerifiableCredential" not in types or "OpenBadgeCredential" not in types:
        raise Refused("The document is not an Open Badges 3.0 credential.")
    if not isinstance(document.get("credentialSubject"), dict):
        raise Refused("The credential has no subject.")


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
        ("issuer", f"{school} ({issuer_of(document)})" if school else issuer_of(document)),
        ("valid from", document.get("validFrom")),
    ]
    return [f"{label}: {value}" for label, value in facts if isinstance(value, str | int | float)]


def verify_document(
    document: Json,
    *,
    folder: Path | None = None,
    key: Path | None = None,
    own_did_document: DocumentSource = lambda _: None,
    now: datetime | None = None,
) -> Report:
    """The report on a parsed credential, by no list. `folder` is where a did.json beside it may lie, None for nowhere.

    `own_did_document` gives this installation's DID document for its own DID and None for any other; for its own DID
    no file beside the credential is ever believed.
    """
    own = Own(document=own_did_document)
    return _verify(document, [], trusting.Sources(folder, key, own.document), own, lambda: (), now or datetime.now(UTC))


def _verify(
    document: Json,
    said: list[str],
    sources: trusting.Sources,
    own: Own,
    lists: Callable[[], Iterable[standing.Listed]],
    now: datetime,
) -> Report:
    """The report, which begins with what was `said`; `lists` are read once the signature holds."""
    try:
        _check_form(document)
        found = trusting.key_of(document, sources)
        said.append(f"{found.source}, fingerprint SHA-256 {keys.fingerprint(found.public)}")
        integrity.check(document, found.public, now=now)
        said += ["signature: authentic", *_story(document)]
        standing.require_in_force(document, now, "The credential")
        state = standing.Standing(document, lambda listed: trusting.key_of(listed, sources), now)
        if own.document(issuer_of(document)) is not None:
            state.by_rows(own.state_of)
            state.by_records(own.bits)
        for listed in lists() if state.entries else ():
            if listed.given or not state.found.keys() >= {one["statusPurpose"] for one in state.entries}:
                state.by_list(listed)
        said += state.told()
    except (Refused, integrity.Invalid, did.NoKey, keys.BadKey, bitstring.BadList) as error:
        return Report(False, tuple(map(printable, [*said, f"NOT VALID: {_sentence(error)}"])), document)
    return Report(True, tuple(map(printable, [*said, "VALID"])), document)


def _sentence(error: Exception) -> str:
    text = str(error)
    return text if text.endswith(".") else text[:1].upper() + text[1:] + "."


def verify_file(
    path: Path,
    *,
    key: Path | None = None,
    status: Path | Sequence[Path] | None = None,
    own_did_document: DocumentSource = lambda _: None,
    own: Own | None = None,
    now: datetime | None = None,
) -> Report:
    """The report on a credential file (JSON, or the PDF that carries it). Never raises for what a file contains.

    `key` is a did.json, a Multikey (JSON or text) or a PEM; `status` are signed status lists in JSON, beside which
    those called status*.json beside the file are read. No network.
    """
    named = [status] if isinstance(status, Path) else list(status or ())
    own = own or Own(document=own_did_document)
    said: list[str] = []
    try:
        data = trusting.read(path, LARGEST_PDF)
        sealed = _seal(data) if _is_pdf(data) else None
        document = _credential(data)
        if _is_pdf(data):
            said.append(_sealed(sealed, document, own))
        given = standing.given(named)
    except Refused as error:
        return Report(False, (*said, printable(f"NOT VALID: {error}")))
    sources = trusting.Sources(path.parent, key, own.document)

    def lists() -> Iterable[standing.Listed]:
        yield from given
        yield from standing.beside(path, named)

    return _verify(document, said, sources, own, lists, now or datetime.now(UTC))
