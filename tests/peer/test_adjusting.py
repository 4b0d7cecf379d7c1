"""What the team adjusts while an edition runs: terms, words, scoring, who else may assess, the copies drawn."""

from datetime import timedelta
from typing import Any

import pytest

from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.content import outline as outlines
from preau.content.models import Page
from preau.courses.models import Edition
from preau.mail.models import Message
from preau.peer import adjusting, assignments, revising, steering
from preau.peer import rubric as rubrics
from preau.peer.assignments import Facts
from preau.peer.models import Assignment, PeerGrade, PoolEntry, Review, Rubric, StaffTurn, Submission, Widening
from preau.peer.revising import Scoring, Words
from preau.peer.rubric import Criterion, Level
from tests import cast
from tests.peer import stage

WRITING = cast.MONDAY + timedelta(days=8)
LATER = cast.MONDAY + timedelta(days=17)
SAID = {
    "reviews": 4,
    "guaranteed": 3,
    "owed": "hold",
    "ai": "declared",
    "words": None,
    "scale": "20",
    "staff_grades": 0,
    "appeals": "7 d",
}


@pytest.fixture
def edition(db: None) -> Edition:
    return stage.assessed()


@pytest.fixture
def tom(edition: Edition) -> Person:
    person = cast.person("Tom")
    cast.role(person, "teacher", edition=edition)
    return person


@pytest.fixture
def ana(edition: Edition) -> Person:
    return stage.learner("Ana", edition)


@pytest.fixture
def lea(edition: Edition) -> Person:
    return stage.learner("Lea", edition, language="en")


def fresh(edition: Edition) -> Facts:
    edition.refresh_from_db()
    outline = outlines.of_edition(edition, "fr")
    found = assignments.of(outline, outline.by_key[stage.UNIT])
    assert found is not None
    return found


def adjust(tom: Person, edition: Edition, **said: Any) -> Any:
    known = fresh(edition)
    act = cast.an_act("peer.terms", {k: str(v) for k, v in said.items()})
    return adjusting.adjust(
        act=act, by=tom, facts=known, said={**SAID, **said}, seen=edition.revision, now=WRITING
    )  # fmt: skip


def test_terms_reach_everybody_and_only_what_differs_is_kept(edition: Edition, tom: Person) -> None:
    before = bytes(Page.objects.get(path="/e/thin-1/fr/debut/cas/").html)
    assert adjust(tom, edition, reviews=2, guaranteed=2, owed=5)["changed"] == ["reviews", "guaranteed", "owed"]
    assert Assignment.objects.get().adjusted == {"reviews": 2, "guaranteed": 2, "owed": 5}
    terms = fresh(edition).terms
    assert (terms.reviews, terms.guaranteed, terms.owed, terms.ai) == (2, 2, 5.0, "declared")
    assert bytes(Page.objects.get(path="/e/thin-1/fr/debut/cas/").html) != before
    [line, *_] = journal.about("edition", edition.pk)
    assert (line.verb, line.person_id, line.details["owed"]) == ("peer.adjusted", tom.pk, 5)
    adjust(tom, edition)
    assert Assignment.objects.get().adjusted == {}


def test_what_is_promised_moves_with_the_terms(edition: Edition, tom: Person, ana: Person) -> None:
    copy = stage.copy(ana, edition, WRITING)
    entry, _made = PoolEntry.objects.update_or_create(
        submission=copy,
        defaults={
            "assignment_id": fresh(edition).id,
            "author": ana,
            "language": "fr",
            "submitted_at": WRITING,
            "wanted": 4,
        },
    )
    adjust(tom, edition, guaranteed=2)
    entry.refresh_from_db()
    assert entry.wanted == 3  # one more than guaranteed was asked for, and still is


def test_terms_that_no_front_matter_could_say_are_refused(edition: Edition, tom: Person) -> None:
    for said in ({"reviews": 50}, {"owed": 200}, {"appeals": "soon"}, {"guaranteed": 9}):
        with pytest.raises(Refused):
            adjust(tom, edition, **said)
    known = fresh(edition)
    with pytest.raises(Refused):
        adjusting.adjust(act=cast.an_act("x"), by=tom, facts=known, said=SAID, seen=edition.revision - 1, now=WRITING)
    assert fresh(edition).terms == known.terms


def test_once_results_are_told_only_the_time_to_appeal_moves(edition: Edition, tom: Person) -> None:
    assignments.ensure(fresh(edition))
    Assignment.objects.update(published_at=LATER)
    with pytest.raises(Refused):
        adjust(tom, edition, owed=10)
    assert adjust(tom, edition, appeals="10 d")["changed"] == ["appeals"]


def words(edition: Edition) -> dict[str, rubrics.Rubric]:
    return {"fr": fresh(edition).rubric}


