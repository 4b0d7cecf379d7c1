"""The newsletter's desk: an issue is written, looked at, tried, confirmed, followed, stopped; what the list says."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.mail import rules
from preau.mail.models import Message
from preau.news import mailing
from preau.news.models import Mailing, Subscriber
from tests import cast

LIST = "/desk/newsletter/"
FIELDS = {"subject-fr": "Du nouveau", "body-fr": "Le cours **reprend**."}


@pytest.fixture
def edition(db: None) -> Edition:
    cache.clear()
    return cast.edition(opens=cast.monday(timezone.now(), -1))


@pytest.fixture
def dora(edition: Edition) -> Person:
    person = cast.person("Dora")
    cast.role(person, "administrator")
    return person


def subscriber(address: str = "", **fields: Any) -> Subscriber:
    before = timezone.now() - timedelta(days=1)
    words = {"language": "fr", "wording": "Oui.", "asked_at": before, "confirmed_at": before, "seen_at": before}
    return Subscriber.objects.create(**{**words, "address": address, "token": rules.token(), **fields})


def write(who: Person, path: str = f"{LIST}new/", **fields: str) -> Any:
    return cast.browser(who).post(path, cast.form(None, **{**FIELDS, **fields}))


def act(who: Person, row: Mailing, verb: str, **fields: str) -> Any:
    return cast.browser(who).post(f"{LIST}{row.pk}/{verb}/", cast.form(None, **fields))


def seen(row: Mailing) -> str:
    return mailing.fingerprint(Mailing.objects.get(pk=row.pk))


def page(who: Person, row: Mailing) -> str:
    return html.unescape(cast.browser(who).get(f"{LIST}{row.pk}/").content.decode())


def test_it_is_written_looked_at_tried_confirmed_and_followed(dora: Person) -> None:
    for n in range(3):
        subscriber(f"a{n}@example.net", language=("fr", "en")[n % 2])
    kept = write(dora)
    row = Mailing.objects.get()
    assert kept.headers["Location"] == f"{LIST}{row.pk}/"
    looked = page(dora, row)
    assert looked.count("<strong>reprend</strong>") == 2  # once for the readers of each language
    assert "Le cours **reprend**." in looked
    assert '<p class="notice warning">' in looked  # one reads a language in which it is not written
    assert re.search(r"<strong>3</strong>", looked)
    assert act(dora, row, "try").status_code == 302
    trial = Message.objects.get(person_id=dora.pk)
    assert (trial.kind, trial.address, "<strong>reprend</strong>" in trial.html) == ("account", dora.email, True)
    assert act(dora, row, "send", seen=seen(row)).status_code == 302
    assert '<progress value="0" max="3"' in page(dora, row)
    assert 'hx-trigger="every' in page(dora, row)
    mailing.queue_due(now=timezone.now())
    Message.objects.filter(kind="newsletter", address__in=["a0@example.net", "a1@example.net"]).update(
        sent_at=timezone.now()
    )
    assert '<progress value="2" max="3"' in page(dora, row)
    assert f"{row.pk}/stop/" in page(dora, row)
    Message.objects.filter(kind="newsletter").update(sent_at=timezone.now())
    after = page(dora, row)
    assert '<progress value="3" max="3"' in after
    assert 'hx-trigger="every' not in after
    assert f"{row.pk}/stop/" not in after


def test_the_list_has_the_figures_of_each(dora: Person) -> None:
    for n in range(5):
        subscriber(f"a{n}@example.net")
    subscriber("asked@example.net", confirmed_at=None)
    write(dora)
    row = Mailing.objects.get()
    act(dora, row, "send", seen=seen(row))
    mailing.queue_due(now=timezone.now())
    mine = Message.objects.filter(key=mailing.key(row))
    mine.filter(address__in=["a0@example.net", "a1@example.net"]).update(sent_at=timezone.now())
    mine.filter(address="a2@example.net").update(failures=rules.TRIES)
    mine.filter(address="a3@example.net").update(stopped="off")
    now = timezone.now()
    Subscriber.objects.filter(address="a3@example.net").update(ended_at=now, ended="asked")
    Subscriber.objects.filter(address="a2@example.net").update(ended_at=now, ended="suppressed")
    listed = cast.browser(dora).get(LIST).content.decode()
    assert re.findall(r'<td class="num">(\d+)</td>', listed) == ["5", "2", "1", "1", "1"]
    assert "<strong>3</strong>" in listed


def test_what_was_changed_meanwhile_is_not_confirmed(dora: Person) -> None:
    subscriber("a@example.net")
    write(dora)
    row = Mailing.objects.get()
    before = seen(row)
    write(dora, f"{LIST}{row.pk}/", **{"body-fr": "Autre chose."})
    reply = act(dora, row, "send", seen=before)
    assert reply.status_code == 422
    assert "Autre chose." in reply.content.decode()
    assert Mailing.objects.get().sending_at is None


@pytest.mark.parametrize(
    "fields",
    [
        {"subject-fr": "", "body-fr": ""},
        {"body-fr": ""},
        {"subject-en": "Only a subject"},
        {"segment-took": "nowhere"},
        {"segment-colour": "red"},
        {"segment-course": "'; DROP TABLE"},
        {"body-fr": "x" * 40_001},
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(dora: Person, fields: dict[str, str]) -> None:
    reply = write(dora, **fields)
    assert reply.status_code == 422
    said = reply.content.decode()
    assert "errorlist" in said
    assert {**FIELDS, **fields}["body-fr"] in html.unescape(said)
    assert not Mailing.objects.exists()


def test_nobody_is_said_and_not_sent_to(dora: Person) -> None:
    subscriber("a@example.net")
    write(dora, **{"segment-passed": "thin"})
    row = Mailing.objects.get()
    assert row.segment == {"passed": "thin"}
    assert act(dora, row, "send", seen=seen(row)).status_code == 422
    assert Mailing.objects.get().sending_at is None


def test_it_is_sent_at_a_time_of_the_writer_and_taken_back(dora: Person) -> None:
    subscriber("a@example.net")
    write(dora)
    row = Mailing.objects.get()
    for wrong in ("2020-01-01T10:00", "tomorrow"):
        assert act(dora, row, "send", seen=seen(row), send_at=wrong).status_code == 422
    assert act(dora, row, "send", seen=seen(row), send_at="2040-07-01T10:00").status_code == 302
    row.refresh_from_db()
    assert f"{row.sending_at:%Y-%m-%d %H:%M}" == "2040-07-01 08:00"  # Paris
    assert write(dora, f"{LIST}{row.pk}/").status_code == 422
    assert act(dora, row, "stop").status_code == 302
    assert Mailing.objects.get().sending_at is None
    assert act(dora, row, "stop").status_code == 422
    assert act(dora, row, "delete").status_code == 302
    assert not Mailing.objects.exists()


def test_stopped_in_the_middle_it_can_be_corrected_and_gone_on_with(
    dora: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "BATCH", 2)
    for n in range(4):
        subscriber(f"a{n}@example.net")
    write(dora)
    row = Mailing.objects.get()
    act(dora, row, "send", seen=seen(row))
    mailing._queue_batch(timezone.now())
    Message.objects.filter(address="a0@example.net").update(sent_at=timezone.now())
    assert act(dora, row, "stop").status_code == 302
    assert act(dora, row, "delete").status_code == 422
    assert write(dora, f"{LIST}{row.pk}/", **{"subject-fr": "Corrigé"}).status_code == 302
    assert act(dora, row, "send", seen=seen(row)).status_code == 302
    mailing.queue_due(now=timezone.now())
    told = dict(Message.objects.filter(kind="newsletter").values_list("address", "subject"))
    assert told == {"a0@example.net": "Du nouveau", **{f"a{n}@example.net": "Corrigé" for n in (1, 2, 3)}}


def test_an_act_sent_twice_writes_once(dora: Person) -> None:
    form = cast.form(None, **FIELDS)
    for _time in range(2):
        assert cast.browser(dora).post(f"{LIST}new/", form, headers={"Accept": "application/json"}).status_code == 200
    assert Mailing.objects.count() == 1


def test_only_who_runs_the_site_writes_it(dora: Person, edition: Edition) -> None:
    tom = cast.person("Tom")
    cast.role(tom, "teacher", course=edition.course)
    write(dora)
    row = Mailing.objects.get()
    for path in (LIST, f"{LIST}new/", f"{LIST}{row.pk}/"):
        assert cast.browser(tom).get(path).status_code == 404
    assert act(tom, row, "send", seen=seen(row)).status_code == 404


def test_the_list_asks_as_much_for_one_as_for_many_that_have_gone(dora: Person) -> None:
    costs = []
    for count in (1, 5):
        for _n in range(count):
            now = timezone.now()
            texts = {"fr": {"subject": "S", "body": "B"}}
            Mailing.objects.create(texts=texts, made_at=now, edited_at=now, sending_at=now, queued_at=now)
        cast.browser(dora).get(LIST)
        with CaptureQueriesContext(connection) as queries:
            cast.browser(dora).get(LIST)
        costs.append(len(queries))
    assert costs[0] == costs[1]
