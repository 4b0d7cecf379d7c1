"""Whose former results are whose: by a confirmed address, by what staff decide, and never by an address that was only
typed."""

from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Course
from preau.mail.models import Message
from preau.past import linking, queries
from preau.past.models import Doubt, Former
from preau.past.queries import FormerFact
from tests import cast
from tests.past.stage import HEAD, ORIGIN, bring, confirmed, wrote

ANA = "ana@example.org;1;Ana Silva;5;quiz-1;10;20"


@pytest.fixture
def ana(course: Course) -> Person:
    return cast.person("Ana")


def facts(person: Person, course: Course) -> list[FormerFact]:
    return queries.results_of(person.pk, course.pk)


def test_a_confirmed_address_finds_its_results_at_import(course: Course, ana: Person, tmp_path: Path) -> None:
    confirmed(ana, ana.email)
    report = bring(wrote(tmp_path, HEAD, ANA), course)
    assert report.counts["linked"] == 1
    assert facts(ana, course) == [FormerFact(5, "unit", "quiz-1", 50.0, None, ORIGIN)]


def test_an_address_that_was_only_typed_finds_nothing(course: Course, ana: Person, tmp_path: Path) -> None:
    confirmed(ana, ana.email, verified=False)
    bring(wrote(tmp_path, HEAD, ANA), course)
    assert linking.link(ana, timezone.now()) == 0
    assert facts(ana, course) == []
    assert "quiz-1" not in cast.browser(ana).get("/me/former/").content.decode()


def test_confirming_an_address_later_finds_them(course: Course, ana: Person, tmp_path: Path) -> None:
    bring(wrote(tmp_path, HEAD, ANA), course)
    confirmed(ana, ana.email)
    email_confirmed.send(EmailAddress, request=None, email_address=EmailAddress.objects.get())
    assert [fact.key for fact in facts(ana, course)] == ["quiz-1"]
    page = cast.browser(ana).get("/me/former/").content.decode()
    assert "quiz-1" in page
    assert ORIGIN in page


def test_results_of_a_half_written_file_are_nobodys(course: Course, ana: Person, tmp_path: Path) -> None:
    confirmed(ana, ana.email)
    bring(wrote(tmp_path, HEAD, ANA), course)
    Former.objects.update(person=None, linked_how="", linked_at=None)
    source = course.sources.get()
    course.sources.update(finished_at=None)
    assert linking.link(ana, timezone.now()) == 0
    course.sources.update(finished_at=source.finished_at)
    assert linking.link(ana, timezone.now()) == 1


def test_the_results_of_a_person_are_one_query(course: Course, ana: Person, tmp_path: Path) -> None:
    confirmed(ana, ana.email)
    bring(wrote(tmp_path, HEAD, ANA, *[ANA.replace("quiz-1", f"quiz-{n}") for n in range(2, 30)]), course)
    with CaptureQueriesContext(connection) as asked:
        assert len(facts(ana, course)) == 29
    assert len(asked) == 1


def claim(person: Person, **said: str) -> Any:
    fields: dict[str, Any] = {"course": "thin", "edition": "5", "name": "Ana Silva", "email": "", "number": "", **said}
    return cast.browser(person).post("/me/former/", cast.form(**fields))


@pytest.fixture
def rita(course: Course) -> Person:
    person = cast.person("Rita")
    cast.role(person, "registrar", course=course)
    return person


def decide(keeper: Person, doubt: Doubt, decision: str, former: Former | None = None) -> Any:
    address = f"/desk/courses/thin/former/doubts/{doubt.pk}/"
    return cast.browser(keeper).post(address, cast.form(decision=decision, former=str(former.pk) if former else ""))


def test_somebody_with_another_address_says_so_and_staff_decide(
    course: Course, ana: Person, rita: Person, tmp_path: Path
) -> None:
    bring(wrote(tmp_path, HEAD, ANA.replace("ana@", "ancienne@")), course)
    assert claim(ana, email=" Ancienne@Example.org").status_code == 302
    doubt, former = Doubt.objects.get(), Former.objects.get()
    assert facts(ana, course) == []
    page = cast.browser(rita).get("/desk/courses/thin/former/doubts/").content.decode()
    assert "ancienne@example.org" in page
    assert str(former.pk) in page
    decide(rita, doubt, "attached", former)
    assert [fact.key for fact in facts(ana, course)] == ["quiz-1"]
    assert "/me/former/" in Message.objects.get(kind="former").text
    cast.browser(rita).post(f"/desk/courses/thin/former/doubts/{doubt.pk}/undo/", cast.form())
    assert facts(ana, course) == []
    assert Message.objects.filter(kind="former").count() == 2


