"""An issue of the newsletter: whom it is for, in which words, once to each; stopped and gone on with; how it goes over
the wire."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.common import markdown
from preau.config import worker
from preau.courses.models import Edition
from preau.grades.models import Completion, TrackStanding
from preau.mail import actions as mail
from preau.mail import letters as wire
from preau.mail import rules, sorting
from preau.mail.models import Message, Suppression
from preau.news import letters_newsletter as letters
from preau.news import mailing, segments, subscribing
from preau.news.models import Mailing, Subscriber
from tests import cast

TEXTS = {
    "fr": {"subject": "Du nouveau", "body": "Le cours **reprend** : [le voici](/fr/courses/thin/)."},
    "en": {"subject": "News", "body": "The course is **back**."},
}


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


def subscriber(address: str = "", **fields: Any) -> Subscriber:
    before = timezone.now() - timedelta(days=1)
    words = {"language": "fr", "wording": "Oui.", "asked_at": before, "confirmed_at": before, "seen_at": before}
    return Subscriber.objects.create(**{**words, "address": address, "token": rules.token(), **fields})


def issue(**fields: Any) -> Mailing:
    now = timezone.now()
    return Mailing.objects.create(**{"texts": TEXTS, "made_at": now, "edited_at": now, "sending_at": now, **fields})


def addresses(row: Mailing) -> set[str]:
    counted = Counter(Message.objects.filter(key=mailing.key(row)).values_list("address", flat=True))
    assert set(counted.values()) <= {1}
    return set(counted)


def meant(**segment: str) -> set[str]:
    rows = segments.subscribers(segment, timezone.now()).values_list("address", "person__name")
    return {name or address.partition("@")[0] for address, name in rows}


def test_it_goes_once_to_each_in_their_language(edition: Edition) -> None:
    ada = cast.person("Ada", zone="America/Port-au-Prince")
    subscriber(person=ada, zone=ada.zone)
    own = subscriber("Paul@example.net", language="en", zone="Africa/Dakar")
    subscriber("asked@example.net", confirmed_at=None)
    subscriber("gone@example.net", ended_at=timezone.now(), ended="asked")
    row = issue()
    assert mailing.queue_due(now=timezone.now()) == 2
    assert mailing.queue_due(now=timezone.now()) == 0
    french, english = (Message.objects.get(address=a) for a in (ada.email, "Paul@example.net"))
    assert (french.person_id, french.kind, french.zone) == (ada.pk, "newsletter", ada.zone)
    assert (french.subject, english.subject) == ("Du nouveau", "News")
    assert "<strong>reprend</strong>" in french.html
    assert 'href="http://127.0.0.1:8000/fr/courses/thin/"' in french.html.replace("localhost", "127.0.0.1")
    assert f"/fr/newsletter/{row.pk}/" in french.text
    assert "/fr/newsletter/\n" in french.text
    assert (english.person_id, english.language) == (rules.stranger("paul@example.net"), "en")
    assert f"/newsletter/{own.token}/" in english.html
    row.refresh_from_db()
    assert (row.queued, bool(row.queued_at)) == (2, True)


def test_who_reads_a_language_without_a_text_gets_the_other(edition: Edition) -> None:
    subscriber("paul@example.net", language="en")
    issue(texts={"fr": TEXTS["fr"], "en": {"subject": "Only a subject", "body": ""}})
    mailing.queue_due(now=timezone.now())
    found = Message.objects.get()
    assert (found.subject, found.language) == ("Du nouveau", "en")
    assert '<div lang="fr">' in found.html
    assert "Read it in your browser" in found.text


def test_nobody_but_subscribers_is_meant_by_what_they_did(edition: Edition) -> None:
    version = edition.course.versions.get()
    later = cast.edition(slug="later", opens=cast.monday(timezone.now(), 2), of=version)
    people = {name: cast.person(name) for name in ("Ana", "Ben", "Cleo", "Dan", "Eve", "Fay")}
    for name in ("Ana", "Ben", "Cleo", "Eve"):
        cast.enrolment(people[name], edition)
    cast.enrolment(people["Fay"], later, at=timezone.now())
    ana, ben = (people[name].enrolments.get() for name in ("Ana", "Ben"))
    TrackStanding.objects.update_or_create(
        enrolment=ana, track=ana.track, defaults={"passed": True, "derived_at": timezone.now()}
    )
    unit = edition.course.units.get(key="lecon")
    for one in (ana, ben):
        Completion.objects.create(enrolment=one, unit=unit, done_at=timezone.now())
    for name in ("Ana", "Ben", "Cleo", "Dan", "Fay"):  # Eve learns and does not subscribe
        subscriber(person=people[name], language="en" if name == "Ben" else "fr")
    subscriber("only@example.net", course=edition.course, language="en")
    everybody = {"Ana", "Ben", "Cleo", "Dan", "Fay"}
    assert meant() == everybody
    assert meant(course="thin") == everybody | {"only"}
    assert meant(course="thin", language="en") == {"Ben", "only"}
    assert meant(took="thin") == {"Ana", "Ben", "Cleo"}
    assert meant(passed="thin") == {"Ana"}
    assert meant(never="thin") == {"Cleo"}
    assert meant(never="thin", language="en") == set()
    assert meant(unknown="thin") == set()
    people["Dan"].is_active = False
    people["Dan"].save()
    assert meant() == everybody - {"Dan"}


def test_a_room_above_registers_its_own(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "_segments", dict(segments._segments))
    segments.register(
        "zone",
        "Zone",
        lambda language: [("dakar", "Dakar")],
        lambda value, now: Person.objects.filter(zone="Africa/Dakar").values("pk"),
    )
    subscriber(person=cast.person("Ada", zone="Africa/Dakar"))
    subscriber("paul@example.net", zone="Africa/Dakar")
    assert meant(zone="dakar") == {"Ada"}
    assert segments.checked({"zone": "dakar", "took": ""}) == {"zone": "dakar"}
    for wrong in ({"zone": "paris"}, {"nowhere": "x"}):
        with pytest.raises(segments.Unknown):
            segments.checked(wrong)


def test_who_stopped_it_or_cannot_be_reached_gets_nothing_and_is_ended(edition: Edition) -> None:
    ada, now = cast.person("Ada"), timezone.now()
    for fields in ({"person": ada}, {"address": "Stopped@example.net"}, {"address": "Shut@example.net"}):
        subscriber(**fields)
    mail.prefer(person_id=ada.pk, cadences={"newsletter": "off"}, now=now)
    mail.prefer(person_id=rules.stranger("stopped@example.net"), cadences={"newsletter": "off"}, now=now)
    mail.bounced(now=now, address="shut@example.net", hard=True)
    subscriber("paul@example.net")
    row = issue()
    mailing.queue_due(now=timezone.now())
    assert addresses(row) == {"paul@example.net"}
    ended = set(Subscriber.objects.exclude(ended_at=None).values_list("address", "ended"))
    assert ended == {("", "asked"), ("Stopped@example.net", "asked"), ("Shut@example.net", "suppressed")}


def test_one_mailbox_gets_one_even_with_an_account_and_its_address(edition: Edition) -> None:
    ada = cast.person("Ada")
    subscriber(ada.email.upper())
    subscriber(person=ada)
    row = issue()
    mailing.queue_due(now=timezone.now())
    assert addresses(row) == {ada.email}
    assert Mailing.objects.get().queued == 1


def test_who_subscribes_once_it_goes_gets_the_next_one(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "BATCH", 1)
    subscriber("a@example.net")
    row = issue(sending_at=timezone.now() - timedelta(minutes=1))
    mailing._queue_batch(timezone.now())
    subscriber("late@example.net", confirmed_at=timezone.now())
    mailing.queue_due(now=timezone.now())
    assert addresses(row) == {"a@example.net"}


def test_it_waits_for_its_time_and_the_worker_queues_it(edition: Edition) -> None:
    subscriber("a@example.net")
    row = issue(sending_at=timezone.now() + timedelta(hours=1))
    assert mailing.queue_due(now=timezone.now()) == 0
    for chore in worker.CHORES:
        if "mailing" in getattr(getattr(chore, "__code__", None), "co_names", ()):
            chore(timezone.now() + timedelta(hours=2))
    assert addresses(row) == {"a@example.net"}


def test_stopped_it_withdraws_what_waits_and_goes_on_to_the_rest_with_the_corrected_text(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "BATCH", 2)
    for n in range(6):
        subscriber(f"a{n}@example.net")
    row, dora, now = issue(), cast.person("Dora"), timezone.now()
    for _time in range(2):
        mailing._queue_batch(now)
    Message.objects.filter(address="a0@example.net").update(sent_at=now)
    Message.objects.filter(address="a1@example.net").update(claimed_at=now)
    mailing.stop(act=cast.an_act("stop"), by=dora, row=row, now=now)
    assert addresses(row) == {"a0@example.net", "a1@example.net"}
    row.refresh_from_db()
    assert (row.queued, bool(row.stopped_at)) == (2, True)
    assert mailing.queue_due(now=now) == 0
    texts = {"fr": {"subject": "Corrigé", "body": "Le bon texte."}}
    mailing.write(act=cast.an_act("write"), by=dora, draft=mailing.Draft(texts, {}), row=row, now=now)
    row.refresh_from_db()
    seen = mailing.fingerprint(row)
    mailing.send(act=cast.an_act("send"), by=dora, row=row, seen=seen, send_at=None, now=timezone.now())
    mailing.queue_due(now=timezone.now())
    assert addresses(row) == {f"a{n}@example.net" for n in range(6)}
    subjects = Counter(Message.objects.values_list("subject", flat=True))
    assert subjects == {"Du nouveau": 2, "Corrigé": 4}
    row.refresh_from_db()
    assert (row.queued, bool(row.queued_at), row.stopped_at) == (6, True, None)


def test_going_on_finds_who_has_an_account_since(edition: Edition) -> None:
    ada, dora = cast.person("Ada"), cast.person("Dora")
    kept = subscriber(ada.email)
    subscriber("b@example.net")
    row = issue()
    mailing.queue_due(now=timezone.now())
    Message.objects.filter(address=ada.email).update(sent_at=timezone.now())
    mailing.stop(act=cast.an_act("stop"), by=dora, row=row, now=timezone.now())
    kept.person, kept.address = ada, ""
    kept.save()
    seen = mailing.fingerprint(row)
    mailing.send(act=cast.an_act("send"), by=dora, row=row, seen=seen, send_at=None, now=timezone.now())
    mailing.queue_due(now=timezone.now())
    assert addresses(row) == {ada.email, "b@example.net"}
    assert Mailing.objects.get().queued == 2


def test_what_has_all_gone_cannot_be_stopped(edition: Edition) -> None:
    subscriber("a@example.net")
    row, dora, now = issue(), cast.person("Dora"), timezone.now()
    mailing.queue_due(now=now)
    Message.objects.update(sent_at=now)
    with pytest.raises(Refused):
        mailing.stop(act=cast.an_act("stop"), by=dora, row=row, now=now)
    assert Mailing.objects.get().stopped_at is None


def test_the_words_are_written_once_for_all(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    letters._letter.cache_clear()
    calls: list[str] = []
    real = markdown.render

    def counted(text: str, **named: Any) -> markdown.Rendered:
        calls.append(text)
        return real(text, **named)

    monkeypatch.setattr(markdown, "render", counted)
    for n in range(60):
        subscriber(f"a{n}@example.net", language=("fr", "en")[n % 2])
    monkeypatch.setattr(mailing, "BATCH", 25)
    issue()
    mailing.queue_due(now=timezone.now())
    assert (len(calls), Message.objects.count()) == (2, 60)


def test_a_batch_costs_the_same_for_few_and_for_many(edition: Edition) -> None:
    costs = []
    for count in (3, 40):
        for n in range(count):
            subscriber(f"b{count}-{n}@example.net")
            subscriber(person=cast.person(f"p{count}-{n}"))
        issue(sending_at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            mailing._queue_batch(timezone.now())
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_it_goes_over_the_wire_with_headers_that_machines_read_whole(edition: Edition, settings: Any) -> None:
    settings.SITE_URL = "https://mooc.universite-de-technologie.example.org"
    subscriber("paul@example.net", zone="Europe/Paris")
    issue()
    mailing.queue_due(now=timezone.now())
    found = Message.objects.get()
    raw = wire.letter(found).message().as_bytes()
    assert found.token
    stop = f"List-Unsubscribe: <{settings.SITE_URL}/mail/stop/{found.token}/>\r\n".encode()
    assert stop in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert re.search(rb"^List-Id: <newsletter\.[^>\s]+>\r$", raw, re.MULTILINE)
    head = raw.partition(b"\r\n\r\n")[0]
    assert not [line for line in head.split(b"\r\n") if line.lower().startswith(b"list-") and b"=?" in line]
    read = message_from_bytes(raw, policy=default)
    assert isinstance(read, EmailMessage)
    kinds = [part.get_content_type() for part in read.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    body = read.get_body(("html",))
    assert isinstance(body, EmailMessage)
    html = body.get_content()
    assert "<img" not in html
    assert "<script" not in html
    assert "style=" not in html


def test_one_click_of_a_machine_ends_the_subscription(edition: Edition) -> None:
    subscriber("paul@example.net")
    issue()
    mailing.queue_due(now=timezone.now())
    path = f"/mail/stop/{Message.objects.get().token}/"
    assert Client().get(path).status_code == 200
    subscribing.tend(now=timezone.now())
    assert Subscriber.objects.get().ended == ""
    Client(headers={"Sec-Fetch-Site": "cross-site"}).post(path, {"List-Unsubscribe": "One-Click"})
    subscribing.tend(now=timezone.now())
    assert Subscriber.objects.get().ended == "asked"
    row = issue()
    mailing.queue_due(now=timezone.now())
    assert addresses(row) == set()


def test_it_keeps_to_quiet_hours_and_the_cap_of_a_day(edition: Edition, settings: Any) -> None:
    settings.MAIL_CAP = 1
    subscriber("paul@example.net", zone="Africa/Dakar")
    night, noon = (datetime(2030, 5, 6, hour, tzinfo=UTC) for hour in (23, 12))
    issue()
    issue()
    mailing.queue_due(now=timezone.now())
    assert sorting.claim(night, 10, "x") == []
    going = sorting.claim(noon + timedelta(days=1), 10, "x")
    assert [message.kind for message in going] == ["newsletter"]


def test_figures_are_counted_in_the_outbox(edition: Edition) -> None:
    for n in range(6):
        subscriber(f"a{n}@example.net")
    subscriber("never@nowhere.example")
    row = issue()
    mailing.queue_due(now=timezone.now())
    issue(segment={"language": "fr"})
    mailing.queue_due(now=timezone.now())
    mine = Message.objects.filter(key=mailing.key(row))
    mine.filter(address="a0@example.net").update(sent_at=timezone.now())
    mine.filter(address="a1@example.net").update(stopped=Message.Stopped.DIGEST)
    mine.filter(address="a2@example.net").update(stopped=Message.Stopped.OFF)
    mine.filter(address="a3@example.net").update(failures=rules.TRIES)
    row.refresh_from_db()
    found = mailing.standing(row, timezone.now())
    assert (found.waiting, found.sent, found.failed, found.stopped) == (2, 2, 1, 2)


def test_its_page_is_public_once_its_time_has_come(edition: Edition) -> None:
    subscriber("a@example.net")
    draft, later, now = issue(sending_at=None), issue(sending_at=timezone.now() + timedelta(hours=1)), issue()
    never = issue(stopped_at=timezone.now())
    for row, status in ((draft, 404), (later, 404), (never, 404), (now, 200)):
        assert cast.browser().get(f"/fr/newsletter/{row.pk}/").status_code == status
    page = cast.browser().get(f"/en/newsletter/{now.pk}/").content.decode()
    assert "The course is <strong>back</strong>" in page
    Mailing.objects.filter(pk=now.pk).update(texts={"fr": TEXTS["fr"]})
    page = cast.browser().get(f"/en/newsletter/{now.pk}/").content.decode()
    assert '<article class="measure" lang="fr">' in page
    listed = cast.browser().get("/fr/newsletter/").content.decode()
    assert [str(row.pk) in listed for row in (draft, later, never, now)] == [False, False, False, True]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](https://e.test/i.png)"]
)
def test_what_is_written_never_runs(edition: Edition, text: str) -> None:
    row = issue(texts={"fr": {"subject": "<b>Bonjour</b>", "body": text}})
    html = letters.letter(row, "fr").html + cast.browser().get(f"/fr/newsletter/{row.pk}/").content.decode()
    assert "<script>alert" not in html
    assert 'href="javascript' not in html
    assert "i.png" not in "".join(re.findall("<img[^>]*>", html))
    assert "<b>Bonjour" not in html


def test_a_soft_bounce_ends_nothing(edition: Edition) -> None:
    subscriber("full@example.net")
    Suppression.objects.create(address="full@example.net", reason="soft", since=timezone.now(), failures=9)
    row = issue()
    mailing.queue_due(now=timezone.now())
    assert addresses(row) == {"full@example.net"}  # the mail room holds it back
    assert Subscriber.objects.get().ended_at is None
