"""A person says which languages they read; copies to assess and threads are offered in these."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from preau.accounts import reads
from preau.accounts.models import Person
from preau.audit import journal
from preau.certificates import on_paper
from preau.courses.models import Edition, Enrolment
from preau.discussion.models import Thread
from preau.discussion.models_people import Member
from preau.peer.models import PoolEntry, Review
from tests import cast
from tests.cast import browser
from tests.certificates import holding
from tests.peer import stage

PROFILE = {"name": "Ana", "country": "FR", "zone": "Europe/Paris", "language": "fr"}


def test_who_said_nothing_reads_the_language_of_their_interface(ana: Person) -> None:
    assert reads.of(ana) == ["fr"]


def test_languages_read_are_kept_with_the_profile_and_survive_another_interface(ana: Person) -> None:
    page = browser(ana).get("/accounts/").content.decode()
    assert "<legend>Langues que je lis</legend>" in page or "<legend>Languages that I read</legend>" in page
    assert browser(ana).post("/accounts/", {**PROFILE, "reads": ["en", "es"]}).status_code == 302
    assert reads.of(ana) == ["fr", "en", "es"]
    shown = browser(ana).get("/accounts/").content.decode()
    assert shown.count(" checked") == 3
    browser(ana).post("/accounts/", {**PROFILE, "language": "en", "reads": ["fr", "es"]})
    assert reads.of(Person.objects.get(pk=ana.pk)) == ["en", "es", "fr"]
    lines = [line for line in journal.about("person", ana.pk) if line.verb == reads.CHOSEN]
    assert len(lines) == 1, "nothing changed the second time"
    browser(ana).post("/accounts/", {**PROFILE, "language": "en", "reads": []})
    assert reads.of(Person.objects.get(pk=ana.pk)) == ["en"]
    assert browser(ana).post("/accounts/", {**PROFILE, "reads": ["klingon"]}).status_code == 422


def test_many_cost_one_query(ana: Person, ben: Person, now: datetime, django_assert_num_queries: object) -> None:
    reads.choose(ben, ["en"], now=now)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = reads.of_many([ana, ben])
    assert found == {ana.pk: ["fr"], ben.pk: ["fr", "en"]}


@pytest.mark.parametrize("place", ["", "room/general/"])
def test_threads_in_my_languages_or_in_all(db: None, place: str) -> None:
    edition = cast.edition(opens=cast.monday(timezone.now()))
    ana, ben = cast.person("Ana"), cast.person("Ben")
    base = f"/e/{edition.slug}/discussion/"
    for who, title, language in ((ana, "Une question", "fr"), (ben, "A question", "en")):
        cast.enrolment(who, edition)
        client = cast.browser(who)
        client.cookies["language"] = language
        form = cast.form(title=title, kind="question", text="?", agree="on")
        assert client.post(f"{base}room/general/new/", form).status_code == 302
        assert Thread.objects.get(title=title).language == language

    def titles(query: str) -> list[str]:
        html = cast.browser(ana).get(f"{base}{place}{query}").content.decode()
        return [title for title in ("Une question", "A question") if title in html]

    assert titles("") == ["Une question", "A question"]
    assert titles("?language=mine") == ["Une question"]
    html = cast.browser(ana).get(f"{base}{place}").content.decode()
    assert "?language=mine" in html
    assert "anglais" in html  # the line says what it is written in
    reads.choose(ana, ["fr", "en"], now=timezone.now())
    assert titles("?language=mine") == ["Une question", "A question"]
    reads.choose(ana, ["fr"], now=timezone.now())
    Member.objects.filter(person=ana).update(languages=["en"])  # as they show themselves in the discussions
    assert titles("?language=mine") == ["Une question", "A question"]


def test_a_reviewer_is_given_copies_in_all_the_languages_that_they_read(db: None) -> None:
    now = timezone.now()
    edition = stage.assessed(opens=cast.monday(now, -1))
    ana, bob = stage.learner("Anastasia", edition), stage.learner("Bobby", edition)
    for who in (ana, bob):
        stage.copy(who, edition, now - timedelta(hours=5), "Un projet.")
    PoolEntry.objects.filter(author=ana).update(language="en")
    hub = "/e/thin-1/peer/fr/cas/"
    html = cast.browser(bob).get(hub).content.decode()
    assert 'name="languages" value="en"' in html
    cast.browser(bob).post(f"{hub}next/", cast.form())
    assert not Review.objects.filter(reviewer=bob).exists()
    reads.choose(bob, ["fr", "en"], now=now)
    html = cast.browser(bob).get(hub).content.decode()
    assert 'name="languages"' not in html
    assert "Vous évaluez des copies dans ces langues" in html or "You assess copies in:" in html
    cast.browser(bob).post(f"{hub}next/", cast.form())
    assert Review.objects.get(reviewer=bob).submission_id == PoolEntry.objects.get(author=ana).pk


def test_a_certificate_is_signed_and_begins_in_the_language_of_its_holder(
    ana_enrolment: Enrolment, dora: Person, edition: Edition
) -> None:
    Person.objects.filter(pk=ana_enrolment.person_id).update(language="en")
    row = Enrolment.objects.select_related("person", "edition__course", "track").get(pk=ana_enrolment.pk)
    award = holding.certified(row, dora)
    assert award.credential.language == "en"
    assert list(on_paper.pages(award, "Ana", award.credential.language)) == ["en", "fr"]
    assert list(on_paper.pages(award, "Ana", "fr")) == ["fr", "en"]