def test_a_claim_that_nobody_is_found_for_is_told_so(course: Course, ana: Person, rita: Person, tmp_path: Path) -> None:
    bring(wrote(tmp_path, HEAD, ANA), course)
    claim(ana, number="00999")
    decide(rita, Doubt.objects.get(), "dropped")
    assert Message.objects.filter(kind="former").count() == 1
    assert facts(ana, course) == []


def test_a_claim_never_takes_what_is_anothers(course: Course, ana: Person, rita: Person, tmp_path: Path) -> None:
    ben = cast.person("Ben")
    confirmed(ben, ben.email)
    bring(wrote(tmp_path, HEAD, ANA.replace("ana@", "ben@")), course)
    claim(ana, email="ben@example.org")
    decide(rita, Doubt.objects.get(), "attached", Former.objects.get())
    assert facts(ana, course) == []
    assert len(facts(ben, course)) == 1


def test_claims_need_something_to_go_by_and_are_few(course: Course, ana: Person, tmp_path: Path) -> None:
    bring(wrote(tmp_path, HEAD, ANA), course)
    assert claim(ana).status_code == 422
    assert claim(ana, email="nobody").status_code == 422
    answers = [claim(ana, number=f"A{n}").status_code for n in range(7)]
    assert answers == [302] * 5 + [422] * 2
    assert claim(ana, number="A1").status_code == 422


def test_two_rows_of_one_number_are_decided_one_by_one_and_taken_back(
    course: Course, rita: Person, tmp_path: Path
) -> None:
    other = ANA.replace("ana@", "autre@").replace("quiz-1", "quiz-2")
    bring(wrote(tmp_path, HEAD, ANA, other), course)
    first, second = Doubt.objects.order_by("line")
    decide(rita, first, "apart")
    former = Former.objects.get()
    assert (former.email, former.number) == ("ana@example.org", "1")
    decide(rita, second, "attached", former)
    assert sorted(one.fact.key for one in queries.of_former(former)) == ["quiz-1", "quiz-2"]
    autre = cast.person("Autre")
    confirmed(autre, autre.email)
    assert linking.link(autre, timezone.now()) == 1  # staff said that this address is theirs
    cast.browser(rita).post(f"/desk/courses/thin/former/doubts/{second.pk}/undo/", cast.form())
    assert [one.fact.key for one in queries.of_former(former)] == ["quiz-1"]
    assert facts(autre, course) == []
    assert [doubt.pk for doubt in queries.doubts(course, decided=False)] == [second.pk]


def test_what_staff_decided_holds_for_the_next_file(course: Course, rita: Person, tmp_path: Path) -> None:
    other = ANA.replace("ana@", "autre@").replace("quiz-1", "quiz-2")
    bring(wrote(tmp_path, HEAD, ANA, other), course)
    first, second = Doubt.objects.order_by("line")
    decide(rita, first, "apart")
    decide(rita, second, "attached", Former.objects.get())
    report = bring(wrote(tmp_path, HEAD, other.replace("quiz-2", "quiz-3"), name="next.csv"), course)
    assert (report.counts["doubts"], report.counts["results"]) == (0, 1)
    assert Former.objects.count() == 1


def test_a_decision_that_would_say_two_things_is_refused(course: Course, rita: Person, tmp_path: Path) -> None:
    bring(wrote(tmp_path, HEAD, ANA), course)
    bring(wrote(tmp_path, HEAD, ANA.replace("ana@", "autre@").replace("10;20", "12;20"), name="b.csv"), course)
    doubt, former = Doubt.objects.get(), Former.objects.get()
    decide(rita, doubt, "attached", former)
    doubt.refresh_from_db()
    assert doubt.decision == ""
    assert [one.fact.percent for one in queries.of_former(former)] == [50]


def test_a_decision_is_made_once(course: Course, rita: Person, tmp_path: Path) -> None:
    bring(wrote(tmp_path, HEAD, ANA, ANA.replace("ana@", "autre@").replace("quiz-1", "quiz-2")), course)
    doubt = Doubt.objects.order_by("line")[0]
    decide(rita, doubt, "dropped")
    decide(rita, doubt, "apart")
    doubt.refresh_from_db()
    assert doubt.decision == "dropped"
    assert not Former.objects.exists()
