"""The message of each week: once, on Monday, to whom it says something, and never insisting."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preau.accounts.models import Person
from preau.courses.models import Edition, Enrolment
from preau.grades import actions as grades
from preau.home import weekly
from preau.home.models import Round
from preau.mail import actions as mail
from preau.mail.models import Message
from tests import cast
from tests.home import stage

pytestmark = pytest.mark.django_db


def at(edition: Edition, week: int, zone: str = "Europe/Paris", hour: float = 6.5, day: int = 0) -> datetime:
    """This hour of a day of the edition's week, in a zone."""
    place = ZoneInfo(zone)
    monday = edition.opens_at.astimezone(ZoneInfo("Europe/Paris")).date() + timedelta(weeks=week - 1, days=day)
    return datetime.combine(monday, time(0), place) + timedelta(hours=hour)


def sent(now: datetime) -> list[Message]:
    """Prepare all that is due; the messages that are new."""
    before = set(Message.objects.values_list("pk", flat=True))
    while weekly.prepare(now=now):
        continue
    return list(Message.objects.filter(kind=weekly.KIND).exclude(pk__in=before).order_by("queued_at", "pk"))


def test_monday_tells_the_week_and_the_way_to_pass(ana_enrolment: Enrolment, edition: Edition) -> None:
    (message,) = sent(at(edition, 1))
    assert (message.subject.replace("\xa0", " "), message.held) == ("Votre semaine : Un petit cours", True)
    local = message.send_at
    assert local is not None
    assert local.astimezone(ZoneInfo("Europe/Paris")).time() == time(8)
    said = message.text.replace("\xa0", " ").replace("\u202f", " ")
    for part in (
        "Semaine 1, du 2 mars au 8 mars",
        "environ 10 min",
        "Un quiz, dimanche 8 mars 2026, 23 h 59, heure de Paris, 5 min",
        "60 % de moyenne pour les 2 quiz qui restent",
        "/e/thin-1/path/",
    ):
        assert part in said
    assert sent(at(edition, 1, hour=9)) == []
    assert sent(at(edition, 1, day=1)) == []
    assert len(sent(at(edition, 2))) == 1


def test_each_has_it_in_the_morning_of_their_own_zone(edition: Edition) -> None:
    far = stage.learner("Aroha", edition, zone="Pacific/Auckland")
    near = stage.learner("Awa", edition, zone="America/Martinique")
    first = sent(at(edition, 2, "Pacific/Auckland"))
    assert [message.person_id for message in first] == [far.person_id]
    assert "chez vous" in first[0].text
    assert sent(at(edition, 2, "America/Martinique", 5.5)) == []
    second = sent(at(edition, 2, "America/Martinique"))
    assert [message.person_id for message in second] == [near.person_id]


def test_who_never_came_has_two_and_is_left_in_peace_until_they_come(
    ana_enrolment: Enrolment, edition: Edition
) -> None:
    Edition.objects.update(closes_at=edition.closes_at)
    assert [len(sent(at(edition, week))) for week in (1, 2, 3)] == [1, 1, 0]
    Round.objects.filter(week=at(edition, 3).date()).delete()
    unit = edition.course.units.get(key="lecon")
    grades.complete(enrolment_id=ana_enrolment.pk, unit_id=unit.pk, now=at(edition, 2))
    assert len(sent(at(edition, 3))) == 1


def test_nothing_to_say_is_no_message(ana_enrolment: Enrolment, edition: Edition) -> None:
    unit = edition.course.units.get(key="lecon")
    grades.complete(enrolment_id=ana_enrolment.pk, unit_id=unit.pk, now=at(edition, 1))
    assert sent(at(edition, 5)) == [], "the thin course has nothing in its fifth week"
    assert not sent(at(edition, 9)), "the edition is over"
    assert not sent(at(edition, -1)), "and not yet open"


def test_what_may_not_be_told_is_not_told(ana_enrolment: Enrolment, edition: Edition) -> None:
    early = at(edition, 1) - timedelta(hours=1)
    stage.scored(ana_enrolment, "quiz", 0, early, shown_from=edition.opens_at + timedelta(days=10))
    (message,) = sent(at(edition, 2))
    assert "C’est à votre portée" in message.text
    assert "2 quiz qui restent" in message.text


def test_one_click_stops_it_and_other_editions_and_the_gone_have_none(
    ana_enrolment: Enrolment, ben: Person, edition: Edition
) -> None:
    gone = stage.learner("Zoe", edition)
    Enrolment.objects.filter(pk=gone.pk).update(left_at=edition.opens_at)
    first = sent(at(edition, 1))
    assert {message.person_id for message in first} == {ana_enrolment.person_id, ben.pk}
    (mine,) = [message for message in first if message.person_id == ana_enrolment.person_id]
    cast.browser().post(f"/mail/stop/{mine.token}/")
    assert [message.person_id for message in sent(at(edition, 2))] == [ben.pk]
    page = cast.browser(ana_enrolment.person).get("/accounts/messages/").content.decode()
    assert "ce qui est à rendre, combien de temps" in page


def test_a_worker_that_was_down_sends_it_until_tuesday_ends(ana_enrolment: Enrolment, edition: Edition) -> None:
    (late,) = sent(at(edition, 1, hour=11, day=1))
    assert late.send_at is None
    assert sent(at(edition, 2, hour=7, day=2)) == []


def test_cut_anywhere_nobody_is_left_out_and_nobody_has_two(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weekly, "BATCH", 2)
    monkeypatch.setattr(weekly, "MOST", 2)
    people = {stage.learner(f"L{n}", edition).person_id for n in range(5)}
    assert weekly.prepare(now=at(edition, 1)) == 2
    Round.objects.update(cursor=None)  # as if what was committed last had been lost on the way
    while weekly.prepare(now=at(edition, 1, hour=7)):
        continue
    told = list(Message.objects.filter(kind=weekly.KIND).values_list("person_id", flat=True))
    assert (set(told), len(told)) == (people, 5)
    (row,) = Round.objects.all()
    assert (row.week, row.ended_at is not None) == (date(2026, 3, 2), True)


def test_a_batch_costs_the_same_for_two_and_for_twenty(edition: Edition) -> None:
    costs = []
    for week, more in ((1, 2), (2, 18)):
        for n in range(more):
            stage.learner(f"w{week}n{n}", edition)
        with CaptureQueriesContext(connection) as spent:
            assert weekly.prepare(now=at(edition, week)) == (2, 20)[week - 1]
        costs.append(len(spent))
    assert costs[1] <= costs[0]
    with CaptureQueriesContext(connection) as idle:
        assert weekly.prepare(now=at(edition, 2, hour=8)) == 0
    assert len(idle) <= 2
    with CaptureQueriesContext(connection) as quiet:
        assert weekly.prepare(now=at(edition, 2, day=4)) == 0
    assert len(quiet) <= 1


def test_it_goes_at_eight(ana_enrolment: Enrolment, edition: Edition) -> None:
    Person.objects.filter(pk=ana_enrolment.person_id).update(email="ana@preau.test")
    (message,) = sent(at(edition, 1))
    mail.deliver(now=at(edition, 1, hour=7.5))
    went = Message.objects.filter(pk=message.pk, sent_at__isnull=False)
    assert not went.exists()
    mail.deliver(now=at(edition, 1, hour=8.2))
    assert went.exists()
