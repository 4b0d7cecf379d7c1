"""Ed25519 keys as plain bytes: generation, Multikey text, PEM and fingerprints.

A private key is its 32-byte seed, a public key its 32 bytes. The Multikey form is multibase base58-btc ("z…") over a
two-byte multicodec prefix (W3C Controlled Identifiers 1.0, section 2.2.2). Nothing here is stored: the issuer's key
table belongs to the models.
"""

import hashlib
import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PUBLIC_PREFIX = b"\xed\x01"
SECRET_PREFIX = b"\x80\x26"
KEY_BYTES = 32
LONGEST_BASE58 = 128  # decoding is quadratic in the length, and no key or signature here needs 100 characters


class BadKey(ValueError):
    """A key that cannot be read, or is of another kind than Ed25519."""


def base58(data: bytes) -> str:
    """Bitcoin's base58 without checksum; each leading zero byte becomes a leading "1"."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = ALPHABET[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def unbase58(text: str) -> bytes:
    """The inverse of `base58`. Refuses (ValueError) a foreign character and more than 128 characters."""
    if len(text) > LONGEST_BASE58:
        raise ValueError("base58 text too long")
    number = 0
    for character in text:
        number = number * 58 + ALPHABET.index(character)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def new_private_key() -> bytes:
    """A fresh 32-byte seed."""
    return secrets.token_bytes(KEY_BYTES)


def private_object(private_key: bytes | Ed25519PrivateKey) -> Ed25519PrivateKey:
    """The key object of a seed; refuses (BadKey) a seed that is not 32 bytes long."""
    if isinstance(private_key, Ed25519PrivateKey):
        return private_key
    if len(private_key) != KEY_BYTES:
        raise BadKey("an Ed25519 private key has 32 bytes")
    return Ed25519PrivateKey.from_private_bytes(private_key)


def public_object(public_key: bytes) -> Ed25519PublicKey:
    """The key object of 32 public bytes; refuses (BadKey) another length."""
    if len(public_key) != KEY_BYTES:
        raise BadKey("an Ed25519 public key has 32 bytes")
    return Ed25519PublicKey.from_public_bytes(public_key)


def public_of(private_key: bytes | Ed25519PrivateKey) -> bytes:
    """The 32 public bytes of a private key."""
    return private_object(private_key).public_key().public_bytes_raw()


def multikey(public_key: bytes) -> str:
    """`publicKeyMultibase`: "z6Mk…"."""
    return "z" + base58(PUBLIC_PREFIX + public_key)


def from_multikey(text: str, prefix: bytes = PUBLIC_PREFIX) -> bytes:
    """The 32 bytes of a Multikey text; refuses (BadKey) another encoding or kind of key."""
    try:
        data = unbase58(text.removeprefix("z")) if text.startswith("z") else b""
    except ValueError:
        data = b""
    if not data.startswith(prefix) or len(data) != len(prefix) + KEY_BYTES:
        raise BadKey("not an Ed25519 key in Multikey form")
    return data[len(prefix) :]


def from_secret_multikey(text: str) -> bytes:
    """The 32-byte seed of a `secretKeyMultibase` text; refuses (BadKey) anything else."""
    return from_multikey(text, SECRET_PREFIX)


def public_from_pem(pem: bytes) -> bytes:
    """The 32 bytes of a PEM public key (SubjectPublicKeyInfo); refuses (BadKey) another kind of key."""
    try:
        key = load_pem_public_key(pem)
    except Exception as error:  # cryptography raises several unrelated classes on hostile input
        raise BadKey("not a readable public key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise BadKey("not an Ed25519 key")
    return key.public_bytes_raw()


def public_to_pem(public_key: bytes) -> bytes:
    """SubjectPublicKeyInfo in PEM."""
    return public_object(public_key).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def private_to_pem(private_key: bytes) -> bytes:
    """PKCS#8 in PEM, not encrypted: the caller keeps the file from other eyes."""
    return private_object(private_key).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def private_from_pem(pem: bytes) -> bytes:
    """The seed of a PKCS#8 PEM; refuses (BadKey) an encrypted file and another kind of key."""
    try:
        key = load_pem_private_key(pem, password=None)
    except Exception as error:
        raise BadKey("not a readable private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey("not an Ed25519 key")
    return key.private_bytes_raw()


def fingerprint(public_key: bytes) -> str:
    """SHA-256 of the public bytes, as 16 groups of four hexadecimal digits a person can read aloud."""
    return grouped(hashlib.sha256(public_key).hexdigest())


def grouped(digest: str) -> str:
    """Hexadecimal digits by four, as a person reads them aloud."""
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))
