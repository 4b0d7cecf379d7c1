"""What a page of the discussions costs: as many queries for three rows, three hundred and thirty thousand."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition, Enrolment
from preau.discussion import access, following, reading
from preau.discussion.access import Here
from preau.discussion.models import Flag, Follow, Member, Post, ReadMark, Room, Thread, Vote
from tests import cast

pytestmark = pytest.mark.django_db
PEOPLE = 20


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


@pytest.fixture
def ana(edition: Edition) -> Person:
    who = cast.person("Ana")
    cast.enrolment(who, edition)
    return who


@pytest.fixture
def tom(edition: Edition) -> Person:
    who = cast.person("Tom")
    cast.role(who, "teacher", edition=edition)
    return who


def crowd(edition: Edition) -> list[Person]:
    """People who take part, made once."""
    now, track = timezone.now(), edition.tracks.get(key="classic")
    rows = [Person(email=f"crowd{n}@example.org", name=f"Crowd {n}", joined_at=now) for n in range(PEOPLE)]
    people = Person.objects.bulk_create(rows)
    Enrolment.objects.bulk_create(
        Enrolment(person=one, edition=edition, track=track, enrolled_at=edition.opens_at) for one in people
    )
    Member.objects.bulk_create(Member(course=edition.course, person=one, joined_at=now, rules_at=now) for one in people)
    return people


def fill(at: Here, people: list[Person], threads: int, posts: int) -> None:
    """So many threads of so many posts, at a unit, some followed, some read, some thanked for, some pointed out."""
    room, outline = Room.objects.get(space_id=at.space, key="general"), reading.outline(at, "fr")
    assert outline is not None
    before = at.now - timedelta(days=2)
    made = [
        Thread(
            space_id=at.space, room=room, kind="question", title=f"Question {n}", language="fr",
            author=people[n % PEOPLE], unit_id=outline.by_key["lecon"].id, made_at=before, latest=posts,
            latest_at=at.now, replies=posts - 1, answered_at=before if posts > 1 and n % 2 else None,
        )
        for n in range(threads)
    ]  # fmt: skip
    Thread.objects.bulk_create(made, batch_size=500)
    rows = [
        Post(
            thread=thread, number=number, author=people[(n + number) % PEOPLE], text=f"Message **{number}** de {n}.",
            at=before, indexed=True, told=True, thanks=1 if number == 1 else 0,
            reveals_at=before if number % 50 == 3 else None,
        )
        for n, thread in enumerate(made)
        for number in range(1, posts + 1)
    ]  # fmt: skip
    Post.objects.bulk_create(rows, batch_size=1000)
    first = [row for row in rows if row.number == 1][:300]
    Vote.objects.bulk_create(Vote(post=row, person=at.person, at=at.now) for row in first)
    flags = [Flag(post=row, space_id=at.space, person=people[0], reason="spam", raised_at=before) for row in first[::2]]
    Flag.objects.bulk_create(flags)
    shared = {"person": at.person}
    Follow.objects.bulk_create(Follow(thread=row, space_id=at.space, since=before, **shared) for row in made[::2])
    ReadMark.objects.bulk_create(ReadMark(thread=row, number=1, at=before, **shared) for row in made[::3])


def costs(edition: Edition, ana: Person, tom: Person) -> Mapping[str, int]:
    """The queries of each page, with nothing drawn beforehand and the longest thread's first page among them."""
    base = f"/e/{edition.slug}/discussion/"
    thread = Thread.objects.order_by("-latest", "pk")[0]
    post = thread.posts.get(number=1)
    desk = f"/desk/{edition.slug}/discussion/"
    asked = {
        "thread": (ana, f"{base}thread/{thread.pk}/"),
        "thread of the team": (tom, f"{base}thread/{thread.pk}/"),
        "after": (ana, f"{base}thread/{thread.pk}/after/0/"),
        "post": (ana, f"{base}post/{post.pk}/"),
        "space": (ana, base),
        "room": (ana, f"{base}room/general/"),
        "margin": (ana, f"{base}at/lecon/"),
        "mine": (ana, f"{base}mine/"),
        "desk": (tom, desk),
    }
    browsers = {person.pk: cast.browser(person) for person in (ana, tom)}
    found = {}
    for name, (person, path) in asked.items():
        assert browsers[person.pk].get(path).status_code == 200, path  # what is kept by edition is kept
        forget()
        with CaptureQueriesContext(connection) as seen:
            browsers[person.pk].get(path)
        found[name] = len(seen)
    at = access.here(ana, {"edition": edition.slug}, now=timezone.now())
    with CaptureQueriesContext(connection) as seen:
        following.unread(at)
    return found | {"unread": len(seen)}


def more(few: Mapping[str, int]) -> Mapping[str, int]:
    """The desk counts what waits only where it does not fit its list: one query more, however many there are."""
    return {**few, "desk": few["desk"] + 1}


def forget() -> None:
    reading._list.cache_clear()
    reading._marked.cache_clear()


def test_three_rows_and_three_hundred_cost_the_same(edition: Edition, ana: Person, tom: Person) -> None:
    at = access.here(ana, {"edition": edition.slug}, now=timezone.now())
    people = crowd(edition)
    fill(at, people, 3, 3)
    few = costs(edition, ana, tom)
    fill(at, people, 300, 1)
    fill(at, people, 1, 300)
    cast.analysed()
    assert costs(edition, ana, tom) == more(few)
    assert few["thread"] <= 12
    assert few["unread"] == 1
    forget()
    path = f"/e/{edition.slug}/discussion/thread/{Thread.objects.order_by('-latest')[0].pk}/"
    page = cast.browser(ana).get(path).content.decode()
    assert page.count("<article") == 100


@pytest.mark.slow
def test_thirty_thousand_rows_cost_what_three_do(edition: Edition, ana: Person, tom: Person) -> None:
    at = access.here(ana, {"edition": edition.slug}, now=timezone.now())
    people = crowd(edition)
    fill(at, people, 3, 3)
    few = costs(edition, ana, tom)
    fill(at, people, 300, 100)
    cast.analysed()
    assert Post.objects.count() > 30_000
    assert costs(edition, ana, tom) == more(few)
