"""The certificate as an Open Badges 3.0 credential (1EdTech), itself a W3C Verifiable Credential 2.0.

The document is built from plain values and left unsigned; `integrity.sign` signs it. What Annex I of Council
Recommendation 2022/C 243/02 asks of a micro-credential is a `Profile` whose empty fields block the issue.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from preau.certificates import contexts, did
from preau.certificates.integrity import timestamp

Json = dict[str, Any]
Number = int | float | Decimal

ECTS_FRAMEWORK = "http://data.europa.eu/snb/education-credit/6fcec5c5af"
EQF_LEVELS = "http://data.europa.eu/snb/eqf/"


class Incomplete(ValueError):
    """A certificate that may not be issued yet; `missing` names the empty fields."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__("The certificate cannot be issued while these are empty: " + ", ".join(missing) + ".")
        self.missing = missing


@dataclass(frozen=True)
class Profile:
    """The transparency elements of a micro-credential that belong to the course and track, Annex I order.

    `country` is ISO 3166-1 alpha-2 ("FR"); `workload_hours` is the learner's whole work; `level` is 1 to 8 of the
    European Qualifications Framework, None where no level applies. The last four are optional in the Annex.
    Learner and date, the two remaining mandatory elements, belong to each award.
    """

    title: str
    country: str
    awarding_body: str
    learning_outcomes: tuple[str, ...]
    workload_hours: Number
    level: int | None
    assessment_type: str
    participation: str
    quality_assurance: str
    prerequisites: str = ""
    supervision: str = ""
    identity_checked: bool | None = None
    stackability: str = ""

    def missing(self) -> tuple[str, ...]:
        """The mandatory fields that are empty, by name; issuing is refused while there is one. A country that is not
        written in two letters, less than a minute of work and a level that there is not say nothing either."""
        optional = ("level", "prerequisites", "supervision", "identity_checked", "stackability")
        wrong = {
            "country": not (len(self.country) == 2 and self.country.isascii() and self.country.isalpha()),
            "workload_hours": not 1 / 60 <= float(self.workload_hours) < 1e6,
            "level": self.level is not None and self.level not in range(1, 9),
        }
        return tuple(
            field.name
            for field in fields(self)
            if wrong.get(field.name) or (field.name not in optional and _is_empty(getattr(self, field.name)))
        )


@dataclass(frozen=True)
class Achievement:
    """What is recognised: absolute address, description, how it is earned, its credits (None: it brings none and says
    nothing of them), and the profile. `kind` is one of Open Badges' types of achievement."""

    address: str
    description: str
    criteria: str
    credits: Number | None
    profile: Profile
    language: str = "fr"
    code: str = ""
    kind: str = "MicroCredential"
    name: str = ""  # of the document, when it is not the profile's title with the track


@dataclass(frozen=True)
class Holder:
    """Who earned it. `name` is the name in clear, None unless the learner agreed; the address is only ever hashed.

    `salt` is random per credential, so that equal addresses give unequal hashes.
    """

    email: str
    salt: str
    name: str | None = None


@dataclass(frozen=True)
class Award:
    """One decision of a jury: who, in which edition and track (empty: none), for how many credits of their own, when,
    under which code."""

    code: str
    holder: Holder
    credits: Number
    track: str
    edition: str
    valid_from: datetime
    valid_until: datetime | None = None


def _is_empty(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, tuple):
        return not value or any(_is_empty(item) for item in value)
    return not value


def number(value: Number) -> int | float:
    """A JSON number: an int when integral, since 3 and 3.0 are canonicalised alike by few libraries.

    Refuses (ValueError) a negative or infinite one.
    """
    real = float(value)
    if not 0 <= real < 1e6:
        raise ValueError("credits and hours are between 0 and a million")
    return int(real) if real.is_integer() else real


def duration(hours: Number) -> str:
    """Hours as an ISO 8601 duration to the minute: 30 is "PT30H", 1.5 is "PT1H30M"."""
    whole, minutes = divmod(round(float(hours) * 60), 60)
    return f"PT{whole}H" + (f"{minutes}M" if minutes else "")


def hashed_identity(email: str, salt: str) -> str:
    """ "sha256$…" of the lower-case address followed by the salt, both in UTF-8 (Open Badges 3.0, IdentityHash)."""
    return "sha256$" + hashlib.sha256((email.strip().lower() + salt).encode()).hexdigest()


def identifiers(holder: Holder) -> list[Json]:
    """The holder as Open Badges names one: the name in clear, the address only hashed."""
    found: list[Json] = []
    if holder.name:
        found.append({"type": "IdentityObject", "hashed": False, "identityHash": holder.name, "identityType": "name"})
    found.append(
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": hashed_identity(holder.email, holder.salt),
            "identityType": "emailAddress",
            "salt": holder.salt,
        }
    )
    return found


