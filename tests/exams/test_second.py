"""A second sitting: who is admitted, what it brings, what it keeps from being told, and its way back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.content import outline as outlines
from preau.courses import actions as courses
from preau.courses import rules as dates
from preau.courses.models import Edition, Enrolment, Extension, Group, GroupMember
from preau.exams import admitting, arranging
from preau.exams.models import Seat, Sitting
from preau.grades.models import Result
from preau.quizzes import actions as quizzes
from preau.quizzes import bank
from preau.quizzes.models import Attempt
from tests import cast
from tests.exams import stage
from tests.exams.stage import EARLY, HOUR, LATER, MINUTE, TUESDAY

ENDS = LATER + 2 * HOUR


@pytest.fixture
def second(edition: Edition, tom: Person) -> Sitting:
    return stage.sitting(edition, tom, stage.plan(LATER, second=True, places=3))


@pytest.fixture
def max_enrolment(edition: Edition) -> Enrolment:
    return cast.enrolment(cast.person("Max"), edition)


def answered(who: Person, paper: Attempt, at: datetime, text: str = "quatre") -> None:
    item = next(one for one in bank.of(paper.version_id, paper.unit_id, "fr").items if one.key == "e1")
    act = cast.an_act("quiz.answer", {"q": text}, at)
    said: dict[str, Any] = {
        "attempt_id": paper.pk,
        "question_id": item.id,
        "values": {"answer": [text]},
        "language": "fr",
        "now": at,
    }
    quizzes.answer(act=act, by=who, **said)


def page_at(who: Person, edition: Edition, at: datetime, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(timezone, "now", lambda: at)
    return cast.script(who).get(f"/e/{edition.slug}/me/fr/debut/examen/").content.decode()


def test_who_is_admitted_has_a_seat_a_deadline_and_is_told(
    ana_enrolment: Enrolment, edition: Edition, second: Sitting, tom: Person
) -> None:
    seat = stage.admit(second, ana_enrolment, by=tom, reason="Panne de courant à Dakar")
    assert (seat.second, seat.reason) == (True, "Panne de courant à Dakar")
    later = Extension.objects.get(enrolment=ana_enrolment, key="examen")
    assert (later.until, later.reason) == (ENDS, "Panne de courant à Dakar")
    (mail,) = stage.written_to(ana_enrolment.person)
    assert "Panne de courant à Dakar" in mail.text
    assert {one.verb for one in journal.about("enrolment", ana_enrolment.pk)} >= {"exam.admitted", "extended"}


def test_nothing_between_then_one_paper_there(ana_enrolment: Enrolment, edition: Edition, second: Sitting) -> None:
    ana = ana_enrolment.person
    stage.admit(second, ana_enrolment, by=ana)
    due = stage.exam(edition).due
    assert due is not None
    for wrong in (due + HOUR, LATER - MINUTE, ENDS + MINUTE):
        with pytest.raises(Refused):
            stage.begin(ana, edition, wrong)
    assert stage.begin(ana, edition, LATER + MINUTE).number == 1
    answered(ana, Attempt.objects.get(), LATER + HOUR)


def test_who_began_before_begins_once_more_and_the_better_counts(
    ana_enrolment: Enrolment, edition: Edition, second: Sitting, tom: Person
) -> None:
    ana = ana_enrolment.person
    first = stage.begin(ana, edition, TUESDAY)
    answered(ana, first, TUESDAY + MINUTE)
    had = Result.objects.get(enrolment=ana_enrolment).score
    assert had > 0
    stage.admit(second, ana_enrolment, by=tom)
    again = stage.begin(ana, edition, LATER + MINUTE)
    assert again.number == 2
    answered(ana, again, LATER + 2 * MINUTE, "cinq")
    assert Result.objects.get(enrolment=ana_enrolment).score == had
    quizzes.close(act=cast.an_act("c", now=LATER + HOUR), by=ana, attempt_id=again.pk, language="fr", now=LATER + HOUR)
    with pytest.raises(Refused):
        stage.begin(ana, edition, LATER + HOUR + MINUTE)


def test_a_paper_left_open_ends_as_it_would_have(
    ana_enrolment: Enrolment, edition: Edition, second: Sitting, tom: Person
) -> None:
    ana, due = ana_enrolment.person, stage.exam(edition).due
    assert due is not None
    paper = stage.begin(ana, edition, TUESDAY)
    stage.admit(second, ana_enrolment, by=tom)
    answered(ana, paper, due - MINUTE)
    for late in (due + HOUR, LATER + MINUTE):
        with pytest.raises(Refused):
            answered(ana, paper, late)


def test_nothing_is_told_to_anybody_before_the_second_sitting_and_its_grace_are_over(
    ana: Person, edition: Edition, second: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is admitted yet: those who will be must not find the answers on somebody's page."""
    paper = stage.begin(ana, edition, TUESDAY)
    answered(ana, paper, TUESDAY + MINUTE, "cinq")
    grace = dates.GRACE["exam"]
    due = stage.exam(edition).due
    assert due is not None
    for hidden in (due + grace + HOUR, LATER, ENDS, ENDS + grace - MINUTE):
        assert "quatre" not in page_at(ana, edition, hidden, monkeypatch), hidden
    assert "quatre" in page_at(ana, edition, ENDS + grace + MINUTE, monkeypatch)
    assert Result.objects.get().shown_from == ENDS + grace


