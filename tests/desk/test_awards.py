"""The page of awards: tracks, also those taken beside another, who is certified already, modules that attest."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preau.accounts.models import Person
from preau.certificates import actions as certificates
from preau.certificates.models import Award
from preau.courses.models import Edition
from tests import cast
from tests.certificates import stage
from tests.certificates.stage import SECOND, scored

LATER = SECOND + timedelta(days=60)
AWARDS = "/desk/echelle-2/awards/"


@pytest.fixture
def editions(db: None, tmp_path: Path) -> list[Edition]:
    return stage.editions(stage.version(tmp_path))


@pytest.fixture
def edition(editions: list[Edition]) -> Edition:
    """The second one, where the team works."""
    return editions[1]


@pytest.fixture
def lea(editions: list[Edition], rita: Person) -> Person:
    """Holds the classic certificate of the first edition, and is on the same track in the second."""
    who = cast.person("Lea")
    scored(cast.enrolment(who, editions[0]), 80, "quiz")
    certificates.award_passed(edition=editions[0], track=editions[0].tracks.get(key="classic"), by=rita, now=LATER)
    cast.enrolment(who, editions[1])
    return who


def awards(who: Person) -> Any:
    """The page, with standings derived afresh."""
    cast.browser(who).post(f"{AWARDS}derive/")
    return cast.browser(who).get(AWARDS)


def listed(page: Any, key: str) -> Any:
    return next(one for one in page.context["tracks"] if one.track.key == key)


def test_who_is_certified_by_another_edition_is_listed_apart(lea: Person, edition: Edition, rita: Person) -> None:
    noa = cast.person("Noa")
    scored(cast.enrolment(noa, edition), 80, "quiz")
    page = awards(rita)
    classic = listed(page, "classic")
    assert [row.person for row, _numbers in classic.passed] == [noa]
    assert classic.waiting == 1
    assert [(row.person, number) for row, number in classic.certified] == [(lea, 1)]
    text = page.content.decode()
    assert "certificat déjà délivré à la session 1" in text
    assert "Délivrer 1 certificat" in text
    cast.browser(rita).post(f"{AWARDS}give/", {"track": "classic"})
    assert [award.enrolment.person for award in Award.objects.filter(enrolment__edition=edition)] == [noa]
    assert (listed(awards(rita), "classic").waiting, len(listed(awards(rita), "classic").certified)) == (0, 1)


def test_credits_that_are_shared_are_said_in_the_list_and_in_the_record(
    lea: Person, edition: Edition, rita: Person
) -> None:
    row = edition.enrolments.get(person=lea)
    row.track = edition.tracks.get(key="advanced")
    row.save()
    scored(row, 80, "examen")
    certificates.award_passed(edition=edition, track=row.track, by=rita, now=LATER)
    said = "2 crédits ECTS, dont 1 attribué à la session 1"
    award = Award.objects.get(enrolment=row)
    for path in (AWARDS, f"/desk/echelle-2/learners/{row.pk}/", f"{AWARDS}{award.pk}/"):
        assert said in cast.browser(rita).get(path).content.decode()


def test_a_track_that_is_added_has_figures_of_its_own_and_its_own_button(edition: Edition, rita: Person) -> None:
    rows = [cast.enrolment(cast.person(name), edition) for name in ("Ada", "Bea", "Cleo")]
    for row in rows[:2]:
        stage.takes(row, "team")
    scored(rows[0], 80, "apres")
    scored(rows[2], 80, "apres")
    page = awards(rita)
    team = listed(page, "team")
    assert [row.person.name for row, _numbers in team.passed] == ["Ada"]
    assert (team.waiting, team.open, team.out, team.unknown) == (1, 0, 1, 0), "Bea had until the end"
    overview = cast.browser(rita).get("/desk/echelle-2/").context
    figures = {track.key: one for track, one in overview["lines"]}
    assert (figures["team"].enrolled, figures["team"].active, figures["team"].passed) == (2, 1, 1)
    assert overview["total"].enrolled == 3, "nobody is counted twice"
    cast.browser(rita).post(f"{AWARDS}give/", {"track": "team"})
    assert [award.enrolment for award in Award.objects.all()] == [rows[0]]
    overview = cast.browser(rita).get("/desk/echelle-2/").context
    assert {track.key: one.awarded for track, one in overview["lines"]}["team"] == 1
    assert overview["total"].awarded == 0


def test_attestations_are_given_by_a_registrar(edition: Edition, rita: Person, tom: Person) -> None:
    rows = [cast.enrolment(cast.person(name), edition) for name in ("Ada", "Bea")]
    scored(rows[0], 80, "defi")
    scored(rows[1], 10, "defi")
    page = cast.browser(tom).get(AWARDS)
    module = page.context["modules"][0]
    assert ([row.person.name for row in module.passed], module.waiting, module.awards) == (["Ada"], 1, [])
    assert b"awards/attest/" not in page.content
    assert b"awards/attest/" in cast.browser(rita).get(AWARDS).content
    sent = {"module": "suite"}
    assert cast.browser(tom).post(f"{AWARDS}attest/", sent).status_code == 404
    assert cast.browser(rows[0].person).post(f"{AWARDS}attest/", sent).status_code == 404
    assert not Award.objects.exists()
    for _again in range(2):
        assert cast.browser(rita).post(f"{AWARDS}attest/", sent).status_code == 302
    award = Award.objects.get()
    assert (award.enrolment, award.module, award.decided_by_id) == (rows[0], "suite", rita.pk)
    module = cast.browser(rita).get(AWARDS).context["modules"][0]
    assert (module.waiting, module.awards) == (0, [award])


@pytest.mark.parametrize("module", ["", "debut", "nowhere", "x" * 500, "\x00"])
def test_a_module_that_gives_none_is_refused_in_words(edition: Edition, rita: Person, module: str) -> None:
    answer = cast.browser(rita).post(f"{AWARDS}attest/", {"module": module}, follow=True)
    assert b"notice error" in answer.content
    assert not Award.objects.exists()


def test_an_attestation_is_revoked_and_given_again_from_its_page(edition: Edition, rita: Person) -> None:
    row = cast.enrolment(cast.person("Ada"), edition)
    scored(row, 80, "defi")
    certificates.award_module(edition=edition, module="suite", by=rita, now=LATER)
    award, client = Award.objects.get(), cast.browser(rita)
    record = client.get(f"/desk/echelle-2/learners/{row.pk}/").content.decode()
    assert "Attestation de réussite" in record
    assert "La méthode TRIZ" in record
    assert "Révoquer cette attestation" in client.get(f"{AWARDS}{award.pk}/").content.decode()
    assert client.post(f"{AWARDS}{award.pk}/revoke/", cast.form(reason="Une erreur")).status_code == 302
    page = client.get(AWARDS)
    assert [one.pk for one in page.context["modules"][0].revoked] == [award.pk]
    assert "Attestations révoquées" in page.content.decode()
    assert "Délivrer une nouvelle attestation" in client.get(f"{AWARDS}{award.pk}/").content.decode()
    assert client.post(f"{AWARDS}{award.pk}/again/", cast.form()).status_code == 302
    assert Award.objects.filter(revoked_at=None, module="suite").count() == 1
    assert client.post(f"{AWARDS}{award.pk}/again/", cast.form()).status_code == 422


def test_the_page_costs_the_same_for_many(editions: list[Edition], edition: Edition, rita: Person) -> None:
    def joins(names: range) -> None:
        for n in names:
            who = cast.person(f"P{n}")
            scored(cast.enrolment(who, editions[0]), 80, "quiz", "defi")
            scored(cast.enrolment(who, edition), 80, "quiz", "defi")
        for at in editions:
            certificates.award_passed(edition=at, track=at.tracks.get(key="classic"), by=rita, now=LATER)

    def cost() -> int:
        awards(rita)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            cast.browser(rita).get(AWARDS)
        return len(queries)

    joins(range(2))
    few = cost()
    joins(range(2, 9))
    assert cost() == few
