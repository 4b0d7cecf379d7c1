"""How one comes into an edition, changes track, leaves, comes back, is removed: `membership` says what can be done now.

Rooms above say what they know of a person's earlier editions (`returners`), and are told of whoever comes (`arrivals`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common.text import one_line
from preau.courses.actions import dates_state
from preau.courses.membership import Membership, Move, allowed, membership
from preau.courses.models import Addition, Course, Edition, Elective, Enrolment, Milestone, Track
from preau.mail import actions as mail

returners: list[Callable[[Person, Course, Edition], bool]] = []
"""Does the person come back to this course, as somebody who did something in an edition before this one?"""

arrivals: list[Callable[[Enrolment, datetime], None]] = []
"""Called in the transaction of an enrolment that is new or was taken up again."""


@dataclass(frozen=True)
class Bringing:
    """What a track's certificate would bring somebody: `credits` that are new to them of the `worth` that it attests;
    `certified`, the number of the edition whose certificate of it, or of more, they hold already."""

    credits: Decimal
    worth: Decimal
    certified: int | None = None


bringers: list[Callable[[Person, Edition], Mapping[str, Bringing]]] = []
"""What each track of an edition would bring this person, by key, where they hold a certificate of the course."""


def bringing(person: Person, edition: Edition) -> dict[str, Bringing]:
    """The same, of whoever says something."""
    found: dict[str, Bringing] = {}
    for says in bringers:
        found |= says(person, edition)
    return found


def latest(person: Person, edition: Edition, *, lock: bool = False) -> Enrolment | None:
    """The row of a person in an edition: the live one, else the one that was left last."""
    rows = Enrolment.objects.filter(person=person, edition=edition).select_related("track")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    found = sorted(rows, key=lambda row: (row.left_at is None, row.left_at or row.enrolled_at))
    return found[-1] if found else None


def state_of(person: Person, edition: Edition) -> Membership:
    """Where this person is with an edition."""
    row = latest(person, edition)
    return row.membership if row else Membership.NONE


def enrol(*, act: acts.Act, by: Person, edition: Edition, track: str, now: datetime) -> acts.Outcome:
    """Enrol on a track, come back to the edition that one left, or change track when enrolled already. Refuses what
    `membership` does not allow at this date, a track whose cut-off has passed, and one that is only added to
    another."""
    return acts.once(act, by.pk, lambda: _enrol(by, edition, track, now))


def _enrol(person: Person, edition: Edition, key: str, now: datetime) -> acts.Outcome:
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # two first enrolments at once wait for each other
    track = edition.tracks.filter(key=key).first()
    if track is None:
        raise Refused(_("This track does not exist in this edition."))
    if track.added:
        raise Refused(_("This track is added to another one: choose your track first."))
    row = latest(person, edition, lock=True)
    state = row.membership if row else membership(there=False, left=False, removed=False)
    move = {Membership.NONE: Move.ENROL, Membership.ENROLLED: Move.CHANGE}.get(state, Move.RETURN)
    _check(state, move, edition, now)
    if row is None or row.track_id != track.pk:
        check_joining(person, track, edition, now)
    if row is None:
        row = Enrolment.objects.create(person=person, edition=edition, track=track, enrolled_at=now)
        _said("enrolled", row, person, now, track=key)
    elif move is Move.RETURN:
        row.track, row.left_at = track, None
        row.save(update_fields=["track", "left_at"])
        _said("returned", row, person, now, track=key)
    elif row.track_id != track.pk:
        former, row.track = row.track.key, track
        row.save(update_fields=["track"])
        _said("track.changed", row, person, now, track=key, former=former)
    if move is not Move.CHANGE:
        arrived(row, now)
    return {"enrolment": str(row.pk), "track": key, "came": move is not Move.CHANGE}


def arrived(row: Enrolment, now: datetime) -> None:
    """Tell the rooms above of an enrolment, in its transaction."""
    for listener in arrivals:
        listener(row, now)


def _check(state: Membership, move: Move, edition: Edition, now: datetime) -> None:
    """Refuses, in words, what cannot be done now."""
    if allowed(state, move, dates_state(edition, now)):
        return
    if state is Membership.REMOVED:
        raise Refused(_("The team took you out of this edition. Write to it if you think that this is a mistake."))
    if now >= edition.closes_at:
        raise Refused(_("The edition is over."))
    raise Refused(_("Enrolment is not open at this date."))


def check_joining(person: Person, track: Track, edition: Edition, now: datetime) -> None:
    """Refuses a track whose cut-off has passed, or that is for those who come back when this person does not."""
    until = Milestone.objects.filter(edition=edition, key=track.key, what=Milestone.What.JOINS).first()
    if until is not None and now >= until.at:
        raise Refused(_("It is too late to take this track in this edition: its cut-off has passed."))
    if track.returning and not returns(person, edition):
        raise Refused(_("This track is for those who took part in an earlier edition."))


def returns(person: Person, edition: Edition) -> bool:
    """Does this person come back?"""
    return any(knows(person, edition.course, edition) for knows in returners)


def leave(*, act: acts.Act, by: Person, enrolment: Enrolment, now: datetime) -> acts.Outcome:
    """Leave an edition: the row and its results stay, and one can come back until it closes."""

    def work() -> acts.Outcome:
        if Enrolment.objects.filter(pk=enrolment.pk, left_at=None).update(left_at=now):
            _said("left", enrolment, by, now)
        return {"enrolment": str(enrolment.pk)}

    return acts.once(act, by.pk, work)


def add_track(*, act: acts.Act, by: Person, enrolment: Enrolment, track: str, now: datetime) -> acts.Outcome:
    """Take a track beside one's own. Refuses one that is not such a track, or whose cut-off has passed."""

    def work() -> acts.Outcome:
        row = Enrolment.objects.select_for_update(of=("self",)).select_related("edition__course").get(pk=enrolment.pk)
        _check(row.membership, Move.CHANGE, row.edition, now)
        chosen = row.edition.tracks.filter(key=track).first()
        if chosen is None or not chosen.added:
            raise Refused(_("This track cannot be added to another one."))
        if not Addition.objects.filter(enrolment=row, track=chosen, dropped_at=None).exists():
            check_joining(by, chosen, row.edition, now)
            Addition.objects.create(enrolment=row, track=chosen, added_at=now)
            _said("track.added", row, by, now, track=track)
        return {"enrolment": str(row.pk), "track": track}

    return acts.once(act, by.pk, work)


