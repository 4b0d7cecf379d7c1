"""Alumni who host circles, and whether newcomers are greeted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition, Volunteer
from preau.discussion import actions, greeting, hosting, reading, spaces
from preau.discussion.circles import MOST
from preau.discussion.models import Circle, CircleMember, Follow, Post, Space
from preau.mail.models import Message
from tests import cast
from tests.discussion import gathering, talking
from tests.discussion.gathering import LATER

NOW = LATER + timedelta(days=1)


def alumna(name: str, first: Edition) -> Person:
    """She took part in the first edition."""
    person = cast.person(name)
    cast.enrolment(person, first)
    return person


@pytest.mark.django_db
def test_a_circle_gets_an_alumna_as_its_host_who_is_told_once() -> None:
    first, second = gathering.two_editions()
    vera, newcomer = alumna("Vera", first), gathering.learner("Newcomer", second)
    gathering.volunteer(vera, second, LATER)
    gathering.volunteer(newcomer, second, LATER - timedelta(days=1))  # there for the first time
    row = gathering.introduce(gathering.learner("Awa", second), second, NOW)
    assert hosting.give_hosts(now=NOW) == 1
    assert hosting.give_hosts(now=NOW) == 0
    circle = Circle.objects.get()
    assert circle.host == vera
    message = Message.objects.get(kind="host")
    assert message.person_id == vera.pk
    assert f"/e/{second.slug}/discussion/room/c-fr-1/" in message.text
    assert Follow.objects.filter(person=vera, room=circle.room).exists()
    at = talking.here(vera, {"edition": second.slug}, second.closes_at + timedelta(weeks=30))
    assert not at.team
    assert [one["key"] for one in reading.rooms(at, "fr")].count("c-fr-1") == 1
    assert row.introduced is not None
    assert talking.reply(at, row.introduced.thread, "Bonjour Awa.").number == 2
    page = cast.browser(CircleMember.objects.get().person).get(f"/e/{second.slug}/discussion/room/c-fr-1/")
    assert "Vera" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields", [{"charter": ""}, {"state": Volunteer.State.APPLIED}, {"languages": ["en"]}, {"charter": "2020-01"}]
)
def test_who_is_not_approved_did_not_sign_or_speaks_another_language_hosts_nothing(fields: dict[str, object]) -> None:
    first, second = gathering.two_editions()
    gathering.volunteer(alumna("Vera", first), second, LATER, **fields)
    gathering.introduce(gathering.learner("Awa", second), second, NOW)
    assert hosting.give_hosts(now=NOW) == 0


@pytest.mark.django_db
def test_circles_are_shared_out_among_hosts_and_whoever_leaves_is_replaced() -> None:
    first, second = gathering.two_editions()
    vera, ines = alumna("Vera", first), alumna("Ines", first)
    rows = [gathering.volunteer(who, second, LATER) for who in (vera, ines)]
    talking.here(vera, {"edition": first.slug}, NOW)
    spaces.ensure(second, now=NOW)
    space = Space.objects.get(edition=second)
    for number in range(1, 6):
        room = space.rooms.create(key=f"c-fr-{number}", kind="circle", titles={"fr": f"Cercle {number}"})
        Circle.objects.create(room=room, number=number, language="fr")
    assert hosting.give_hosts(now=NOW) == 5
    assert sorted(Circle.objects.filter(host=who).count() for who in (vera, ines)) == [2, 3]
    assert Message.objects.filter(kind="host").count() == 2
    Volunteer.objects.filter(pk=rows[0].pk).update(state=Volunteer.State.LEFT)
    hosting.give_hosts(now=NOW)
    assert Circle.objects.filter(host=ines).count() == 5
    with pytest.raises(Http404):
        talking.here(vera, {"edition": second.slug}, NOW)


@pytest.mark.django_db
def test_a_host_who_introduces_themself_does_so_in_their_circle() -> None:
    first, second = gathering.two_editions()
    vera = alumna("Vera", first)
    gathering.volunteer(vera, second, LATER)
    gathering.introduce(gathering.learner("Awa", second), second, NOW)
    hosting.give_hosts(now=NOW)
    assert gathering.introduce(vera, second, NOW).circle.host == vera


@pytest.mark.django_db
def test_the_commons_ask_alumni_for_their_help_while_an_edition_takes_it() -> None:
    first, second = gathering.two_editions()
    vera, newcomer = alumna("Vera", first), gathering.learner("Newcomer", second)
    commons = {"course": first.course.slug}
    assert hosting.wanted(talking.here(vera, commons, LATER)) == second
    assert hosting.wanted(talking.here(newcomer, commons, LATER)) is None
    assert hosting.wanted(talking.here(vera, commons, second.closes_at)) is None
    gathering.volunteer(vera, second, LATER)
    assert hosting.wanted(talking.here(vera, commons, LATER)) is None


@pytest.mark.django_db
def test_the_card_leads_to_the_offer() -> None:
    now = timezone.now()
    first = cast.edition(opens=cast.monday(now, -30))
    second = cast.edition(slug="thin-2", opens=cast.monday(now, 2), of=first.course.versions.get())
    vera = alumna("Vera", first)
    page = cast.browser(vera).get(f"/commons/{first.course.slug}/").content.decode()
    assert f'href="/e/{second.slug}/volunteer/"' in page
    assert cast.browser(vera).get(f"/e/{second.slug}/volunteer/").status_code == 200


@pytest.mark.django_db
def test_greeting_is_the_first_answer_of_somebody_else_and_follows_what_is_hidden() -> None:
    _first, second = gathering.two_editions()
    awa, ben = gathering.learner("Awa", second), gathering.learner("Ben", second)
    row = gathering.introduce(awa, second, NOW)
    gathering.introduce(ben, second, NOW)
    where, soon = {"edition": second.slug}, NOW + timedelta(hours=3)
    assert row.introduced is not None
    thread = row.introduced.thread
    talking.reply(talking.here(awa, where, NOW), thread, "J'ajoute ceci.")
    assert greeting.measure(now=soon) == 0
    hello = talking.reply(talking.here(ben, where, soon), thread, "Bienvenue Awa.")
    assert [greeting.measure(now=soon), greeting.measure(now=soon)] == [1, 0]
    row.refresh_from_db()
    assert row.greeted_at == soon
    found = greeting.greetings(row.space_id, NOW + timedelta(days=2))
    assert (found.introduced, found.due, found.greeted, found.median, found.unanswered) == (2, 2, 1, 3.0, 1)
    assert found.share == 0.5
    (waits,) = found.waiting
    assert (waits.title, waits.circle, waits.at) == ("Ben", "c-fr-1", NOW)
    assert cast.browser(awa).get(waits.address).status_code == 200
    Post.objects.filter(pk=hello.pk).update(state=Post.State.HIDDEN)
    actions.settle(thread.pk)
    assert greeting.measure(now=soon) == 1
    row.refresh_from_db()
    assert row.greeted_at is None


@pytest.mark.django_db
def test_greetings_of_whom_a_day_is_not_over_do_not_count_yet_and_cost_the_same_for_many() -> None:
    _first, second = gathering.two_editions()

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            greeting.greetings(space, LATER + timedelta(days=3))
        return len(queries)

    rows = [gathering.introduce(gathering.learner(f"P{n}", second), second, NOW) for n in range(3)]
    space = rows[0].space_id
    early = greeting.greetings(space, NOW + timedelta(hours=2))
    assert (early.due, early.share, early.median) == (0, None, None)
    CircleMember.objects.filter(pk=rows[0].pk).update(greeted_at=NOW + timedelta(hours=1))
    few = cost()
    for number in range(3, 33):
        row = gathering.introduce(gathering.learner(f"P{number}", second), second, NOW)
        CircleMember.objects.filter(pk=row.pk).update(greeted_at=NOW + timedelta(hours=number))
    assert cost() == few
    found = greeting.greetings(space, LATER + timedelta(days=4))
    assert (found.introduced, found.greeted, found.unanswered) == (33, 23, 2)
    assert greeting.in_ten(space, LATER + timedelta(days=4)) == 7
    assert found.median == 17.0


@pytest.mark.django_db(transaction=True)
def test_many_who_come_at_once_never_overfill_a_circle() -> None:
    second = cast.edition(opens=LATER)
    people = [gathering.learner(f"P{number}", second, f"C{number % 5}"[:2]) for number in range(MOST + 5)]
    for who in people[: MOST - 6]:
        gathering.introduce(who, second, NOW)

    def come(who: Person) -> None:
        try:
            gathering.introduce(who, second, NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(come, people[MOST - 6 :]))
    assert CircleMember.objects.count() == len(people)
    for circle in Circle.objects.order_by("number"):
        assert circle.size == circle.members.count() <= MOST
