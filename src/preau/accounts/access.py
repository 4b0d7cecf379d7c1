"""The doors to rows of an account: one's own only."""

from uuid import UUID

from django.http import Http404, HttpRequest

from preau.accounts.devices import SessionStore
from preau.accounts.models import Device, Person


def oneself(request: HttpRequest) -> Person:
    """The person who asks; the sign-in middleware let nobody else through."""
    assert isinstance(request.user, Person)
    return request.user


def device(person: Person, public_id: UUID) -> Device:
    """One of a person's devices, by its public id; somebody else's and none are the same 404."""
    found = Device.objects.filter(person=person, public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def this_device(request: HttpRequest) -> UUID | None:
    """The public id of the device that asks."""
    return request.session.public_id if isinstance(request.session, SessionStore) else None
