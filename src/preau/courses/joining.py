"""The wish of a visitor to enrol: kept when they press the button, done once they are signed in."""

import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from preau.accounts import wishes
from preau.accounts.models import Person
from preau.audit import acts
from preau.audit.http import Refused, Reply, claimed
from preau.common.ids import new_id
from preau.courses import access, enrolling
from preau.courses.models import Edition

KEY = re.compile(r"[^/\x00-\x1f]{1,40}")  # what a track's key may be in an address


def ask(request: HttpRequest, slug: str, track: str, *, now: datetime) -> str:
    """Keep the wish and return where the visitor goes now: to make an account, or to sign in where an edition is not
    for everybody, which tells nothing of whether there is one."""
    if not KEY.fullmatch(track):
        return reverse("account_login")
    address = reverse("join", args=[slug, track])
    try:
        edition = access.visible_edition(request.user, slug, now=now)
    except Http404:
        wishes.keep(request, address, _values(request), now=now)
        return f"{reverse('account_login')}?{urlencode({'next': address})}"
    found = edition.tracks.filter(key=track).first()
    more = found.titles if found else {}
    wishes.keep(request, address, _values(request), now=now, about=edition.course.titles, more=more)
    return f"{reverse('account_signup')}?{urlencode({'next': address})}"


def _values(request: HttpRequest) -> Mapping[str, str]:
    """The act's id and the device's time, when they can be read; else an id of ours: the person is not here yet to be
    told to send the form again."""
    try:
        act, made_at = UUID(request.POST.get("act", "")), claimed(request.POST.get("made_at", ""))
    except ValueError:
        act, made_at = new_id(), None
    return {"act": str(act), "made_at": made_at.isoformat() if made_at else ""}


def track_of(person: Person, edition: Edition) -> str:
    """The track that they are enrolled on already, or "": coming in again is no change of track."""
    row = enrolling.latest(person, edition)
    return row.track.key if row and row.left_at is None else ""


def fulfil(wish: wishes.Wish, person: Person, edition: Edition, track: str, *, now: datetime) -> Reply:
    """Enrol as it was asked for: the same act if it comes twice."""
    payload = {"edition": edition.slug, "track": track}
    made_at = claimed(wish.values["made_at"])
    act = acts.Act(UUID(wish.values["act"]), "enrol", payload, received_at=now, made_at=made_at)
    try:
        return Reply(200, outcome=enrolling.enrol(act=act, by=person, edition=edition, track=track, now=now))
    except acts.Conflict:
        again = acts.Act(new_id(), "enrol", payload, received_at=now, made_at=made_at)
        return Reply(200, outcome=enrolling.enrol(act=again, by=person, edition=edition, track=track, now=now))
    except Refused as refusal:
        return Reply(422, reason=refusal.reason)
