"""Summaries: one for each person and day, with what is new for them and nothing that they may not read yet."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.accounts.models import Person
from preau.discussion import access, actions, digests, following, news, periods
from preau.discussion.models import Circle, Member, Post, Room, Thread
from preau.discussion.telling import DISCUSSION
from preau.mail import actions as mail
from preau.mail.models import Message
from tests import cast
from tests.discussion.test_following import Stage, stage

__all__ = ["stage"]
PARIS = ZoneInfo("Europe/Paris")
FIRST = datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def morning(now: datetime, hours: float = 6.5) -> datetime:
    """The next day at this hour in Paris."""
    day = now.astimezone(PARIS).date() + timedelta(days=1)
    return (datetime.combine(day, time(0), PARIS) + timedelta(hours=hours)).astimezone(UTC)


def prepared(stage: Stage, hours: float = 6.5) -> dict[str, Message]:
    """Prepare on the next morning; the summaries that are new, by name."""
    before = set(Message.objects.values_list("pk", flat=True))
    stage.now = morning(stage.now, hours)
    while digests.prepare(now=stage.now):
        pass
    names = {person.pk: person.name for person in Person.objects.all()}
    rows = Message.objects.filter(kind=DISCUSSION).exclude(pk__in=before)
    return {names[row.person_id]: row for row in rows}


@pytest.mark.django_db
def test_a_summary_lists_what_is_new_once_and_says_nothing_when_nothing_is(stage: Stage) -> None:
    stage.follow_room(stage.zoe)
    thread = stage.ask(stage.ana, title="La marge totale ?", text="> avant\n\nJe cherche la **marge**.")
    stage.reply(stage.ben, thread)
    found = prepared(stage)
    assert set(found) == {"Ana", "Zoe"}
    text = found["Zoe"].text
    for part in ("La marge totale ? (2 ", "> Je cherche la marge.", f"thread/{thread.pk}/#p-1"):
        assert part in text
    assert "(1 " in found["Ana"].text
    assert "#p-2" in found["Ana"].text
    local = found["Zoe"].send_at
    assert local is not None
    assert (local.astimezone(PARIS).hour, found["Zoe"].held, local.date()) == (8, True, stage.now.date())
    assert digests.prepare(now=stage.now) == 0
    assert prepared(stage) == {}, "nothing is new the next day"
    assert set(Member.objects.values_list("digested_at", flat=True)) == {stage.now - digests.LAG}


@pytest.mark.django_db
def test_mail_sends_one_message_that_morning_whatever_else_it_holds(stage: Stage) -> None:
    Person.objects.filter(pk=stage.zoe.pk).update(email="zoe@preau.test")
    stage.zoe.refresh_from_db()
    stage.follow_room(stage.zoe)
    stage.ask(stage.ana, title="La marge totale ?")
    mail.prefer(person_id=stage.zoe.pk, cadences={"announcement": "daily"}, now=stage.now)
    words = {"subject": "Annonce", "text": "Jeudi.", "language": "fr", "zone": "Europe/Paris"}
    row = {"person_id": stage.zoe.pk, "address": stage.zoe.email, "key": "a:1", **words}
    mail.queue_many([row], now=stage.now, kind="announcement")
    mail.deliver(now=stage.now)
    found = prepared(stage)
    mail.deliver(now=stage.now)
    assert not Message.objects.filter(person_id=stage.zoe.pk, sent_at__isnull=False).exists(), "not before eight"
    mail.deliver(now=stage.now + timedelta(hours=2))
    (sent,) = Message.objects.filter(person_id=stage.zoe.pk, sent_at__isnull=False)
    assert sent.kind == "digest"
    assert "Jeudi." in sent.text
    assert found["Zoe"].text.strip() in sent.text


@pytest.mark.django_db
def test_a_summary_that_comes_late_goes_at_once_and_the_next_day_holds_what_came_since(stage: Stage) -> None:
    stage.follow_room(stage.zoe)
    first = stage.ask(stage.ana, title="Le matin ?", kind="discussion")
    late = prepared(stage, 11)["Zoe"]
    assert late.send_at is None
    stage.ask(stage.ana, title="Le soir ?")
    text = prepared(stage)["Zoe"].text
    assert "Le soir ?" in text
    assert first.title not in text


@pytest.mark.django_db
def test_weekly_waits_for_monday_and_now_and_off_get_none(stage: Stage) -> None:
    wanted = {"now": stage.ana, "off": stage.ben, "weekly": stage.zoe}
    for cadence, who in wanted.items():
        mail.prefer(person_id=who.pk, cadences={DISCUSSION: cadence}, now=stage.now)
        stage.follow_room(who)
    dan = cast.person("Dan")
    cast.enrolment(dan, stage.edition)
    stage.now += timedelta(days=(1 - stage.now.astimezone(PARIS).weekday()) % 7)  # a Tuesday
    stage.follow_room(dan)
    Member.objects.update(digested_at=stage.now)
    stage.ask(dan, title="Mardi ?")
    for day in range(5):
        assert prepared(stage) == {}, day
    assert stage.now.astimezone(PARIS).weekday() == 6
    assert set(prepared(stage)) == {"Zoe"}


@pytest.mark.django_db
def test_what_is_folded_muted_read_or_out_of_reach_is_not_told(stage: Stage) -> None:
    stage.follow_room(stage.zoe)
    unit = stage.edition.course.units.get(key="examen")
    folded = stage.ask(stage.ana, title="Pliée ?", text="La réponse est kumquat.", unit=unit.pk)
    at = stage.at(stage.ana)
    act = cast.an_act("reveal", now=at.now)
    actions.reveal(act=act, at=at, post=folded.posts.get(), on=True)
    muted, read, hidden = (stage.ask(stage.ana, title=title, text=title) for title in ("Muette ?", "Lue ?", "Cachée ?"))
    stage.follow(stage.zoe, muted, following.MUTED)
    stage.read(stage.zoe, read)
    Thread.objects.filter(pk=hidden.pk).update(hidden=True)
    circle = Room.objects.create(space_id=read.space_id, key="c-fr-1", kind="circle")
    Circle.objects.create(room=circle, number=1, language="fr")
    inside = stage.ask(stage.ana, title="Dedans ?", text="Ici.")
    stage.follow(stage.zoe, inside)
    stage.reply(stage.ben, inside, "chut")
    Thread.objects.filter(pk=inside.pk).update(room=circle)
    text = prepared(stage)["Zoe"].text
    assert "Pliée ?" in text
    for word in ("kumquat", "Muette", "Lue", "Cachée", "Dedans", "chut"):
        assert word not in text
    stage.zoe.enrolments.update(left_at=stage.now)
    stage.ask(stage.ana, title="Encore ?")
    assert "Zoe" not in prepared(stage)


@pytest.mark.django_db
def test_questions_that_wait_come_with_news_and_answers_are_told_to_whoever_asked(stage: Stage) -> None:
    thread = stage.ask(stage.ana, title="Répondue ?")
    post = stage.reply(stage.ben, thread)
    for n in range(4):
        stage.ask(stage.ben, title=f"Sans réponse {n} ?")
    stage.ask(stage.ben, title="In English?", language="en")
    assert set(prepared(stage)) == {"Ana"}, "questions alone make no summary"
    tom = cast.person("Tom")
    cast.role(tom, "teacher", edition=stage.edition)
    at = stage.at(tom)
    actions.accept(act=cast.an_act("accept", now=at.now), at=at, post=post, on=True)
    text = prepared(stage)["Ana"].text
    assert "Répondue ?" in text
    assert text.count("Sans réponse") == 3
    assert "In English?" not in text
    at = stage.at(stage.ana)
    own = stage.ask(stage.ana, title="Ma question ?")
    answer = stage.reply(stage.ben, own)
    stage.read(stage.ana, own)
    at = stage.at(stage.ana)
    actions.accept(act=cast.an_act("accept", now=at.now), at=at, post=answer, on=True)
    assert "Ana" not in prepared(stage), "who chose the answer knows it"


@pytest.mark.django_db
def test_the_commons_and_the_edition_come_in_one_message(stage: Stage) -> None:
    edition = stage.where
    stage.follow_room(stage.zoe)
    stage.ask(stage.ana, title="Dans la session ?")
    stage.where = {"course": stage.edition.course.slug}
    stage.follow_room(stage.zoe)
    thread = stage.ask(stage.ana, title="Dans la communauté ?")
    stage.where = edition
    text = prepared(stage)["Zoe"].text
    assert "Dans la session ?" in text
    assert f"/commons/thin/thread/{thread.pk}/" in text
    assert access.here(stage.zoe, stage.where, now=stage.now).member is not None


@pytest.mark.django_db
def test_ten_threads_are_listed_and_the_way_to_the_rest(stage: Stage) -> None:
    stage.follow_room(stage.zoe)
    first = stage.ask(stage.ana)
    shared = {"space_id": first.space_id, "room_id": first.room_id, "kind": "discussion", "language": "fr"}
    rows = Thread.objects.bulk_create(
        Thread(title=f"Fil {n}", made_at=stage.now, latest_at=stage.now, **shared) for n in range(12)
    )
    Post.objects.bulk_create(Post(thread=row, number=1, text="Bonjour.", at=stage.now) for row in rows)
    text = prepared(stage)["Zoe"].text
    assert text.count("#p-1") == 10
    assert "/e/thin-1/discussion/mine/" in text


@given(
    st.datetimes(FIRST, FIRST.replace(year=2030), timezones=st.just(UTC)),
    st.sampled_from(["Europe/Paris", "Africa/Dakar", "Pacific/Apia", "America/Santiago", "Asia/Kathmandu", "UTC"]),
    st.booleans(),
)
def test_a_period_began_before_lasts_its_time_and_holds_one_summary(at: datetime, name: str, weekly: bool) -> None:
    zone = ZoneInfo(name)
    began = periods.began(at, zone, weekly=weekly)
    most = timedelta(days=7 if weekly else 1, hours=2)
    assert timedelta(0) <= at - began <= most
    assert periods.began(began, zone, weekly=weekly) == began
    local = began.astimezone(zone)
    assert local.weekday() == 0 or not weekly
    later = periods.began(at + timedelta(hours=26), zone, weekly=False)
    assert later > periods.began(at, zone, weekly=False)


def test_the_first_words_are_plain_and_short() -> None:
    assert news.first_words("> avant\n\nVoici [le lien](https://x.test) et `code`.") == "Voici le lien et code."
    assert len(news.first_words("mot " * 200)) <= news.WORDS + 1
