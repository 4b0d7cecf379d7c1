"""Registrars decide on claims of credits: a queue, one by one or many at once, told to each learner."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit import journal
from preau.certificates import actions, claiming, replacing
from preau.certificates.models import Award, CreditClaim
from preau.common.ids import new_id
from preau.courses.models import Edition
from preau.mail.models import Message
from tests import cast
from tests.certificates.stage import scored

QUEUE = "/desk/thin-1/credits/"
BORN = date(1999, 2, 28)


def claims(edition: Edition, by: Person, *names: str) -> list[CreditClaim]:
    """Each of them has passed, has the certificate, and applies for its credit."""
    found = []
    for name in names:
        who = cast.person(name)
        scored(cast.enrolment(who, edition), 90, "quiz", "apres", "examen")
    actions.award_passed(edition=edition, track=edition.tracks.get(key="classic"), by=by, now=timezone.now())
    for name in names:
        award = Award.objects.select_related("enrolment__person", "track").get(enrolment__person__name=name)
        civil = claiming.Civil(f"Nom{name}", f"Prénom{name}", BORN, "Saint-Louis", "SN", "E-77")
        act = cast.an_act("credits.ask")
        said = claiming.ask(act=act, award=award, by=award.enrolment.person, civil=civil, now=timezone.now())
        found.append(CreditClaim.objects.get(pk=said["claim"]))
    return found


def accept(who: Person, *rows: CreditClaim, act: Any = None) -> Any:
    return cast.browser(who).post(QUEUE + "accept/", cast.form(act, claim=[str(row.pk) for row in rows]))


def refuse(who: Person, row: CreditClaim, reason: str = "La pièce est illisible") -> Any:
    return cast.browser(who).post(f"{QUEUE}{row.pk}/refuse/", cast.form(reason=reason))


def states() -> list[str]:
    return sorted(CreditClaim.objects.values_list("state", flat=True))


def test_the_queue_shows_what_the_register_needs_with_the_figures_of_the_certificate(
    edition: Edition, rita: Person
) -> None:
    [row] = claims(edition, rita, "Léa")
    page = cast.browser(rita).get(QUEUE).content.decode()
    for said in ("NomLéa", "PrénomLéa", "Saint-Louis", "1999", "E-77", row.award.code, "90"):
        assert said in page, said
    one = cast.browser(rita).get(f"{QUEUE}{row.pk}/").content.decode()
    assert "/accept/" in one
    assert "/refuse/" in one
    assert "90" in one


def test_teachers_and_learners_never_see_it(edition: Edition, rita: Person, tom: Person) -> None:
    [row] = claims(edition, rita, "Léa")
    for who in (tom, row.award.enrolment.person):
        assert cast.browser(who).get(QUEUE).status_code == 404
        assert cast.browser(who).get(f"{QUEUE}{row.pk}/").status_code == 404
        assert accept(who, row).status_code == 404
        assert refuse(who, row).status_code == 404
    assert QUEUE.encode() not in cast.browser(tom).get("/desk/thin-1/").content
    assert states() == ["asked"]


def test_many_are_accepted_in_one_act_and_each_is_told(edition: Edition, rita: Person) -> None:
    rows = claims(edition, rita, "Léa", "Noé", "Ida")
    act = new_id()
    assert [accept(rita, *rows[:2], act=act).status_code for _again in range(2)] == [302, 302]
    assert states() == ["accepted", "accepted", "asked"]
    assert Message.objects.filter(key__startswith="credits:").count() == 2
    for row in rows[:2]:
        row.refresh_from_db()
        assert row.decided_by == rita
        verbs = [line.verb for line in journal.about("enrolment", row.award.enrolment_id)]
        assert verbs.count("credits.accepted") == 1


def test_one_that_ended_meanwhile_is_left_and_said(edition: Edition, rita: Person) -> None:
    lea, noe, ida = claims(edition, rita, "Léa", "Noé", "Ida")
    act = cast.an_act("award.revoke")
    actions.revoke(act=act, award=lea.award, by=rita, reason="Fraude", now=timezone.now())
    Award.objects.filter(pk=noe.award_id).update(suspended_at=timezone.now())
    queue = cast.browser(rita).get(QUEUE).content.decode()
    assert f'value="{lea.pk}"' not in queue
    assert f'value="{noe.pk}"' not in queue
    assert f'value="{ida.pk}"' in queue
    accept(rita, lea, noe)
    assert states() == ["asked"] * 3
    accept(rita, lea, noe, ida)
    assert CreditClaim.objects.get(state="accepted") == ida
    assert refuse(rita, lea, "Votre certificat est révoqué").status_code == 302


def test_a_claim_on_a_replaced_certificate_is_shown_on_the_new_one(edition: Edition, rita: Person) -> None:
    [row] = claims(edition, rita, "Léa")
    former = row.award.code
    later = replacing.replace(row.award_id, "Léa Diop", by=rita, now=timezone.now())
    page = cast.browser(rita).get(QUEUE).content.decode()
    assert later.code in page
    assert former in page
    accept(rita, row)
    row.refresh_from_db()
    assert (row.state, row.award_id) == ("accepted", later.pk)


@pytest.mark.parametrize("reason", ["", " \n", "x" * 301])
def test_a_refusal_needs_a_reason(edition: Edition, rita: Person, reason: str) -> None:
    [row] = claims(edition, rita, "Léa")
    assert refuse(rita, row, reason).status_code == 422
    assert states() == ["asked"]
    assert not Message.objects.filter(key__startswith="credits:").exists()


def test_what_was_decided_is_not_decided_again(edition: Edition, rita: Person) -> None:
    first, second = claims(edition, rita, "Léa", "Noé")
    refuse(rita, first)
    accept(rita, second)
    assert refuse(rita, second).status_code == 422
    accept(rita, first)
    assert states() == ["accepted", "refused"]
    assert CreditClaim.objects.get(state="refused").reason == "La pièce est illisible"


def test_a_registrar_who_learns_does_not_decide_about_their_own(edition: Edition, rita: Person) -> None:
    [row] = claims(edition, rita, "Léa")
    lea = row.award.enrolment.person
    cast.role(lea, "registrar", edition=edition)
    assert f'value="{row.pk}"' not in cast.browser(lea).get(QUEUE).content.decode()
    accept(lea, row)
    assert refuse(lea, row).status_code == 422
    assert states() == ["asked"]


def test_it_is_filtered_by_state_and_by_words(edition: Edition, rita: Person) -> None:
    lea, noe = claims(edition, rita, "Léa", "Noé")
    accept(rita, lea)

    def found(query: str) -> list[CreditClaim]:
        return [row.claim for row in cast.browser(rita).get(QUEUE + query).context["rows"]]

    assert found("") == [noe]
    assert found("?state=accepted") == [lea]
    assert found("?state=all&q=noml") == [lea]
    assert found(f"?state=all&q={noe.award.code.lower()}") == [noe]
    assert found("?state=nonsense") == [noe]


def test_a_claim_of_another_edition_is_not_found_here(edition: Edition, rita: Person) -> None:
    [row] = claims(edition, rita, "Léa")
    cast.edition(slug="thin-3", of=edition.course.versions.get())
    eve = cast.person("Eve")
    cast.role(eve, "registrar", edition=Edition.objects.get(slug="thin-3"))
    base = "/desk/thin-3/credits/"
    assert cast.browser(eve).get(f"{base}{row.pk}/").status_code == 404
    cast.browser(eve).post(base + "accept/", cast.form(claim=[str(row.pk)]))
    assert cast.browser(eve).post(f"{base}{row.pk}/refuse/", cast.form(reason="x")).status_code == 404
    assert states() == ["asked"]


@pytest.mark.parametrize("sent", [[], ["not-an-id"], [str(new_id())]])
def test_nothing_ticked_is_said(edition: Edition, rita: Person, sent: list[str]) -> None:
    reply = cast.browser(rita).post(QUEUE + "accept/", cast.form(claim=sent), follow=True)
    assert b"notice error" in reply.content


def test_the_queue_costs_the_same_for_many(edition: Edition, rita: Person) -> None:
    def cost() -> int:
        cast.browser(rita).get(QUEUE)
        with CaptureQueriesContext(connection) as queries:
            cast.browser(rita).get(QUEUE)
        return len(queries)

    claims(edition, rita, "Léa")
    few = cost()
    claims(edition, rita, *(f"P{n}" for n in range(7)))
    assert cost() == few
