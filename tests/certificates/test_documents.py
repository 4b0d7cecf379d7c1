"""What a certificate of shared credits and an attestation of a module say: page, PDF, credential, mail; checked without
a network."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.core.management import call_command
from django.utils import translation

from preau.accounts.models import Person
from preau.certificates import actions, issuer, issuing, profiles, words
from preau.certificates.models import Award
from preau.content.models import ModuleText
from preau.courses.models import Edition
from preau.mail.models import Message
from tests import cast
from tests.certificates import stage
from tests.certificates.stage import SECOND, scored

LATER = SECOND + timedelta(days=60)
LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])


@pytest.fixture
def editions(db: None, tmp_path: Path) -> list[Edition]:
    return stage.editions(stage.version(tmp_path))


@pytest.fixture
def paul(db: None) -> Person:
    """Registrar."""
    return cast.person("Paul")


type Given = Callable[[str], Award]


@pytest.fixture
def attested(editions: list[Edition], paul: Person) -> Given:
    """The signed attestation of the elective, to somebody who reads a language."""

    def attested(language: str) -> Award:
        scored(cast.enrolment(cast.person("Lea", language=language), editions[0]), 80, "defi")
        actions.award_module(edition=editions[0], module="suite", by=paul, now=LATER)
        issuing.issue_waiting(now=LATER)
        return Award.objects.get()

    return attested


@pytest.fixture
def moved_up(editions: list[Edition], paul: Person) -> Given:
    """The signed certificate of the advanced track, after that of the classic one in the edition before."""

    def moved_up(language: str) -> Award:
        who = cast.person("Lea", language=language)
        scored(cast.enrolment(who, editions[0]), 80, "quiz", "examen")
        cast.enrolment(who, editions[1], track="advanced")
        for edition, key in zip(editions, ("classic", "advanced"), strict=True):
            actions.award_passed(edition=edition, track=edition.tracks.get(key=key), by=paul, now=LATER)
        issuing.issue_waiting(now=LATER)
        return Award.objects.get(enrolment__edition=editions[1])

    return moved_up


def subject(award: Award) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(award.credential.text)["credentialSubject"]
    return found


def page(path: str, language: str, who: Person | None = None) -> str:
    client = cast.browser(who)
    client.get(f"/language/{language}/")
    return client.get(path).content.decode()


def printed(award: Award) -> str:
    content = cast.browser().get(f"/verify/{award.code}/certificate.pdf").content
    return " ".join(pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text().split())


def verified(award: Award, folder: Path) -> str:
    """What `./preau verify` says of the PDF, with the issuer's published key."""
    (folder / "a.pdf").write_bytes(cast.browser().get(f"/verify/{award.code}/certificate.pdf").content)
    (folder / "key.json").write_text(json.dumps(issuer.document()))
    said = StringIO()
    call_command("verify", str(folder / "a.pdf"), key=folder / "key.json", stdout=said)
    return said.getvalue()


SHARED = {
    "fr": "2 crédits ECTS, dont 1 attribué à la session 1",
    "en": "2 ECTS credits, of which 1 was awarded in edition 1",
}


@LANGUAGES
def test_credits_that_another_edition_awarded_are_told_everywhere(
    moved_up: Given, tmp_path: Path, language: str
) -> None:
    award = moved_up(language)
    with translation.override(language):
        assert words.credits(award) == SHARED[language]
    assert SHARED[language] in page(f"/verify/{award.code}/", language)
    assert SHARED[language] in page("/me/certificates/", language, award.enrolment.person)
    assert SHARED[language] in printed(award)
    told = subject(award)
    assert (told["creditsEarned"], told["achievement"]["ECTS"]) == (1, 2)
    assert told["achievement"]["stackability"] == SHARED[language]
    assert "VALID" in verified(award, tmp_path)


@LANGUAGES
def test_the_credentials_of_one_person_add_up_to_what_they_hold(moved_up: Given, language: str) -> None:
    moved_up(language)
    assert [subject(award)["creditsEarned"] for award in Award.objects.order_by("awarded_at", "pk")] == [1, 1]
    first = Award.objects.get(enrolment__edition__number=1)
    assert "stackability" not in subject(first)["achievement"]
    assert "dont" not in printed(first)


