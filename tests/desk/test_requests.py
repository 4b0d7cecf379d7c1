"""The team's queue at the desk: filters, a constant number of queries, saved replies, the site's own queue."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition, Enrolment, Role
from preau.mail.models import Message
from preau.support.models import Request, SavedReply
from tests import cast

QUEUE = "/desk/thin-1/requests/"


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


def request(edition: Edition | None, subject: str, who: Person | None = None, **fields: Any) -> Request:
    now = timezone.now() - timedelta(minutes=5)
    values = {"language": "fr", "topic": "work", **fields}
    return Request.objects.create(
        edition=edition,
        person=who,
        address=who.email if who else "x@y.org",
        subject=subject,
        asked_at=now,
        touched_at=now,
        **values,
    )


def listed(client: Any, query: str = "") -> str:
    response = client.get(QUEUE + query)
    assert response.status_code == 200
    return str(response.content.decode())


def test_filters(edition: Edition, ana: Person, tom: Person) -> None:
    request(edition, "Ouverte", ana)
    request(edition, "English", ana, language="en", topic="late")
    request(edition, "Mienne", ana, state="claimed", claimed_by=tom, claimed_at=timezone.now())
    request(edition, "Finie", ana, state="done")
    request(None, "Ailleurs", ana)
    client = cast.browser(tom)
    everything = {"Ouverte", "English", "Mienne", "Finie", "Ailleurs"}
    for query, expected in {
        "": {"Ouverte", "English", "Mienne"},
        "?state=all": everything - {"Ailleurs"},
        "?state=done": {"Finie"},
        "?state=todo&language=en": {"English"},
        "?state=todo&topic=late": {"English"},
        "?state=todo&mine=on": {"Mienne"},
        "?state=nonsense&topic=nonsense&page=99": {"Ouverte", "English", "Mienne"},
    }.items():
        page = listed(client, query)
        links = {name for name in everything if f'/">{name}</a>' in page}
        assert links == expected, query


def test_the_queue_costs_the_same_however_long(edition: Edition, ana: Person, tom: Person) -> None:
    client = cast.browser(tom)
    counts = []
    now = timezone.now()
    for many in (3, 3000):
        Request.objects.bulk_create(
            Request(
                edition=edition, person=ana, address=ana.email, language="fr", subject=f"n {n}", asked_at=now,
                touched_at=now, state="claimed", claimed_by=tom, claimed_at=now,
            )
            for n in range(many)
        )  # fmt: skip
        listed(client)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            listed(client)
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert counts[0] <= 9


def test_a_request_costs_the_same_however_long(edition: Edition, ana: Person, tom: Person) -> None:
    client = cast.browser(tom)
    row = request(edition, "Longue", ana)
    counts = []
    for many in (2, 40):
        for _ in range(many):
            row.entries.create(author=ana, from_team=False, text="Encore.", at=timezone.now())
        client.get(f"{QUEUE}{row.pk}/")
        with CaptureQueriesContext(connection) as caught:
            client.get(f"{QUEUE}{row.pk}/")
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_a_saved_reply_begins_the_answer_in_the_learners_language(edition: Edition, ana: Person, tom: Person) -> None:
    texts = {"fr": {"title": "Reçu", "text": "Votre devoir est arrivé."}, "en": {"title": "In", "text": "It came."}}
    SavedReply.objects.create(course=edition.course, key="in", texts=texts)
    row = request(edition, "My work", ana, language="en")
    page = cast.browser(tom).get(f"{QUEUE}{row.pk}/?saved=in").content.decode()
    assert "It came.</textarea>" in page


def test_saved_replies_are_written_by_who_decides(edition: Edition, tom: Person) -> None:
    fields = {
        "topic": "late",
        "shown": "on",
        "title_fr": "Délai",
        "text_fr": "Voici comment.",
        "title_en": "",
        "text_en": "",
    }
    client = cast.browser(tom)
    assert client.post("/desk/thin-1/replies/", {**cast.form(), **fields}).status_code == 302
    row = SavedReply.objects.get()
    assert (row.topic, row.shown, set(row.texts)) == ("late", True, {"fr"})
    assert (
        client.post("/desk/thin-1/replies/", {**cast.form(), **fields}).status_code == 302
    )  # another of the same title
    assert {one.key for one in SavedReply.objects.all()} == {"delai", "delai-2"}
    changed = {**fields, "title_fr": "Délais", "shown": ""}
    assert client.post(f"/desk/thin-1/replies/{row.pk}/", {**cast.form(), **changed}).status_code == 302
    row.refresh_from_db()
    assert (row.texts["fr"]["title"], row.shown) == ("Délais", False)
    assert client.post("/desk/thin-1/replies/", cast.form(topic="late", title_fr="", text_fr="x")).status_code == 422
    assert client.post(f"/desk/thin-1/replies/{row.pk}/delete/", cast.form()).status_code == 302
    mo = cast.person("Mo")
    cast.role(mo, Role.Kind.MODERATOR, edition=edition)
    assert cast.browser(mo).get("/desk/thin-1/replies/").status_code == 200
    assert cast.browser(mo).post("/desk/thin-1/replies/", {**cast.form(), **fields}).status_code == 404


def test_a_moderator_finds_the_queue_and_nothing_else(edition: Edition, ana: Person) -> None:
    mo = cast.person("Mo")
    cast.role(mo, Role.Kind.MODERATOR, edition=edition)
    client = cast.browser(mo)
    assert "/desk/" in client.get("/me/").content.decode()
    desk = client.get("/desk/").content.decode()
    assert QUEUE in desk
    page = listed(client)
    assert "/desk/thin-1/learners/" not in page
    assert "/desk/thin-1/awards/" not in page
    assert client.get("/desk/thin-1/").status_code == 404


def test_a_whole_conversation_by_forms(edition: Edition, ana_enrolment: Enrolment, tom: Person) -> None:
    ana = ana_enrolment.person
    row = request(edition, "En retard", ana, enrolment=ana_enrolment, topic="late")
    client, at = cast.browser(tom), f"{QUEUE}{row.pk}/"
    assert client.post(f"{at}claim/", cast.form()).status_code == 302
    assert client.post(f"{at}note/", cast.form(text="Vu par Tom.")).status_code == 302
    assert client.post(f"{at}answer/", cast.form(text="Jusqu'à quand ?")).status_code == 302
    empty = client.post(f"{at}answer/", cast.form(text=" "))
    assert empty.status_code == 422
    assert client.post(f"{at}decide/", cast.form(what="extension", unit="cas", reason="Malade")).status_code == 422
    until = (timezone.now() + timedelta(days=40)).strftime("%Y-%m-%dT%H:%M")
    decided = cast.form(what="extension", unit="cas", until=until, reason="Malade")
    assert client.post(f"{at}decide/", decided).status_code == 302
    assert ana_enrolment.extensions.get().reason == "Malade"
    assert Message.objects.filter(person_id=ana.pk, kind="request").count() == 2
    row.refresh_from_db()
    assert row.state == "done"
    assert client.post(f"{at}release/", cast.form()).status_code == 302


def test_the_site_has_its_own_queue(edition: Edition, dora: Person, tom: Person) -> None:
    row = request(None, "Une question au site")
    page = cast.browser(dora).get("/desk/requests/").content.decode()
    assert "Une question au site" in page
    assert cast.browser(dora).get(f"/desk/requests/{row.pk}/").status_code == 200
    assert cast.browser(tom).get("/desk/requests/").status_code == 404
    assert cast.browser(dora).get(f"{QUEUE}{row.pk}/").status_code == 404
