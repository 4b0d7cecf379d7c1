"""What a learner can show at any moment: what they may be told, frozen, signed, printed; checked by two verifiers."""

import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preau.accounts import actions as accounts
from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.certificates import (
    contexts,
    issuer,
    pdf_reading,
    personal,
    seal,
    statement_signing,
    statements,
)
from preau.certificates.models import Award, Candidate, Decision, Deliberation, Statement
from preau.courses import actions as courses
from preau.courses import enrolling
from preau.courses.models import Edition, Enrolment
from preau.grades import actions as grades
from tests import cast
from tests.certificates import stage
from tests.certificates.stage import scored
from tests.certificates.stating import DAY, checked, make, module, paper, printed, signed, unit
from tests.certificates.test_foreign import Verify, node, verify  # noqa: F401  fixtures

KINDS = pytest.mark.parametrize("kind", ["progress", "transcript"])
LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])


@pytest.fixture
def editions(db: None, tmp_path: Path) -> list[Edition]:
    return stage.editions(stage.version(tmp_path / "course"))


@pytest.fixture
def lea(editions: list[Edition]) -> Enrolment:
    return cast.enrolment(cast.person("Lea"), editions[0])


def later(row: Enrolment, percent: float, key: str, told: datetime) -> None:
    """A final result that may not be told before a moment."""
    grades.record(
        enrolment_id=row.pk,
        unit_id=row.edition.course.units.get(key=key).pk,
        version_id=row.edition.printings.get(current=True).version_id,
        score=percent,
        of=100,
        how={"final": True},
        shown_from=told,
        now=DAY - timedelta(days=1),
    )


@KINDS
@LANGUAGES
def test_a_result_that_may_not_be_told_is_nowhere_in_it(lea: Enrolment, kind: str, language: str) -> None:
    scored(lea, 80, "quiz")
    later(lea, 37.5, "examen", DAY + timedelta(days=40))
    made = signed(lea, kind, language)
    assert unit(made, "examen") == unit(made, "examen") | {"state": "waiting", "percent": None}
    assert unit(made, "quiz")["percent"] == "80"
    assert module(made, "debut")["mean"] == "80"
    for said in (json.dumps(made.facts), made.text, printed(made)):
        assert "37.5" not in said
        assert "37,5" not in said
    words = {"fr": "pas encore connu", "en": "not known yet"}
    assert words[language] in made.text
    assert words[language] in printed(made)


def test_once_it_is_told_it_is_in_the_next_one_and_the_first_stays_as_it_was(lea: Enrolment) -> None:
    told = DAY + timedelta(days=40)
    later(lea, 37.5, "examen", told)
    first = make(lea)
    second = make(lea, now=told + timedelta(days=1))
    first.refresh_from_db()
    assert (unit(first, "examen")["state"], unit(second, "examen")["percent"]) == ("waiting", "37.5")


@KINDS
@LANGUAGES
def test_it_is_signed_and_says_in_its_name_what_it_is_not(lea: Enrolment, kind: str, language: str) -> None:
    scored(lea, 72.5, "quiz")
    made = signed(lea, kind, language)
    assert checked(made).ok, checked(made).lines
    document = json.loads(made.text)
    assert {"fr": "pas un certificat", "en": "no certificate"}[language] in document["name"]
    subject = document["credentialSubject"]
    assert "creditsEarned" not in subject
    assert "creditsAvailable" not in subject["achievement"]
    assert "credentialStatus" not in document
    assert document["@context"] == [contexts.CREDENTIALS, contexts.OPEN_BADGES]
    names = {one["id"]: one["name"] for one in subject["achievement"]["resultDescription"]}
    values = {names[one["resultDescription"]]: one.get("value") for one in subject["result"]}
    assert values["Un quiz (Quiz)"] == "72.5"


