"""The board of an assignment that peers assess: who is where, who else may assess, terms, dates, rubric."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit.models import Entry
from preau.content.models import Unit
from preau.courses import actions as courses
from preau.courses.models import Edition, Milestone
from preau.peer import assignments
from preau.peer.models import Assignment, Draft, PoolEntry, Review, Rubric, Submission, Widening
from tests import cast
from tests.peer import stage

BOARD = "/desk/thin-1/peer/cas/"


@pytest.fixture
def edition(db: None) -> Edition:
    """In its second week today: copies come in."""
    return stage.assessed(opens=cast.monday(timezone.now(), -1), scale="20")


@pytest.fixture
def tom(edition: Edition) -> Person:
    person = cast.person("Tom")
    cast.role(person, "teacher", edition=edition)
    return person


@pytest.fixture
def ana(edition: Edition) -> Person:
    return stage.learner("Ana", edition)


def page(who: Person, path: str = "", **asked: str) -> Any:
    response = cast.browser(who).get(f"{BOARD}{path}", asked)
    assert response.status_code == 200, path
    return response


def entered(copy: Submission, **values: Any) -> None:
    """The copy in the pool as it is to be."""
    person = copy.enrolment.person
    known = stage.facts(person, copy.enrolment.edition, timezone.now())
    assignments.ensure(known)
    first = {"assignment_id": known.id, "author": person, "language": "fr", "submitted_at": timezone.now(), "wanted": 3}
    PoolEntry.objects.update_or_create(submission=copy, defaults={**first, **values})


def everywhere(edition: Edition) -> dict[str, Person]:
    """Somebody at each place."""
    now = timezone.now()
    people = {name: stage.learner(name, edition) for name in ("Nil", "Dra", "Han", "Ass", "Don")}
    unit = Unit.objects.get(key="cas", course=edition.course)
    Draft.objects.create(enrolment=stage.enrolment(people["Dra"], edition), unit=unit, text="Un début", saved_at=now)
    copies = {name: stage.copy(people[name], edition, now) for name in ("Han", "Ass", "Don")}
    entered(copies["Han"])
    entered(copies["Ass"], given=1, finished=2)
    entered(copies["Don"], given=4, finished=3)
    stage.written(copies["Don"], people["Ass"], 70, now)
    stage.written(copies["Don"], people["Don"], 90, now, kind=Review.Kind.SELF)
    return people


def test_everybody_is_at_one_place_and_each_count_leads_to_them(edition: Edition, tom: Person) -> None:
    people = everywhere(edition)
    counted = page(tom).context["counted"]
    assert {key: counted[key] for key in ("not_begun", "draft", "handed_in", "assessing", "done", "cancelled")} == {
        "not_begun": 1, "draft": 1, "handed_in": 1, "assessing": 1, "done": 1, "cancelled": 0,
    }  # fmt: skip
    assert (counted["everybody"], counted["self_assessed"], counted["unreviewed"]) == (5, 1, 1)
    for where, name in (("draft", "Dra"), ("assessing", "Ass"), ("done", "Don"), ("unreviewed", "Han")):
        assert f"?where={where}" in page(tom).content.decode()
        listed = page(tom, "people/", where=where).context["page"]
        assert [row.person for row in listed] == [people[name]]
    assert page(tom, "people/", q="do").context["page"].paginator.count == 1


def test_what_lacks_is_told_by_language_and_track(edition: Edition, tom: Person) -> None:
    everywhere(edition)
    outlook = page(tom).context["outlook"]
    [line] = outlook.lines
    assert (line.language, line.track, line.copies, line.without) == ("fr", "advanced", 3, 1)
    assert (line.missing, line.owed) == (3 + 1, 4 + 3)
    assert 0 <= line.later <= line.due <= line.missing


def test_what_letting_somebody_in_would_do_is_told_before(edition: Edition, tom: Person) -> None:
    people = everywhere(edition)
    PoolEntry.objects.exclude(author=people["Don"]).update(finished=0, wanted=20)
    cast.role(cast.person("Moe"), "moderator", edition=edition)
    found = {group.key: then for group, _name, then in page(tom).context["groups"]}
    now = page(tom).context["outlook"].then
    assert found["volunteers"].due < now.due
    assert found["coaches"] == now


def test_a_page_costs_the_same_for_many(edition: Edition, tom: Person, django_assert_max_num_queries: Any) -> None:
    everywhere(edition)
    client = cast.browser(tom)
    for number, path in enumerate(("", "people/", "turns/", "rubric/", "terms/")):
        client.get(f"{BOARD}{path}")
        with CaptureQueriesContext(connection) as first:
            client.get(f"{BOARD}{path}")
            cost = len(first)
        for more in range(3):
            who = stage.learner(f"M{number}{more}", edition)
            entered(stage.copy(who, edition, timezone.now()))
        client.get(f"{BOARD}{path}")
        with django_assert_max_num_queries(cost):
            client.get(f"{BOARD}{path}")


def test_grading_leads_to_the_board_and_other_assignments_have_none(edition: Edition, tom: Person) -> None:
    assert BOARD in cast.browser(tom).get("/desk/thin-1/grading/").content.decode()
    assert cast.browser(tom).get("/desk/thin-1/peer/quiz/").status_code == 404


def test_one_click_lets_volunteers_in_and_one_takes_it_back(edition: Edition, tom: Person) -> None:
    cast.role(cast.person("Moe"), "moderator", edition=edition)
    group = next(group for group, _name, _then in page(tom).context["groups"] if group.key == "volunteers")
    assert (group.people, group.languages[0], group.widening) == (1, ("fr", 1), None)
    client = cast.browser(tom)
    act = cast.form(groups=["volunteers"])
    for _again in range(2):
        assert client.post(f"{BOARD}widen/", act).headers["Location"] == BOARD
    assert Widening.objects.get().by == tom
    assert "narrow/" in page(tom).content.decode()
    client.post(f"{BOARD}narrow/", cast.form(group="volunteers"))
    assert Widening.objects.get().ended_at is not None


TERMS: dict[str, Any] = {
    "reviews": "4", "guaranteed": "3", "owed": "", "ai": "declared", "words": "", "scale": "20", "staff_grades": "0",
    "grace_day": "on", "appeals": "7 d",
}  # fmt: skip


def test_terms_are_looked_at_then_changed(edition: Edition, tom: Person, ana: Person) -> None:
    entered(stage.copy(ana, edition, timezone.now()), given=3)
    client = cast.browser(tom)
    edition.refresh_from_db()
    looked = client.post(f"{BOARD}terms/", {**TERMS, "reviews": "3", "owed": "5"})
    assert looked.status_code == 200
    effects = looked.context["effects"]
    assert [(one.before, one.after) for one in effects[:1]] == [("4", "3")]
    assert "0" in effects[0].whom
    assert not Assignment.objects.exclude(adjusted={}).exists()
    fields = {**TERMS, "reviews": "3", "owed": "5", "revision": str(looked.context["edition"].revision)}
    assert client.post(f"{BOARD}terms/confirm/", cast.form(**fields)).status_code == 302
    assert Assignment.objects.get().adjusted == {"reviews": 3, "owed": 5.0}
    assert stage.facts(ana, edition, timezone.now()).terms.reviews == 3
    again = client.post(f"{BOARD}terms/confirm/", cast.form(**{**fields, "reviews": "2", "guaranteed": "2"}))
    assert again.status_code == 422  # the page is of before


@pytest.mark.parametrize("said", [{"reviews": "0"}, {"guaranteed": "9"}, {"appeals": "soon"}, {"ai": "maybe"}, {}])
def test_terms_that_cannot_be_are_refused(edition: Edition, tom: Person, said: dict[str, str]) -> None:
    assert cast.browser(tom).post(f"{BOARD}terms/", {**TERMS, **said}).status_code == 422


def test_the_end_of_reviews_and_the_results_move(edition: Edition, tom: Person, ana: Person) -> None:
    known = stage.facts(ana, edition, timezone.now())
    assert known.calendar.reviews_due
    assert known.calendar.results
    later = known.calendar.results + timedelta(days=2)
    fields = {
        "reviews_due": f"{known.calendar.results.astimezone(edition.zone_info):%Y-%m-%dT%H:%M}",
        "results": f"{later.astimezone(edition.zone_info):%Y-%m-%dT%H:%M}",
    }
    assert cast.browser(tom).post(f"{BOARD}dates/", fields).status_code == 302
    found = stage.facts(ana, edition, timezone.now()).calendar
    assert found.reviews_due == known.calendar.results.replace(second=0, microsecond=0)
    assert Milestone.objects.filter(key="cas", what__in=["reviews_due", "results"], moved=True).count() == 2
    turned = {"reviews_due": fields["results"], "results": fields["reviews_due"]}
    assert cast.browser(tom).post(f"{BOARD}dates/", turned).status_code == 422


def fields_of(form: Any) -> dict[str, Any]:
    """What a browser would send of an untouched form: no unticked box."""
    said = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in said.items() if value is not False}


def test_words_are_changed_language_by_language(edition: Edition, tom: Person, ana: Person) -> None:
    shown = page(tom, "rubric/words/fr/").context
    said = {**fields_of(shown["form"]), "c0": "Le plan d'action", "c0-l2": "Très solide", "c1-m": "Un modèle"}
    revision = str(shown["edition"].revision)
    assert cast.browser(tom).post(f"{BOARD}rubric/words/fr/", cast.form(**said, revision=revision)).status_code == 302
    first, second = stage.facts(ana, edition, timezone.now()).rubric.criteria
    assert (first.title, first.levels[2].title, second.model) == ("Le plan d'action", "Très solide", "Un modèle")
    assert cast.browser(tom).post(f"{BOARD}rubric/words/fr/", cast.form(**said, revision=revision)).status_code == 422
    assert cast.browser(tom).get(f"{BOARD}rubric/words/en/").status_code == 404


def test_the_words_of_the_course_come_back(edition: Edition, tom: Person, ana: Person) -> None:
    first = page(tom, "rubric/")
    assert "unword" not in first.content.decode()
    assert "Trois lots, une date." in first.content.decode()  # the model answer
    form = page(tom, "rubric/words/fr/").context["form"]
    said = {**fields_of(form), "c0": "Le projet"}
    client, revision = cast.browser(tom), Edition.objects.get().revision
    client.post(f"{BOARD}rubric/words/fr/", cast.form(revision=str(revision), **said))
    assert "Le projet" in page(tom, "rubric/").content.decode()
    assert "rubric/unword/" in page(tom, "rubric/").content.decode()
    client.post(f"{BOARD}rubric/unword/", cast.form(revision=str(revision)))  # looked at before the words changed
    assert Rubric.objects.get().texts
    edition.refresh_from_db()
    client.post(f"{BOARD}rubric/unword/", cast.form(revision=str(edition.revision)))
    assert Rubric.objects.get().texts == {}
    edition.refresh_from_db()
    assert stage.facts(ana, edition, timezone.now()).rubric.criteria[0].title == "Le plan"
    assert client.post(f"{BOARD}rubric/unword/", cast.form(revision=str(edition.revision))).status_code == 302
    assert Entry.objects.filter(verb="rubric.unworded").count() == 1


def test_the_grace_day_is_on_the_board_and_can_be_switched_off(edition: Edition, tom: Person, ana: Person) -> None:
    assert page(tom).context["facts"].terms.grace_day
    form = page(tom, "terms/").context["form"]
    said = {name: value for name, value in fields_of(form).items() if name != "grace_day"}  # a box that is not ticked
    client, revision = cast.browser(tom), Edition.objects.get().revision
    shown = client.post(f"{BOARD}terms/", cast.form(**said))
    assert [one.what for one in shown.context["effects"]] != []
    client.post(f"{BOARD}terms/confirm/", cast.form(revision=str(revision), grace_day="False", **said))
    assert Assignment.objects.get().adjusted == {"grace_day": False}
    assert not page(tom).context["facts"].terms.grace_day


def test_another_scoring_says_whom_it_touches_before(edition: Edition, tom: Person, ana: Person) -> None:
    lea = stage.learner("Lea", edition)
    stage.written(stage.copy(ana, edition, timezone.now()), lea, 70, timezone.now())
    form = page(tom, "rubric/scoring/").context["form"]
    said = {
        **fields_of(form), "c0-gone": "on", "new-fr": "Le style", "new-fr-levels": "0: Plat\n5: Vif — on lit",
        "reason": "Plus juste",
    }  # fmt: skip
    looked = cast.browser(tom).post(f"{BOARD}rubric/scoring/", said)
    assert looked.status_code == 200
    reach = looked.context["reach"]
    assert (reach.finished, reach.open, reach.goes_on) == (1, 0, False)
    assert Rubric.objects.count() == 1
    hidden = looked.content.decode()
    assert 'value="Le style"' in hidden
    revision = str(looked.context["edition"].revision)
    done = cast.browser(tom).post(f"{BOARD}rubric/scoring/confirm/", cast.form(**said, revision=revision))
    assert done.status_code == 302
    known = stage.facts(ana, edition, timezone.now())
    assert [one.id for one in known.rubric.criteria] == ["clarte", "le-style"]
    assert [level.points for level in known.rubric.criteria[1].levels] == [0, 5]
    assert Review.objects.get().score == 70
    assert len(page(tom, "rubric/").context["versions"]) == 2


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"c0-gone": "on", "c1-gone": "on"},
        {"new-fr": "Le style", "new-fr-levels": "0: Plat"},
        {"new-fr": "Le style", "new-fr-levels": "plat"},
        {"c0-l2": "-1"},
        {"c0-l2": "0", "c0-l1": "0", "c1-gone": "on"},
        {"c0-l2": "20", "reason": ""},
    ],
)
def test_a_scoring_that_cannot_be_is_refused(edition: Edition, tom: Person, said: dict[str, str]) -> None:
    first = fields_of(page(tom, "rubric/scoring/").context["form"])
    response = cast.browser(tom).post(f"{BOARD}rubric/scoring/", {**first, "reason": "Mieux", **said})
    assert response.status_code == 422


def test_a_deadline_put_off_past_the_reviews_says_so(edition: Edition, tom: Person, ana: Person) -> None:
    fields = {"unit": "cas", "since": "", "until": "", "hours": "240", "reason": "Panne", "tell": "on"}
    found = {}
    for who in ("all", "track:advanced"):
        looked = cast.browser(tom).post("/desk/thin-1/deadline/", {**fields, "who": who})
        found[who] = {clash.kind for clash in looked.context["plan"].clashes}
    assert "assessed" in found["track:advanced"]
    assert "assessed" not in found["all"]  # counted from the deadline, the reviews move with it


def test_an_extension_moves_what_follows_for_one_learner(edition: Edition, tom: Person, ana: Person) -> None:
    known = stage.facts(ana, edition, timezone.now())
    assert known.calendar.due
    until = known.calendar.due + timedelta(days=3)
    enrolled = stage.enrolment(ana, edition)
    courses.extend(enrolment=enrolled, key="cas", until=until, reason="malade", by=tom, now=timezone.now())
    own = stage.facts(ana, edition, timezone.now()).calendar_of(until)
    assert own.closes
    assert known.calendar.closes
    assert own.closes - known.calendar.closes == timedelta(days=3)
    assert own.reviews_due == known.calendar.reviews_due


def test_an_example_of_before_another_scoring_still_opens(edition: Edition, tom: Person, ana: Person) -> None:
    form = page(tom, "rubric/scoring/").context["form"]
    said = {**fields_of(form), "new-fr": "Le style", "new-fr-levels": "0: Plat\n5: Vif", "reason": "Plus juste"}
    looked = cast.browser(tom).post(f"{BOARD}rubric/scoring/", said)
    revision = str(looked.context["edition"].revision)
    cast.browser(tom).post(f"{BOARD}rubric/scoring/confirm/", cast.form(**said, revision=revision))
    [(_exemplar, levels)] = page(tom, "rubric/").context["exemplars"]
    assert [level is None for _criterion, level in levels] == [False, False, True]
    assessed: dict[str, Any] = {"level-plan": "2", "level-clarte": "1", "level-le-style": "1"}
    address = "/e/thin-1/peer/fr/cas/training/modele/"
    assert cast.browser(ana).post(address, cast.form(**assessed)).status_code == 302
    assert cast.browser(ana).get(address).status_code == 200