def _alignments(achievement: Achievement) -> list[Json]:
    profile = achievement.profile
    credit = {
        "type": ["Alignment"],
        "targetName": "European Credit Transfer and Accumulation System",
        "targetFramework": "ECTS",
        "targetUrl": ECTS_FRAMEWORK,
    }
    credits = [] if achievement.credits is None else [credit]
    if profile.level is None:
        return credits
    level = {
        "type": ["Alignment"],
        "targetName": f"EQF level {profile.level}",
        "targetFramework": "European Qualifications Framework",
        "targetCode": str(profile.level),
        "targetUrl": f"{EQF_LEVELS}{profile.level}",
    }
    return [*credits, level]


def _transparency(profile: Profile) -> Json:
    """The members that our own context defines, absent where the profile leaves them open."""
    members: Json = {
        "countryOfAward": profile.country,
        "learningOutcome": list(profile.learning_outcomes),
        "workload": duration(profile.workload_hours),
        "educationLevel": f"EQF {profile.level}" if profile.level is not None else "",
        "assessmentType": profile.assessment_type,
        "participationType": profile.participation,
        "qualityAssurance": profile.quality_assurance,
        "prerequisites": profile.prerequisites,
        "supervisionType": profile.supervision,
        "identityChecked": profile.identity_checked,
        "stackability": profile.stackability,
    }
    return {name: value for name, value in members.items() if value not in ("", None)}


def _achievement(achievement: Achievement, track: str) -> Json:
    profile = achievement.profile
    document: Json = {
        "id": achievement.address,
        "type": ["Achievement", contexts.EXTENSION_TYPE],
        "achievementType": achievement.kind,
        "name": profile.title,
        "description": achievement.description,
        "criteria": {"narrative": achievement.criteria},
        "inLanguage": achievement.language,
    }
    if achievement.credits is not None:
        document |= {"creditsAvailable": number(achievement.credits), "ECTS": number(achievement.credits)}
    told = {"specialization": track, "alignment": _alignments(achievement), "humanCode": achievement.code}
    document |= {name: value for name, value in told.items() if value}
    return document | _transparency(profile)


def _issuer(profile: Profile, site: str) -> Json:
    return {
        "id": did.did_of(site),
        "type": ["Profile"],
        "name": profile.awarding_body,
        "url": site + "/",
        "address": {"type": ["Address"], "addressCountryCode": profile.country},
    }


def _missing(award: Award) -> tuple[str, ...]:
    """What an award must say itself: who holds it, since when, under which code."""
    said = {"email": award.holder.email, "salt": award.holder.salt, "code": award.code, "valid_from": award.valid_from}
    return tuple(name for name, value in said.items() if not value)


def build(achievement: Achievement, award: Award, *, site_url: str, status: Sequence[Mapping[str, Any]] = ()) -> Json:
    """The unsigned credential, addressed `<site>/verify/<code>` and issued by the site's DID.

    `status` are its places in the status lists, that of the purpose which voids it for good first. Refuses Incomplete
    (a mandatory field is empty, the holder's address included) and ValueError (more credits earned than the achievement
    offers, or a negative one).
    What another certificate brought of the achievement's credits is not earned here: summed over somebody's
    credentials, `creditsEarned` counts every credit once.
    """
    profile, holder = achievement.profile, award.holder
    missing = profile.missing() + _missing(award)
    if missing:
        raise Incomplete(missing)
    if number(award.credits) > number(achievement.credits or 0):
        raise ValueError("more credits earned than the achievement offers")
    site = site_url.rstrip("/")
    document: Json = {
        "@context": [contexts.CREDENTIALS, contexts.OPEN_BADGES, contexts.extension_url(site)],
        "id": f"{site}/verify/{award.code}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achievement.name or f"{profile.title} ({award.track})",
        "issuer": _issuer(profile, site),
        "validFrom": timestamp(award.valid_from),
        "awardedDate": timestamp(award.valid_from),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": identifiers(holder),
            "term": award.edition,
            "achievement": _achievement(achievement, award.track),
        },
    }
    if achievement.credits is not None:
        document["credentialSubject"]["creditsEarned"] = number(award.credits)
    if award.valid_until is not None:
        document["validUntil"] = timestamp(award.valid_until)
    return document | _status(document["@context"], site, status)


def _status(named: list[str], site: str, entries: Sequence[Mapping[str, Any]]) -> Json:
    """The members that say where the status stands: one of them where Open Badges has its only place for one, the
    others under our own term, of which no foreign reader has to know."""
    if not entries:
        return {}
    first, *others = (dict(entry) for entry in entries)
    further = {"@context": [*named, contexts.status_url(site)], "furtherStatus": others} if others else {}
    return {"credentialStatus": first, **further}
