"""How an act's POST is answered: 200, 401, 404, 409, 422, and never a redirect for a script (design.md, section 4)."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit.models import Act
from preau.common.ids import new_id
from preau.courses.models import Edition, Enrolment
from preau.grades.models import Completion
from preau.peer.models import Draft, Submission
from preau.quizzes import actions, bank
from preau.quizzes.models import Answer, Attempt
from tests import cast

ME = "/e/thin-1/me/fr/debut"
JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}
Verbs = Mapping[str, tuple[str, dict[str, str]]]


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


def drawn(person: Person, edition: Edition) -> tuple[Attempt, UUID]:
    """An open attempt of this person, and one of its questions."""
    now = timezone.now()
    place = cast.place(person, edition, "apres", now)
    outcome = actions.start(act=cast.an_act("quiz.start", now=now), by=person, place=place)
    attempt = Attempt.objects.get(pk=outcome["attempt"])
    return attempt, bank.of(attempt.version_id, attempt.unit_id, "fr").items[0].id


@pytest.fixture
def verbs(ana: Person, edition: Edition) -> Verbs:
    """Every act of a learner: its address and what its form carries."""
    attempt, question = drawn(ana, edition)
    quiz = f"/e/thin-1/me/quiz/{attempt.pk}"
    return {
        "enrol": ("/e/thin-1/enrol/", {"track": "advanced"}),
        "lesson.finish": (f"{ME}/lecon/finish/", {}),
        "quiz.start": (f"{ME}/apres/start/", {}),
        "quiz.answer": (f"{quiz}/{question}/", {"answer": "secretissime", "language": "fr"}),
        "quiz.close": (f"{quiz}/close/", {"language": "fr"}),
        "assignment.draft": (f"{ME}/cas/submit/", {"text": "Un brouillon.", "draft": "1"}),
        "assignment.submit": (f"{ME}/cas/submit/", {"text": "Un projet."}),
        "leave": ("/e/thin-1/leave/", {}),
    }


VERBS = [
    "enrol",
    "lesson.finish",
    "quiz.start",
    "quiz.answer",
    "quiz.close",
    "assignment.draft",
    "assignment.submit",
    "leave",
]


def counts() -> tuple[int, ...]:
    tables = (Act, Answer, Attempt, Submission, Draft, Completion, Enrolment)
    return tuple(table.objects.count() for table in tables)


def send(client: Client, verb: tuple[str, dict[str, str]], act: UUID | None = None, **more: str) -> Any:
    return client.post(verb[0], cast.form(act, **{**verb[1], **more}))


def outbox(person: Person | None = None, headers: Mapping[str, str] = JSON) -> Client:
    client = Client(headers={"Sec-Fetch-Site": "same-origin", **headers})
    if person:
        client.force_login(person)
    return client


def test_sent_twice_is_done_once_and_answered_the_same(ana: Person, verbs: Verbs) -> None:
    client = outbox(ana)
    for verb in VERBS:
        act = new_id()
        first = send(client, verbs[verb], act)
        assert (first.status_code, first.headers["Content-Type"]) == (200, "application/json"), verb
        assert Act.objects.get(pk=act).kind == verb
        stored = counts()
        again = send(client, verbs[verb], act)
        # Whoever left has no door any more: 404, and the outbox drops it.
        assert (again.status_code, again.json()) == (200, first.json()) if verb != "leave" else again.status_code == 404
        assert counts() == stored, verb


def test_the_same_number_with_another_payload_is_a_conflict(ana: Person, verbs: Verbs) -> None:
    client = outbox(ana)
    other = {"track": "classic", "answer": "autre", "text": "Autre chose."}
    for verb in ("enrol", "quiz.answer", "assignment.draft", "assignment.submit"):
        act = new_id()
        send(client, verbs[verb], act)
        stored = counts()
        reply = send(client, verbs[verb], act, **{name: other[name] for name in other if name in verbs[verb][1]})
        assert (reply.status_code, reply.json()["outcome"]) == (409, None), verb
        assert reply.json()["reason"]
        assert counts() == stored, verb


def test_the_same_number_for_another_verb_is_a_conflict(ana: Person, verbs: Verbs) -> None:
    act = new_id()
    assert send(outbox(ana), verbs["lesson.finish"], act).status_code == 200
    assert send(outbox(ana), verbs["quiz.start"], act).status_code == 409


def test_anothers_number_is_a_conflict_and_tells_nothing(ana: Person, verbs: Verbs, edition: Edition) -> None:
    act = new_id()
    send(outbox(ana), verbs["assignment.submit"], act)
    mallory = cast.person("Mallory")
    cast.enrolment(mallory, edition)
    reply = send(outbox(mallory), verbs["assignment.submit"], act)
    assert reply.status_code == 409
    assert reply.json()["outcome"] is None
    assert Submission.objects.get().enrolment.person == ana


def test_nobody_is_told_to_sign_in_without_a_redirect(verbs: Verbs) -> None:
    stored = counts()
    asked = {(verb, n): outbox(None, h) for verb in VERBS for n, h in enumerate((JSON, HTMX, {**JSON, **HTMX}))}
    assert {send(client, verbs[verb]).status_code for (verb, _), client in asked.items()} == {401}
    assert counts() == stored


def test_another_account_has_no_such_door(ben: Person, verbs: Verbs) -> None:
    stored = counts()
    found = {v: send(outbox(ben, h), verbs[v]).status_code for v in VERBS if v != "enrol" for h in (JSON, HTMX)}
    assert set(found.values()) == {404}, found
    assert counts() == stored


@pytest.mark.parametrize("verb", ["quiz.answer", "quiz.close"])
def test_an_attempt_is_of_its_own_edition_only(ana: Person, verbs: Verbs, verb: str, edition: Edition) -> None:
    version = edition.course.versions.get()
    cast.enrolment(ana, cast.edition(slug="thin-3", opens=edition.opens_at, of=version))
    address, fields = verbs[verb]
    stored = counts()
    assert send(outbox(ana), (address.replace("/e/thin-1/", "/e/thin-3/"), fields)).status_code == 404
    assert counts() == stored


def test_a_number_that_is_none_is_refused(ana: Person, verbs: Verbs) -> None:
    stored, client = counts(), outbox(ana)
    for verb in VERBS:
        for act in ("", "7", "not-a-number", "' OR 1=1 --", "x" * 5000):
            reply = client.post(verbs[verb][0], {**verbs[verb][1], "act": act})
            assert reply.status_code == 422, (verb, act)
            assert reply.json()["reason"]
    assert counts() == stored


def test_htmx_is_never_redirected(ana: Person, verbs: Verbs) -> None:
    for verb in VERBS:
        reply = send(outbox(ana, HTMX), verbs[verb])
        assert (reply.status_code, reply.headers.get("Location")) == (200, None), verb


def test_a_plain_form_goes_on_to_its_page(ana: Person, verbs: Verbs) -> None:
    for verb in VERBS:
        reply = send(cast.browser(ana), verbs[verb])
        assert reply.status_code == 302, verb
        assert reply.headers["Location"].startswith("/"), verb


@pytest.mark.parametrize(
    "fields", [{"answer": ""}, {"answer": ["un", "deux"]}, {"pair-0": "9"}, {"answer": "\x00"}, {}]
)
def test_an_answer_of_a_wrong_shape_is_refused_and_says_so(ana: Person, verbs: Verbs, fields: dict[str, Any]) -> None:
    reply = outbox(ana).post(verbs["quiz.answer"][0], cast.form(language="fr", **fields))
    assert reply.status_code == 422
    assert reply.json()["reason"]
    assert not Answer.objects.exists()


def test_a_question_of_another_unit_is_not_part_of_the_attempt(ana: Person, verbs: Verbs, edition: Edition) -> None:
    attempt = Attempt.objects.get()
    other = bank.of(attempt.version_id, edition.course.units.get(key="quiz").pk, "fr").items[0].id
    for question in (other, new_id()):
        reply = outbox(ana).post(f"/e/thin-1/me/quiz/{attempt.pk}/{question}/", cast.form(answer="3", language="fr"))
        assert reply.status_code == 422
    assert not Answer.objects.exists()


@pytest.mark.parametrize("text", ["", "   \n", "x" * 60_001])
def test_a_copy_that_is_empty_or_too_long_is_refused(ana: Person, verbs: Verbs, text: str) -> None:
    reply = send(outbox(ana), verbs["assignment.submit"], text=text)
    assert reply.status_code == 422
    assert reply.json()["reason"]
    assert not Submission.objects.exists()


@pytest.mark.parametrize("track", ["", "nowhere", "classic' --", "\x00", "é" * 300])
def test_a_track_that_is_none_is_refused(ana: Person, verbs: Verbs, track: str) -> None:
    assert send(outbox(ana), verbs["enrol"], track=track).status_code == 422
    assert ana.enrolments.get().track.key == "classic"


def test_a_body_that_is_too_large_changes_nothing(ana: Person, verbs: Verbs) -> None:
    reply = send(outbox(ana), verbs["assignment.submit"], text="x" * 3_000_000)
    assert reply.status_code in {400, 413, 422}
    assert not Submission.objects.exists()


def test_an_act_is_a_post(ana: Person, verbs: Verbs) -> None:
    assert {outbox(ana).get(verbs[verb][0]).status_code for verb in VERBS} == {405}


def test_every_kind_of_act_fits_its_column() -> None:
    """PostgreSQL refuses a longer one, SQLite keeps it."""
    sources = "\n".join(path.read_text() for path in (settings.ROOT / "src" / "preau").rglob("views*.py"))
    kinds = re.findall(r'perform\(\s*request,\s*"([^"]+)"', sources)
    assert len(kinds) > 100
    longest = Act._meta.get_field("kind").max_length or 0
    assert [kind for kind in kinds if len(kind) > longest] == []
