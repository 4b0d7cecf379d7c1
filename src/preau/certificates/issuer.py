"""The issuer's keys: one signs today, every one stays published for ever. What is secret of a key lies in the database
shut under a key derived from SECRET_KEY."""

import base64
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import IntegrityError, transaction

from preau.certificates import did, keys
from preau.certificates.models import IssuerKey, StatusList


def current(now: datetime) -> IssuerKey:
    """The key that signs, made at the first need; two first needs at once make one key."""
    if found := IssuerKey.objects.filter(until=None).first():
        return found
    private = keys.new_private_key()
    try:
        with transaction.atomic():
            return IssuerKey.objects.create(
                fragment=f"key-{IssuerKey.objects.count() + 1}",
                public=keys.public_of(private),
                secret=shut(private),
                since=now,
            )
    except IntegrityError:
        return IssuerKey.objects.get(until=None)


@transaction.atomic
def rotate(now: datetime) -> IssuerKey:
    """Retire the key that signs and make another; what the old one signed goes on verifying. The status lists are
    signed again, by the new one."""
    IssuerKey.objects.filter(until=None).update(until=now)
    StatusList.objects.update(stale=True)
    return current(now)


def private(key: IssuerKey) -> bytes:
    """The 32-byte seed of a key, which only signing may ask for."""
    return opened(key.secret)


def method(key: IssuerKey) -> str:
    """The absolute id of a key, as proofs name it."""
    return did.key_id(did.did_of(settings.SITE_URL), key.fragment)


def document() -> dict[str, Any]:
    """The DID document: from the setting SITE_URL, never from a request."""
    rows = IssuerKey.objects.order_by("since", "fragment")
    records = [did.PublicKeyRecord(k.fragment, bytes(k.public), k.since, k.until) for k in rows]
    return did.did_document(did.did_of(settings.SITE_URL), records)


def shut(secret: bytes) -> str:
    """A secret as it lies in the database."""
    return _vault().encrypt(secret).decode("ascii")


def opened(secret: str) -> bytes:
    """The way back. Raises `InvalidToken` when it was shut under another SECRET_KEY."""
    return _vault().decrypt(secret.encode("ascii"))


def _vault() -> Fernet:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"preau issuer keys").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
