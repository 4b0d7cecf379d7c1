"""The key that seals what is printed: the school's own, given by settings, else one made here at the first need."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction

from preau.certificates import issuer, seal
from preau.certificates.models import SealKey


def current(school: str, now: datetime) -> seal.Key:
    """The key that seals. Without the school's own, one is made in the awarding body's name; two first needs at once
    make one. Refuses (ImproperlyConfigured) settings of which one is missing, or that do not fit each other."""
    given = (settings.PREAU_SEAL_KEY, settings.PREAU_SEAL_CERTIFICATE)
    if any(given):
        key = seal.Key(given[0].encode(), given[1].encode())
        if not all(given) or not seal.fits(key):
            raise ImproperlyConfigured(
                "PREAU_SEAL_KEY and PREAU_SEAL_CERTIFICATE: expected a private key (EC or RSA) without a password and "
                "its certificate, both in PEM"
            )
        _remember(key.certificate.decode(), now)
        return key
    row = SealKey.objects.filter(until=None).first() or _made(school, now)
    return seal.Key(issuer.opened(row.secret), row.certificate.encode())


def _remember(certificate: str, now: datetime) -> None:
    """Keep the school's own certificate: what it sealed must be known as ours when another has taken its place."""
    if not SealKey.objects.filter(certificate=certificate).exists():
        SealKey.objects.create(certificate=certificate, secret="", since=now, until=now)


def _made(school: str, now: datetime) -> SealKey:
    private, certificate = seal.new_seal(school, now)
    try:
        with transaction.atomic():
            return SealKey.objects.create(certificate=certificate.decode(), secret=issuer.shut(private), since=now)
    except IntegrityError:
        return SealKey.objects.get(until=None)


@transaction.atomic
def rotate(school: str, now: datetime) -> SealKey:
    """Retire the key that seals and make another; what the old one sealed stays as intact as it was."""
    SealKey.objects.filter(until=None).update(until=now)
    return _made(school, now)


def known() -> frozenset[str]:
    """The fingerprints of every certificate that ever sealed here."""
    every = SealKey.objects.order_by("since", "pk").values_list("certificate", flat=True)
    return frozenset(seal.fingerprint(one.encode()) for one in every)


def sealed(data: bytes, *, school: str, now: datetime) -> bytes:
    """A printed page under the seal."""
    key = current(school, now)
    return seal.seal_pdf(data, key.private, key.certificate, school)
