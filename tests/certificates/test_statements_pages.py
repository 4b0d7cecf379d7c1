"""Statements on the site: made from one's own page, read by whoever has the code, hidden by their holder."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.certificates import statement_listing, statement_signing, statements, tending
from preau.certificates.models import Statement
from preau.common.ids import new_id
from preau.config import worker
from preau.courses import enrolling
from preau.courses.models import Edition, Enrolment
from tests import cast
from tests.certificates import stage
from tests.certificates.stage import scored

MINE = "/me/certificates/"


@pytest.fixture
def edition(db: None, tmp_path: Path) -> Edition:
    return cast.edition(slug="echelle-1", of=stage.version(tmp_path), opens=cast.monday(timezone.now(), -2))


@pytest.fixture
def lea(edition: Edition) -> Enrolment:
    row = cast.enrolment(cast.person("Lea"), edition)
    scored(row, 72.5, "quiz")
    return row


def make(row: Enrolment, now: datetime | None = None, **said: str) -> Statement:
    at = now or timezone.now()
    values = {"kind": "progress", "language": "fr"} | said
    act = cast.an_act("statement.make", now=at)
    done = statements.make(
        act=act, by=row.person, enrolment=row, kind=values["kind"], language=values["language"], now=at
    )
    return Statement.objects.get(code=done["statement"])


@pytest.fixture
def made(lea: Enrolment) -> Statement:
    row = make(lea, kind="transcript")
    statement_signing.sign_due(timezone.now())
    row.refresh_from_db()
    return row


def test_a_learner_makes_one_and_finds_it_when_it_is_signed(lea: Enrolment) -> None:
    client = cast.browser(lea.person)
    path = f"{MINE}statements/{lea.pk}/"
    answer = client.post(path, cast.form(kind="transcript", language="en"))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{MINE}#statements")
    row = Statement.objects.get()
    page = client.get(MINE).content.decode()
    assert row.code in page
    assert "signature en cours" in page
    assert f"/verify/{row.code}/statement.pdf" not in page
    assert cast.browser().get(f"/verify/{row.code}/").status_code == 404
    for chore in worker.CHORES:
        if chore is tending.sign_statements:
            chore(timezone.now())
    page = client.get(MINE).content.decode()
    for what in ("statement.pdf", "statement.json", ""):
        address = f"/verify/{row.code}/{what}"
        assert f'href="{address}"' in page
        assert cast.browser().get(address).status_code == 200


def test_the_files_are_served_as_they_were_signed(made: Statement) -> None:
    client = cast.browser()
    answer = client.get(f"/verify/{made.code}/statement.json")
    assert answer.content.decode() == made.text
    assert answer.headers["Content-Type"] == "application/vc+ld+json"
    assert client.get(f"/verify/{made.code}/statement.pdf").content.startswith(b"%PDF-")


@pytest.mark.parametrize("typed", [str.lower, lambda code: f"{code[:4]}-{code[4:8]}-{code[8:]}"])
def test_the_page_opens_however_the_code_is_typed(made: Statement, typed: Callable[[str], str]) -> None:
    assert cast.browser().get(f"/verify/{typed(made.code)}/").status_code == 200


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", ("Authentique", "Relevé de notes", "72,5")), ("en", ("Authentic", "Transcript of results", "72.5"))],
)
def test_the_page_speaks_the_visitors_language(made: Statement, language: str, words: tuple[str, ...]) -> None:
    client = cast.browser()
    client.get(f"/language/{language}/")
    page = client.get(f"/verify/{made.code}/").content.decode()
    for word in (*words, "Lea", "Conduire un projet", "École du test"):
        assert word in page, word
    assert ('<td lang="fr">Un quiz</td>' in page) == (language == "en"), "a title is read out in its own language"
    assert "lea@example.org" not in page


def test_a_hidden_one_is_authentic_and_says_no_more(made: Statement, lea: Enrolment) -> None:
    client, path = cast.browser(lea.person), f"{MINE}statements/{made.code}/hide/"
    assert client.post(path, cast.form(hidden="1")).status_code == 302
    page = cast.browser().get(f"/verify/{made.code}/").content.decode()
    assert "Authentique" in page
    for word in ("Lea", "Conduire un projet", "72,5", "statement.pdf"):
        assert word not in page
    for file in ("statement.json", "statement.pdf"):
        assert cast.browser().get(f"/verify/{made.code}/{file}").status_code == 404
        assert client.get(f"/verify/{made.code}/{file}").status_code == 200
    assert "72,5" in client.get(f"/verify/{made.code}/").content.decode()
    assert client.post(path, cast.form(hidden="0")).status_code == 302
    assert "Lea" in cast.browser().get(f"/verify/{made.code}/").content.decode()


def test_nobody_makes_or_hides_one_for_another(made: Statement, lea: Enrolment, edition: Edition) -> None:
    other = cast.enrolment(cast.person("Noa"), edition).person
    client = cast.browser(other)
    assert client.post(f"{MINE}statements/{lea.pk}/", cast.form(kind="progress", language="fr")).status_code == 404
    assert client.post(f"{MINE}statements/{made.code}/hide/", cast.form(hidden="1")).status_code == 404
    assert client.post(f"{MINE}statements/{new_id()}/", cast.form()).status_code == 404
    assert Statement.objects.count() == 1
    assert made.code not in client.get(MINE).content.decode()


def test_who_left_still_can_and_whom_the_team_removed_cannot(lea: Enrolment, edition: Edition) -> None:
    gone = cast.enrolment(cast.person("Noa"), edition)
    now = timezone.now()
    enrolling.leave(act=cast.an_act("leave"), by=lea.person, enrolment=lea, now=now)
    enrolling.remove(act=cast.an_act("remove"), enrolment=gone, reason="Fraude", by=lea.person, now=now)
    asked = cast.form(kind="progress", language="fr")
    assert cast.browser(lea.person).post(f"{MINE}statements/{lea.pk}/", asked).status_code == 302
    client = cast.browser(gone.person)
    assert client.post(f"{MINE}statements/{gone.pk}/", asked).status_code == 404
    assert str(gone.pk) not in client.get(MINE).content.decode()


def test_a_refusal_is_told_and_nothing_is_made(lea: Enrolment) -> None:
    client = cast.browser(lea.person)
    page = client.post(f"{MINE}statements/{lea.pk}/", cast.form(kind="x", language="fr"), follow=True).content.decode()
    assert "Choisissez un document et sa langue" in page
    assert not Statement.objects.exists()


def test_the_same_act_sent_twice_makes_one(lea: Enrolment) -> None:
    form = cast.form(kind="progress", language="fr")
    for _ in range(2):
        cast.browser(lea.person).post(f"{MINE}statements/{lea.pk}/", form)
    assert Statement.objects.count() == 1


def test_my_page_lists_the_last_twenty_of_each_edition_at_the_same_cost(
    lea: Enrolment, edition: Edition, django_assert_max_num_queries: Any
) -> None:
    make(lea)
    client = cast.browser(lea.person)
    for _ in range(2):
        client.get(MINE)
    with CaptureQueriesContext(connection) as first:
        client.get(MINE)
        cost = len(first)
    rows = [
        cast.enrolment(lea.person, cast.edition(slug=slug, of=edition.course.versions.get(), opens=edition.opens_at))
        for slug in ("echelle-2", "echelle-3")
    ]
    for n in range(25):
        for row in rows:
            make(row, timezone.now() - timedelta(days=100 - 3 * n))
    client.get(MINE)
    with django_assert_max_num_queries(cost):
        page = client.get(MINE).content.decode()
    counts = [len(mine.rows) for mine in statement_listing.listed(lea.person)]
    assert sorted(counts) == [1, 20, 20]
    assert page.count("signature en cours") == 41


def test_the_page_of_one_costs_one_query(made: Statement, django_assert_num_queries: Any) -> None:
    client = cast.browser()
    client.get(f"/verify/{made.code}/")
    with django_assert_num_queries(2):  # whether a certificate has the code, then the statement
        client.get(f"/verify/{made.code}/")
