"""A certificate ends, with a reason: the page and its holder are told, and nobody gives it again by a slip."""

from typing import Any

import pytest

from preau.accounts.models import Person
from preau.audit import journal
from preau.certificates import actions as certificates
from preau.certificates import issuing
from preau.certificates.models import Award
from preau.common.ids import new_id
from preau.courses.models import Edition, Enrolment
from preau.mail.models import Message
from tests import cast
from tests.desk.stage import SECOND_WEEK, result


@pytest.fixture
def award(edition: Edition, ana_enrolment: Enrolment, rita: Person) -> Award:
    """Ana has passed, and has her certificate."""
    for unit in ("quiz", "apres", "examen"):
        result(ana_enrolment, unit, 90, SECOND_WEEK)
    certificates.award_passed(edition=edition, track=ana_enrolment.track, by=rita, now=SECOND_WEEK)
    issuing.issue_waiting(now=SECOND_WEEK)
    return Award.objects.get()


def revoke(who: Person, award: Award, reason: str = "Fraude constatée", act: Any = None) -> Any:
    return cast.browser(who).post(f"/desk/thin-1/awards/{award.pk}/revoke/", cast.form(act, reason=reason))


def test_the_record_leads_a_registrar_to_it_and_nobody_else(award: Award, rita: Person, tom: Person) -> None:
    record, page = f"/desk/thin-1/learners/{award.enrolment_id}/", f"/desk/thin-1/awards/{award.pk}/"
    assert page.encode() in cast.browser(rita).get(record).content
    assert page.encode() not in cast.browser(tom).get(record).content
    assert b"/revoke/" in cast.browser(rita).get(page).content
    for who in (tom, award.enrolment.person):
        assert cast.browser(who).get(page).status_code == 404
        assert revoke(who, award).status_code == 404
    assert Award.objects.get().revoked_at is None


def test_a_revoked_certificate_says_so_in_public_without_the_reason(award: Award, rita: Person) -> None:
    assert b"notice success" in cast.browser().get(f"/verify/{award.code}/").content
    assert revoke(rita, award).status_code == 302
    page = cast.browser().get(f"/verify/{award.code}/").content.decode()
    assert "notice error" in page
    assert "Fraude" not in page
    assert "Fraude constatée" in cast.browser(rita).get(f"/desk/thin-1/learners/{award.enrolment_id}/").content.decode()
    line = journal.about("enrolment", award.enrolment_id)[0]
    assert (line.verb, line.person_id, line.details) == ("revoked", rita.pk, {"code": award.code})


@pytest.mark.parametrize(("language", "word"), [("fr", "certificat"), ("en", "certificate")])
def test_the_holder_is_told_by_mail_in_their_language(award: Award, rita: Person, language: str, word: str) -> None:
    Person.objects.filter(pk=award.enrolment.person_id).update(language=language)
    revoke(rita, award)
    message = Message.objects.get(key=f"revoked:{award.pk}")
    assert (message.address, message.language) == ("ana@example.org", language)
    assert f"{word} " in message.text
    assert "Fraude constatée" in message.text
    assert f"/verify/{award.code}" in message.text


def test_the_holder_sees_it_among_their_certificates(award: Award, rita: Person) -> None:
    revoke(rita, award)
    page = cast.browser(award.enrolment.person).get("/me/certificates/").content.decode()
    assert "state late" in page
    assert "Fraude constatée" in page


@pytest.mark.parametrize("reason", ["", "  \n", "\x00", "x" * 301])
def test_a_revocation_without_a_reason_is_refused(award: Award, rita: Person, reason: str) -> None:
    assert revoke(rita, award, reason).status_code == 422
    assert Award.objects.get().revoked_at is None
    assert not Message.objects.filter(key__startswith="revoked:").exists()


def test_sent_twice_it_is_done_once(award: Award, rita: Person) -> None:
    act = new_id()
    assert [revoke(rita, award, act=act).status_code for _again in range(2)] == [302, 302]
    assert revoke(rita, award, "Autre").status_code == 422
    assert Award.objects.get().reason == "Fraude constatée"
    assert [entry.verb for entry in journal.about("enrolment", award.enrolment_id)].count("revoked") == 1


def give(who: Person) -> None:
    cast.browser(who).post("/desk/thin-1/awards/derive/")
    cast.browser(who).post("/desk/thin-1/awards/give/", {"track": "classic"})


def test_whoever_was_revoked_gets_no_other_with_the_others(award: Award, rita: Person) -> None:
    revoke(rita, award)
    give(rita)
    assert Award.objects.count() == 1
    classic = cast.browser(rita).get("/desk/thin-1/awards/").context["tracks"][0]
    assert (classic.waiting, [a.pk for a in classic.revoked], classic.awards) == (0, [award.pk], [])


def again(who: Person, award: Award) -> Any:
    return cast.browser(who).post(f"/desk/thin-1/awards/{award.pk}/again/", cast.form())


def test_it_is_given_again_one_by_one_under_another_code(award: Award, rita: Person) -> None:
    assert again(rita, award).status_code == 422  # it is in force
    revoke(rita, award)
    assert again(rita, award).status_code == 302
    fresh = Award.objects.get(revoked_at=None)
    assert fresh.code != award.code
    assert again(rita, award).status_code == 422
    assert b"notice error" in cast.browser().get(f"/verify/{award.code}/").content


def test_it_is_not_given_again_to_who_does_not_pass(award: Award, rita: Person) -> None:
    revoke(rita, award)
    result(award.enrolment, "quiz", 0, SECOND_WEEK)
    result(award.enrolment, "apres", 0, SECOND_WEEK)
    assert again(rita, award).status_code == 422
    assert Award.objects.count() == 1


def test_a_certificate_revoked_before_it_is_signed_is_never_signed(award: Award, rita: Person) -> None:
    award.credential.delete()
    revoke(rita, award)
    assert issuing.issue(award.pk, now=SECOND_WEEK) is False


def test_a_certificate_of_another_edition_is_not_found_here(award: Award, edition: Edition) -> None:
    cast.edition(slug="thin-3", of=edition.course.versions.get())
    eve = cast.person("Eve")
    cast.role(eve, "registrar", edition=Edition.objects.get(slug="thin-3"))
    assert cast.browser(eve).get(f"/desk/thin-3/awards/{award.pk}/").status_code == 404
    assert cast.browser(eve).post(f"/desk/thin-3/awards/{award.pk}/revoke/", cast.form(reason="x")).status_code == 404
