"""A PAdES seal on the printed certificate, so that a PDF reader itself shows whether the file was changed.

The seal made here is the school's own: readers show it as intact but its maker as unknown. A qualified (eIDAS) seal,
which readers trust, replaces key and certificate without any other change.
"""

import io
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko import keys as pem
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Seal"
YEARS = 10
LONGEST_NAME = 64  # X.520 ub-common-name


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
    """`data` with an invisible PAdES signature appended. Not deterministic: ECDSA and the signing time differ."""
    signer = signers.SimpleSigner(
        signing_cert=next(iter(pem.load_certs_from_pemder_data(certificate_pem))),
        signing_key=pem.load_private_key_from_pemder_data(private_pem, passphrase=None),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD, name=school, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    out = io.BytesIO()
    signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), metadata, signer=signer, output=out)
    return out.getvalue()


def is_intact(data: bytes) -> bool:
    """Whether `data` has one seal, covering the whole file, that still matches; says nothing of whose seal it is."""
    try:
        found = PdfFileReader(io.BytesIO(data), strict=False).embedded_signatures
        if len(found) != 1:
            return False
        context = ValidationContext(trust_roots=[], allow_fetching=False)
        status = validate_pdf_signature(found[0], context)
    except Exception:  # a damaged PDF fails in more ways than pyHanko has classes
        return False
    return bool(status.intact and status.valid and status.coverage is SignatureCoverageLevel.ENTIRE_FILE)
