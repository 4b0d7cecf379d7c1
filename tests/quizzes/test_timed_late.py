"""What comes late to a timed attempt: an answer older than what is stored, an end that cannot be written down."""

from datetime import timedelta
from typing import Any

import pytest

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.quizzes import closing, stamps
from preau.quizzes.models import Answer, Attempt
from tests import cast
from tests.quizzes import stage
from tests.quizzes.test_timed import EXAM, HOUR, MINUTE, answer, end, start, written


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(of=stage.limited(examen=30))


def test_an_older_answer_that_waited_does_not_take_the_place_of_a_newer_one(ana: Person, edition: Edition) -> None:
    attempt = start(ana, edition)
    answer(ana, attempt, EXAM + 20 * MINUTE)  # on a machine of the room
    act = cast.an_act("quiz.answer", {"q": "e1"}, EXAM)
    sent = written(attempt, EXAM, EXAM + 5 * MINUTE)  # on the telephone
    outcomes = [answer(ana, attempt, EXAM + 25 * MINUTE, sent=sent, act=act, wrong=True) for _ in range(2)]
    assert [one["superseded"] for one in outcomes] == [True, True]
    assert (Answer.objects.get().given, Answer.objects.get().received_at) == ("quatre", EXAM + 20 * MINUTE)


def test_of_two_answers_of_one_cut_the_later_counts(ana: Person, edition: Edition) -> None:
    attempt = start(ana, edition)
    back = EXAM + 20 * MINUTE
    for n, minutes in enumerate((1, 3)):
        sent = written(attempt, EXAM, EXAM + minutes * MINUTE)
        answer(ana, attempt, back + timedelta(seconds=n), sent=sent, wrong=not n)
    assert Answer.objects.get().given == "quatre"
    older = answer(ana, attempt, back + MINUTE, sent=written(attempt, EXAM, EXAM + MINUTE), wrong=True)
    assert older["superseded"]
    answer(ana, attempt, back + 2 * MINUTE, wrong=True)
    assert Answer.objects.get().given == "cinq"
    assert answer(ana, attempt, back + 4 * MINUTE, sent=sent)["superseded"]


def test_what_did_not_wait_or_says_nothing_counts_as_it_comes(ana: Person, edition: Edition) -> None:
    attempt = start(ana, edition)
    answer(ana, attempt, EXAM + 10 * MINUTE)
    old = written(attempt, EXAM, EXAM + MINUTE)
    for n, sent in enumerate((stamps.NOTHING, stamps.Sent(old.stamp, old.elapsed), stamps.Sent("x", "0", queued=True))):
        wrong = not n % 2
        answer(ana, attempt, EXAM + (11 + n) * MINUTE, sent=sent, wrong=wrong)
        assert Answer.objects.get().given == ("cinq" if wrong else "quatre")


def test_those_that_cannot_be_ended_keep_no_other_from_it(
    ana: Person, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "AT_ONCE", 2)
    crowd = [start(cast.enrolment(cast.person(f"crowd{n}"), edition).person, edition) for n in range(5)]
    broken = {one.pk for one in crowd[:3]}
    real = closing.finish

    def finish(sitting: Any, person: Person, **said: Any) -> None:
        if sitting.attempt.pk in broken:
            raise ValueError
        real(sitting, person, **said)

    monkeypatch.setattr(closing, "finish", finish)
    after = end(crowd[0]) + 2 * HOUR + MINUTE
    assert sum(closing.close_due(now=after) for _ in range(2)) == 2
    assert {one.pk for one in Attempt.objects.filter(closed_at=None)} == broken