def test_cancelled_it_holds_nothing_back(ana: Person, edition: Edition, second: Sitting, tom: Person) -> None:
    answered(ana, stage.begin(ana, edition, TUESDAY), TUESDAY + MINUTE)
    act = cast.an_act("sitting.cancel", now=TUESDAY)
    arranging.cancel(act=act, sitting=second, reason="Personne ne vient.", by=tom, now=TUESDAY)
    unit = stage.exam(edition)
    outline = outlines.of_edition(edition, "fr")
    assert outline.last_due(unit) == unit.due
    assert unit.due is not None
    assert Result.objects.get().shown_from == unit.due + dates.GRACE["exam"]


def test_an_admission_is_taken_back_with_its_deadline(
    ana_enrolment: Enrolment, edition: Edition, second: Sitting, tom: Person
) -> None:
    due = stage.exam(edition).due
    assert due is not None
    more: dict[str, Any] = {"enrolment": ana_enrolment, "key": "examen", "by": tom, "now": EARLY}
    courses.extend(until=due + HOUR, reason="Coupure", **more)
    seat = stage.admit(second, ana_enrolment, by=tom)
    admitting.take_back(act=cast.an_act("back", now=TUESDAY), seat=seat, by=tom, now=TUESDAY)
    assert Extension.objects.get().until == due + HOUR
    assert not Seat.objects.filter(given_up_at=None).exists()
    assert len(stage.written_to(ana_enrolment.person)) == 2
    with pytest.raises(Refused):
        admitting.take_back(act=cast.an_act("back", now=TUESDAY), seat=seat, by=tom, now=TUESDAY)


def test_not_once_a_paper_was_begun(ana_enrolment: Enrolment, edition: Edition, second: Sitting, tom: Person) -> None:
    seat = stage.admit(second, ana_enrolment, by=tom)
    stage.begin(ana_enrolment.person, edition, LATER + MINUTE)
    with pytest.raises(Refused):
        admitting.take_back(act=cast.an_act("back", now=LATER + HOUR), seat=seat, by=tom, now=LATER + HOUR)
    assert Extension.objects.exists()


def test_a_longer_deadline_is_left_alone(
    ana_enrolment: Enrolment, edition: Edition, second: Sitting, tom: Person
) -> None:
    more: dict[str, Any] = {"enrolment": ana_enrolment, "key": "examen", "by": tom, "now": EARLY}
    courses.extend(until=ENDS + 24 * HOUR, reason="Hôpital", **more)
    seat = stage.admit(second, ana_enrolment, by=tom)
    admitting.take_back(act=cast.an_act("back", now=TUESDAY), seat=seat, by=tom, now=TUESDAY)
    assert Extension.objects.get().until == ENDS + 24 * HOUR


@pytest.mark.parametrize("given", [EARLY, TUESDAY + HOUR])
def test_another_deadline_that_ends_at_the_same_moment_stays(
    ana_enrolment: Enrolment, edition: Edition, second: Sitting, tom: Person, given: datetime
) -> None:
    def extend() -> None:
        courses.extend(enrolment=ana_enrolment, key="examen", until=ENDS, reason="Hôpital", by=tom, now=given)

    if given < TUESDAY:
        extend()
    seat = stage.admit(second, ana_enrolment, by=tom)
    if given > TUESDAY:
        extend()
    back = TUESDAY + 2 * HOUR
    admitting.take_back(act=cast.an_act("back", now=back), seat=seat, by=tom, now=back)
    assert (Extension.objects.get().until, Extension.objects.get().reason) == (ENDS, "Hôpital")


