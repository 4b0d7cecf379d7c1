"""Deadline night: some hours more for all, a track or a country, told before it is done, and taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from preau.accounts.models import Person
from preau.audit import journal
from preau.common.ids import new_id
from preau.content import outline as outlines
from preau.content.models import Page
from preau.courses import actions as courses
from preau.courses import extending, postponing
from preau.courses.models import Edition, Enrolment, Extension, Milestone, Postponement
from preau.courses.postponing import Scope
from preau.desk import deadlines, notices
from preau.grades import queries as grades
from preau.grades.models import Result
from preau.home import later
from preau.mail.models import Message
from preau.support import announcements
from tests import cast

ADDRESS = "/desk/now/deadline/"
FIELDS = {"unit": "quiz", "since": "", "until": "", "who": "all", "hours": "6", "reason": "Panne du site", "tell": "on"}
WHOLE = {"unit": "", "since": "2020-01-01T00:00", "until": "2099-01-01T00:00"}


@pytest.fixture
def now_edition(db: None) -> Edition:
    """The thin course in its first week today."""
    opens = cast.midnight(timezone.now())  # its quiz is due on Sunday
    return cast.edition(slug="now", opens=opens, enrolment_closes_at=opens + timedelta(days=20))


@pytest.fixture
def teacher(now_edition: Edition) -> Person:
    person = cast.person("Tom")
    cast.role(person, "teacher", edition=now_edition)
    return person


@pytest.fixture
def learner(now_edition: Edition) -> Enrolment:
    return cast.enrolment(cast.person("Ana", country="SN", language="en"), now_edition)


@pytest.fixture
def other(now_edition: Edition) -> Enrolment:
    return cast.enrolment(cast.person("Ben", country="FR"), now_edition)


def due(key: str = "quiz") -> Any:
    return Milestone.objects.filter(key=key, what__in=["due", "closes"]).order_by("at")[0].at


def look(staff: Person, **fields: str) -> Any:
    return cast.browser(staff).post(ADDRESS, {**FIELDS, **fields})


def confirm(staff: Person, act: Any = None, **fields: str) -> Any:
    seen = str(Edition.objects.get(slug="now").revision)
    return cast.browser(staff).post(f"{ADDRESS}confirm/", cast.form(act, **{**FIELDS, "revision": seen, **fields}))


def undo(who: Person) -> Any:
    row = Postponement.objects.order_by("-at")[0]
    return cast.browser(who).post(f"{ADDRESS}{row.pk}/undo/", cast.form())


def test_the_form_names_every_deadline(teacher: Person, learner: Enrolment) -> None:
    page = cast.browser(teacher).get(ADDRESS)
    assert page.status_code == 200
    assert 'value="quiz"' in page.content.decode()
    assert 'value="country:SN"' in page.content.decode()


def test_what_it_would_do_is_told_and_nothing_changes(teacher: Person, learner: Enrolment, other: Enrolment) -> None:
    before = due()
    response = look(teacher)
    found = response.context["plan"]
    assert (response.status_code, found.people) == (200, 2)
    [one] = found.later
    assert (one.before, one.after, one.done, one.todo, one.kept) == (before, before + timedelta(hours=6), 0, 2, 0)
    assert due() == before
    assert not Postponement.objects.exists()


def test_for_everybody_the_date_moves_and_pages_and_mail_say_so(
    teacher: Person, learner: Enrolment, other: Enrolment, now_edition: Edition
) -> None:
    before = due()
    assert confirm(teacher).status_code == 302
    assert due() == before + timedelta(hours=6)
    local = due().astimezone(now_edition.zone_info).isoformat()
    page = bytes(Page.objects.get(path="/e/now/fr/debut/quiz/").html).decode()
    assert local in page
    assert not Message.objects.filter(key__startswith="deadline:").exists()  # the act waits for nobody's message
    assert notices.tell_due(now=timezone.now()) == 2
    assert notices.tell_due(now=timezone.now()) == 0
    assert Message.objects.filter(key__startswith="deadline:").count() == 2
    english = Message.objects.get(person_id=learner.person_id, key__startswith="deadline:")
    assert "More time" in english.subject
    assert "Panne du site" in english.text
    line = journal.about("edition", now_edition.pk)[0]
    assert (line.verb, line.person_id, line.details["people"]) == ("deadline.put_off", teacher.pk, 2)
    assert not Extension.objects.exists()


@pytest.mark.parametrize("who", ["country:SN", "track:classic"])
def test_a_track_or_a_country_gets_extensions_in_one_batch(
    teacher: Person, learner: Enrolment, other: Enrolment, who: str
) -> None:
    before = due()
    assert confirm(teacher, who=who).status_code == 302
    assert due() == before
    rows = list(Extension.objects.order_by("pk"))
    assert {row.until for row in rows} == {before + timedelta(hours=6)}
    assert {row.batch for row in rows} == {Postponement.objects.get().pk}
    assert len(rows) == (1 if who == "country:SN" else 2)
    assert "extended.many" in [line.verb for line in journal.about("enrolment", learner.pk)]
    record = cast.browser(teacher).get(f"/desk/now/learners/{learner.pk}/")
    assert b"Panne du site" in record.content


def test_who_has_a_later_extension_keeps_it(teacher: Person, learner: Enrolment, other: Enrolment) -> None:
    until = due() + timedelta(days=2)
    courses.extend(enrolment=learner, key="quiz", until=until, reason="malade", by=teacher, now=timezone.now())
    assert look(teacher, who="track:classic").context["plan"].later[0].kept == 1
    confirm(teacher, who="track:classic")
    assert Extension.objects.get(enrolment=learner).until == until
    assert Extension.objects.get(enrolment=learner).batch is None
    assert Extension.objects.get(enrolment=other).batch is not None


def test_done_again_it_reaches_only_those_who_came_since(teacher: Person, learner: Enrolment) -> None:
    confirm(teacher, who="track:classic")
    late = cast.enrolment(cast.person("Lia"), Edition.objects.get())
    confirm(teacher, who="track:classic")
    assert [row.given for row in Postponement.objects.order_by("at")] == [1, 1]
    assert Extension.objects.filter(enrolment=late).exists()


def test_taking_it_back_restores_what_each_had(teacher: Person, learner: Enrolment, other: Enrolment) -> None:
    first = due() + timedelta(hours=2)
    courses.extend(enrolment=learner, key="quiz", until=first, reason="malade", by=teacher, now=timezone.now())
    confirm(teacher, who="track:classic")
    assert Extension.objects.get(enrolment=learner).until == due() + timedelta(hours=6)
    assert undo(teacher).status_code == 302
    row = Extension.objects.get()
    assert (row.enrolment_id, row.until, row.reason, row.given_by) == (learner.pk, first, "malade", teacher)
    assert Postponement.objects.get().undone_at is not None
    notices.tell_due(now=timezone.now())
    assert Message.objects.filter(key__endswith=":undone").count() == 2


def test_a_moved_date_goes_back_too(teacher: Person, learner: Enrolment) -> None:
    before = due()
    confirm(teacher)
    undo(teacher)
    assert due() == before


def test_only_the_last_one_and_while_its_dates_stand_is_taken_back(teacher: Person, learner: Enrolment) -> None:
    confirm(teacher)
    first = Postponement.objects.get()
    confirm(teacher)
    cast.browser(teacher).post(f"{ADDRESS}{first.pk}/undo/", cast.form())
    assert not Postponement.objects.exclude(undone_at=None).exists()
    Milestone.objects.filter(key="quiz").update(at=timezone.now())
    undo(teacher)
    assert not Postponement.objects.exclude(undone_at=None).exists()


def test_what_somebody_handed_in_after_the_former_deadline_holds_it(teacher: Person, learner: Enrolment) -> None:
    confirm(teacher, unit="cas")
    row = Postponement.objects.get()
    past = (timezone.now() - timedelta(hours=1)).isoformat()
    Postponement.objects.update(
        at=timezone.now() - timedelta(hours=2), moves=[{**move, "before": past} for move in row.moves]
    )
    learner.submissions.create(
        unit=outlined(learner, "cas"),
        version_id=new_id(),
        text="x",
        size=1,
        fingerprint="0",
        submitted_at=timezone.now(),
    )
    undo(teacher)
    assert Postponement.objects.get().undone_at is None


def outlined(enrolment: Enrolment, key: str) -> Any:
    return enrolment.edition.course.units.get(key=key)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"hours": "0"}, "hours"),
        ({"hours": "many"}, "hours"),
        ({"reason": "  "}, "reason"),
        ({"who": "track:nowhere"}, "who"),
        ({"unit": ""}, "unit"),
        ({"unit": "lecon"}, "unit"),
        ({"unit": "", "since": "2019-01-01T00:00", "until": "2019-01-02T00:00"}, "since"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    teacher: Person, learner: Enrolment, fields: dict[str, str], field: str
) -> None:
    response = look(teacher, **fields)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert confirm(teacher, **fields).status_code == 422
    assert not Postponement.objects.exists()


def test_after_the_closing_and_for_nobody_it_is_refused(teacher: Person, learner: Enrolment) -> None:
    Edition.objects.update(closes_at=due("cas") + timedelta(hours=1))
    response = look(teacher, unit="cas")
    assert "closing" in [clash.kind for clash in response.context["plan"].clashes]
    assert confirm(teacher, unit="cas").status_code == 422
    Enrolment.objects.update(left_at=timezone.now())
    assert look(teacher).context["plan"].possible is False
    assert confirm(teacher).status_code == 422
    assert not Postponement.objects.exists()


def test_everything_due_in_a_window_moves_together(teacher: Person, learner: Enrolment) -> None:
    before = {key: due(key) for key in ("quiz", "cas")}
    confirm(teacher, **WHOLE)
    assert {key: due(key) - at for key, at in before.items()} == dict.fromkeys(before, timedelta(hours=6))


def test_sent_twice_it_is_done_once_and_a_change_meanwhile_is_looked_at(teacher: Person, learner: Enrolment) -> None:
    before, act, seen = due(), new_id(), str(Edition.objects.get().revision)
    assert [confirm(teacher, act, revision=seen).status_code for _again in range(2)] == [302, 302]
    assert due() == before + timedelta(hours=6)
    assert confirm(teacher, revision=seen).status_code == 422
    assert due() == before + timedelta(hours=6)


def test_a_result_that_waits_for_the_deadline_waits_for_the_new_one(teacher: Person, learner: Enrolment) -> None:
    unit, told = outlined(learner, "quiz"), due() + timedelta(hours=24)
    Result.objects.create(
        enrolment=learner, unit=unit, score=1, of=1, version_id=new_id(), shown_from=told, recorded_at=timezone.now()
    )
    confirm(teacher, who="country:SN")
    assert Result.objects.get().shown_from == told + timedelta(hours=6)
    undo(teacher)
    assert Result.objects.get().shown_from == told


def test_nobody_of_another_edition_is_touched(teacher: Person, learner: Enrolment) -> None:
    elsewhere = cast.edition(slug="else", of=learner.edition.course.versions.get(), opens=learner.edition.opens_at)
    there = cast.enrolment(cast.person("Zoe", country="SN"), elsewhere)
    confirm(teacher, who="country:SN")
    assert not Extension.objects.filter(enrolment=there).exists()
    row = Postponement.objects.get()
    cast.role(teacher, "teacher", edition=elsewhere)
    assert cast.browser(teacher).post(f"/desk/else/deadline/{row.pk}/undo/", cast.form()).status_code == 404


def many(edition: Edition, count: int) -> None:
    track = edition.tracks.get(key="classic")
    people = [Person(email=f"p{count}-{n}@example.org", name=f"P{n}", country="SN") for n in range(count)]
    Person.objects.bulk_create(people)
    Enrolment.objects.bulk_create(
        [Enrolment(person=one, edition=edition, track=track, enrolled_at=timezone.now()) for one in people]
    )


def test_the_preview_and_the_act_cost_the_same_for_many(
    now_edition: Edition, teacher: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    outline = outlines.of_edition(now_edition, "fr")
    units = deadlines.chosen(outline, "quiz", None, None)
    for count in (3, 300):
        many(now_edition, count)
        with django_assert_max_num_queries(10):
            deadlines.plan(now_edition, outline, units, Scope("country", "SN"), count, now=timezone.now())
        with django_assert_max_num_queries(8):
            postponing.give(
                now_edition, Scope("country", "SN"), {"quiz": due()}, count, "x", batch=new_id(), by=teacher,
                now=timezone.now(),
            )  # fmt: skip


def home(who: Enrolment, language: str = "fr") -> str:
    client = cast.browser(who.person)
    client.cookies["django_language"] = language
    return client.get("/e/now/").content.decode().replace("\xa0", " ")


@pytest.mark.parametrize("who", ["all", "country:SN"])
def test_those_concerned_read_it_on_their_home_until_it_is_taken_back_or_over(
    teacher: Person, learner: Enrolment, other: Enrolment, who: str
) -> None:
    assert "More time" not in home(learner)
    confirm(teacher, who=who)
    page = home(learner)
    assert "You have 6 hours more" in page
    assert "Panne du site" in page
    assert told(due() + timedelta(hours=6 if who != "all" else 0), learner, "en") in page
    assert ("Vous avez 6 heures de plus" in home(other)) == (who == "all")
    late = cast.enrolment(cast.person("Lia", country="SN"), Edition.objects.get())
    assert ("Panne du site" in home(late)) == (who == "all")  # who comes later has the date, not the extension
    notices.tell_due(now=timezone.now())
    announcements.serve_due(now=timezone.now())
    assert Message.objects.filter(person_id=learner.person_id).count() == 1
    undo(teacher)
    assert "More time" not in home(learner)


def told(at: Any, learner: Enrolment, language: str) -> str:
    with translation.override(language):
        return later.both(at, learner.edition.zone_info, learner.person.zone_info).replace("\xa0", " ")


def test_who_has_a_later_date_or_whose_deadline_has_passed_reads_nothing_of_it(
    teacher: Person, learner: Enrolment, other: Enrolment
) -> None:
    until = due() + timedelta(days=2)
    courses.extend(enrolment=learner, key="quiz", until=until, reason="malade", by=teacher, now=timezone.now())
    confirm(teacher)
    assert "Panne du site" not in home(learner)
    assert "Panne du site" in home(other)
    ledger = grades.record(other.pk, outlines.of_edition(Edition.objects.get(), "fr"), now=due(), for_learner=True)
    assert later.more_time(other, ledger, now=due() - timedelta(seconds=1)) != []
    assert later.more_time(other, ledger, now=due()) == []


def test_a_second_act_takes_the_place_of_the_first(teacher: Person, learner: Enrolment) -> None:
    confirm(teacher, who="country:SN")
    confirm(teacher, who="country:SN", hours="12", reason="Encore une panne")
    page = home(learner)
    assert "You have 12 hours more" in page
    assert "You have 6 hours more" not in page
    undo(teacher)
    assert "You have 6 hours more" in home(learner)


def test_what_was_taken_back_meanwhile_is_not_brought_back(teacher: Person, learner: Enrolment) -> None:
    confirm(teacher, who="track:classic")
    until = due() + timedelta(days=2)
    courses.extend(enrolment=learner, key="quiz", until=until, reason="malade", by=teacher, now=timezone.now())
    undo(teacher)
    assert Extension.objects.get().until == until  # given since, it stays
    extending.take_back(Extension.objects.get(), by=teacher.pk, now=timezone.now())
    assert not Extension.objects.exists()


def test_what_still_holds_is_brought_back(teacher: Person, learner: Enrolment) -> None:
    confirm(teacher, who="track:classic")
    until = due() + timedelta(days=2)
    courses.extend(enrolment=learner, key="quiz", until=until, reason="malade", by=teacher, now=timezone.now())
    extending.take_back(Extension.objects.get(), by=teacher.pk, now=timezone.now())
    assert Extension.objects.get().batch == Postponement.objects.get().pk
    undo(teacher)
    assert not Extension.objects.exists()
