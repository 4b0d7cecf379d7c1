"""My dates in my own calendar: a secret address, which follows, tells nothing else, and can be closed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.audit.models import Act
from preau.content.models import UnitText
from preau.courses import actions as courses
from preau.courses.models import Edition, Elective, Enrolment
from preau.home.models import Feed
from tests import cast
from tests.discussion import talking
from tests.home import stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(ana: Person) -> Client:
    return cast.browser(ana)


def given(browser: Client, edition: Edition) -> str:
    """Take an address, another one each time."""
    assert browser.post(f"/e/{edition.slug}/path/calendar/", cast.form()).status_code == 302
    return f"/e/{edition.slug}/calendar/{Feed.objects.get().token}.ics"


def events(address: str) -> dict[str, Any]:
    """What a calendar reads there, by title."""
    response = cast.browser().get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return {
        str(one["summary"]).replace("\xa0", " "): one for one in Calendar.from_ical(response.content).walk("VEVENT")
    }


def test_deadlines_and_openings_are_events_at_their_moment(browser: Client, edition: Edition) -> None:
    found = events(given(browser, edition))
    due = datetime(2026, 3, 8, 22, 59, tzinfo=UTC)
    quiz = found["À rendre : Un quiz"]
    assert (quiz.decoded("dtstart"), quiz.decoded("dtend")) == (due - timedelta(minutes=30), due)
    assert str(quiz["url"]).endswith("/e/thin-1/fr/debut/quiz/")
    assert str(quiz["transp"]) == "TRANSPARENT"
    assert "Ouverture : La suite" not in found, "an elective that nobody chose is in nobody's calendar"
    Elective.objects.create(enrolment=Enrolment.objects.get(person__name="Ana"), key="suite", chosen_at=due)
    found = events(given(browser, edition))
    assert found["Ouverture : La suite"].decoded("dtstart") == datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
    assert len({str(one["uid"]) for one in found.values()}) == len(found)


def test_a_later_deadline_of_ones_own_keeps_its_uid_and_grows_its_sequence(
    browser: Client, ana_enrolment: Enrolment, tom: Person, edition: Edition, now: datetime
) -> None:
    address = given(browser, edition)
    before = events(address)["À rendre : Un quiz"]
    until = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
    courses.extend(enrolment=ana_enrolment, key="quiz", until=until, reason="Une panne.", by=tom, now=now)
    after = events(address)["À rendre : Un quiz"]
    assert after.decoded("dtend") == until
    assert after["uid"] == before["uid"]
    assert int(str(after["sequence"])) > int(str(before["sequence"]))
    courses.excuse(enrolment=ana_enrolment, key="quiz", reason="malade", by=tom, now=now)
    assert "À rendre : Un quiz" not in events(address)


def test_nothing_of_the_person_or_their_results_is_in_it(
    browser: Client, ana: Person, ana_enrolment: Enrolment, edition: Edition, now: datetime
) -> None:
    address = given(browser, edition)
    before = cast.browser().get(address).content
    stage.scored(ana_enrolment, "quiz", 73, now)
    assert cast.browser().get(address).content == before
    for secret in (ana.name, ana.email, str(ana.pk), str(ana_enrolment.pk)):
        assert secret not in before.decode()


def test_any_title_is_read_as_it_was_written(browser: Client, edition: Edition) -> None:
    title = 'Étude ; virgule, barre \\ et "guillemets" 日本 ' + "très long " * 20
    version = edition.printings.get(current=True).version
    UnitText.objects.filter(version=version, unit__key="quiz").update(title=title.strip())
    courses.touch(edition)
    assert f"À rendre : {title.strip()}" in events(given(browser, edition))


def test_it_speaks_the_persons_language(browser: Client, ana: Person, edition: Edition) -> None:
    Person.objects.filter(pk=ana.pk).update(language="en")
    assert "Due: Un quiz" in events(given(browser, edition))


def test_a_calendar_that_has_it_already_is_told_so(browser: Client, edition: Edition) -> None:
    address = given(browser, edition)
    first = cast.browser().get(address)
    assert first.headers["Cache-Control"] == "private, max-age=3600"
    assert "Set-Cookie" not in first.headers
    again = cast.browser().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    courses.touch(edition)
    assert cast.browser().get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_another_address_closes_the_former(browser: Client, edition: Edition) -> None:
    former = given(browser, edition)
    fresh = given(browser, edition)
    assert cast.browser().get(former).status_code == 404
    assert cast.browser().get(fresh).status_code == 200
    page = browser.get(f"/e/{edition.slug}/path/").content.decode()
    assert (fresh in page) == (timezone.now() < edition.closes_at)


def test_the_same_act_gives_one_address_and_the_act_does_not_hold_it(browser: Client, edition: Edition) -> None:
    form = cast.form()
    for _ in range(2):
        browser.post(f"/e/{edition.slug}/path/calendar/", form)
        token = Feed.objects.get().token
    browser.post(f"/e/{edition.slug}/path/calendar/", form)
    assert Feed.objects.get().token == token
    assert not [row for row in Act.objects.values_list("outcome", flat=True) if token in str(row)]


def test_it_ends_with_the_enrolment_and_the_account(
    browser: Client, ana: Person, ana_enrolment: Enrolment, edition: Edition, now: datetime
) -> None:
    address = given(browser, edition)
    for rows, change in (
        (Enrolment.objects.filter(pk=ana_enrolment.pk), {"left_at": now}),
        (Person.objects.filter(pk=ana.pk), {"is_active": False}),
    ):
        before = {key: rows.values_list(key, flat=True).get() for key in change}
        rows.update(**change)
        assert cast.browser().get(address).status_code == 404
        rows.update(**before)
    assert cast.browser().get(address).status_code == 200
    (room,) = [room for room in personal_data.rooms() if room.name == "home"]
    assert [row["token"] for row in room.export(ana)["calendars"]] == [Feed.objects.get().token]
    room.erase(ana, now)
    assert cast.browser().get(address).status_code == 404


def test_a_live_session_has_the_uid_of_its_own_file() -> None:
    now = timezone.now()
    edition = stage.running(now)
    tom = cast.person("Tom")
    cast.role(tom, "teacher", edition=edition)
    live = talking.session(tom, {"edition": edition.slug}, now)
    row = stage.learner("Ana", edition)
    browser = cast.browser(row.person)
    found = [one for title, one in events(given(browser, edition)).items() if title.startswith("En direct")]
    alone = browser.get(f"/e/{edition.slug}/discussion/live/{live.pk}/calendar.ics").content
    (other,) = Calendar.from_ical(alone).walk("VEVENT")
    assert [one["uid"] for one in found] == [other["uid"]]
