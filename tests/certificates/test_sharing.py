"""What a holder lets others see: everything or its state, and links that open the whole of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from preau.accounts import actions as accounts
from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.certificates import personal, sharing
from preau.certificates.models import Award, NameCorrection, ShareLink
from preau.common.ids import new_id
from preau.courses.models import Enrolment
from tests import cast
from tests.certificates import holding


@pytest.fixture
def award(ana_enrolment: Enrolment, rita: Person) -> Award:
    return holding.certified(ana_enrolment, rita)


def post(who: Person, award: Award, end: str, act: Any = None, **fields: str) -> Any:
    return cast.browser(who).post(f"/me/certificates/{award.code}/{end}/", cast.form(act, **fields))


def main(award: Award, token: str = "") -> str:
    return holding.public(award, token=token).partition("<main")[2].partition("</main")[0]


def test_a_link_opens_the_whole_of_what_everybody_sees_the_state_of(award: Award, ana: Person) -> None:
    assert post(ana, award, "links", label="Pour l’entreprise de Léa", until=holding.later(30)).status_code == 302
    link = ShareLink.objects.get()
    assert post(ana, award, "show", hidden="1").status_code == 302
    assert "Ana" not in main(award)
    page = main(award, link.token)
    assert "Ana" in page
    assert f"{holding.address(award)}/?share={link.token}" in page, "passed on, it opens for the next one too"
    files = [f"/verify/{award.code}/{name}?share={link.token}" for name in ("credential.json", "certificate.pdf")]
    assert all(f'href="{path}"' in page for path in files)
    assert cast.browser().get(files[0]).status_code == 200
    assert "Léa" in holding.page(f"/me/certificates/{award.code}/links/", ana)
    assert "Léa" not in page, "the label is the holder's own"


def test_a_reader_who_changes_the_language_keeps_the_link(award: Award, ana: Person) -> None:
    post(ana, award, "links")
    post(ana, award, "show", hidden="1")
    token = ShareLink.objects.get().token
    assert f"next=%2Fverify%2F{award.code}%2F%3Fshare%3D{token}" in holding.public(award, token=token)


def test_a_link_that_ended_or_is_over_opens_nothing(award: Award, ana: Person) -> None:
    Award.objects.update(hidden=True)
    post(ana, award, "links")
    link = ShareLink.objects.get()
    act = new_id()
    for _twice in range(2):
        assert post(ana, award, f"links/{link.pk}/end", act).status_code == 302
    assert "Ana" not in main(award, link.token)
    assert cast.browser().get(f"/verify/{award.code}/credential.json?share={link.token}").status_code == 404
    assert link.token not in holding.page(f"/me/certificates/{award.code}/links/", ana)
    ShareLink.objects.update(ended_at=None, until=timezone.now() - timedelta(minutes=1))
    assert "Ana" not in main(award, link.token)
    ShareLink.objects.update(until=None)
    assert "Ana" in main(award, link.token)


def test_a_link_opens_no_other_certificate(award: Award, ana: Person, ben: Person, rita: Person) -> None:
    other = holding.certified(Enrolment.objects.select_related("edition__course", "track").get(person=ben), rita)
    Award.objects.update(hidden=True)
    post(ana, award, "links")
    assert "Ben" not in main(other, ShareLink.objects.get().token)


def test_one_act_makes_one_link_and_nobody_else_makes_any(award: Award, ana: Person, ben: Person) -> None:
    act = new_id()
    for _twice in range(2):
        assert post(ana, award, "links", act, label="Pour Léa").status_code == 302
    assert ShareLink.objects.count() == 1
    for end in ("links", f"links/{ShareLink.objects.get().pk}/end", "show"):
        assert post(ben, award, end, hidden="1").status_code == 404
        assert cast.browser().post(f"/me/certificates/{award.code}/{end}/", cast.form()).status_code == 302
    assert ShareLink.objects.get().ended_at is None
    assert not Award.objects.get().hidden


def test_no_more_than_twenty_are_open_and_none_is_over_before_it_begins(award: Award, ana: Person) -> None:
    now = timezone.now()
    for _one in range(sharing.MOST):
        sharing.share(act=cast.an_act("share"), award=award, by=ana, label="", until=None, now=now)
    over = post(ana, award, "links", label="Gardé")
    assert over.status_code == 422
    assert 'value="Gardé"' in over.content.decode(), "what was written is not lost"
    ShareLink.objects.filter(pk=ShareLink.objects.order_by("pk")[0].pk).update(until=now)
    assert post(ana, award, "links", until=holding.later(-2)).status_code == 422
    assert post(ana, award, "links", until="30/02/2026").status_code == 422
    assert post(ana, award, "links", label="x" * 81).status_code == 422
    assert ShareLink.objects.count() == sharing.MOST


def test_of_what_is_no_longer_in_force_no_link_is_made(award: Award, ana: Person) -> None:
    Award.objects.update(revoked_at=holding.NOW)
    with pytest.raises(Refused):
        sharing.share(act=cast.an_act("share"), award=award, by=ana, label="", until=None, now=holding.NOW)
    assert post(ana, award, "links").status_code == 422
    assert "<form" not in holding.page(f"/me/certificates/{award.code}/links/", ana).partition("<main")[2]


@pytest.mark.parametrize("language", holding.LANGUAGES)
def test_what_everybody_sees_is_chosen_and_chosen_again(award: Award, ana: Person, language: str) -> None:
    for hidden in ("1", "0", "1"):
        assert post(ana, award, "show", hidden=hidden).status_code == 302
        assert ("Ana" not in main(award)) is (hidden == "1")
        assert f'name="hidden" value="{1 - int(hidden)}"' in holding.page("/me/certificates/", ana, language)


def test_the_wallet_costs_the_same_however_much_is_in_it(
    award: Award, ana: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = cast.browser(ana)
    client.get("/me/certificates/")
    with CaptureQueriesContext(connection) as one:
        client.get("/me/certificates/")
    for number in range(5):
        more = Award.objects.create(
            enrolment=award.enrolment,
            module=f"m{number}",
            titles={"fr": f"Module {number}"},
            code=f"MODULE{number}",
            decided_by_id=ana.pk,
            awarded_at=holding.NOW,
            revoked_at=holding.NOW if number % 2 else None,
        )
        for _link in range(3):
            ShareLink.objects.create(award=more, token=str(new_id())[:32], made_at=holding.NOW)
        NameCorrection.objects.create(award=more, was="Ana", asked="Anna", asked_at=holding.NOW)
    with django_assert_num_queries(len(one)):
        assert "Module 4" in client.get("/me/certificates/").content.decode()


def test_an_account_that_goes_ends_its_links_and_forgets_for_whom_they_were(award: Award, ana: Person) -> None:
    post(ana, award, "links", label="Pour Léa")
    Award.objects.update(hidden=True)
    token = ShareLink.objects.get().token
    rows = list(personal.export(ana)["certificate_links"])
    assert [row["label"] for row in rows] == ["Pour Léa"]
    assert token not in str(rows)
    accounts.erase(ana, by=ana.pk, now=timezone.now())
    assert ShareLink.objects.get().label == ""
    assert "Ana" not in main(award, token)
