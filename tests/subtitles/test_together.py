"""Many at once on one video, with connections of their own: nothing is lost, nothing is done twice, nobody waits for
ever."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.courses.models import Enrolment
from preau.subtitles import reading, suggesting
from preau.subtitles.models import Cue, Revision, Suggestion, Support, Track
from preau.subtitles.suggesting import Given
from tests import cast
from tests.subtitles import stage as staging
from tests.subtitles.stage import RECUT, Stage, vtt

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
LINES = [f"Ligne {number} du film." for number in range(12)]
AT_ONCE = 16
type Work = Callable[[], object]


@pytest.fixture
def stage(transactional_db: None, tmp_path: Path) -> Stage:
    """A film of twelve cues."""
    made = staging.made(tmp_path, timezone.now(), {"pert.fr.vtt": vtt(*LINES)})
    made.track()
    return made


def together(works: Iterable[Work]) -> list[object]:
    """What each comes to, or its refusal; anything else that is raised fails the test."""

    def run(work: Work) -> object:
        try:
            return work()
        except Refused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as workers:
        return list(workers.map(run, works))


def crowd(stage: Stage, count: int) -> list[Person]:
    """So many learners of the edition."""
    rows = [Person(email=f"crowd{n}@example.org", name=f"Crowd {n}", joined_at=stage.now) for n in range(count)]
    people = Person.objects.bulk_create(rows)
    track = stage.edition.tracks.get(key="classic")
    shared = {"edition": stage.edition, "track": track, "enrolled_at": stage.edition.opens_at}
    Enrolment.objects.bulk_create(Enrolment(person=one, **shared) for one in people)
    return people


def proposes(stage: Stage, who: Person, key: str, text: str) -> Work:
    return lambda: stage.suggest(who, 0, text, key=key, base=1).pk


def sound(track: Track) -> None:
    """Revisions from 1 without a gap, one living row a key, and every row within the track's life."""
    track.refresh_from_db()
    numbers = list(Revision.objects.filter(track=track).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, track.revision + 1))
    living = Counter(Cue.objects.filter(track=track, until=None).values_list("key", flat=True))
    assert set(living.values()) == {1}
    assert not Cue.objects.filter(track=track, since__gt=track.revision).exists()
    for number in numbers:
        assert len(reading.at(track, number).lines) == len(LINES)


def test_five_hundred_propose_at_one_video_and_none_is_lost(stage: Stage) -> None:
    people, keys = crowd(stage, 500), [stage.key(place) for place in range(12)]
    works = [proposes(stage, who, keys[n % 12], f"Ligne de {n}.") for n, who in enumerate(people)]
    outcomes = together(works)
    assert len(set(outcomes)) == 500
    rows = Suggestion.objects.filter(track=stage.track(), state="open")
    assert set(rows.values_list("pk", flat=True)) == set(outcomes)
    assert Counter(rows.values_list("author", flat=True)) == Counter(one.pk for one in people)
    said = {row.author_id: row.proposal[0]["text"] for row in rows}
    assert said == {who.pk: f"Ligne de {n}." for n, who in enumerate(people)}
    assert stage.track().revision == 1


def test_a_hundred_who_propose_the_same_are_heard_once_each(stage: Stage) -> None:
    people, key = crowd(stage, 100), stage.key(3)
    together(proposes(stage, who, key, "La même ligne.") for who in people)
    voices = Counter(Suggestion.objects.values_list("author", flat=True))
    voices.update(Support.objects.values_list("person", flat=True))
    assert voices == Counter(one.pk for one in people)


def test_an_act_that_arrives_twice_at_once_is_done_once(stage: Stage) -> None:
    people, key = crowd(stage, 50), stage.key(3)
    given = [Given("words", 1, f"Ligne de {n}.") for n in range(50)]
    acts = [cast.an_act("subtitles.suggest", {"text": one.text}, stage.now) for one in given]

    def sends(n: int) -> Work:
        return lambda: suggesting.suggest(act=acts[n], at=stage.here(people[n]), key=key, given=given[n])["suggestion"]

    outcomes = together(sends(n) for n in range(50) for _twice in range(2))
    assert outcomes[::2] == outcomes[1::2]
    assert Suggestion.objects.count() == 50