def drop_track(*, act: acts.Act, by: Person, enrolment: Enrolment, track: str, now: datetime) -> acts.Outcome:
    """Give up a track that was added; one's own stays as it is. It can be added again until its cut-off."""

    def work() -> acts.Outcome:
        rows = Addition.objects.filter(enrolment=enrolment, track__key=track, dropped_at=None)
        if rows.update(dropped_at=now):
            _said("track.dropped", enrolment, by, now, track=track)
        return {"enrolment": str(enrolment.pk), "track": track}

    return acts.once(act, by.pk, work)


def choose_electives(
    *, act: acts.Act, by: Person, enrolment: Enrolment, keys: frozenset[str], known: frozenset[str], now: datetime
) -> acts.Outcome:
    """Say which electives one follows, all at once: `keys` of the `known` ones. Refuses one that there is not."""

    def work() -> acts.Outcome:
        if keys - known:
            raise Refused(_("This elective does not exist in this edition."))
        had = frozenset(Elective.objects.filter(enrolment=enrolment).values_list("key", flat=True))
        Elective.objects.filter(enrolment=enrolment, key__in=had - keys).delete()
        fresh = [Elective(enrolment=enrolment, key=key, chosen_at=now) for key in sorted(keys - had)]
        Elective.objects.bulk_create(fresh, ignore_conflicts=True)
        if had != keys:
            _said("electives.chosen", enrolment, by, now, keys=", ".join(sorted(keys)))
        return {"enrolment": str(enrolment.pk), "electives": sorted(keys)}

    return acts.once(act, by.pk, work)


