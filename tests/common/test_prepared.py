"""Compiled statements do what the ORM would, on both databases, and are seen by whoever counts statements."""

import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from psycopg_pool import ConnectionPool

from preau.accounts.models import Device, Person
from preau.common.ids import new_id
from preau.common.prepared import Change, Changes, Prepared, Write
from preau.config import databases

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
PEOPLE = Prepared(lambda email: Person.objects.filter(email=email), ("somebody@example.org",))
DEVICES = Prepared(lambda key: Device.objects.select_related("person").filter(session_key=key), ("a key",))
ADD = Write(Person, ("id", "password", "email", "name", "country", "zone", "language", "is_active", "joined_at"))
RENAME = Change(Person, ("name", "erased_at"))
ERASE = Change(Person, ("erased_at",), empty="erased_at", back=("id", "joined_at"))
RENAMES = Changes(Person, ("name", "is_active"))


def add(email: str) -> Any:
    key = new_id()
    ADD(key, "!", email, "Aïcha % « %s » ?", "HT", "America/Port-au-Prince", "fr", True, NOW)
    return key


@pytest.mark.django_db
def test_a_row_comes_back_as_the_orm_reads_it() -> None:
    key = add("aicha@example.org")
    ours, theirs = PEOPLE.first("aicha@example.org"), Person.objects.get(pk=key)
    names = [field.attname for field in Person._meta.concrete_fields]
    assert [getattr(ours, name) for name in names] == [getattr(theirs, name) for name in names]
    assert ours == theirs
    assert not ours._state.adding
    assert ours.joined_at.utcoffset() == timedelta(0)
    assert PEOPLE.first("nobody@example.org") is None


@pytest.mark.django_db
def test_what_hangs_on_a_row_hangs_and_may_be_absent() -> None:
    person = Person.objects.get(pk=add("aicha@example.org"))
    Device.objects.create(session_key="hers", session_data="", expire_date=NOW, person=person)
    Device.objects.create(session_key="nobody's", session_data="", expire_date=NOW)
    with CaptureQueriesContext(connection) as seen:
        assert DEVICES.first("hers").person == person
        assert DEVICES.first("nobody's").person is None
    assert len(seen) == 2


@pytest.mark.django_db
def test_a_change_changes_one_row() -> None:
    one, other = add("one@example.org"), add("other@example.org")
    RENAME(one, "O'Brien; --", NOW)
    RENAME(one, "O'Brien; --", None)
    assert list(Person.objects.order_by("email").values_list("pk", "name", "erased_at")) == [
        (one, "O'Brien; --", None),
        (other, "Aïcha % « %s » ?", None),
    ]


@pytest.mark.django_db
def test_a_change_may_ask_that_a_field_be_empty_and_tell_what_is_in_the_row() -> None:
    one, _other = add("one@example.org"), add("other@example.org")
    assert ERASE(one, NOW) == [one, NOW]
    assert ERASE(one, NOW + timedelta(days=1)) is None
    assert list(Person.objects.order_by("email").values_list("erased_at", flat=True)) == [NOW, None]


@pytest.mark.django_db
def test_several_rows_change_in_one_statement() -> None:
    one, two, _three = (add(f"{name}@example.org") for name in ("1", "2", "3"))
    RENAMES([])
    with CaptureQueriesContext(connection) as seen:
        RENAMES([(two, "Two", False), (one, "One", True)])
    assert len(seen) == 1
    RENAMES([(two, "Deux", False)])
    found = Person.objects.order_by("email").values_list("name", "is_active")
    assert list(found) == [("One", True), ("Deux", False), ("Aïcha % « %s » ?", True)]


@pytest.mark.django_db
def test_what_the_database_refuses_is_djangos_error() -> None:
    add("aicha@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        add("AICHA@example.org")
    assert Person.objects.count() == 1


@transaction.atomic
def twice_and_go_on() -> None:
    with suppress(IntegrityError), transaction.atomic(savepoint=False):
        add("AICHA@example.org")
    add("third@example.org")


@pytest.mark.django_db
def test_a_broken_transaction_takes_no_more_statements() -> None:
    add("aicha@example.org")
    with pytest.raises(TransactionManagementError):
        twice_and_go_on()
    assert Person.objects.count() == 1


class Held:
    """A pooled connection as far as the pool's check looks at it."""

    def __init__(self, end: socket.socket) -> None:
        self.end, self.asked = end, 0

    def fileno(self) -> int:
        return self.end.fileno()


def test_a_pooled_connection_is_asked_only_when_its_socket_has_something_to_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, server = socket.socketpair()
    held = Held(ours)
    monkeypatch.setattr(ConnectionPool, "check_connection", lambda one: setattr(one, "asked", one.asked + 1))
    databases.alive(held)  # type: ignore[arg-type]
    assert held.asked == 0
    server.close()
    databases.alive(held)  # type: ignore[arg-type]
    assert held.asked == 1
    ours.close()
