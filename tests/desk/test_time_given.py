"""Time given to one person: an extension that fits and its way back, extra time; seen by the learner, the desk, the
minutes."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from preau.accounts import actions as accounts
from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.courses import actions as courses
from preau.courses import enrolling, extra_time, personal, queries
from preau.courses.models import Edition, Enrolment, Extension, ExtraTime, Milestone
from preau.desk import roster
from tests import cast
from tests.desk.stage import SECOND_WEEK, copy
from tests.peer import stage as peers

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
DESK = "/desk/thin-1"


def record(row: Enrolment) -> str:
    return f"{DESK}/learners/{row.pk}/"


def extend(who: Person, row: Enrolment, **fields: str) -> Any:
    said = {"key": "cas", "until": "2026-04-20T23:59", "reason": "Coupure de réseau", **fields}
    return cast.browser(who).post(f"/desk/{row.edition.slug}/learners/{row.pk}/", cast.form(None, **said))


def undo(who: Person, row: Enrolment, extension: Extension | None = None) -> Any:
    extension = extension or Extension.objects.get()
    return cast.browser(who).post(f"{record(row)}extensions/{extension.pk}/undo/", cast.form())


def due(key: str = "cas") -> datetime:
    return Milestone.objects.get(key=key, what="due", edition__slug="thin-1").at


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"until": "2026-03-02T08:00"}, "later than the deadline"),
        ({"until": "2026-07-01T00:00"}, "The edition closes on"),
        ({"key": "lecon"}, "lecon"),
        ({"reason": " "}, "required"),
    ],
)
def test_nonsense_is_refused_in_words(
    rita: Person, ana_enrolment: Enrolment, fields: dict[str, str], word: str
) -> None:
    Person.objects.filter(pk=rita.pk).update(language="en")
    rita_reads = cast.browser(rita)
    rita_reads.cookies["django_language"] = "en"
    said = {"key": "cas", "until": "2026-04-20T23:59", "reason": "Coupure", **fields}
    response = rita_reads.post(record(ana_enrolment), cast.form(None, **said))
    assert response.status_code == 422
    assert word in response.content.decode()
    assert not Extension.objects.exists()


@pytest.mark.parametrize(
    ("key", "until"), [("lecon", due), ("nothing", due), ("cas", due), ("cas", lambda: due() + timedelta(days=300))]
)
def test_the_action_refuses_it_too(tom: Person, ana_enrolment: Enrolment, key: str, until: Any) -> None:
    with pytest.raises(Refused):
        courses.extend(enrolment=ana_enrolment, key=key, until=until(), reason="Panne", by=tom, now=NOW)


def test_nothing_is_extended_past_the_results_that_peers_give(db: None) -> None:
    edition = peers.assessed(slug="assessed", opens=cast.MONDAY)
    row = cast.enrolment(cast.person("Ana"), edition, track="advanced")
    tom = cast.person("Tom")
    cast.role(tom, "teacher", edition=edition)
    results = max(edition.milestones.filter(key="cas").values_list("at", flat=True)) + timedelta(days=11)
    late = min(results, edition.closes_at).astimezone(edition.zone_info)
    assert extend(tom, row, until=f"{late:%Y-%m-%dT%H:%M}").status_code == 422
    assert not Extension.objects.exists()


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-03-29T02:30", "2026-03-29T01:30"),  # skipped in Paris: moves forward
        ("2026-10-25T02:30", "2026-10-25T01:30"),  # twice in Paris: the later
        ("2028-02-29T23:59", "2028-02-29T22:59"),
    ],
)
def test_a_local_time_is_one_instant(db: None, local: str, utc: str) -> None:
    edition = cast.edition(opens=cast.monday(datetime.fromisoformat(f"{utc}:00+00:00"), -4))
    row = cast.enrolment(cast.person("Ana"), edition)
    rita = cast.person("Rita")
    cast.role(rita, "registrar", edition=edition)
    assert extend(rita, row, key="quiz", until=local).status_code == 302
    assert Extension.objects.get().until == datetime.fromisoformat(f"{utc}:00+00:00")


def test_an_extension_is_taken_back(tom: Person, rita: Person, ana_enrolment: Enrolment) -> None:
    extend(rita, ana_enrolment, until="2026-04-20T23:59")
    extend(rita, ana_enrolment, until="2026-04-22T23:59", reason="Encore")
    assert undo(tom, ana_enrolment).status_code == 302
    row = Extension.objects.get()
    assert (row.reason, row.until.day, row.given_by) == ("Coupure de réseau", 20, rita)
    undo(tom, ana_enrolment)
    assert not Extension.objects.exists()
    line = journal.about("enrolment", ana_enrolment.pk)[0]
    assert (line.verb, line.person_id, line.details["key"]) == ("extension.taken_back", tom.pk, "cas")


def test_sent_twice_an_extension_is_given_once_and_taken_back_once(rita: Person, ana_enrolment: Enrolment) -> None:
    form = cast.form(key="cas", until="2026-04-20T23:59", reason="Panne")
    client = cast.browser(rita)
    assert [client.post(record(ana_enrolment), form).status_code for _ in range(2)] == [302, 302]
    assert Extension.objects.get().replaced is None
    row, again = Extension.objects.get(), cast.form()
    for _ in range(2):
        client.post(f"{record(ana_enrolment)}extensions/{row.pk}/undo/", again)
    assert not Extension.objects.exists()


def test_what_somebody_handed_in_since_holds_it(tom: Person, ana_enrolment: Enrolment, edition: Edition) -> None:
    Extension.objects.create(
        enrolment=ana_enrolment, key="cas", until=due() + timedelta(days=3), reason="x", given_at=SECOND_WEEK
    )
    edition.refresh_from_db()
    courses.touch(edition)
    copy(ana_enrolment, edition, "Mon projet", due() + timedelta(days=1))
    undo(tom, ana_enrolment)
    assert Extension.objects.exists()


def test_what_was_given_to_many_is_taken_back_with_them(tom: Person, ana_enrolment: Enrolment) -> None:
    extend(tom, ana_enrolment)
    Extension.objects.update(batch=ana_enrolment.pk)
    undo(tom, ana_enrolment)
    assert Extension.objects.exists()
    assert "/undo/" not in cast.browser(tom).get(record(ana_enrolment)).content.decode()


def extra(who: Person, row: Enrolment, **fields: str) -> Any:
    said = {"percent": "33", "first": "2026-03-02", "last": "2026-04-30", "reason": "Aménagement accordé", **fields}
    return cast.browser(who).post(f"{record(row)}extra/", cast.form(None, **said))


def test_extra_time_is_given_and_asked_for(rita: Person, ana_enrolment: Enrolment) -> None:
    assert extra(rita, ana_enrolment).status_code == 302
    row = ExtraTime.objects.get()
    assert (row.percent, row.first, row.last, row.given_by) == (33, date(2026, 3, 2), date(2026, 4, 30), rita)
    first, last = datetime(2026, 3, 1, 23, 30, tzinfo=UTC), datetime(2026, 4, 30, 21, 59, tzinfo=UTC)
    moments = [first, last, first - timedelta(hours=1), last + timedelta(minutes=1)]  # midnights of Paris
    assert [queries.extra_time(ana_enrolment.pk, at) for at in moments] == [33, 33, 0, 0]


def test_the_journal_does_not_say_why(rita: Person, ana_enrolment: Enrolment) -> None:
    extra(rita, ana_enrolment)
    line = journal.about("enrolment", ana_enrolment.pk)[0]
    assert line.verb == "extra_time.given"
    assert line.details == {"percent": 33, "days": "2026-03-02 → 2026-04-30"}


@pytest.mark.parametrize(
    "fields",
    [
        {"percent": "0"},
        {"percent": "201"},
        {"percent": "a third"},
        {"first": "2026-02-30"},
        {"last": "2026-03-01"},
        {"reason": "  "},
    ],
)
def test_bad_extra_time_is_refused(rita: Person, ana_enrolment: Enrolment, fields: dict[str, str]) -> None:
    response = extra(rita, ana_enrolment, **fields)
    assert response.status_code == 422
    assert response.context["extra_form"].errors
    assert not ExtraTime.objects.exists()


def test_two_extra_times_have_no_day_in_common(rita: Person, ana_enrolment: Enrolment) -> None:
    extra(rita, ana_enrolment)
    assert extra(rita, ana_enrolment, first="2026-04-30", last="2026-05-01", percent="50").status_code == 422
    assert extra(rita, ana_enrolment, first="2026-05-01", last="2026-05-01", percent="50").status_code == 302
    assert ExtraTime.objects.count() == 2


@pytest.mark.parametrize("wrong", [{"percent": 0}, {"percent": 201}, {"last": date(2026, 1, 1)}, {"reason": ""}])
def test_the_database_refuses_nonsense(ana_enrolment: Enrolment, wrong: dict[str, Any]) -> None:
    values = {"percent": 33, "first": date(2026, 3, 2), "last": date(2026, 3, 3), "reason": "x", **wrong}
    with pytest.raises(IntegrityError), transaction.atomic():
        ExtraTime.objects.create(edition=ana_enrolment.edition, person=ana_enrolment.person, given_at=NOW, **values)


@pytest.mark.parametrize(("on", "left"), [(-1, None), (0, None), (5, 4)])
def test_extra_time_ends(rita: Person, ana_enrolment: Enrolment, on: int, left: int | None) -> None:
    extra(rita, ana_enrolment, first="2026-03-10", last="2026-04-30")
    row, now = ExtraTime.objects.get(), datetime(2026, 3, 10, 12, tzinfo=UTC) + timedelta(days=on)
    extra_time.end(act=cast.an_act("end", now=now), enrolment=ana_enrolment, row=row, by=rita, now=now)
    assert [one.last for one in ExtraTime.objects.all()] == ([date(2026, 3, 10 + left)] if left is not None else [])
    assert queries.extra_time(ana_enrolment.pk, now) == 0
    assert "extra_time.ended" in [line.verb for line in journal.about("enrolment", ana_enrolment.pk)]


def test_who_leaves_and_comes_back_has_it_still(rita: Person, ana_enrolment: Enrolment, edition: Edition) -> None:
    extra(rita, ana_enrolment)
    enrolling.leave(act=cast.an_act("leave"), by=ana_enrolment.person, enrolment=ana_enrolment, now=NOW)
    again = cast.enrolment(ana_enrolment.person, edition, at=NOW)
    assert again.left_at is None
    assert queries.extra_time(again.pk, NOW) == 33


def given(rita: Person, row: Enrolment) -> None:
    extend(rita, row)
    extra(rita, row)
    courses.excuse(enrolment=row, key="quiz", reason="Deuil", by=rita, now=NOW)


def test_the_learner_reads_all_of_it_with_its_reasons(
    rita: Person, ana_enrolment: Enrolment, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Person.objects.filter(pk=ana_enrolment.person_id).update(zone="America/Port-au-Prince")
    client = cast.browser(ana_enrolment.person)
    link = "/e/thin-1/me/time/"
    assert link not in client.get("/e/thin-1/").content.decode()
    assert "Coupure" not in client.get(link).content.decode()
    given(rita, ana_enrolment)
    assert link in client.get("/e/thin-1/").content.decode()
    page = client.get(link).content.decode().replace("\xa0", " ")
    for said in ("Coupure de réseau", "Aménagement accordé", "Deuil", "33 %", "20 avril 2026, 23 h 59", "17 h 59"):
        assert said in page
    assert "Rita" not in page
    with django_assert_max_num_queries(8):
        client.get(link)


def test_extra_time_alone_is_told_too(rita: Person, ana_enrolment: Enrolment) -> None:
    extra(rita, ana_enrolment)
    assert "/e/thin-1/me/time/" in cast.browser(ana_enrolment.person).get("/e/thin-1/").content.decode()


def test_nobody_reads_anothers(rita: Person, ana_enrolment: Enrolment, ben: Person, edition: Edition) -> None:
    given(rita, ana_enrolment)
    cast.enrolment(ben, edition, at=NOW)
    assert "Coupure" not in cast.browser(ben).get("/e/thin-1/me/time/").content.decode()


@pytest.mark.parametrize("key", ["cas", "apres"])
def test_the_units_own_part_says_why(rita: Person, ana_enrolment: Enrolment, key: str) -> None:
    extend(rita, ana_enrolment, key=key)
    page = cast.script(ana_enrolment.person).get(f"/e/thin-1/me/fr/debut/{key}/").content.decode()
    assert "Coupure de réseau" in page


def test_the_record_shows_all_of_it_to_the_jury(rita: Person, tom: Person, ana_enrolment: Enrolment) -> None:
    given(rita, ana_enrolment)
    page = cast.browser(tom).get(record(ana_enrolment)).content.decode()
    assert all(said in page for said in ("Coupure de réseau", "Aménagement accordé", "Deuil", "Rita"))


def test_the_list_is_filtered_by_what_was_given(
    rita: Person, tom: Person, ana_enrolment: Enrolment, edition: Edition
) -> None:
    lea = cast.enrolment(cast.person("Lea"), edition)
    given(rita, ana_enrolment)
    for what in roster.GIVEN:
        page = cast.browser(tom).get(f"{DESK}/learners/?given={what}").content.decode()
        assert ("ana@example.org" in page, lea.person.email in page) == (True, False)
    assert "lea@example.org" in cast.browser(tom).get(f"{DESK}/learners/?given=nonsense").content.decode()


def sheet(who: Person) -> list[list[str]]:
    content = b"".join(cast.browser(who).get(f"{DESK}/extensions.csv")).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def test_the_minutes_have_each_line_without_the_reason_of_extra_time(rita: Person, ana_enrolment: Enrolment) -> None:
    given(rita, ana_enrolment)
    heading, *rows = sheet(rita)
    lines = [dict(zip(heading, row, strict=True)) for row in rows]
    assert [(one["given"], one["activity"]) for one in lines] == [
        ("extension", "cas"), ("excuse", "quiz"), ("extra time", "")
    ]  # fmt: skip
    assert (lines[0]["until"], lines[0]["reason"]) == ("2026-04-20T23:59+02:00", "Coupure de réseau")
    assert (lines[2]["percent"], lines[2]["from"], lines[2]["until"]) == ("33", "2026-03-02", "2026-04-30")
    assert not any("Aménagement" in cell for row in rows for cell in row)


def test_no_cell_of_the_minutes_is_a_formula(rita: Person, ana_enrolment: Enrolment) -> None:
    extend(rita, ana_enrolment, reason='=HYPERLINK("x","y")')
    assert sheet(rita)[1][10].startswith("'=")


def test_it_is_exported_to_the_person_and_goes_with_the_account(rita: Person, ana_enrolment: Enrolment) -> None:
    given(rita, ana_enrolment)
    person = ana_enrolment.person
    assert "Aménagement accordé" in str({name: list(rows) for name, rows in personal.export(person).items()})
    accounts.erase(person, by=person.pk, now=NOW)
    assert not ExtraTime.objects.exists()
    assert Extension.objects.get().reason == ""