def test_another_figure_in_it_is_noticed(lea: Enrolment) -> None:
    scored(lea, 40, "quiz")
    made = signed(lea)
    subject = json.loads(made.text)["credentialSubject"]
    next(one for one in subject["result"] if one.get("value") == "40")["value"] = "90"
    assert not checked(made, credentialSubject=subject).ok


@LANGUAGES
def test_a_stranger_verifies_it_with_what_we_publish(
    lea: Enrolment,
    verify: Verify,  # noqa: F811
    language: str,
) -> None:
    scored(lea, 72.5, "quiz", "defi")
    made = signed(lea, "transcript", language)
    whole = json.loads(made.text)
    assert verify(whole, did_document=issuer.document())["verified"]
    whole["credentialSubject"]["result"][0]["value"] = "everything"
    assert not verify(whole, did_document=issuer.document())["verified"]


@KINDS
@LANGUAGES
def test_the_paper_carries_the_signed_document_and_names_the_holder(lea: Enrolment, kind: str, language: str) -> None:
    scored(lea, 72.5, "quiz")
    made = signed(lea, kind, language)
    assert pdf_reading.extract_credential(paper(made)).decode() == made.text
    assert seal.is_intact(paper(made))
    said = printed(made)
    assert "Lea" in said
    assert made.code in said
    assert {"fr": "72,5", "en": "72.5"}[language] in said
    titles = {"progress": ("Relevé de progression", "Progress record"), "transcript": ("Relevé de notes", "Transcript")}
    assert titles[kind][language == "en"] in said


