"""Dates, clocks and two browsers: our clock decides, whatever a device believes, and the refusal says so."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit.models import Act
from preau.common.ids import new_id
from preau.courses import actions as courses
from preau.courses.models import Edition, Extension
from preau.quizzes import bank
from preau.quizzes.models import Answer, Attempt
from tests import cast

ME = "/e/thin-1/me/en/debut"
DUE = datetime(2026, 3, 8, 22, 59, tzinfo=UTC)  # w1 sun 23:59 in Paris
GRACE = timedelta(hours=24)
Clock = Callable[[datetime], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    """Our own clock, which a test may set; Wednesday of the first week until then."""

    def put(at: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: at)

    put(now)
    return put


@pytest.fixture
def eve(edition: Edition, clock: Clock) -> Person:
    """Learns in English, so that refusals can be read here."""
    person = cast.person("Eve", language="en")
    cast.enrolment(person, edition)
    return person


def device(person: Person) -> Client:
    """One of a person's browsers, as the outbox speaks."""
    client = Client(headers={"Sec-Fetch-Site": "same-origin", "Accept": "application/json"})
    client.force_login(person)
    return client


def start(client: Client, unit: str = "quiz") -> Attempt:
    reply = client.post(f"{ME}/{unit}/start/", cast.form())
    assert reply.status_code == 200, reply.content
    return Attempt.objects.get(pk=reply.json()["outcome"]["attempt"])


def answer(client: Client, attempt: Attempt, key: str, value: str, act: UUID | None = None, **more: str) -> Any:
    question = next(i for i in bank.of(attempt.version_id, attempt.unit_id, "en").items if i.key == key).id
    return client.post(
        f"/e/thin-1/me/quiz/{attempt.pk}/{question}/", cast.form(act, answer=value, language="en", **more)
    )


def close(client: Client, attempt: Attempt) -> Any:
    return client.post(f"/e/thin-1/me/quiz/{attempt.pk}/close/", cast.form(language="en"))


def test_two_browsers_share_the_attempt_and_what_was_answered(eve: Person) -> None:
    phone, desk = device(eve), device(eve)
    attempt = start(phone)
    assert start(desk) == attempt
    assert answer(phone, attempt, "duree", "3").status_code == 200
    assert b"disabled" in desk.get(f"{ME}/quiz/", headers={"Accept": "text/html"}).content
    assert answer(desk, attempt, "vrai", "true").status_code == 200
    assert Answer.objects.filter(attempt=attempt).count() == 2


def test_the_second_answer_to_a_told_question_is_refused_and_says_why(eve: Person) -> None:
    phone, desk = device(eve), device(eve)
    attempt = start(phone)
    answer(phone, attempt, "duree", "4")
    reply = answer(desk, attempt, "duree", "3")
    assert reply.status_code == 422
    assert reply.json()["reason"] == "This answer is final, since its result was shown."
    assert Answer.objects.get().given == "4"


def test_where_answers_may_change_the_later_one_received_stays(eve: Person) -> None:
    phone, desk = device(eve), device(eve)
    attempt = start(phone, "apres")
    answer(phone, attempt, "secret", "un")
    answer(desk, attempt, "secret", "deux")
    assert Answer.objects.get().given == "deux"


def test_a_replay_of_an_older_act_never_undoes_a_newer_one(eve: Person) -> None:
    client = device(eve)
    attempt = start(client, "apres")
    first = new_id()
    answer(client, attempt, "secret", "un", act=first)
    answer(client, attempt, "secret", "deux")
    assert answer(client, attempt, "secret", "un", act=first).status_code == 200
    assert Answer.objects.get().given == "deux"


def test_finished_in_one_browser_is_finished_in_the_other(eve: Person) -> None:
    phone, desk = device(eve), device(eve)
    attempt = start(phone)
    assert close(phone, attempt).status_code == 200
    assert close(desk, attempt).status_code == 200
    reply = answer(desk, attempt, "duree", "3")
    assert (reply.status_code, reply.json()["reason"]) == (422, "This attempt is closed: nothing was stored.")


@pytest.mark.parametrize("wrong_by", [timedelta(days=-1), timedelta(days=1), timedelta(days=3650)])
def test_a_device_with_a_wrong_clock_is_received_by_ours(eve: Person, now: datetime, wrong_by: timedelta) -> None:
    client = device(eve)
    attempt = start(client)
    assert answer(client, attempt, "duree", "3", made_at=(now + wrong_by).isoformat()).status_code == 200
    act = Act.objects.get(kind="quiz.answer")
    assert (act.received_at, act.made_at) == (now, now + wrong_by)
    assert Answer.objects.get().received_at == now


def test_a_claim_to_have_answered_in_time_opens_nothing(eve: Person, clock: Clock) -> None:
    client = device(eve)
    attempt = start(client)
    clock(DUE + GRACE + timedelta(seconds=1))
    reply = answer(client, attempt, "duree", "3", made_at=(DUE - timedelta(days=1)).isoformat())
    assert reply.status_code == 422
    assert reply.json()["reason"] == "The deadline and its grace have passed: nothing was stored."
    assert not Answer.objects.exists()


def test_a_claim_that_no_calendar_knows_is_refused_and_says_so(eve: Person) -> None:
    client = device(eve)
    attempt = start(client)
    assert answer(client, attempt, "duree", "3", made_at="yesterday").status_code == 422
    assert not Answer.objects.exists()


