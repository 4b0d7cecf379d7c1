"""A timed attempt over HTTP: the stamps that a device is given, and what comes back once the time is over."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.quizzes import bank, stamps
from preau.quizzes.models import Answer, Attempt, Gap
from tests import cast
from tests.quizzes import stage

ME = "/e/thin-1/me/fr/debut/apres/"
JSON = {"Accept": "application/json"}
HOUR = timedelta(hours=1)


@pytest.fixture
def edition(db: None) -> Edition:
    """In its second week."""
    return cast.edition(opens=cast.monday(timezone.now(), -1), of=stage.limited(apres=10))


@pytest.fixture
def learner(ana: Person) -> Client:
    return cast.script(ana)


def begun(learner: Client) -> tuple[Attempt, UUID, str]:
    """An attempt, one of its questions, where its answer goes."""
    assert learner.post(f"{ME}start/", cast.form()).status_code == 200
    attempt = Attempt.objects.get()
    question = bank.of(attempt.version_id, attempt.unit_id, "fr").items[0].id
    return attempt, question, f"/e/thin-1/me/quiz/{attempt.pk}/{question}/"


def moved(attempt: Attempt, by: timedelta) -> None:
    """As if it had begun earlier."""
    Attempt.objects.update(started_at=attempt.started_at - by, ends_at=(attempt.ends_at or timezone.now()) - by)


@pytest.mark.parametrize("headers", [JSON, {}])
def test_each_answer_brings_a_fresh_stamp_beside_what_is_kept(learner: Client, headers: dict[str, str]) -> None:
    attempt, _question, path = begun(learner)
    form = cast.form(answer="secretissime", language="fr")
    replies = [learner.post(path, form, headers=headers) for _ in range(2)]
    stamped = [stamps.claim(stamps.Sent(reply[stamps.HEADER]), attempt.pk) for reply in replies]
    moments = [claim.at for claim in stamped if claim]
    assert len(moments) == 2
    assert attempt.started_at < moments[0] < moments[1]
    if headers:
        assert replies[0].json() == replies[1].json()
    assert Answer.objects.count() == 1


def test_what_has_no_clock_has_no_stamp(learner: Client) -> None:
    learner.post("/e/thin-1/me/fr/debut/quiz/start/", cast.form())
    attempt = Attempt.objects.get()
    question = bank.of(attempt.version_id, attempt.unit_id, "fr").items[0].id
    reply = learner.post(f"/e/thin-1/me/quiz/{attempt.pk}/{question}/", cast.form(answer="3", language="fr"))
    assert reply.status_code == 200
    assert stamps.HEADER not in reply


def test_a_queued_answer_is_the_same_act_as_the_one_that_was_cut(learner: Client) -> None:
    attempt, _question, path = begun(learner)
    form = cast.form(answer="secretissime", language="fr")
    learner.post(path, form)
    again = {**form, "stamp": stamps.give(attempt.pk, attempt.started_at), "elapsed": "0", "queued": "1"}
    assert learner.post(path, again, headers=JSON).status_code == 200
    assert Answer.objects.count() == 1
    assert not Gap.objects.exists()


def test_too_late_the_whole_page_says_what_was_kept(learner: Client) -> None:
    attempt, _question, path = begun(learner)
    learner.post(path, cast.form(answer="secretissime", language="fr"))
    moved(attempt, HOUR)
    reply = learner.post(path, cast.form(answer="autre", language="fr"))
    assert (reply.status_code, reply["HX-Retarget"]) == (422, "#me")
    assert "data-timed" in reply.content.decode()
    assert Answer.objects.get().given == "secretissime"
    forged = cast.form(answer="autre", language="fr", stamp="not one of ours", elapsed="12", queued="1")
    assert learner.post(path, forged, headers=JSON).json()["reason"]


def test_without_a_script_the_clock_is_told_and_the_answers_count(ana: Person) -> None:
    plain = cast.browser(ana)
    assert plain.post(f"{ME}start/", cast.form()).status_code == 302
    attempt = Attempt.objects.get()
    assert "10 min" in plain.get(ME).content.decode()
    question = bank.of(attempt.version_id, attempt.unit_id, "fr").items[0].id
    reply = plain.post(f"/e/thin-1/me/quiz/{attempt.pk}/{question}/", cast.form(answer="secretissime", language="fr"))
    assert reply.status_code == 302
    assert Answer.objects.count() == 1


def test_the_shared_page_tells_the_limit_and_the_grace(ana: Person) -> None:
    html = cast.browser(ana).get("/e/thin-1/fr/debut/apres/").content.decode()
    assert "10\N{NO-BREAK SPACE}min" in html
    assert "Hors connexion" in html
