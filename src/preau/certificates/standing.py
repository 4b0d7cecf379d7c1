"""Is a credential whose signature holds still in force? By the status lists at hand, each checked as the credential
itself is; what no list says is told as not checked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from preau.certificates import bitstring, did, integrity, keys, trusting
from preau.certificates.trusting import Json, Refused

ListSource = Callable[[str], bytes | None]
StateSource = Callable[[str], str]

LARGEST = 4 * 1024 * 1024  # of the file of a list
MOST = 64  # lists beside a file that are read
VERDICTS = {
    bitstring.REVOCATION: "The credential is authentic but has been revoked by its issuer.",
    bitstring.SUSPENSION: "The credential is authentic but has been suspended by its issuer.",
    bitstring.REFRESH: "The credential is authentic but was replaced by an up-to-date version: ask its holder for it.",
}
"""What voids a credential, gravest first; other purposes only inform."""
RECORDS = {
    "revoked": VERDICTS[bitstring.REVOCATION],
    "suspended": VERDICTS[bitstring.SUSPENSION],
    "replaced": VERDICTS[bitstring.REFRESH],
    "unlisted": "This installation has no record of anything issued under this code.",
}
"""What the records of this installation say that voids a document of its own, by the state that they give it."""
CLEAR = {
    bitstring.REVOCATION: "not revoked",
    bitstring.SUSPENSION: "not suspended",
    bitstring.REFRESH: "no up-to-date version took its place",
}


@dataclass(frozen=True)
class Listed:
    """A status list that came with the file: what it is called, and whether somebody named it (else it lay beside)."""

    document: Json
    name: str
    given: bool


def types(document: Json) -> list[Any]:
    """The types that a document says it is of."""
    found = document.get("type")
    return found if isinstance(found, list) else [found]


def require_in_force(document: Json, now: datetime, what: str) -> None:
    """Refuses (Refused) a document whose time has not come, or is over."""
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


def given(paths: Sequence[Path]) -> list[Listed]:
    """The lists that somebody named; refuses (Refused) a file that is none."""
    return [Listed(trusting.parse(trusting.read(path, LARGEST), "The status file"), path.name, True) for path in paths]


def beside(file: Path, named: Sequence[Path]) -> Iterator[Listed]:
    """The files called status*.json beside a credential, but itself and those that somebody named; refuses (Refused)
    one that cannot be read."""
    passed = {path.resolve() for path in (file, *named)}
    for path in sorted(file.parent.glob("status*.json"))[:MOST]:
        if path.resolve() not in passed:
            data = trusting.read(path, LARGEST)
            yield Listed(trusting.parse(data, f"The status list beside the file ({path.name})"), path.name, False)


def entries(document: Json) -> list[Json]:
    """The entries that can void a credential whose signature holds; refuses (Refused) any we could not evaluate."""
    found = [*_several(document.get("credentialStatus")), *_several(document.get("furtherStatus"))]
    for entry in found:
        if not isinstance(entry, dict) or entry.get("type") != "BitstringStatusListEntry":
            raise Refused("The credential states its revocation in a way this program does not know.")
        if entry.get("statusSize", 1) != 1:
            raise Refused("The status entries are wider than one bit.")
    return [entry for entry in found if entry.get("statusPurpose") in VERDICTS]


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


@dataclass
class Standing:
    """What the lists at hand say of a credential, entry by entry."""

    credential: Json
    key_of: Callable[[Json], trusting.Key]
    now: datetime

    def __post_init__(self) -> None:
        self.entries = entries(self.credential)
        self.found: dict[str, str] = {}  # by purpose, the source that says that it is clear
        self.set: set[str] = set()
        self.notes: list[str] = []
        self.recorded = False  # a certificate whose rows say that it is in force

    def by_rows(self, state_of: StateSource) -> None:
        """By the row of this installation's own document; refuses (Refused) one that is not in force, or has none."""
        state = state_of(str(self.credential.get("id")))
        if state in RECORDS:
            raise Refused(RECORDS[state])
        self.recorded = state == "valid"

    def by_records(self, bits_of: ListSource) -> None:
        """By this installation's own awards, which are newer than any list; nothing for lists of others."""
        for entry in self.entries:
            address = entry.get("statusListCredential")
            bits = bits_of(address) if isinstance(address, str) else None
            if bits is not None:
                self._note(entry, bits, "by the records of this installation")

    def by_list(self, listed: Listed) -> None:
        """By one list. Refuses (Refused) one that was named, or that the credential names, and cannot be relied on."""
        named = [one for one in self.entries if one.get("statusListCredential") == listed.document.get("id")]
        if not named and not listed.given:
            self.notes.append(f"{listed.name} beside the file is not a list that the credential names: not used")
            return
        try:
            subject = self._checked(listed.document)
            bits = bitstring.unpacked(subject.get("encodedList"))
            mine = [one for one in named if one.get("statusPurpose") in _several(subject.get("statusPurpose"))]
            if not mine:
                raise Refused("it is not one that the credential names")
            for entry in mine:
                self._note(entry, bits, f"by the status list of {listed.document.get('validFrom')}")
        except (Refused, bitstring.BadList, integrity.Invalid, did.NoKey, keys.BadKey) as error:
            raise Refused(f"The status list {listed.name} cannot be relied on: {_lower(str(error))}") from error
        if not listed.given:
            self.notes.append(f"status list taken from the file beside it ({listed.name})")

    def _note(self, entry: Json, bits: bytes, source: str) -> None:
        purpose = entry["statusPurpose"]
        if bitstring.is_set(entry.get("statusListIndex"), bits):
            self.set.add(purpose)
        self.found[purpose] = source

    def _checked(self, document: Json) -> Json:
        """The subject of an authentic status list of the same issuer, in force."""
        if "BitstringStatusListCredential" not in types(document):
            raise Refused("The status file is not a status list.")
        if trusting.issuer_of(document) != trusting.issuer_of(self.credential):
            raise Refused("The status list was issued by another issuer than the credential.")
        integrity.check(document, self.key_of(document).public, now=self.now, longest=LARGEST)
        require_in_force(document, self.now, "The status list")
        subject = document.get("credentialSubject")
        if not isinstance(subject, dict) or subject.get("type") != "BitstringStatusList":
            raise Refused("The status file is not a status list.")
        return subject

    def told(self) -> list[str]:
        """What to say; refuses (Refused) a credential that is revoked, suspended or replaced."""
        for purpose, verdict in VERDICTS.items():
            if purpose in self.set:
                raise Refused(verdict)
        if not self.entries and self.recorded:
            return [f"{CLEAR[bitstring.REVOCATION]}, by the records of this installation", *self.notes]
        if not self.entries:
            return ["revocation not checked: the credential names no status list", *self.notes]
        missing = "its list was not given" if self.found else "no status list was given (--status)"
        lines = []
        for purpose in dict.fromkeys(entry["statusPurpose"] for entry in self.entries):
            checked = purpose in self.found
            lines.append(f"{CLEAR[purpose]}, {self.found[purpose]}" if checked else f"{purpose} not checked: {missing}")
        return [*self.notes, *lines]


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].removesuffix(".") + "."
