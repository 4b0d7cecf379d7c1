"""Copies that are alike, at the desk: listed, read side by side without a name, set aside or taken to a procedure."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit import journal
from preau.courses.models import Edition
from preau.peer import comparing
from preau.peer.models import Case, Likeness, Submission
from tests import cast
from tests.peer import stage

BOARD = "/desk/thin-1/peer/cas/"
QUOTE = " ".join(f"phrase{number}" for number in range(100))
NAMES = ("Anastasia", "Bertrand", "Clotilde")


@pytest.fixture
def edition(db: None) -> Edition:
    """No copy can be handed in any more."""
    return stage.assessed(opens=cast.monday(timezone.now(), -3))


@pytest.fixture
def tom(edition: Edition) -> Person:
    person = cast.person("Tom")
    cast.role(person, "teacher", edition=edition)
    return person


@pytest.fixture
def copies(edition: Edition) -> list[Submission]:
    when = edition.opens_at + timedelta(days=8)
    texts = (f"Un début à soi. {QUOTE}", f"{QUOTE}. Une fin <b>à soi</b>.", "Rien de tel.")
    made = [
        stage.copy(stage.learner(name, edition), edition, when, text)
        for name, text in zip(NAMES, texts, strict=True)
    ]  # fmt: skip
    while comparing.compare_due(now=timezone.now()):
        pass
    return made


@pytest.fixture
def pair(copies: list[Submission]) -> Likeness:
    return Likeness.objects.get()


def get(who: Person, path: str) -> Any:
    response = cast.browser(who).get(f"{BOARD}{path}")
    assert response.status_code == 200, path
    return response


def test_pairs_are_listed_and_counted_until_they_are_settled(edition: Edition, tom: Person, pair: Likeness) -> None:
    page = get(tom, "alike/")
    assert page.context["waiting"].alike == 1
    assert [row.pk for row in page.context["pairs"]] == [pair.pk]
    address = f"{BOARD}alike/{pair.pk}/"
    assert address in page.content.decode()
    client = cast.browser(tom)
    assert client.post(address, cast.form(words=" ")).status_code == 422
    assert client.post(address, cast.form(words="Une source commune.")).status_code == 302
    assert client.post(address, cast.form(words="Autre chose.")).status_code == 422
    pair.refresh_from_db()
    assert (pair.settled, pair.settled_by) == ("Une source commune.", tom)
    assert get(tom, "alike/").context["waiting"].alike == 0
    assert "Une source commune." in get(tom, f"alike/{pair.pk}/").content.decode()
    lines = journal.about("enrolment", pair.submission.enrolment_id)
    assert [line.verb for line in lines if line.details.get("likeness")] == ["likeness.settled"]


def test_two_texts_stand_side_by_side_without_a_name(
    edition: Edition, tom: Person, copies: list[Submission], pair: Likeness
) -> None:
    page = get(tom, f"alike/{pair.pk}/").content.decode()
    assert page.count(f"<mark>{QUOTE}</mark>") == 2
    assert "Un début à soi. <mark>" in page
    assert "Une fin &lt;b&gt;à soi&lt;/b&gt;." in page
    assert not [name for name in NAMES if name in page]
    for copy in copies[:2]:
        assert f"{BOARD}cases/new/{copy.pk}/" in page


def test_a_procedure_about_one_of_them_shows_in_the_list(
    edition: Edition, tom: Person, copies: list[Submission], pair: Likeness
) -> None:
    opening = get(tom, f"cases/new/{copies[1].pk}/")
    form = opening.context["form"]
    said: dict[str, Any] = {name: str(form[name].value()) for name in form.fields}
    assert cast.browser(tom).post(f"{BOARD}cases/new/{copies[1].pk}/", cast.form(**said)).status_code == 302
    assert Case.objects.get().submission_id == copies[1].pk
    assert [row.procedure for row in get(tom, "alike/").context["pairs"]] == [True]


def test_a_copy_of_an_earlier_edition_has_no_procedure_here(
    edition: Edition, tom: Person, copies: list[Submission], pair: Likeness
) -> None:
    there = cast.edition(
        slug="there", opens=cast.monday(timezone.now(), -23), of=edition.course.versions.order_by("number").last()
    )
    far = cast.enrolment(cast.person("Far"), there)
    Submission.objects.filter(pk=copies[1].pk).update(enrolment=far)
    page = get(tom, f"alike/{pair.pk}/").content.decode()
    assert f"{BOARD}cases/new/{copies[0].pk}/" in page
    assert f"copies/{copies[1].pk}/" not in page
    assert f"cases/new/{copies[1].pk}/" not in page


def test_the_list_costs_the_same_for_many_pairs(
    edition: Edition, tom: Person, copies: list[Submission], pair: Likeness, django_assert_max_num_queries: Any
) -> None:
    client = cast.browser(tom)
    client.get(f"{BOARD}alike/")
    with CaptureQueriesContext(connection) as first:
        client.get(f"{BOARD}alike/")
    for other in copies[:2]:
        Likeness.objects.create(
            assignment_id=pair.assignment_id,
            submission=copies[2],
            other=other,
            common=9,
            share=0.5,
            found_at=timezone.now(),
        )
    with django_assert_max_num_queries(len(first)):
        client.get(f"{BOARD}alike/")
