"""A certificate in the European Learning Model: what the shapes of the model require, checked here without a network.

The shapes themselves are the European Union's and not in the repository; that the documents pass them, but for the
number that only the school's seal has, was proven with them by hand (docs/staff/register.md).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.accounts import countries
from preau.certificates import credential, elm
from tests.certificates import sample

CIVIL = elm.Register("N’Diaye", "Awa Marie", date(1999, 2, 28), "Saint-Louis", "SN", "E-77")
ENGLISH = elm.Said(
    title="Project management",
    track="Classic track",
    description="The basics of running a project.",
    criteria="Pass the quizzes and the exam.",
    outcomes=("Frame a project", "Plan with PERT"),
    assessment="Weekly quizzes and an online exam",
    participation="Online",
    quality_assurance="The school's own committee",
    awarding_body="School of the Yard",
)
PICTURE = b"\x89PNG"
FRAMEWORK = credential.ECTS_FRAMEWORK
INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
DURATION = re.compile(r"^PT\d+H(\d+M)?$")
LANGUAGED = {
    *("title", "description", "prefLabel", "noteLiteral", "legalName", "fullName", "givenName", "familyName"),
    *("birthName", "geographicName"),
}
REQUIRED = {  # of the model's application profile for credentials: members without which a node is refused
    "Address": {"countryCode"},
    "AwardingProcess": {"awardingBody"},
    "Concept": {"inScheme", "prefLabel"},
    "CreditPoint": {"framework", "point"},
    "DisplayDetail": {"image", "page"},
    "DisplayParameter": {"title", "language", "primaryLanguage", "individualDisplay"},
    "EuropeanDigitalCredential": {
        *("credentialProfiles", "displayParameter", "issuer", "credentialSubject", "issued", "validFrom"),
        "credentialSchema",
    },
    "Identifier": {"notation"},
    "IndividualDisplay": {"language", "displayDetail"},
    "LearningAchievement": {"title", "awardedBy"},
    "LearningAchievementSpecification": {"title"},
    "LearningAssessment": {"title", "grade", "awardedBy"},
    "LearningAssessmentSpecification": {"title"},
    "LearningOutcome": {"title"},
    "Location": {"address"},
    "MediaObject": {"content", "contentType", "contentEncoding"},
    "Note": {"noteLiteral"},
    "Organisation": {"legalName", "location"},
    "Person": {"hasClaim"},
    "Qualification": {"title"},
    "WebResource": {"contentURL"},
}


def made(register: elm.Register | None = CIVIL, also: dict[str, elm.Said] | None = None, **changes: Any) -> elm.Json:
    document = sample.sign(sample.unsigned(**changes))
    return elm.build(document, {"en": ENGLISH} if also is None else also, register, PICTURE)


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object that has a type."""
    if isinstance(value, dict):
        if "type" in value:
            yield value
        for one in value.values():
            yield from nodes(one)
    elif isinstance(value, list):
        for one in value:
            yield from nodes(one)


def of(document: Any, kind: str) -> list[dict[str, Any]]:
    return [one for one in nodes(document) if kind in ([one["type"]] if isinstance(one["type"], str) else one["type"])]


def check(document: elm.Json) -> None:
    """What the model requires of every node."""
    seen = set()
    for node in nodes(document):
        kinds = [node["type"]] if isinstance(node["type"], str) else node["type"]
        seen |= set(kinds)
        for kind in kinds:
            assert not REQUIRED.get(kind, set()) - set(node), (kind, node)
        for name in LANGUAGED & set(node):
            assert node[name], (kinds, name)
            assert set(node[name]) <= set(elm.LANGUAGES), (kinds, name)
            assert all(isinstance(text, str) and text for text in node[name].values()), (kinds, name)
        for name in ("issued", "validFrom", "issuanceDate", "awardingDate", "dateOfBirth"):
            assert name not in node or INSTANT.match(node[name]), node[name]
        assert "volumeOfLearning" not in node or DURATION.match(node["volumeOfLearning"])
        assert all(value not in (None, "", [], {}) for value in node.values()), node
    for point in of(document, "CreditPoint"):
        assert point["framework"]["id"] == FRAMEWORK, "the framework, exactly one"
        assert isinstance(point["point"], str)
    assert seen <= {*REQUIRED, "VerifiableCredential", "ConceptScheme", "ShaclValidator2017"}, "nothing unknown"


