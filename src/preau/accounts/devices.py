"""Sessions: our own model carries the person, so that one query answers both "which device" and "who"."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from preau.accounts import browsers
from preau.accounts.models import Device, Person
from preau.common.ids import new_id
from preau.common.prepared import Prepared

SEEN_EVERY = timedelta(hours=1)  # a write per request would double what a page costs


BY_KEY = Prepared(
    lambda key, now: Device.objects.select_related("person").filter(session_key=key, expire_date__gt=now),
    ("a key", datetime(2000, 1, 1, tzinfo=UTC)),
)


class SessionStore(DatabaseStore):
    """Django's database store on `Device`. It remembers the row's own columns: a save needs no read before it."""

    person: Person | None = None
    public_id: UUID | None = None
    name = ""
    seen_at: datetime | None = None
    _row_key: str | None = None  # the key that `public_id` belongs to; a new key is a new row with a new public id

    @classmethod
    def get_model_class(cls) -> type[Device]:
        return Device

    def load(self) -> dict[str, Any]:
        now = timezone.now()
        device: Device | None = BY_KEY.first(self.session_key, now)
        if device is None:
            self._session_key = None
            return {}
        self.person, self.name, self.seen_at = device.person, device.name, device.seen_at
        self.public_id, self._row_key = device.public_id, device.session_key
        if device.person and (device.seen_at is None or now - device.seen_at > SEEN_EVERY):
            self.seen_at = now
            Device.objects.filter(pk=device.pk).update(seen_at=now)
        return deepcopy(_opened(device.session_data))

    def create_model_instance(self, data: dict[str, Any]) -> Device:
        device = super().create_model_instance(data)
        assert isinstance(device, Device)
        if self._row_key != device.session_key or self.public_id is None:
            self._row_key, self.public_id = device.session_key, new_id()
        device.public_id = self.public_id
        device.person_id = data.get(SESSION_KEY)
        if device.person_id:
            device.name, device.seen_at = self.name, self.seen_at
        return device


@lru_cache(maxsize=4096)
def _opened(session_data: str) -> dict[str, Any]:
    """What the store's `decode` says: a device brings the same signed text back at every request."""
    return SessionStore().decode(session_data)


def note_arrival(request: HttpRequest, **_signal: Any) -> None:
    """At sign-in, write down which browser this is and when: what the list of devices shows."""
    if isinstance(request.session, SessionStore):
        request.session.name = browsers.name_of(request.META.get("HTTP_USER_AGENT", ""))
        request.session.seen_at = timezone.now()


def person_of(request: HttpRequest) -> Person | AnonymousUser:
    """The person whom this request's device is signed in as; a changed password signs every other device out."""
    session = request.session
    claimed = session.get(SESSION_KEY)  # loads the device
    person: Person | None = getattr(session, "person", None)
    if claimed is None or person is None or str(person.pk) != claimed or not person.is_active:
        return AnonymousUser()
    if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()):
        session.flush()
        return AnonymousUser()
    return person


class DeviceMiddleware(SessionMiddleware):
    """Gives a request its `session`; no cookie is set before there is something to remember."""


class PersonMiddleware(AuthenticationMiddleware):
    """Gives a request its `user`, from the device's own row: no second query."""

    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(lambda: person_of(request))  # type: ignore[assignment]
