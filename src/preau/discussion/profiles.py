"""What somebody shows of themself in the discussions of a course: written by themself, read by the others there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from preau.accounts import countries
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import text as texts
from preau.discussion import naming, people, reading, rules, words
from preau.discussion.access import Here
from preau.discussion.models import CircleMember, Member, Post, Room
from preau.discussion.people import Shown

LONGEST_JOB, LONGEST_WHY = 120, 1000
LATEST = 10  # messages on the page of a person


@dataclass(frozen=True)
class Profile:
    """What one wants to show: `name` empty is the first word of the account's, the rest empty is not shown. `country`
    is a code of ISO 3166-1, `field` one of `rules.FIELDS`."""

    name: str = ""
    country: str = ""
    field: str = ""
    job: str = ""
    why: str = ""
    languages: tuple[str, ...] = ()


def change(*, act: acts.Act, at: Here, said: Profile) -> acts.Outcome:
    """Write what one shows. Refuses a name that nobody could read, and what is too long."""
    return acts.once(act, at.person.pk, lambda: {"member": str(keep(at, said).pk)})


def keep(at: Here, said: Profile) -> Member:
    """The work of `change`, within another act."""
    clean = _clean(said)
    member = Member.objects.select_for_update().get(pk=people.member_of(at.person, at.course, now=at.now).pk)
    changed = [name for name, value in clean.items() if getattr(member, name) != value]
    if changed:
        for name in changed:
            setattr(member, name, clean[name])
        member.save(update_fields=changed)
        journal.log("member.changed", by=at.person.pk, about="member", about_id=member.pk, at=at.now, fields=changed)
    return member


def _clean(said: Profile) -> dict[str, Any]:
    """A profile as its row holds it."""
    name = naming.shown(said.name)
    if texts.one_line(said.name) and not name:
        raise Refused(_("Nobody could read this name: it needs a letter or a digit."))
    job, why = texts.one_line(said.job), texts.clean(said.why).strip()
    for text, most in ((said.name, naming.LONGEST), (job, LONGEST_JOB), (why, LONGEST_WHY)):
        if len(text) > most:
            raise Refused(_("Shorten what you say of yourself: {most} characters at most.").format(most=most))
    if said.field not in ("", *rules.FIELDS):
        raise Refused(_("Choose what you work in from the list."))
    return {
        "name": name,
        "country": said.country,
        "field": said.field,
        "job": job,
        "why": why,
        "languages": sorted(set(said.languages)),
    }


def own(at: Here) -> Profile:
    """What they show now; of somebody who said nothing yet, nothing."""
    row = Member.objects.filter(pk=at.member).first() if at.member else None
    if row is None:
        return Profile()
    return Profile(row.name, row.country, row.field, row.job, row.why, tuple(row.languages))


@dataclass(frozen=True)
class Latest:
    """A message of theirs: where it is, and when it was written."""

    thread: UUID
    title: str
    language: str
    number: int
    at: datetime


def page(at: Here, member: Member, language: str) -> dict[str, Any]:
    """The page of somebody, as its template reads it: five queries, whatever they wrote."""
    shown = people.shown([member.person_id], course=at.course, edition=at.edition, number=at.number, now=at.now)
    return {
        "member": member,
        "shown": shown.get(member.person_id, Shown("")),
        "country": country(member.country, language),
        "languages": [words.spoken(code, language) for code in member.languages],
        "mine": member.person_id == at.person.pk,
        "latest": latest(at, member.person_id, language),
    }


def country(code: str, language: str) -> str:
    """A country in words."""
    return dict(countries.named(language)).get(code, "") if code else ""


def latest(at: Here, person: UUID, language: str) -> Sequence[Latest]:
    """Their newest messages in the space that the reader may read; none that is folded."""
    mine = CircleMember.objects.filter(space_id=at.space, person=at.person).values("circle__room")
    circles = ~Q(thread__room__kind=Room.Kind.CIRCLE) | Q(thread__room__in=mine)
    rows = Post.objects.select_related("thread__room").filter(circles, author=person, thread__space=at.space)
    rows = rows.filter(state=Post.State.SHOWN, thread__hidden=False, thread__room__hidden=False)
    dated, found = reading.dated(at, language), []
    for row in rows.order_by("-at")[: 2 * LATEST]:
        thread = row.thread
        if row.reveals_at is not None and rules.folded(
            rules.embargo(dated, unit=thread.unit_id, module=thread.room.module_id, marked_at=row.reveals_at), at.now
        ):
            continue
        found.append(Latest(thread.pk, thread.title, thread.language, row.number, row.at))
    return found[:LATEST]
