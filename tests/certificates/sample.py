"""A school, its key, and one certificate of its classic track: the values that the tests of this folder share."""

import base64
import gzip
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from preau.certificates import bitstring, contexts, credential, did, integrity, keys

Json = dict[str, Any]

SITE = "https://mooc.school.example"
DID = did.did_of(SITE)
SEED = bytes(range(32))
PUBLIC = keys.public_of(SEED)
METHOD = did.key_id(DID, "key-1")
AWARDED = datetime(2026, 6, 30, 10, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LIST_URL = SITE + "/status/revocation-1.json"

PROFILE = credential.Profile(
    title="Gestion de projet",
    country="FR",
    awarding_body="École de la Cour",
    learning_outcomes=("Cadrer un projet", "Planifier par la méthode PERT"),
    workload_hours=30,
    level=6,
    assessment_type="Quiz hebdomadaires et examen en ligne surveillé",
    participation="À distance",
    quality_assurance="Commission de la formation de l'école",
    identity_checked=False,
)
ACHIEVEMENT = credential.Achievement(
    address=SITE + "/fr/courses/gdp/",
    description="Les bases de la conduite de projet.",
    criteria="Réussir les quiz, l'examen et un module complémentaire.",
    credits=Decimal("2"),
    profile=PROFILE,
    code="GDP",
)
HOLDER = credential.Holder(email="Awa.Ndiaye@example.org", salt="s3l", name="Awa N'Diaye")


def award(**changes: Any) -> credential.Award:
    values: Json = {
        "code": "K7QD-M2XV",
        "holder": HOLDER,
        "credits": 1,
        "track": "Parcours classique",
        "edition": "Session 12, printemps 2026",
        "valid_from": AWARDED,
    }
    return credential.Award(**(values | changes))


def status_entry(index: int = 94_567) -> Json:
    return {
        "id": f"{LIST_URL}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": LIST_URL,
    }


def entries(index: int = 94_567) -> tuple[Json, ...]:
    """A place in the lists of every purpose."""
    return bitstring.entries(SITE, 1, index)


def listed(purpose: str, *indexes: int, number: int = 1, now: datetime = NOW) -> Json:
    """The list of a purpose as this school signs it."""
    return integrity.sign(bitstring.document(SITE, purpose, number, indexes, now), SEED, METHOD, now)


def unsigned(status: Json | Sequence[Json] = (), **changes: Any) -> Json:
    named = [status] if isinstance(status, dict) else status
    return credential.build(ACHIEVEMENT, award(**changes), site_url=SITE, status=named)


def sign(document: Json, seed: bytes = SEED, method: str = METHOD) -> Json:
    return integrity.sign(document, seed, method, AWARDED)


def did_document(public: bytes = PUBLIC, name: str = DID) -> Json:
    return did.did_document(name, [did.PublicKeyRecord("key-1", public, AWARDED)])


def encoded(revoked: tuple[int, ...] = (), size: int = 131_072) -> str:
    bits = bytearray(size // 8)
    for index in revoked:
        bits[index // 8] |= 0x80 >> (index % 8)
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")


def status_list(*revoked: int, **changes: Any) -> Json:
    document: Json = {
        "@context": [contexts.CREDENTIALS],
        "id": LIST_URL,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": DID,
        "validFrom": "2026-11-24T00:00:00Z",
        "credentialSubject": {
            "id": LIST_URL + "#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(revoked),
        },
    }
    return document | changes
