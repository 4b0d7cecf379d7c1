"""A wrong key mended: what was answered is scored again, told, and kept in the record; once, whatever is cut."""

import dataclasses
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.http import Http404
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.content import access as content
from preau.content import outline as outlines
from preau.courses.models import Edition, Enrolment
from preau.grades import actions as grades
from preau.grades import queries as ledgers
from preau.grades.models import Result
from preau.mail.models import Message
from preau.quizzes import access, actions, effects, notices, regrading, rules
from preau.quizzes.kind import Quiz
from preau.quizzes.models import Answer, Attempt, Question, Ruling
from tests import cast
from tests.desk import stage
from tests.quizzes.test_actions import right, started

GIVEN = {"vrai": ["false"], "duree": ["9"]}


def asked(edition: Edition, key: str) -> access.Asked:
    edition.refresh_from_db()
    return access.question(edition, Question.objects.get(key=key).pk, "fr")


def answer(person: Person, attempt: Attempt, key: str, now: datetime, *, wrong: bool = False) -> None:
    question, values = right(attempt, key)
    actions.answer(
        act=cast.an_act("quiz.answer", {"q": key}, now),
        by=person,
        attempt_id=attempt.pk,
        question_id=question,
        values={"answer": GIVEN[key]} if wrong else values,
        language="fr",
        now=now,
    )


def rule(
    edition: Edition, by: Person, key: str, now: datetime, kind: str, *values: Any, reason: str = "Coquille"
) -> UUID:
    ruling = rules.ruling_of(kind, values, reason)  # type: ignore[arg-type]
    outcome = actions.rule(
        act=cast.an_act("question.rule", now=now), by=by, asked=asked(edition, key), ruling=ruling, now=now
    )
    return UUID(outcome["ruling"])


def regrade(ruling: UUID, now: datetime) -> Ruling:
    regrading.finish(ruling, now=now)
    return Ruling.objects.get(pk=ruling)


@pytest.fixture
def two_of_three(ana: Person, edition: Edition, now: datetime) -> Attempt:
    """Ana answered three questions, the one on truth wrongly."""
    attempt = started(ana, edition, "quiz", now)
    for key in ("duree", "vrai", "choix"):
        answer(ana, attempt, key, now, wrong=key == "vrai")
    return attempt


def test_one_answer_more_lifts_the_result_and_is_told_once(
    two_of_three: Attempt, ana: Person, tom: Person, edition: Edition, ana_enrolment: Enrolment, now: datetime
) -> None:
    made = rule(edition, tom, "vrai", now, "also", False)
    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(made)]
    assert Result.objects.get().score == pytest.approx(200 / 3)
    for _ in range(2):
        done = regrade(made, now)
    assert (done.affected, done.regraded_at) == (1, now)
    assert Result.objects.get().score == 100
    two_of_three.refresh_from_db()
    assert (two_of_three.score, two_of_three.of) == (3, 3)
    message = Message.objects.get(person_id=ana.pk, key__startswith="ruling:")
    assert "Coquille" in message.text
    assert "66,7" in message.text
    line = next(entry for entry in journal.about("enrolment", ana_enrolment.pk) if entry.verb == "regraded")
    assert (line.details["before"], line.details["after"], line.person_id) == (66.7, 100.0, tom.pk)


def test_a_cancelled_question_leaves_what_was_scored_and_what_could_be(
    two_of_three: Attempt, tom: Person, edition: Edition, now: datetime
) -> None:
    regrade(rule(edition, tom, "vrai", now, "cancel"), now)
    two_of_three.refresh_from_db()
    assert (two_of_three.score, two_of_three.of) == (2, 2)
    assert Result.objects.get().score == 100
    assert Answer.objects.get(question__key="vrai").score is None


