"""Who gets the newsletter: asked for, confirmed from its own mail, changed, ended; by itself too."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from preau.accounts import actions as accounts
from preau.accounts import personal_data
from preau.accounts.models import Device, Person
from preau.audit.models import Act
from preau.common.ids import new_id
from preau.courses.models import Edition
from preau.mail import actions as mail
from preau.mail import rules
from preau.mail.models import Message, Preference
from preau.news import subscribing
from preau.news.models import Mailing, Subscriber
from tests import cast

PAGE = "/fr/newsletter/"
PAUL = "paul@example.net"
JSON = {"Accept": "application/json"}


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


@pytest.fixture
def ada(db: None) -> Person:
    """Whose address is confirmed."""
    person = cast.person("Ada", zone="America/Port-au-Prince")
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    return person


def asked(client: Client | None = None, **fields: str) -> Any:
    said = {"course": "", "language": "fr", "zone": "Africa/Dakar", "age": "on", **fields}
    return (client or cast.browser()).post(PAGE, cast.form(None, **said))


def link(address: str = PAUL) -> str:
    """Where the latest mail to an address leads."""
    text = Message.objects.filter(address=address).latest("queued_at").text
    found = re.search(r"/newsletter/[a-z2-7]{22}/", text)
    assert found
    return found.group()


def row(**fields: Any) -> Subscriber:
    now = timezone.now()
    values = {"language": "fr", "wording": "Oui.", "asked_at": now, "token": rules.token()}
    return Subscriber.objects.create(**{**values, **fields})


def confirmed(**fields: Any) -> Subscriber:
    before = timezone.now() - timedelta(days=1)
    return row(**{"asked_at": before, "confirmed_at": before, "seen_at": before, **fields})


def test_an_address_is_confirmed_from_its_own_mail_with_its_proof(edition: Edition) -> None:
    page = cast.browser().get(f"{PAGE}?course=thin").content.decode()
    assert 'value="thin" selected' in page
    assert not re.search(r'name="age"[^>]*checked', page)
    assert asked(address=" Paul@Example.NET ", course="thin").status_code == 200
    found = Subscriber.objects.get()
    assert (found.address, found.confirmed_at, found.zone) == (PAUL, None, "Africa/Dakar")
    path = link()
    assert cast.browser().post(path, cast.form(course="thin", language="en")).status_code == 200
    found.refresh_from_db()
    assert found.confirmed_at
    assert found.confirmed_at >= found.asked_at
    assert found.seen_at
    assert found.course
    assert (found.course.slug, found.language) == ("thin", "en")
    assert "15" in found.wording  # as it stood on the page that was confirmed


def test_opening_the_link_changes_nothing(edition: Edition) -> None:
    asked(address=PAUL)
    path = link()
    before = list(Subscriber.objects.values())
    robot = Client(headers={"Sec-Fetch-Site": "cross-site"})
    for _time in range(3):
        assert robot.get(path).status_code == 200
        assert robot.head(path).status_code == 200
    assert list(Subscriber.objects.values()) == before
    assert robot.post(path, cast.form(language="fr")).status_code == 403
    assert list(Subscriber.objects.values()) == before


def test_a_link_used_twice_is_harmless(edition: Edition) -> None:
    asked(address=PAUL)
    path = link()
    act = cast.form(course="", language="fr")
    for _time in range(2):
        assert cast.browser().post(path, act).status_code == 200
    proof = Subscriber.objects.values("asked_at", "confirmed_at", "wording").get()
    assert cast.browser().post(path, cast.form(course="thin", language="en")).status_code == 200
    changed = Subscriber.objects.get()
    assert (changed.language, changed.course) == ("en", edition.course)
    assert Subscriber.objects.values("asked_at", "confirmed_at", "wording").get() == proof
    for _time in range(2):
        assert cast.browser().post(path, cast.form(stop="1")).status_code == 200
    ended = Subscriber.objects.get()
    assert (ended.ended, bool(ended.ended_at)) == ("asked", True)
    assert cast.browser().get(path).status_code == 200
    assert cast.browser().post(path, cast.form(course="", language="fr")).status_code == 422  # it does not begin again
    assert Subscriber.objects.filter(ended_at=None).count() == 0


def test_no_one_under_fifteen(edition: Edition, ada: Person) -> None:
    assert asked(address=PAUL, age="").status_code == 422
    page = asked(cast.browser(ada), age="")
    assert page.status_code == 422
    assert "errorlist" in page.content.decode()
    assert not Subscriber.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"address": "nobody"}, {"address": ""}, {"language": "xx"}, {"course": "none"}, {"act": "nothing"}]
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(edition: Edition, fields: dict[str, str]) -> None:
    said = {**cast.form(course="thin", language="fr", age="on", address=PAUL), **fields}
    reply = cast.browser().post(PAGE, said)
    assert reply.status_code == 422
    assert f'value="{said["address"]}"' in reply.content.decode() or not said["address"]
    assert not Subscriber.objects.exists()
    assert not Message.objects.exists()


def test_the_answer_is_the_same_whatever_is_known_of_the_address(edition: Edition, ada: Person) -> None:
    confirmed(address="rose@example.net")
    confirmed(person=ada)
    ended = timezone.now()
    confirmed(address="gone@example.net", ended_at=ended, ended="asked")
    mail.bounced(now=ended, address="shut@example.net", hard=True)
    known = (PAUL, "rose@example.net", ada.email, "gone@example.net", "shut@example.net")
    pages = [(address, asked(address=address).content.decode()) for address in (*known, PAUL)]
    assert len({page.replace(address, "") for address, page in pages}) == 1
    replies = [cast.browser().post(PAGE, cast.form(language="fr", age="on", address=a), headers=JSON) for a in known]
    assert {(reply.status_code, reply.content) for reply in replies} == {(200, replies[0].content)}


def test_a_stranger_changes_nothing_of_what_an_address_confirmed(edition: Edition) -> None:
    found = confirmed(address=PAUL)
    asked(address=PAUL.upper(), language="en", course="thin")
    kept = Subscriber.objects.get()
    assert (kept.language, kept.course, kept.confirmed_at) == ("fr", None, found.confirmed_at)
    assert link() == f"/newsletter/{found.token}/"


def test_one_mail_a_day_goes_for_each_request(edition: Edition, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "newsletter_address": "100/d/key"}
    asked(address=PAUL)
    cast.browser().post(link(), cast.form(stop="1"))
    assert not Subscriber.objects.exists()
    for address in (PAUL, PAUL.upper(), PAUL):
        assert asked(address=address).status_code == 200
    assert Message.objects.count() == 2, "the second request has another link"
    wish, later = subscribing.Wish("fr"), timezone.now() + timedelta(days=1)
    subscribing.ask_by_mail(act=cast.an_act("ask"), address=PAUL, wish=wish, now=later)
    assert Message.objects.count() == 3


def test_few_come_from_one_network(edition: Edition, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "newsletter": "3/h/ip"}
    answers = [asked(address=f"p{n}@example.net").status_code for n in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert Subscriber.objects.count() == Message.objects.count() == 3


def test_somebody_with_an_account_subscribes_by_one_button_and_ends_it(edition: Edition, ada: Person) -> None:
    client = cast.browser(ada)
    assert 'name="address"' not in client.get(PAGE).content.decode()
    form = cast.form(course="thin", language="fr", age="on")
    for _time in range(2):
        assert client.post(PAGE, form).headers["Location"] == PAGE
    found = Subscriber.objects.get()
    assert (found.person, found.address, found.course, found.zone) == (ada, "", edition.course, ada.zone)
    assert found.confirmed_at
    assert not Message.objects.exists()
    page = client.get(PAGE).content.decode()
    assert "/fr/newsletter/stop/" in page
    assert 'name="age"' not in page
    client.post(PAGE, cast.form(course="", language="en"))
    assert Subscriber.objects.get(course=None).language == "en"
    client.post(f"{PAGE}stop/", cast.form())
    assert Subscriber.objects.get().ended == "asked"
    assert Preference.objects.get(person_id=ada.pk).cadence == "off"
    asked(client)
    assert Subscriber.objects.filter(person=ada, ended_at=None).count() == 1
    assert Subscriber.objects.count() == 2  # what had ended stays, with its dates
    assert not Preference.objects.exists()


def test_an_account_that_did_not_prove_its_address_is_asked_by_mail(edition: Edition) -> None:
    eve = cast.person("Eve")
    page = cast.browser(eve).get(PAGE).content.decode()
    assert f'value="{eve.email}"' in page
    asked(cast.browser(eve), address=eve.email)
    assert Subscriber.objects.get().confirmed_at is None
    assert link(eve.email)


def test_an_address_becomes_that_of_the_account_that_proved_it(edition: Edition, ada: Person) -> None:
    asked(address=ada.email)
    path = link(ada.email)
    confirmed(person=ada, language="en")
    cast.browser().post(path, cast.form(course="", language="fr"))
    found = Subscriber.objects.get()
    assert (found.person, found.address, found.language) == (ada, "", "fr")
    assert cast.browser().get(path).headers["Location"] == PAGE


def test_asking_with_an_account_takes_up_what_its_address_had(edition: Edition, ada: Person) -> None:
    before = confirmed(address=ada.email.upper())
    asked(cast.browser(ada))
    found = Subscriber.objects.get()
    assert (found.pk, found.person, found.address, found.confirmed_at) == (before.pk, ada, "", before.confirmed_at)


def queued(subscriber: Subscriber, address: str) -> Message:
    """A message of an issue to them."""
    who = subscriber.person_id or rules.stranger(address)
    words = {"language": "fr", "subject": "Bonjour", "text": "Bonjour.", "key": f"newsletter:{new_id()}"}
    mail.queue_many([{"person_id": who, "address": address, **words}], now=timezone.now(), kind="newsletter")
    return Message.objects.filter(person_id=who).latest("queued_at")


def test_one_click_ends_it_and_only_a_new_opt_in_begins_it_again(edition: Edition, ada: Person) -> None:
    rows = [(confirmed(address=PAUL), PAUL), (confirmed(person=ada), ada.email)]
    confirmed(address="rose@example.net")
    for subscriber, address in rows:
        path = f"/mail/stop/{queued(subscriber, address).token}/"
        reply = Client(headers={"Sec-Fetch-Site": "none"}).post(path, {"List-Unsubscribe": "One-Click"})
        assert reply.status_code == 200
    assert subscribing.tend(now=timezone.now()) == 2
    for subscriber, _address in rows:
        subscriber.refresh_from_db()
        assert (subscriber.ended, bool(subscriber.ended_at)) == ("asked", True)
    assert Subscriber.objects.filter(ended_at=None).get().address == "rose@example.net"
    asked(address=PAUL)
    assert Preference.objects.count() == 2  # asking alone begins nothing
    cast.browser().post(link(), cast.form(course="", language="fr"))
    again = Subscriber.objects.get(address=PAUL, ended_at=None)
    assert again.pk != rows[0][0].pk
    assert again.confirmed_at
    assert list(Preference.objects.values_list("person_id", flat=True)) == [ada.pk]
    assert subscribing.tend(now=timezone.now()) == 0


def one_click(message: Message) -> None:
    path, said = f"/mail/stop/{message.token}/", {"List-Unsubscribe": "One-Click"}
    assert Client(headers={"Sec-Fetch-Site": "none"}).post(path, said).status_code == 200


def test_one_click_in_an_older_mail_ends_what_has_become_an_accounts(edition: Edition, ada: Person) -> None:
    before = confirmed(address=ada.email)
    message = queued(before, ada.email)
    asked(cast.browser(ada))
    assert Subscriber.objects.get(ended_at=None).person == ada
    one_click(message)
    live = Subscriber.objects.get()
    told = subscribing.Candidate(live.pk, ada.pk, ada.email.lower(), live.confirmed_at or timezone.now())
    assert subscribing.end_meanwhile([told], timezone.now()) == {live.pk}, "an issue that is queued at once"
    Subscriber.objects.update(ended_at=None, ended="")
    assert subscribing.tend(now=timezone.now()) == 1
    asked(cast.browser(ada))
    assert subscribing.tend(now=timezone.now()) == 0, "asked for again, it stays"


def test_what_an_account_stopped_before_ends_nobodys_later_opt_in(edition: Edition, ada: Person) -> None:
    one_click(queued(confirmed(person=ada), ada.email))
    subscribing.tend(now=timezone.now())
    old = ada.email
    Person.objects.filter(pk=ada.pk).update(email="elsewhere@example.net")
    asked(address=old)
    cast.browser().post(link(old), cast.form(course="", language="fr"))
    assert subscribing.tend(now=timezone.now()) == 0
    assert Subscriber.objects.get(address=old).ended_at is None


def test_who_takes_it_back_and_asks_again_has_a_link_that_works(edition: Edition) -> None:
    asked(address=PAUL)
    cast.browser().post(link(), cast.form(stop="1"))
    asked(address=PAUL)
    cast.browser().post(link(), cast.form(course="", language="fr"))
    assert Subscriber.objects.get().confirmed_at


def test_an_address_that_does_not_exist_ends_it(edition: Edition, ada: Person) -> None:
    confirmed(address="Nobody@example.net")
    confirmed(person=ada)
    confirmed(address="full@example.net")
    now = timezone.now()
    mail.bounced(now=now, address="nobody@example.net", hard=True)
    mail.bounced(now=now, address=ada.email.upper(), hard=True, complaint=True)
    for _time in range(4):
        mail.bounced(now=now, address="full@example.net", hard=False)
    assert subscribing.tend(now=now) == 2
    ended = dict(Subscriber.objects.values_list("address", "ended"))
    assert ended == {"Nobody@example.net": "suppressed", "": "suppressed", "full@example.net": ""}


def test_three_years_of_silence_end_it(edition: Edition, ada: Person) -> None:
    now = timezone.now()
    old, ben, eve = now - subscribing.SILENCE - timedelta(days=1), cast.person("Ben"), cast.person("Eve")
    zoe = cast.person("Zoé")  # signs in, and out again
    Person.objects.filter(pk=zoe.pk).update(last_login=now - timedelta(days=300))
    for fields in ({"address": PAUL}, {"person": ada}, {"person": ben}, {"person": eve}, {"person": zoe}):
        confirmed(asked_at=old, confirmed_at=old, seen_at=old, **fields)
    confirmed(asked_at=old, confirmed_at=old, address="rose@example.net")  # seen since
    for n, (person, at) in enumerate(((ada, now), (ben, old))):
        Device.objects.create(session_key=f"k{n}", person=person, seen_at=at, expire_date=now + timedelta(days=1))
    assert subscribing.tend(now=now) == 3
    live = Subscriber.objects.filter(ended_at=None)
    assert {one.address or str(one.person) for one in live} == {"rose@example.net", "Ada", "Zoé"}
    assert live.get(person=ada).seen_at == now
    assert set(Subscriber.objects.exclude(ended_at=None).values_list("ended", flat=True)) == {"silent"}


def test_what_was_not_confirmed_in_seven_days_and_what_ended_long_ago_are_forgotten(edition: Edition) -> None:
    now = timezone.now()
    row(address="old@example.net", asked_at=now - timedelta(days=8))
    row(address="new@example.net", asked_at=now - timedelta(days=6))
    past = now - subscribing.SILENCE - timedelta(days=2)
    ended = {"asked_at": past, "confirmed_at": past, "seen_at": past, "ended": "asked"}
    row(address="a@example.net", **ended, ended_at=past)
    row(address="b@example.net", **ended, ended_at=now - timedelta(days=300))
    subscribing.tend(now=now)
    assert set(Subscriber.objects.values_list("address", flat=True)) == {"new@example.net", "b@example.net"}


def test_the_database_keeps_one_live_row(edition: Edition, ada: Person) -> None:
    confirmed(address=PAUL)
    confirmed(person=ada)
    for fields in ({"address": PAUL.upper()}, {"person": ada}, {"person": ada, "address": PAUL}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            confirmed(**fields)
    confirmed(address=PAUL, ended_at=timezone.now(), ended="asked")  # a former one


def test_it_is_handed_over_and_erased_with_the_person(edition: Edition, ada: Person) -> None:
    confirmed(person=ada)
    confirmed(address=ada.email.upper())
    Mailing.objects.create(made_by=ada, made_at=timezone.now(), edited_at=timezone.now())
    rooms = {room.name: room for room in personal_data.rooms()}
    lines = list(rooms["news"].export(ada)["newsletter"])
    assert [line["wording"] for line in lines] == ["Oui.", "Oui."]
    accounts.erase(ada, by=ada.pk, now=timezone.now())
    assert not Subscriber.objects.exists()
    assert Mailing.objects.get().made_by is None


def test_an_act_sent_twice_asks_once_and_keeps_no_address_in_the_acts(edition: Edition) -> None:
    form = cast.form(course="", language="fr", age="on", address=PAUL)
    for _time in range(2):
        assert cast.browser().post(PAGE, form, headers=JSON).status_code == 200
    assert Subscriber.objects.count() == Message.objects.count() == 1
    assert PAUL not in str(list(Act.objects.values()))
