"""A timed attempt on real rows: begun once, answered in a cut, ended by itself."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from preau.accounts.models import Person
from preau.audit.acts import Act, Outcome
from preau.audit.http import Refused
from preau.config import worker
from preau.content import access
from preau.content.models import UnitText
from preau.courses import actions as courses
from preau.courses import extra_time
from preau.courses.models import Edition, Enrolment
from preau.grades import evidence
from preau.grades.models import Completion, Result
from preau.mail.models import Message
from preau.quizzes import actions, bank, closing, personal, rules, stamps, windows
from preau.quizzes.kind import Quiz
from preau.quizzes.models import Answer, Attempt, Gap
from preau.quizzes.stamps import Sent
from preau.quizzes.windows import Window
from tests import cast
from tests.quizzes import stage

EXAM = datetime.fromisoformat("2026-03-18T09:00:00+00:00")  # while the exam of the thin course is open
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def edition(db: None) -> Edition:
    """The thin course, whose exam takes half an hour, and the quiz that is told later ten minutes."""
    return cast.edition(of=stage.limited(examen=30, apres=10))


@pytest.fixture
def seated(monkeypatch: pytest.MonkeyPatch) -> Callable[[Window | None], None]:
    """Says when everybody may begin an exam, as the room that seats people does."""
    return lambda window: monkeypatch.setattr(windows, "_sources", [lambda place: window])


def start(person: Person, edition: Edition, unit: str = "examen", at: datetime = EXAM) -> Attempt:
    place = cast.place(person, edition, unit, at)
    outcome = actions.start(act=cast.an_act("quiz.start", now=at), by=person, place=place, seed=7)
    return Attempt.objects.get(pk=outcome["attempt"])


def answer(
    person: Person,
    attempt: Attempt,
    at: datetime,
    key: str = "e1",
    *,
    sent: Sent = stamps.NOTHING,
    act: Act | None = None,
    wrong: bool = False,
) -> Outcome:
    item = next(i for i in bank.of(attempt.version_id, attempt.unit_id, "fr").items if i.key == key)
    order = rules.shown_order(item.question, rules.seed_for(attempt.seed, item.key))
    pairs = {f"pair-{n}": ["0"] for n in range(len(order))} if item.question.pairs else {}
    return actions.answer(
        act=act or cast.an_act("quiz.answer", {"q": key}, at),
        by=person,
        attempt_id=attempt.pk,
        question_id=item.id,
        values=pairs or {"answer": ["cinq" if wrong else "quatre"]},
        language="fr",
        now=at,
        sent=sent,
    )


def written(attempt: Attempt, stamped: datetime, at: datetime) -> Sent:
    """What an honest device sends of an answer written at `at`, when it last heard of the server at `stamped`."""
    return Sent(stamps.give(attempt.pk, stamped), str((at - stamped) // timedelta(milliseconds=1)), queued=True)


def end(attempt: Attempt) -> datetime:
    assert attempt.ends_at is not None
    return attempt.ends_at


def fragment(person: Person, edition: Edition, at: datetime, unit: str = "examen") -> str:
    """What somebody is shown of a unit, in English."""
    place, rows = access.place(person, edition.slug, "fr", unit, now=at)
    with translation.override("en"):
        return Quiz("exam").personal(RequestFactory().get("/"), place, rows)


def test_an_exam_ends_after_its_minutes_and_extra_time_is_in_them(
    ana: Person, ana_enrolment: Enrolment, edition: Edition, tom: Person
) -> None:
    days = extra_time.Terms(33, date(2026, 3, 18), date(2026, 3, 18), "dossier")
    extra_time.give(act=cast.an_act("x", now=EXAM), enrolment=ana_enrolment, terms=days, by=tom, now=EXAM)
    other = cast.person("Leo")
    cast.enrolment(other, edition)
    told = fragment(ana, edition, EXAM)
    assert "<strong>40\N{NO-BREAK SPACE}min" in told or "<strong>40 min" in told
    assert "33%" in told
    assert start(ana, edition).ends_at == EXAM + 40 * MINUTE
    assert start(other, edition).ends_at == EXAM + 30 * MINUTE


def test_who_begins_late_has_what_is_left(ana: Person, edition: Edition) -> None:
    due = cast.place(ana, edition, "examen", EXAM).unit.due
    assert due is not None
    assert "less than that" in fragment(ana, edition, due - 5 * MINUTE)
    assert start(ana, edition, at=due - 5 * MINUTE).ends_at == due


@pytest.mark.parametrize("unit", ["examen", "apres"])
def test_nothing_timed_begins_in_a_grace(ana: Person, edition: Edition, unit: str) -> None:
    due = cast.place(ana, edition, unit, EXAM).unit.due
    assert due is not None
    with pytest.raises(Refused):
        start(ana, edition, unit, due + timedelta(seconds=1))
    assert not Attempt.objects.exists()
    assert "clock starts" not in fragment(ana, edition, due + MINUTE, unit)


def test_a_quiz_without_a_limit_has_no_end_of_its_own(ana: Person, edition: Edition, now: datetime) -> None:
    assert start(ana, edition, "quiz", now).ends_at is None


def test_two_browsers_share_one_clock(ana: Person, edition: Edition) -> None:
    first = start(ana, edition)
    assert start(ana, edition, at=EXAM + 10 * MINUTE) == first
    assert Attempt.objects.get().ends_at == first.ends_at


def test_after_the_end_the_arrival_alone_counts_and_what_was_stored_stays(ana: Person, edition: Edition) -> None:
    attempt = start(ana, edition)
    answer(ana, attempt, end(attempt) + timedelta(seconds=30))
    with pytest.raises(Refused, match="compte"):
        answer(ana, attempt, end(attempt) + timedelta(seconds=31), wrong=True)
    assert Answer.objects.get().score == 1
    assert Result.objects.get().score == 50


def test_what_was_written_in_a_cut_is_received_and_the_cut_is_on_record(ana: Person, edition: Edition) -> None:
    attempt = start(ana, edition)
    back = end(attempt) + 90 * MINUTE
    for n, key in enumerate(("e1", "e2")):
        sent = written(attempt, EXAM + 5 * MINUTE, end(attempt) - (10 - n) * MINUTE)
        answer(ana, attempt, back + timedelta(seconds=n), key, sent=sent)
    assert Answer.objects.count() == 2
    gap = Gap.objects.get()
    assert (gap.began_at, gap.ended_at) == (EXAM + 5 * MINUTE, back + timedelta(seconds=1))
    assert (gap.answers, gap.after_end) == (2, True)


def test_no_lie_of_a_device_lengthens_an_exam(ana: Person, ben: Person, edition: Edition) -> None:
    attempt = start(ana, edition)
    other = start(ben, Edition.objects.get(slug="thin-2"))
    late = end(attempt) + HOUR
    honest = written(attempt, EXAM, end(attempt) - MINUTE)
    for sent in (
        Sent(stamps.give(other.pk, EXAM), "0", queued=True),
        Sent(honest.stamp[:-2] + "xx", honest.elapsed, queued=True),
        Sent(honest.stamp, "-5", queued=True),
        Sent(honest.stamp, str(30 * 60_000 + 1), queued=True),
        Sent(stamps.give(attempt.pk, EXAM - HOUR), "0", queued=True),
        Sent(stamps.give(attempt.pk, late - MINUTE), "0", queued=True),
    ):
        with pytest.raises(Refused):
            answer(ana, attempt, late, sent=sent)
    with pytest.raises(Refused):
        answer(ana, attempt, end(attempt) + 2 * HOUR + timedelta(seconds=1), sent=honest)
    assert not Answer.objects.exists()
    assert not Gap.objects.exists()
    answer(ana, attempt, late, sent=honest)
    assert Answer.objects.count() == 1


def test_a_cut_of_two_minutes_is_nothing_and_two_cuts_are_two(ana: Person, edition: Edition) -> None:
    attempt = start(ana, edition)
    moments = [(0, 1, 2), (2, 3, 10), (2, 4, 10), (10, 11, 18), (18, 19, 19)]  # stamped, written, received
    for stamped, wrote, received in moments:
        sent = written(attempt, EXAM + stamped * MINUTE, EXAM + wrote * MINUTE)
        answer(ana, attempt, EXAM + received * MINUTE, sent=sent)
    found = Gap.objects.order_by("began_at").values_list("answers", "after_end")
    assert list(found) == [(2, False), (1, False)]


def test_the_same_answer_sent_twice_is_one_and_its_cut_counts_once(ana: Person, edition: Edition) -> None:
    attempt = start(ana, edition)
    act = cast.an_act("quiz.answer", {"q": "e1"}, EXAM)
    sent = written(attempt, EXAM, EXAM + MINUTE)
    outcomes = [answer(ana, attempt, EXAM + 9 * MINUTE, sent=sent, act=act) for _ in range(2)]
    assert outcomes[0] == outcomes[1]
    assert sent.stamp not in str(outcomes)
    assert Gap.objects.get().answers == 1
    later = answer(ana, attempt, end(attempt) + 5 * HOUR, sent=sent, act=act)
    assert later == outcomes[0], "what was stored is said again whenever it is asked for"


def test_the_worker_ends_what_nobody_ended_once_and_not_before_a_cut_may_end(ana: Person, edition: Edition) -> None:
    attempt = start(ana, edition)
    answer(ana, attempt, EXAM + MINUTE)
    assert closing.close_due(now=end(attempt) + 2 * HOUR) == 0
    after = end(attempt) + 2 * HOUR + MINUTE
    assert [closing.close_due(now=after) for _ in range(2)] == [1, 0]
    attempt.refresh_from_db()
    assert attempt.closed_at == attempt.ends_at
    assert Completion.objects.filter(unit=attempt.unit_id).count() == 1
    assert Message.objects.filter(key=f"receipt:{attempt.pk}").count() == 1
    assert closing.close_due in [getattr(chore, "chore", None) for chore in worker.CHORES]
    with pytest.raises(Refused):
        answer(ana, attempt, after, sent=written(attempt, EXAM, EXAM + MINUTE))


def test_finished_after_the_end_it_was_finished_at_the_end(ana: Person, edition: Edition) -> None:
    attempt = start(ana, edition)
    at = end(attempt) + HOUR
    actions.close(act=cast.an_act("quiz.close", now=at), by=ana, attempt_id=attempt.pk, language="fr", now=at)
    attempt.refresh_from_db()
    assert attempt.closed_at == attempt.ends_at
    assert closing.close_due(now=at + 9 * HOUR) == 0


def test_a_window_says_when_one_begins_how_often_and_when_all_ends(
    ana: Person, edition: Edition, seated: Callable[[Window | None], None]
) -> None:
    seated(Window(EXAM, EXAM + 20 * MINUTE, attempts=1))
    for at in (EXAM - MINUTE, EXAM + 21 * MINUTE):
        with pytest.raises(Refused):
            start(ana, edition, at=at)
    seated(Window(EXAM, EXAM + 20 * MINUTE, waits="the invigilator waits"))
    with pytest.raises(Refused, match="the invigilator waits"):
        start(ana, edition)
    assert "the invigilator waits" in fragment(ana, edition, EXAM)
    seated(Window(EXAM, EXAM + 20 * MINUTE))
    assert start(ana, edition).ends_at == EXAM + 20 * MINUTE


def test_the_better_of_two_papers_counts(
    ana: Person, edition: Edition, seated: Callable[[Window | None], None]
) -> None:
    first = start(ana, edition)
    answer(ana, first, EXAM)
    closing.close_due(now=end(first) + 3 * HOUR)
    second_day = EXAM + timedelta(days=1)
    with pytest.raises(Refused):
        start(ana, edition, at=second_day)
    seated(Window(second_day, second_day + HOUR, attempts=2))
    second = start(ana, edition, at=second_day)
    assert second.number == 2
    answer(ana, second, second_day, wrong=True)
    assert Result.objects.get().score == 50


def test_a_window_that_outlives_the_deadline_ends_with_it(
    ana: Person, ana_enrolment: Enrolment, edition: Edition, tom: Person, seated: Callable[[Window | None], None]
) -> None:
    due = cast.place(ana, edition, "examen", EXAM).unit.due
    assert due is not None
    later = due + timedelta(days=3)
    seated(Window(due - 10 * MINUTE, later))
    assert start(ana, edition, at=due - 10 * MINUTE).ends_at == due
    late = cast.enrolment(cast.person("Leo"), edition)
    courses.extend(enrolment=late, key="examen", until=later, reason="hôpital", by=tom, now=EXAM)
    edition.refresh_from_db()
    assert start(late.person, edition, at=later - 10 * MINUTE).ends_at == later


def test_nothing_is_told_before_the_last_of_all_has_ended_and_their_grace(
    ana: Person, edition: Edition, tom: Person
) -> None:
    late = cast.enrolment(cast.person("Leo"), edition)
    attempt = start(ana, edition)
    answer(ana, attempt, EXAM, wrong=True)
    closing.close_due(now=end(attempt) + 3 * HOUR)
    due = cast.place(ana, edition, "examen", EXAM).unit.due
    assert due is not None
    until = due + timedelta(days=2)
    assert "outcome wrong" not in fragment(ana, edition, due + 2 * HOUR)
    assert "outcome wrong" in fragment(ana, edition, due + 2 * HOUR + MINUTE)
    courses.extend(enrolment=late, key="examen", until=until, reason="hôpital", by=tom, now=EXAM)
    edition.refresh_from_db()
    other = start(late.person, edition, at=until - MINUTE)
    assert end(other) == until
    answer(late.person, other, until + 2 * HOUR, sent=written(other, until - MINUTE, until))
    assert "outcome wrong" not in fragment(ana, edition, until + 2 * HOUR)
    assert "outcome wrong" in fragment(ana, edition, until + 2 * HOUR + MINUTE)


def test_another_attempt_begins_when_the_time_of_the_former_is_over(ana: Person, edition: Edition) -> None:
    UnitText.objects.filter(unit__key="apres").update(meta={"id": "apres", "attempts": 2, "limit": 10})
    courses.touch(edition)
    at = edition.opens_at + timedelta(days=1)
    first = start(ana, edition, "apres", at)
    with pytest.raises(Refused):  # what was written in its last second may still travel
        start(ana, edition, "apres", end(first) + timedelta(seconds=1))
    second = start(ana, edition, "apres", end(first) + MINUTE)
    first.refresh_from_db()
    assert (first.closed_at, second.number) == (first.ends_at, 2)
    with pytest.raises(Refused):
        start(ana, edition, "apres", end(second) + MINUTE)
    second.refresh_from_db()
    assert second.closed_at is None, "what is refused changes nothing"


def test_the_page_counts_down_then_says_what_was_kept(ana: Person, edition: Edition) -> None:
    assert "data-timed" not in fragment(ana, edition, EXAM)
    attempt = start(ana, edition)
    answer(ana, attempt, EXAM)
    running = fragment(ana, edition, EXAM + 10 * MINUTE)
    assert f'data-timed="{attempt.pk}"' in running
    assert "20 min" in running
    assert "<fieldset" in running
    over = fragment(ana, edition, end(attempt))
    assert "data-timed" in over, "what was written in a cut is still sent"
    for html in (over, fragment(ana, edition, end(attempt) + 3 * HOUR)):
        assert "Answered: 1 of 2." in html
        assert "close/" not in html
    assert "data-timed" not in fragment(ana, edition, end(attempt) + 3 * HOUR)


def test_a_jury_sees_long_cuts_and_what_came_after_the_end_alone_makes_a_case(
    ana: Person, ana_enrolment: Enrolment, edition: Edition
) -> None:
    attempt = start(ana, edition)
    answer(ana, attempt, EXAM + 4 * MINUTE, sent=written(attempt, EXAM, EXAM + MINUTE))
    assert evidence.of(edition, [ana_enrolment.pk])[ana_enrolment.pk] == []
    answer(ana, attempt, EXAM + 14 * MINUTE, sent=written(attempt, EXAM + 5 * MINUTE, EXAM + 6 * MINUTE))
    (sign,) = evidence.of(edition, [ana_enrolment.pk])[ana_enrolment.pk]
    assert (sign.kind, sign.apart, sign.args["minutes"]) == ("exam", False, 9)
    answer(ana, attempt, end(attempt) + MINUTE, sent=written(attempt, end(attempt) - MINUTE, end(attempt) - MINUTE))
    assert [one.apart for one in evidence.of(edition, [ana_enrolment.pk])[ana_enrolment.pk]] == [False, True]
    assert "L'examen" in sign.said


def test_a_person_is_handed_their_cuts_and_an_erasure_says_that_they_stay(ana: Person, edition: Edition) -> None:
    attempt = start(ana, edition)
    answer(ana, attempt, EXAM + 9 * MINUTE, sent=written(attempt, EXAM, EXAM + MINUTE))
    (row,) = personal.export(ana)["times out of reach"]
    assert row["answers"] == 1
    assert personal.GAPS in personal.erase(ana, EXAM)


def queries(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as found:
        work()
    return len([one for one in found.captured_queries if "SAVEPOINT" not in one["sql"]])


def test_a_clock_costs_no_query(ana: Person, edition: Edition, now: datetime) -> None:
    timed, free = start(ana, edition), start(ana, edition, "quiz", now)
    untimed = next(i for i in bank.of(free.version_id, free.unit_id, "fr").items if i.key == "vrai").id

    def without_a_clock() -> None:
        actions.answer(
            act=cast.an_act("quiz.answer", {"q": "vrai"}, now),
            by=ana,
            attempt_id=free.pk,
            question_id=untimed,
            values={"answer": ["true"]},
            language="fr",
            now=now,
        )

    answer(ana, timed, EXAM)
    assert queries(lambda: answer(ana, timed, EXAM, "e2")) == queries(without_a_clock)
    fragment(ana, edition, EXAM)
    assert queries(lambda: fragment(ana, edition, EXAM)) == 1, "beside the device"


def test_nobody_starts_an_exam_they_are_not_in(ben: Person, edition: Edition) -> None:
    with pytest.raises(Http404):
        start(ben, edition)