def test_withdrawn_everything_is_as_before(two_of_three: Attempt, tom: Person, edition: Edition, now: datetime) -> None:
    made = rule(edition, tom, "vrai", now, "cancel")
    regrade(made, now)
    act = cast.an_act("question.withdraw", now=now)
    actions.withdraw(act=act, by=tom, asked=asked(edition, "vrai"), reason="Erreur", now=now)
    assert regrade(made, now).affected == 1
    assert Result.objects.get().score == pytest.approx(200 / 3)
    assert Message.objects.filter(key__startswith="ruling:").count() == 2
    with pytest.raises(Refused):
        actions.withdraw(
            act=cast.an_act("question.withdraw"), by=tom, asked=asked(edition, "vrai"), reason="x", now=now
        )


def test_another_ruling_takes_the_place_of_the_first(
    two_of_three: Attempt, tom: Person, edition: Edition, now: datetime
) -> None:
    first = rule(edition, tom, "vrai", now, "cancel")
    second = rule(edition, tom, "vrai", now, "right", False)
    regrade(first, now)
    assert Result.objects.get().score == pytest.approx(200 / 3)  # nothing is left to do for the first
    regrade(second, now)
    assert Result.objects.get().score == 100
    with pytest.raises(Refused):
        rule(edition, tom, "vrai", now, "right", False)


def test_new_answers_and_attempts_follow_the_ruling_at_once(
    ana: Person, tom: Person, edition: Edition, now: datetime
) -> None:
    rule(edition, tom, "vrai", now, "also", False)
    rule(edition, tom, "choix", now, "cancel")
    attempt = started(ana, edition, "quiz", now)
    assert attempt.of == 2
    answer(ana, attempt, "vrai", now, wrong=True)
    answer(ana, attempt, "choix", now)
    assert Result.objects.get().score == 50
    attempt.refresh_from_db()
    assert attempt.score == 1


def test_an_answer_asks_for_no_query_more(ana: Person, tom: Person, edition: Edition, now: datetime) -> None:
    rule(edition, tom, "choix", now, "cancel")
    attempt = started(ana, edition, "quiz", now)
    counts = []
    for key in ("duree", "vrai"):
        with CaptureQueriesContext(connection) as captured:
            answer(ana, attempt, key, now)
        counts.append(len([q for q in captured if "quizzes_ruling" in q["sql"]]))
    assert counts[1] == 0


def test_what_is_kept_of_several_attempts_is_kept_again(
    ana: Person, tom: Person, edition: Edition, now: datetime
) -> None:
    first = started(ana, edition, "quiz", now)
    for key in ("duree", "choix"):
        answer(ana, first, key, now)
    actions.close(act=cast.an_act("quiz.close", now=now), by=ana, attempt_id=first.pk, language="fr", now=now)
    second = started(ana, edition, "quiz", now)
    for key in ("vrai", "duree"):
        answer(ana, second, key, now, wrong=True)
    regrade(rule(edition, tom, "vrai", now, "also", False), now)
    assert Result.objects.get().score == pytest.approx(200 / 3)  # the best is still the first
    assert Result.objects.get().how["attempts"] == 2
    assert not Message.objects.filter(key__startswith="ruling:").exists()


def test_a_batch_cut_in_the_middle_leaves_no_wrong_grade(
    two_of_three: Attempt, tom: Person, edition: Edition, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regrading, "BATCH", 1)
    people = [cast.person(f"P{n}") for n in range(4)]
    for person in people:
        cast.enrolment(person, edition)
        answer(person, started(person, edition, "quiz", now), "vrai", now, wrong=True)
    made = rule(edition, tom, "vrai", now, "also", False)
    assert regrading.carry_on(made, now=now)
    sent = notices.send

    def cut(*args: Any, **rest: Any) -> None:
        sent(*args, **rest)
        raise KeyboardInterrupt

    monkeypatch.setattr(notices, "send", cut)
    with pytest.raises(KeyboardInterrupt):
        regrading.carry_on(made, now=now)
    assert Message.objects.filter(key__startswith="ruling:").count() == 1
    monkeypatch.setattr(notices, "send", sent)
    done = regrade(made, now)
    assert done.affected == 5
    assert Message.objects.filter(key__startswith="ruling:").count() == 5
    assert {round(score) for score in Result.objects.order_by().values_list("score", flat=True)} == {100, 33}