def reviewers(stage: Stage, count: int) -> list[Person]:
    return [stage.reviewer(f"Reviewer{n}") for n in range(count)]


def accepts(stage: Stage, who: Person, row: Suggestion) -> Work:
    return lambda: stage.decide(who, row)["revision"]


def proposed(stage: Stage, people: Sequence[Person], places: Iterable[int]) -> list[Suggestion]:
    return [stage.suggest(people[n], place, f"Mieux {place}.") for n, place in enumerate(places)]


def test_ten_reviewers_accept_ten_suggestions_at_once(stage: Stage) -> None:
    rows = proposed(stage, crowd(stage, 10), range(10))
    outcomes = together(accepts(stage, who, row) for who, row in zip(reviewers(stage, 10), rows, strict=True))
    assert sorted(outcomes, key=str) == sorted(range(2, 12), key=str)
    sound(stage.track())
    assert stage.said() == [*(f"Mieux {n}." for n in range(10)), *LINES[10:]]
    assert Cue.objects.filter(track=stage.track()).count() == 12 + 10


def test_ten_reviewers_accept_the_same_suggestion_once(stage: Stage) -> None:
    (row,) = proposed(stage, crowd(stage, 1), [4])
    outcomes = together(accepts(stage, who, row) for who in reviewers(stage, 10))
    assert Counter(type(one) for one in outcomes) == Counter({Refused: 9, int: 1})
    sound(stage.track())
    assert stage.track().revision == 2


def test_of_suggestions_about_one_cue_one_is_accepted_and_the_others_are_stale(stage: Stage) -> None:
    rows = [stage.suggest(who, 4, f"Mieux {n}.") for n, who in enumerate(crowd(stage, 10))]
    outcomes = together(accepts(stage, who, row) for who, row in zip(reviewers(stage, 10), rows, strict=True))
    assert Counter(type(one) for one in outcomes) == Counter({Refused: 9, int: 1})
    states = Counter(Suggestion.objects.values_list("state", flat=True))
    assert states == Counter({"open": 9, "accepted": 1})
    sound(stage.track())


def test_ten_who_are_trusted_support_at_once_and_three_are_enough(stage: Stage) -> None:
    (row,) = proposed(stage, crowd(stage, 1), [4])
    workers = [stage.worker(f"Worker{n}") for n in range(10)]

    def supports(who: Person) -> Work:
        return lambda: stage.support(who, row)["accepted"]

    outcomes = together(supports(who) for who in workers)
    assert Counter(map(str, outcomes))["True"] == 1
    row.refresh_from_db()
    assert (row.state, row.in_favour, row.supports.count()) == ("accepted", 3, 3)
    assert stage.track().revision == 2


def test_corrections_on_two_cuts_at_once_follow_each_other(stage: Stage) -> None:
    people, former = crowd(stage, 12), stage.track()
    old = proposed(stage, people[:6], range(6))
    stage.deliver({"pert.fr.vtt": vtt(*LINES, first=500)}, RECUT)
    new = proposed(stage, people[6:], range(6, 12))
    rows = [row for pair in zip(old, new, strict=True) for row in pair]
    outcomes = together(accepts(stage, who, row) for who, row in zip(reviewers(stage, 12), rows, strict=True))
    assert not [one for one in outcomes if not isinstance(one, int)]
    for track in (former, stage.track()):
        sound(track)
        assert track.revision == 13
        assert [line.text for line in reading.now(track).lines] == [f"Mieux {n}." for n in range(12)]


def test_a_file_comes_in_while_suggestions_are_accepted(stage: Stage) -> None:
    rows = proposed(stage, crowd(stage, 10), range(10))
    works = [accepts(stage, who, row) for who, row in zip(reviewers(stage, 10), rows, strict=True)]
    works.insert(4, lambda: stage.deliver({"pert.fr.vtt": vtt(*LINES, first=500)}, printed=False).cues)
    outcomes = together(works)
    track = stage.track()
    sound(track)
    taken = sum(isinstance(one, int) for one in outcomes) - 1
    assert track.revision == 1 + 1 + taken
    assert sum(text.startswith("Mieux") for text in stage.said()) == taken
    assert [start for start, _end in stage.times()] == [500 + 2000 * n for n in range(12)]