def test_other_words_reach_what_is_written_already(edition: Edition, tom: Person, ana: Person, lea: Person) -> None:
    written = stage.written(stage.copy(ana, edition, WRITING), lea, 70, WRITING)
    known = fresh(edition)
    new = revising.reworded(known.rubric, Words({(0, -1): "Le plan, mieux dit"}, {}, {}))
    for _again in range(2):
        act = cast.an_act("peer.reword")
        adjusting.reword(act=act, by=tom, facts=fresh(edition), words={"fr": new}, seen=edition.revision, now=WRITING)
    written.refresh_from_db()
    assert (written.rubric_id, written.score) == (known.rubric_id, 70)
    assert fresh(edition).rubric.criteria[0].title == "Le plan, mieux dit"
    assert fresh(edition).number == 1
    assert "Le plan, mieux dit" in bytes(Page.objects.get(path="/e/thin-1/fr/debut/cas/").html).decode()


def test_words_that_score_otherwise_are_refused(edition: Edition, tom: Person) -> None:
    known = fresh(edition)
    new = revising.rescored(known.rubric, Scoring({(0, 2): 20}, {}))
    with pytest.raises(Refused):
        adjusting.reword(
            act=cast.an_act("x"), by=tom, facts=known, words={"fr": new}, seen=edition.revision, now=WRITING
        )
    assert fresh(edition).rubric == known.rubric


def rescore(tom: Person, edition: Edition, new: rubrics.Rubric, reason: str = "Plus juste") -> Any:
    return adjusting.rescore(
        act=cast.an_act("peer.rescore"),
        by=tom,
        facts=fresh(edition),
        words={"fr": new},
        reason=reason,
        seen=edition.revision,
        now=WRITING,
    )


def open_and_finished(edition: Edition, ana: Person, lea: Person) -> tuple[Review, Review]:
    """A review that is finished, one that is under way."""
    done = stage.written(stage.copy(ana, edition, WRITING), lea, 70, WRITING)
    held = stage.written(
        stage.copy(lea, edition, WRITING), ana, 0, WRITING, finished_at=None, comments={"clarte": "Bien", "plan": "Oui"}
    )
    Review.objects.filter(pk=held.pk).update(score=None)
    return done, held


def test_another_scoring_keeps_finished_scores_and_open_reviews_go_on(
    edition: Edition, tom: Person, ana: Person, lea: Person
) -> None:
    done, held = open_and_finished(edition, ana, lea)
    former = fresh(edition)
    new = revising.rescored(former.rubric, Scoring({(0, 2): 30}, {0: "required"}))
    reach = adjusting.reach(former, new)
    assert (reach.finished, reach.people, reach.open, reach.goes_on) == (1, 1, 1, True)
    assert rescore(tom, edition, new)["told"] == 0
    done.refresh_from_db()
    held.refresh_from_db()
    made = Rubric.objects.get(number=2)
    assert (done.score, done.rubric_id) == (70, former.rubric_id)
    assert (held.levels, held.rubric_id) == ({"plan": 1, "clarte": 1}, made.pk)
    assert (fresh(edition).rubric, fresh(edition).number, made.reason) == (new, 2, "Plus juste")
    assert not Message.objects.filter(key__startswith="rubric:").exists()


def test_whoever_loses_a_criterion_is_told_once_in_their_language(
    edition: Edition, tom: Person, ana: Person, lea: Person
) -> None:
    _done, held = open_and_finished(edition, lea, ana)
    new = revising.rescored(fresh(edition).rubric, Scoring({}, {}, frozenset([0])))
    assert rescore(tom, edition, new)["told"] == 1
    held.refresh_from_db()
    assert (held.levels, held.comments) == ({"clarte": 1}, {"clarte": "Bien"})
    [message] = Message.objects.filter(key__startswith="rubric:")
    assert (message.person_id, message.language) == (lea.pk, "en")
    assert "Plus juste" in message.text


def test_a_scoring_is_refused_without_reason_without_change_and_after_the_results(
    edition: Edition, tom: Person
) -> None:
    known = fresh(edition)
    new = revising.rescored(
        known.rubric, Scoring({}, {}), [Criterion("style", "Style", (Level(0, "Non"), Level(1, "Oui")))]
    )
    for words, reason in ((new, " "), (known.rubric, "Rien")):
        with pytest.raises(Refused):
            rescore(tom, edition, words, reason)
    assignments.ensure(known)
    Assignment.objects.update(published_at=LATER)
    with pytest.raises(Refused):
        rescore(tom, edition, new)
    assert Rubric.objects.count() == 1


def widen(tom: Person, edition: Edition, *groups: str) -> Any:
    act = cast.an_act("peer.widen", {"g": groups})
    return steering.widen(act=act, by=tom, facts=fresh(edition), groups=groups, now=WRITING)


