"""What goes now, later, together or not at all: preferences, quiet hours, the cap of a day, digests, closed
addresses."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core import mail as outbox
from pytest_django import Settings

from preau.common.ids import new_id
from preau.mail import actions, queries
from preau.mail.models import Message, Suppression

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday
ANA = new_id()


def queue(key: str = "a", *, now: datetime = NOON, **fields: Any) -> None:
    row = {
        "person_id": ANA,
        "address": "ana@example.org",
        "language": "fr",
        "subject": f"Sujet {key}",
        "text": "Texte.",
    }
    actions.queue(key=key, now=now, **{"kind": "announcement", "zone": "Europe/Paris", **row, **fields})


def subjects() -> list[str]:
    return [str(message.subject) for message in outbox.outbox]


def want(cadence: str, person: UUID = ANA) -> None:
    actions.prefer(person_id=person, cadences={"announcement": cadence}, now=NOON)


def test_nothing_that_could_wait_goes_at_night_and_what_cannot_does() -> None:
    night = NOON.replace(hour=21)  # 22:00 in Paris
    queue("a", now=night)
    queue("receipt", now=night, kind="receipt")
    assert actions.deliver(now=night) == 1
    assert subjects() == ["Sujet receipt"]
    assert actions.deliver(now=night + timedelta(hours=8)) == 0  # 6:00
    assert actions.deliver(now=night + timedelta(hours=10)) == 1  # 8:00


def test_the_night_is_that_of_the_persons_zone() -> None:
    queue("a", zone="America/Port-au-Prince")  # 7:00 there
    assert actions.deliver(now=NOON) == 0
    assert actions.deliver(now=NOON + timedelta(hours=1)) == 1


def test_a_zone_that_nobody_knows_is_utc() -> None:
    queue("a", zone="Nowhere/Atlantis")
    assert actions.deliver(now=NOON) == 1


def test_a_person_gets_no_more_in_a_day_than_the_cap(settings: Settings) -> None:
    settings.MAIL_CAP = 2
    for key in "abcd":
        queue(key)
    for number in range(9):
        queue(f"r{number}", kind="receipt")
    assert actions.deliver(now=NOON) == 2 + 9
    assert actions.deliver(now=NOON + timedelta(hours=5)) == 0
    assert actions.deliver(now=NOON + timedelta(days=1)) == 2


def test_what_is_not_wanted_stops_and_what_cannot_be_refused_comes() -> None:
    want("off")
    queue("a")
    queue("b", kind="decision")
    assert actions.deliver(now=NOON) == 1
    assert Message.objects.get(key="a").stopped == "off"
    assert queries.health(NOON).waiting == 0


def test_a_daily_digest_puts_the_messages_of_a_day_together_in_the_morning() -> None:
    want("daily")
    queue("a")
    queue("b", now=NOON + timedelta(hours=3), text="Voir https://example.org/x & <b>y</b>")
    assert actions.deliver(now=NOON + timedelta(hours=4)) == 0
    assert actions.deliver(now=NOON + timedelta(hours=18)) == 0  # 7:00
    assert actions.deliver(now=NOON + timedelta(hours=19)) == 1  # 8:00
    [digest] = outbox.outbox
    assert digest.subject == "Préau\u00a0: 2 messages"
    assert digest.body.index("Sujet a") < digest.body.index("Sujet b")
    html = str(digest.alternatives[0][0])  # type: ignore[attr-defined]
    assert "<h2>Sujet a</h2>" in html
    assert "&lt;b&gt;y&lt;/b&gt;" in html
    assert set(Message.objects.exclude(digest_id=None).values_list("stopped", flat=True)) == {"digest"}
    assert actions.deliver(now=NOON + timedelta(hours=20)) == 0


def test_a_weekly_digest_comes_on_monday_and_a_single_message_as_it_is() -> None:
    want("weekly")
    queue("a")
    actions.deliver(now=NOON)
    assert Message.objects.get().send_at == datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
    assert actions.deliver(now=datetime(2026, 3, 9, 7, 0, tzinfo=UTC)) == 1
    assert subjects() == ["Sujet a"]


def test_who_changes_their_mind_before_the_digest_gets_what_they_now_want() -> None:
    want("daily")
    queue("a")
    actions.deliver(now=NOON)
    want("off")
    assert actions.deliver(now=NOON + timedelta(days=1)) == 0
    assert Message.objects.get().stopped == "off"


def test_a_digest_is_never_made_twice_when_its_sending_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    want("daily")
    queue("a")
    queue("b")
    actions.deliver(now=NOON)

    def refuses(_self: object, _messages: object) -> int:
        raise OSError("the provider is away")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuses)
        assert actions.deliver(now=NOON + timedelta(days=1)) == 0
    assert actions.deliver(now=NOON + timedelta(days=1, hours=1)) == 1
    assert Message.objects.filter(kind="digest").count() == 1


def test_an_address_that_does_not_exist_is_closed_at_once_and_opened_by_hand() -> None:
    queue("a")
    actions.deliver(now=NOON)
    token = Message.objects.get().token
    assert token
    assert actions.bounced(now=NOON, token=token, hard=True)
    queue("b", kind="receipt", address="Ana@Example.org")
    assert actions.deliver(now=NOON) == 0
    assert Message.objects.get(key="b").stopped == "suppressed"
    assert queries.closed_since("ANA@example.org") == NOON
    assert actions.lift(address="Ana@example.org")
    queue("c", kind="receipt")
    assert actions.deliver(now=NOON) == 1


def test_soft_bounces_close_an_address_only_after_some_and_a_complaint_at_once() -> None:
    for address, complaint in (("soft@example.org", False), ("angry@example.org", True)):
        actions.bounced(now=NOON, address=address, hard=False, complaint=complaint)
    queue("a", address="soft@example.org")
    queue("b", address="angry@example.org")
    assert actions.deliver(now=NOON) == 1
    for _time in range(2):
        actions.bounced(now=NOON, address="soft@example.org", hard=False)
    queue("c", address="soft@example.org")
    assert actions.deliver(now=NOON) == 0
    actions.bounced(now=NOON, address="angry@example.org", hard=False)
    assert Suppression.objects.get(address="angry@example.org").reason == "complaint"


def test_a_bounce_whose_token_nobody_knows_closes_nothing() -> None:
    assert not actions.bounced(now=NOON, token="a" * 22, address="ben@example.org", hard=True)
    assert not Suppression.objects.exists()


def test_simulated_and_erased_people_get_nothing() -> None:
    queue("a", address="learner7@cohort.example")
    queue("b", address="erased-1@invalid")
    queue("c", address="someone@notexample")
    assert actions.deliver(now=NOON) == 1


def test_a_message_for_later_waits_for_its_time() -> None:
    queue("a", send_at=NOON + timedelta(hours=2))
    assert actions.deliver(now=NOON) == 0
    health = queries.health(NOON + timedelta(hours=3))
    assert (health.waiting, health.later, health.oldest) == (1, 0, 3600)
    assert actions.deliver(now=NOON + timedelta(hours=3)) == 1


def test_what_is_urgent_goes_before_an_announcement_that_was_there_first() -> None:
    for number in range(3):
        queue(str(number), person_id=new_id())
    queue("code", now=NOON + timedelta(minutes=1), kind="account")
    assert actions.deliver(now=NOON + timedelta(minutes=1), limit=1) == 1
    assert subjects() == ["Sujet code"]


def test_messages_put_off_do_not_hide_those_behind_them() -> None:
    for number in range(5):
        queue(str(number), person_id=new_id(), zone="Pacific/Auckland")  # past midnight there
    queue("here", now=NOON + timedelta(minutes=1))
    assert actions.deliver(now=NOON + timedelta(minutes=1), limit=2) == 1


def test_a_kind_that_nobody_registered_is_refused_and_one_that_went_away_still_goes() -> None:
    with pytest.raises(KeyError):
        queue("a", kind="nonsense")
    queue("b")
    Message.objects.update(kind="of-a-room-that-went")
    assert actions.deliver(now=NOON) == 1


def test_a_transactional_kind_cannot_be_turned_off() -> None:
    with pytest.raises(KeyError):
        actions.prefer(person_id=ANA, cadences={"receipt": "off"}, now=NOON)


def test_many_are_queued_in_few_statements_and_never_twice(django_assert_max_num_queries: Any) -> None:
    row = {"key": "announcement:1", "language": "fr", "subject": "S", "text": "T"}
    people = [{**row, "person_id": new_id(), "address": f"p{n}@example.org"} for n in range(1200)]
    with django_assert_max_num_queries(3 * 12):
        assert actions.queue_many(iter(people), now=NOON, kind="announcement") == 1200
    actions.queue_many(people, now=NOON, kind="announcement")
    assert Message.objects.count() == 1200
    assert Message.objects.values("token").distinct().count() == 1200
