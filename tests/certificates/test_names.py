"""Another name on a certificate: asked for, compared, accepted or refused; the former document is replaced."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from preau.accounts import actions as accounts
from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.certificates import actions, correcting, issuing, personal, queries, status
from preau.certificates.models import Award, CreditClaim, NameCorrection, ShareLink, StatusList
from preau.common.ids import new_id
from preau.courses.models import Enrolment
from preau.mail.models import Message
from tests import cast
from tests.certificates import holding

NAMES = [
    "Ana N’Diaye-Lefèvre",
    "Ana O'Brien <b>",
    "آنا بنت محمد",
    "Ана Иванова",
    "Ana-Élisabeth " + "de la Tour d’Auvergne " * 10,
]


@pytest.fixture
def award(ana_enrolment: Enrolment, rita: Person) -> Award:
    return holding.certified(ana_enrolment, rita)


def ask(who: Person, award: Award, name: str, why: str = "", act: Any = None) -> Any:
    return cast.browser(who).post(f"/me/certificates/{award.code}/name/", cast.form(act, name=name, why=why))


def decide(who: Person, end: str, act: Any = None, **fields: str) -> Any:
    row = NameCorrection.objects.get(accepted=None) if "/" not in end else None
    path = f"/desk/thin-1/names/{row.pk}/{end}/" if row else f"/desk/thin-1/names/{end}/"
    return cast.browser(who).post(path, cast.form(act, **fields))


@pytest.mark.parametrize("name", NAMES, ids=["apostrophe", "markup", "Arabic", "Cyrillic", "long"])
def test_from_the_demand_to_the_document_under_another_name(award: Award, ana: Person, rita: Person, name: str) -> None:
    asked = " ".join(name.split())
    assert ask(ana, award, name, "Mariage").status_code == 302
    for language in holding.LANGUAGES:
        queue = unescape(holding.page("/desk/thin-1/names/", rita, language))
        assert "<bdi>Ana</bdi>" in queue
        assert f"<bdi>{asked}</bdi>" in queue
        assert "Mariage" in queue
    assert decide(rita, "accept").status_code == 302
    issuing.issue_waiting(now=holding.NOW)
    former, new = Award.objects.get(pk=award.pk), Award.objects.get(revoked_at=None)
    assert former.replaced_by == new
    assert former.reason == ""
    assert new.credential.name_shown == asked
    signed = json.loads(new.credential.text)["credentialSubject"]["identifier"]
    assert [one["identityHash"] for one in signed if one["identityType"] == "name"] == [asked]
    assert asked in unescape(holding.public(new))
    for same in ("awarded_at", "titles", "credits", "steps", "numbers", "decision_id", "track_id", "hidden"):
        assert getattr(new, same) == getattr(former, same), same
    assert new.code != former.code
    assert Person.objects.get(pk=ana.pk).name == "Ana", "the account's name is another matter"


@pytest.fixture
def replaced(award: Award, ana: Person, rita: Person) -> tuple[Award, Award]:
    """The former document and the one that took its place."""
    ask(ana, award, "Ana N’Diaye")
    decide(rita, "accept")
    issuing.issue_waiting(now=holding.NOW)
    former = Award.objects.select_related("replaced_by").get(pk=award.pk)
    assert former.replaced_by is not None
    return former, former.replaced_by


def test_the_former_files_are_for_their_holder_alone(replaced: tuple[Award, Award], ana: Person, rita: Person) -> None:
    former, new = replaced
    cast.browser(ana).post(f"/me/certificates/{new.code}/links/", cast.form())
    for name in ("credential.json", "certificate.pdf"):
        for end in ("", f"?share={ShareLink.objects.get().token}"):
            for who in (None, rita):
                assert cast.browser(who).get(f"/verify/{former.code}/{name}{end}").status_code == 404
            assert cast.browser(ana).get(f"/verify/{former.code}/{name}{end}").status_code == 200
            assert cast.browser().get(f"/verify/{new.code}/{name}{end}").status_code == 200


@pytest.mark.parametrize("language", holding.LANGUAGES)
def test_the_former_page_leads_to_the_new_one_and_never_says_revoked(
    replaced: tuple[Award, Award], ana: Person, rita: Person, language: str
) -> None:
    former, new = replaced
    page = unescape(holding.public(former, language=language))
    main = page.partition("<main")[2].partition("</main")[0]
    assert f'href="/verify/{new.code}/"' in main
    assert "Ana" not in main, "nobody is told the former name any more"
    mine = holding.page("/me/certificates/", ana, language)
    desk = [f"/desk/thin-1/{end}" for end in (f"awards/{former.pk}/", f"learners/{former.enrolment_id}/", "awards/")]
    for text in (main, mine, *(holding.page(path, rita, language).partition("<main")[2] for path in desk)):
        assert new.code in text
        assert not re.search("[Rr]évoqué|[Rr]evoked", text)
    assert "N’Diaye" in holding.public(new, language=language)


def test_a_hidden_one_leads_nowhere_but_by_a_link(award: Award, ana: Person, rita: Person) -> None:
    cast.browser(ana).post(f"/me/certificates/{award.code}/links/", cast.form())
    cast.browser(ana).post(f"/me/certificates/{award.code}/show/", cast.form(hidden="1"))
    ask(ana, award, "Ana N’Diaye")
    decide(rita, "accept")
    issuing.issue_waiting(now=holding.NOW)
    new, token = Award.objects.get(revoked_at=None), ShareLink.objects.get().token
    assert new.hidden
    assert new.code not in holding.public(award)
    assert f'href="/verify/{new.code}/?share={token}"' in holding.public(award, token=token)
    assert "N’Diaye" in holding.public(new, token=token)
    assert "N’Diaye" not in holding.public(new)
    cast.browser(ana).post(f"/me/certificates/{new.code}/show/", cast.form(hidden="0"))
    assert new.code in holding.public(award), "what everybody sees is one choice for both"


def test_corrected_again_each_leads_to_the_next(replaced: tuple[Award, Award], ana: Person, rita: Person) -> None:
    former, new = replaced
    cast.browser(ana).post(f"/me/certificates/{new.code}/links/", cast.form())
    ask(ana, new, "Ana Diop")
    decide(rita, "accept")
    issuing.issue_waiting(now=holding.NOW)
    newest, token = Award.objects.get(revoked_at=None), ShareLink.objects.get().token
    assert new.code in holding.public(former)
    assert newest.code in holding.public(new)
    Award.objects.update(hidden=True)
    for one, leads_to in ((former, new.code), (new, newest.code), (newest, "Ana Diop")):
        assert leads_to in holding.public(one, token=token)


def test_credits_are_brought_and_claimed_once(replaced: tuple[Award, Award], ana: Person, rita: Person) -> None:
    former, _new = replaced
    held = queries.holdings([ana.pk], former.enrolment.edition.course_id)[ana.pk]
    assert len(held) == 1
    assert list(queries.counted_twice()) == []
    track = former.enrolment.track
    assert actions.award_passed(edition=former.enrolment.edition, track=track, by=rita, now=holding.NOW) == 0
    page = holding.page("/desk/thin-1/awards/", rita)
    assert "<dt>passed, to be awarded</dt><dd>0</dd>" in page
    assert "<dt>awarded</dt><dd>1</dd>" in page
    assert "Revoked certificates" not in page


def test_a_claim_of_its_credits_follows(award: Award, ana: Person, rita: Person) -> None:
    claim = CreditClaim.objects.create(
        award=award, birth_name="Diop", given_names="Ana", born_on="1990-01-01", birth_place="Dakar",
        state="accepted", asked_at=holding.NOW, decided_at=holding.NOW,
    )  # fmt: skip
    ask(ana, award, "Ana N’Diaye")
    decide(rita, "accept")
    claim.refresh_from_db()
    assert claim.award == Award.objects.get(revoked_at=None)


def test_what_was_replaced_is_neither_given_again_nor_revoked(replaced: tuple[Award, Award], rita: Person) -> None:
    former, new = replaced
    with pytest.raises(Refused):
        actions.award_again(act=cast.an_act("award.again"), award=former, by=rita, now=holding.NOW)
    with pytest.raises(Refused):
        actions.revoke(act=cast.an_act("award.revoke"), award=former, by=rita, reason="Une erreur", now=holding.NOW)
    page = holding.page(f"/desk/thin-1/awards/{former.pk}/", rita)
    assert "<form" not in page.partition("<main")[2].partition("</main")[0]
    actions.revoke(act=cast.an_act("award.revoke"), award=new, by=rita, reason="Une fraude", now=holding.NOW)
    actions.award_again(act=cast.an_act("award.again"), award=new, by=rita, now=holding.NOW)
    assert Award.objects.get(revoked_at=None).name == "Ana N’Diaye", "given again, it bears the name that was accepted"


@pytest.mark.parametrize("language", holding.LANGUAGES)
def test_its_holder_is_told_both_addresses_once(award: Award, ana: Person, rita: Person, language: str) -> None:
    Person.objects.filter(pk=ana.pk).update(language=language)
    ask(ana, award, "Ana N’Diaye")
    act, row = new_id(), NameCorrection.objects.get()
    for _twice in range(2):
        assert decide(rita, f"{row.pk}/accept", act).status_code == 302
    assert decide(rita, f"{row.pk}/accept").status_code == 302  # another act: refused, and said on the page
    new = Award.objects.get(revoked_at=None)
    message = Message.objects.get(key=f"replaced:{award.pk}")
    for part in ("N’Diaye", holding.address(award), holding.address(new)):
        assert part in message.text
    assert message.language == language
    assert Award.objects.count() == 2


def test_the_lists_that_machines_read_are_signed_again(award: Award, ana: Person, rita: Person) -> None:
    if award.credential.list_number is None:
        number, index = status.places(1)[0]
        type(award.credential).objects.filter(pk=award.credential.pk).update(list_number=number, list_index=index)
    StatusList.objects.update(stale=False)
    ask(ana, award, "Ana N’Diaye")
    decide(rita, "accept")
    assert set(StatusList.objects.values_list("stale", flat=True)) == {True}


def test_a_refusal_needs_a_reason_and_its_holder_reads_it(award: Award, ana: Person, rita: Person) -> None:
    ask(ana, award, "Quelqu’un d’autre")
    row = NameCorrection.objects.get()
    assert decide(rita, "refuse", reason=" ").status_code == 422
    act = new_id()
    for _twice in range(2):
        assert decide(rita, f"{row.pk}/refuse", act, reason="Une pièce d’identité manque").status_code == 302
    row.refresh_from_db()
    assert row.accepted is False
    assert "pièce" in Message.objects.get(key=f"name_refused:{row.pk}").text
    assert "pièce" in unescape(holding.page("/me/certificates/", ana))
    assert Award.objects.get().revoked_at is None
    lines = journal.about("enrolment", award.enrolment_id)
    assert [line.verb for line in lines][:2] == ["certificate.name_refused", "certificate.name_asked"]
    assert "autre" not in str([line.details for line in lines])


def test_what_cannot_be_asked(award: Award, ana: Person, ben: Person, rita: Person) -> None:
    for name in ("", "  ", "Ana", "x" * 241):
        assert ask(ana, award, name).status_code == 422
    assert ask(ben, award, "Ben").status_code == 404
    assert not NameCorrection.objects.exists()
    act = new_id()
    for _twice in range(2):
        assert ask(ana, award, "Anna", act=act).status_code == 302
    again = ask(ana, award, "Annah")
    assert again.status_code == 422
    assert 'value="Annah"' in again.content.decode()
    assert NameCorrection.objects.count() == 1


def test_of_what_is_not_in_force_no_name_is_corrected(award: Award, ana: Person, rita: Person) -> None:
    ask(ana, award, "Anna")
    row = NameCorrection.objects.get()
    for changes in ({"suspended_at": holding.NOW}, {"revoked_at": holding.NOW}):
        Award.objects.update(**changes)
        with pytest.raises(Refused):
            correcting.accept(act=cast.an_act("accept"), correction=row, by=rita, now=holding.NOW)
    assert ask(ana, award, "Annah").status_code == 422
    assert Award.objects.count() == 1


def test_a_demand_can_be_taken_back(award: Award, ana: Person, ben: Person, rita: Person) -> None:
    ask(ana, award, "Anna")
    row = NameCorrection.objects.get()
    path = f"/me/certificates/{award.code}/name/{row.pk}/keep/"
    assert cast.browser(ben).post(path, cast.form()).status_code == 404
    assert path in holding.page("/me/certificates/", ana)
    assert cast.browser(ana).post(path, cast.form()).status_code == 302
    assert "Anna" not in holding.page("/desk/thin-1/names/", rita).partition("What was decided")[0]
    with pytest.raises(Refused):
        correcting.accept(act=cast.an_act("accept"), correction=row, by=rita, now=holding.NOW)
    assert ask(ana, award, "Annah").status_code == 302


def test_nobody_decides_about_their_own_name(award: Award, ana: Person, rita: Person) -> None:
    cast.role(ana, "registrar", edition=award.enrolment.edition)
    ask(ana, award, "Anna")
    decide(ana, "accept")
    assert Award.objects.count() == 1
    assert decide(ana, "refuse", reason="Non").status_code == 422


def test_only_a_registrar_decides(award: Award, ana: Person, tom: Person) -> None:
    ask(ana, award, "Anna")
    for end in ("accept", "refuse"):
        assert decide(tom, end, reason="Non").status_code == 404
    assert cast.browser(tom).get("/desk/thin-1/names/").status_code == 404
    assert Award.objects.count() == 1


def test_the_awards_page_says_how_many_wait(award: Award, ana: Person, rita: Person, tom: Person) -> None:
    assert "name is asked for" not in holding.page("/desk/thin-1/awards/", rita)
    ask(ana, award, "Anna")
    assert "1 name is asked for" in holding.page("/desk/thin-1/awards/", rita)
    assert "/names/" not in holding.page("/desk/thin-1/awards/", tom)


def test_an_account_that_goes_leaves_no_demand_and_no_reason(award: Award, ana: Person) -> None:
    ask(ana, award, "Anna", "Un mariage")
    assert [row["why"] for row in personal.export(ana)["name_corrections"]] == ["Un mariage"]
    accounts.erase(ana, by=ana.pk, now=timezone.now())
    row = NameCorrection.objects.get()
    assert (row.accepted, row.asked, row.why) == (False, "", "")
    assert "Ana" in holding.public(award)


def test_a_replaced_certificate_stays_checkable_without_the_account(replaced: tuple[Award, Award], ana: Person) -> None:
    former, new = replaced
    accounts.erase(ana, by=ana.pk, now=timezone.now())
    assert new.code in holding.public(former)
    assert "N’Diaye" in holding.public(new)
