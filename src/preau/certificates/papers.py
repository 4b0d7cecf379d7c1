"""What the pages of certificates show and hand out. The libraries of signing and printing are loaded when first
needed only:
the web process must not carry them from its start."""

from typing import Any, Literal
from zoneinfo import ZoneInfo

import segno
from django.conf import settings
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from preau.certificates import rules, words
from preau.certificates.models import Award


def pdf(award: Award) -> bytes:
    """The certificate of an award, printed anew from its values: the same values give the same bytes."""
    from preau.certificates import pdf as printing  # noqa: PLC0415  heavy: typst
    from preau.certificates import profiles  # noqa: PLC0415

    edition, row = award.enrolment.edition, award.credential
    language: Literal["fr", "en"] = "en" if row.language == "en" else "fr"
    course, title = edition.course.title(language), award.title(language)
    with translation.override(language):
        shared = words.credits(award) if rules.before(award.ladder) else ""
        number = gettext("edition %(number)s") % {"number": edition.number}
    values = printing.CertificateValues(
        school=profiles.awarding_body(edition, language),
        holder=row.name_shown,
        course=course if award.track else title,
        track=title if award.track else course,
        edition=number,
        credits=award.worth,
        awarded_on=award.awarded_at.astimezone(ZoneInfo(edition.zone)).date(),
        verify_url=f"{settings.SITE_URL}/verify/{award.code}",
        code=award.code,
        details=(shared,) if shared else (),
        kind="certificate" if award.track else "attestation",
    )
    return printing.certificate_pdf(values, row.text.encode(), language)


def qr(address: str) -> SafeString:
    """A QR code of an address as inline SVG without style."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(code.svg_inline(scale=4, border=2, dark="#20302c", omitsize=True, svgclass="qr", lineclass=None))


def did_document() -> dict[str, Any]:
    """The issuer's DID document."""
    from preau.certificates import issuer  # noqa: PLC0415  heavy: pyld

    return issuer.document()


def context() -> bytes:
    """Our extension context."""
    from preau.certificates import contexts  # noqa: PLC0415  heavy: pyld

    return contexts.extension_bytes(settings.SITE_URL)