def test_groups_are_let_in_told_and_taken_back(edition: Edition, tom: Person) -> None:
    helper = cast.person("Moe")
    cast.role(helper, "moderator", edition=edition)
    other = cast.person("Far")
    cast.role(other, "moderator", edition=cast.edition(slug="far", of=edition.course.versions.get()))
    assert widen(tom, edition, "volunteers") == {"groups": ["volunteers"], "told": 1}
    assert widen(tom, edition, "volunteers", "staff") == {"groups": ["staff"], "told": 1}
    assert set(Message.objects.filter(key__startswith="widening:").values_list("person_id", flat=True)) == {
        helper.pk,
        tom.pk,
    }
    assert cast.browser(helper).get("/e/thin-1/peer/fr/cas/").status_code == 200
    assert cast.browser(other).get("/e/thin-1/peer/fr/cas/").status_code == 404
    act = cast.an_act("peer.narrow")
    steering.narrow(act=act, by=tom, facts=fresh(edition), group="volunteers", now=WRITING)
    assert cast.browser(helper).get("/e/thin-1/peer/fr/cas/").status_code == 404
    widen(tom, edition, "volunteers")
    assert Widening.objects.filter(group="volunteers").count() == 2


def test_what_a_group_holds_goes_back_when_it_is_let_in_no_more(edition: Edition, tom: Person, ana: Person) -> None:
    copy, both = stage.copy(ana, edition, WRITING), cast.person("Moe")
    for kind in ("moderator", "coach"):
        cast.role(both, kind, edition=edition)
    widen(tom, edition, "volunteers", "coaches")
    known = fresh(edition)
    values = {"assignment_id": known.id, "rubric_id": known.rubric_id, "leased_at": WRITING, "seen_at": WRITING}
    held = Review.objects.create(submission=copy, reviewer=both, kind=Review.Kind.HELPER, **values)
    for group, given_back in (("volunteers", False), ("coaches", True)):
        steering.narrow(act=cast.an_act("peer.narrow"), by=tom, facts=known, group=group, now=WRITING)
        held.refresh_from_db()
        assert (held.returned_at is not None) == given_back


def test_nobody_is_let_in_without_a_group_or_after_the_results(edition: Edition, tom: Person) -> None:
    with pytest.raises(Refused):
        widen(tom, edition, "everybody")
    Assignment.objects.update(published_at=LATER)
    assignments.ensure(fresh(edition))
    Assignment.objects.update(published_at=LATER)
    with pytest.raises(Refused):
        widen(tom, edition, "staff")


def pooled(edition: Edition, count: int) -> list[Submission]:
    """Copies in the pool, whoever waits for them."""
    known, found = fresh(edition), []
    for number in range(count):
        copy = stage.copy(stage.learner(f"P{number}", edition), edition, WRITING)
        values = {"assignment_id": known.id, "language": "fr", "submitted_at": WRITING, "wanted": 3}
        values |= {"author": copy.enrolment.person}
        PoolEntry.objects.update_or_create(submission=copy, defaults=values)
        found.append(copy)
    return found


def test_copies_are_drawn_once_the_deadline_has_passed(edition: Edition, tom: Person) -> None:
    first, *_others = pooled(edition, 5)
    adjust(tom, edition, staff_grades=2)
    PeerGrade.objects.create(
        submission=first, score=50, low=40, high=60, method="median", model="x", inputs="", needs_review=True,
        computed_at=WRITING,
    )  # fmt: skip
    with pytest.raises(Refused):
        steering.draw(act=cast.an_act("peer.draw"), by=tom, facts=fresh(edition), now=WRITING)
    for _again in range(2):
        steering.draw(act=cast.an_act("peer.draw"), by=tom, facts=fresh(edition), now=LATER)
    whys = list(StaffTurn.objects.values_list("why", flat=True).order_by("why"))
    assert whys in (["random", "threshold"], ["random"])
    assert StaffTurn.objects.filter(why="random").count() == 1


def test_promised_reviews_that_did_not_come_are_the_teams(edition: Edition, tom: Person) -> None:
    copies = pooled(edition, 2)
    PoolEntry.objects.filter(submission=copies[0]).update(given=4, finished=1)
    over = fresh(edition).calendar.helped
    assert over is not None
    steering.draw(act=cast.an_act("peer.draw"), by=tom, facts=fresh(edition), now=over + timedelta(hours=1))
    assert list(StaffTurn.objects.values_list("submission_id", "why")) == [(copies[0].pk, "promised")]


def test_what_is_guaranteed_reaches_every_copy_and_its_place_in_the_queue(
    edition: Edition, tom: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three copies in batches of two, as if each had been counted again from its reviews."""
    monkeypatch.setattr(adjusting, "AT_ONCE", 2)
    copies = [stage.copy(stage.learner(f"L{n}", edition), edition, WRITING) for n in range(4)]
    for copy, (given, finished) in zip(copies, ((3, 2), (1, 2), (0, 3), (2, 0)), strict=True):
        PoolEntry.objects.filter(pk=copy.pk).update(given=given, finished=finished, expected=finished)
    PoolEntry.objects.filter(pk=copies[3].pk).update(withdrawn=True, tier=3)
    adjust(tom, edition, guaranteed=2, reviews=4)
    rows = PoolEntry.objects.order_by("submitted_at", "pk").values_list("wanted", "tier")
    assert list(rows) == [(2, 3), (2, 3), (2, 3), (3, 3)]
    adjust(tom, edition, guaranteed=3, reviews=4)
    assert list(rows.all()) == [(3, 0), (3, 2), (3, 3), (3, 3)]
