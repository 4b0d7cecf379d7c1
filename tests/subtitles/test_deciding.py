"""Who decides about a suggestion, whose support counts, what their authors hear."""

import pytest
from django.db import IntegrityError, transaction

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.courses.models import Role
from preau.mail.models import Message
from preau.subtitles import suggesting, telling
from preau.subtitles.models import Suggestion
from tests import cast
from tests.subtitles.stage import FRENCH, Stage

pytestmark = pytest.mark.django_db
State = Suggestion.State


def told(stage: Stage, name: str) -> list[Message]:
    """What somebody's suggestions brought them, the oldest first, once the worker has told what is to be told; again is
    as once."""
    for _twice in range(2):
        telling.tell_due(now=stage.now)
    rows = Message.objects.filter(person_id=stage.person(name).pk, kind="subtitles")
    return list(rows.order_by("queued_at", "pk"))


def again(row: Suggestion) -> Suggestion:
    row.refresh_from_db()
    return row


def test_nobody_decides_about_their_own(stage: Stage) -> None:
    rose = stage.reviewer("Rose")
    stage.learner("Rose")
    row = stage.suggest(rose, 1)
    for accept, reason in ((True, ""), (False, "Non.")):
        with pytest.raises(Refused):
            stage.decide(rose, row, accept=accept, reason=reason)
    with pytest.raises(Refused):
        stage.support(rose, row)
    assert (again(row).state, row.in_favour) == (State.OPEN, 0)
    stage.decide(stage.reviewer("Rémi"), row)
    assert again(row).state == State.ACCEPTED


@pytest.mark.parametrize("state", ["open", "accepted", "refused"])
def test_the_database_refuses_that_its_author_decides(stage: Stage, state: str) -> None:
    row = stage.suggest(stage.learner("Ana"), 1)
    values = {"state": state, "decision": "x", "revision": 2, "decided_by": row.author_id}
    with pytest.raises(IntegrityError, match="subtitles_suggestion_not_decided_by_its_author"), transaction.atomic():
        Suggestion.objects.filter(pk=row.pk).update(**values)
    other = stage.person("Zoe").pk
    assert Suggestion.objects.filter(pk=row.pk).update(**{**values, "decided_by": other}) == 1


