"""How an author reads their result: the grade, how sure it is, the letters, why each counts as it does."""

from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.peer import cases, publishing
from preau.peer.models import Appeal, Case, Flag, Grade, GradeChange, PoolEntry, Review, Submission
from tests import cast
from tests.peer import grading, stage
from tests.peer.grading import author

RESULT = "/e/thin-1/peer/en/cas/result/"
CASE = "/e/thin-1/peer/en/cas/case/"


@pytest.fixture
def handed_in() -> datetime:
    """Of what was handed in then, results are due by now."""
    return cast.monday(timezone.now(), -4) + timedelta(days=10)


def staged(handed_in: datetime, **meta: Any) -> tuple[Edition, list[Submission]]:
    edition = stage.assessed(opens=cast.monday(timezone.now(), -4), reviews=3, appeals="30 d", **meta)
    names = ("Anastasia", "Bertrand", "Clotilde", "Dieudonné")
    copies = [stage.copy(stage.learner(name, edition, language="en"), edition, handed_in) for name in names]
    grading.around(copies, handed_in)
    Review.objects.filter(submission=copies[0]).update(levels={"plan": 2, "clarte": 1})
    Review.objects.filter(submission=copies[0]).update(words="Un beau travail.", comments={"clarte": "On vous suit."})
    return edition, copies


@pytest.fixture
def edition(db: None, handed_in: datetime) -> Edition:
    return staged(handed_in)[0]


@pytest.fixture
def copies(edition: Edition) -> list[Submission]:
    return list(Submission.objects.select_related("enrolment__person").order_by("pk"))


@pytest.fixture
def ana(copies: list[Submission]) -> Person:
    return author(copies[0])


@pytest.fixture
def told(edition: Edition, copies: list[Submission]) -> datetime:
    now = timezone.now()
    assert publishing.publish_due(now=now)
    return now


def page(who: Person, address: str = RESULT, status: int = 200) -> str:
    answer = browser(who).get(address)
    assert answer.status_code == status
    return " ".join(unescape(answer.content.decode()).split())


def browser(who: Person) -> Client:
    client = cast.browser(who)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_before_the_results_it_says_when(edition: Edition, ana: Person) -> None:
    seen = page(ana)
    assert "Results are told on" in seen or "being prepared" in seen
    assert "Un beau travail" not in seen


@pytest.mark.usefixtures("told")
def test_it_says_the_grade_the_interval_and_every_letter(ana: Person) -> None:
    seen = page(ana)
    assert "8 / 20" in seen  # the median of 35, 40 and 45
    assert 'class="band"' in seen
    assert "it gives between" in seen
    assert seen.count("Un beau travail.") == 3
    assert "Solide" in seen
    assert "On vous suit." in seen
    assert "The calculation, line by line" in seen
    assert seen.count("away from the middle") == 2


@pytest.mark.usefixtures("told")
def test_nobody_learns_who_wrote_what(copies: list[Submission], ana: Person) -> None:
    seen = page(ana)
    for other in copies[1:]:
        person = author(other)
        for trace in (person.name, person.email, str(person.pk), str(other.pk), str(other.enrolment_id)):
            assert trace not in seen
    assert "Anastasia" not in page(author(copies[1]))


def test_what_counts_for_less_is_said_in_words(edition: Edition, copies: list[Submission], handed_in: datetime) -> None:
    more = [stage.copy(stage.learner(f"L{n}", edition), edition, handed_in) for n in range(28)]
    grading.around(more, handed_in)
    careless = author(more[1])
    Review.objects.filter(reviewer=careless).update(score=100)
    publishing.publish_due(now=timezone.now())
    seen = page(author(more[0]), RESULT.replace("/en/", "/fr/"))
    assert "counts less" in seen or "compte moins" in seen


def test_an_own_assessment_stands_beside(copies: list[Submission], ana: Person, handed_in: datetime) -> None:
    levels = {"plan": 0, "clarte": 2}
    stage.written(copies[0], ana, 50, handed_in, kind=Review.Kind.SELF, levels=levels, words="À moi.")
    publishing.publish_due(now=timezone.now())
    seen = page(ana)
    assert "You gave your own copy 10 / 20; the others gave it 8 / 20." in seen
    assert "You: Absent. They: Solide, Solide, Solide." in seen
    assert "À moi." not in seen
    assert "You did not assess your own copy" in page(author(copies[1]))


@pytest.mark.usefixtures("told")
def test_a_letter_is_said_to_be_of_use_or_flagged(copies: list[Submission], ana: Person) -> None:
    review = Review.objects.filter(submission=copies[0]).order_by("pk")[0]
    client = browser(ana)
    address = f"/e/thin-1/peer/review/{review.pk}/"
    assert f'action="{address}rate/"' in page(ana)
    assert client.post(f"{address}rate/", cast.form(useful="yes")).status_code == 302
    assert "You found it useful." in page(ana)
    client.post(f"{address}flag/", cast.form(kind="abuse", words="Blessant."))
    assert Flag.objects.get().of_review