def test_it_has_what_the_model_requires_with_the_register_and_without() -> None:
    for register in (None, CIVIL):
        document = made(register)
        check(document)
        assert document["@context"] == [
            "https://www.w3.org/2018/credentials/v1",
            "http://data.europa.eu/snb/model/context/edc-ap",
        ]
        assert document["type"] == ["VerifiableCredential", "EuropeanDigitalCredential"]


def test_it_is_unsigned_and_leaves_the_number_of_the_seal_to_the_school() -> None:
    document = made()
    assert "proof" not in document
    assert "eIDASIdentifier" not in json.dumps(document)


def test_it_says_the_same_as_the_badge() -> None:
    document = made()
    claim = document["credentialSubject"]["hasClaim"][0]
    assert (claim["creditReceived"][0]["point"], claim["specifiedBy"]["creditPoint"][0]["point"]) == ("1", "2")
    assert claim["specifiedBy"]["volumeOfLearning"] == "PT30H"
    assert claim["specifiedBy"]["eqfLevel"]["id"] == "http://data.europa.eu/snb/eqf/6"
    assert claim["title"] == {
        "fr": "Gestion de projet (Parcours classique)",
        "en": "Project management (Classic track)",
    }
    outcomes = [one["title"] for one in claim["specifiedBy"]["learningOutcome"]]
    assert outcomes == [
        {"fr": "Cadrer un projet", "en": "Frame a project"},
        {"fr": "Planifier par la méthode PERT", "en": "Plan with PERT"},
    ]
    assert claim["provenBy"][0]["title"]["fr"] == sample.PROFILE.assessment_type
    assert claim["awardedBy"]["awardingBody"][0] == document["issuer"], "one organisation, wherever it stands"
    assert document["issuer"]["location"][0]["address"][0]["countryCode"]["id"].endswith("/country/FRA")
    assert document["validFrom"] == "2026-06-30T10:00:00Z"
    assert document["identifier"]["notation"] == "K7QD-M2XV"
    notes = json.dumps(claim["specifiedBy"]["additionalNote"], ensure_ascii=False)
    assert sample.PROFILE.participation in notes
    assert sample.PROFILE.quality_assurance in notes


def test_it_is_shown_in_both_languages_with_its_picture() -> None:
    shown = made()["displayParameter"]
    assert set(shown["title"]) == {"fr", "en"}
    assert [one["id"].rsplit("/", 1)[1] for one in shown["language"]] == ["FRA", "ENG"]
    assert shown["primaryLanguage"]["id"].endswith("/FRA")
    assert {one["displayDetail"][0]["image"]["content"] for one in shown["individualDisplay"]} == {"iVBORw=="}


def test_the_register_says_who_it_is_and_without_it_only_the_name_on_the_certificate() -> None:
    person = made()["credentialSubject"]
    assert person["fullName"] == {"fr": "Awa N'Diaye"}
    assert (person["familyName"], person["birthName"]) == ({"fr": "N’Diaye"}, {"fr": "N’Diaye"})
    assert person["dateOfBirth"] == "1999-02-28T00:00:00Z"
    assert person["placeOfBirth"]["address"][0]["countryCode"]["id"].endswith("/country/SEN")
    assert person["identifier"][0]["notation"] == "E-77"
    bare = made(None)["credentialSubject"]
    assert set(bare) == {"id", "type", "fullName", "hasClaim"}
    assert "example.org" not in json.dumps(made(), ensure_ascii=False), "no address of theirs"


def test_what_was_not_translated_stands_once_under_its_own_language() -> None:
    document = made(also={"en": replace(ENGLISH, title="Gestion de projet", track="Parcours classique")})
    assert document["credentialSubject"]["hasClaim"][0]["title"] == {"fr": "Gestion de projet (Parcours classique)"}
    fewer = made(also={"en": replace(ENGLISH, outcomes=("Frame a project",))})
    outcomes = fewer["credentialSubject"]["hasClaim"][0]["specifiedBy"]["learningOutcome"]
    assert [set(one["title"]) for one in outcomes] == [{"fr"}, {"fr"}], "which is which cannot be told"
    check(document)
    check(fewer)


