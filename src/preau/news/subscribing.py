"""Who gets the newsletter: asked for by a button with a confirmed account, or with an address that is confirmed from
its own mail; changed and ended by its reader; ended by itself when the address is closed or its reader silent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from preau.accounts.models import Device, Person
from preau.audit import acts
from preau.audit.http import Refused
from preau.common.zones import ZONES
from preau.courses.models import Course
from preau.mail import actions as mail
from preau.mail import kinds, rules
from preau.mail.models import Message, Preference, Suppression
from preau.news.models import Subscriber

KIND = "newsletter"
LATELY = timedelta(days=7)  # what was stopped before is settled; queueing looks at it all the same
TO_CONFIRM = timedelta(days=7)
SILENCE = timedelta(days=3 * 365)  # after the last real contact it ends; what has ended is kept as long, as a proof
PACE = timedelta(minutes=5)
Ended = Subscriber.Ended
OFF = Preference.Cadence.OFF
FIRM = (Suppression.Reason.HARD, Suppression.Reason.COMPLAINT, Suppression.Reason.ASKED)


def register() -> None:
    """The kind of message that an issue is."""
    kinds.register(KIND, gettext_noop("The newsletter, if you asked for it"), transactional=False)


@dataclass(frozen=True)
class Wish:
    """What is asked for: news of one course, or of all; `zone` empty when it is not known."""

    language: str
    course: Course | None = None
    zone: str = ""

    def data(self) -> dict[str, str]:
        """As the payload of an act."""
        return {"language": self.language, "course": self.course.slug if self.course else "", "zone": self.zone}

    def columns(self) -> dict[str, Any]:
        """As a row keeps it."""
        zone = self.zone if self.zone in ZONES else ""
        return {"language": self.language, "course": self.course, "zone": zone, "wording": wording()}


def wording() -> str:
    """What one agrees to, in the language in force."""
    words = _(
        "I ask {site} for its newsletter, with news of what I chose and nothing else. I am 15 or over. Every message "
        "lets me end it."
    )
    return words.format(site=settings.SITE_NAME)[:300]


def page_of(language: str) -> str:
    """Where one asks for it, and where somebody with an account changes it."""
    return f"{settings.SITE_URL}/{language}/newsletter/"


def own_page(token: str) -> str:
    """Where an address confirms, changes and ends it."""
    return f"{settings.SITE_URL}/newsletter/{token}/"


def proved(person: Person) -> bool:
    """Has this person shown that the address of their account is theirs? Otherwise its mail is asked first."""
    rows = EmailAddress.objects.filter(user=person, verified=True, email__iexact=person.email)
    return person.is_active and rows.exists()


def of_person(person: Person) -> Subscriber | None:
    """Their subscription, if they have one."""
    return Subscriber.objects.select_related("course").filter(person=person, ended_at=None).first()


def ask(*, act: acts.Act, by: Person, wish: Wish, now: datetime) -> acts.Outcome:
    """Subscribe somebody whose address is proved, at once; asked again, the later wish holds."""

    def work() -> acts.Outcome:
        Person.objects.select_for_update().get(pk=by.pk)  # two tabs at once
        rows = list(_of(by))
        row = rows[0] if rows else Subscriber(token=rules.token())
        Subscriber.objects.filter(pk__in=[other.pk for other in rows[1:]]).delete()
        row.asked_at = row.asked_at if row.confirmed_at else now
        _keep(row, wish, now, by)
        return {"subscribed": True}

    return acts.once(act, by.pk, work)


def _of(person: Person) -> QuerySet[Subscriber]:
    """What lives of somebody whose address is proved: by their account first, then by that address."""
    theirs = Q(person=person) | Q(person=None, address__iexact=person.email)
    rows = Subscriber.objects.select_for_update().filter(theirs, ended_at=None)
    return rows.order_by(F("person").asc(nulls_last=True), "pk")


def _keep(row: Subscriber, wish: Wish, now: datetime, person: Person | None) -> None:
    """Its reader says yes, or changes it: from now on it counts."""
    row.language, row.course, row.zone = wish.language, wish.course, person.zone if person else row.zone
    row.wording = row.wording if row.confirmed_at else wording()  # the proof is of the day on which it was confirmed
    row.confirmed_at, row.seen_at = row.confirmed_at or now, now
    if person:
        row.person, row.address = person, ""
    row.save()
    for who in {person.pk, rules.stranger(person.email)} if person else {rules.stranger(row.address)}:
        mail.listen(person_id=who, kind=KIND)


def leave(*, act: acts.Act, by: Person, now: datetime) -> acts.Outcome:
    """Somebody with an account wants it no more."""

    def work() -> acts.Outcome:
        for row in _of(by):
            _end(row, now)
        return {"subscribed": False}

    return acts.once(act, by.pk, work)


def _end(row: Subscriber, now: datetime) -> None:
    """What was queued for them and waits does not go either."""
    row.ended_at, row.ended, row.seen_at = now, Ended.ASKED, now
    row.save(update_fields=["ended_at", "ended", "seen_at"])
    mail.prefer(person_id=row.person_id or rules.stranger(row.address), cadences={KIND: OFF}, now=now)


def ask_by_mail(*, act: acts.Act, address: str, wish: Wish, now: datetime) -> acts.Outcome:
    """Keep what an address is said to ask for, and write to it: nothing holds before it is confirmed from there. The
    outcome is the same whatever is known of the address."""

    def work() -> acts.Outcome:
        live = Subscriber.objects.select_for_update().filter(person=None, ended_at=None)
        row = live.filter(address__iexact=address).first()
        if row is None or row.confirmed_at is None:  # what was confirmed, only its own mail changes
            values = {**wish.columns(), "asked_at": now}
            row, _new = Subscriber.objects.update_or_create(
                person=None,
                ended_at=None,
                address__iexact=address,
                defaults=values,
                create_defaults={**values, "token": rules.token(), "address": address, "person": None},
            )
        _write(row, wish.language, now)
        return {"asked": True}

    return acts.once(act, act.id, work)


def _write(row: Subscriber, language: str, now: datetime) -> None:
    """The mail by which an address is confirmed, at most once a day for each request."""
    with override(language):
        parts = [
            _("Hello,"),
            _("Somebody, you we hope, asked for the newsletter of {site} at this address.").format(
                site=settings.SITE_NAME
            ),
            _("Confirm it, change it or take it back on this page, within seven days:") + f"\n{own_page(row.token)}",
            _("You did not ask? Do nothing: nobody writes to you again because of it."),
        ]
        subject = _("Confirm: the newsletter of {site}").format(site=settings.SITE_NAME)
    mail.queue(
        person_id=rules.stranger(row.address),
        address=row.address,
        key=f"newsletter-ask:{row.token}:{now:%Y-%m-%d}",
        language=language,
        subject=subject,
        text="\n\n".join(parts) + "\n",
        now=now,
    )


def confirm(*, act: acts.Act, row: Subscriber, wish: Wish, now: datetime) -> acts.Outcome:
    """The reader of the address says yes, with the wish as it is on the page. The proved address of an account becomes
    that person's. Refuses what has ended: only a new request, with a mail of its own, begins it again."""

    def work() -> acts.Outcome:
        # The person before the row, as `ask` does: two tabs of one reader must not wait for each other.
        person = Person.objects.select_for_update().filter(email__iexact=row.address).first() if row.address else None
        kept = Subscriber.objects.select_for_update().filter(pk=row.pk, ended_at=None).first()
        if kept is None or kept.person_id is not None:
            raise Refused(_("This subscription has ended. Ask for the newsletter again on its page."))
        if person is not None and proved(person):
            Subscriber.objects.filter(person=person, ended_at=None).delete()  # the later proof takes its place
        else:
            person = None
        _keep(kept, wish, now, person)
        return {"subscriber": str(row.pk)}

    return acts.once(act, act.id, work)


