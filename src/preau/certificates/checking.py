"""A file that somebody drops on the site: is it authentic, whose is it, is it in force? Nothing of it is kept.

`verification` says so in technical lines, by the file alone; here each of its refusals is told in plain words, and for
a document of this site the rows answer what is in force.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.certificates import access, did, issuer, public
from preau.certificates import status as lists
from preau.certificates.models import Award

if TYPE_CHECKING:
    from preau.certificates import verification

type Given = UploadedFile[bytes]

MOST = 4 * 1024 * 1024  # of one file, as `verification` reads them
CODE = re.compile("[0-9A-Za-z-]{1,40}")
AROUND = 100_000  # bytes of a form beside its files
NO_KEY = "No key was found"
AUTHENTIC, REFUSED, UNLISTED, STATEMENT = "authentic", "refused", "unlisted", "statement"

CAUSES: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        (NO_KEY,),
        gettext_noop(
            "It names another issuer, whose key this site does not have: check it there, or give that key too."
        ),
    ),
    (
        ("The document cannot be read as the linked data", "The document cannot be put in canonical form"),
        gettext_noop("Its signature cannot be read: it was changed, cut, or never signed. Do not rely on it."),
    ),
    (
        ("status list", "status file", "status entries", "states its revocation", "place in the status"),
        gettext_noop("The status list that came with it does not fit it, or is not authentic."),
    ),
    (
        ("The PDF was changed after it was sealed",),
        gettext_noop("This PDF was changed after it was sealed, or it was cut. Do not rely on what is printed."),
    ),
    (
        ("sealed by another than the issuer",),
        gettext_noop("The signed document in this PDF may be real, but somebody else made the PDF. Do not rely on it."),
    ),
    (("was replaced by an up-to-date version",), gettext_noop("It is authentic, and an up-to-date one replaced it.")),
    (("has been revoked by its issuer",), gettext_noop("It is authentic, and its issuer revoked it.")),
    (("has been suspended by its issuer",), gettext_noop("It is authentic, and its issuer suspended it.")),
    (
        ("was replaced by an up-to-date version",),
        gettext_noop("It is authentic, and an up-to-date version took its place: ask its holder for it."),
    ),
    (
        ("changed after it was sealed", "sealed by another"),
        gettext_noop("This PDF was changed after it was sealed. Do not rely on what is printed."),
    ),
    (("is larger than",), gettext_noop("It is larger than such a document ever is.")),
    (("PDF carries no credential",), gettext_noop("This PDF carries no signed document, or it is damaged.")),
    (("PDF carries",), gettext_noop("This PDF carries several documents: it cannot be told which one is meant.")),
    (
        ("not JSON", "not a JSON object", "cannot be read:"),
        gettext_noop("This is neither a PDF nor a signed document, or it was cut."),
    ),
    (
        ("not an Open Badges", "has no subject", "names no issuer"),
        gettext_noop("This is no signed certificate: it lacks what each of them has."),
    ),
    (
        ("signature does not match",),
        gettext_noop("It was changed after it was signed, or its issuer did not sign it. Do not rely on it."),
    ),
    (
        ("another issuer", "DID document", "withdrawn this key", "Ed25519"),
        gettext_noop("It was signed with a key that is not one of its issuer’s. Do not rely on it."),
    ),
    (("not valid yet",), gettext_noop("It is authentic, and not valid yet.")),
    (("The credential has expired",), gettext_noop("It is authentic, and the time for which it was given is over.")),
    (
        ("proof", "readable signature", "context", "plain JSON", "malformed date", "date of the"),
        gettext_noop("Its signature cannot be read: it was changed, cut, or never signed. Do not rely on it."),
    ),
)
"""What a technical line says, and the same in plain words; the first that fits is told."""
OTHERWISE = gettext_noop("It could not be checked.")
OUT_OF_TIME = ("not valid yet", "The credential has expired")


@dataclass(frozen=True)
class Verdict:
    """`standing`: a state of `public`, or `statement` (true on its day), `authentic` (by a key that was given),
    `unlisted` (signed with this site's key, and in none of its rows), `refused`. `said`: why, in plain words."""

    standing: str
    said: str
    lines: tuple[str, ...]
    facts: public.Facts | None = None
    award: Award | None = None
    code: str = ""


def plain(line: str) -> str:
    """A refusal of `verification` in plain words."""
    return _(next((said for needles, said in CAUSES if any(one in line for one in needles)), OTHERWISE))


def check(file: Given, status: Given | None = None, key: Given | None = None) -> Verdict:
    """What there is to say of a file. `key` is what its issuer publishes, for a document of another site; for its own,
    this site believes its own. Never raises for what a file contains."""
    with TemporaryDirectory(prefix="preau-check-") as folder:
        named = (("file", file), ("status", status), ("key", key))
        paths = {name: _put(Path(folder) / name, one) for name, one in named if one is not None}
        report, ours = _verified(paths["file"], paths.get("status"), paths.get("key"))
    return judged(report, ours=ours)


def _verified(path: Path, status: Path | None, key: Path | None) -> tuple["verification.Report", bool]:
    """What the checker says, and whether the document names this site as its issuer."""
    from preau.certificates import sealing, verification  # noqa: PLC0415  heavy: pyHanko

    name, listed = did.did_of(settings.SITE_URL), [status] if status else []
    own = verification.Own(
        lambda asked: issuer.document() if asked == name else None, lists.known, sealing.known, state_of
    )
    report = verification.verify_file(path, status=listed, own=own)
    if key is not None and any(NO_KEY in line for line in report.lines):  # never for our own name
        report = verification.verify_file(path, key=key, status=listed, own=own)
    by = (report.credential or {}).get("issuer")
    return report, (by.get("id") if isinstance(by, Mapping) else by) == name


def _put(path: Path, file: Given) -> Path:
    with path.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return path


def judged(report: "verification.Report", *, ours: bool) -> Verdict:
    """The verdict on what the checker found; `ours`: this site is the issuer that the document names."""
    document, lines = report.credential, report.lines
    why = next((line.removeprefix("NOT VALID: ") for line in lines if line.startswith("NOT VALID: ")), "")
    authentic = document is not None and "signature: authentic" in lines
    if not authentic or document is None or any(one in why for one in OUT_OF_TIME):
        return Verdict(REFUSED, plain(why), lines)
    told = public.facts(document)
    if not ours:
        return Verdict(AUTHENTIC if report.ok else REFUSED, plain(why) if why else "", lines, told)
    state, award, code = _recorded(str(document.get("id")))
    return Verdict(state, "", lines, told, award, code)


def state_of(address: str) -> str:
    """What the rows say of the document of this site at an address: a state of `public`, `statement`, or `unlisted`."""
    return _recorded(address)[0]


def _recorded(address: str) -> tuple[str, Award | None, str]:
    """The same, the award if it is one, and the code. One that is not signed yet is no document."""
    code = address.removeprefix(f"{settings.SITE_URL}/verify/")
    if not CODE.fullmatch(code):  # nor is a database asked for what it cannot hold
        return UNLISTED, None, code
    if opened := access.public(None, code):
        state = public.state(opened.award)
        return (UNLISTED, None, code) if state == public.PENDING else (state, opened.award, code)
    return (STATEMENT if access.statement(code) else UNLISTED), None, code
