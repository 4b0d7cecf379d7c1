"""Dangers: distress, a threat, illegal content. Told at once to the person whom the edition names, kept apart from the
queue, seen by that person and administrators only.

The mail says that there is one and where, never what was written: it may speak of somebody's health. Without a person
named, or when their account is closed or their address refuses mail, it goes to the administrators; and again to them
all when nobody has handled it after a while."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.courses.models import Edition, Role, SafetyContact
from preau.mail import actions as mail
from preau.mail import kinds
from preau.mail.models import Suppression
from preau.support.models import Alert

MAIL = "alert"
PATIENCE = timedelta(hours=4)  # after which an alert that nobody handled is told to every administrator
LONGEST = 4000
KINDS: Mapping[str, str] = {
    Alert.Kind.DISTRESS: gettext_noop("Somebody is not well, or in danger"),
    Alert.Kind.THREAT: gettext_noop("Threats, harassment, violence"),
    Alert.Kind.ILLEGAL: gettext_noop("Illegal content"),
}


def register() -> None:
    """Called once: the kind of message, which nobody can turn off."""
    kinds.register(MAIL, gettext_noop("Dangers that you are told of"), transactional=True)


def kind(key: str) -> str:
    """A kind in the language of the page."""
    return _(KINDS[key]) if key in KINDS else key


def raise_alert(
    *, act: acts.Act, by: Person, edition: Edition, kind: str, text: str, path: str, now: datetime
) -> acts.Outcome:
    """Tell a danger: the row, the journal's line and the mail are one transaction. The journal never has the words."""

    def work() -> acts.Outcome:
        row = Alert.objects.create(edition=edition, person=by, kind=kind, text=text, path=path, raised_at=now)
        journal.log("alert.raised", by=by.pk, about="alert", about_id=row.pk, at=now, kind=kind)
        for person in told(edition, now):
            _mail(person, row, now, late=False)
        return {"alert": str(row.pk)}

    return acts.once(act, by.pk, work)


def handle(*, act: acts.Act, by: Person, alert: Alert, note: str, now: datetime) -> acts.Outcome:
    """Say what was done. The first to say it is who handled it; a later note is added."""

    def work() -> acts.Outcome:
        if not note:
            raise Refused(_("Say in a few words what was done."))
        row = Alert.objects.select_for_update().get(pk=alert.pk)
        if row.handled_at is None:
            row.handled_at, row.handled_by = now, by
        row.note = f"{row.note}\n\n{note}".strip()
        row.save(update_fields=["handled_at", "handled_by", "note"])
        journal.log("alert.handled", by=by.pk, about="alert", about_id=row.pk, at=now)
        return {"alert": str(row.pk)}

    return acts.once(act, by.pk, work)


def remind(*, now: datetime) -> int:
    """Tell every administrator of alerts that nobody handled in time, once each; returns how many there are."""
    rows = Alert.objects.filter(handled_at=None, raised_at__lte=now - PATIENCE, raised_at__gt=now - 7 * PATIENCE)
    found = list(rows.select_related("edition__course").order_by("raised_at", "pk"))
    people = administrators(now) if found else []
    for row in found:
        for person in people:
            _mail(person, row, now, late=True)
    return len(found)


def told(edition: Edition, now: datetime) -> list[Person]:
    """Who is told of a danger in this edition: the person named, if mail can reach them, else administrators."""
    contact = SafetyContact.objects.select_related("person").filter(edition=edition).first()
    if contact is not None and contact.person.is_active:
        if not Suppression.objects.filter(address=contact.person.email.lower()).exists():
            return [contact.person]
        return [contact.person, *(one for one in administrators(now) if one.pk != contact.person_id)]
    return administrators(now)


def administrators(now: datetime) -> list[Person]:
    """Who runs the site."""
    live = Q(expires_at=None) | Q(expires_at__gt=now)
    site = Role.objects.filter(live, kind=Role.Kind.ADMINISTRATOR, course=None, edition=None)
    return list(Person.objects.filter(pk__in=site.values("person"), is_active=True).order_by("pk"))


def of_edition(edition: Edition) -> list[Alert]:
    """Those of an edition: those that wait first, then the latest."""
    rows = Alert.objects.filter(edition=edition).select_related("person", "handled_by").order_by("-raised_at", "-pk")
    waiting: Iterable[Alert] = rows.filter(handled_at=None)
    return [*waiting, *rows.filter(handled_at__isnull=False)[:200]]


def _mail(person: Person, row: Alert, now: datetime, *, late: bool) -> None:
    with translation.override(person.language):
        course = row.edition.course.title(person.language)
        subject = _("A danger was reported in “{course}”").format(course=course)
        if late:
            said = _("This was reported in “{course}” some hours ago and nobody has handled it yet: {kind}.")
        else:
            said = _("This was reported in “{course}” just now: {kind}.")
        where = _("Read it and say what was done:") + f"\n{settings.SITE_URL}/desk/{row.edition.slug}/alerts/"
        text = f"{said.format(course=course, kind=kind(row.kind))}\n\n{where}\n"
    mail.queue(
        person_id=person.pk,
        address=person.email,
        key=f"{MAIL}:{row.pk}{':late' if late else ''}",
        language=person.language,
        subject=subject,
        text=text,
        now=now,
        kind=MAIL,
        zone=person.zone,
    )