def take_back(*, act: acts.Act, row: Subscriber, now: datetime) -> acts.Outcome:
    """The reader of the address wants none of it: it ends; what was never confirmed is deleted."""

    def work() -> acts.Outcome:
        kept = Subscriber.objects.select_for_update().filter(pk=row.pk, ended_at=None).first()
        if kept is not None and kept.confirmed_at is None:
            kept.delete()
        elif kept is not None:
            _end(kept, now)
        return {"subscriber": str(row.pk)}

    return acts.once(act, act.id, work)


class Candidate(NamedTuple):
    """A subscriber as it is judged whether they still want it: `at` is where mail reaches them, in lower case."""

    row: UUID
    person: UUID | None
    at: str
    confirmed_at: datetime

    @property
    def ids(self) -> set[UUID]:
        """As mail knew them: by their account, and before that by the address alone."""
        return {one for one in (self.person, rules.stranger(self.at)) if one}


def tend(*, now: datetime) -> int:
    """End what its readers stopped by one click, what goes to closed addresses and what nobody has read for years;
    forget what was not confirmed in time. Returns how many rows it concerned."""
    with transaction.atomic():
        ended = len(end_meanwhile(_candidates(now), now))
        ended += _end_silent(now)
        unconfirmed = Subscriber.objects.filter(confirmed_at=None, asked_at__lt=now - TO_CONFIRM)
        old = Subscriber.objects.filter(ended_at__lt=now - SILENCE)
        return ended + sum(rows.delete()[0] for rows in (unconfirmed, old))


