"""Who is told at once of what was written: once each, never what is folded, never those who may not read it."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from preau.accounts.models import Person
from preau.config import processes
from preau.discussion import access, actions, following, mentions, telling
from preau.discussion.models import Circle, Follow, Post, Room, Thread
from preau.mail import actions as mail
from preau.mail.models import Message
from tests import cast
from tests.discussion import talking
from tests.discussion.test_following import Stage, stage

__all__ = ["stage"]
PATIENCE = 180
ANA, BEN, ANA_MARIA = uuid4(), uuid4(), uuid4()


def at_once(*people: Person, kind: str = telling.DISCUSSION, cadence: str = "now") -> None:
    for person in people:
        mail.prefer(person_id=person.pk, cadences={kind: cadence}, now=cast.MONDAY)


def told(stage: Stage) -> dict[str, list[str]]:
    """Tell what is due; by name, the kinds of message that each has had so far."""
    telling.tell_due(now=stage.now + timedelta(seconds=1))
    found: dict[str, list[str]] = {}
    names = {person.pk: person.name for person in Person.objects.all()}
    for person, kind in (
        Message.objects.filter(key__startswith="post:").order_by("queued_at").values_list("person_id", "kind")
    ):
        found.setdefault(names[person], []).append(kind)
    return found


@pytest.mark.django_db
def test_followers_who_want_mail_now_are_told_once_and_the_others_wait_for_their_summary(stage: Stage) -> None:
    dan = cast.person("Dan")
    cast.enrolment(dan, stage.edition)
    at_once(stage.ana, stage.ben, stage.zoe)
    thread = stage.ask(stage.ana)
    stage.follow(stage.zoe, thread)
    stage.follow(dan, thread)
    stage.reply(stage.ben, thread, "La plus longue suite.")
    assert told(stage) == {"Ana": ["discussion"], "Zoe": ["discussion"]}
    letter = Message.objects.get(person_id=stage.zoe.pk)
    assert "La plus longue suite." in letter.text
    assert f"/e/thin-1/discussion/thread/{thread.pk}/#p-2" in letter.text
    assert told(stage) == {"Ana": ["discussion"], "Zoe": ["discussion"]}
    assert not Post.objects.filter(told=False).exists()
    assert Follow.objects.filter(person=stage.ben, thread=thread, muted=False).exists(), "who replies follows"
    stage.follow(stage.zoe, thread, following.MUTED)
    stage.reply(stage.ana, thread)
    assert told(stage) == {"Ana": ["discussion"], "Zoe": ["discussion"], "Ben": ["discussion"]}


@pytest.mark.django_db
def test_who_is_mentioned_is_told_and_only_among_those_of_the_thread_and_the_team(stage: Stage, tom: Person) -> None:
    thread = stage.ask(stage.ana)
    Follow.objects.all().delete()
    stage.reply(stage.ben, thread, "Merci @ana, et @TOM ? Et @Zoé n'est pas là.")
    assert told(stage) == {"Ana": ["mention"], "Tom": ["mention"]}
    at_once(stage.ana, kind=telling.MENTION, cadence="off")
    at_once(stage.ana)
    stage.follow(stage.ana, thread)
    stage.reply(stage.ben, thread, "@Ana encore")
    assert told(stage)["Ana"] == ["mention", "discussion"], "who wants no mentions still follows"


@pytest.fixture
def tom(stage: Stage) -> Person:
    person = cast.person("Tom")
    cast.role(person, "teacher", edition=stage.edition)
    return person


@pytest.mark.django_db
def test_nobody_is_told_of_what_they_may_not_read(stage: Stage, tom: Person) -> None:
    thread = stage.ask(stage.ana)
    at_once(stage.ana, stage.zoe, tom)
    stage.follow_room(stage.zoe)
    Follow.objects.create(person=tom, space_id=thread.space_id, room=thread.room, since=stage.now)
    told(stage)
    Message.objects.all().delete()
    Room.objects.filter(pk=thread.room_id).update(hidden=True)
    stage.now += timedelta(minutes=1)
    post = written(thread, stage.ben, stage)
    assert told(stage) == {"Tom": ["discussion"]}
    Room.objects.filter(pk=thread.room_id).update(hidden=False, kind="circle")
    Circle.objects.create(room=thread.room, number=1, language="fr", host=stage.ana)
    written(thread, stage.ben, stage)
    assert set(told(stage)) == {"Tom", "Ana"}
    assert post.told is False


def written(thread: Thread, who: Person, stage: Stage, **fields: Any) -> Post:
    """A post as its row, whatever the doors say."""
    thread.refresh_from_db()
    thread.latest += 1
    thread.save(update_fields=["latest"])
    text = {"text": "Un mot.", **fields}
    return Post.objects.create(thread=thread, number=thread.latest, author=who, at=stage.now, **text)


@pytest.mark.django_db
def test_somebody_who_left_the_edition_is_not_told(stage: Stage) -> None:
    thread = stage.ask(stage.ana)
    at_once(stage.zoe)
    stage.follow(stage.zoe, thread)
    stage.zoe.enrolments.update(left_at=stage.now)
    stage.reply(stage.ben, thread)
    assert "Zoe" not in told(stage)


@pytest.mark.django_db
def test_the_words_of_what_is_folded_held_or_hidden_never_go_out(stage: Stage) -> None:
    at_once(stage.ana, stage.zoe)
    unit = stage.edition.course.units.get(key="examen")
    thread = stage.ask(stage.ana, unit=unit.pk)
    told(stage)
    folded = stage.reply(stage.ben, thread, "@Ana la réponse est kumquat")
    at = stage.at(stage.zoe)
    actions.reveal(act=cast.an_act("reveal", now=at.now), at=at, post=folded, on=True)
    held, hidden = (stage.reply(stage.ben, thread, f"secret {n}") for n in range(2))
    Post.objects.filter(pk=held.pk).update(state="held")
    Post.objects.filter(pk=hidden.pk).update(state="hidden")
    assert told(stage) == {"Ana": ["mention"]}
    letter = Message.objects.get()
    assert "kumquat" not in letter.text + letter.subject + letter.html
    assert f"thread/{thread.pk}/#p-2" in letter.text
    assert Post.objects.get(told=False) == held, "what a moderator releases is told then"
    Post.objects.filter(pk=held.pk).update(state="shown")
    assert told(stage) == {"Ana": ["mention", "discussion"]}


@pytest.mark.django_db
def test_what_could_not_be_told_for_a_day_is_left_to_the_summaries(stage: Stage) -> None:
    at_once(stage.ana)
    thread = stage.ask(stage.ana)
    stage.reply(stage.ben, thread)
    stage.now += timedelta(days=2)
    assert told(stage) == {}
    assert not Post.objects.filter(told=False).exists()


@pytest.mark.django_db
def test_ten_are_told_at_most_and_the_cost_of_many_signs_is_bounded(stage: Stage) -> None:
    thread = stage.ask(stage.ana)
    for n in range(12):
        who = cast.person(f"P{n}")
        cast.enrolment(who, stage.edition)
        written(thread, who, stage, told=True)
    stage.reply(stage.ben, thread, " ".join(f"@P{n}" for n in range(12)) * 300)
    assert len(told(stage)) == 10


@given(st.text(), st.dictionaries(st.uuids(), st.text(max_size=8), max_size=8))
def test_only_those_who_are_there_are_mentioned_each_once(text: str, names: dict[UUID, str]) -> None:
    found = mentions.mentioned(text, names)
    assert set(found) <= set(names)
    assert len(found) == len(set(found)) <= 10
    assert all(f"@{mentions.folded(names[person])}" in mentions.folded(text) for person in found)


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("merci @ana !", [ANA]),
        ("@ÀNÂ, @ben", [ANA, BEN]),
        ("@Ana Maria a raison", [ANA_MARIA]),
        ("@Anatole n'est pas là", []),
        ("ecrivez a x@ana.org", []),
        ("> @Ana disait\n\nnon", []),
        ("```\n@ana\n```\n`@ben`", []),
        ("@ana @ana @ana", [ANA]),
        ("@\u202eben", []),
    ],
)
def test_a_mention_is_a_sign_and_a_shown_name(text: str, whom: list[UUID]) -> None:
    assert mentions.mentioned(text, {ANA: "Ana", BEN: "Bén", ANA_MARIA: "Ana Maria"}) == whom


class Received:
    """What a mail server took."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 taken"


