"""A certificate in the European Learning Model 3, as an unsigned European Digital Credential: what the issuing tool of
Europass takes, checks and has sealed by the school. Pure: no Django.

Built from the signed Open Badge, which stays the truth, from the course's words in another language, and from the
school's register where the learner claimed credits. What a controlled list says and we know only in the course's own
words (form of participation, quality assurance, supervision) stands as a note; the school picks the entry.
"""

import base64
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

from babel.core import get_global

Json = dict[str, Any]

CONTEXT = ["https://www.w3.org/2018/credentials/v1", "http://data.europa.eu/snb/model/context/edc-ap"]
SCHEMA = "http://data.europa.eu/snb/model/ap/edc-generic-full"
SNB = "http://data.europa.eu/snb/"
AUTHORITY = "http://publications.europa.eu/resource/authority/"
SCHEME = "25831c2"  # how each of the model's own lists names itself
GENERIC = "e34929035b"
ECTS = "6fcec5c5af"
BASE64 = "6146cde7dd"
UNSUPERVISED = "c598449d64"
LANGUAGES = {"fr": ("FRA", {"fr": "français", "en": "French"}), "en": ("ENG", {"fr": "anglais", "en": "English"})}
FORMER = {"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"}  # codes of three letters that a country no longer has
OTHER = {"XK": "XKX"}  # those that the European list has and the Unicode data writes otherwise
KINDS = {
    "MicroCredential": {"fr": "Micro-certification", "en": "Micro-credential"},
    "CertificateOfCompletion": {"fr": "Attestation de réussite", "en": "Statement of achievement"},
}
PASSED = {"fr": "Acquis", "en": "Pass"}
UNSUPERVISED_SAID = {
    "fr": "Sans surveillance ni vérification d’identité",
    "en": "Unsupervised without ID Verification",
}
ECTS_SAID = {
    "fr": "Système européen de transfert et d’accumulation de crédits",
    "en": "European Credit Transfer and Accumulation System",
}
NOTES = {
    "participation": {"fr": "Forme de participation : {}", "en": "Form of participation: {}"},
    "quality_assurance": {"fr": "Assurance qualité : {}", "en": "Quality assurance: {}"},
    "supervision": {"fr": "Surveillance : {}", "en": "Supervision: {}"},
    "stackability": {"fr": "Crédits : {}", "en": "Credits: {}"},
}
NUMBER = {"fr": "Code du certificat", "en": "Certificate code"}
STUDENT = {"fr": "Numéro d’étudiant", "en": "Student number"}


class Unfit(ValueError):
    """A certificate of which no credential can be made; its text says what is missing."""


@dataclass(frozen=True)
class Said:
    """What a certificate says in one language; empty where the course does not say it."""

    title: str
    track: str
    description: str
    criteria: str
    outcomes: tuple[str, ...]
    assessment: str
    participation: str
    quality_assurance: str
    awarding_body: str
    supervision: str = ""
    prerequisites: str = ""
    stackability: str = ""


@dataclass(frozen=True)
class Register:
    """What the school's register has of the holder; `birth_country` in two letters."""

    birth_name: str
    given_names: str
    born_on: date
    birth_place: str
    birth_country: str
    student_number: str = ""


def said_in(document: Json) -> tuple[str, Said]:
    """The language of a signed badge, and what it says in it."""
    achievement = document["credentialSubject"]["achievement"]
    return achievement.get("inLanguage", "fr"), Said(
        title=achievement["name"],
        track=achievement.get("specialization", ""),
        description=achievement.get("description", ""),
        criteria=achievement.get("criteria", {}).get("narrative", ""),
        outcomes=tuple(achievement.get("learningOutcome", ())),
        assessment=achievement.get("assessmentType", ""),
        participation=achievement.get("participationType", ""),
        quality_assurance=achievement.get("qualityAssurance", ""),
        awarding_body=document["issuer"]["name"],
        supervision=achievement.get("supervisionType", ""),
        prerequisites=achievement.get("prerequisites", ""),
        stackability=achievement.get("stackability", ""),
    )


