"""The verbs of a quiz, on real rows."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.http import Http404
from django.test import RequestFactory

from preau.accounts.models import Person
from preau.audit.acts import Conflict
from preau.audit.http import Refused
from preau.content import access
from preau.courses import actions as courses
from preau.courses.models import Edition
from preau.grades.models import Completion, Result
from preau.quizzes import actions, bank, rules
from preau.quizzes.kind import Quiz
from preau.quizzes.models import Answer, Attempt
from tests import cast


def started(person: Person, edition: Edition, unit: str, now: datetime) -> Attempt:
    place = cast.place(person, edition, unit, now)
    outcome = actions.start(act=cast.an_act("quiz.start", now=now), by=person, place=place, seed=7)
    return Attempt.objects.get(pk=outcome["attempt"])


def right(attempt: Attempt, key: str) -> tuple[UUID, dict[str, list[str]]]:
    item = next(i for i in bank.of(attempt.version_id, attempt.unit_id, "fr").items if i.key == key)
    order = rules.shown_order(item.question, rules.seed_for(attempt.seed, item.key))
    best = [
        str(n) for n, source in enumerate(order) if item.question.choices and item.question.choices[source].weight > 0
    ]
    texts = {"duree": ["3"], "vrai": ["true"], "secret": ["Secretissime"]}
    return item.id, {"answer": texts.get(key, best)}


def answer(person: Person, attempt: Attempt, key: str, now: datetime) -> None:
    question, values = right(attempt, key)
    actions.answer(
        act=cast.an_act("quiz.answer", {"q": key}, now),
        by=person,
        attempt_id=attempt.pk,
        question_id=question,
        values=values,
        language="fr",
        now=now,
    )


def test_right_answers_reach_the_ledger_at_once(ana: Person, edition: Edition, now: datetime) -> None:
    attempt = started(ana, edition, "quiz", now)
    for key in ("duree", "vrai", "choix"):
        answer(ana, attempt, key, now)
    assert Result.objects.get().score == 100
    assert Result.objects.get().shown_from is None


@pytest.mark.parametrize(("language", "kept"), [("en", "71680"), ("fr", "71,680")])
def test_a_comma_parts_thousands_in_the_language_that_writes_so(
    ana: Person, edition: Edition, now: datetime, language: str, kept: str
) -> None:
    attempt = started(ana, edition, "quiz", now)
    question, _values = right(attempt, "duree")
    actions.answer(
        act=cast.an_act("quiz.answer", now=now),
        by=ana,
        attempt_id=attempt.pk,
        question_id=question,
        values={"answer": ["71,680"]},
        language=language,
        now=now,
    )
    assert Answer.objects.get().given == kept


def test_an_answer_is_final_once_its_result_was_shown(ana: Person, edition: Edition, now: datetime) -> None:
    attempt = started(ana, edition, "quiz", now)
    answer(ana, attempt, "duree", now)
    with pytest.raises(Refused):
        answer(ana, attempt, "duree", now)
    assert Answer.objects.count() == 1


def test_an_answer_told_later_may_be_rewritten_and_is_hidden(ana: Person, edition: Edition, now: datetime) -> None:
    attempt = started(ana, edition, "apres", now)
    answer(ana, attempt, "secret", now)
    answer(ana, attempt, "secret", now)
    result = Result.objects.get()
    assert result.score == 50
    assert result.shown_from is not None
    assert result.shown_from > now


def test_the_grace_receives_and_what_follows_it_refuses(ana: Person, edition: Edition, now: datetime) -> None:
    attempt = started(ana, edition, "quiz", now)
    due = cast.place(ana, edition, "quiz", now).unit.due
    assert due is not None
    answer(ana, attempt, "duree", due + timedelta(hours=24))
    with pytest.raises(Refused):
        answer(ana, attempt, "vrai", due + timedelta(hours=24, seconds=1))


def test_two_browsers_share_one_open_attempt(ana: Person, edition: Edition, now: datetime) -> None:
    assert started(ana, edition, "quiz", now) == started(ana, edition, "quiz", now)


def test_attempts_are_counted(ana: Person, edition: Edition, now: datetime) -> None:
    for _ in range(2):
        attempt = started(ana, edition, "quiz", now)
        actions.close(act=cast.an_act("quiz.close", now=now), by=ana, attempt_id=attempt.pk, language="fr", now=now)
    with pytest.raises(Refused):
        started(ana, edition, "quiz", now)
    assert Completion.objects.count() == 1


def test_the_same_act_is_done_once_and_another_payload_conflicts(ana: Person, edition: Edition, now: datetime) -> None:
    attempt = started(ana, edition, "apres", now)
    question, values = right(attempt, "secret")
    act = cast.an_act("quiz.answer", {"values": values}, now)

    def send(payload_act: object = act, **more: object) -> object:
        return actions.answer(
            act=act if payload_act is act else payload_act,  # type: ignore[arg-type]
            by=ana,
            attempt_id=attempt.pk,
            question_id=question,
            values=values,
            language="fr",
            now=now,
        )

    assert send() == send()
    assert Answer.objects.count() == 1
    other = type(act)(act.id, act.kind, {"values": {"answer": ["autre"]}}, received_at=now)
    with pytest.raises(Conflict):
        send(other)


def test_nobody_answers_in_the_place_of_another(ana: Person, ben: Person, edition: Edition, now: datetime) -> None:
    attempt = started(ana, edition, "quiz", now)
    with pytest.raises(Http404):
        answer(ben, attempt, "duree", now)


def test_nothing_is_told_while_another_learner_can_still_answer(
    ana: Person, edition: Edition, now: datetime, tom: Person
) -> None:
    late = cast.enrolment(cast.person("Léa"), edition)
    attempt = started(ana, edition, "apres", now)
    answer(ana, attempt, "secret", now)
    due = cast.place(ana, edition, "apres", now).unit.due
    assert due is not None
    until = due + timedelta(days=5)
    courses.extend(enrolment=late, key="apres", until=until, reason="hôpital", by=tom, now=now)

    def shown(at: datetime) -> str:
        return Quiz("quiz").personal(RequestFactory().get("/"), *access.place(ana, edition.slug, "fr", "apres", now=at))

    assert "outcome right" not in shown(due + timedelta(days=3))
    assert "outcome right" in shown(until + timedelta(days=2))
