"""What the public page of a certificate says: its state, and what its holder can do, out of the signed document.

The document is in one language; what it says in its own words is shown as it was signed, the rest in the visitor's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from preau.accounts import countries
from preau.certificates.models import Award
from preau.common.templatetags.preau import hours

VALID, REPLACED, SUSPENDED, REVOKED, PENDING = "valid", "replaced", "suspended", "revoked", "pending"
LINKEDIN = "https://www.linkedin.com/profile/add"
LONGEST = 400  # characters of one text: a document of another installation may say anything
MOST = 40  # outcomes

LEVELS: Mapping[str, str] = {
    "1": gettext_noop("level 1 of 8 of the European Qualifications Framework: basic knowledge"),
    "2": gettext_noop("level 2 of 8 of the European Qualifications Framework: compulsory schooling"),
    "3": gettext_noop("level 3 of 8 of the European Qualifications Framework: a first vocational qualification"),
    "4": gettext_noop("level 4 of 8 of the European Qualifications Framework: the end of secondary school"),
    "5": gettext_noop("level 5 of 8 of the European Qualifications Framework: two years after secondary school"),
    "6": gettext_noop("level 6 of 8 of the European Qualifications Framework: studies for a bachelor’s degree"),
    "7": gettext_noop("level 7 of 8 of the European Qualifications Framework: studies for a master’s degree"),
    "8": gettext_noop("level 8 of 8 of the European Qualifications Framework: studies for a doctorate"),
}


def state(award: Award) -> str:
    """What an award is today. `pending`: nothing is signed yet. Its credential must be joined, or costs a query."""
    if award.revoked_at:
        return REPLACED if award.replaced_by_id else REVOKED
    if award.suspended_at:
        return SUSPENDED
    return VALID if hasattr(award, "credential") else PENDING


def only_its_name(award: Award) -> bool:
    """Is the document that took this one's place the same but for the name? Else it certifies something else."""
    later = award.replaced_by
    return later is not None and (later.track_id, later.module, later.awarded_at) == (
        award.track_id,
        award.module,
        award.awarded_at,
    )


@dataclass(frozen=True)
class Facts:
    """What a document says of an achievement; empty where it says nothing. `language` is that of its own words."""

    language: str = ""
    holder: str = ""
    title: str = ""
    track: str = ""
    edition: str = ""
    outcomes: tuple[str, ...] = ()
    work: str = ""
    level: str = ""
    assessment: str = ""
    participation: str = ""
    supervision: str = ""
    identity: bool | None = None
    quality: str = ""
    prerequisites: str = ""
    body: str = ""
    country: str = ""

    @property
    def other(self) -> str:
        """Its language, where that is not the page's: for the attribute `lang`."""
        return self.language if self.language and self.language != get_language() else ""

    @property
    def said(self) -> bool:
        """Is there anything to tell of what its holder can do?"""
        return bool(self.outcomes or self.work or self.level or self.assessment)


def facts(document: Mapping[str, Any]) -> Facts:
    """Reads a document; never raises, whatever it holds."""
    subject = _part(document, "credentialSubject")
    about, issuer = _part(subject, "achievement"), _part(document, "issuer")
    outcomes = about.get("learningOutcome")
    level = re.fullmatch(r"EQF ([1-8])", _text(about, "educationLevel"))
    checked = about.get("identityChecked")
    return Facts(
        language=_text(about, "inLanguage")[:12],
        holder=_holder(subject),
        title=_text(about, "name") or _text(document, "name"),
        track=_text(about, "specialization"),
        edition=_text(subject, "term"),
        outcomes=tuple(filter(None, map(_one, outcomes if isinstance(outcomes, list) else [outcomes])))[:MOST],
        work=_work(_text(about, "workload")),
        level=_(LEVELS[level[1]]) if level else _text(about, "educationLevel"),
        assessment=_text(about, "assessmentType"),
        participation=_text(about, "participationType"),
        supervision=_text(about, "supervisionType"),
        identity=checked if isinstance(checked, bool) else None,
        quality=_text(about, "qualityAssurance"),
        prerequisites=_text(about, "prerequisites"),
        body=_text(issuer, "name"),
        country=dict(countries.named(get_language() or "fr")).get(_text(about, "countryOfAward"), ""),
    )


def _part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = of.get(name)
    return found if isinstance(found, Mapping) else {}


def _one(value: object) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""


def _text(of: Mapping[str, Any], name: str) -> str:
    return _one(of.get(name))


def _holder(subject: Mapping[str, Any]) -> str:
    """The name in clear, if the document has one."""
    identifiers = subject.get("identifier")
    for one in identifiers if isinstance(identifiers, list) else []:
        if isinstance(one, Mapping) and one.get("identityType") == "name" and one.get("hashed") is False:
            return _text(one, "identityHash")
    return ""


def _work(duration: str) -> str:
    """« 30 h », from an ISO 8601 duration."""
    found = re.fullmatch(r"PT(\d{1,5})H(?:(\d{1,2})M)?", duration)
    return hours(int(found[1]) * 60 + int(found[2] or 0)) if found else ""


@dataclass(frozen=True)
class Sharing:
    """Addresses by which a page can be passed on: to copy, for a mail, for a profile. None asks anything of anybody
    before it is followed. Of what its holder hides, the address alone: nobody is led to publish it."""

    address: str
    mail: str = ""
    profile: str = ""


def sharing(award: Award, told: Facts, address: str) -> Sharing:
    """Of a certificate in force whose page is open to whoever looks."""
    if award.hidden:
        return Sharing(address)
    title = f"{told.title} ({told.track})" if told.track else told.title
    subject = _("{title}: certificate of {name}").format(title=title, name=award.credential.name_shown)
    body = _("It can be checked here: {address}").format(address=address)
    given = localtime(award.awarded_at, award.enrolment.edition.zone_info)
    profile = {
        "startTask": "CERTIFICATION_NAME",
        "name": title,
        "organizationName": told.body or settings.SITE_NAME,
        "issueYear": given.year,
        "issueMonth": given.month,
        "certUrl": address,
        "certId": award.code,
    }
    return Sharing(
        address=address,
        mail=f"mailto:?subject={quote(subject)}&body={quote(body)}",
        profile=f"{LINKEDIN}?{urlencode(profile)}",
    )
