"""Groups: people of an edition under a name that staff gave them. Each verb is one act, and a line of the edition's
journal without anybody's name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common.text import one_line
from preau.courses import addresses
from preau.courses.models import Edition, Enrolment, Group, GroupMember

AT_ONCE = 500  # addresses in one query, rows in one statement


@dataclass(frozen=True)
class Matched:
    """What pasted addresses came to: `people` to add; of the others, lines without an address or with several, and
    addresses that nobody enrolled here has."""

    people: tuple[UUID, ...]
    unread: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Is each line one person?"""
        return not (self.unread or self.unknown or self.ambiguous)


def of_edition(edition: Edition) -> QuerySet[Group]:
    """The groups of an edition with `size`, how many of their members are still enrolled."""
    live = Q(members__removed_at=None, members__enrolment__left_at=None)
    rows = Group.objects.filter(edition=edition, deleted_at=None)
    return rows.annotate(size=Count("members", filter=live)).order_by("name", "pk")


def people(group_id: UUID | str) -> QuerySet[Enrolment]:
    """Who is in a group now, those who left the edition aside."""
    return Enrolment.objects.filter(
        left_at=None, memberships__group_id=group_id, memberships__removed_at=None
    ).select_related("person", "track")


def match(edition: Edition, text: str) -> Matched:
    """Find the people whose addresses were pasted, among those enrolled. Refuses more lines than one can look over."""
    try:
        pasted = addresses.parse(text)
    except ValueError as error:
        raise Refused(
            _("More than {n} lines: paste them in several parts. Nothing was done.").format(n=addresses.MOST)
        ) from error
    rows = Enrolment.objects.filter(edition=edition, left_at=None).annotate(address=Lower("person__email")).order_by()
    held: dict[str, UUID] = {}  # an address is one account's, whatever its letters' case: the database sees to it
    for start in range(0, len(pasted.found), AT_ONCE):
        held |= rows.filter(address__in=pasted.found[start : start + AT_ONCE]).values_list("address", "pk")
    return Matched(
        tuple(held[one] for one in pasted.found if one in held),
        pasted.unread,
        tuple(one for one in pasted.found if one not in held),
        pasted.ambiguous,
    )


def make(*, act: acts.Act, edition: Edition, name: str, by: Person, now: datetime) -> acts.Outcome:
    """A group with nobody in it yet. Refuses a name that is taken or empty."""

    def work() -> acts.Outcome:
        group = Group(edition=edition, name=_name(name), made_by=by, made_at=now)
        try:
            with transaction.atomic():
                group.save(force_insert=True)
        except IntegrityError as error:
            raise Refused(_("A group of this edition has that name already.")) from error
        _log("group.made", group, by, now)
        return {"group": str(group.pk)}

    return acts.once(act, by.pk, work)


def rename(*, act: acts.Act, group: Group, name: str, by: Person, now: datetime) -> acts.Outcome:
    """Call a group something else. Refuses a name that is taken or empty."""

    def work() -> acts.Outcome:
        row = _locked(group)
        before, row.name = row.name, _name(name)
        try:
            with transaction.atomic():
                row.save(update_fields=["name"])
        except IntegrityError as error:
            raise Refused(_("A group of this edition has that name already.")) from error
        _log("group.renamed", row, by, now, before=before)
        return {"group": str(row.pk)}

    return acts.once(act, by.pk, work)


def add(*, act: acts.Act, group: Group, enrolments: Iterable[UUID], by: Person, now: datetime) -> acts.Outcome:
    """Add people; who is in it already stays. Refuses somebody who is not enrolled in the group's edition: then nobody
    is added."""

    def work() -> acts.Outcome:
        row = _locked(group)
        asked = list(dict.fromkeys(enrolments))
        live = set(_in_parts(Enrolment.objects.filter(edition=row.edition_id, left_at=None), "pk", asked))
        if len(live) != len(asked):
            raise Refused(_("Somebody among them is no longer enrolled. Nobody was added."))
        there = set(_in_parts(GroupMember.objects.filter(group=row, removed_at=None), "enrolment_id", asked))
        fresh = [GroupMember(group=row, enrolment_id=pk, added_at=now) for pk in asked if pk not in there]
        GroupMember.objects.bulk_create(fresh, batch_size=AT_ONCE)
        if fresh:
            _log("group.joined", row, by, now, people=len(fresh))
        return {"group": str(row.pk), "added": len(fresh), "there": len(asked) - len(fresh)}

    return acts.once(act, by.pk, work)


def _in_parts(rows: QuerySet[Enrolment] | QuerySet[GroupMember], field: str, asked: Sequence[UUID]) -> list[UUID]:
    found: list[UUID] = []
    for start in range(0, len(asked), AT_ONCE):
        part = asked[start : start + AT_ONCE]
        found += rows.filter(**{f"{field}__in": part}).order_by().values_list(field, flat=True)
    return found


def remove(*, act: acts.Act, group: Group, enrolment_id: UUID, by: Person, now: datetime) -> acts.Outcome:
    """Take somebody out. What was given to them stays theirs."""

    def work() -> acts.Outcome:
        row = _locked(group)
        gone = GroupMember.objects.filter(group=row, enrolment=enrolment_id, removed_at=None).update(removed_at=now)
        if gone:
            _log("group.left", row, by, now, people=gone)
        return {"group": str(row.pk), "removed": gone}

    return acts.once(act, by.pk, work)


def empty(*, act: acts.Act, group: Group, by: Person, now: datetime) -> acts.Outcome:
    """Take everybody out; the group stays."""

    def work() -> acts.Outcome:
        row = _locked(group)
        gone = GroupMember.objects.filter(group=row, removed_at=None).update(removed_at=now)
        _log("group.emptied", row, by, now, people=gone)
        return {"group": str(row.pk), "removed": gone}

    return acts.once(act, by.pk, work)


def delete(group: Group, *, by: Person, now: datetime) -> int:
    """Delete a group inside the caller's act; returns how many were in it. Nobody can be meant by it any more."""
    row = _locked(group)
    gone = GroupMember.objects.filter(group=row, removed_at=None).update(removed_at=now)
    row.deleted_at = now
    row.save(update_fields=["deleted_at"])
    _log("group.deleted", row, by, now, people=gone)
    return gone


def _locked(group: Group) -> Group:
    """The group for a change. Refuses one that was deleted meanwhile."""
    row = Group.objects.select_for_update(of=("self",)).filter(pk=group.pk, deleted_at=None).first()
    if row is None:
        raise Refused(_("This group was deleted meanwhile."))
    return row


def _name(text: str) -> str:
    name = one_line(text)[:80]
    if not name:
        raise Refused(_("A group needs a name."))
    return name


def _log(verb: str, group: Group, by: Person, now: datetime, **said: object) -> None:
    journal.log(verb, by=by.pk, about="edition", about_id=group.edition_id, at=now, group=group.name, **said)