def test_an_attestation_brings_no_credit_and_a_course_without_level_is_no_qualification() -> None:
    achievement = replace(
        sample.ACHIEVEMENT, credits=None, kind="CertificateOfCompletion", profile=replace(sample.PROFILE, level=None)
    )
    signed = sample.sign(credential.build(achievement, sample.award(track="", credits=0), site_url=sample.SITE))
    document = elm.build(signed, {}, None, PICTURE)
    check(document)
    claim = document["credentialSubject"]["hasClaim"][0]
    assert not of(document, "CreditPoint")
    assert claim["specifiedBy"]["type"] == "LearningAchievementSpecification"
    assert document["displayParameter"]["title"]["fr"].startswith("Attestation de réussite")


def test_only_an_assessment_without_any_supervision_is_said_to_have_none() -> None:
    checked = "idVerification"
    assert made()["credentialSubject"]["hasClaim"][0]["provenBy"][0][checked]["id"].endswith("/c598449d64")
    profile = replace(sample.PROFILE, identity_checked=True, supervision="Examen surveillé sur place")
    signed = sample.sign(
        credential.build(replace(sample.ACHIEVEMENT, profile=profile), sample.award(), site_url=sample.SITE)
    )
    proof = elm.build(signed, {}, None, PICTURE)["credentialSubject"]["hasClaim"][0]["provenBy"][0]
    assert checked not in proof, "which entry of the list it is, the school says"
    assert "Examen surveillé sur place" in json.dumps(proof["additionalNote"], ensure_ascii=False)


def test_the_same_badge_gives_the_same_credential() -> None:
    assert made() == made()
    assert made()["id"] != made(code="OTHER")["id"]


def test_every_country_that_can_be_chosen_has_its_entry() -> None:
    found = {code: elm.country(code) for code, _name in countries.named("en")}
    assert [code for code, node in found.items() if node is None] == []
    ids = [node["id"].rsplit("/", 1)[1] for node in found.values() if node]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[A-Z]{3}", one) for one in ids)
    some = {"FR": "FRA", "DE": "DEU", "CD": "COD", "MM": "MMR", "TL": "TLS", "YE": "YEM", "GB": "GBR", "XK": "XKX"}
    assert {code: found[code]["id"][-3:] for code in some} == some  # type: ignore[index]


def test_a_badge_that_says_too_little_is_refused_with_the_reason() -> None:
    nameless = sample.sign(sample.unsigned(holder=replace(sample.HOLDER, name=None)))
    with pytest.raises(elm.Unfit, match="holder"):
        elm.build(nameless, {}, None, PICTURE)
    assert elm.build(nameless, {}, CIVIL, PICTURE)["credentialSubject"]["fullName"] == {"fr": "Awa Marie N’Diaye"}
    elsewhere = sample.sign(sample.unsigned())
    elsewhere["issuer"]["address"]["addressCountryCode"] = "9Z"
    with pytest.raises(elm.Unfit, match="country"):
        elm.build(elsewhere, {}, None, PICTURE)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(str.strip)


@given(
    name=TEXT,
    title=TEXT,
    outcomes=st.lists(TEXT, min_size=1, max_size=4),
    hours=st.floats(0.5, 999),
    points=st.decimals(0, 30, places=1),
    born=st.dates(date(1910, 1, 1), date(2015, 1, 1)),
    level=st.none() | st.integers(1, 8),
)
def test_whatever_a_course_and_a_learner_say_it_is_what_the_model_requires(
    name: str, title: str, outcomes: list[str], hours: float, points: Any, born: date, level: int | None
) -> None:
    profile = replace(sample.PROFILE, title=title, learning_outcomes=tuple(outcomes), workload_hours=hours, level=level)
    achievement = replace(sample.ACHIEVEMENT, profile=profile, credits=points)
    award = sample.award(
        holder=replace(sample.HOLDER, name=name), credits=points, valid_from=datetime(2026, 6, 30, tzinfo=UTC)
    )
    unsigned = credential.build(achievement, award, site_url=sample.SITE)
    document = elm.build(unsigned, {"en": ENGLISH}, replace(CIVIL, born_on=born, birth_name=name), PICTURE)
    check(document)
    assert document["credentialSubject"]["fullName"] == {"fr": name}
    assert json.loads(json.dumps(document)) == document