def test_the_deadline_the_grace_and_what_is_told_of_both(eve: Person, clock: Clock) -> None:
    client = device(eve)
    attempt = start(client)
    clock(DUE + GRACE)
    shown = client.get(f"{ME}/quiz/", headers={"Accept": "text/html"}).content.decode()
    assert 'class="notice warning"' in shown
    assert '<time datetime="2026-03-09T23:59:00+01:00"' in shown
    assert answer(client, attempt, "duree", "3").status_code == 200


def test_nothing_starts_after_the_grace(eve: Person, clock: Clock) -> None:
    client = device(eve)
    clock(DUE + GRACE + timedelta(seconds=1))
    late = client.post(f"{ME}/quiz/start/", cast.form())
    assert (late.status_code, late.json()["reason"]) == (
        422,
        "The deadline and its grace have passed: nothing was stored.",
    )


def test_an_extension_moves_the_deadline_and_its_grace(eve: Person, clock: Clock, edition: Edition) -> None:
    client = device(eve)
    attempt = start(client)
    until = DUE + timedelta(days=3)
    Extension.objects.create(enrolment=eve.enrolments.get(), key="quiz", until=until, reason="hospital")
    clock(until + GRACE)
    assert answer(client, attempt, "duree", "3").status_code == 200
    clock(until + GRACE + timedelta(seconds=1))
    assert answer(client, attempt, "vrai", "true").status_code == 422


def test_an_exam_has_no_door_before_its_window_and_no_grace_after(eve: Person, clock: Clock) -> None:
    client = device(eve)
    assert client.post(f"{ME}/examen/start/", cast.form()).status_code == 404
    clock(datetime(2026, 3, 16, 7, 0, tzinfo=UTC))
    attempt = start(client, "examen")
    closes = datetime(2026, 3, 22, 22, 59, tzinfo=UTC)
    clock(closes)
    assert answer(client, attempt, "e1", "quatre").status_code == 200
    clock(closes + timedelta(seconds=1))
    assert answer(client, attempt, "e1", "4").status_code == 422
    assert Answer.objects.get().given == "quatre"


def summer(tmp_path: Path, opens: datetime, due: str) -> Edition:
    """The thin course with another deadline of its quiz, in an edition whose first week changes its clocks."""
    folder = Path(shutil.copytree(cast.THIN, tmp_path / "thin"))
    quiz = folder / "fr/debut/02-quiz.md"
    quiz.write_text(quiz.read_text().replace("w1 sun 23:59", due))
    return cast.edition(opens=opens, of=cast.version(folder, now=opens))


@pytest.mark.parametrize(
    ("opens", "due", "instant", "said"),
    [
        # Paris springs forward on Sunday 29 March 2026: 2:00 is 3:00.
        (
            datetime(2026, 3, 23, 7, tzinfo=UTC),
            "w1 sun 23:59",
            datetime(2026, 3, 29, 21, 59, tzinfo=UTC),
            "2026-03-29T23:59:00+02:00",
        ),
        (
            datetime(2026, 3, 23, 7, tzinfo=UTC),
            "w1 sun 02:30",
            datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
            "2026-03-29T03:30:00+02:00",
        ),
        # It falls back on Sunday 25 October 2026: 3:00 is 2:00, and 2:30 comes twice; the later one counts.
        (
            datetime(2026, 10, 19, 6, tzinfo=UTC),
            "w1 sun 02:30",
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            "2026-10-25T02:30:00+01:00",
        ),
        (
            datetime(2026, 10, 19, 6, tzinfo=UTC),
            "w1 sun 23:59",
            datetime(2026, 10, 25, 22, 59, tzinfo=UTC),
            "2026-10-25T23:59:00+01:00",
        ),
    ],
)
@pytest.mark.django_db
def test_a_change_of_clocks_in_the_week(
    tmp_path: Path, clock: Clock, opens: datetime, due: str, instant: datetime, said: str
) -> None:
    clock(opens)
    edition = summer(tmp_path, opens, due)
    person = cast.person("Eve", language="en")
    cast.enrolment(person, edition)
    client = device(person)
    clock(opens + timedelta(days=1))
    assert f'<time datetime="{said}"' in client.get("/e/thin-1/en/debut/quiz/").content.decode()
    attempt = start(client)
    clock(instant)
    assert answer(client, attempt, "duree", "3").status_code == 200
    assert 'class="notice warning"' not in client.get(f"{ME}/quiz/", headers={"Accept": "text/html"}).content.decode()
    clock(instant + timedelta(seconds=1))
    assert 'class="notice warning"' in client.get(f"{ME}/quiz/", headers={"Accept": "text/html"}).content.decode()
    clock(instant + GRACE)  # twenty-four hours, not "the same hour tomorrow"
    assert answer(client, attempt, "vrai", "true").status_code == 200
    clock(instant + GRACE + timedelta(seconds=1))
    assert answer(client, attempt, "choix", "0").status_code == 422


def test_leaving_in_one_browser_closes_the_other(eve: Person, edition: Edition, now: datetime) -> None:
    phone, desk = device(eve), device(eve)
    attempt = start(phone)
    courses.leave(act=cast.an_act("leave"), by=eve, enrolment=eve.enrolments.get(), now=now)
    assert answer(desk, attempt, "duree", "3").status_code == 404
