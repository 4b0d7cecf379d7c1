"""What a visitor asked for before signing in: kept with their device for an hour, done once they are signed in.

A wish is the accepted POST of somebody whom we do not know yet. It has the address that does it, one of ours and never
one that came with the request, and only that address can take it: who signs in for something else does not do it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from django.http import HttpRequest

KEPT = timedelta(hours=1)  # a mailbox may be slow; a shared computer must not remember for long
MOST = 5  # of one device: as many tabs
KEY = "wishes"


@dataclass(frozen=True)
class Wish:
    """`values` are those of the form, its act's id among them; `about` and `more` what a page says of it, by
    language."""

    address: str
    values: Mapping[str, str]
    at: str  # ISO 8601
    about: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)


def keep(
    request: HttpRequest,
    address: str,
    values: Mapping[str, str],
    *,
    now: datetime,
    about: Mapping[str, str] | None = None,
    more: Mapping[str, str] | None = None,
) -> None:
    """Remember a wish; the same address again replaces it, and beyond `MOST` the oldest goes."""
    others = [wish for wish in _all(request, now) if wish.address != address]
    wishes = [*others, Wish(address, dict(values), now.isoformat(), dict(about or {}), dict(more or {}))][-MOST:]
    request.session[KEY] = [asdict(wish) for wish in wishes]
    if not request.user.is_authenticated:
        request.session.set_expiry(KEPT)  # the device of nobody yet: signing in makes it one that stays


def stay(sender: object, request: HttpRequest, **_rest: object) -> None:
    """Somebody signed in: their device lasts as long as any other."""
    request.session.set_expiry(None)


def waiting(request: HttpRequest, address: str, *, now: datetime) -> Wish | None:
    """The wish that this address does, if this device has one."""
    return next((wish for wish in _all(request, now) if wish.address == address), None)


def latest(request: HttpRequest, *, now: datetime) -> Wish | None:
    """The wish that came last: for pages that lost the address on their way, through a mailbox or a school."""
    wishes = _all(request, now)
    return wishes[-1] if wishes else None


def drop(request: HttpRequest, address: str, *, now: datetime) -> None:
    """Forget a wish that is done or refused."""
    request.session[KEY] = [asdict(wish) for wish in _all(request, now) if wish.address != address]


def _all(request: HttpRequest, now: datetime) -> list[Wish]:
    wishes = [Wish(**kept) for kept in request.session.get(KEY, [])]
    return [wish for wish in wishes if now - datetime.fromisoformat(wish.at) < KEPT]
