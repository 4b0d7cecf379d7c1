"""A PAdES seal on the printed certificate, so that a PDF reader itself shows whether the file was changed.

The seal made here is the school's own: readers show it as intact but its maker as unknown. A qualified (eIDAS) seal,
which readers trust, replaces key and certificate without any other change. Its checking leaves no byte of a file out:
what no signature covers (the room left beside it, the certificates that came along) must be as it was written.
"""

import hashlib
import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import cms, core
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from pyhanko import keys as pem
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Seal"
YEARS = 10
BESIDE = 1536  # bytes of a seal beside its certificates: RSA's longest signature, names, digests
LONGEST_NAME = 64  # X.520 ub-common-name
RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s*\]")
TO_BE_SEALED = "sealed with PAdES"
"""A keyword of what is printed to be sealed: a file that has it and no seal lost it."""
SIGNS = (b"/ByteRange", b"/SigFlags", b"ETSI.CAdES", b"adbe.pkcs7", b"/Adobe.PPKLite", TO_BE_SEALED.encode())
"""What a sealed file holds. Several: whichever of them a change hides, another shows that there was a seal."""
HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(frozen=True)
class Key:
    """What seals: a private key and its certificate, both in PEM; the certificates above it may follow it."""

    private: bytes
    certificate: bytes


@dataclass(frozen=True)
class Seal:
    """The seal of a file. When it is not intact, nothing else is known; `name` is whose the certificate says it is."""

    intact: bool
    fingerprint: str = ""  # SHA-256 of the certificate
    name: str = ""


class _Broken(ValueError):
    """A seal that does not hold."""


