"""Sessions: our own model carries the person, so that one query answers both "which device" and "who"."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from preau.accounts.models import Device, Person

SEEN_EVERY = timedelta(hours=1)  # a write per request would double what a page costs


class SessionStore(DatabaseStore):
    """Django's database store on `Device`."""

    person: Person | None = None

    @classmethod
    def get_model_class(cls) -> type[Device]:
        return Device

    def load(self) -> dict[str, Any]:
        device = (
            Device.objects.select_related("person")
            .filter(session_key=self.session_key, expire_date__gt=timezone.now())
            .first()
        )
        if device is None:
            self._session_key = None
            return {}
        self.person = device.person
        if device.person and (device.seen_at is None or timezone.now() - device.seen_at > SEEN_EVERY):
            Device.objects.filter(pk=device.pk).update(seen_at=timezone.now())
        return self.decode(device.session_data)

    def create_model_instance(self, data: dict[str, Any]) -> Device:
        device = super().create_model_instance(data)
        assert isinstance(device, Device)
        known = Device.objects.filter(pk=device.pk).values("public_id", "name", "seen_at").first() or {}
        for field, value in known.items():
            setattr(device, field, value)
        device.person_id = data.get(SESSION_KEY)
        return device


def person_of(request: HttpRequest) -> Person | AnonymousUser:
    """The person whom this request's device is signed in as; a changed password signs every other device out."""
    session = request.session
    claimed = session.get(SESSION_KEY)  # loads the device
    person = getattr(session, "person", None)
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
