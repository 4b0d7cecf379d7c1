"""What people follow, and what they have not read of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.discussion import access, actions, following
from preau.discussion.models import Circle, Follow, Member, Post, ReadMark, Room, Thread
from tests import cast
from tests.discussion import talking

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Stage:
    """An edition that runs, Ana who asks, Ben who answers, Zoe who follows; time goes by with each step."""

    def __init__(self) -> None:
        self.edition: Edition = cast.edition(opens=cast.monday(timezone.now(), -1))
        self.where = {"edition": self.edition.slug}
        self.ana, self.ben, self.zoe = (cast.person(name) for name in ("Ana", "Ben", "Zoe"))
        for who in (self.ana, self.ben, self.zoe):
            cast.enrolment(who, self.edition)
        self.now = timezone.now() - timedelta(hours=2)

    def at(self, who: Person) -> access.Here:
        self.now += MINUTE
        return talking.here(who, self.where, self.now)

    def ask(self, who: Person, **fields: Any) -> Thread:
        return talking.ask(self.at(who), **fields)

    def reply(self, who: Person, thread: Thread, text: str = "Voici comment.") -> Post:
        return talking.reply(self.at(who), thread, text)

    def follow(self, who: Person, thread: Thread, how: str = following.ON) -> None:
        at = self.at(who)
        act = cast.an_act("discussion.follow", {"how": how}, at.now)
        following.follow_thread(act=act, at=at, opened=access.thread(at, thread.pk), how=how)

    def follow_room(self, who: Person, key: str = "general", *, on: bool = True) -> None:
        at = self.at(who)
        act = cast.an_act("discussion.follow", {"room": key}, at.now)
        following.follow_room(act=act, at=at, room=access.room(at, key), on=on)

    def read(self, who: Person, thread: Thread) -> None:
        at = self.at(who)
        thread.refresh_from_db()
        actions.read(at, access.thread(at, thread.pk), thread.latest)

    def unread(self, who: Person) -> int:
        return following.unread(self.at(who))


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_followed_thread_is_unread_from_the_next_message_of_somebody_else_until_it_is_read(stage: Stage) -> None:
    thread = stage.ask(stage.ana)
    stage.follow(stage.zoe, thread)
    assert stage.unread(stage.zoe) == 0, "what was there before one followed is not new"
    stage.reply(stage.ben, thread)
    assert (stage.unread(stage.zoe), stage.unread(stage.ana), stage.unread(stage.ben)) == (1, 1, 0)
    assert following.unread_in(stage.zoe.pk, stage.edition.pk) == 1
    stage.read(stage.zoe, thread)
    assert stage.unread(stage.zoe) == 0
    stage.reply(stage.zoe, thread)
    assert stage.unread(stage.zoe) == 0, "one's own message is not new"
    stage.reply(stage.ben, thread)
    assert stage.unread(stage.zoe) == 1, "the mark goes on with each reading"
    stage.read(stage.zoe, thread)
    assert (stage.unread(stage.zoe), ReadMark.objects.get(person=stage.zoe).number) == (0, 4)


def test_what_nobody_can_read_is_not_unread(stage: Stage) -> None:
    thread = stage.ask(stage.ana)
    stage.follow(stage.zoe, thread)
    post = stage.reply(stage.ben, thread)
    Post.objects.filter(pk=post.pk).update(state="hidden")
    assert stage.unread(stage.zoe) == 0
    Post.objects.filter(pk=post.pk).update(state="shown")
    Room.objects.filter(pk=thread.room_id).update(hidden=True)
    assert stage.unread(stage.zoe) == 0
    circle = Room.objects.create(space_id=thread.space_id, key="c-fr-1", kind="circle")
    Circle.objects.create(room=circle, number=1, language="fr", host=stage.ana)
    Thread.objects.filter(pk=thread.pk).update(room=circle)
    assert (stage.unread(stage.zoe), stage.unread(stage.ana)) == (0, 1)


def test_a_room_and_a_unit_bring_their_threads_each_once_and_a_muted_one_never(stage: Stage) -> None:
    stage.follow_room(stage.zoe)
    unit = stage.edition.course.units.get(key="lecon")
    at = stage.at(stage.zoe)
    act = cast.an_act("discussion.follow", {}, at.now)
    following.follow_unit(act=act, at=at, unit=unit.pk, on=True)
    first = stage.ask(stage.ana, unit=unit.pk)
    stage.ask(stage.ben, title="Au travail ?", room="jobs", unit=unit.pk)
    stage.ask(stage.ben, title="Ailleurs ?", room="jobs")
    assert stage.unread(stage.zoe) == 2
    stage.follow(stage.zoe, first)
    stage.reply(stage.ben, first)
    assert stage.unread(stage.zoe) == 2, "followed three times, counted once"
    stage.follow(stage.zoe, first, following.MUTED)
    assert stage.unread(stage.zoe) == 1
    stage.follow(stage.zoe, first, following.OFF)
    assert stage.unread(stage.zoe) == 2, "unmuted, it comes with its room again"
    stage.follow_room(stage.zoe, on=False)
    assert stage.unread(stage.zoe) == 2, "the unit brings both"
    assert Member.objects.get(person=stage.zoe).digested_at is not None


def test_marking_all_as_read_leaves_nothing_new_and_what_comes_next_is(stage: Stage) -> None:
    stage.follow_room(stage.zoe)
    thread = stage.ask(stage.ana)
    page = cast.browser(stage.zoe)
    base = f"/e/{stage.edition.slug}/discussion/"
    assert thread.title in page.get(f"{base}mine/").content.decode()
    assert page.post(f"{base}mine/read/", cast.form()).headers["Location"] == f"{base}mine/"
    assert stage.unread(stage.zoe) == 0
    stage.now = timezone.now()
    stage.reply(stage.ben, thread)
    assert stage.unread(stage.zoe) == 1


def test_the_buttons_follow_mute_and_stop_and_say_so(stage: Stage) -> None:
    thread = stage.ask(stage.ana)
    base = f"/e/{stage.edition.slug}/discussion/"
    page, address = cast.browser(stage.zoe), f"{base}thread/{thread.pk}/"
    assert 'class="follow"' in page.get(address).content.decode()
    for how, muted in (("1", False), ("mute", True), ("1", False)):
        assert page.post(f"{address}follow/", cast.form(on=how)).headers["Location"] == address
        assert Follow.objects.get(person=stage.zoe).muted is muted
    assert page.post(f"{address}follow/", cast.form(on="0")).status_code == 302
    assert not Follow.objects.filter(person=stage.zoe).exists()
    for place, back in (("room/general/", "room/general/"), ("unit/lecon/", "at/lecon/")):
        assert page.post(f"{base}{place}follow/", cast.form(on="1")).headers["Location"] == f"{base}{back}"
        assert 'value="0"' in page.get(f"{base}{back}").content.decode()
    shown = page.get(f"{base}mine/").content.decode()
    assert f"{base}room/general/follow/" in shown
    assert f"{base}unit/lecon/follow/" in shown
    sent = page.post(f"{base}room/general/follow/", cast.form(on="0") | {"from": "mine"})
    assert sent.headers["Location"] == f"{base}mine/"
    assert page.post(f"{base}unit/nothing/follow/", cast.form()).status_code == 404
    assert page.post(f"/commons/{stage.edition.course.slug}/unit/lecon/follow/", cast.form()).status_code == 404


def test_home_and_space_say_how_many_are_unread(stage: Stage) -> None:
    stage.follow_room(stage.zoe)
    page = cast.browser(stage.zoe)
    home, space = f"/e/{stage.edition.slug}/", f"/e/{stage.edition.slug}/discussion/"
    way = f'class="fresh" href="{space}mine/"'
    assert way not in page.get(home).content.decode()
    stage.ask(stage.ana)
    assert way in page.get(home).content.decode()
    assert re.search(r'discussion/mine/">[^<]+·\s+1 ', page.get(space).content.decode())


@pytest.mark.parametrize("many", [3, 300])
def test_the_unread_count_is_one_query_and_the_page_costs_the_same_whatever_there_is(stage: Stage, many: int) -> None:
    stage.follow_room(stage.zoe)
    first = stage.ask(stage.ana)
    crowd(first, many)
    at = stage.at(stage.zoe)
    following.unread(at)
    with CaptureQueriesContext(connection) as one:
        assert following.unread(at) == min(many + 1, 99)
    assert len(one) == 1
    page = cast.browser(stage.zoe)
    address = f"/e/{stage.edition.slug}/discussion/mine/"
    page.get(address)
    with CaptureQueriesContext(connection) as found:
        page.get(address)
    assert len(found) <= 13


def crowd(like: Thread, many: int) -> None:
    """So many more threads in the same room, each with a first post."""
    shared = {"space_id": like.space_id, "room_id": like.room_id, "kind": "question", "language": "fr"}
    at = {"made_at": like.made_at, "latest_at": like.latest_at, "author_id": like.author_id}
    threads = Thread.objects.bulk_create(Thread(title=f"Question {n}", **shared, **at) for n in range(many))
    Post.objects.bulk_create(
        Post(thread=row, number=1, author_id=like.author_id, text="Bonjour.", at=like.made_at) for row in threads
    )