def new_seal(school: str, now: datetime) -> tuple[bytes, bytes]:
    """A P-256 key and a self-made certificate for it, both in PEM, valid ten years from `now` (aware)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, school[:LONGEST_NAME])])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, certificate.public_bytes(Encoding.PEM)


def seal_pdf(data: bytes, private_pem: bytes, certificate_pem: bytes, school: str) -> bytes:
    """`data` with an invisible PAdES signature appended. Not deterministic: ECDSA and the signing time differ. The
    certificates above go with it when the last of them certifies itself: no other could be checked to the last byte."""
    own, *above = pem.load_certs_from_pemder_data(certificate_pem)
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    if above and above[-1].subject == above[-1].issuer:
        store.register_multiple(above)
    signer = signers.SimpleSigner(
        signing_cert=own,
        signing_key=pem.load_private_key_from_pemder_data(private_pem, passphrase=None),
        cert_registry=store,
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD, name=school, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    out = io.BytesIO()
    # told, or pyHanko would sign twice, the first time to see how long a signature is
    room = 2 * (BESIDE + sum(len(one.dump()) for one in (own, *store)))
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    signers.sign_pdf(writer, metadata, signer=signer, output=out, bytes_reserved=room)
    return out.getvalue()


def fingerprint(certificate_pem: bytes) -> str:
    """SHA-256 of the first certificate of a PEM, in hexadecimal; refuses (ValueError) what is none."""
    return x509.load_pem_x509_certificate(certificate_pem).fingerprint(hashes.SHA256()).hex()


def ends(certificate_pem: bytes) -> datetime:
    """When the first certificate of a PEM ends; refuses (ValueError) what is none."""
    return x509.load_pem_x509_certificate(certificate_pem).not_valid_after_utc


def fits(key: Key) -> bool:
    """Whether a private key is that of its certificate, and both are of a kind that can be checked; false also for
    what cannot be read."""
    try:
        own = x509.load_pem_x509_certificate(key.certificate).public_key()
        mine = load_pem_private_key(key.private, password=None).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return isinstance(own, ec.EllipticCurvePublicKey | rsa.RSAPublicKey) and own == mine


def read(data: bytes) -> Seal | None:
    """The seal of a file; None for one that shows no sign of any. Never raises for what a file contains."""
    if not any(sign in data for sign in SIGNS):
        return None
    try:
        certificate = _sealed_by(data)
    except Exception:  # a damaged structure fails in more ways than its readers have classes
        return Seal(intact=False)
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return Seal(True, certificate.fingerprint(hashes.SHA256()).hex(), str(names[0].value) if names else "")


def is_intact(data: bytes) -> bool:
    """Whether `data` has one seal, covering the whole file, that still matches; says nothing of whose seal it is."""
    found = read(data)
    return found is not None and found.intact


def _sealed_by(data: bytes) -> x509.Certificate:
    """The certificate whose key sealed every byte of this file; refuses (_Broken, or whatever a reader raises) all
    else."""
    found = RANGE.findall(data)
    if len(found) != 1:
        raise _Broken("not exactly one seal")
    start, length, after, rest = map(int, found[0])
    if start or after + rest != len(data) or not length < after:
        raise _Broken("the seal does not cover the whole file")
    signed = _signed_data(data[length:after])
    (signer,) = signed["signer_infos"]
    own = _own_certificate(signed, signer)
    algorithm = str(signer["digest_algorithm"]["algorithm"].native)
    digest = hashlib.new(algorithm, data[:length] + data[after:]).digest()
    _check_attributes(signer, own, digest)
    _check_signature(signer, own, HASHES[algorithm])
    return own


def _signed_data(room: bytes) -> cms.SignedData:
    """What lies in the room that the signature leaves out: one spelling of it only, and nothing beside it."""
    digits = room[1:-1]
    if room[:1] != b"<" or room[-1:] != b">" or digits not in (digits.upper(), digits.lower()):
        raise _Broken("the seal is spelled in another way than it is written")
    raw = bytes.fromhex(digits.decode("ascii"))
    info = cms.ContentInfo.load(raw)
    signed = info["content"]
    plain = cms.ContentInfo({"content_type": info["content_type"].native, "content": signed}).dump()
    if raw[: len(plain)] != plain or raw[len(plain) :].strip(b"\0"):
        raise _Broken("something lies beside the seal")
    encapsulated = signed["encap_content_info"]
    (kind,), (signer,) = signed["digest_algorithms"], signed["signer_infos"]
    expected = (
        info["content_type"].native == "signed_data"
        and signed["version"].native == signer["version"].native == "v1"
        and kind.dump() == signer["digest_algorithm"].dump()
        and (encapsulated["content_type"].native, encapsulated["content"].native) == ("data", None)
        and isinstance(signed["crls"], core.Void)
        and isinstance(signer["unsigned_attrs"], core.Void)
    )
    if not expected:
        raise _Broken("the seal holds what no signature covers")
    return signed


def _own_certificate(signed: cms.SignedData, signer: cms.SignerInfo) -> x509.Certificate:
    """The signer's certificate; those that came along must be above it, each checked by the next, the last by
    itself."""
    for one in signed["certificates"]:
        inner = one.chosen["tbs_certificate"]["signature"]
        if one.chosen.serial_number <= 0 or one.chosen["signature_algorithm"].dump() != inner.dump():
            raise _Broken("a certificate is not spelled as certificates are")
    every = [x509.load_der_x509_certificate(one.chosen.dump()) for one in signed["certificates"]]
    named = signer["sid"].chosen
    (own,) = [one for one in every if one.serial_number == named["serial_number"].native]
    if asn1.Name.load(own.issuer.public_bytes()).dump() != named["issuer"].dump():
        raise _Broken("the seal names another certificate")
    last, left = own, [one for one in every if one is not own]
    while left:
        (above,) = [one for one in left if one.subject == last.issuer]
        last.verify_directly_issued_by(above)
        if above.public_bytes(Encoding.DER)[-len(above.signature) - 1]:
            raise _Broken("a certificate is spelled in another way than it is written")  # bits that nobody counts
        left.remove(above)
        last = above
    if last is not own:
        last.verify_directly_issued_by(last)  # whom nobody here certifies, nothing here protects
    return own


def _check_attributes(signer: cms.SignerInfo, own: x509.Certificate, digest: bytes) -> None:
    """What is signed: the digest of the file, and of the certificate."""
    signed = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
    (given,), (kind,), (named,) = signed["message_digest"], signed["content_type"], signed["signing_certificate_v2"]
    if given.native != digest:
        raise _Broken("the file was changed")
    one = named["certs"][0]
    der = own.public_bytes(Encoding.DER)
    if (
        kind.native != "data"
        or hashlib.new(one["hash_algorithm"]["algorithm"].native, der).digest() != one["cert_hash"].native
    ):
        raise _Broken("the seal was made with another certificate")


def _check_signature(signer: cms.SignerInfo, own: x509.Certificate, kind: hashes.HashAlgorithm) -> None:
    algorithm, key = signer["signature_algorithm"], own.public_key()
    if isinstance(key, rsa.RSAPublicKey) and not isinstance(algorithm["parameters"], core.Null):
        raise _Broken("the seal is spelled in another way than it is written")
    value, signed = signer["signature"].native, signer["signed_attrs"].untag().dump()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and algorithm["algorithm"].native == f"{kind.name}_ecdsa":
            key.verify(value, signed, ec.ECDSA(kind))
        elif isinstance(key, rsa.RSAPublicKey) and algorithm["algorithm"].native == f"{kind.name}_rsa":
            key.verify(value, signed, padding.PKCS1v15(), kind)
        else:
            raise _Broken("the seal is of a kind that this program does not know")
    except InvalidSignature as error:
        raise _Broken("the seal is not the certificate's") from error
