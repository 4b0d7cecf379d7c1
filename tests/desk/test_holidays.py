"""Public holidays beside an edition's dates, and the next edition's dates across clocks that change and leap days."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from preau.accounts.models import Person
from preau.content import outline as outlines
from preau.courses.models import Course, Edition, Enrolment
from preau.desk import checklist, feasts, holidays, readiness, rerunning
from preau.desk.feasts import Happening
from tests import cast
from tests.discussion import talking

PARIS = ZoneInfo("Europe/Paris")
EASTER = date(2027, 3, 29)  # its Monday
KORITE = date(2027, 3, 9)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def people(edition: Edition, **countries: int) -> None:
    """So many learners in each country."""
    rows = [
        Person(email=f"{code}{n}@example.org", country=code, password="!")
        for code, many in countries.items()
        for n in range(many)
    ]
    Person.objects.bulk_create(rows)
    track = edition.tracks.get(key="classic")
    Enrolment.objects.bulk_create(
        Enrolment(person=row, edition=edition, track=track, enrolled_at=edition.enrols_at) for row in rows
    )


def test_a_holiday_has_its_name_its_country_and_whether_it_is_sure() -> None:
    found = holidays.on([EASTER, KORITE, date(2027, 3, 12)], ["FR", "SN"], "en")
    assert [(day, [(one.country, one.name, one.estimated) for one in rows]) for day, rows in found.items()] == [
        (KORITE, [("SN", "Eid al-Fitr", True)]),
        (EASTER, [("FR", "Easter Monday", False), ("SN", "Easter Monday", False)]),
    ]


def test_names_are_in_the_language_of_the_page_where_they_are_known() -> None:
    [french] = holidays.on([KORITE], ["SN"], "fr")[KORITE]
    assert (french.name, french.estimated) == ("Journée de la Korité", True)
    [english] = holidays.on([date(2027, 2, 11)], ["CM"], "fr").popitem()[1]
    assert english.name == "Youth Day"  # known in English only
    assert holidays.on([date(2027, 1, 1)], ["XX", ""], "fr") == {}


def test_the_package_is_not_loaded_with_the_site() -> None:
    code = "import django; django.setup(); import preau.config.urls, sys; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


def test_what_falls_on_a_holiday_or_the_day_before_is_named() -> None:
    said = [
        Happening("Quiz 3", "Is due", at(EASTER, 23)),
        Happening("Quiz 2", "Is due", at(EASTER - timedelta(days=1))),
        Happening("Quiz 1", "Is due", at(EASTER + timedelta(days=1))),
    ]
    [feast] = feasts.find(said, ["FR", "SN"], PARIS)
    assert feast.said == (
        "Monday 29 March 2027 is a public holiday: Easter Monday (France, Senegal). "
        "On that day: “Quiz 3” (is due). The day before: “Quiz 2” (is due)."
    )
    [korite] = feasts.find([Happening("Live", "Live session", at(KORITE))], ["SN"], PARIS)
    assert "Eid al-Fitr (Senegal, estimated date)" in korite.said


DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))


@given(st.lists(DAYS, max_size=12))
def test_nothing_is_told_of_a_day_on_which_nothing_falls(days: list[date]) -> None:
    for feast in feasts.find([Happening("x", "y", at(day)) for day in days], ["FR", "SN"], PARIS):
        assert feast.holidays
        assert {day for day in days if day == feast.day} == {one.at.date() for one in feast.on}
        assert {day for day in days if day + timedelta(days=1) == feast.day} == {one.at.date() for one in feast.eve}
        assert feast.on or feast.eve


@pytest.fixture
def edition(db: None) -> Edition:
    """Opens on 8 March 2027: its quiz is due on the Sunday before Easter Monday or so."""
    return cast.edition(slug="thin-1", opens=datetime(2027, 3, 8, 7, tzinfo=UTC))


def test_the_countries_are_those_of_the_course_and_of_many_learners(edition: Edition) -> None:
    people(edition, SN=40, MA=15, CI=9, FR=2)
    assert feasts.places(edition) == ["FR", "SN", "MA"]  # France gives the certificate
    Course.objects.update(about={})
    assert feasts.places(Edition.objects.get()) == ["SN", "MA"]


def test_the_desk_shows_them_beside_the_calendar(edition: Edition, dora: Person) -> None:
    people(edition, SN=20)
    Person.objects.filter(pk=dora.pk).update(language="en")
    client = cast.browser(dora)
    client.cookies["django_language"] = "en"
    talking.session(dora, {"edition": edition.slug}, at(KORITE - timedelta(days=2)))
    page = client.get("/desk/thin-1/").content.decode()
    assert "Eid al-Fitr (Senegal, estimated date)" in page
    assert "(live session)" in page
    assert "Eid al-Fitr" in client.get("/desk/thin-1/checklist/").content.decode()


def test_the_checklist_says_them_last_and_not_as_grave(edition: Edition) -> None:
    people(edition, SN=20)
    found = checklist.problems(readiness.facts(edition, "en", now=edition.enrols_at))
    told = [one for one in found if "public holiday" in one.what]
    assert told
    assert not any(one.grave for one in told)


def test_the_preview_and_the_preflight_list_show_those_of_the_next_one(edition: Edition) -> None:
    people(edition, SN=20)
    tom = cast.person("Tom", language="en")
    cast.role(tom, "teacher", course=edition.course)
    client = cast.browser(tom)
    client.cookies["django_language"] = "en"
    seen = client.post("/desk/thin-1/next/", cast.form(opens_at="2028-04-17T08:00")).content.decode()
    assert "Monday 17 April 2028" in seen
    assert "Easter Monday (France, Senegal)" in seen
    out = StringIO()
    call_command("rerun", "thin-1", opens="2028-04-17 08:00", dry_run=True, stdout=out)
    assert "Easter Monday (France, Senegal)" in out.getvalue()
    call_command("rerun", "thin-1", opens="2028-04-17 08:00", stdout=out)
    assert out.getvalue().splitlines()[-1].startswith("  to do: ")


def test_it_costs_the_same_for_many(edition: Edition) -> None:
    outline = outlines.of_edition(edition, "en")

    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            feasts.of_edition(edition, outline)
        return len(caught)

    people(edition, SN=3)
    few = cost()
    people(edition, FR=100, MA=100)
    assert cost() == few


def tuesdays(folder: Path) -> Path:
    """The thin course for an opening on a Tuesday."""
    shutil.copytree(cast.THIN, folder / "thin")
    for path in (folder / "thin").rglob("*"):
        if path.suffix in {".yaml", ".md"}:
            path.write_text(path.read_text().replace("w1 mon 08:00", "w1 tue 08:00"))
    return folder / "thin"


@pytest.mark.parametrize(
    ("opens", "again"),
    [
        ("2027-03-02 08:00", "2027-09-07 08:00"),  # winter to summer; the clocks change within each
        ("2027-09-07 08:00", "2028-02-29 08:00"),  # summer to winter, opening on a leap day
        ("2028-02-29 08:00", "2029-02-27 08:00"),  # from a leap day
        ("2027-02-16 08:00", "2028-02-15 08:00"),  # across one
    ],
)
def test_every_date_keeps_its_local_hour_and_its_day_of_the_week(
    db: None, tmp_path: Path, opens: str, again: str
) -> None:
    first, then = (datetime.fromisoformat(said).replace(tzinfo=PARIS).astimezone(UTC) for said in (opens, again))
    edition = cast.edition(slug="thin-1", opens=first, of=cast.version(tuesdays(tmp_path)))
    plan = rerunning.plan(edition, then)
    feasts.of_plan(plan, "fr")
    made = rerunning.rerun(plan, staff=(), by=None, now=first)
    before = {(row.key, row.what): row.at.astimezone(PARIS) for row in edition.milestones.all()}
    after = {(row.key, row.what): row.at.astimezone(PARIS) for row in made.milestones.all()}
    assert before.keys() == after.keys()
    for key, moment in before.items():
        assert (after[key].weekday(), after[key].time()) == (moment.weekday(), moment.time())
        assert after[key].date() - moment.date() == timedelta(days=plan.days)
    for name in ("enrols_at", "opens_at", "enrolment_closes_at", "closes_at"):
        one, other = getattr(edition, name).astimezone(PARIS), getattr(made, name).astimezone(PARIS)
        assert (other.time(), other.date() - one.date()) == (one.time(), timedelta(days=plan.days))
    own = [getattr(one, name).astimezone(PARIS) for one in (edition, made) for name in ("opens_at", "closes_at")]
    offsets = {one.utcoffset() for one in [*before.values(), *after.values(), *own]}
    assert len(offsets) == 2
