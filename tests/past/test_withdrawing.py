"""A file taken back, people erased, figures with whose they are."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts import actions as accounts
from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.courses.models import Course
from preau.past import queries, withdrawing
from preau.past.models import Doubt, Former, FormerResult, Source, Total
from tests import cast
from tests.past.stage import HEAD, ORIGIN, bring, confirmed, rows, wrote

ANA = "ana@example.org;1;Ana Silva;5;quiz-1;10;20"
BEN = "ben@example.org;2;Ben Diallo;6;quiz-1;10;20"
CERTIFIED = "email;edition;track;passed;certificate"


@pytest.fixture
def rita(course: Course) -> Person:
    person = cast.person("Rita")
    cast.role(person, "registrar", course=course)
    return person


def withdraw(keeper: Person, source: Source) -> int:
    address = f"/desk/courses/thin/former/files/{source.pk}/"
    return cast.browser(keeper).post(address, cast.form(reason="A wrong export")).status_code


def figures(course: Course) -> dict[tuple[int, str], tuple[int, str]]:
    return {(one.edition, one.what): (one.number, one.source) for one in queries.totals(course.pk)}


def test_withdrawn_a_file_stops_counting_at_once_and_can_come_again(
    course: Course, rita: Person, tmp_path: Path
) -> None:
    path = wrote(tmp_path, HEAD, ANA, BEN)
    bring(path, course)
    assert withdraw(rita, Source.objects.get()) == 302
    assert figures(course) == {}
    assert queries.of_former(Former.objects.order_by("email")[0]) == []
    while withdrawing.sweep():
        continue
    assert not FormerResult.objects.exists()
    assert not Former.objects.exists()
    assert bring(path, course).written
    assert len(rows()) == 2


def test_withdrawing_one_file_leaves_what_another_says(course: Course, rita: Person, tmp_path: Path) -> None:
    bring(wrote(tmp_path, HEAD, ANA.replace(";1;", ";;")), course)
    bring(wrote(tmp_path, HEAD, ANA.replace("quiz-1", "quiz-2"), BEN, name="b.csv"), course)
    withdraw(rita, Source.objects.order_by("started_at")[1])
    withdrawing.sweep_course(course)
    assert rows() == [("ana@example.org", "", 5, "unit", "quiz-1", 50.0, None)]
    assert Former.objects.count() == 1


def test_a_file_on_which_a_decision_hangs_stays(course: Course, rita: Person, tmp_path: Path) -> None:
    bring(wrote(tmp_path, HEAD, ANA, ANA.replace("ana@", "autre@")), course)
    doubt = Doubt.objects.order_by("line")[0]
    cast.browser(rita).post(f"/desk/courses/thin/former/doubts/{doubt.pk}/", cast.form(decision="apart"))
    assert withdraw(rita, Source.objects.get()) == 422
    cast.browser(rita).post(f"/desk/courses/thin/former/doubts/{doubt.pk}/undo/", cast.form())
    assert withdraw(rita, Source.objects.get()) == 302


def test_counted_figures_say_who_names_the_people(course: Course, tmp_path: Path) -> None:
    bring(wrote(tmp_path, HEAD, ANA, BEN, BEN.replace("quiz-1", "quiz-2")), course)
    lines = ("ana@example.org;5;classic;oui;GDP-1", "cho@example.org;5;classic;non;")
    bring(wrote(tmp_path, CERTIFIED, *lines, name="c.csv"), course, origin="The school")
    both = f"The school; {ORIGIN}"
    assert figures(course) == {
        (5, "active"): (1, both),
        (5, "certificates"): (1, both),
        (5, "enrolled"): (2, both),
        (5, "passed"): (1, both),
        (6, "active"): (1, ORIGIN),
        (6, "enrolled"): (1, ORIGIN),
    }


def test_reported_totals_win_over_counted_ones_and_nothing_is_invented(course: Course, tmp_path: Path) -> None:
    bring(wrote(tmp_path, HEAD, ANA, BEN), course)
    totals = wrote(tmp_path, "Session;Inscrits;Reçus", "1;14 231;2 010", "5;20 004;", name="t.csv")
    report = bring(totals, course, totals=True, origin="The annual report")
    assert report.counts["totals"] == 3
    found = figures(course)
    assert found[1, "enrolled"] == (14_231, "The annual report")
    assert found[5, "enrolled"] == (20_004, "The annual report")
    assert found[6, "enrolled"] == (1, ORIGIN)
    assert (1, "active") not in found
    assert bring(totals, course, totals=True, origin="The annual report").unchanged


def test_totals_in_the_long_shape(course: Course, tmp_path: Path) -> None:
    path = wrote(tmp_path, "edition,what,number", "1,inscrits,100", "1,certificats,10", "2,enrolled,1.200")
    bring(path, course, totals=True)
    said = {place: number for place, (number, _) in figures(course).items()}
    assert said == {(1, "enrolled"): 100, (1, "certificates"): 10, (2, "enrolled"): 1200}


@pytest.mark.parametrize("line", ["8,enrolled,5", "1,enrolled,beaucoup", "1,enrolled,-5", "x,enrolled,5", "1,enrolled"])
def test_a_broken_total_is_said_and_nothing_is_written(course: Course, tmp_path: Path, line: str) -> None:
    report = bring(wrote(tmp_path, "edition,what,number", "2,enrolled,7", line), course, totals=True)
    assert [one.line for one in report.problems] == [3]
    assert not Total.objects.exists()


def test_two_totals_for_one_thing_are_a_problem(course: Course, tmp_path: Path) -> None:
    report = bring(wrote(tmp_path, "edition,what,number", "2,enrolled,7", "2,inscrits,8"), course, totals=True)
    assert [(one.line, one.code) for one in report.problems] == [(3, "total_torn")]


def test_public_pages_say_whose_figures_they_add(course: Course, tmp_path: Path) -> None:
    cast.enrolment(cast.person("Ana"), course.editions.get())
    path = wrote(tmp_path, "edition;enrolled;passed", "1;40 000;5 000", "7;58 000;6 000")
    bring(path, course, totals=True)
    page = cast.browser().get("/en/courses/thin/", headers={"Accept-Language": "en"}).content.decode()
    assert "98,001" in page
    assert "98,000 enrolments in editions 1 to 7, as reported by: Unow, export of March 2017." in page
    home = cast.browser().get("/en/", headers={"Accept-Language": "en"}).content.decode()
    assert "98,001" in home
    assert "11,000" in home
    assert home.count("as reported by: Unow, export of March 2017") == 2


def test_without_former_editions_public_pages_are_as_before(course: Course) -> None:
    cast.enrolment(cast.person("Ana"), course.editions.get())
    assert "reported" not in cast.browser().get("/en/").content.decode()


def test_public_figures_cost_the_same_for_many_people(course: Course, tmp_path: Path) -> None:
    def cost() -> int:
        cast.browser().get("/en/courses/thin/")
        with CaptureQueriesContext(connection) as asked:
            cast.browser().get("/en/courses/thin/")
        return len(asked)

    before = cost()
    bring(wrote(tmp_path, HEAD, *[ANA.replace("ana", f"p{n}").replace(";1;", ";;") for n in range(40)]), course)
    assert cost() == before


def test_erased_with_the_account_only_certificates_stay_of_nobody(course: Course, tmp_path: Path) -> None:
    ana = cast.person("Ana")
    confirmed(ana, ana.email)
    bring(wrote(tmp_path, HEAD, ANA), course)
    bring(wrote(tmp_path, CERTIFIED, "ana@example.org;5;classic;oui;GDP-1", name="c.csv"), course)
    record = accounts.erase(ana, by=ana.pk, now=timezone.now())
    former = Former.objects.get()
    assert (former.email, former.number, former.name, former.person) == ("", "", "", None)
    assert [one.certificate for one in queries.of_former(former)] == ["GDP-1"]
    assert len(record.kept["past"]) == 2
    assert [one.pk for one in queries.find(course, email="", number="", code="GDP-1")] == [former.pk]


def test_who_was_erased_is_not_brought_back_by_another_file(course: Course, rita: Person, tmp_path: Path) -> None:
    bring(wrote(tmp_path, HEAD, ANA, BEN), course)
    former = Former.objects.get(email="ana@example.org")
    address = f"/desk/courses/thin/former/people/{former.pk}/"
    assert cast.browser(rita).post(f"{address}erase/", cast.form()).status_code == 302
    assert "Ana" not in cast.browser(rita).get(address).content.decode()
    report = bring(wrote(tmp_path, HEAD, ANA.replace("quiz-1", "quiz-3"), name="again.csv"), course)
    assert report.counts["forgotten"] == 1
    assert [row[0] for row in rows()] == ["ben@example.org"]


def test_who_has_an_account_is_erased_with_it_only(course: Course, rita: Person, tmp_path: Path) -> None:
    ana = cast.person("Ana")
    confirmed(ana, ana.email)
    bring(wrote(tmp_path, HEAD, ANA), course)
    address = f"/desk/courses/thin/former/people/{Former.objects.get().pk}/erase/"
    assert cast.browser(rita).post(address, cast.form()).status_code == 422
    assert len(rows()) == 1


def test_an_export_has_the_results_with_where_they_are_from(course: Course, tmp_path: Path) -> None:
    ana = cast.person("Ana")
    confirmed(ana, ana.email)
    bring(wrote(tmp_path, HEAD, ANA), course)
    (room,) = (room for room in personal_data.rooms() if room.name == "past")
    tables = {name: list(found) for name, found in room.export(ana).items()}
    assert tables["results"][0]["source__origin"] == ORIGIN
    assert tables["former"][0]["email"] == "ana@example.org"