def _live() -> QuerySet[Subscriber]:
    return Subscriber.objects.filter(ended_at=None, confirmed_at__isnull=False).order_by()


def _candidates(now: datetime) -> list[Candidate]:
    """Those of whom something was heard lately: who stopped this kind, or whose address was closed. Of a stranger who
    stopped only an id is known: the message that they stopped has the address."""
    off = Preference.objects.filter(kind=KIND, cadence=OFF, chosen_at__gte=now - LATELY).order_by()
    people = list(off.values_list("person_id", flat=True))
    strangers = [who for who in people if not rules.has_account(who)]
    mails = Message.objects.filter(person_id__in=strangers, kind=KIND).order_by().annotate(lower=Lower("address"))
    firm = Suppression.objects.filter(reason__in=FIRM, since__gte=now - LATELY).order_by()
    heard = {*mails.values_list("lower", flat=True).distinct(), *firm.values_list("address", flat=True)}
    rows = _live().annotate(at=Coalesce(Lower("person__email"), Lower("address")))
    found = rows.filter(Q(person_id__in=people) | Q(at__in=heard))
    told = found.values_list("pk", "person_id", "at", "confirmed_at")
    return [Candidate(row, person, at, confirmed) for row, person, at, confirmed in told if confirmed]


def _end_silent(now: datetime) -> int:
    """Somebody with an account shows a sign of life by coming to the site; an address, by its page."""
    before = now - SILENCE
    silent = _live().filter(Q(seen_at__lt=before) | Q(seen_at=None, confirmed_at__lt=before))
    came = Device.objects.filter(person=OuterRef("person"), seen_at__gte=before).order_by("-seen_at").values("seen_at")
    silent.filter(Exists(came)).update(seen_at=Subquery(came[:1]))
    signed_in = Person.objects.filter(pk=OuterRef("person"), last_login__gte=before).values("last_login")
    silent.filter(Exists(signed_in)).update(seen_at=Subquery(signed_in[:1]))  # whoever signs out leaves no device
    return silent.update(ended_at=now, ended=Ended.SILENT)


def end_meanwhile(rows: Iterable[Candidate], now: datetime) -> set[UUID]:
    """Of these subscribers, end those who stopped it since they confirmed it, and those whose address is closed; their
    rows. What somebody stopped before they asked again is past."""
    rows = list(rows)
    ids, addresses = {who for one in rows for who in one.ids}, {one.at for one in rows}
    off = Preference.objects.filter(kind=KIND, cadence=OFF, person_id__in=ids).order_by()
    stopped = dict(off.values_list("person_id", "chosen_at"))
    firm = Suppression.objects.filter(reason__in=FIRM, address__in=addresses).order_by()
    closed = set(firm.values_list("address", flat=True))
    gone = {one.row for one in rows if any(who in stopped and stopped[who] >= one.confirmed_at for who in one.ids)}
    shut = {one.row for one in rows if one.at in closed} - gone
    for why, which in ((Ended.ASKED, gone), (Ended.SUPPRESSED, shut)):
        if which:
            Subscriber.objects.filter(pk__in=which, ended_at=None).update(ended_at=now, ended=why)
    return gone | shut


def personal(person: Person) -> Mapping[str, Any]:
    """The rows of a person and of their addresses, as exported."""
    fields = ("course__slug", "address", "language", "wording", "asked_at", "confirmed_at", "seen_at", "ended_at")
    return {"newsletter": rows_of(person).order_by("asked_at", "pk").values(*fields, "ended")}


def rows_of(person: Person) -> QuerySet[Subscriber]:
    """Every row of a person: by their account, and by an address of theirs."""
    owned = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    addresses = {person.email.lower(), *(email.lower() for email in owned)}
    return Subscriber.objects.alias(lower=Lower("address")).filter(Q(person=person) | Q(lower__in=addresses))