def test_who_answered_while_the_ruling_was_made_is_looked_at_again(
    two_of_three: Attempt, tom: Person, edition: Edition, now: datetime
) -> None:
    made = rule(edition, tom, "vrai", now, "also", False)
    assert regrading.carry_on(made, now=now)
    # As a transaction leaves it that read the edition before the ruling and ended after its batch.
    Answer.objects.filter(question__key="vrai").update(score=0)
    Result.objects.update(score=200 / 3)
    regrade(made, now)
    assert Result.objects.get().score == 100


def effect(edition: Edition, key: str, kind: Any, value: Any, now: datetime) -> effects.Effect:
    found = effects.Effect()
    while not found.over:
        effects.go_on(asked(edition, key), rules.ruling_of(kind, [value], ""), found, now=now)
        found = effects.loaded(dataclasses.asdict(found))
    return found


def test_the_effect_is_seen_before_and_nothing_is_written(
    two_of_three: Attempt, tom: Person, edition: Edition, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effects, "CHUNK", 1)
    found = effect(edition, "vrai", "right", False, now)
    assert (found.learners, found.answered, found.better, found.worse) == (1, 1, 1, 0)
    assert found.means == pytest.approx((200 / 3, 100))
    assert not Ruling.objects.exists()
    assert effect(edition, "duree", "right", "9", now).worse == 1


def test_the_effect_counts_who_passes_and_who_no_longer(
    ana: Person, tom: Person, edition: Edition, now: datetime, ana_enrolment: Enrolment
) -> None:
    attempt = started(ana, edition, "quiz", now)
    answer(ana, attempt, "duree", now)
    answer(ana, attempt, "vrai", now, wrong=True)
    stage.result(ana_enrolment, "apres", 70, now)
    stage.result(ana_enrolment, "examen", 80, now)
    over = now + timedelta(days=40)
    classic = effect(edition, "vrai", "also", False, over).tracks["classic"]
    assert (classic.pass_now, classic.fail_now, classic.in_reach) == (1, 0, 1)  # 52 % of the quizzes, then 68 %
    regrade(rule(edition, tom, "vrai", now, "also", False), now)
    classic = effect(edition, "duree", "right", "8", over).tracks["classic"]
    assert (classic.pass_now, classic.fail_now, classic.out_of_reach) == (0, 1, 1)


def test_a_quiz_keeps_something_to_count(tom: Person, edition: Edition, now: datetime) -> None:
    rule(edition, tom, "e1", now, "cancel")
    with pytest.raises(Refused):
        rule(edition, tom, "e2", now, "cancel")
    with pytest.raises(Refused):
        rule(edition, tom, "e2", now, "also")


def test_a_question_of_elsewhere_has_no_door(edition: Edition, tom: Person, now: datetime) -> None:
    Edition.objects.update(course=edition.course)
    with pytest.raises(Http404):
        access.question(edition, cast.an_act("x").id, "fr")


def test_the_card_says_what_was_ruled(
    two_of_three: Attempt, ana: Person, tom: Person, edition: Edition, now: datetime
) -> None:
    rule(edition, tom, "vrai", now, "also", False, reason="Les deux se défendent")
    rule(edition, tom, "choix", now, "cancel", reason="Mal posée")

    def shown() -> str:
        return Quiz("quiz").personal(
            RequestFactory().get("/"), *content.place(ana, edition.slug, "fr", "quiz", now=now)
        )

    page = shown()
    assert "Les deux se défendent" in page
    assert "Mal posée" in page


