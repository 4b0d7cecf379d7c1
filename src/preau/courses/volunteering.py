"""What changes who helps an edition: apply, be approved, sign the charter, hold hours of the rota, leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.courses import actions, rota
from preau.courses.models import Edition, Role, SafetyContact, Shift, Volunteer
from preau.mail import actions as mail

CHARTER = "2026-11"  # of courses/_charter.html: with another text, everybody signs again
STAYS = timedelta(weeks=4)  # a helper's role outlives the edition: results are published and questioned after its end
HELPS = (Volunteer.State.APPLIED, Volunteer.State.APPROVED)


@dataclass(frozen=True)
class Application:
    """What somebody offers: languages by code, and why."""

    languages: tuple[str, ...]
    motivation: str


@dataclass(frozen=True)
class Decision:
    """What the team answers: as a moderator or a coach (`kind`), or not at all, with the reason."""

    approve: bool
    reason: str
    kind: str = Role.Kind.MODERATOR


def expiry(edition: Edition) -> datetime:
    """When the role of those who help this edition ends by itself."""
    return edition.closes_at + STAYS


def signed(row: Volunteer) -> bool:
    """Did they sign the charter as it is now?"""
    return row.signed_at is not None and row.charter == CHARTER


def apply(*, act: acts.Act, by: Person, edition: Edition, said: Application, now: datetime) -> acts.Outcome:
    """Offer to help; while nobody decided, what was said can be changed. Refuses after the edition's end, and somebody
    who was declined."""
    return acts.once(act, by.pk, lambda: _apply(by, edition, said, now))


def _apply(person: Person, edition: Edition, said: Application, now: datetime) -> acts.Outcome:
    if now >= edition.closes_at:
        raise Refused(_("The edition is over."))
    row = Volunteer.objects.select_for_update().filter(edition=edition, person=person).first()
    if row is not None and row.state == Volunteer.State.DECLINED:
        raise Refused(_("The team answered already. Write to the team if something has changed."))
    if row is not None and row.state == Volunteer.State.APPROVED:
        raise Refused(_("You help this edition already."))
    values: dict[str, Any] = {"languages": list(said.languages), "motivation": said.motivation}
    values |= {
        "state": Volunteer.State.APPLIED,
        "applied_at": now,
        "decided_by": None,
        "decided_at": None,
        "reason": "",
    }
    row, _created = Volunteer.objects.update_or_create(edition=edition, person=person, defaults=values)
    journal.log("volunteer.applied", by=person.pk, about="volunteer", about_id=row.pk, at=now)
    return {"volunteer": str(row.pk)}


def decide(*, act: acts.Act, by: Person, volunteer: Volunteer, said: Decision, now: datetime) -> acts.Outcome:
    """Approve or decline; the person is told by mail. A refusal needs its reason, and ends what they held."""
    return acts.once(act, by.pk, lambda: _decide(act.id, by, volunteer, said, now))


def _decide(act: UUID, by: Person, volunteer: Volunteer, said: Decision, now: datetime) -> acts.Outcome:
    if not said.approve and not said.reason:
        raise Refused(_("Say why: the person is told."))
    row = _locked(volunteer)
    if row.state not in HELPS:
        raise Refused(_("This person does not offer their help any more."))
    if not said.approve or row.kind != said.kind:
        _take_back(row, by.pk, now)
    row.state = Volunteer.State.APPROVED if said.approve else Volunteer.State.DECLINED
    row.decided_by, row.decided_at, row.reason = by, now, said.reason
    row.kind = said.kind if said.approve else row.kind
    row.save(update_fields=["state", "decided_by", "decided_at", "reason", "kind"])
    if not said.approve:
        row.shifts.all().delete()
    elif signed(row):
        _begin(row, by.pk, now)
    verb = "volunteer.approved" if said.approve else "volunteer.declined"
    journal.log(verb, by=by.pk, about="volunteer", about_id=row.pk, at=now)
    _tell(row, f"volunteer:{act}", said, now=now)
    return {"volunteer": str(row.pk), "state": row.state}


def sign(*, act: acts.Act, by: Person, volunteer: Volunteer, version: str, now: datetime) -> acts.Outcome:
    """Sign the charter in the version that was read; with an approval the role begins. Refuses another version than
    the one in force."""

    def work() -> acts.Outcome:
        row = _locked(volunteer)
        if version != CHARTER:
            raise Refused(_("The charter has changed since you opened the page. Read it again, then sign."))
        if row.state not in HELPS:
            raise Refused(_("You do not help this edition."))
        row.charter, row.signed_at = version, now
        row.save(update_fields=["charter", "signed_at"])
        journal.log("volunteer.signed", by=by.pk, about="volunteer", about_id=row.pk, at=now, charter=version)
        if row.state == Volunteer.State.APPROVED:
            _begin(row, by.pk, now)
        return {"volunteer": str(row.pk), "charter": version}

    return acts.once(act, by.pk, work)


def leave(*, act: acts.Act, by: Person, volunteer: Volunteer, now: datetime) -> acts.Outcome:
    """Stop helping: the role and the hours go at once; one may offer one's help again."""

    def work() -> acts.Outcome:
        row = _locked(volunteer)
        if row.state in HELPS:
            row.state = Volunteer.State.LEFT
            row.save(update_fields=["state"])
            _take_back(row, by.pk, now)
            row.shifts.all().delete()
            journal.log("volunteer.left", by=by.pk, about="volunteer", about_id=row.pk, at=now)
        return {"volunteer": str(row.pk)}

    return acts.once(act, by.pk, work)


