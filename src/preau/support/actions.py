"""What a learner and their team do with a request: ask, reply, claim, release, answer, merge, close."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import text as texts
from preau.courses.models import Edition, Enrolment
from preau.mail.attachments import Attachment
from preau.support import files, letters, rules
from preau.support.access import LookedAt, Team
from preau.support.models import Entry, Request

State = Request.State


@dataclass(frozen=True)
class Question:
    """What somebody asks: `about` is what they were looking at, as `access.LookedAt.data` gives it."""

    topic: str
    subject: str
    text: str
    language: str
    edition: Edition | None = None
    enrolment: Enrolment | None = None
    about: dict[str, str] = field(default_factory=lambda: LookedAt().data())


def ask(
    *, act: acts.Act, by: Person, question: Question, attached: Sequence[Attachment] = (), now: datetime
) -> acts.Outcome:
    """Open a request. Refuses an empty one, a text too long, and more than `rules.A_DAY` in 24 hours."""

    def work() -> acts.Outcome:
        subject, text = texts.one_line(question.subject)[:200], worded(question.text)
        if not subject:
            raise Refused(_("Say in a few words what it is about."))
        recent = Request.objects.filter(person=by, asked_at__gt=now - timedelta(days=1))
        if recent.count() >= rules.A_DAY:
            raise Refused(_("You asked many times today. Add to one of your requests, or come back tomorrow."))
        row = Request.objects.create(
            id=act.id,
            edition=question.edition,
            enrolment=question.enrolment,
            person=by,
            address=by.email,
            language=question.language,
            topic=question.topic,
            subject=subject,
            about=question.about,
            asked_at=now,
            touched_at=now,
        )
        add(row, act.id, text=text, author=by, attached=attached, now=now)
        return {"request": str(row.pk)}

    return acts.once(act, by.pk, work)


def reply(
    *, act: acts.Act, by: Person, request: Request, text: str, attached: Sequence[Attachment] = (), now: datetime
) -> acts.Outcome:
    """The learner writes again: a request that was answered or settled is to do again."""

    def work() -> acts.Outcome:
        row = locked(request)
        written(row, worded(text), act.id, author=by, attached=attached, now=now)
        return {"request": str(row.pk)}

    return acts.once(act, by.pk, work)


def written(
    row: Request,
    text: str,
    entry: UUID,
    *,
    author: Person | None,
    now: datetime,
    attached: Sequence[Attachment] = (),
    **fields: Any,
) -> None:
    """What came from the learner's side, into a locked request. Refuses what only a machine writes so often."""
    if row.entries.filter(from_team=False, at__gt=now - timedelta(days=1)).count() >= rules.ENTRIES_A_DAY:
        raise Refused(_("This request had too many messages today. It is not lost: come back tomorrow."))
    add(row, entry, text=text, author=author, attached=attached, now=now, **fields)
    change(row, state=rules.after_learner(row.claimed_by_id is not None), touched_at=now)


def close(*, act: acts.Act, by: Person, request: Request, now: datetime) -> acts.Outcome:
    """Settle a request, by its learner or the team; whoever writes to it opens it again."""
    return acts.once(act, by.pk, lambda: _moved(request, by, now, state=State.DONE))


def claim(*, act: acts.Act, at: Team, request: Request, now: datetime) -> acts.Outcome:
    """Take a request on. Refuses one that somebody else has."""

    def work() -> acts.Outcome:
        row = locked(request)
        take(row, at.person, now)
        change(row, state=State.CLAIMED)
        return {"request": str(row.pk)}

    return acts.once(act, at.person.pk, work)


def release(*, act: acts.Act, at: Team, request: Request, now: datetime) -> acts.Outcome:
    """Give a request back to everybody: whoever has it, or somebody who decides."""

    def work() -> acts.Outcome:
        row = locked(request)
        if row.claimed_by_id != at.person.pk and not at.decides:
            raise Refused(_("Somebody else has this request."))
        state = State.OPEN if row.state == State.CLAIMED else row.state
        change(row, state=state, claimed_by=None, claimed_at=None)
        return {"request": str(row.pk)}

    return acts.once(act, at.person.pk, work)


def answer(*, act: acts.Act, at: Team, request: Request, text: str, settle: bool, now: datetime) -> acts.Outcome:
    """Answer the learner, on the page and by mail; what nobody has is taken. Refuses what somebody else has."""

    def work() -> acts.Outcome:
        row = locked(request)
        said = worded(text)
        take(row, at.person, now)
        entry = add(row, act.id, text=said, author=at.person, from_team=True, now=now)
        change(row, state=State.DONE if settle else State.WAITING, touched_at=now)
        letters.tell(row, entry, now=now)
        return {"request": str(row.pk)}

    return acts.once(act, at.person.pk, work)


