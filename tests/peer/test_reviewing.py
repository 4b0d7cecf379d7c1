"""A reviewer saves, comes back, finishes; what is refused changes nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.audit.models import Act
from preau.courses.models import Edition
from preau.peer import reviewing
from preau.peer.models import Flag, PoolEntry, Review, Training
from preau.peer.reviewing import Given
from tests import cast
from tests.peer import stage

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Refusals are asserted by their words."""
    with translation.override("en"):
        yield


@pytest.fixture
def edition(db: None) -> Edition:
    return stage.assessed()


@pytest.fixture
def bob(edition: Edition) -> Person:
    return stage.learner("Bob", edition)


@pytest.fixture
def held(edition: Edition, bob: Person) -> Review:
    """Bob holds Ana's copy."""
    stage.copy(stage.learner("Ana", edition), edition, NOW)
    stage.copy(bob, edition, NOW + timedelta(minutes=1))
    review = stage.lease(bob, edition, NOW + timedelta(hours=1))
    assert review is not None
    return review


def save(review: Review, by: Person, edition: Edition, given: Given, now: datetime = NOW) -> None:
    facts = stage.facts(by, edition, now)
    act = cast.an_act("review.save", now=now)
    reviewing.save(act=act, by=by, review=review, facts=facts, given=given, now=now)


def test_an_unfinished_review_is_kept_as_it_is(held: Review, bob: Person, edition: Edition) -> None:
    save(held, bob, edition, Given({"plan": 1}, {"clarte": "À revoir."}, "Bonjour."))
    held.refresh_from_db()
    assert (held.levels, held.comments, held.words) == ({"plan": 1}, {"clarte": "À revoir."}, "Bonjour.")
    assert held.finished_at is None


def test_a_finished_review_is_scored_and_counted_once(held: Review, bob: Person, edition: Edition) -> None:
    facts = stage.facts(bob, edition, NOW)
    act = cast.an_act("review.finish", now=NOW)
    for _again in range(2):
        reviewing.finish(act=act, by=bob, review=held, facts=facts, given=stage.given(2, 1), now=NOW)
    held.refresh_from_db()
    assert held.score == pytest.approx(70)
    assert (held.late, held.rubric_id) == (False, facts.rubric_id)
    assert PoolEntry.objects.get(author=bob).given == 1
    assert PoolEntry.objects.get(pk=held.submission_id).finished == 1


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (Given({"plan": 2}, {"clarte": "Oui."}), "clarté"),
        (Given({"plan": 2, "clarte": 1}, {"clarte": " "}), "clarté"),
        (Given({"plan": 3, "clarte": 1}, {"clarte": "Oui."}), "rubric has changed"),
        (Given({"plan": 2, "clarte": 1, "autre": 0}, {"clarte": "Oui."}), "rubric has changed"),
    ],
)
def test_what_the_rubric_does_not_take_is_refused(
    held: Review, bob: Person, edition: Edition, given: Given, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        stage.finish(held, edition, NOW, given)
    held.refresh_from_db()
    assert (held.finished_at, held.score, held.levels) == (None, None, {})
    assert PoolEntry.objects.get(author=bob).given == 0


def test_a_finished_review_stands(held: Review, bob: Person, edition: Edition) -> None:
    stage.finish(held, edition, NOW)
    for given in (stage.given(0, 0), Given({"plan": 9})):
        with pytest.raises(Refused, match="already"):
            stage.finish(held, edition, NOW, given)
    with pytest.raises(Refused, match="already"):
        save(held, bob, edition, stage.given(0, 0))
    held.refresh_from_db()
    assert held.score == pytest.approx(70)


def test_a_copy_that_was_taken_out_is_not_assessed(held: Review, edition: Edition) -> None:
    held.submission.cancelled_at = NOW
    held.submission.save()
    for given in (None, Given({"plan": 9})):
        with pytest.raises(Refused, match="taken out"):
            stage.finish(held, edition, NOW, given)
    held.refresh_from_db()
    assert (held.finished_at, held.levels) == (None, {})
    assert not Act.objects.filter(kind="review.finish").exists()


def test_after_the_end_of_the_edition_nothing_is_received(held: Review, edition: Edition) -> None:
    facts = stage.facts(held.reviewer, edition, NOW)
    after = edition.closes_at + timedelta(minutes=1)
    act = cast.an_act("review.finish", now=after)
    with pytest.raises(Refused, match="ended"):
        reviewing.finish(act=act, by=held.reviewer, review=held, facts=facts, given=stage.given(), now=after)


def test_ones_own_copy_is_assessed_and_changes_no_count(edition: Edition, bob: Person) -> None:
    copy = stage.copy(bob, edition, NOW)
    facts = stage.facts(bob, edition, NOW)
    for plan in (0, 2):
        act = cast.an_act("review.self", now=NOW)
        reviewing.self_assess(act=act, by=bob, facts=facts, copy=copy, given=stage.given(plan, 1), now=NOW)
    row = Review.objects.get(submission=copy)
    assert row.kind == "self"
    assert row.score == pytest.approx(70)
    entry = PoolEntry.objects.get(pk=copy.pk)
    assert (entry.given, entry.finished) == (0, 0)


def test_training_tells_where_the_team_chose_the_same(edition: Edition, bob: Person) -> None:
    stage.copy(bob, edition, NOW)
    facts = stage.facts(bob, edition, NOW)
    act = cast.an_act("review.train", now=NOW)
    said = reviewing.train(act=act, by=bob, facts=facts, exemplar="modele", given=stage.given(2, 0), now=NOW)
    assert said == {"same": ["plan"]}
    assert Training.objects.get(person=bob).levels == {"plan": 2, "clarte": 0}


def test_a_flag_is_raised_once_for_each_kind(held: Review, bob: Person) -> None:
    for kind in ("plagiarism", "plagiarism", "identity"):
        act = cast.an_act("review.flag", now=NOW)
        reviewing.flag(act=act, by=bob, review=held, kind=kind, words="Vu ailleurs.", of_review=False, now=NOW)
    assert set(Flag.objects.values_list("kind", flat=True)) == {"plagiarism", "identity"}
    with pytest.raises(Refused):
        reviewing.flag(
            act=cast.an_act("review.flag", now=NOW),
            by=bob,
            review=held,
            kind="boring",
            words="",
            of_review=False,
            now=NOW,
        )
