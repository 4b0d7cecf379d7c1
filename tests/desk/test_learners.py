"""The list of learners, one learner's whole record, and extensions."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.content import outline as outlines
from preau.courses.models import Edition, Enrolment, Extension
from preau.desk import roster
from preau.grades import actions as grades
from preau.quizzes import actions as quizzes
from tests import cast
from tests.desk.stage import SECOND_WEEK, copy, result

AFTER_QUIZ = datetime.fromisoformat("2026-03-10T12:00:00+00:00")  # its deadline and its grace have passed


@pytest.fixture
def class_of_four(edition: Edition, ana_enrolment: Enrolment) -> dict[str, Enrolment]:
    """Ana is on time, Lea never started, Kim has passed, Zoe is behind."""
    lea = cast.enrolment(cast.person("Lea", country="SN"), edition)
    kim = cast.enrolment(cast.person("Kim", country="FR"), edition, track="advanced")
    zoe = cast.enrolment(cast.person("Zoe", country="FR"), edition)
    result(ana_enrolment, "quiz", 50, AFTER_QUIZ)
    result(zoe, "apres", 50, AFTER_QUIZ)
    for unit in ("quiz", "apres", "examen", "cas"):
        result(kim, unit, 100, AFTER_QUIZ)
    grades.settle(kim, outlines.of_edition(edition, "fr"), now=AFTER_QUIZ)
    return {"Ana": ana_enrolment, "Lea": lea, "Kim": kim, "Zoe": zoe}


def listed(edition: Edition, **asked: str) -> dict[str, str]:
    """Name and state of who is listed in the second week."""
    outline = outlines.of_edition(edition, "fr")
    rows: Any = roster.learners(edition, outline, roster.Asked(**asked), now=AFTER_QUIZ)
    return {row.person.name: row.state for row in rows}


def test_each_learner_has_one_state(edition: Edition, class_of_four: dict[str, Enrolment]) -> None:
    assert listed(edition) == {"Ana": "on_time", "Kim": "passed", "Lea": "never", "Zoe": "behind"}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"state": "active"}, {"Ana", "Kim", "Zoe"}),
        ({"state": "never"}, {"Lea"}),
        ({"state": "behind"}, {"Zoe"}),
        ({"state": "passed"}, {"Kim"}),
        ({"state": "left"}, set()),
        ({"country": "FR"}, {"Kim", "Zoe"}),
        ({"track": "advanced"}, {"Kim"}),
        ({"text": "lea@exa"}, {"Lea"}),
        ({"text": "zo EXAMPLE"}, {"Zoe"}),
        ({"text": "%"}, set()),
        ({"country": "FR", "state": "behind"}, {"Zoe"}),
    ],
)
def test_filters(
    edition: Edition, class_of_four: dict[str, Enrolment], asked: dict[str, str], expected: set[str]
) -> None:
    assert set(listed(edition, **asked)) == expected


def test_an_extension_that_runs_keeps_one_from_being_behind(
    edition: Edition, class_of_four: dict[str, Enrolment]
) -> None:
    Extension.objects.create(enrolment=class_of_four["Zoe"], key="quiz", until=AFTER_QUIZ + timedelta(1), reason="x")
    assert listed(edition)["Zoe"] == "on_time"


def test_the_list_is_sorted_both_ways(edition: Edition, class_of_four: dict[str, Enrolment]) -> None:
    assert list(listed(edition, sort="name")) == ["Ana", "Kim", "Lea", "Zoe"]
    assert list(listed(edition, sort="-name")) == ["Zoe", "Lea", "Kim", "Ana"]
    assert next(iter(listed(edition, sort="-done"))) == "Kim"


def test_a_filter_that_makes_no_sense_is_passed_over(tom: Person, ana: Person) -> None:
    response = cast.browser(tom).get("/desk/thin-1/learners/?track=none&state=odd&sort=password&page=x")
    assert response.status_code == 200
    assert b"ana@example.org" in response.content


def crowd(edition: Edition, start: int, end: int) -> None:
    """Many learners at once."""
    people = [Person(email=f"p{n}@example.org", name=f"P{n}", password="!") for n in range(start, end)]
    Person.objects.bulk_create(people)
    track = edition.tracks.get(key="classic")
    Enrolment.objects.bulk_create(
        Enrolment(person=person, edition=edition, track=track, enrolled_at=cast.MONDAY) for person in people
    )


def queries_of(who: Person, address: str) -> int:
    client = cast.browser(who)
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        response = client.get(address)
        if response.streaming:
            assert b"".join(response)
    return len(caught)


@pytest.mark.parametrize("end", ["learners/", "learners.csv", "", "awards/"])
def test_as_many_queries_for_three_as_for_three_hundred(edition: Edition, tom: Person, end: str) -> None:
    crowd(edition, 0, 3)
    few = queries_of(tom, f"/desk/thin-1/{end}")
    crowd(edition, 3, 300)
    assert queries_of(tom, f"/desk/thin-1/{end}") == few


def test_the_list_has_pages_of_fifty(edition: Edition, tom: Person) -> None:
    crowd(edition, 0, 120)
    page = cast.browser(tom).get("/desk/thin-1/learners/?sort=email&page=3").context["page"]
    assert (len(page.object_list), page.paginator.count, page.paginator.num_pages) == (20, 120, 3)


def sheet(who: Person, query: str = "") -> list[list[str]]:
    response = cast.browser(who).get(f"/desk/thin-1/learners.csv{query}")
    content = b"".join(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def test_the_csv_holds_what_the_filter_shows(tom: Person, class_of_four: dict[str, Enrolment]) -> None:
    assert [row[0] for row in sheet(tom)] == ["name", "Ana", "Kim", "Lea", "Zoe"]
    assert [row[0] for row in sheet(tom, "?country=SN")] == ["name", "Lea"]


@pytest.mark.parametrize("name", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", " =1", '=HYPERLINK("x","y")'])
def test_no_cell_of_the_csv_is_a_formula(edition: Edition, tom: Person, name: str) -> None:
    cast.enrolment(cast.person("Eve"), edition)
    Person.objects.filter(email="eve@example.org").update(name=name)
    assert sheet(tom)[1][0] == f"'{name}"


def test_a_name_is_text_never_markup(edition: Edition, tom: Person, ana_enrolment: Enrolment) -> None:
    Person.objects.filter(pk=ana_enrolment.person_id).update(name="<b>Ana</b>")
    for end in ("learners/", f"learners/{ana_enrolment.pk}/"):
        page = cast.browser(tom).get(f"/desk/thin-1/{end}").content
        assert b"<b>Ana" not in page
        assert b"&lt;b&gt;Ana" in page


def test_the_record_shows_everything(edition: Edition, rita: Person, ana_enrolment: Enrolment) -> None:
    result(ana_enrolment, "quiz", 80, SECOND_WEEK)
    copy(ana_enrolment, edition, "Mon projet", SECOND_WEEK)
    response = cast.browser(rita).get(f"/desk/thin-1/learners/{ana_enrolment.pk}/")
    lines = {line.unit.key: line for _module, lines in response.context["modules"] for line in lines}
    assert (lines["quiz"].score, lines["cas"].state, len(lines["cas"].copies)) == (80, "waiting", 1)
    assert [track.key for track, _standing, _needs in response.context["standings"]] == ["classic", "advanced"]
    assert response.context["acts"] == 2
    assert [line["by"] for line in response.context["journal"]] == ["Ana"]


def test_the_record_of_somebody_who_left_stays(edition: Edition, rita: Person, ana_enrolment: Enrolment) -> None:
    Enrolment.objects.filter(pk=ana_enrolment.pk).update(left_at=SECOND_WEEK)
    assert cast.browser(rita).get(f"/desk/thin-1/learners/{ana_enrolment.pk}/").status_code == 200
    assert b"ana@example.org" not in cast.browser(rita).get("/desk/thin-1/learners/").content
    assert b"ana@example.org" in cast.browser(rita).get("/desk/thin-1/learners/?state=left").content


def extend(who: Person, enrolment: Enrolment, **fields: str) -> Any:
    data = {"key": "quiz", "until": "2026-03-20T23:59", "reason": "Malade", **fields}
    return cast.browser(who).post(f"/desk/thin-1/learners/{enrolment.pk}/", cast.form(None, **data))


def test_an_extension_opens_the_quiz_again(edition: Edition, rita: Person, ana_enrolment: Enrolment) -> None:
    ana, late = ana_enrolment.person, datetime.fromisoformat("2026-03-18T10:00:00+00:00")
    place = cast.place(ana, edition, "quiz", late)
    with pytest.raises(Refused):
        quizzes.start(act=cast.an_act("quiz.start", now=late), by=ana, place=place)
    assert extend(rita, ana_enrolment).status_code == 302
    assert quizzes.start(act=cast.an_act("quiz.start", now=late), by=ana, place=place)["attempt"]
    assert journal.about("enrolment", ana_enrolment.pk)[0].verb == "extended"
    assert journal.about("enrolment", ana_enrolment.pk)[0].person_id == rita.pk


def test_an_extension_is_read_in_the_editions_zone(rita: Person, ana_enrolment: Enrolment) -> None:
    extend(rita, ana_enrolment, until="2026-03-29T02:30")  # a time that Paris skips that night
    assert Extension.objects.get().until == datetime.fromisoformat("2026-03-29T01:30:00+00:00")


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": "  "},
        {"until": "2026-03-01T10:00"},  # before the deadline
        {"until": "w2 sun 23:59"},
        {"until": "99999-01-01T00:00"},
        {"key": "lecon"},  # nothing is due
        {"key": "nothing"},
    ],
)
def test_a_bad_extension_is_refused_and_nothing_typed_is_lost(
    rita: Person, ana_enrolment: Enrolment, fields: dict[str, str]
) -> None:
    response = extend(rita, ana_enrolment, **fields)
    assert response.status_code == 422
    assert response.context["form"].errors
    assert fields.get("reason", "Malade").strip().encode() in response.content
    assert not Extension.objects.exists()


def test_a_learner_cannot_extend_their_own_deadline(ana_enrolment: Enrolment) -> None:
    assert extend(ana_enrolment.person, ana_enrolment).status_code == 404
    assert not Extension.objects.exists()


def test_an_enrolment_of_another_edition_has_no_record_here(edition: Edition, tom: Person, ben: Person) -> None:
    other = Enrolment.objects.get(person=ben)
    assert cast.browser(tom).get(f"/desk/thin-1/learners/{other.pk}/").status_code == 404
