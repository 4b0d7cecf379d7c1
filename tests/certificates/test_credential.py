import dataclasses
import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.certificates import contexts, credential, integrity
from tests.certificates import sample


def test_the_document_has_the_shape_of_an_open_badge() -> None:
    document = sample.unsigned()
    assert document["@context"][:2] == [contexts.CREDENTIALS, contexts.OPEN_BADGES]
    assert {"VerifiableCredential", "OpenBadgeCredential"} <= set(document["type"])
    assert document["id"] == "https://mooc.school.example/verify/K7QD-M2XV"
    assert document["issuer"]["id"] == "did:web:mooc.school.example"
    assert document["issuer"]["type"] == ["Profile"]
    assert document["validFrom"] == "2026-06-30T10:00:00Z"
    assert document["credentialSubject"]["type"] == ["AchievementSubject"]
    achievement = document["credentialSubject"]["achievement"]
    assert {"id", "type", "name", "description", "criteria"} <= set(achievement)
    assert achievement["type"][0] == "Achievement"
    assert "credentialStatus" not in document


@pytest.mark.inputs
def test_it_has_every_member_of_1edtechs_simplest_badge_with_the_same_kind_of_value(inputs: Path) -> None:
    def missing(theirs: Any, ours: Any, path: str = "") -> list[str]:
        if isinstance(theirs, dict) and isinstance(ours, dict):
            both = theirs.keys() & ours.keys()
            lacking = [f"{path}/{name}" for name in theirs.keys() - ours.keys()]
            return lacking + [found for name in both for found in missing(theirs[name], ours[name], f"{path}/{name}")]
        return [] if isinstance(ours, type(theirs)) else [path]

    theirs = json.loads((inputs / "openbadges3/simple.json").read_text())
    del theirs["proof"]
    assert missing(theirs, sample.unsigned()) == ["/credentialSubject/id"]  # our subject is told by `identifier`


def test_the_micro_credential_fields_are_signed_inside_the_badge() -> None:
    achievement = sample.unsigned()["credentialSubject"]["achievement"]
    assert achievement["ECTS"] == achievement["creditsAvailable"] == 2
    assert achievement["workload"] == "PT30H"
    assert achievement["educationLevel"] == "EQF 6"
    assert achievement["countryOfAward"] == "FR"
    assert achievement["learningOutcome"] == list(sample.PROFILE.learning_outcomes)
    assert achievement["identityChecked"] is False
    assert "prerequisites" not in achievement
    signed = sample.sign(sample.unsigned())
    signed["credentialSubject"]["achievement"]["ECTS"] = 30
    with pytest.raises(integrity.Invalid, match="does not match"):
        integrity.check(signed, sample.PUBLIC)


def test_integral_credits_are_written_as_integers() -> None:
    for value in (1, 1.0, Decimal("1.00")):
        earned = sample.unsigned(credits=value)["credentialSubject"]["creditsEarned"]
        assert (earned, type(earned)) == (1, int)
    assert sample.unsigned(credits=Decimal("0.5"))["credentialSubject"]["creditsEarned"] == 0.5


def test_the_name_is_in_clear_only_when_agreed_and_the_address_never() -> None:
    text = json.dumps(sample.unsigned(), ensure_ascii=False)
    assert "Awa N'Diaye" in text
    assert "example.org" not in text.replace("school.example", "")
    silent = dataclasses.replace(sample.HOLDER, name=None)
    entries = sample.unsigned(holder=silent)["credentialSubject"]["identifier"]
    assert [entry["identityType"] for entry in entries] == ["emailAddress"]


def test_the_hashed_address_depends_on_the_salt_and_not_on_case() -> None:
    one = credential.hashed_identity("Awa@example.org ", "a")
    assert one == credential.hashed_identity("awa@example.org", "a")
    assert one != credential.hashed_identity("awa@example.org", "b")


@pytest.mark.parametrize(
    "field",
    [
        "title",
        "country",
        "awarding_body",
        "learning_outcomes",
        "workload_hours",
        "assessment_type",
        "participation",
        "quality_assurance",
    ],
)
def test_a_mandatory_field_left_empty_blocks_the_issue(field: str) -> None:
    empty: Any = {"learning_outcomes": ("",), "workload_hours": 0}.get(field, "  ")
    changes: dict[str, Any] = {field: empty}
    profile = dataclasses.replace(sample.PROFILE, **changes)
    achievement = dataclasses.replace(sample.ACHIEVEMENT, profile=profile)
    with pytest.raises(credential.Incomplete) as caught:
        credential.build(achievement, sample.award(), site_url=sample.SITE)
    assert caught.value.missing == (field,)


def test_a_course_without_a_level_is_issued_without_one() -> None:
    profile = dataclasses.replace(sample.PROFILE, level=None)
    achievement = dataclasses.replace(sample.ACHIEVEMENT, profile=profile)
    document = credential.build(achievement, sample.award(), site_url=sample.SITE)
    assert "educationLevel" not in document["credentialSubject"]["achievement"]
    integrity.check(sample.sign(document), sample.PUBLIC)


def test_more_credits_than_offered_are_refused() -> None:
    with pytest.raises(ValueError, match="more credits"):
        sample.unsigned(credits=3)


def test_an_entry_of_a_status_list_is_carried_and_signed() -> None:
    document = sample.unsigned(status=sample.status_entry())
    assert document["credentialStatus"]["statusListIndex"] == "94567"
    integrity.check(sample.sign(document), sample.PUBLIC)


@given(minutes=st.integers(min_value=0, max_value=600_000))
def test_a_duration_says_the_same_minutes(minutes: int) -> None:
    hours, _, rest = credential.duration(minutes / 60).removeprefix("PT").partition("H")
    assert int(hours) * 60 + int(rest.removesuffix("M") or 0) == minutes


def test_a_date_without_zone_is_refused() -> None:
    with pytest.raises(integrity.Invalid, match="zone"):
        sample.unsigned(valid_from=datetime(2026, 6, 30))  # noqa: DTZ001
