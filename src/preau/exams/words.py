"""Sittings, seats and incidents in the words of people."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from preau.accounts.models import Person
from preau.common.templatetags.preau import told
from preau.content import outline as outlines
from preau.courses.models import Edition
from preau.exams import rules
from preau.exams.models import Sitting

type Reader = Callable[[Edition, str], outlines.Outline]

KINDS: Mapping[str, str] = {
    "late": gettext_noop("Late arrival"),
    "technical": gettext_noop("Technical failure"),
    "health": gettext_noop("Health"),
    "fraud": gettext_noop("Suspected fraud"),
    "other": gettext_noop("Something else"),
}
ATTENDANCE: Mapping[str, str] = {
    "": gettext_noop("not marked"),
    "present": gettext_noop("marked present"),
    "absent": gettext_noop("marked absent"),
}
IDENTITY: Mapping[str, str] = {
    "unchecked": gettext_noop("identity not checked"),
    "checked": gettext_noop("identity checked"),
    "impossible": gettext_noop("identity could not be checked"),
    "doubt": gettext_noop("doubt about the identity"),
}
MARKS: Mapping[str, str] = {
    "": "pending",
    "present": "done",
    "absent": "late",
    "unchecked": "pending",
    "checked": "done",
    "impossible": "soon",
    "doubt": "late",
}
UNFIT: Mapping[rules.Unfit, str] = {
    rules.Unfit.ORDER: gettext_noop("A sitting closes after it opens."),
    rules.Unfit.OUTSIDE: gettext_noop("A sitting is inside the window of the exam; a second sitting follows it."),
    rules.Unfit.NO_END: gettext_noop("This exam has no end: a second sitting would follow nothing."),
    rules.Unfit.TOO_EARLY: gettext_noop(
        "A second sitting opens once the window of the exam and its grace are over: until then papers may still arrive."
    ),
    rules.Unfit.AFTER_CLOSING: gettext_noop("The edition closes before the end of this sitting."),
    rules.Unfit.NOWHERE: gettext_noop("A sitting on site has a place."),
    rules.Unfit.TOO_FEW: gettext_noop("More people have a place in it already."),
}
NO_SEAT: Mapping[rules.NoSeat, str] = {
    rules.NoSeat.ADMISSION: gettext_noop("The team admits to this sitting: write to them."),
    rules.NoSeat.BEGUN: gettext_noop("This sitting has begun: no place can be booked any more."),
    rules.NoSeat.FULL: gettext_noop("The last place was taken meanwhile: choose another sitting."),
}


def said[Key: str](table: Mapping[Key, str], key: Key) -> str:
    """The word of a table in the language in force, else the key itself."""
    return _(table[key]) if key in table else key


def named(person: Person) -> str:
    """A person by name and nothing else: whoever supervises a room sees no address."""
    return person.name or _("(without a name)")


def plain(text: str) -> str:
    """A name in small letters without its accents, to sort and to find it by."""
    return "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))


def hour(at: datetime, zone: ZoneInfo) -> str:
    """The time of day."""
    return formats.date_format(localtime(at, zone), pgettext("time format", "H:i"))


def when(row: Sitting) -> str:
    """« lundi 8 mars, 9 h 00 – 11 h 00, heure de Paris »; both days where they differ."""
    zone = row.edition.zone_info
    opens, closes = localtime(row.opens_at, zone), localtime(row.closes_at, zone)
    if opens.date() != closes.date():
        return _("from {opens} to {closes}").format(opens=told(row.opens_at, zone), closes=told(row.closes_at, zone))
    return _("{opens}, until {hour}").format(opens=told(row.opens_at, zone), hour=hour(row.closes_at, zone))


def where(row: Sitting) -> str:
    """The place in one line."""
    if not row.on_site:
        return _("online")
    parts = [row.institution.name if row.institution else "", row.place, row.room, row.address]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def title(edition: Edition, key: str, language: str, read: Reader = outlines.of_edition) -> str:
    """What an exam is called, in a language; `read` is `outlines.uncached` in an act that changed the edition."""
    try:
        unit = read(edition, language).by_key.get(key)
    except outlines.NotPrinted:
        unit = None
    return unit.title if unit else key