def note(*, act: acts.Act, at: Team, request: Request, text: str, now: datetime) -> acts.Outcome:
    """Write something for the team only; nothing else changes."""

    def work() -> acts.Outcome:
        add(request, act.id, text=worded(text), author=at.person, from_team=True, private=True, now=now)
        return {"request": str(request.pk)}

    return acts.once(act, at.person.pk, work)


def merge(*, act: acts.Act, at: Team, request: Request, into: Request, now: datetime) -> acts.Outcome:
    """Put the messages of a request into another of the same person; its address leads there. Refuses two people's."""

    def work() -> acts.Outcome:
        rows = Request.objects.select_for_update(of=("self",)).filter(pk__in=(request.pk, into.pk)).order_by("pk")
        found = {row.pk: row for row in rows}
        source, target = found[request.pk], found[into.pk]
        if source.pk == target.pk or source.merged_into_id or target.merged_into_id:
            raise Refused(_("These requests are one already."))
        if not same_person(source, target) or source.edition_id != target.edition_id:
            raise Refused(_("These requests are of two people."))
        source.entries.update(request=target)
        change(source, state=State.DONE, merged_into=target)
        change(target, state=rules.after_learner(target.claimed_by_id is not None), touched_at=now)
        logged("request.merged", target, at.person, now)
        return {"request": str(target.pk)}

    return acts.once(act, at.person.pk, work)


def move(*, act: acts.Act, at: Team, request: Request, enrolment: Enrolment, now: datetime) -> acts.Outcome:
    """Hand a request of the site's queue on to the team of an edition in which the person is."""

    def work() -> acts.Outcome:
        row = locked(request)
        if row.edition_id is not None or row.person_id != enrolment.person_id:
            raise Refused(_("This request cannot go to that team."))
        change(
            row, edition_id=enrolment.edition_id, enrolment=enrolment, state=State.OPEN, claimed_by=None,
            claimed_at=None, touched_at=now,
        )  # fmt: skip
        return {"request": str(row.pk)}

    return acts.once(act, at.person.pk, work)


def _moved(request: Request, by: Person, now: datetime, *, state: str) -> acts.Outcome:
    row = locked(request)
    change(row, state=state, touched_at=now)
    return {"request": str(row.pk)}


def add(
    row: Request,
    pk: UUID,
    *,
    text: str,
    author: Person | None,
    now: datetime,
    from_team: bool = False,
    attached: Sequence[Attachment] = (),
    **fields: Any,
) -> Entry:
    """One message of a request, its files on the disk."""
    kept = files.KEPT.keep(pk, attached) + fields.pop("left_out", [])
    return Entry.objects.create(
        id=pk, request=row, author=author, from_team=from_team, text=text, attachments=kept, at=now, **fields
    )


def worded(text: str) -> str:
    """What somebody wrote, clean. Refuses nothing at all, and too much."""
    said = texts.clean(text).strip()
    if not said:
        raise Refused(_("There is nothing to send: the text is empty."))
    if len(said) > rules.LONGEST:
        raise Refused(_("The text is too long: nothing was sent. It stays in the page."))
    return said


def take(row: Request, by: Person, now: datetime) -> None:
    """Make a locked request this person's. Refuses one of somebody else."""
    if row.claimed_by_id not in (None, by.pk):
        raise Refused(_("Somebody else has this request."))
    if row.claimed_by_id is None:
        change(row, claimed_by=by, claimed_at=now)


def change(row: Request, **fields: Any) -> None:
    """Write some columns of a request."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))


def locked(request: Request) -> Request:
    """The row for a change. Refuses one that was put into another."""
    row = Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if row.merged_into_id:
        raise Refused(_("This request was put together with another: write there."))
    return row


def same_person(one: Request, other: Request) -> bool:
    """Are two requests of one person, by account or, where there is none, by address?"""
    if one.person_id or other.person_id:
        return one.person_id == other.person_id
    return one.address.lower() == other.address.lower()


def logged(verb: str, row: Request, by: Person, now: datetime, **details: Any) -> None:
    """A line of the journal in the learner's record, or the person's where they are in no edition. The reasons stand
    in the request, which can be erased; the journal cannot."""
    about, key = ("enrolment", row.enrolment_id) if row.enrolment_id else ("person", row.person_id)
    if key is not None:
        journal.log(verb, by=by.pk, about=about, about_id=key, at=now, request=str(row.pk), **details)