def test_a_hidden_letter_is_not_shown(copies: list[Submission], ana: Person) -> None:
    Review.objects.filter(pk=Review.objects.filter(submission=copies[0]).order_by("pk")[0].pk).update(
        hidden=True, words="Insulte."
    )
    publishing.publish_due(now=timezone.now())
    assert "Insulte." not in page(ana)


def test_a_result_that_waits_says_why(copies: list[Submission], ana: Person) -> None:
    PoolEntry.objects.filter(pk=copies[0].pk).update(given=1)
    Case.objects.create(submission=copies[1], notice="…", opened_at=timezone.now(), reply_until=timezone.now())
    publishing.publish_due(now=timezone.now())
    assert "the 2 assessments that you still owe" in page(ana)
    assert "Un beau travail" not in page(ana)
    assert "waits until the team has decided" in page(author(copies[1]))


def test_nobody_assessed_it(edition: Edition, copies: list[Submission], handed_in: datetime) -> None:
    alone = stage.copy(stage.learner("Seule", edition, language="en"), edition, handed_in)
    PoolEntry.objects.filter(pk=alone.pk).update(given=3)
    publishing.publish_due(now=timezone.now())
    assert "Nobody could assess your copy in time." in page(author(alone))


def test_points_lost_are_a_line_of_their_own(db: None, handed_in: datetime) -> None:
    _edition, copies = staged(handed_in, owed=10)
    PoolEntry.objects.filter(pk=copies[0].pk).update(given=2)
    publishing.publish_due(now=timezone.now())
    seen = page(author(copies[0]))
    assert "6 / 20" in seen
    assert "One assessment that you owed was missing at the results, which costs 2 points" in seen
    assert "−2.00" in seen


@pytest.mark.usefixtures("told")
def test_an_appeal_goes_to_the_team_once_and_its_answer_comes_back(copies: list[Submission], ana: Person) -> None:
    client = browser(ana)
    refused = client.post(f"{RESULT}appeal/", cast.form(text=" "))
    assert refused.status_code == 422
    assert client.post(f"{RESULT}appeal/", cast.form(text="Mon plan est complet.")).status_code == 302
    seen = page(ana)
    assert "Mon plan est complet." in seen
    assert "With the team" in seen
    assert f'action="{RESULT}appeal/"' not in seen
    now = timezone.now()
    Appeal.objects.update(kept=False, answer="Vous avez raison.", answered_at=now)
    publishing.change(copies[0], 90, GradeChange.Cause.APPEAL, "Vous avez raison.", by=None, now=now)
    seen = page(ana)
    assert "18 / 20" in seen
    assert "set by the team" in seen
    assert "Changed after your appeal" in seen


def test_the_team_s_grade_and_remark_come_first(copies: list[Submission], ana: Person) -> None:
    Grade.objects.create(submission=copies[0], score=75, remark="Relu par nous.", graded_at=timezone.now())
    publishing.publish_due(now=timezone.now())
    seen = page(ana)
    assert "15 / 20" in seen
    assert seen.index("Relu par nous.") < seen.index("Un beau travail.")


@pytest.mark.usefixtures("told")
def test_a_reviewer_reads_their_own_severity_as_advice(ana: Person) -> None:
    assert "On 3 copies that you assessed, you were about as severe as the others." in page(ana)


def test_the_author_reads_and_answers_a_procedure(edition: Edition, copies: list[Submission], ana: Person) -> None:
    assert browser(ana).get(CASE).status_code == 404
    now = timezone.now()
    facts = stage.facts(ana, edition, now)
    cases.open(
        act=cast.an_act("peer.case.open", now=now),
        by=cast.person("Tom"),
        facts=facts,
        submission=copies[0],
        notice="Deux pages sont d'un autre.",
        reply_until=now + timedelta(days=7),
        now=now,
    )
    assert "Deux pages sont d'un autre." in page(ana, CASE)
    assert CASE in page(ana)
    assert browser(ana).post(CASE, cast.form(text="")).status_code == 422
    assert browser(ana).post(CASE, cast.form(text="C'est mon texte.")).status_code == 302
    assert "C'est mon texte." in page(ana, CASE)
    assert browser(author(copies[1])).get(CASE).status_code == 404


@pytest.mark.usefixtures("told")
def test_it_is_made_of_as_many_queries_for_one_letter_as_for_many(
    copies: list[Submission], ana: Person, django_assert_max_num_queries: object
) -> None:
    client = browser(ana)
    client.get(RESULT)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        client.get(RESULT)


def test_whoever_handed_nothing_in_has_no_result(edition: Edition) -> None:
    assert browser(stage.learner("Zoe", edition)).get(RESULT).status_code == 404
