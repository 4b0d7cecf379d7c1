"""What a cohort says to each other, through the real actions."""

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

from preau.courses.models import Edition, Volunteer
from preau.discussion import greeting
from preau.discussion.models import Circle, Flag, LiveSession, Member, ModerationAct, Post, ReadMark, Room, Thread
from preau.mail.models import Message
from preau.simulation import cohort, commons, community, ending, figures
from tests import cast
from tests.simulation.test_cohort import played, quiet

State = Post.State


def test_an_edition_asks_answers_thanks_greets_and_is_moderated(edition: Edition) -> None:
    done = played(edition, count=40)
    talk = figures.of(edition).talk
    assert talk.keys() == community.TOLD.keys()
    assert (talk["questions"] or 0) >= 3
    assert (talk["answered"] or 0) > 60
    assert (talk["answered_within_a_day"] or 0) > 60
    assert (talk["thanks"] or 0) >= 3
    assert (talk["introductions"] or 0) >= 3
    assert (talk["held"] or 0) >= 2
    acts = Counter(ModerationAct.objects.values_list("what", flat=True))
    assert acts["hide"] == 3
    assert (acts["warn"], acts["release"], acts["restore"]) == (1, 1, 1)
    assert set(ModerationAct.objects.exclude(answered_at=None).values_list("upheld", flat=True)) == {True, False}
    assert (talk["flags"] or 0) >= 4
    assert not Flag.objects.filter(settled_at=None).exists()
    assert not Post.objects.filter(state=State.HELD).exists()
    _awake(done)
    _worked(edition)
    _lasts(edition)


def _awake(done: cohort.Cohort) -> None:
    """Nobody writes in the middle of their night, and more write in the evening than in the morning."""
    numbered = {one.number: one for one in done.learners}
    zones = {done.people[number].pk: ZoneInfo(one.origin.zone) for number, one in numbered.items()}
    rows = Post.objects.filter(author__in=zones).values_list("author_id", "at")
    hours = Counter(at.astimezone(zones[author]).hour for author, at in rows if author is not None)
    assert not any(hours[hour] for hour in range(2, 6))
    assert sum(hours[hour] for hour in range(17, 24)) > sum(hours[hour] for hour in range(5, 12))


def _worked(edition: Edition) -> None:
    """Nothing waits for the worker, and what members gave is what their messages say."""
    assert not Post.objects.filter(indexed=False).exists()
    assert not Post.objects.filter(told=False).exists()
    for member in Member.objects.exclude(posts=0):
        assert member.posts == Post.objects.filter(author=member.person_id, state=State.SHOWN).count()
    assert not Member.objects.filter(digested_at__lt=edition.closes_at - timedelta(days=9)).exists()
    assert greeting.measure(now=edition.closes_at) == 0
    assert not Message.objects.filter(address__endswith="demo.example", sent_at__isnull=False).exists()


def _lasts(edition: Edition) -> None:
    kept = Thread.objects.filter(lasting=True)
    assert kept.exists()
    assert all(row.unit_id and row.accepted_id for row in kept)
    live = LiveSession.objects.get(thread__space__edition=edition)
    assert edition.opens_at < live.starts_at < edition.closes_at
    asked = Post.objects.filter(thread=live.thread, number__gt=1)
    assert asked.filter(minute__isnull=False).exists()
    assert max(asked.values_list("thanks", flat=True)) > 0


def test_an_alumna_hosts_circles_and_helps_in_the_commons(edition: Edition) -> None:
    played(edition, count=30)
    twin = cast.edition(slug="thin-2", of=edition.course.versions.get(), opens=cast.monday(edition.closes_at))
    now = twin.opens_at + timedelta(days=9)
    done = cohort.play(twin, count=40, seed=4, teacher=ending.teacher(twin), until=now, lately=now, tell=quiet)
    host = ending.host(twin)
    assert host is not None
    assert host.enrolments.get().edition == edition
    assert Volunteer.objects.filter(edition=twin, person=host, state="approved").exists()
    circles = Circle.objects.filter(room__space__edition=twin)
    assert set(circles.values_list("host", flat=True)) == {host.pk}
    assert Post.objects.filter(author=host, thread__room__kind=Room.Kind.CIRCLE).exists()
    assert Post.objects.filter(thread__space__edition=twin, state=State.HELD).exists()
    assert Flag.objects.filter(post__thread__space__edition=twin, settled_at=None).exists()
    assert LiveSession.objects.get(thread__space__edition=twin).starts_at > now
    people = [host, *figures.simulated(edition).exclude(pk=host.pk).order_by("email")[:6]]
    commons.play(edition, send=done.peers.send, people=people, until=now)
    said = Post.objects.filter(thread__space__edition=None, author=host, number__gt=1)
    assert said.count() == 4
    before = Post.objects.count()
    commons.play(edition, send=done.peers.send, people=people, until=now)
    assert Post.objects.count() == before


def test_the_latest_messages_stay_unread(edition: Edition) -> None:
    now = edition.opens_at + timedelta(days=9)
    done = cohort.play(edition, count=40, seed=3, teacher=ending.teacher(edition), until=now, tell=quiet)
    person = next(done.people[one.number] for one in done.learners if one.enrolled_at < edition.opens_at)
    community.read_up(edition, person, now)
    marks = dict(ReadMark.objects.filter(person=person).values_list("thread_id", "number"))
    rows = Thread.objects.filter(hidden=False, made_at__lte=now - community.UNREAD).exclude(room__kind=Room.Kind.CIRCLE)
    assert rows.exists()
    assert set(rows.values_list("pk", flat=True)) <= marks.keys()
