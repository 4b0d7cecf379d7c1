"""What is given over the editions of one course: each credit once, each attestation for what was done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.certificates import actions, personal, queries
from preau.certificates.models import Award, Credential
from preau.config import health
from preau.courses import enrolling
from preau.courses.models import Course, Edition, Enrolment
from preau.simulation import ending
from preau.simulation import figures as simulation
from tests import cast
from tests.certificates import stage
from tests.certificates.stage import SECOND, scored
from tests.past import stage as past

LATER = SECOND + timedelta(days=60)


@pytest.fixture
def editions(db: None, tmp_path: Path) -> list[Edition]:
    return stage.editions(stage.version(tmp_path))


@pytest.fixture
def lea(db: None) -> Person:
    return cast.person("Lea")


@pytest.fixture
def paul(db: None) -> Person:
    """Registrar."""
    return cast.person("Paul")


type Give = Callable[..., int]


@pytest.fixture
def give(paul: Person) -> Give:
    def give(edition: Edition, track: str, now: datetime = LATER) -> int:
        return actions.award_passed(edition=edition, track=edition.tracks.get(key=track), by=paul, now=now)

    return give


@pytest.fixture
def attest(paul: Person) -> Give:
    def attest(edition: Edition, module: str = "suite") -> int:
        return actions.award_module(edition=edition, module=module, by=paul, now=LATER)

    return attest


def revoke(award: Award, by: Person) -> None:
    actions.revoke(act=cast.an_act("award.revoke"), award=award, by=by, reason="Une fraude", now=LATER)


def again(award: Award, by: Person) -> None:
    actions.award_again(act=cast.an_act("award.again"), award=award, by=by, now=LATER)


def in_force(who: Person) -> dict[tuple[int, str], tuple[float | None, float]]:
    """What somebody holds, by edition and key: what it brought, what it attests."""
    rows = Award.objects.filter(enrolment__person=who, revoked_at=None).select_related("track", "enrolment__edition")
    return {
        (one.enrolment.edition.number, one.track.key if one.track else one.module): (
            None if one.credits is None else float(one.credits),
            float(one.worth),
        )
        for one in rows
    }


def test_the_advanced_track_after_the_classic_brings_the_difference(
    lea: Person, editions: list[Edition], give: Give
) -> None:
    scored(cast.enrolment(lea, editions[0]), 80, "quiz", "examen")
    assert give(editions[0], "classic") == 1
    cast.enrolment(lea, editions[1], track="advanced")  # all of it is carried over
    assert give(editions[1], "advanced") == 1
    assert in_force(lea) == {(1, "classic"): (1, 1), (2, "advanced"): (1, 2)}
    assert list(health.credits(LATER)) == []


@pytest.mark.parametrize(
    ("first", "second"), [("classic", "classic"), ("advanced", "classic"), ("advanced", "advanced")]
)
def test_who_is_certified_gets_no_second_certificate_that_would_bring_nothing(
    lea: Person, editions: list[Edition], give: Give, first: str, second: str
) -> None:
    scored(cast.enrolment(lea, editions[0], track=first), 80, "quiz", "examen")
    assert give(editions[0], first) == 1
    scored(cast.enrolment(lea, editions[1], track=second), 90, "quiz", "examen")
    assert give(editions[1], second) == 0
    assert list(in_force(lea)) == [(1, first)]


def test_a_certificate_from_before_this_site_keeps_its_credit(
    lea: Person, editions: list[Edition], give: Give, tmp_path: Path
) -> None:
    for number, edition in enumerate(editions, 8):
        Edition.objects.filter(pk=edition.pk).update(number=number)
    past.confirmed(lea, "lea@example.org")
    head, row = "email,edition,track,passed,certificate,credits", "lea@example.org,5,classic,oui,GDP5-0042,1"
    past.bring(past.wrote(tmp_path, head, row), editions[1].course)
    edition = Edition.objects.select_related("course").get(pk=editions[1].pk)
    scored(cast.enrolment(lea, edition), 80, "quiz", "examen")
    assert give(edition, "classic") == 0, "it would bring nothing"
    cast.enrolment(lea, edition, track="advanced")
    assert give(edition, "advanced") == 1
    assert in_force(lea) == {(9, "advanced"): (1, 2)}


def test_a_revoked_certificate_gives_its_credit_back_to_the_next(
    lea: Person, editions: list[Edition], give: Give, paul: Person
) -> None:
    scored(cast.enrolment(lea, editions[0]), 80, "quiz")
    give(editions[0], "classic")
    cast.enrolment(lea, editions[1])
    assert give(editions[1], "classic") == 0
    first = Award.objects.get()
    revoke(first, paul)
    assert give(editions[1], "classic") == 1
    assert in_force(lea) == {(2, "classic"): (1, 1)}
    with pytest.raises(Refused):
        again(first, paul)  # its credit is elsewhere now
    revoke(Award.objects.get(revoked_at=None), paul)
    again(first, paul)
    assert in_force(lea) == {(1, "classic"): (1, 1)}


def test_a_track_without_credits_is_certified_in_each_edition(lea: Person, editions: list[Edition], give: Give) -> None:
    for edition in editions:
        scored(cast.enrolment(lea, edition, track="present"), 80, "quiz")
        assert [give(edition, "present"), give(edition, "present")] == [1, 0]
    assert in_force(lea) == {(1, "present"): (0, 0), (2, "present"): (0, 0)}


def test_a_certificate_of_a_former_release_counts_for_all_that_its_track_is_worth(
    lea: Person, editions: list[Edition], give: Give
) -> None:
    row = cast.enrolment(lea, editions[0], track="advanced")
    Award.objects.create(
        enrolment=row, track=row.track, code="ABCDEFGHJKMN", decided_by_id=lea.pk, awarded_at=cast.MONDAY
    )
    scored(cast.enrolment(lea, editions[1]), 80, "quiz")
    assert give(editions[1], "classic") == 0
    assert in_force(lea) == {(1, "advanced"): (None, 2)}


def test_a_track_that_is_added_is_awarded_to_who_took_it(
    lea: Person, editions: list[Edition], give: Give, paul: Person
) -> None:
    rows = [cast.enrolment(who, editions[0]) for who in (lea, paul, cast.person("Noa"))]
    for row in rows:
        scored(row, 80, "quiz", "apres")
    stage.takes(rows[0], "team")
    stage.takes(rows[1], "team")
    stage.takes(rows[1], "team", drops=True)
    assert give(editions[0], "team") == 1
    assert give(editions[0], "classic") == 3
    assert in_force(lea) == {(1, "team"): (1, 1), (1, "classic"): (1, 1)}
    stage.takes(cast.enrolment(lea, editions[1]), "team")
    assert give(editions[1], "team") == 0


def test_a_track_that_says_no_credits_is_worth_what_it_extends(lea: Person, tmp_path: Path, give: Give) -> None:
    course = stage.COURSE.replace("extends: classic, credits: 2", "extends: classic")
    edition = stage.editions(stage.version(tmp_path, course=course))[0]
    scored(cast.enrolment(lea, edition, track="advanced"), 80, "quiz", "examen")
    assert give(edition, "advanced") == 1
    assert in_force(lea) == {(1, "advanced"): (1, 1)}


def test_a_module_is_attested_to_who_passed_it_also_after_leaving(
    lea: Person, editions: list[Edition], attest: Give, paul: Person
) -> None:
    left, removed = cast.enrolment(paul, editions[0]), cast.enrolment(cast.person("Noa"), editions[0])
    rows = [cast.enrolment(lea, editions[0]), left, removed, cast.enrolment(cast.person("Ida"), editions[0])]
    for row, percent in zip(rows, (80, 80, 80, 20), strict=True):
        scored(row, percent, "defi")
    enrolling.leave(act=cast.an_act("leave"), by=paul, enrolment=left, now=editions[0].opens_at)
    enrolling.remove(act=cast.an_act("remove"), enrolment=removed, reason="Fraude", by=lea, now=editions[0].opens_at)
    assert [attest(editions[0]), attest(editions[0])] == [2, 0]
    award = Award.objects.get(enrolment__person=lea)
    assert (award.track, award.module) == (None, "suite")
    assert in_force(lea) == {(1, "suite"): (0, 0)}
    assert (award.title("fr"), award.title("en")) == ("La méthode TRIZ", "The TRIZ method")
    assert journal.about("enrolment", award.enrolment_id)[0].details == {"module": "suite", "code": award.code}


def test_what_an_award_certifies_keeps_the_title_that_it_had(
    lea: Person, editions: list[Edition], give: Give, attest: Give
) -> None:
    scored(cast.enrolment(lea, editions[0]), 80, "quiz", "defi")
    give(editions[0], "classic")
    attest(editions[0])
    editions[0].tracks.update(titles={"fr": "Autrement"})
    assert {award.title("fr") for award in Award.objects.all()} == {"Classique", "La méthode TRIZ"}


def test_an_attestation_is_not_given_again_for_what_is_only_carried_over(
    lea: Person, tmp_path: Path, attest: Give
) -> None:
    course = stage.COURSE.replace("carries:", "carries:\n  - {modules: elective, editions: all}")
    first, second = stage.editions(stage.version(tmp_path, course=course))
    scored(cast.enrolment(lea, first), 80, "defi")
    later = cast.enrolment(lea, second)
    assert attest(second) == 1, "carried over, and never attested: it is due here"
    Award.objects.all().delete()
    assert [attest(first), attest(second)] == [1, 0]
    scored(later, 90, "defi")
    assert attest(second) == 1, "passed again, by what was done here"


def test_a_revoked_attestation_is_given_again_one_by_one(
    lea: Person, editions: list[Edition], attest: Give, paul: Person
) -> None:
    row = cast.enrolment(lea, editions[0])
    scored(row, 80, "defi")
    attest(editions[0])
    award = Award.objects.get()
    with pytest.raises(Refused):
        again(award, paul)
    revoke(award, paul)
    assert attest(editions[0]) == 0
    scored(row, 10, "defi")
    with pytest.raises(Refused):
        again(award, paul)
    scored(row, 80, "defi")
    again(award, paul)
    assert Award.objects.get(revoked_at=None).code != award.code


def test_a_module_that_attests_nothing_and_a_course_that_says_too_little_are_refused(
    lea: Person, editions: list[Edition], attest: Give
) -> None:
    scored(cast.enrolment(lea, editions[0]), 80, "defi", "quiz")
    for module in ("debut", "nowhere", ""):
        with pytest.raises(Refused):
            attest(editions[0], module)
    Course.objects.update(about={})
    with pytest.raises(Refused, match="awarding_body"):
        attest(Edition.objects.select_related("course").get(slug="echelle-1"))
    assert not Award.objects.exists()


def test_the_database_refuses_an_award_of_nothing_of_both_and_of_the_same_twice(
    lea: Person, editions: list[Edition]
) -> None:
    row = cast.enrolment(lea, editions[0])
    shared: dict[str, Any] = {"enrolment": row, "decided_by_id": lea.pk, "awarded_at": LATER}
    Award.objects.create(module="suite", code="A", **shared)
    both, negative = {"module": "suite", "track": row.track}, {"track": row.track, "credits": -1}
    wrongs: list[dict[str, Any]] = [{}, {"module": "suite"}, both, negative]
    for code, wrong in enumerate(wrongs):
        with pytest.raises(IntegrityError), transaction.atomic():
            Award.objects.create(code=f"B{code}", **wrong, **shared)


def test_the_doctor_finds_a_credit_that_counts_twice(lea: Person, editions: list[Edition], give: Give) -> None:
    for edition in editions:
        scored(cast.enrolment(lea, edition), 80, "quiz")
    give(editions[0], "classic")
    give(editions[1], "classic")
    assert list(queries.counted_twice()) == []
    row = Enrolment.objects.get(edition=editions[1])
    Award.objects.create(enrolment=row, track=row.track, code="FORMER", decided_by_id=lea.pk, awarded_at=LATER)
    found = list(queries.counted_twice())
    assert [(one.person_id, float(one.credits), float(one.allowed)) for one in found] == [(lea.pk, 2, 1)]
    assert "hold 2 ECTS credits of echelle, where their tracks allow 1" in next(health.credits(LATER))


def test_what_the_site_holds_of_a_person_names_what_was_attested(
    lea: Person, editions: list[Edition], give: Give, attest: Give
) -> None:
    scored(cast.enrolment(lea, editions[0]), 80, "quiz", "defi")
    give(editions[0], "classic")
    attest(editions[0])
    rows = list(personal.export(lea)["awards"])
    assert {(row["track__key"], row["module"], row["credits"]) for row in rows} == {
        ("classic", "", Decimal(1)),
        (None, "suite", Decimal(0)),
    }


def test_the_end_of_a_played_edition_gives_certificates_and_attestations(
    lea: Person, editions: list[Edition], paul: Person
) -> None:
    scored(cast.enrolment(lea, editions[0]), 80, "quiz", "defi")
    assert ending.finish(editions[0], by=paul, now=LATER, tell=print) == 1
    assert in_force(lea) == {(1, "classic"): (1, 1), (1, "suite"): (0, 0)}
    assert {one.name_shown for one in Credential.objects.all()} == {"Lea"}
    assert simulation.of(editions[0]).certificates["classic"] == 0, "nobody there is simulated"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_registrars_at_once_in_two_editions_bring_each_credit_once(tmp_path: Path) -> None:
    both = stage.editions(stage.version(tmp_path))
    people, by = [cast.person(f"Lea{n}") for n in range(12)], cast.person("Paul")
    for who in people:
        for edition in both:
            scored(cast.enrolment(who, edition), 80, "quiz", "defi")

    def work(edition: Edition) -> int:
        try:
            attested = actions.award_module(edition=edition, module="suite", by=by, now=LATER)
            given = actions.award_passed(edition=edition, track=edition.tracks.get(key="classic"), by=by, now=LATER)
            return given * 100 + attested
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as workers:
        outcomes = list(workers.map(work, both * 3))
    assert sum(outcomes) == 12 * 100 + 24
    assert all(len([key for key in in_force(who) if key[1] == "classic"]) == 1 for who in people)
    assert list(queries.counted_twice()) == []