@pytest.fixture
def server(settings: Settings, tmp_path: Any) -> Iterator[Received]:
    received, port = Received(), processes.free_port()
    settings.POSTMAN_ROOT = tmp_path / "postman"
    settings.MAIL_RATE = 0
    options = {"host": "127.0.0.1", "port": port, "timeout": PATIENCE}
    settings.MAILERS = {
        "default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options},
    }
    controller = Controller(received, hostname="127.0.0.1", port=port, ready_timeout=PATIENCE)
    controller.start()
    yield received
    controller.stop()


@pytest.mark.django_db(transaction=True)
def test_a_mention_reaches_a_mail_server_with_a_way_to_stop(server: Received) -> None:
    stage = Stage()
    Person.objects.filter(pk=stage.ana.pk).update(email="ana@preau.test", zone="UTC")
    thread = stage.ask(stage.ana)
    stage.reply(stage.ben, thread, "@Ana voici **comment**.")
    telling.tell_due(now=stage.now)
    noon = stage.now.replace(hour=12) + timedelta(days=1)
    while mail.deliver(now=noon):
        pass
    (message,) = server.messages
    assert message["To"] == "ana@preau.test"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    body = message.get_body(("plain",))
    assert body is not None
    assert "> @Ana voici **comment**." in body.get_content()
    assert access.thread(stage.at(stage.ana), thread.pk).thread.latest == 2
    assert talking.here(stage.ana, stage.where, stage.now).team is False


@pytest.mark.django_db
def test_who_wrote_a_moment_ago_is_told_of_what_came_next_even_in_the_same_look(stage: Stage) -> None:
    at_once(stage.zoe)
    thread = stage.ask(stage.ana)
    stage.reply(stage.zoe, thread, "Je cherche aussi.")
    stage.reply(stage.ben, thread, "La plus longue suite.")
    assert told(stage) == {"Zoe": ["discussion"]}
    assert not Post.objects.filter(told=False).exists()