def remove(*, act: acts.Act, enrolment: Enrolment, reason: str, by: Person, now: datetime) -> acts.Outcome:
    """Take somebody out of an edition; what they did stays, and they are told, with the reason. Refuses without a
    reason, and for somebody who is out already by the team."""
    return acts.once(act, by.pk, lambda: _remove(enrolment, one_line(reason)[:300], by, now))


def _remove(enrolment: Enrolment, said: str, by: Person, now: datetime) -> acts.Outcome:
    if not said:
        raise Refused(_("Taking somebody out needs a reason."))
    row = _held(enrolment)
    if not allowed(row.membership, Move.REMOVE, dates_state(row.edition, now)):
        raise Refused(_("This person was taken out of the edition already."))
    row.left_at, row.removed_for, row.removed_by = row.left_at or now, said, by
    row.save(update_fields=["left_at", "removed_for", "removed_by"])
    _said("removed", row, by, now, reason=said)
    _tell(row, now, removed=True)
    return {"enrolment": str(row.pk)}


def readmit(*, act: acts.Act, enrolment: Enrolment, by: Person, now: datetime) -> acts.Outcome:
    """Let somebody in again whom the team took out, on the track that they had, with all they did; they are told.
    Refuses who was not taken out."""
    return acts.once(act, by.pk, lambda: _readmit(enrolment, by, now))


def _readmit(enrolment: Enrolment, by: Person, now: datetime) -> acts.Outcome:
    Person.objects.select_for_update(no_key=True).get(pk=enrolment.person_id)
    row = _held(enrolment)
    if not allowed(row.membership, Move.READMIT, dates_state(row.edition, now)):
        raise Refused(_("This person was not taken out of the edition."))
    if Enrolment.objects.filter(person_id=row.person_id, edition_id=row.edition_id, left_at=None).exists():
        raise Refused(_("This person is enrolled in this edition."))
    row.left_at, row.removed_for, row.removed_by = None, "", None
    row.save(update_fields=["left_at", "removed_for", "removed_by"])
    _said("readmitted", row, by, now)
    _tell(row, now, removed=False)
    arrived(row, now)
    return {"enrolment": str(row.pk)}


def _held(enrolment: Enrolment) -> Enrolment:
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("edition__course", "person")
    return rows.get(pk=enrolment.pk)


def _said(verb: str, row: Enrolment, by: Person, now: datetime, **what: str) -> None:
    journal.log(verb, by=by.pk, about="enrolment", about_id=row.pk, at=now, **what)


def _tell(row: Enrolment, now: datetime, *, removed: bool) -> None:
    person, edition = row.person, row.edition
    with translation.override(person.language):
        course = edition.course.title(person.language)
        address = f"{settings.SITE_URL}/e/{edition.slug}/"
        subject = _("You were taken out of the course “{course}”") if removed else _("You are back in “{course}”")
        text = (
            _(
                "The team took you out of this edition of “{course}”.\n\nThe reason given: {reason}\n\nWhat you did "
                "is kept. If you think that this is a mistake, write to the team: {help}\n"
            )
            if removed
            else _("The team let you in again in this edition of “{course}”, with all that you did: {address}\n")
        )
        said = {"course": course, "reason": row.removed_for, "address": address, "help": f"{settings.SITE_URL}/help/"}
        mail.queue(
            person_id=person.pk,
            address=person.email,
            key=f"{'removed' if removed else 'readmitted'}:{row.pk}:{now:%Y%m%d%H%M%S}",
            language=person.language,
            zone=person.zone,
            subject=subject.format(**said),
            text=text.format(**said),
            now=now,
            kind="decision",
        )
