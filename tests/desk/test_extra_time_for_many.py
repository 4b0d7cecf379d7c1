"""Extra time for a group, a country or a track: given in one act, ended in one, read as what was given to one."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest

from preau.accounts.models import Person
from preau.audit import journal
from preau.courses import extra_time, grouping, queries
from preau.courses.models import Edition, Enrolment, ExtraTime, Group
from tests import cast

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
PAGE = "/desk/thin-1/extra/"
TERMS = {"percent": "33", "first": "2026-03-02", "last": "2099-04-30", "reason": "Salle  sans écran"}


@pytest.fixture
def lea(edition: Edition) -> Enrolment:
    return cast.enrolment(cast.person("Lea", country="SN"), edition)


@pytest.fixture
def group(rita: Person, edition: Edition, ana_enrolment: Enrolment, lea: Enrolment) -> Group:
    """Ana and Lea."""
    row = Group.objects.create(edition=edition, name="Lycée Malraux", made_at=NOW)
    people = (ana_enrolment.pk, lea.pk)
    grouping.add(act=cast.an_act("group.add"), group=row, enrolments=people, by=rita, now=NOW)
    return row


def give(who: Person, to: str, **fields: str) -> Any:
    return cast.browser(who).post(PAGE, cast.form(None, who=to, **{**TERMS, **fields}))


def end(who: Person) -> Any:
    batch = ExtraTime.objects.exclude(batch=None).values_list("batch", flat=True).distinct().get()
    return cast.browser(who).post(f"{PAGE}{batch}/end/", cast.form(), follow=True)


def have() -> dict[str, int]:
    return dict(ExtraTime.objects.values_list("person__name", "percent"))


def test_a_group_gets_it_and_each_reads_it(rita: Person, group: Group, lea: Enrolment, edition: Edition) -> None:
    late = cast.enrolment(cast.person("Zoe"), edition)
    assert f"who=group:{group.pk}" in cast.browser(rita).get(f"/desk/thin-1/groups/{group.pk}/").content.decode()
    assert "selected>Lycée Malraux" in cast.browser(rita).get(f"{PAGE}?who=group:{group.pk}").content.decode()
    assert give(rita, f"group:{group.pk}").status_code == 302
    grouping.add(act=cast.an_act("group.add"), group=group, enrolments=(late.pk,), by=rita, now=NOW)
    assert have() == {"Ana": 33, "Lea": 33}, "who comes later has none"
    assert queries.extra_time(lea.pk, NOW) == 33
    assert "Salle sans écran" in cast.browser(lea.person).get("/e/thin-1/me/time/").content.decode()
    assert "Salle sans écran" in cast.browser(rita).get(f"/desk/thin-1/learners/{lea.pk}/").content.decode()
    page = cast.browser(rita).get(PAGE).content.decode()
    assert "Groupe « Lycée Malraux »" in page.replace("\xa0", " ")
    rows = csv.DictReader(
        io.StringIO(b"".join(cast.browser(rita).get("/desk/thin-1/extensions.csv")).decode("utf-8-sig"))
    )
    assert {(row["name"], row["given"], row["percent"], row["with_others"]) for row in rows} == {
        ("Ana", "extra time", "33", "yes"), ("Lea", "extra time", "33", "yes")
    }  # fmt: skip


@pytest.mark.parametrize(("to", "names"), [("country:SN", {"Lea"}), ("track:classic", {"Ana", "Lea"})])
def test_a_country_and_a_track_too(rita: Person, group: Group, to: str, names: set[str]) -> None:
    give(rita, to)
    assert set(have()) == names


def test_who_has_some_on_one_of_these_days_keeps_that(rita: Person, group: Group, lea: Enrolment) -> None:
    terms = extra_time.Terms(50, date(2099, 4, 30), date(2099, 5, 1), "Dossier")
    extra_time.give(act=cast.an_act("give"), enrolment=lea, terms=terms, by=rita, now=NOW)
    said = cast.browser(rita).post(PAGE, cast.form(None, who=f"group:{group.pk}", **TERMS), follow=True)
    assert "1 en avait déjà" in said.content.decode()
    assert have() == {"Ana": 33, "Lea": 50}
    assert give(rita, "country:SN").status_code == 422, "nobody is left"


def test_sent_twice_it_is_given_once(rita: Person, group: Group) -> None:
    form = cast.form(None, who=f"group:{group.pk}", **TERMS)
    assert [cast.browser(rita).post(PAGE, form).status_code for _twice in range(2)] == [302, 302]
    assert ExtraTime.objects.count() == 2


@pytest.mark.parametrize(
    "fields",
    [{"who": "group:nothing"}, {"who": "all"}, {"who": ""}, {"percent": "0"}, {"last": "2026-01-01"}, {"reason": " "}],
)
def test_nonsense_is_refused_and_nothing_given(rita: Person, group: Group, fields: dict[str, str]) -> None:
    response = give(rita, fields.pop("who", f"group:{group.pk}"), **fields)
    assert response.status_code == 422
    assert response.context["form"].errors
    assert not ExtraTime.objects.exists()


def test_it_ends_for_all_and_the_record_keeps_what_held(rita: Person, group: Group, lea: Enrolment) -> None:
    give(rita, f"group:{group.pk}")
    batch = ExtraTime.objects.values_list("batch", flat=True).distinct().get()
    assert batch is not None
    act = cast.an_act("end", now=NOW)
    extra_time.end_many(act=act, edition=group.edition, batch=batch, by=rita, now=NOW)
    assert set(ExtraTime.objects.values_list("last", flat=True)) == {date(2026, 3, 3)}
    assert queries.extra_time(lea.pk, NOW) == 0
    for about, pk in (("enrolment", lea.pk), ("edition", group.edition_id)):
        assert {"extra_time.given", "extra_time.ended"} <= {line.verb for line in journal.about(about, pk)}
    assert "déjà terminé" in end(rita).content.decode()


def test_one_that_has_not_begun_is_as_if_never_given(rita: Person, group: Group) -> None:
    give(rita, f"group:{group.pk}", first="2099-04-01")
    end(rita)
    assert not ExtraTime.objects.exists()


def test_of_one_who_was_ended_alone_nothing_more_is_said(rita: Person, group: Group, lea: Enrolment) -> None:
    give(rita, f"group:{group.pk}")
    row = ExtraTime.objects.get(person=lea.person)
    extra_time.end(act=cast.an_act("end"), enrolment=lea, row=row, by=rita, now=NOW)
    end(rita)
    verbs = [line.verb for line in journal.about("enrolment", lea.pk)]
    assert verbs.count("extra_time.ended") == 1