def test_the_command_verifies_the_sealed_file_and_refuses_one_that_was_touched(lea: Enrolment, tmp_path: Path) -> None:
    made, said = signed(lea), io.StringIO()
    whole, file = paper(made), tmp_path / "statement.pdf"
    file.write_bytes(whole)
    call_command("verify", str(file), stdout=said)
    assert said.getvalue().endswith("VALID\n")
    touched = bytearray(whole)
    touched[len(touched) // 2] ^= 1
    file.write_bytes(bytes(touched))
    with pytest.raises(SystemExit):
        call_command("verify", str(file), stdout=said)


HOSTILE = [
    "Awa N'Diaye-d’Août",
    "عائشة بنت محمد",
    "#set page(fill: red) $x$ *b* <b>",
    "Łukasz " + "Nguyễn " * 33,
    "Jean\u202egpj.exe\u2066",
    "王小明",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_is_signed_as_it_is_and_printed(lea: Enrolment, name: str) -> None:
    Person.objects.filter(pk=lea.person_id).update(name=name[:240])
    made = signed(lea)
    assert checked(made).ok
    holder = json.loads(made.text)["credentialSubject"]["identifier"][0]["identityHash"]
    assert holder == name[:240]
    assert pdf_reading.extract_credential(paper(made)).decode() == made.text
    said = printed(made)
    assert "\u202e" not in said
    if name.isascii():
        assert name in said


def test_what_was_cut_after_the_act_is_signed_at_the_next_look(lea: Enrolment) -> None:
    made = make(lea)
    assert (made.text, made.paper) == ("", "")
    statement_signing.sign(made.pk, now=DAY)
    made.refresh_from_db()
    text = made.text
    assert text
    assert made.paper == ""  # cut here
    assert statement_signing.sign_due(DAY) == 1
    assert statement_signing.sign_due(DAY) == 0
    made.refresh_from_db()
    assert made.text == text
    assert made.paper == f"statements/{made.code[:2]}/{made.code}-{made.paper_digest[:8]}.pdf"


def test_a_file_that_a_kill_left_without_its_row_goes(lea: Enrolment) -> None:
    made = make(lea)
    lost = default_storage.save(statements.paper_name(made.code, "0123456789"), ContentFile(b"%PDF-"))
    statement_signing.sign_due(DAY)
    made.refresh_from_db()
    assert not default_storage.exists(lost)
    assert default_storage.listdir(f"statements/{made.code[:2]}")[1] == [made.paper.rsplit("/", 1)[1]]


def test_one_that_cannot_be_signed_waits_and_keeps_no_other_from_its_turn(
    lea: Enrolment, caplog: pytest.LogCaptureFixture
) -> None:
    broken = make(lea)
    Statement.objects.filter(pk=broken.pk).update(facts=broken.facts | {"body": ""})
    good = make(lea, now=DAY + timedelta(minutes=1))
    look = DAY + timedelta(minutes=2)
    assert statement_signing.sign_due(look, limit=2) == 1
    assert "could not be signed" in caplog.text
    assert Statement.objects.get(paper="") == broken
    assert Statement.objects.exclude(paper="").get() == good
    Statement.objects.filter(pk=broken.pk).update(facts=broken.facts)
    assert statement_signing.sign_due(look + timedelta(minutes=1)) == 0
    assert statement_signing.sign_due(look + statement_signing.AGAIN) == 1


def test_the_same_act_makes_one(lea: Enrolment) -> None:
    act = cast.an_act("statement.make", now=DAY)
    first, again = (
        statements.make(act=act, by=lea.person, enrolment=lea, kind="progress", language="fr", now=DAY)
        for _ in range(2)
    )
    assert first == again
    assert Statement.objects.count() == 1
    line = journal.about("enrolment", lea.pk)[0]
    assert (line.verb, line.details["code"]) == ("statement.made", first["statement"])


def test_ten_a_day_and_no_more(lea: Enrolment, editions: list[Edition]) -> None:
    other = cast.enrolment(lea.person, editions[1])
    for n in range(statements.A_DAY):
        make((lea, other)[n % 2], now=DAY + timedelta(minutes=n))
    with pytest.raises(Refused, match="10"):
        make(other, now=DAY + timedelta(hours=1))
    make(lea, now=DAY + timedelta(days=1, minutes=1))


@pytest.mark.parametrize(("kind", "language"), [("diploma", "fr"), ("progress", "de"), ("", "")])
def test_another_kind_or_language_is_refused(lea: Enrolment, kind: str, language: str) -> None:
    with pytest.raises(Refused):
        make(lea, kind, language)
    assert not Statement.objects.exists()


def test_an_account_without_a_name_is_asked_for_one(lea: Enrolment) -> None:
    Person.objects.filter(pk=lea.person_id).update(name="")
    with pytest.raises(Refused):
        make(lea)


def test_it_counts_what_was_gone_through_and_its_hours(lea: Enrolment) -> None:
    lesson = lea.edition.course.units.get(key="lecon")
    grades.complete(enrolment_id=lea.pk, unit_id=lesson.pk, now=DAY)
    scored(lea, 80, "quiz", "defi")
    made = make(lea)
    core, elective = module(made, "debut"), module(made, "suite")
    assert (core["done"], core["of"]) == (2, 5)
    assert (elective["done"], elective["minutes"]) == (1, 70)
    assert made.facts["done"] == 3
    assert made.facts["minutes"] == core["minutes"] + 70


def test_an_elective_that_was_not_touched_is_not_in_it(lea: Enrolment) -> None:
    assert [one["key"] for one in make(lea).facts["modules"]] == ["debut"]


def test_excused_missed_and_kept_are_told_apart(editions: list[Edition]) -> None:
    who = cast.person("Noa")
    scored(cast.enrolment(who, editions[0]), 66, "quiz")
    row = cast.enrolment(who, editions[1])
    courses.excuse(enrolment=row, key="cas", reason="malade", by=who, now=row.edition.opens_at)
    over = row.edition.closes_at + timedelta(days=1)
    made = signed(row, "transcript", "en", now=over)
    assert (unit(made, "quiz")["kept"], unit(made, "cas")["state"], unit(made, "apres")["state"]) == (
        1,
        "excused",
        "missed",
    )
    assert (made.facts["over"], made.facts["pending"]) == (True, False)
    assert "66%, kept from edition 1" in printed(made)


def test_needs_are_told_as_the_learner_sees_them(lea: Enrolment) -> None:
    scored(lea, 59.97, "quiz")
    (track,) = make(lea).facts["tracks"]
    (need,) = track["needs"]
    assert (need["now"], need["state"], track["passed"]) == ("59.9", "missed", False)


def decided(row: Enrolment, verdict: str, number: int, *, filed: bool = True, of: Deliberation | None = None) -> None:
    """A decision of a jury."""
    times = dict.fromkeys(("frozen_at", "closed_at", "filed_at") if filed else (), DAY + timedelta(hours=number))
    held = Deliberation.objects.create(
        edition=row.edition, number=number, title="Jury", tracks=["classic"], prepared_at=DAY, rectifies=of, **times
    )
    one = Candidate.objects.create(deliberation=held, enrolment=row, track=row.track, proposal=verdict, frozen_at=DAY)
    Decision.objects.create(candidate=one, verdict=verdict, reason="Une raison secrète", at=DAY)


def test_a_transcript_has_the_last_word_of_juries_that_is_filed(lea: Enrolment) -> None:
    decided(lea, "not", 1)
    decided(lea, "admitted", 2, of=Deliberation.objects.get())
    decided(lea, "absent", 3, filed=False)
    made = signed(lea, "transcript", "en", now=DAY + timedelta(days=1))
    assert [(one["track"], one["verdict"]) for one in made.facts["decisions"]] == [("Classic", "admitted")]
    assert "secrète" not in made.text
    assert checked(made).ok
    assert "admitted" in printed(made)
    assert "decisions" not in make(lea, "progress", now=DAY + timedelta(days=1)).facts


def test_a_transcript_names_what_is_in_force_and_nothing_that_ended(lea: Enrolment) -> None:
    shared: dict[str, Any] = {"enrolment": lea, "decided_by_id": lea.person_id, "awarded_at": DAY}
    Award.objects.create(module="suite", titles={"fr": "TRIZ"}, code="INFORCE", **shared)
    Award.objects.create(track=lea.track, code="REVOKED", revoked_at=DAY, **shared)
    Award.objects.create(track=lea.track, code="SUSPENDED", suspended_at=DAY, **shared)
    made = signed(lea, "transcript")
    assert [one["code"] for one in made.facts["awards"]] == ["INFORCE"]
    for said in (made.text, printed(made)):
        assert "INFORCE" in said
        assert "REVOKED" not in said
        assert "SUSPENDED" not in said


def test_who_left_makes_one_and_it_says_so(lea: Enrolment) -> None:
    enrolling.leave(act=cast.an_act("leave"), by=lea.person, enrolment=lea, now=DAY)
    lea.refresh_from_db()
    made = signed(lea, language="en", now=DAY + timedelta(hours=1))
    assert "The edition was left on 12 March 2026." in printed(made)


def test_making_one_costs_the_same_whatever_was_done(
    lea: Enrolment, editions: list[Edition], django_assert_max_num_queries: Callable[..., Any]
) -> None:
    make(lea, "transcript")
    with CaptureQueriesContext(connection) as first:
        make(lea, "transcript")
        cost = len(first)
    scored(lea, 80, "quiz", "apres", "examen", "defi")
    stage.takes(lea, "team")
    for number in (1, 2, 3):
        decided(lea, "not", number)
    with django_assert_max_num_queries(cost):
        make(lea, "transcript")


def test_it_goes_with_the_account_file_and_all(
    lea: Enrolment, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    made = signed(lea)
    (told,) = personal.export(lea.person)["statements"]
    assert (told["code"], told["text"]) == (made.code, made.text)
    with django_capture_on_commit_callbacks(execute=True):
        accounts.erase(lea.person, by=lea.person_id, now=DAY)
    assert not Statement.objects.exists()
    assert not default_storage.exists(made.paper)
    assert cast.browser().get(f"/verify/{made.code}/").status_code == 404