def test_the_database_refuses_a_refusal_without_a_reason_and_an_acceptance_that_made_nothing(stage: Stage) -> None:
    row = stage.suggest(stage.learner("Ana"), 1)
    for values in ({"state": "refused"}, {"state": "accepted"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Suggestion.objects.filter(pk=row.pk).update(**values)


def test_three_who_are_trusted_accept(stage: Stage) -> None:
    row = stage.suggest(stage.learner("Ana"), 1)
    assert stage.support(stage.worker("Un"), row)["accepted"] is False
    assert stage.support(stage.worker("Deux"), row)["accepted"] is False
    assert stage.said() == list(FRENCH)
    assert stage.support(stage.worker("Trois"), row) == {"suggestion": str(row.pk), "accepted": True, "revision": 2}
    assert stage.said()[1] == "On commence maintenant."
    assert (again(row).state, row.decided_by, row.in_favour) == (State.ACCEPTED, None, 3)
    with pytest.raises(Refused):
        stage.support(stage.worker("Quatre"), row)


def test_who_is_not_trusted_is_heard_but_does_not_count(stage: Stage) -> None:
    row = stage.suggest(stage.learner("Ana"), 1)
    for number in range(5):
        stage.support(stage.learner(f"New{number}"), row)
    assert (again(row).state, row.in_favour, row.supports.count()) == (State.OPEN, 0, 5)


def test_one_against_needs_one_more_for(stage: Stage) -> None:
    row = stage.suggest(stage.learner("Ana"), 1)
    against = stage.worker("Contre")
    stage.support(against, row, -1)
    for name in ("Un", "Deux", "Trois"):
        stage.support(stage.worker(name), row)
    assert (again(row).state, row.in_favour, row.against) == (State.OPEN, 3, 1)
    assert stage.support(stage.worker("Un"), row)["accepted"] is False, "the same person twice counts once"
    assert stage.support(against, row, 0)["accepted"] is True, "who takes their objection back"


def test_an_accepted_correction_makes_trusted_and_refusals_take_trust_away(stage: Stage) -> None:
    ana = stage.learner("Ana")
    assert not suggesting.trusts(stage.here(ana))
    stage.accepted_words(1, "On commence.")
    assert suggesting.trusts(stage.here(ana))
    for number in range(3):
        row = stage.suggest(ana, 0, f"Bonsoir {number}.")
        stage.decide(stage.reviewer("Rose"), row, accept=False, reason="C'est bien bonjour.")
    assert not suggesting.trusts(stage.here(ana))
    assert suggesting.trusts(stage.here(stage.reviewer("Rose"))), "the team's always counts"


def test_a_reviewer_decides_in_their_language_only(stage: Stage) -> None:
    emma = stage.reviewer("Emma", "en")
    french = stage.suggest(stage.learner("Ana"), 1)
    english = stage.suggest(stage.learner("Ana"), 1, "Let us begin.", language="en")
    for accept in (True, False):
        with pytest.raises(Refused):
            stage.decide(emma, french, accept=accept, reason="No.")
    stage.decide(emma, english)
    assert (again(french).state, again(english).state) == (State.OPEN, State.ACCEPTED)


@pytest.mark.parametrize(
    ("kind", "reviews"),
    [("teacher", True), ("administrator", True), ("moderator", False), ("coach", False), ("registrar", False)],
)
def test_who_of_the_team_decides(stage: Stage, kind: str, reviews: bool) -> None:
    who = stage.person("Who")
    cast.role(who, kind, edition=None if kind == Role.Kind.ADMINISTRATOR else stage.edition)
    row = stage.suggest(stage.learner("Ana"), 1)
    if not reviews:
        with pytest.raises(Refused):
            stage.decide(who, row)
        return
    assert stage.decide(who, row)["accepted"]


def test_a_learner_decides_nothing(stage: Stage) -> None:
    row = stage.suggest(stage.learner("Ana"), 1)
    with pytest.raises(Refused):
        stage.decide(stage.worker("Ben"), row)
    assert again(row).state == State.OPEN


def test_a_refusal_says_why(stage: Stage) -> None:
    ana, rose = stage.learner("Ana"), stage.reviewer("Rose")
    row = stage.suggest(ana, 1)
    with pytest.raises(Refused):
        stage.decide(rose, row, accept=False, reason=" \n")
    assert again(row).state == State.OPEN
    stage.decide(rose, row, accept=False, reason="On l'entend bien : il dit « comence ».")
    assert (again(row).state, row.decision, row.decided_by) == (
        *(State.REFUSED, "On l'entend bien : il dit « comence »."),
        rose,
    )
    assert stage.said() == list(FRENCH)
    with pytest.raises(Refused):
        stage.decide(rose, row)


def test_authors_hear_what_became_of_theirs(stage: Stage) -> None:
    ana, ben, rose = stage.learner("Ana"), stage.learner("Ben"), stage.reviewer("Rose")
    taken = stage.suggest(ana, 1)
    other = stage.suggest(ben, 1, "On recommence maintenant.")
    elsewhere = stage.suggest(stage.learner("Cleo"), 0, "Bonsoir.")
    stage.decide(rose, taken)
    (accepted,) = told(stage, "Ana")
    assert f"/suggestion/{taken.pk}/" in accepted.text
    assert "On comence maintenant." in accepted.subject
    (changed,) = told(stage, "Ben")
    assert f"/suggestion/{other.pk}/" in changed.text
    assert changed.subject != accepted.subject
    stage.decide(rose, elsewhere, accept=False, reason="Il dit bonjour.")
    (refused,) = told(stage, "Cleo")
    assert "Il dit bonjour." in refused.text
    assert told(stage, "Rose") == []


def test_a_mail_is_queued_in_the_authors_own_language(stage: Stage) -> None:
    ana = stage.learner("Ana")
    Person.objects.filter(pk=ana.pk).update(language="en")
    stage.accepted_words(1, "On commence.")
    (message,) = told(stage, "Ana")
    assert (message.language, message.subject) == ("en", "Your suggestion stands: “On comence maintenant.”")
