"""Leases: who gets which copy, what becomes of it, who is told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from preau.accounts.models import Person
from preau.audit import acts
from preau.audit.http import Refused
from preau.common.ids import new_id
from preau.common.pace import Paced
from preau.courses.models import Edition, Role
from preau.mail.models import Message
from preau.peer import allocation, leasing, reviewing, sweeping
from preau.peer.models import PoolEntry, Review, Submission, Wait
from tests import cast
from tests.peer import stage

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def edition(db: None) -> Edition:
    return stage.assessed()


def learners(edition: Edition, count: int, **fields: str) -> list[Person]:
    return [stage.learner(f"l{n}{''.join(fields.values())}", edition, **fields) for n in range(count)]


def copies(people: Sequence[Person], edition: Edition, now: datetime) -> list[Submission]:
    """Handed in a minute after each other."""
    return [stage.copy(person, edition, now + n * MINUTE) for n, person in enumerate(people)]


def entry(person: Person) -> PoolEntry:
    return PoolEntry.objects.get(author=person)


def ask(
    person: Person, edition: Edition, now: datetime, *languages: str, kind: str = "peer", act: acts.Act | None = None
) -> acts.Outcome:
    known = stage.facts(person, edition, now)
    act = act or cast.an_act("review.ask", now=now)
    return leasing.ask(act=act, by=person, facts=known, now=now, kind=kind, languages=languages or {"fr"})


def test_a_copy_enters_the_pool_as_it_is(edition: Edition, now: datetime) -> None:
    ana, ben = learners(edition, 2)
    copy = stage.copy(ana, edition, now)
    there = entry(ana)
    assert (there.pk, there.wanted, there.given, there.tier, there.language) == (copy.pk, 3, 0, 2, "fr")
    again = stage.copy(ana, edition, now + HOUR, "Un autre projet.")
    assert entry(ana).pk == again.pk != copy.pk
    stage.copy(ben, edition, now + HOUR)
    held = stage.lease(ben, edition, now + HOUR)
    assert held is not None
    assert held.submission_id == again.pk
    with pytest.raises(Refused):
        stage.copy(ana, edition, now + 2 * HOUR, "Trop tard.")
    assert entry(ana).pk == again.pk


def test_a_copy_is_asked_for_and_assessed_in_ten_statements(edition: Edition, now: datetime) -> None:
    ana, ben, cleo = learners(edition, 3)
    copies([ana, ben, cleo], edition, now)
    known, given, at = stage.facts(cleo, edition, now), stage.given(), now + HOUR
    stage.review(ben, edition, now + HOUR)  # the rows of the assignment are there, what is compiled is
    with CaptureQueriesContext(connection) as seen:
        outcome = leasing.ask(act=cast.an_act("review.ask"), by=cleo, facts=known, now=at, languages={"fr"})
        review = Review(pk=UUID(outcome["review"]))
        act = cast.an_act("review.finish")
        reviewing.finish(act=act, by=cleo, review=review, facts=known, given=given, now=at)
    told = [one["sql"].split()[0] for one in seen if "SAVEPOINT" not in one["sql"]]
    assert told == ["SELECT", "SELECT", "INSERT", "UPDATE", "INSERT", "UPDATE", "INSERT", "SELECT", "SELECT", "UPDATE"]


def test_whoever_has_not_handed_in_is_refused(edition: Edition, now: datetime) -> None:
    ana, ben = learners(edition, 2)
    stage.copy(ana, edition, now)
    with pytest.raises(Refused):
        ask(ben, edition, now)
    assert not Review.objects.exists()


def test_the_same_copy_is_given_again_while_it_is_held(edition: Edition, now: datetime) -> None:
    people = learners(edition, 3)
    copies(people, edition, now)
    first = ask(people[0], edition, now + HOUR)
    assert ask(people[0], edition, now + HOUR + MINUTE) == first
    assert Review.objects.count() == 1


def test_an_act_sent_twice_leases_once(edition: Edition, now: datetime) -> None:
    people = learners(edition, 3)
    copies(people, edition, now)
    act = cast.an_act("review.ask", now=now + HOUR)
    first = ask(people[0], edition, now + HOUR, act=act)
    stage.finish(Review.objects.get(), edition, now + HOUR + MINUTE)
    assert ask(people[0], edition, now + HOUR, act=act) == first
    assert Review.objects.count() == 1
    assert entry(people[1]).leased == 0


def test_never_ones_own_nor_one_held_before_nor_another_language_nor_withdrawn(edition: Edition, now: datetime) -> None:
    people = learners(edition, 4)
    handed = copies(people, edition, now)
    PoolEntry.objects.filter(pk=handed[1].pk).update(language="en")
    leasing.withdraw(handed[2], now)
    held = stage.lease(people[0], edition, now + HOUR)
    assert held is not None
    assert held.submission_id == handed[3].pk
    act = cast.an_act("review.back", now=now + HOUR)
    leasing.give_back(act=act, by=people[0], review=held, now=now + HOUR)
    assert ask(people[0], edition, now + HOUR) == {"review": None, "wait": True}
    found = ask(people[0], edition, now + HOUR, "en", "fr")
    assert Review.objects.get(pk=UUID(found["review"])).submission_id == handed[1].pk


def test_never_a_copy_of_ones_own_team(edition: Edition, now: datetime) -> None:
    people = learners(edition, 3)
    handed = copies(people, edition, now)
    PoolEntry.objects.filter(author__in=people[:2]).update(team_id=new_id())
    held = stage.lease(people[0], edition, now + HOUR)
    assert held is not None
    assert held.submission_id == handed[2].pk
    stage.finish(held, edition, now + HOUR)
    assert stage.lease(people[0], edition, now + HOUR) is None


def test_whoever_assessed_others_is_assessed_first(edition: Edition, now: datetime) -> None:
    people = learners(edition, 6)
    handed = copies(people, edition, now)
    for _turn in range(3):
        stage.review(people[4], edition, now + HOUR)
    assert (entry(people[4]).given, entry(people[4]).tier) == (3, 0)
    later = now + timedelta(days=1)
    held = stage.lease(people[0], edition, later)
    assert held is not None
    assert held.submission_id == handed[4].pk
    assert entry(people[4]).expected == pytest.approx(allocation.FRESH)


def test_a_finished_review_counts_once_whenever_it_comes(edition: Edition, now: datetime) -> None:
    ana, ben = learners(edition, 2)
    copies([ana, ben], edition, now)
    held = stage.lease(ben, edition, now)
    assert held is not None
    sweeping.sweep(now + 3 * HOUR)
    assert (entry(ana).leased, entry(ana).expected) == (0, 0)
    done = stage.finish(held, edition, now + 4 * HOUR)
    known = stage.facts(ben, edition, now)
    leasing.finished(done, known, now=now + 5 * HOUR)
    assert (entry(ana).finished, entry(ana).leased, entry(ana).expected) == (1, 0, 1)
    assert entry(ben).given == 1


def test_a_lease_without_a_sign_is_taken_back_and_one_that_beats_is_not(edition: Edition, now: datetime) -> None:
    people = learners(edition, 3)
    copies(people, edition, now)
    silent, beating = stage.lease(people[0], edition, now), stage.lease(people[1], edition, now)
    assert silent is not None
    assert beating is not None
    leasing.beat(beating, now + HOUR)
    assert sweeping.sweep(now + 2 * HOUR) > 0
    silent.refresh_from_db()
    beating.refresh_from_db()
    assert (silent.returned_at, beating.returned_at) == (now + 2 * HOUR, None)
    leasing.beat(silent, now + 3 * HOUR)
    silent.refresh_from_db()
    assert silent.returned_at is None
    assert PoolEntry.objects.get(pk=silent.submission_id).leased == 1
    assert stage.lease(people[0], edition, now + 3 * HOUR) == silent


def test_a_lease_that_grows_old_lets_another_in(edition: Edition, now: datetime) -> None:
    people = learners(edition, 5)
    copies(people, edition, now)
    PoolEntry.objects.exclude(author=people[0]).update(withdrawn=True)
    PoolEntry.objects.exclude(author=people[0]).update(withdrawn=False, tier=allocation.NEVER, wanted=0)
    for person in people[1:4]:
        assert stage.lease(person, edition, now)
    assert ask(people[4], edition, now) == {"review": None, "wait": True}
    sweeping.sweep(now + 50 * MINUTE)
    assert entry(people[0]).expected < 3 * allocation.FRESH
    assert ask(people[4], edition, now + 51 * MINUTE)["review"]
    assert not Wait.objects.exists()


def test_whoever_waits_is_told_once_when_there_is_a_copy(edition: Edition, now: datetime) -> None:
    ana, ben = learners(edition, 2)
    stage.copy(ana, edition, now)
    assert stage.lease(ana, edition, now) is None
    assert sweeping.sweep(now + MINUTE) == 0
    stage.copy(ben, edition, now + HOUR)
    sweeping.sweep(now + HOUR)
    sweeping.sweep(now + HOUR + MINUTE)
    message = Message.objects.get(kind="peer")
    assert message.person_id == ana.pk
    assert "ben" not in message.text
    assert Wait.objects.get().told_at == now + HOUR
    assert stage.lease(ana, edition, now + 2 * HOUR) is not None
    assert not Wait.objects.exists()


def test_no_more_are_told_than_there_are_copies(edition: Edition, now: datetime) -> None:
    people = learners(edition, 4)
    copies(people, edition, now)
    PoolEntry.objects.update(wanted=0, tier=allocation.NEVER)
    for person in people[:3]:
        assert stage.lease(person, edition, now) is None
    PoolEntry.objects.filter(author=people[3]).update(wanted=3, tier=2)
    sweeping.sweep(now + HOUR)
    sweeping.sweep(now + HOUR + MINUTE)
    assert list(Wait.objects.filter(told_at__isnull=False).values_list("person", flat=True)) == [people[0].pk]


def test_after_twelve_hours_the_least_reviewed_is_given(edition: Edition, now: datetime) -> None:
    people = learners(edition, 3)
    handed = copies(people, edition, now)
    PoolEntry.objects.update(tier=allocation.NEVER, expected=5)
    PoolEntry.objects.filter(pk=handed[2].pk).update(expected=4)
    assert stage.lease(people[0], edition, now) is None
    assert stage.lease(people[0], edition, now + 11 * HOUR) is None
    sweeping.sweep(now + 12 * HOUR)
    assert Message.objects.filter(kind="peer").count() == 1
    held = stage.lease(people[0], edition, now + 12 * HOUR)
    assert held is not None
    assert held.submission_id == handed[2].pk


def test_a_helper_gets_copies_without_one_of_their_own(edition: Edition, now: datetime) -> None:
    people = learners(edition, 2)
    copies(people, edition, now)
    vera = cast.person("Vera")
    cast.role(vera, Role.Kind.MODERATOR, edition=edition)
    known = stage.facts(people[0], edition, now)
    act = cast.an_act("review.ask", now=now)
    outcome = leasing.ask(act=act, by=vera, facts=known, now=now, kind="helper", languages={"fr"})
    assert Review.objects.get(pk=UUID(outcome["review"])).kind == Review.Kind.HELPER


def test_a_copy_of_another_edition_is_never_given(edition: Edition, now: datetime) -> None:
    ana, ben = learners(edition, 2)
    other = cast.edition(slug="thin-2", of=edition.course.versions.latest("number"))
    cast.enrolment(ben, other, track="advanced")
    stage.copy(ana, edition, now)
    stage.copy(ben, other, now)
    assert stage.lease(ben, other, now + HOUR) is None


def test_a_withdrawn_copy_frees_whoever_holds_it(edition: Edition, now: datetime) -> None:
    people = learners(edition, 3)
    copies(people, edition, now)
    held = stage.lease(people[0], edition, now + HOUR)
    assert held is not None
    leasing.withdraw(held.submission, now + HOUR)
    after = stage.lease(people[0], edition, now + HOUR)
    assert after is not None
    assert after.submission_id != held.submission_id
    owner = Person.objects.get(pk=held.submission.enrolment.person_id)
    with pytest.raises(Refused):
        ask(owner, edition, now + HOUR)


def test_a_look_at_nothing_is_one_query(edition: Edition, now: datetime, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert sweeping.sweep(now) == 0
    look = Paced(sweeping.sweep, sweeping.PACE)
    look(now)
    with django_assert_num_queries(0):  # type: ignore[operator]
        look(now + timedelta(seconds=3))


def test_a_copy_of_which_more_is_wanted_is_served_again(edition: Edition, now: datetime) -> None:
    people = learners(edition, 3)
    copies(people, edition, now)
    PoolEntry.objects.update(wanted=0, tier=allocation.NEVER)
    assert stage.lease(people[0], edition, now + HOUR) is None
    PoolEntry.objects.update(wanted=4)
    sweeping.sweep(now + HOUR)
    assert set(PoolEntry.objects.order_by().values_list("tier", flat=True)) == {2}
    assert stage.lease(people[0], edition, now + HOUR) is not None


def test_a_hidden_review_leaves_its_copy_to_another(edition: Edition, now: datetime) -> None:
    ana, ben = learners(edition, 2)
    copies([ana, ben], edition, now)
    done = stage.review(ben, edition, now)
    assert done is not None
    Review.objects.filter(pk=done.pk).update(hidden=True)
    with transaction.atomic():
        leasing.recount([done.submission_id], now)
    assert (entry(ana).finished, entry(ana).expected) == (0, 0)
    assert entry(ben).given == 1
