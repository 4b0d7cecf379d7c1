"""The pages of an author and of a reviewer: what they show, what they never show, what their forms do."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition, Role
from preau.peer import assignments
from preau.peer.models import Draft, Flag, Review, Submission, Widening
from tests import cast
from tests.peer import stage

UNIT = "/e/thin-1/me/fr/debut/cas/"
HUB = "/e/thin-1/peer/fr/cas/"
FULL: dict[str, Any] = {"level-plan": "2", "level-clarte": "1", "comment-clarte": "Bien dit.", "words": "Merci."}
HALF: dict[str, Any] = {"level-plan": "2"}


@pytest.fixture
def edition(db: None) -> Edition:
    return stage.assessed(opens=cast.monday(timezone.now(), -1))


@pytest.fixture
def ana(edition: Edition) -> Person:
    return stage.learner("Anastasia", edition)


@pytest.fixture
def bob(edition: Edition) -> Person:
    return stage.learner("Bobby", edition)


def both_hand_in(edition: Edition, *people: Person) -> None:
    for number, person in enumerate(people):
        stage.copy(person, edition, timezone.now() - timedelta(hours=5 - number), "Un projet en trois lots.")


def test_the_unit_page_says_the_terms(edition: Edition) -> None:
    page = cast.browser().get("/e/thin-1/fr/debut/cas/").content.decode()
    assert "Le plan" in page
    assert "Solide" in page


def test_the_form_keeps_a_draft_by_itself_and_hands_in(edition: Edition, ana: Person) -> None:
    client = cast.script(ana)
    kept = client.post(f"{UNIT}submit/?keep", cast.form(text="Un début.", help="", ai=""))
    assert kept.status_code == 200
    assert Draft.objects.get().text == "Un début."
    seen = client.post(f"{UNIT}submit/", cast.form(text="# Un **début**", preview="1", help="", ai=""))
    assert "<strong>début</strong>" in seen.content.decode()
    assert not Submission.objects.exists()
    done = client.post(f"{UNIT}submit/", cast.form(text="Un projet.", help="Personne.", ai=""))
    assert done.status_code == 200
    assert Submission.objects.get().help == "Personne."


def test_a_name_in_the_work_is_told_and_nothing_is_lost(edition: Edition, ana: Person) -> None:
    client = cast.script(ana)
    refused = client.post(f"{UNIT}submit/", cast.form(text="Par Anastasia, un projet.", help="", ai=""))
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Par Anastasia, un projet." in page
    assert 'name="anyway"' in page
    assert not Submission.objects.exists()
    again = cast.form(text="Par Anastasia, un projet.", help="", ai="", anyway="1")
    assert client.post(f"{UNIT}submit/", again).status_code == 200
    assert Submission.objects.exists()


def test_the_next_copy_is_assessed_from_end_to_end(edition: Edition, ana: Person, bob: Person) -> None:
    both_hand_in(edition, ana, bob)
    client = cast.browser(bob)
    assert "Anastasia" not in client.get(HUB).content.decode()
    taken = client.post(f"{HUB}next/", cast.form())
    review = Review.objects.get(reviewer=bob)
    assert taken.headers["Location"] == f"/e/thin-1/peer/review/{review.pk}/"
    page = client.get(taken.headers["Location"]).content.decode()
    assert "Un projet en trois lots." in page
    for secret in ("Anastasia", ana.email, str(ana.pk), str(review.submission_id), str(review.submission.enrolment_id)):
        assert secret not in page
    half = client.post(taken.headers["Location"], cast.form(**HALF))
    assert half.status_code == 302
    refused = client.post(taken.headers["Location"], cast.form(finish="1", **HALF))
    assert refused.status_code == 422
    sent = client.post(taken.headers["Location"], cast.form(finish="1", **FULL))
    assert sent.headers["Location"] == HUB
    review.refresh_from_db()
    assert review.score == pytest.approx(70)
    assert review.words == "Merci."
    assert "Merci." in client.get(taken.headers["Location"]).content.decode()


def test_where_there_is_no_copy_it_says_so(edition: Edition, bob: Person) -> None:
    both_hand_in(edition, bob)
    client = cast.browser(bob)
    assert client.post(f"{HUB}next/", cast.form()).headers["Location"] == HUB
    assert not Review.objects.exists()
    assert "notice info" in client.get(HUB).content.decode()


def test_whoever_has_not_handed_in_is_told_why_they_cannot_assess(edition: Edition, bob: Person) -> None:
    page = cast.browser(bob).get(HUB)
    assert page.status_code == 200
    assert "next/" not in page.content.decode()


def test_a_copy_is_given_back_and_a_flag_raised(edition: Edition, ana: Person, bob: Person) -> None:
    both_hand_in(edition, ana, bob)
    review = stage.lease(bob, edition, timezone.now())
    assert review is not None
    client, address = cast.browser(bob), f"/e/thin-1/peer/review/{review.pk}/"
    client.post(f"{address}flag/", cast.form(kind="plagiarism", words="Vu ailleurs."))
    assert Flag.objects.get().words == "Vu ailleurs."
    assert client.post(f"{address}back/", cast.form()).headers["Location"] == HUB
    review.refresh_from_db()
    assert review.returned_at is not None


def test_an_example_then_what_the_team_chose(edition: Edition, bob: Person) -> None:
    both_hand_in(edition, bob)
    client, address = cast.browser(bob), f"{HUB}training/modele/"
    assert "<table" not in client.get(address).content.decode()
    assert client.post(address, cast.form(**FULL)).status_code == 302
    assert "<table" in client.get(address).content.decode()
    assert client.get(f"{HUB}training/nothing/").status_code == 404


def test_ones_own_copy(edition: Edition, ana: Person, bob: Person) -> None:
    both_hand_in(edition, ana)
    client = cast.browser(ana)
    assert "Un projet en trois lots." in client.get(f"{HUB}self/").content.decode()
    assert client.post(f"{HUB}self/", cast.form(**FULL)).headers["Location"] == HUB
    assert Review.objects.get().kind == "self"
    assert cast.browser(bob).get(f"{HUB}self/").status_code == 404


def test_nobody_opens_the_review_of_somebody_else(edition: Edition, ana: Person, bob: Person) -> None:
    both_hand_in(edition, ana, bob)
    review = stage.lease(bob, edition, timezone.now())
    assert review is not None
    for person in (ana, stage.learner("Chloe", edition), None):
        got = cast.browser(person).get(f"/e/thin-1/peer/review/{review.pk}/")
        assert got.status_code in ({302} if person is None else {404})
        for what in ("flag", "back", "rate"):
            sent = cast.browser(person).post(f"/e/thin-1/peer/review/{review.pk}/{what}/", cast.form(kind="abuse"))
            assert sent.status_code in ({302} if person is None else {404})


def test_a_helper_comes_in_once_the_team_lets_them(edition: Edition, ana: Person) -> None:
    both_hand_in(edition, ana)
    coach = cast.person("Coach")
    cast.role(coach, Role.Kind.COACH, edition=edition)
    client = cast.browser(coach)
    assert client.get(HUB).status_code == 404
    outline = cast.place(ana, edition, "cas", timezone.now())
    facts = assignments.of(outline.outline, outline.unit)
    assert facts is not None
    opened = Widening.objects.create(assignment_id=facts.id, group="coaches", at=timezone.now())
    assert client.get(HUB).status_code == 200
    client.post(f"{HUB}next/", cast.form())
    assert Review.objects.get().kind == "helper"
    opened.ended_at = timezone.now()
    opened.save()
    assert client.get(HUB).status_code == 404


def test_an_english_reader_reads_english(edition: Edition, bob: Person) -> None:
    both_hand_in(edition, bob)
    bob.language = "en"
    bob.save()
    page = cast.browser(bob).get("/e/thin-1/peer/en/cas/", headers={"Accept-Language": "en"}).content.decode()
    assert "My assessments" in page