def uploadable(credential: Json) -> Json:
    """The file that the issuing tool takes."""
    return {"credential": credential}


def build(document: Json, also: Mapping[str, Said], register: Register | None, picture: bytes) -> Json:
    """The unsigned credential of a signed badge. `also`: the same in other languages; `picture`: a PNG, shown where the
    credential is read. Refuses (Unfit) a badge that does not say who holds it, from where, or for how much work."""
    return _Making(document, also, register, picture).credential()


@cache
def _three_letters() -> Mapping[str, str]:
    pairs = [(three, two[0]) for three, two in get_global("territory_aliases").items() if len(two) == 1]
    found = {two: three for three, two in pairs if len(three) == 3 and three.isalpha() and three not in FORMER}
    return found | OTHER


def country(code: str) -> Json | None:
    """A country of the European list, by its two letters; None for one that has no entry."""
    three = _three_letters().get(code)
    return None if three is None else _concept(f"{AUTHORITY}country/{three}", f"{AUTHORITY}country", {"en": three})


def _concept(address: str, scheme: str, labels: Mapping[str, str]) -> Json:
    listed = {"id": scheme, "type": "ConceptScheme"}
    return {"id": address, "type": "Concept", "inScheme": listed, "prefLabel": dict(labels)}


def _listed(name: str, entry: str, labels: Mapping[str, str]) -> Json:
    """An entry of one of the model's own lists."""
    return _concept(f"{SNB}{name}/{entry}", f"{SNB}{name}/{SCHEME}", labels)


def _language(code: str) -> Json:
    three, labels = LANGUAGES[code]
    return _concept(f"{AUTHORITY}language/{three}", f"{AUTHORITY}language", labels)


def _kept(node: Json) -> Json:
    """Without what is empty: an absent member says that nothing was said."""
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}