ATTESTED = {
    "fr": ("Attestation de réussite", "La méthode TRIZ", "Conduire un projet", "réussi le module"),
    "en": ("Statement of Achievement", "The TRIZ method", "Running a project", "passed the module"),
}


@LANGUAGES
def test_an_attestation_is_printed_and_verified_as_one(attested: Given, tmp_path: Path, language: str) -> None:
    award = attested(language)
    text = printed(award)
    for words_of in ATTESTED[language]:
        assert words_of in text
    for word in ("ECTS", "ertificat", "ertificate"):
        assert word not in text
    said = verified(award, tmp_path)
    assert "signature: authentic" in said
    assert f"achievement: {ATTESTED[language][1]}" in said
    assert "credits" not in said
    assert said.endswith("VALID\n")


@LANGUAGES
def test_its_credential_says_what_was_learned_and_brings_no_credit(attested: Given, language: str) -> None:
    award = attested(language)
    title = ATTESTED[language][0].lower()
    assert json.loads(award.credential.text)["name"].lower().startswith(title)
    told = subject(award)
    achievement = told["achievement"]
    assert achievement["name"] == ATTESTED[language][1]
    assert achievement["learningOutcome"] == [
        {"fr": "Lever une contradiction.", "en": "Resolving a contradiction."}[language]
    ]
    assert achievement["workload"] == "PT1H30M"  # of 75 minutes
    assert achievement["assessmentType"] == "Quiz"
    assert not {"creditsEarned", "creditsAvailable", "ECTS", "specialization"} & (told.keys() | achievement.keys())


@LANGUAGES
def test_its_pages_call_it_by_its_name(attested: Given, language: str) -> None:
    award = attested(language)
    public = page(f"/verify/{award.code}/", language)
    mine = page("/me/certificates/", language, award.enrolment.person)
    for text in (public, mine):
        assert ATTESTED[language][0].lower() in text.lower()
        assert ATTESTED[language][1] in text
        assert ATTESTED[language][2] in text
    assert "aucun : elle atteste un module" in public or "none: it attests one module" in public


@LANGUAGES
def test_whoever_loses_it_is_told_which(attested: Given, paul: Person, language: str) -> None:
    award = attested(language)
    actions.revoke(act=cast.an_act("award.revoke"), award=award, by=paul, reason="Une erreur", now=LATER)
    message = Message.objects.get(key=f"revoked:{award.pk}")
    assert ATTESTED[language][1] in message.subject
    for part in (ATTESTED[language][1], ATTESTED[language][2], award.code, "Une erreur"):
        assert part in message.text
    assert "ertificat" not in message.text
    revoked = page(f"/verify/{award.code}/", language)
    assert {"fr": "Cette attestation n’est plus en vigueur", "en": "This statement is no longer in force"}[
        language
    ] in revoked
    assert "Une erreur" not in revoked


def test_a_module_that_states_its_minutes_is_believed(editions: list[Edition]) -> None:
    row = ModuleText.objects.select_related("module", "version").get(module__key="suite")
    assert profiles.of_module(editions[0], row, "fr").workload_hours == 1.5
    row.meta = {**row.meta, "minutes": 240}
    assert profiles.of_module(editions[0], row, "fr").workload_hours == 4


@pytest.mark.parametrize(("minutes", "hours"), [(0, 0), (1, 0.5), (30, 0.5), (31, 1), (75, 1.5), (90, 1.5)])
def test_work_is_told_in_hours_and_halves_never_less_than_it_is(minutes: int, hours: float) -> None:
    assert profiles.hours(minutes) == hours


def test_an_attestation_of_a_module_that_the_course_gave_up_can_still_be_signed_and_printed(
    attested: Given, editions: list[Edition], tmp_path_factory: pytest.TempPathFactory
) -> None:
    award = attested("fr")
    award.credential.delete()
    a = stage.COURSE.index("  - id: suite")
    b = stage.COURSE.index("tracks:")
    folder = tmp_path_factory.mktemp("shorter")
    shorter = stage.version(folder, course=stage.COURSE[:a] + stage.COURSE[b:])
    stage.shows(editions[0], shorter)
    assert issuing.issue(award.pk, now=LATER)
    award = Award.objects.get()
    assert subject(award)["achievement"]["learningOutcome"] == ["Lever une contradiction."]
    assert "La méthode TRIZ" in printed(award)
