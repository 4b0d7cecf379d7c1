"""Groups at the desk: what hangs on one, and its end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts
from preau.audit.http import Refused
from preau.courses import grouping
from preau.courses.models import Group, Postponement
from preau.support.models import Announcement

State = Announcement.State
WAITING = (State.SCHEDULED, State.SENDING)


@dataclass(frozen=True)
class Hanging:
    """What was done for a group and what would be: deadline acts that hold, announcements that are drafts, and those
    that are confirmed and wait or are on their way; `telling` when people are still to be told of an act."""

    acts: list[Postponement]
    drafts: list[Announcement]
    waiting: list[Announcement]
    telling: bool


def hanging(group: Group) -> Hanging:
    """What hangs on a group: two queries."""
    done = Postponement.objects.filter(edition=group.edition_id, scope="group", value=str(group.pk)).order_by("-at")
    rows = Announcement.objects.filter(edition=group.edition_id, state__in=[State.DRAFT, *WAITING])
    meant = [row for row in rows.order_by("written_at", "pk") if _means(row, group)]
    every = list(done)
    return Hanging(
        [row for row in every if row.undone_at is None],
        [row for row in meant if row.state == State.DRAFT],
        [row for row in meant if row.state != State.DRAFT],
        any(row.telling for row in every),
    )


def _means(row: Announcement, group: Group) -> bool:
    chosen: list[dict[str, Any]] = row.segment
    return any(one.get("segment") == "group" and one.get("value") == str(group.pk) for one in chosen)


def delete(*, act: acts.Act, group: Group, by: Person, now: datetime) -> acts.Outcome:
    """Delete a group. What was given to its people stays theirs. Refuses while an announcement to it waits, or while
    people are still to be told of a deadline act."""
    key = str(group.pk)

    def work() -> acts.Outcome:
        found = hanging(group)
        if found.waiting:
            raise Refused(_("An announcement to this group waits or is on its way: cancel it first."))
        if found.telling:
            raise Refused(_("People of this group are still being told of a deadline: try again in a minute."))
        return {"group": key, "removed": grouping.delete(group, by=by, now=now)}

    return acts.once(act, by.pk, work)