class _Making:
    """One credential: nodes are numbered by their kind, as the model's own samples do."""

    def __init__(self, document: Json, also: Mapping[str, Said], register: Register | None, picture: bytes) -> None:
        own, said = said_in(document)
        self.document, self.register, self.picture = document, register, picture
        self.achievement = document["credentialSubject"]["achievement"]
        self.primary = own if own in LANGUAGES else "fr"
        others = {code: words for code, words in also.items() if code in LANGUAGES and code != self.primary}
        self.said: dict[str, Said] = {self.primary: said, **others}
        self.counted: dict[str, int] = {}
        self.at = document["validFrom"]
        self.check()

    def check(self) -> None:
        """Refuse what could not be a credential."""
        if not self.named() and self.register is None:
            raise Unfit("the badge does not name its holder, and the register has nothing of them")
        if country(self.document["issuer"].get("address", {}).get("addressCountryCode", "")) is None:
            raise Unfit("the country of award is not in the European list")
        if not self.achievement.get("workload"):
            raise Unfit("the badge says no workload")

    def node(self, kind: str, **members: Any) -> Json:
        """A node with a name of its own."""
        short = kind[0].lower() + kind[1:]
        self.counted[short] = self.counted.get(short, 0) + 1
        return _kept({"id": f"urn:epass:{short}:{self.counted[short]}", "type": kind, **members})

    def texts(self, get: Callable[[Said], str], around: Mapping[str, str] | None = None) -> Json:
        """A text by language. What reads the same in another one was not translated: it stands once."""
        first = get(self.said[self.primary])
        found = {code: get(said) for code, said in self.said.items()}
        kept = {code: text for code, text in found.items() if text and (code == self.primary or text != first)}
        return {code: around[code].format(text) for code, text in kept.items()} if around else kept

    def note(self, texts: Json) -> Json | None:
        """A note, unless there is nothing to say."""
        return self.node("Note", noteLiteral=texts) if texts else None

    def named(self) -> str:
        """The name that the badge says in clear, or nothing."""
        identifiers = self.document["credentialSubject"].get("identifier", [])
        names = [one["identityHash"] for one in identifiers if one.get("identityType") == "name" and not one["hashed"]]
        return names[0] if names else ""

    def credential(self) -> Json:
        """The whole."""
        return {
            "@context": list(CONTEXT),
            "id": f"urn:credential:{uuid.uuid5(uuid.NAMESPACE_URL, self.document['id'])}",
            "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
            "credentialSchema": {"id": SCHEMA, "type": "ShaclValidator2017"},
            "credentialProfiles": _listed("credential", GENERIC, {"fr": "Générique", "en": "Generic"}),
            "displayParameter": self.display(),
            "identifier": self.identifier(NUMBER, self.document["id"].rsplit("/", 1)[-1]),
            "issuer": self.school,
            "issuanceDate": self.at,
            "issued": self.at,
            "validFrom": self.at,
            **({"expirationDate": self.document["validUntil"]} if "validUntil" in self.document else {}),
            "credentialSubject": self.person(),
        }

    def identifier(self, scheme: Mapping[str, str], notation: str) -> Json:
        """Something by which the school knows it."""
        return self.node("Identifier", schemeName=scheme[self.primary], notation=notation)

    def display(self) -> Json:
        """How it is shown: in each language, with the picture."""
        kind = KINDS.get(self.achievement.get("achievementType", ""), KINDS["MicroCredential"])
        titles = {code: f"{kind[code]} · {self.title(said)}" for code, said in self.said.items()}
        return self.node(
            "DisplayParameter",
            title=titles,
            description=self.texts(lambda said: said.description),
            language=[_language(code) for code in self.said],
            primaryLanguage=_language(self.primary),
            individualDisplay=[self.shown(code) for code in self.said],
        )

    @staticmethod
    def title(said: Said) -> str:
        """The course, with the track that was followed."""
        return f"{said.title} ({said.track})" if said.track else said.title

    def shown(self, code: str) -> Json:
        """The picture, for one language."""
        file = _concept(f"{AUTHORITY}file-type/PNG", f"{AUTHORITY}file-type", {"en": "PNG"})
        image = self.node(
            "MediaObject",
            content=base64.b64encode(self.picture).decode("ascii"),
            contentEncoding=_listed("encoding", BASE64, {"en": "base64"}),
            contentType=file,
        )
        detail = self.node("DisplayDetail", image=image, page=1)
        return self.node("IndividualDisplay", language=_language(code), displayDetail=[detail])

    @cached_property
    def school(self) -> Json:
        """Who awards: without the number of its seal, which the seal brings. One node, wherever it stands."""
        issuer = self.document["issuer"]
        address = self.node("Address", countryCode=country(issuer["address"]["addressCountryCode"]))
        return self.node(
            "Organisation",
            legalName=self.texts(lambda said: said.awarding_body),
            location=[self.node("Location", address=[address])],
            homepage=[self.node("WebResource", contentURL=issuer["url"])] if issuer.get("url") else None,
        )

    @cached_property
    def awarding(self) -> Json:
        """The act of awarding, the same of all that it gives."""
        return self.node("AwardingProcess", awardingBody=[self.school], awardingDate=self.at)

    def person(self) -> Json:
        """The holder: the name on the certificate and, where the register has it, the civil identity."""
        name, civil = self.named(), self.register
        if not name and civil is not None:
            name = f"{civil.given_names} {civil.birth_name}"
        members: Json = {"fullName": {self.primary: name}}
        if civil is not None:
            members |= {
                "givenName": {self.primary: civil.given_names},
                "familyName": {self.primary: civil.birth_name},
                "birthName": {self.primary: civil.birth_name},
                "dateOfBirth": f"{civil.born_on.isoformat()}T00:00:00Z",
                "placeOfBirth": self.birthplace(civil),
                "identifier": [self.identifier(STUDENT, civil.student_number)] if civil.student_number else None,
            }
        return self.node("Person", **members, hasClaim=[self.claim()])

    def birthplace(self, civil: Register) -> Json | None:
        """Where somebody was born; nothing where the European list has no such country."""
        where = country(civil.birth_country)
        if where is None:
            return None
        address = self.node("Address", countryCode=where)
        return self.node("Location", geographicName={self.primary: civil.birth_place}, address=[address])

    def claim(self) -> Json:
        """What was achieved: assessed how, for how many credits."""
        earned = self.document["credentialSubject"].get("creditsEarned", 0)
        return self.node(
            "LearningAchievement",
            title=self.texts(self.title),
            description=self.texts(lambda said: said.description),
            awardedBy=self.awarding,
            creditReceived=[self.credit(earned)] if earned else None,
            provenBy=[self.assessment()],
            specifiedBy=self.specification(),
        )

    def credit(self, points: float) -> Json:
        """ECTS credits: the framework is said exactly once."""
        framework = _listed("education-credit", ECTS, ECTS_SAID)
        return self.node("CreditPoint", framework=framework, point=f"{points:g}")

    def assessment(self) -> Json:
        """How it was assessed, and that it was passed: marks are the transcript's."""
        checked, supervised = self.achievement.get("identityChecked"), self.achievement.get("supervisionType")
        alone = checked is False and not supervised
        return self.node(
            "LearningAssessment",
            title=self.texts(lambda said: said.assessment),
            description=self.texts(lambda said: said.criteria),
            grade=self.note(dict(PASSED)),
            issued=self.at,
            idVerification=_listed("supervision-verification", UNSUPERVISED, UNSUPERVISED_SAID) if alone else None,
            additionalNote=[self.note(self.texts(lambda said: said.supervision, NOTES["supervision"]))]
            if supervised
            else None,
            awardedBy=self.awarding,
            specifiedBy=self.node("LearningAssessmentSpecification", title=self.texts(lambda said: said.assessment)),
        )

    def specification(self) -> Json:
        """What is achieved by whoever achieves it: outcomes, level, work, credits."""
        level = next((one for one in self.achievement.get("alignment", []) if "/eqf/" in one["targetUrl"]), None)
        offered = self.achievement.get("creditsAvailable", 0)
        notes = [
            self.note(self.texts(lambda said: said.participation, NOTES["participation"])),
            self.note(self.texts(lambda said: said.quality_assurance, NOTES["quality_assurance"])),
            self.note(self.texts(lambda said: said.stackability, NOTES["stackability"])),
        ]
        members: Json = {
            "title": self.texts(self.title),
            "description": self.texts(lambda said: said.description),
            "identifier": [self.node("Identifier", notation=self.achievement["id"])],
            "homepage": [self.node("WebResource", contentURL=self.achievement["id"])],
            "volumeOfLearning": self.achievement["workload"],
            "language": [_language(self.primary)],
            "learningOutcome": self.outcomes(),
            "creditPoint": [self.credit(offered)] if offered else None,
            "entryRequirement": self.note(self.texts(lambda said: said.prerequisites)),
            "additionalNote": [one for one in notes if one],
        }
        if level is None:
            return self.node("LearningAchievementSpecification", **members)
        number = level["targetCode"]
        said = {"fr": f"Niveau {number}", "en": f"Level {number}"}
        return self.node("Qualification", **members, eqfLevel=_listed("eqf", number, said))

    def outcomes(self) -> list[Json]:
        """What the holder can do, outcome by outcome; in another language too where it lists as many."""
        count = len(self.said[self.primary].outcomes)
        found = []
        for number in range(count):
            titles = self.texts(lambda said, n=number: said.outcomes[n] if len(said.outcomes) == count else "")  # type: ignore[misc]
            found.append(self.node("LearningOutcome", title=titles))
        return found
