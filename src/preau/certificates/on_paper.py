"""What a certificate says on paper: the values of its page in each language, the holder's first."""

from collections.abc import Mapping

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from preau.certificates import pdf, profiles, rules, words
from preau.certificates.models import Award
from preau.courses.models import text_in

type Pages = dict[pdf.Language, pdf.CertificateValues]


def pages(award: Award, name: str, language: str) -> Pages:
    """The pages of an award in the name that it bears, joined with its enrolment, edition, course and track."""
    first: pdf.Language = "en" if language == "en" else "fr"
    second: pdf.Language = "fr" if first == "en" else "en"
    return {one: _page(award, name, one) for one in (first, second)}


def _page(award: Award, name: str, language: pdf.Language) -> pdf.CertificateValues:
    edition = award.enrolment.edition
    course, title = edition.course.title(language), award.title(language)
    said: Mapping[str, object] = edition.course.about.get("certificate") or {}
    with translation.override(language):
        shared = words.credits(award) if rules.before(award.ladder) else ""
        number = _("edition %(number)s") % {"number": edition.number}
    return pdf.CertificateValues(
        school=profiles.awarding_body(edition, language),
        holder=name,
        course=course if award.track else title,
        track=title if award.track else course,
        edition=number,
        credits=award.worth,
        awarded_on=award.awarded_at.astimezone(edition.zone_info).date(),
        verify_url=f"{settings.SITE_URL}/verify/{award.code}",
        code=award.code,
        signatory=text_in(said.get("signatory"), language),
        role=text_in(said.get("role"), language),
        details=(shared,) if shared else (),
        kind="certificate" if award.track else "attestation",
        by_jury=award.decision_id is not None,
    )