def test_the_deadline_follows_the_end_of_the_sitting(
    ana_enrolment: Enrolment, edition: Edition, second: Sitting, tom: Person
) -> None:
    seat = stage.admit(second, ana_enrolment, by=tom)
    for hours in (5, 1):
        wanted = stage.plan(LATER, closes_at=LATER + hours * HOUR, places=3)
        act = cast.an_act("sitting.edit", wanted.data, TUESDAY)
        arranging.edit(act=act, sitting=second, unit=stage.exam(edition), plan=wanted, by=tom, now=TUESDAY)
        assert Extension.objects.get().until == LATER + hours * HOUR
    admitting.take_back(act=cast.an_act("back", now=TUESDAY), seat=stage.seat(seat.pk), by=tom, now=TUESDAY)
    assert not Extension.objects.exists(), "no former end of the sitting holds again"


def test_what_is_refused_admits_nobody(
    ana_enrolment: Enrolment, max_enrolment: Enrolment, edition: Edition, second: Sitting, tom: Person, ben: Person
) -> None:
    elsewhere = Enrolment.objects.get(person=ben)
    first = stage.sitting(edition, tom, stage.plan(TUESDAY))
    crowd = [cast.enrolment(cast.person(f"crowd{n}"), edition) for n in range(3)]
    for where, rows, reason in (
        (second, [ana_enrolment], " "),
        (second, [ana_enrolment, elsewhere], "Panne"),
        (second, [ana_enrolment, *crowd], "Panne"),
        (second, [], "Panne"),
        (first, [ana_enrolment], "Panne"),
    ):
        act = cast.an_act("exam.admit", now=TUESDAY)
        said: dict[str, Any] = {"enrolments": [row.pk for row in rows], "reason": reason, "by": tom, "now": TUESDAY}
        with pytest.raises(Refused):
            admitting.admit(act=act, sitting=where, **said)
    assert not Seat.objects.exists()
    assert not Extension.objects.exists()


@pytest.fixture
def running(db: None) -> Edition:
    return cast.edition(slug="runs", opens=cast.monday(timezone.now(), -1))


def coming(edition: Edition, by: Person) -> Sitting:
    due = stage.exam(edition).due
    assert due is not None
    return stage.sitting(edition, by, stage.plan(due + timedelta(days=7), second=True), timezone.now())


def test_the_desk_admits_by_addresses_a_group_or_one_by_one(running: Edition, dora: Person) -> None:
    rows = [cast.enrolment(cast.person(name), running) for name in ("Lea", "Max", "Zoe")]
    where, client = coming(running, dora), cast.browser(dora)
    address = f"/desk/runs/exams/sittings/{where.pk}/admit/"
    doubt = client.post(address, cast.form(text="lea@example.org\nnobody@example.org", reason="Panne"))
    assert doubt.status_code == 422
    assert "nobody@example.org" in doubt.content.decode()
    assert not Seat.objects.exists()
    both = client.post(address, cast.form(text="", reason="Panne"))
    assert both.status_code == 422
    assert client.post(address, cast.form(text="Lea@example.org", reason="Panne")).status_code == 302
    group = Group.objects.create(edition=running, name="Dakar", made_at=timezone.now())
    for row in rows[:2]:
        GroupMember.objects.create(group=group, enrolment=row, added_at=timezone.now())
    assert client.post(address, cast.form(group=str(group.pk), reason="Coupure")).status_code == 302
    one = f"/desk/runs/learners/{rows[2].pk}/exams/"
    assert client.post(one, cast.form(sitting=str(where.pk), reason="Hôpital")).status_code == 302
    assert sorted(Seat.objects.values_list("reason", flat=True)) == ["Coupure", "Hôpital", "Panne"]
    page = client.get(f"/desk/runs/exams/sittings/{where.pk}/").content.decode()
    assert all(name in page for name in ("Lea", "Max", "Zoe", "Hôpital"))
    seat = Seat.objects.get(enrolment=rows[2])
    back = client.post(f"/desk/runs/exams/sittings/{where.pk}/seats/{seat.pk}/take-back/", cast.form())
    assert back.status_code == 302
    assert not Extension.objects.filter(enrolment=rows[2]).exists()


def test_the_learner_reads_of_it_and_asks_for_it(running: Edition, dora: Person) -> None:
    row = cast.enrolment(cast.person("Lea"), running)
    where = coming(running, dora)
    page = cast.browser(row.person).get("/e/runs/me/exams/").content.decode()
    ask = "/requests/new/?about=/e/runs/fr/debut/examen/"
    assert ask in page
    stage.admit(where, row, by=dora, now=timezone.now(), reason="Hôpital")
    page = cast.browser(row.person).get("/e/runs/me/exams/").content.decode()
    assert "Hôpital" in page
    assert ask not in page