def test_what_may_not_be_told_yet_stays_untold(ana: Person, tom: Person, edition: Edition, now: datetime) -> None:
    attempt = started(ana, edition, "apres", now)
    question = Question.objects.get(key="secret").pk
    actions.answer(
        act=cast.an_act("quiz.answer", now=now),
        by=ana,
        attempt_id=attempt.pk,
        question_id=question,
        values={"answer": ["autre"]},
        language="fr",
        now=now,
    )
    regrade(rule(edition, tom, "secret", now, "also", "autre", reason="Synonyme"), now)
    page = Quiz("quiz").personal(RequestFactory().get("/"), *content.place(ana, edition.slug, "fr", "apres", now=now))
    assert "Synonyme" not in page
    result = Result.objects.get()
    assert (result.score, result.shown_from is not None and result.shown_from > now) == (50, True)


def corrected(enrolment: Enrolment, by: Person, percent: float, now: datetime) -> None:
    outline = outlines.of_edition(enrolment.edition, "fr")
    grades.correct(enrolment=enrolment, unit=outline.by_key["quiz"], outline=outline, percent=percent, by=by, now=now)


def test_a_corrected_result_stands_and_nobody_is_told_otherwise(
    two_of_three: Attempt, ana: Person, ana_enrolment: Enrolment, tom: Person, edition: Edition, now: datetime
) -> None:
    corrected(ana_enrolment, tom, 80, now)
    seen = effect(edition, "vrai", "also", False, now)
    assert (seen.better, seen.worse, seen.before, seen.after) == (0, 0, 80, 80)
    made = rule(edition, tom, "vrai", now, "also", False)
    assert regrade(made, now).affected == 0
    row = Result.objects.get()
    assert (row.corrected, row.score) == (80, 100)  # what the attempt brings is scored again beside it
    assert not Message.objects.filter(key__startswith="ruling:").exists()
    outline = outlines.of_edition(edition, "fr")
    assert ledgers.record(ana_enrolment.pk, outline, now=now, for_learner=False).counted["quiz"].percent == 80
    grades.withdraw(enrolment=ana_enrolment, unit=outline.by_key["quiz"], by=tom, now=now)
    assert ledgers.record(ana_enrolment.pk, outline, now=now, for_learner=False).counted["quiz"].percent == 100


def test_a_correction_of_what_was_never_answered_is_not_scored_again(
    ana: Person, ana_enrolment: Enrolment, tom: Person, edition: Edition, now: datetime
) -> None:
    started(ana, edition, "quiz", now)
    corrected(ana_enrolment, tom, 80, now)
    regrade(rule(edition, tom, "vrai", now, "also", False), now)
    outline = outlines.of_edition(edition, "fr")
    ledger = ledgers.record(ana_enrolment.pk, outline, now=now, for_learner=False)
    assert (ledger.counted["quiz"].percent, ledgers.own("quiz", ledger.results["quiz"])) == (80, None)
    grades.withdraw(enrolment=ana_enrolment, unit=outline.by_key["quiz"], by=tom, now=now)
    assert not Result.objects.exists()


def test_a_later_attempt_is_kept_beside_a_correction_and_both_are_shown(
    two_of_three: Attempt, ana: Person, ana_enrolment: Enrolment, tom: Person, edition: Edition, now: datetime
) -> None:
    corrected(ana_enrolment, tom, 80, now)
    act = cast.an_act("quiz.close", now=now)
    actions.close(act=act, by=ana, attempt_id=two_of_three.pk, language="fr", now=now)
    again = started(ana, edition, "quiz", now)
    for key in ("duree", "vrai", "choix"):
        answer(ana, again, key, now)
    row = Result.objects.get()
    assert (row.corrected, row.score) == (80, 100)
    actions.close(act=cast.an_act("quiz.close", now=now), by=ana, attempt_id=again.pk, language="fr", now=now)
    page = Quiz("quiz").personal(RequestFactory().get("/"), *content.place(ana, edition.slug, "fr", "quiz", now=now))
    page = page.replace("\xa0", " ")
    assert '<p class="grade"><strong>80 %</strong>' in page
    assert "100 %" in page
