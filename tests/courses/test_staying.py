"""What is said to stay once an edition is over is what stays: each line, opened by its address, as each of those it
speaks of."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.certificates import issuing
from preau.certificates.models import Award
from preau.courses import actions as courses
from preau.courses import staying
from preau.courses.models import Edition, Enrolment, Milestone
from preau.peer import actions as peer
from preau.quizzes import actions as quizzes
from preau.quizzes import bank
from preau.quizzes.models import Attempt
from preau.subtitles.models import Track
from tests import cast
from tests.discussion import talking
from tests.subtitles import stage as films

UNIT = "/e/thin-1/me/fr/debut"
PEOPLE = ("learner", "left", "member", "anonymous")


@pytest.fixture(params=["public", "private"])
def edition(request: pytest.FixtureRequest, db: None, tmp_path: Path) -> Edition:
    """One that closed three weeks ago."""
    opens = cast.monday(timezone.now(), -11)
    version = cast.version(films.folder(tmp_path), now=opens)
    return cast.edition(slug="thin-1", opens=opens, of=version, visibility=request.param)


@pytest.fixture
def people(edition: Edition) -> dict[str, Person | None]:
    return {
        "learner": cast.person("Lea"),
        "left": cast.person("Leo"),
        "member": cast.person("Max"),
        "anonymous": None,
    }


@pytest.fixture
def stage(edition: Edition, people: dict[str, Person | None]) -> dict[str, Any]:
    """On its first day two took part, and one left; today it is over."""
    now, lea, leo = edition.opens_at + timedelta(hours=12), people["learner"], people["left"]
    assert lea is not None
    assert leo is not None
    mine, left = cast.enrolment(lea, edition, at=now), cast.enrolment(leo, edition, at=now)
    attempt = quizzes.start(act=cast.an_act("quiz.start", now=now), by=lea, place=cast.place(lea, edition, "quiz", now))
    unit = cast.place(lea, edition, "cas", now)
    peer.submit(act=cast.an_act("assignment.submit", now=now), by=lea, text="Un projet.", place=unit)
    thread = talking.ask(talking.here(lea, {"edition": "thin-1"}, now))
    codes = [_certified(enrolment, lea, code) for enrolment, code in ((mine, "A" * 12), (left, "B" * 12))]
    Enrolment.objects.filter(pk=left.pk).update(left_at=now)
    return {
        "attempt": attempt["attempt"],
        "thread": thread.pk,
        "codes": codes,
        "video": Track.objects.filter(language="fr").values_list("video", flat=True)[0],
        "cue": Track.objects.get(language="fr").cues.order_by("start")[0].key,
    }


def _certified(enrolment: Enrolment, by: Person, code: str) -> str:
    award = Award.objects.create(
        enrolment=enrolment, track=enrolment.track, code=code, decided_by_id=by.pk, awarded_at=timezone.now()
    )
    issuing.issue(award.pk, now=timezone.now())
    return award.code


def got(who: Person | None, path: str, **post: str) -> bool:
    """Is it shown, or done? What sends one to sign in, or is a 404, is not."""
    client = cast.browser(who)
    reply = client.post(path, cast.form(None, **post)) if post else client.get(path)
    if reply.status_code == 302 and "/accounts/login/" in reply.headers["Location"]:
        return False
    if reply.streaming:
        b"".join(reply.streaming_content)  # type: ignore[attr-defined]
    return reply.status_code in (200, 302)


def opened(people: dict[str, Person | None], path: str, **post: str) -> set[str]:
    return {name for name, who in people.items() if got(who, path, **post)}


def lessons(edition: Edition, people: dict[str, Person | None], stage: dict[str, Any]) -> None:
    everybody = set(PEOPLE) if edition.visibility == "public" else {"learner"}
    assert opened(people, "/e/thin-1/fr/debut/lecon/") == everybody
    assert opened(people, f"/e/thin-1/video/{stage['video']}/fr/") == everybody
    assert opened(people, f"/e/thin-1/video/{stage['video']}/fr.vtt") == everybody


def results(edition: Edition, people: dict[str, Person | None], stage: dict[str, Any]) -> None:
    assert opened(people, "/e/thin-1/") == {"learner"}
    assert opened(people, "/e/thin-1/me/receipts/") == {"learner"}
    lea = cast.browser(people["learner"])
    assert "Un projet." in lea.get(f"{UNIT}/cas/").content.decode()
    assert "question" in lea.get(f"{UNIT}/quiz/").content.decode()
    assert "Un projet." not in cast.browser(people["left"]).get(f"{UNIT}/cas/").content.decode()


def answers(edition: Edition, people: dict[str, Person | None], stage: dict[str, Any]) -> None:
    row = Attempt.objects.get(pk=stage["attempt"])
    item = bank.of(row.version_id, row.unit_id, "fr").items[0]
    address = f"/e/thin-1/me/quiz/{row.pk}/{item.id}/"
    assert opened(people, address, answer="1", language="fr") == set()
    assert opened(people, f"{UNIT}/apres/start/", language="fr") == set()
    assert opened(people, f"{UNIT}/cas/submit/", text="Plus tard.") == set()


def threads(edition: Edition, people: dict[str, Person | None], stage: dict[str, Any]) -> None:
    path = f"/e/thin-1/discussion/thread/{stage['thread']}/"
    assert opened(people, path) == {"learner"}
    assert opened(people, path, text="Merci encore.", agrees="on") == {"learner"}


def commons(edition: Edition, people: dict[str, Person | None], stage: dict[str, Any]) -> None:
    assert opened(people, "/commons/thin/") == {"learner", "left"}


def notes(edition: Edition, people: dict[str, Person | None], stage: dict[str, Any]) -> None:
    base = f"/e/thin-1/video/{stage['video']}/fr/"
    assert opened(people, f"{base}cue/{stage['cue']}/note/", text="À revoir.") == {"learner"}
    assert "À revoir." in cast.browser(people["learner"]).get(f"{base}cue/{stage['cue']}/").content.decode()


def held(edition: Edition, people: dict[str, Person | None], stage: dict[str, Any]) -> None:
    for name, code in zip(("learner", "left"), stage["codes"], strict=True):
        assert code in cast.browser(people[name]).get("/me/certificates/").content.decode()
    assert stage["codes"][0] not in cast.browser(people["member"]).get("/me/certificates/").content.decode()


def verify(edition: Edition, people: dict[str, Person | None], stage: dict[str, Any]) -> None:
    for code in stage["codes"]:
        assert opened(people, f"/verify/{code}/") == set(PEOPLE)


def left(edition: Edition, people: dict[str, Person | None], stage: dict[str, Any]) -> None:
    leo = people["left"]
    for path in ("/commons/thin/", "/me/certificates/", "/accounts/export/"):
        assert cast.browser(leo).get(path).status_code in (200, 302)
    for path in ("/e/thin-1/", "/e/thin-1/me/receipts/", f"/e/thin-1/discussion/thread/{stage['thread']}/"):
        assert cast.browser(leo).get(path).status_code == 404


TRUE: dict[str, Callable[[Edition, dict[str, Person | None], dict[str, Any]], None]] = {
    "lessons": lessons,
    "results": results,
    "answers": answers,
    "threads": threads,
    "commons": commons,
    "notes": notes,
    "certificates": held,
    "verify": verify,
    "left": left,
}


def test_every_line_has_its_proof(edition: Edition) -> None:
    assert [one.key for one in staying.after(edition)] == list(TRUE)


@pytest.mark.parametrize("key", TRUE)
def test_each_line_is_true(edition: Edition, people: dict[str, Person | None], stage: dict[str, Any], key: str) -> None:
    TRUE[key](edition, people, stage)


def test_it_is_said_on_the_home_on_the_course_and_at_the_desk(
    edition: Edition, people: dict[str, Person | None], stage: dict[str, Any], dora: Person
) -> None:
    for who, path in ((people["learner"], "/e/thin-1/"), (dora, "/desk/thin-1/")):
        page = cast.browser(who).get(path).content.decode()
        assert all(one.what in page for one in _said(edition))
    if edition.visibility == "public":
        page = cast.browser().get("/fr/courses/thin/").content.decode()
        assert all(one.what in page for one in _said(edition))


def _said(edition: Edition) -> Any:
    with override("fr"):
        return staying.after(edition)


def test_before_the_end_the_home_says_what_will_stay(ana: Person) -> None:
    Edition.objects.update(closes_at=timezone.now() + timedelta(days=3))
    page = cast.browser(ana).get("/e/thin-1/").content.decode()
    assert "ce qui reste" in page
    assert "Cette session est terminée" not in page


def test_without_a_deadline_answers_are_taken_until_the_closing(edition: Edition, people: Any) -> None:
    now, lea = edition.opens_at + timedelta(hours=12), people["learner"]
    cast.enrolment(lea, edition, at=now)
    Milestone.objects.filter(edition=edition, key__in=["quiz", "cas"]).exclude(what="opens").delete()
    courses.touch(edition)
    started = quizzes.start(act=cast.an_act("q", now=now), by=lea, place=cast.place(lea, edition, "quiz", now))
    after = edition.closes_at + timedelta(minutes=1)
    row = Attempt.objects.get(pk=started["attempt"])
    item = bank.of(row.version_id, row.unit_id, "fr").items[0]
    asked = {"by": lea, "attempt_id": row.pk, "question_id": item.id, "values": {}, "language": "fr", "now": after}
    with pytest.raises(Refused, match="limite"):
        quizzes.answer(act=cast.an_act("a", now=after), **asked)
    place = cast.place(lea, edition, "cas", after)
    with pytest.raises(Refused, match="limite"):
        peer.submit(act=cast.an_act("s", now=after), by=lea, text="Trop tard.", place=place)
    place = cast.place(lea, edition, "cas", edition.closes_at - timedelta(minutes=1))
    peer.submit(act=cast.an_act("s", now=after), by=lea, text="À temps.", place=place)
