"""What is kept from an edition to the next, through the real enrolment."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from preau.accounts.models import Person
from preau.content import outline as outlines
from preau.content.models import Version
from preau.courses import enrolling
from preau.courses.models import Edition, Enrolment
from preau.grades import actions as grades
from preau.grades import carrying, queries
from preau.grades.models import Result
from preau.past.models import Source
from tests import cast
from tests.past import stage as past

SECOND, THIRD = cast.monday(cast.MONDAY, 26), cast.monday(cast.MONDAY, 52)
RULES = [{"results": "quiz", "editions": 1}, {"results": "exam", "editions": 2, "at_least": 50}]


@pytest.fixture
def version(db: None) -> Version:
    """The thin course, whose results carry over: quizzes to the next edition, the exam to two."""
    row = cast.version()
    Version.objects.filter(pk=row.pk).update(meta={**row.meta, "carries": RULES})
    return Version.objects.select_related("course").get(pk=row.pk)


@pytest.fixture
def editions(version: Version) -> list[Edition]:
    """Three in a row, of the same version."""
    moments = (cast.MONDAY, SECOND, THIRD)
    return [cast.edition(slug=f"thin-{n}", of=version, opens=at) for n, at in enumerate(moments, 1)]


@pytest.fixture
def lea(db: None) -> Person:
    return cast.person("Lea")


@pytest.fixture
def paul(db: None) -> Person:
    """Of the team."""
    return cast.person("Paul")


def scored(row: Enrolment, unit: str, percent: float, *, told: datetime | None = None, final: bool = True) -> None:
    grades.record(
        enrolment_id=row.pk,
        unit_id=row.edition.course.units.get(key=unit).pk,
        version_id=row.edition.printings.get(current=True).version_id,
        score=percent,
        of=100,
        how={"final": final},
        shown_from=told,
        now=row.edition.opens_at + timedelta(days=8),
    )


def counts(row: Enrolment, *, now: datetime) -> dict[str, float]:
    outline = outlines.of_edition(row.edition, "fr")
    ledger = queries.record(row.pk, outline, now=now, for_learner=True)
    return {key: fact.percent for key, fact in ledger.counted.items()}


def test_results_are_there_from_the_enrolment_on_by_the_rule_of_the_edition(
    lea: Person, editions: list[Edition]
) -> None:
    first = cast.enrolment(lea, editions[0])
    scored(first, "quiz", 82)
    scored(first, "examen", 40)
    second = cast.enrolment(lea, editions[1])
    assert counts(second, now=SECOND) == {"quiz": 82}, "an exam under 50 is not kept"
    third = cast.enrolment(lea, editions[2])
    assert counts(third, now=THIRD) == {}, "a quiz is kept for one edition, wherever it was kept since"


def test_doing_it_again_can_only_bring_more(lea: Person, editions: list[Edition]) -> None:
    scored(cast.enrolment(lea, editions[0]), "quiz", 60)
    second = cast.enrolment(lea, editions[1])
    scored(second, "quiz", 30)
    assert counts(second, now=SECOND) == {"quiz": 60}
    scored(second, "quiz", 90)
    assert counts(second, now=SECOND) == {"quiz": 90}
    row = Result.objects.get(enrolment=second)
    assert (row.score, row.carried, row.carried_from) == (90, 60, 1)


def test_nothing_is_kept_that_its_learner_was_not_told_and_it_comes_when_they_are(
    lea: Person, editions: list[Edition]
) -> None:
    told = SECOND + timedelta(days=3)
    scored(cast.enrolment(lea, editions[0]), "examen", 70, told=told)
    second = cast.enrolment(lea, editions[1])
    assert counts(second, now=SECOND) == {}
    carrying.Keeper().look(now=told - timedelta(hours=1))
    assert counts(second, now=SECOND) == {}
    carrying.Keeper().look(now=told + timedelta(hours=1))
    assert counts(second, now=told) == {"examen": 70}


def test_the_worker_looks_at_some_people_a_look_and_then_only_at_what_is_new(
    editions: list[Edition], monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [cast.person(f"p{number}") for number in range(4)]
    formers = [cast.enrolment(who, editions[0]) for who in people]
    rows = [cast.enrolment(who, editions[1]) for who in people]
    for former in formers:
        scored(former, "quiz", 70)
    keeper, later = carrying.Keeper(), SECOND + timedelta(days=30)  # the results are old by then
    assert keeper.look(now=later) == 0
    assert [counts(row, now=later) for row in rows] == [{"quiz": 70}] * 4
    Result.objects.filter(enrolment__in=formers).update(score=90)
    assert keeper.look(now=later) == 0
    assert counts(rows[0], now=later) == {"quiz": 70}, "nothing says that it is new"
    assert carrying.Keeper().look(now=later) == 0, "a worker that starts looks at everybody"
    assert counts(rows[0], now=later) == {"quiz": 90}
    monkeypatch.setattr(carrying, "BATCH", 3)
    assert carrying.Keeper().look(now=later) == 1


def test_an_activity_that_writes_its_own_meanwhile_loses_nothing(
    lea: Person, editions: list[Edition], monkeypatch: pytest.MonkeyPatch
) -> None:
    scored(cast.enrolment(lea, editions[0]), "quiz", 82)
    second = cast.enrolment(lea, editions[1])
    Result.objects.filter(enrolment=second).delete()
    write = carrying._write

    def late(enrolment: Enrolment, *rest: Any) -> None:
        """A mark comes between what was read and what is written."""
        monkeypatch.setattr(carrying, "_write", write)
        look = Result.objects.bulk_create

        def create(rows: Any, **how: Any) -> Any:
            monkeypatch.setattr(Result.objects, "bulk_create", look)
            scored(second, "quiz", 40)
            return look(rows, **how)

        monkeypatch.setattr(Result.objects, "bulk_create", create)
        write(enrolment, *rest)

    monkeypatch.setattr(carrying, "_write", late)
    carrying.refresh(editions[1], now=SECOND)
    row = Result.objects.get(enrolment=second)
    assert (row.score, row.carried, row.carried_from) == (40, 82, 1)


def test_going_up_and_down_as_often_as_one_likes_changes_no_result(lea: Person, editions: list[Edition]) -> None:
    scored(cast.enrolment(lea, editions[0]), "quiz", 82)
    row = cast.enrolment(lea, editions[1])
    scored(row, "examen", 61)
    before = list(Result.objects.filter(enrolment=row).order_by("pk").values())
    for track in ("advanced", "classic", "advanced", "advanced", "classic", "advanced"):
        assert cast.enrolment(lea, editions[1], track=track).pk == row.pk
        assert list(Result.objects.filter(enrolment=row).order_by("pk").values()) == before
        assert counts(row, now=SECOND) == {"quiz": 82, "examen": 61}


def test_a_correction_of_the_former_edition_follows(lea: Person, editions: list[Edition], paul: Person) -> None:
    first = cast.enrolment(lea, editions[0])
    scored(first, "quiz", 50)
    second = cast.enrolment(lea, editions[1])
    outline = outlines.of_edition(editions[0], "fr")
    grades.correct(enrolment=first, unit=outline.by_key["quiz"], outline=outline, percent=75, by=paul, now=SECOND)
    assert carrying.refresh(editions[1], now=SECOND) == 1
    assert counts(second, now=SECOND) == {"quiz": 75}
    Result.objects.filter(enrolment=first).delete()
    carrying.refresh(editions[1], now=SECOND)
    assert counts(second, now=SECOND) == {}
    assert not Result.objects.filter(enrolment=second).exists(), "a row that held nothing else is gone"


def test_who_was_taken_out_keeps_nothing_of_that_edition(lea: Person, editions: list[Edition], paul: Person) -> None:
    first = cast.enrolment(lea, editions[0])
    scored(first, "quiz", 82)
    enrolling.remove(act=cast.an_act("remove"), enrolment=first, reason="Copie d’autrui", by=paul, now=SECOND)
    assert counts(cast.enrolment(lea, editions[1]), now=SECOND) == {}


def test_who_left_keeps_what_they_did_and_comes_back_to_all_of_it(lea: Person, editions: list[Edition]) -> None:
    first = cast.enrolment(lea, editions[0])
    scored(first, "quiz", 82)
    enrolling.leave(act=cast.an_act("leave"), by=lea, enrolment=first, now=cast.MONDAY + timedelta(days=9))
    assert counts(cast.enrolment(lea, editions[1]), now=SECOND) == {"quiz": 82}


def test_only_what_is_done_makes_somebody_active(lea: Person, editions: list[Edition]) -> None:
    scored(cast.enrolment(lea, editions[0]), "quiz", 82)
    second = cast.enrolment(lea, editions[1])
    assert queries.active([second.pk]) == 0
    scored(second, "quiz", 10)
    assert queries.active([second.pk]) == 1


def test_a_preview_says_what_enrolling_then_does(lea: Person, editions: list[Edition]) -> None:
    scored(cast.enrolment(lea, editions[0]), "quiz", 82)
    outline, tracks = outlines.of_edition(editions[1], "fr"), list(editions[1].tracks.all())
    kept, before = carrying.preview(lea.pk, outline, tracks, now=SECOND)
    second = cast.enrolment(lea, editions[1])
    assert {key: one.percent for key, one in kept.items()} == counts(second, now=SECOND)
    assert before == queries.standings(second.pk, outline, tracks, now=SECOND)


def test_a_track_for_those_who_come_back_opens_to_them(lea: Person, editions: list[Edition]) -> None:
    scored(cast.enrolment(lea, editions[0]), "quiz", 82)
    assert enrolling.returns(lea, editions[1])
    assert not enrolling.returns(lea, editions[0])
    assert not enrolling.returns(cast.person("Noa"), editions[1])


def test_a_correction_withdrawn_leaves_what_is_kept(lea: Person, editions: list[Edition], paul: Person) -> None:
    scored(cast.enrolment(lea, editions[0]), "quiz", 82)
    second = cast.enrolment(lea, editions[1])
    outline = outlines.of_edition(editions[1], "fr")
    unit = outline.by_key["quiz"]
    grades.correct(enrolment=second, unit=unit, outline=outline, percent=10, by=paul, now=SECOND)
    assert counts(second, now=SECOND) == {"quiz": 10}
    grades.withdraw(enrolment=second, unit=unit, by=paul, now=SECOND)
    assert counts(second, now=SECOND) == {"quiz": 82}


def test_what_was_done_before_this_site_counts_by_the_same_rule_and_follows_the_file(
    lea: Person, version: Version, tmp_path: Path
) -> None:
    Version.objects.filter(pk=version.pk).update(
        meta={**version.meta, "carries": [{"results": "quiz", "editions": 2}, {"modules": "all", "editions": "all"}]}
    )
    edition = cast.edition(slug="thin-8", of=Version.objects.get(pk=version.pk), number=8)
    lines = ("lea@example.org;;Lea;7;quiz;15;20", "lea@example.org;;Lea;5;apres;20;20")
    past.confirmed(lea, "lea@example.org")
    past.bring(past.wrote(tmp_path, past.HEAD, *lines), edition.course)
    assert enrolling.returns(lea, edition)
    row = cast.enrolment(lea, edition)
    assert counts(row, now=cast.MONDAY) == {"quiz": 75}, "the fifth is three editions ago"
    assert Result.objects.get(enrolment=row).carried_from == 7
    module = ("lea@example.org;;Lea;3;debut;oui",)
    head = "E-mail;N° étudiant;Nom;Session;Module;Admis"
    Source.objects.update(withdrawn_at=timezone.now())
    past.bring(past.wrote(tmp_path, head, *module, name="modules.csv"), edition.course)
    carrying.Keeper().look(now=cast.MONDAY)
    assert len(counts(row, now=cast.MONDAY)) > 1
    assert set(counts(row, now=cast.MONDAY).values()) == {50}, "the pass mark of a module that was passed"


def test_the_database_refuses_a_result_kept_from_nowhere(lea: Person, editions: list[Edition]) -> None:
    scored(cast.enrolment(lea, editions[0]), "quiz", 82)
    for wrong in ({"carried": 50.0}, {"carried": 101.0, "carried_from": 1}, {"carried_from": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Result.objects.update(**wrong)
