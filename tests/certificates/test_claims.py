"""A learner claims the credits of a certificate: asked for then and no sooner, and forgotten when it should be."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.audit.models import Act
from preau.certificates import actions, claiming, issuing, personal, replacing
from preau.certificates.forms_claims import Claim
from preau.certificates.models import Award, CreditClaim
from preau.common.ids import new_id
from preau.config import worker
from preau.courses.models import Edition, Enrolment
from preau.mail.models import Message
from tests import cast
from tests.desk.stage import SECOND_WEEK, result

SAID = {
    "birth_name": "N’Diaye",
    "given_names": "Ana  Aïssatou",
    "born_on": "1999-02-28",
    "birth_place": "Saint-Louis",
    "birth_country": "SN",
    "student_number": "",
}
CIVIL = claiming.Civil("N’Diaye", "Ana", date(1999, 2, 28), "Saint-Louis", "SN", "E-77")


@pytest.fixture
def award(edition: Edition, ana_enrolment: Enrolment, rita: Person) -> Award:
    """Ana has passed, and has her certificate."""
    for unit in ("quiz", "apres", "examen"):
        result(ana_enrolment, unit, 90, SECOND_WEEK)
    actions.award_passed(edition=edition, track=ana_enrolment.track, by=rita, now=SECOND_WEEK)
    issuing.issue_waiting(now=SECOND_WEEK)
    return Award.objects.select_related("enrolment__person", "track").get()


def asks(award: Award, civil: claiming.Civil = CIVIL) -> CreditClaim:
    who = award.enrolment.person
    outcome = claiming.ask(act=cast.an_act("credits.ask"), award=award, by=who, civil=civil, now=timezone.now())
    return CreditClaim.objects.get(pk=outcome["claim"])


def decides(claim: CreditClaim, by: Person, reason: str = "") -> None:
    now = timezone.now()
    if reason:
        claiming.refuse(act=cast.an_act("credits.refuse"), claim=claim, by=by, reason=reason, now=now)
    else:
        at = claim.award.enrolment.edition
        claiming.accept(act=cast.an_act("credits.accept"), claims=[claim.pk], edition=at, by=by, now=now)


def page(award: Award) -> str:
    return f"/me/certificates/{award.code}/credits/"


def send(client: Client, award: Award, **changes: str) -> Any:
    return client.post(page(award), {**cast.form(), **SAID, **changes})


def test_what_the_register_needs_is_asked_of_who_applies(award: Award) -> None:
    ana = cast.browser(award.enrolment.person)
    assert f"{page(award)}".encode() in ana.get("/me/certificates/").content
    form = ana.get(page(award)).content.decode()
    assert "birth_place" in form
    assert "90 jours" in form or "90 days" in form
    assert send(ana, award).status_code == 302
    claim = CreditClaim.objects.get()
    assert (claim.state, claim.birth_name, claim.given_names) == ("asked", "N’Diaye", "Ana Aïssatou")
    assert (claim.born_on, claim.birth_country) == (date(1999, 2, 28), "SN")
    shown = ana.get(page(award))
    assert "Saint-Louis" in shown.content.decode()
    assert not shown.context["open"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birth_name", ""),
        ("birth_name", "\u202e \x00"),
        ("birth_name", "12-34"),
        ("birth_name", "x" * 121),
        ("given_names", "…"),
        ("born_on", ""),
        ("born_on", "demain"),
        ("born_on", "1999-02-30"),
        ("born_on", "1066-10-14"),
        ("born_on", f"{timezone.now().year}-01-01"),
        ("born_on", f"{timezone.now().year + 1}-01-01"),
        ("birth_place", " "),
        ("birth_country", "XX"),
        ("birth_country", ""),
        ("student_number", "9" * 41),
    ],
)
def test_what_cannot_be_is_said_and_loses_nothing(award: Award, field: str, value: str) -> None:
    reply = send(cast.browser(award.enrolment.person), award, **{field: value})
    assert reply.status_code == 422
    assert list(reply.context["form"].errors) == [field]
    assert "Saint-Louis" in reply.content.decode() or field == "birth_place"
    assert not CreditClaim.objects.exists()


@given(name=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=120))
def test_a_name_in_any_script_is_kept_on_one_line_or_refused(name: str) -> None:
    form = Claim({**SAID, "birth_name": name})
    if form.is_valid():
        kept = form.civil().birth_name
        assert any(letter.isalpha() for letter in kept)
        assert kept == " ".join(kept.split())
    else:
        assert list(form.errors) == ["birth_name"]


def test_an_application_sent_twice_is_one(award: Award) -> None:
    ana, act = cast.browser(award.enrolment.person), new_id()
    sent = [ana.post(page(award), cast.form(act, **SAID)).status_code for _again in range(2)]
    assert sent == [302, 302]
    assert send(ana, award).status_code == 422, "another application while one waits"
    assert CreditClaim.objects.count() == 1


def test_nobody_else_finds_the_page(award: Award, ben: Person, tom: Person, rita: Person) -> None:
    for who in (ben, tom, rita):
        assert cast.browser(who).get(page(award)).status_code == 404
        assert send(cast.browser(who), award).status_code == 404
        assert cast.browser(who).post(page(award) + "withdraw/", cast.form()).status_code == 404
    assert not CreditClaim.objects.exists()


def test_an_attestation_and_a_certificate_that_ended_bring_nothing_to_claim(award: Award, rita: Person) -> None:
    ana = cast.browser(award.enrolment.person)
    Award.objects.update(credits=0)
    assert page(award).encode() not in ana.get("/me/certificates/").content
    assert send(ana, award).status_code == 422
    Award.objects.update(credits=1, suspended_at=SECOND_WEEK)
    assert send(ana, award).status_code == 422
    Award.objects.update(suspended_at=None)
    actions.revoke(act=cast.an_act("award.revoke"), award=award, by=rita, reason="Une erreur", now=SECOND_WEEK)
    reply = send(ana, award)
    assert reply.status_code == 422
    assert "Saint-Louis" in reply.content.decode(), "what was written is still there"
    assert not CreditClaim.objects.exists()


def test_a_certificate_of_a_former_release_brings_what_its_track_is_worth(award: Award) -> None:
    Award.objects.update(credits=None, steps={})
    assert send(cast.browser(award.enrolment.person), award).status_code == 302


def test_taken_back_it_is_forgotten_at_once_and_can_be_made_again(award: Award) -> None:
    ana = cast.browser(award.enrolment.person)
    asks(award)
    assert ana.post(page(award) + "withdraw/", cast.form()).status_code == 302
    claim = CreditClaim.objects.get()
    assert (claim.state, claim.birth_name, claim.born_on, claim.student_number) == ("withdrawn", "", None, "")
    ana.post(page(award) + "withdraw/", cast.form())
    assert CreditClaim.objects.filter(state="withdrawn").count() == 1
    assert send(ana, award).status_code == 302


def test_a_refused_one_says_why_and_can_be_corrected(award: Award, rita: Person) -> None:
    ana = cast.browser(award.enrolment.person)
    decides(asks(award), rita, "Le pays manque sur la pièce")
    shown = ana.get(page(award))
    assert "Le pays manque sur la pièce" in shown.content.decode()
    assert shown.context["form"].initial["birth_place"] == "Saint-Louis"
    assert "Le pays manque sur la pièce" in ana.get("/me/certificates/").content.decode()
    assert send(ana, award, birth_place="Dakar").status_code == 302
    assert {claim.state: claim.birth_place for claim in CreditClaim.objects.all()} == {"refused": "", "asked": "Dakar"}


def test_an_accepted_one_is_final_for_the_learner(award: Award, rita: Person) -> None:
    ana = cast.browser(award.enrolment.person)
    decides(asks(award), rita)
    assert send(ana, award, birth_place="Dakar").status_code == 422
    ana.post(page(award) + "withdraw/", cast.form())
    claim = CreditClaim.objects.get()
    assert (claim.state, claim.birth_place) == ("accepted", "Saint-Louis")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_learner_is_told_what_was_decided_and_never_of_their_birth(
    award: Award, rita: Person, language: str
) -> None:
    Person.objects.filter(pk=award.enrolment.person_id).update(language=language)
    first = asks(award)
    decides(first, rita, "Une lettre manque")
    second = asks(award)
    decides(second, rita)
    refused = Message.objects.get(key=f"credits:{first.pk}:refused")
    accepted = Message.objects.get(key=f"credits:{second.pk}:accepted")
    assert "Une lettre manque" in refused.text
    assert f"/me/certificates/{award.code}/credits/" in refused.text
    assert award.code in accepted.text
    assert {refused.language, accepted.language} == {language}
    everything = " ".join([refused.text, refused.subject, accepted.text, accepted.subject])
    assert not any(word in everything for word in ("Saint-Louis", "1999", "Diaye", "E-77"))


def test_journal_and_acts_keep_nothing_of_what_a_claim_says(award: Award, rita: Person) -> None:
    decides(asks(award), rita, "Une lettre manque")
    decides(asks(award), rita)
    lines = journal.about("enrolment", award.enrolment_id)
    verbs = sorted(line.verb for line in lines if line.verb.startswith("credits."))
    assert verbs == ["credits.accepted", "credits.asked", "credits.asked", "credits.refused"]
    assert all(line.details == {"code": award.code} for line in lines if line.verb.startswith("credits."))
    kept = " ".join(str(act.outcome) for act in Act.objects.all())
    assert not any(word in kept for word in ("Saint-Louis", "1999", "Diaye", "lettre"))


def test_it_follows_its_certificate_to_the_one_that_takes_its_place(award: Award, rita: Person) -> None:
    claim = asks(award)
    later = replacing.replace(award.pk, "Ana Diop", by=rita, now=SECOND_WEEK)
    claim.refresh_from_db()
    assert claim.award_id == later.pk
    ana = cast.browser(award.enrolment.person)
    assert later.code in ana.get(page(award)).content.decode()
    assert send(ana, award).status_code == 422
    decides(claim, rita)
    claim.refresh_from_db()
    assert claim.state == "accepted"


def test_where_claims_are_costs_no_query_for_each_certificate(
    award: Award, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ana = cast.browser(award.enrolment.person)
    asks(award)
    ana.get("/me/certificates/")
    with CaptureQueriesContext(connection) as one:
        ana.get("/me/certificates/")
    other = cast.edition(slug="thin-9", of=edition.course.versions.get())
    row = cast.enrolment(award.enrolment.person, other)
    given = Award.objects.create(
        enrolment=row, track=row.track, credits=1, code="ABCDEFGHJKMN", decided_by_id=row.person_id,
        awarded_at=SECOND_WEEK,
    )  # fmt: skip
    issuing.issue(given.pk, now=SECOND_WEEK)
    asks(given)
    with django_assert_num_queries(len(one)):
        ana.get("/me/certificates/")


def test_what_was_refused_long_ago_is_forgotten_by_the_worker(award: Award, rita: Person) -> None:
    decides(asks(award), rita, "Une lettre manque")
    now = timezone.now()
    assert claiming.forget(now=now + timedelta(days=89)) == 0
    assert CreditClaim.objects.get().birth_name == "N’Diaye"
    assert claiming.forget(now=now + timedelta(days=91)) == 1
    claim = CreditClaim.objects.get()
    assert (claim.birth_name, claim.born_on, claim.state) == ("", None, "refused")
    assert claiming.forget(now=now + timedelta(days=91)) == 0
    assert claiming.forget in [getattr(chore, "chore", None) for chore in worker.CHORES]


def test_what_an_accepted_claim_says_is_never_forgotten_by_the_worker(award: Award, rita: Person) -> None:
    decides(asks(award), rita)
    assert claiming.forget(now=timezone.now() + timedelta(days=4000)) == 0
    assert CreditClaim.objects.get().birth_name == "N’Diaye"


def test_an_erased_account_leaves_only_what_was_accepted(award: Award, rita: Person) -> None:
    ana = award.enrolment.person
    claim = asks(award)
    assert personal.CREDITS not in personal.erase(ana, timezone.now())
    claim.refresh_from_db()
    assert (claim.state, claim.birth_name, claim.given_names, claim.born_on) == ("withdrawn", "", "", None)
    accepted = asks(award)
    decides(accepted, rita)
    assert personal.CREDITS in personal.erase(ana, timezone.now())
    accepted.refresh_from_db()
    assert (accepted.state, accepted.birth_name) == ("accepted", "N’Diaye")


def test_claims_are_handed_over_with_what_the_site_holds(award: Award) -> None:
    asks(award)
    [row] = personal.export(award.enrolment.person)["credit_claims"]
    assert (row["birth_name"], row["born_on"], row["state"]) == ("N’Diaye", date(1999, 2, 28), "asked")


def test_nobody_decides_about_their_own_credits(award: Award) -> None:
    claim, ana = asks(award), award.enrolment.person
    for reason in ("", "Non"):
        with pytest.raises(Refused):
            decides(claim, ana, reason)
    claim.refresh_from_db()
    assert claim.state == "asked"
