"""What people gave is counted from the rows, and trust follows the criteria that everybody can read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preau.discussion import actions, counting, rules
from preau.discussion.models import Member, Post, Room, Thread
from tests import cast
from tests.discussion.test_following import Stage, stage

__all__ = ["stage"]
pytestmark = pytest.mark.django_db


def given(stage: Stage, who: str) -> tuple[int, int, int]:
    """(posts, thanked, accepted) of somebody once the worker counted."""
    counting.count_due(now=stage.now)
    row = Member.objects.get(person__name=who)
    return row.posts, row.thanked, row.accepted


def thank(stage: Stage, who: str, post: Post, *, on: bool = True) -> None:
    at = stage.at(getattr(stage, who))
    actions.thank(act=cast.an_act("thank", now=at.now), at=at, post=post, on=on)


def test_posts_thanks_and_chosen_answers_are_counted_and_what_is_taken_back_is_not(stage: Stage) -> None:
    thread = stage.ask(stage.ana)
    post = stage.reply(stage.ben, thread)
    thank(stage, "ana", post)
    thank(stage, "zoe", post)
    at = stage.at(stage.ana)
    actions.accept(act=cast.an_act("accept", now=at.now), at=at, post=post, on=True)
    assert given(stage, "Ben") == (1, 2, 1)
    assert given(stage, "Ana") == (1, 0, 0)
    thank(stage, "zoe", post, on=False)
    at = stage.at(stage.ana)
    actions.accept(act=cast.an_act("accept", now=at.now), at=at, post=post, on=False)
    assert given(stage, "Ben") == (1, 1, 0)
    at = stage.at(stage.ben)
    actions.delete(act=cast.an_act("delete", now=at.now), at=at, post=post)
    assert given(stage, "Ben") == (0, 0, 0)


def test_ones_own_choice_of_ones_own_answer_and_voices_in_a_live_session_do_not_count(stage: Stage) -> None:
    thread = stage.ask(stage.ana)
    post = stage.reply(stage.ana, thread)
    at = stage.at(stage.ana)
    actions.accept(act=cast.an_act("accept", now=at.now), at=at, post=post, on=True)
    thank(stage, "ben", post)
    assert given(stage, "Ana") == (2, 1, 0)
    Room.objects.filter(pk=thread.room_id).update(kind="live")
    Thread.objects.update(counted=None)
    assert given(stage, "Ana") == (2, 0, 0)


def test_trust_comes_with_posts_thanks_and_a_week_and_goes_with_them(stage: Stage) -> None:
    thread = stage.ask(stage.ana)
    member = Member.objects.get(person=stage.ana)
    posts = [Post(thread=thread, number=n, author=stage.ana, text="…", at=stage.now) for n in range(2, 12)]
    posts[0].thanks = rules.TRUST_THANKS
    Post.objects.bulk_create(posts)
    Thread.objects.update(counted=None)

    def trusted() -> bool:
        counting.count_due(now=stage.now)
        member.refresh_from_db()
        return member.trusted_at is not None

    assert not trusted(), "the first day"
    stage.now += timedelta(days=8)
    assert trusted(), "time alone changes it"
    Member.objects.filter(pk=member.pk).update(muted_until=stage.now + timedelta(days=1))
    assert not trusted()
    stage.now += timedelta(days=2)
    assert trusted()


def test_nothing_to_count_costs_two_looks_and_many_threads_are_counted_together(stage: Stage) -> None:
    thread = stage.ask(stage.ana)
    shared = {"space_id": thread.space_id, "room_id": thread.room_id, "kind": "discussion", "language": "fr"}
    rows = Thread.objects.bulk_create(
        Thread(title=f"Fil {n}", made_at=stage.now, latest_at=stage.now, **shared) for n in range(120)
    )
    Post.objects.bulk_create(Post(thread=row, number=1, author=stage.ana, text="…", at=stage.now) for row in rows)
    assert counting.count_due(now=stage.now) == 121
    assert Member.objects.get(person=stage.ana).posts == 121
    with CaptureQueriesContext(connection) as found:
        assert counting.count_due(now=stage.now) == 0
    assert len(found) == 2