def take(
    *, act: acts.Act, by: Person, volunteer: Volunteer, hour: rota.Hour, language: str, now: datetime
) -> acts.Outcome:
    """Be there in this hour of every week (in the edition's zone), in a language that one offered."""

    def work() -> acts.Outcome:
        row = _locked(volunteer)
        if row.state != Volunteer.State.APPROVED or not signed(row):
            raise Refused(_("Hours are chosen once the team has approved you and the charter is signed."))
        if language not in row.languages:
            raise Refused(_("You did not offer this language."))
        Shift.objects.update_or_create(volunteer=row, weekday=hour[0], hour=hour[1], defaults={"language": language})
        return {"weekday": hour[0], "hour": hour[1], "language": language}

    return acts.once(act, by.pk, work)


def drop(*, act: acts.Act, by: Person, shift: Shift) -> acts.Outcome:
    """Give an hour back."""

    def work() -> acts.Outcome:
        Shift.objects.filter(pk=shift.pk).delete()
        return {"shift": str(shift.pk)}

    return acts.once(act, by.pk, work)


def name_contact(*, act: acts.Act, by: Person, edition: Edition, person: Person, now: datetime) -> acts.Outcome:
    """Name who is told at once of a danger in this edition, and tell them."""

    def work() -> acts.Outcome:
        SafetyContact.objects.update_or_create(edition=edition, defaults={"person": person, "named_at": now})
        journal.log("safety.named", by=by.pk, about="edition", about_id=edition.pk, at=now, person=str(person.pk))
        with translation.override(person.language):
            course = edition.course.title(person.language)
            text = _(
                "From now on you are the person who is told at once when somebody reports a danger in “{course}”:"
                " distress, a threat, illegal content. Only you and the administrators see these reports:"
            ).format(course=course)
            subject = _("You are told of dangers in “{course}”").format(course=course)
            text = f"{text}\n{settings.SITE_URL}/desk/{edition.slug}/alerts/\n"
        _mail(person, f"safety:{act.id}", subject, text, now)
        return {"person": str(person.pk)}

    return acts.once(act, by.pk, work)


def _locked(volunteer: Volunteer) -> Volunteer:
    rows = Volunteer.objects.select_related("edition__course", "person").select_for_update(of=("self",))
    return rows.get(pk=volunteer.pk)


def _begin(row: Volunteer, by: UUID, now: datetime) -> None:
    """Give the role until some weeks after the edition; a longer one given by hand stays as it is."""
    until = expiry(row.edition)
    held = Role.objects.filter(person=row.person_id, kind=row.kind, edition=row.edition).first()
    if held is not None and (held.expires_at is None or held.expires_at >= until):
        return
    actions.give_role(person=row.person, kind=row.kind, by=by, now=now, edition=row.edition, expires_at=until)


def _take_back(row: Volunteer, by: UUID, now: datetime) -> None:
    """Take the role that ends; one without an end was given by hand and stays."""
    for role in held(row.edition, [row.person_id]).filter(kind=row.kind):
        actions.take_role(role, by=by, now=now)


def held(edition: Edition, people: Iterable[UUID]) -> Any:
    """The roles of helpers in this edition that end by themselves."""
    kinds = (Role.Kind.MODERATOR, Role.Kind.COACH)
    rows = Role.objects.filter(edition=edition, person__in=people, kind__in=kinds, expires_at__isnull=False)
    return rows.order_by("person", "kind")


def _tell(row: Volunteer, key: str, said: Decision, *, now: datetime) -> None:
    person = row.person
    with translation.override(person.language):
        course = row.edition.course.title(person.language)
        subject = _("Your offer to help “{course}”").format(course=course)
        if not said.approve:
            text = _("Thank you for your offer to help “{course}”. The team does not take it up.").format(course=course)
            parts = [text, _("Reason: {reason}").format(reason=said.reason)]
        else:
            text = _("The team is glad of your help in “{course}”. Sign the charter and choose your hours here:")
            address = f"{settings.SITE_URL}/e/{row.edition.slug}/volunteer/"
            parts = [text.format(course=course) + f"\n{address}", said.reason]
        _mail(person, key, subject, "\n\n".join(part for part in parts if part) + "\n", now)


def _mail(person: Person, key: str, subject: str, text: str, now: datetime) -> None:
    mail.queue(
        person_id=person.pk,
        address=person.email,
        key=key,
        language=person.language,
        subject=subject,
        text=text,
        now=now,
        kind="decision",
        zone=person.zone,
    )
