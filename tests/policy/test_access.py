"""Every address by every role: what the matrix says is what happens."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from preau.accounts.models import Device, Person
from preau.certificates import actions as certificates
from preau.certificates.models import Award
from preau.common.ids import new_id
from preau.courses.models import Edition, Role, SafetyContact, Shift, Volunteer
from preau.mail.attachments import Attachment
from preau.peer import actions as peer
from preau.quizzes import actions, bank
from preau.quizzes.models import Attempt
from preau.support import actions as support
from preau.support.models import Alert, SavedReply
from tests import cast
from tests.policy.matrix import BEFORE_SIGNING_IN, MATRIX, ROLES, Row


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            assert entry.callback is not None
            yield route, entry.callback
        else:
            yield from routes(entry, route)


def ours(view: Callable[..., Any]) -> bool:
    return view.__module__.startswith("preau.")


def test_every_route_has_a_row() -> None:
    written = {route for route, view in routes(get_resolver()) if ours(view)}
    assert written - set(MATRIX) == set(), "these routes have no row in tests/policy/matrix.py"
    assert set(MATRIX) - written == set(), "these rows have no route"


def test_the_pages_of_allauth_ask_to_sign_in_but_those_that_are_named() -> None:
    theirs = {route: view for route, view in routes(get_resolver()) if not ours(view)}
    open_to_all = {route for route, view in theirs.items() if not getattr(view, "login_required", True)}
    assert open_to_all == BEFORE_SIGNING_IN


@pytest.mark.django_db
def test_a_page_of_allauth_that_asks_to_sign_in_does() -> None:
    for route, view in routes(get_resolver()):
        if not ours(view) and route not in BEFORE_SIGNING_IN:
            response = cast.browser().get("/" + route.replace("<int:pk>", "1"))
            assert response.status_code == 302, route
            assert response.headers["Location"].startswith("/accounts/login/"), route


@pytest.fixture
def stage(db: None) -> dict[str, Any]:
    """An edition that runs today, a private one, one that opens later, and one of everybody."""
    now = timezone.now()
    opens = cast.monday(now, -1)
    edition = cast.edition(opens=opens)
    version = edition.course.versions.get()
    private = cast.edition(slug="private", opens=opens, of=version, visibility=Edition.Visibility.PRIVATE)
    later = cast.edition(slug="later", opens=cast.monday(now, 2), of=version)
    elsewhere = cast.edition(slug="elsewhere", opens=opens, of=version)
    people: dict[str, Person] = {}
    for letter, name in ROLES.items():
        if letter != "a":
            people[letter] = cast.person(name.replace(" ", "-"))
    learner = cast.enrolment(people["l"], edition, at=opens)
    cast.enrolment(people["e"], elsewhere, at=opens)
    for letter, kind in zip("ocstr", ("moderator", "coach", "supervisor", "teacher", "registrar"), strict=True):
        for where in (edition, private, later) if letter == "t" else (edition,):
            cast.role(people[letter], kind, edition=where)
    cast.role(people["d"], Role.Kind.ADMINISTRATOR)
    place = cast.place(people["l"], edition, "apres", now)
    outcome = actions.start(act=cast.an_act("quiz.start", now=now), by=people["l"], place=place)
    attempt = Attempt.objects.get(pk=outcome["attempt"])
    copy = peer.submit(
        act=cast.an_act("assignment.submit", now=now),
        by=people["l"],
        text="Un projet.",
        place=cast.place(people["l"], edition, "cas", now),
    )
    award = Award.objects.create(
        enrolment=learner, track=learner.track, code="ABCDEFGHJKMN", decided_by_id=people["d"].pk, awarded_at=now
    )
    certificates.issue(award.pk, now=now)
    question = support.Question("other", "Une question", "Où est mon devoir ?", "fr", edition, learner)
    file = Attachment("preuve.pdf", "application/pdf", b"%PDF-1.4")
    asked = support.ask(act=cast.an_act("ask", now=now), by=people["l"], question=question, attached=[file], now=now)
    to_site = support.Question("site", "Le site", "Il est lent.", "fr")
    site = support.ask(act=cast.an_act("ask", now=now), by=people["m"], question=to_site, now=now)
    texts = {"fr": {"title": "Bonjour", "text": "Merci de votre message."}}
    saved = SavedReply.objects.create(course=edition.course, key="hello", texts=texts)
    helper = Volunteer.objects.create(edition=edition, person=people["o"], languages=["fr"], applied_at=now)
    shift = Shift.objects.create(volunteer=helper, weekday=0, hour=9, language="fr")
    SafetyContact.objects.create(edition=edition, person=people["c"], named_at=now)
    danger = Alert.objects.create(edition=edition, person=people["l"], kind="threat", text="Une menace.", raised_at=now)
    cast.browser(people["l"])  # the learner's first device
    return {
        "people": people,
        "edition": edition.slug,
        "private": "private",
        "later": "later",
        "code": award.code,
        "award": award.pk,
        "attempt": attempt.pk,
        "question": bank.of(attempt.version_id, attempt.unit_id, "fr").items[0].id,
        "enrolment": learner.pk,
        "nothing": new_id(),
        "request": asked["request"],
        "entry": asked["request"],  # the first message of a request has its id
        "site_request": site["request"],
        "reply": saved.pk,
        "volunteer": helper.pk,
        "shift": shift.pk,
        "alert": danger.pk,
        "device": Device.objects.get(person=people["l"]).public_id,
        "milestone": edition.milestones.order_by("key", "what")[0].pk,
        "submission": copy["submission"],
    }


def got_in(client: Client, row: Row, path: str) -> str:
    """in, sign in, 404 or the odd status."""
    response = (
        client.post(path, {"track": row.track} if row.track else {}) if row.method == "POST" else client.get(path)
    )
    if response.streaming:
        b"".join(response.streaming_content)  # type: ignore[attr-defined]
    if response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/"):
        return "sign in"
    if response.status_code in (200, 301, 302, 422):
        return "in"
    return str(response.status_code)


@pytest.mark.parametrize("letter", ROLES)
def test_the_matrix(stage: dict[str, Any], letter: str) -> None:
    wrong = []
    for rows in MATRIX.values():
        for row in rows:
            path = row.path.format(**stage)
            client = cast.browser(stage["people"].get(letter))
            seen = got_in(client, row, path)
            expected = "in" if letter in row.who else "404"
            if letter == "a" and expected == "404" and seen == "sign in":
                continue
            if seen != expected:
                wrong.append(f"{ROLES[letter]}: {row.method} {path}: {seen}, expected {expected}")
    assert not wrong, "\n".join(wrong)
