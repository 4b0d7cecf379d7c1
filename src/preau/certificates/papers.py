"""What the pages of certificates show and hand out. The web process neither signs nor prints."""

from typing import Any

import segno
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.safestring import SafeString, mark_safe

from preau.certificates import contexts, issuer
from preau.certificates.models import Award


def pdf(award: Award) -> bytes | None:
    """The certificate of an award as the worker printed and sealed it; None while it is being made, or lost."""
    return stored(award.credential.paper)


def stored(name: str) -> bytes | None:
    """A printed document by its name in the storage; None for one that is not there."""
    if not name:
        return None
    try:
        with default_storage.open(name) as file:
            content: bytes = file.read()
    except FileNotFoundError:
        return None
    return content


def qr(address: str) -> SafeString:
    """A QR code of an address as inline SVG without style."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(code.svg_inline(scale=4, border=2, dark="#20302c", omitsize=True, svgclass="qr", lineclass=None))


def did_document() -> dict[str, Any]:
    """The issuer's DID document."""
    return issuer.document()


def context(name: str) -> bytes:
    """One of our own contexts."""
    return contexts.own_bytes(f"/contexts/{name}.json", settings.SITE_URL)
