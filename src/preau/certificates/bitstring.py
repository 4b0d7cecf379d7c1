"""Bitstring Status Lists (W3C, 1.0): for each purpose one bit a credential, packed, and signed as a credential of its
own. A place in a list is drawn at random, so that it tells nothing of who came before or after."""

import base64
import gzip
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from preau.certificates import contexts, did
from preau.certificates.integrity import timestamp

Json = dict[str, Any]

REVOCATION, SUSPENSION, REFRESH = "revocation", "suspension", "refresh"
PURPOSES = (REVOCATION, SUSPENSION, REFRESH)
ENTRIES = 131_072  # the fewest that the standard allows (section 3.3): fewer would tell holders apart
LARGEST = 5 * 1024 * 1024  # bytes of a list that is read, once expanded
FRESH = timedelta(hours=12)  # a list may be kept that long, and is signed again as often
VALID = timedelta(days=7)


class BadList(ValueError):
    """A list, or a place in one, that cannot be read; the message is one plain sentence."""


def address(site_url: str, purpose: str, number: int) -> str:
    """Where a list is published."""
    return f"{site_url.rstrip('/')}/status/{purpose}-{number}.json"


def entries(site_url: str, number: int, index: int) -> tuple[Json, ...]:
    """What a credential says of its place: the same index in the list of each purpose."""
    return tuple(_entry(address(site_url, purpose, number), purpose, index) for purpose in PURPOSES)


def _entry(listed: str, purpose: str, index: int) -> Json:
    return {
        "id": f"{listed}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": listed,
    }


def document(site_url: str, purpose: str, number: int, indexes: Iterable[int], now: datetime) -> Json:
    """The unsigned list in which the bits at these places are set, in force for a week from `now`."""
    place = address(site_url, purpose, number)
    return {
        "@context": [contexts.CREDENTIALS],
        "id": place,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did.did_of(site_url),
        "validFrom": timestamp(now),
        "validUntil": timestamp(now + VALID),
        "credentialSubject": {
            "id": f"{place}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": packed(indexes),
            "ttl": int(FRESH / timedelta(milliseconds=1)),
        },
    }


def packed(indexes: Iterable[int]) -> str:
    """A bit string with these bits set, in gzip and multibase base64url; the same bits give the same text."""
    bits = bytearray(ENTRIES // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> (index % 8)
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode("ascii").rstrip("=")


def unpacked(text: object) -> bytes:
    """The way back. Refuses (BadList) another encoding, a list that is cut, and one too short or too long."""
    try:
        if not isinstance(text, str) or not text.startswith("u"):
            raise ValueError("not multibase base64url")
        raw = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
        unzip = zlib.decompressobj(wbits=31)
        bits = unzip.decompress(raw, LARGEST)
    except (ValueError, zlib.error) as error:
        raise BadList("The status list holds no readable bit string.") from error
    if not unzip.eof or not ENTRIES // 8 <= len(bits) <= LARGEST:
        raise BadList("The status list is cut, too short or too long.")
    return bits


def is_set(index: object, bits: bytes) -> bool:
    """Whether the bit at the place that an entry names is set; refuses (BadList) a place that is not in the list."""
    text = index if isinstance(index, str) and index.isascii() and index.isdigit() and len(index) < 12 else ""
    if not text or int(text) >= len(bits) * 8:
        raise BadList("The credential's place in the status list is not valid.")
    return bool(bits[int(text) // 8] & (0x80 >> (int(text) % 8)))
