"""Deadlines that were put off for a learner in a deadline act and still run, as their home tells it.

Derived from the act and from their own deadlines, not kept: it is gone when the act is undone, when the date moved
again, and when the new deadline has passed.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from preau.common.templatetags.preau import told
from preau.content.outline import UnitFacts
from preau.courses import postponing
from preau.courses.models import Enrolment
from preau.grades import queries as grades


@dataclass(frozen=True)
class More:
    """One deadline act: how much more in words, the reason, and (unit, new deadline, the same in words) for each."""

    opening: str
    reason: str
    lines: tuple[tuple[UnitFacts, datetime, str], ...]


def more_time(enrolment: Enrolment, ledger: grades.Record, *, now: datetime) -> list[More]:
    """What was put off for this learner, the latest act first: no query, but for the first to ask after a change."""
    found = []
    zone, own = ledger.outline.zone, ZoneInfo(enrolment.person.zone)
    for act in postponing.standing(enrolment.edition_id, ledger.outline.revision):
        if not postponing.concerns(act, enrolment):
            continue
        ends = {
            key: after
            for key, _what, _before, after in postponing.moves_of(act)
            if key in ledger.outline.by_key and after > now and after == ledger.deadline(key)
        }
        lines = tuple((ledger.outline.by_key[key], at, both(at, zone, own)) for key, at in ends.items())
        if lines:
            opening = ngettext("You have {hours} hour more:", "You have {hours} hours more:", act.hours)
            found.append(More(opening.format(hours=act.hours), act.reason, lines))
    return found


def both(at: datetime, zone: ZoneInfo, own: ZoneInfo) -> str:
    """« dimanche 22 mars, 23 h 59, heure de Paris ; chez vous 22 h 59 »; the second where it differs, with its day when
    that differs too."""
    said, here = told(at, zone), localtime(at, own)
    if here.utcoffset() == localtime(at, zone).utcoffset():
        return said
    time = formats.date_format(here, pgettext("time format", "H:i"))
    if here.date() != localtime(at, zone).date():
        time = f"{formats.date_format(here, pgettext('date format', 'l j F Y'))}, {time}"
    return _("{moment}; where you are {time}").format(moment=said, time=time)
