"""Author and reviewer never meet: one walk through every page, file, header, mail and export that either can get."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition, Role
from preau.mail.models import Message
from preau.peer import computing, leasing, personal, publishing, reviewing, telling
from preau.peer.models import Assignment, Review, Submission
from tests import cast
from tests.peer import stage

HUB = "/e/thin-1/peer/fr/cas/"
UNIT = "/e/thin-1/me/fr/debut/cas/"


@pytest.fixture
def edition(db: None) -> Edition:
    """Its copies are due since a while, its results since a moment."""
    return stage.assessed(opens=cast.monday(timezone.now(), -5), reviews=1, guaranteed=1)


def secrets(person: Person, edition: Edition) -> list[str]:
    """All that would tell who somebody is."""
    enrolment = stage.enrolment(person, edition)
    copy = Submission.objects.get(enrolment=enrolment)
    return [person.name, person.email, str(person.pk), str(enrolment.pk), str(copy.pk)]


def told(response: Any) -> str:
    """The whole of an answer: its body, its headers, its address."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{body.decode(errors='replace')}{response.headers!r}{response.wsgi_request.path}"


def test_they_never_appear_to_each_other(edition: Edition) -> None:
    wrote = edition.opens_at + timedelta(days=8)
    author, reviewer = stage.learner("Marguerite", edition), stage.learner("Sosthene", edition)
    teacher = cast.person("Tom")
    cast.role(teacher, Role.Kind.TEACHER, edition=edition)
    stage.copy(author, edition, wrote, "# Un projet\n\nEn trois lots.")
    stage.copy(reviewer, edition, wrote + timedelta(minutes=1), "# Un autre\n\nEn deux lots.")
    for person, words in ((reviewer, "Une lettre à qui a écrit."), (author, "Une autre lettre.")):
        stage.review(person, edition, wrote + timedelta(hours=2), stage.given(words=words))
    review = Review.objects.get(reviewer=reviewer)
    of_reviewer = [
        *walk(reviewer, [HUB, UNIT, f"/e/thin-1/peer/review/{review.pk}/", f"{HUB}self/", "/me/", "/e/thin-1/"]),
        *acts_of(reviewer, review, edition, wrote),
    ]
    now = timezone.now()
    row = Assignment.objects.get()
    telling.tell_due(now=wrote + timedelta(days=9))
    computing.recompute(row, now=now)
    publishing.publish_due(now=now)
    telling.tell_due(now=now)
    row.refresh_from_db()
    assert row.published_at is not None
    of_author = walk(author, [f"{HUB}result/", HUB, UNIT, f"{HUB}self/", "/me/", "/e/thin-1/"])
    assert "Une lettre à qui a écrit." in of_author[0]
    received = review.pk
    acts: dict[str, dict[str, Any]] = {"rate": {"useful": "yes"}, "flag": {"kind": "abuse", "words": "Non."}}
    for what, fields in acts.items():
        sent = cast.browser(author).post(f"/e/thin-1/peer/review/{received}/{what}/", cast.form(**fields))
        assert sent.status_code == 302
        of_author.append(told(sent))
    for person, pages, other in ((reviewer, of_reviewer, author), (author, of_author, reviewer)):
        mails = Message.objects.filter(person_id=person.pk).order_by("pk")
        assert mails.exists()
        exported = repr({name: list(rows) for name, rows in personal.export(person).items()})
        said = [*pages, *(f"{one.subject}{one.text}" for one in mails), exported]
        found = {secret for secret in secrets(other, edition) for page in said if secret in page}
        assert not found, f"{person.name} can learn of {other.name}: {found}"


def walk(person: Person, pages: list[str]) -> list[str]:
    """What these pages tell, each of them open to the person."""
    client, said = cast.browser(person), []
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200, page
        said.append(told(response))
    return said


def acts_of(person: Person, review: Review, edition: Edition, now: Any) -> list[str]:
    """What the outcomes of a reviewer's acts tell."""
    facts = stage.facts(person, edition, now)
    asked = leasing.ask(act=cast.an_act("review.ask", now=now), by=person, facts=facts, now=now, languages={"fr"})
    raised = reviewing.flag(
        act=cast.an_act("review.flag", now=now),
        by=person,
        review=review,
        kind="identity",
        words="",
        of_review=False,
        now=now,
    )
    return [repr(asked), repr(raised)]
