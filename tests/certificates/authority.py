"""A seal as a school buys one: an RSA key, certified by an authority that certifies itself."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from preau.certificates import seal


def seal_key(now: datetime) -> seal.Key:
    """The key, with its certificate and that of the authority after it."""
    above = rsa.generate_private_key(65537, 2048)
    own = rsa.generate_private_key(65537, 2048)
    root = _certificate("Une autorité", "Une autorité", above, above, now, authority=True)
    leaf = _certificate("Cachet de l’École", "Une autorité", own, above, now, authority=False)
    private = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return seal.Key(private, leaf + root)


def _certificate(
    subject: str, issuer: str, key: rsa.RSAPrivateKey, by: rsa.RSAPrivateKey, now: datetime, *, authority: bool
) -> bytes:
    usage = x509.KeyUsage(True, True, False, False, False, authority, authority, False, False)
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=900))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(by, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
