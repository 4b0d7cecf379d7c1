"""A statement as an Open Badges 3.0 credential, so that wallets and verifiers read it with what they have: a course as
its achievement, a line of results for each thing that is told. Built from plain values, left unsigned; pure.

It grants nothing: no credits are named, and its name and criteria say so. Its achievement has the statement's own
address, since nobody else earns it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from preau.certificates import contexts, did
from preau.certificates.credential import Holder, identifiers
from preau.certificates.integrity import timestamp

Json = dict[str, Any]

type Sort = Literal["Percent", "RawScore", "Result", "Status"]
type Status = Literal["Completed", "InProgress", "Failed", ""]


@dataclass(frozen=True)
class Line:
    """One thing that is told. `key` tells it from the others; `value` is empty where nothing is known, and `status`
    where a word would say more than the issuer does."""

    key: str
    name: str
    sort: Sort
    value: str = ""
    status: Status = ""
    required: str = ""


@dataclass(frozen=True)
class Said:
    """A statement. `name` says what it is and what it is not; `term` is the edition with its dates."""

    code: str
    name: str
    title: str
    description: str
    criteria: str
    holder: Holder
    body: str
    country: str
    term: str
    track: str
    language: str
    as_of: datetime
    lines: Sequence[Line]


def build(said: Said, *, site_url: str) -> Json:
    """The unsigned credential, at `<site>/verify/<code>`. Refuses (ValueError) an empty code, name or body, a holder
    without an address or a salt, and two lines with one key."""
    if not all((said.code, said.name, said.body, said.holder.email, said.holder.salt)):
        raise ValueError("a statement names itself, its holder and who makes it")
    if len({line.key for line in said.lines}) != len(said.lines):
        raise ValueError("two lines of a statement have one key")
    site = site_url.rstrip("/")
    address = f"{site}/verify/{said.code}"
    return {
        "@context": [contexts.CREDENTIALS, contexts.OPEN_BADGES],
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": said.name,
        "description": said.criteria,
        "issuer": _issuer(said, site),
        "validFrom": timestamp(said.as_of),
        "awardedDate": timestamp(said.as_of),
        "credentialSubject": _subject(said, address),
    }


def _issuer(said: Said, site: str) -> Json:
    document: Json = {"id": did.did_of(site), "type": ["Profile"], "name": said.body, "url": site + "/"}
    if said.country:
        document["address"] = {"type": ["Address"], "addressCountryCode": said.country}
    return document


def _subject(said: Said, address: str) -> Json:
    document: Json = {
        "type": ["AchievementSubject"],
        "identifier": identifiers(said.holder),
        "term": said.term,
        "achievement": {
            "id": f"{address}#record",
            "type": ["Achievement"],
            "achievementType": "Course",
            "name": said.title,
            "description": said.description,
            "criteria": {"narrative": said.criteria},
            "inLanguage": said.language,
            "specialization": said.track,
            "resultDescription": [_description(line, address) for line in said.lines],
        },
        "result": [_result(line, address) for line in said.lines if line.value or line.status],
    }
    if not said.lines:
        del document["achievement"]["resultDescription"]
    if not document["result"]:
        del document["result"]
    return document


def _description(line: Line, address: str) -> Json:
    document: Json = {
        "id": f"{address}#{line.key}",
        "type": ["ResultDescription"],
        "name": line.name,
        "resultType": line.sort,
    }
    if line.sort == "Percent":
        document |= {"valueMin": "0", "valueMax": "100"}
    if line.required:
        document["requiredValue"] = line.required
    return document


def _result(line: Line, address: str) -> Json:
    document: Json = {"type": ["Result"], "resultDescription": f"{address}#{line.key}"}
    return document | {name: text for name, text in (("value", line.value), ("status", line.status)) if text}
