"""A certificate is set aside for a time, and put in force again: by a registrar, with a reason, told to its holder."""

from typing import Any

import pytest

from preau.accounts.models import Person
from preau.audit import journal
from preau.certificates import actions, issuing
from preau.certificates.models import Award, StatusList
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
    actions.award_passed(edition=edition, track=ana_enrolment.track, by=rita, now=SECOND_WEEK)
    issuing.issue_waiting(now=SECOND_WEEK)
    return Award.objects.get()


def send(who: Person, award: Award, verb: str, reason: str = "Une question ouverte", act: Any = None) -> Any:
    return cast.browser(who).post(f"/desk/thin-1/awards/{award.pk}/{verb}/", cast.form(act, reason=reason))


def desk(who: Person, award: Award) -> str:
    return cast.browser(who).get(f"/desk/thin-1/awards/{award.pk}/").content.decode()


def messages(of: str) -> list[Message]:
    return list(Message.objects.filter(key__startswith=f"{of}:").order_by("queued_at"))


def test_its_desk_page_offers_the_one_that_can_be_done(award: Award, rita: Person) -> None:
    assert "/suspend/" in desk(rita, award)
    assert "/lift/" not in desk(rita, award)
    assert send(rita, award, "suspend").status_code == 302
    page = desk(rita, award)
    assert "/lift/" in page
    assert "/suspend/" not in page
    assert "Une question ouverte" in page


def test_its_public_page_says_so_without_the_reason_and_no_more_once_it_is_lifted(award: Award, rita: Person) -> None:
    before = cast.browser().get(f"/verify/{award.code}/").content.decode()
    send(rita, award, "suspend")
    during = cast.browser().get(f"/verify/{award.code}/").content.decode()
    assert "notice success" in before
    assert "notice success" not in during
    assert "Une question ouverte" not in during
    send(rita, award, "lift")
    assert "notice success" in cast.browser().get(f"/verify/{award.code}/").content.decode()


def test_the_lists_are_to_be_signed_again_each_time(award: Award, rita: Person) -> None:
    for verb in ("suspend", "lift"):
        StatusList.objects.update(stale=False)
        send(rita, award, verb)
        assert StatusList.objects.filter(stale=True).count() == 3


@pytest.mark.parametrize(("language", "word"), [("fr", "suspendu"), ("en", "suspended")])
def test_its_holder_is_told_both_times_in_their_language(award: Award, rita: Person, language: str, word: str) -> None:
    Person.objects.filter(pk=award.enrolment.person_id).update(language=language)
    send(rita, award, "suspend")
    send(rita, award, "lift", "Tout est en ordre")
    (first,), (second,) = messages("suspended"), messages("lifted")
    assert (first.address, first.language, second.language) == ("ana@example.org", language, language)
    assert "Une question ouverte" in first.text
    assert f"/verify/{award.code}" in first.text
    assert "Tout est en ordre" in second.text
    if language == "en":
        assert word in first.text


def test_each_is_a_line_of_the_journal_without_its_reason(award: Award, rita: Person) -> None:
    send(rita, award, "suspend")
    send(rita, award, "lift", "Tout est en ordre")
    lines = journal.about("enrolment", award.enrolment_id)[:2]
    assert [(line.verb, line.details, line.person_id) for line in reversed(lines)] == [
        ("certificate.suspended", {"code": award.code}, rita.pk),
        ("certificate.lifted", {"code": award.code}, rita.pk),
    ]


@pytest.mark.parametrize("verb", ["suspend", "lift"])
@pytest.mark.parametrize("reason", ["", "  \n", "x" * 301])
def test_neither_is_done_without_a_reason(award: Award, rita: Person, verb: str, reason: str) -> None:
    if verb == "lift":
        send(rita, award, "suspend")
    before = Award.objects.get().suspended_at
    assert send(rita, award, verb, reason).status_code == 422
    assert Award.objects.get().suspended_at == before


def test_what_makes_no_sense_is_refused_and_changes_nothing(award: Award, rita: Person) -> None:
    assert send(rita, award, "lift").status_code == 422
    send(rita, award, "suspend")
    assert send(rita, award, "suspend", "Encore").status_code == 422
    assert Award.objects.get().suspended_for == "Une question ouverte"
    actions.revoke(act=cast.an_act("award.revoke"), award=award, by=rita, reason="Une fraude", now=SECOND_WEEK)
    for verb in ("suspend", "lift"):
        assert send(rita, award, verb).status_code == 422
    assert len(messages("suspended") + messages("lifted")) == 1


def test_sent_twice_it_is_done_once(award: Award, rita: Person) -> None:
    act = new_id()
    for _turn in range(2):
        assert send(rita, award, "suspend", act=act).status_code == 302
    assert len(messages("suspended")) == 1


def test_nobody_but_a_registrar_may(award: Award, tom: Person) -> None:
    for verb in ("suspend", "lift"):
        for who in (tom, award.enrolment.person):
            assert send(who, award, verb).status_code == 404
    assert Award.objects.get().suspended_at is None
