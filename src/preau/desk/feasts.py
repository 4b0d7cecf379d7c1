"""Which dates of an edition fall on a public holiday where its people live, or on the day before. It only shows: staff
decide.

A day is that of the edition's zone: a deadline at 23:59 in Paris is told by that day, wherever one reads it."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils import formats
from django.utils.timezone import localdate
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from preau.accounts import countries
from preau.content import outline as outlines
from preau.content import printing
from preau.content.outline import Outline
from preau.courses import rules
from preau.courses.models import Edition, Enrolment, Milestone, text_in
from preau.desk import holidays, record, words
from preau.desk.holidays import Holiday
from preau.desk.rerunning import Plan
from preau.discussion.models import LiveSession

A_DAY = timedelta(days=1)
# Results are told by the site itself, whatever the day.
SHOWN = (Milestone.What.OPENS, Milestone.What.DUE, Milestone.What.CLOSES, Milestone.What.REVIEWS_DUE)


@dataclass(frozen=True)
class Happening:
    """Something that happens in an edition at a moment: `what` in the page's language; no title: the edition itself."""

    title: str
    what: str
    at: datetime


@dataclass(frozen=True)
class Feast:
    """A day that is a holiday somewhere, with what falls on it (`on`) and on the day before (`eve`)."""

    day: date
    holidays: tuple[Holiday, ...]
    on: tuple[Happening, ...]
    eve: tuple[Happening, ...]

    @property
    def told(self) -> str:
        """The day in words: « lundi 29 mars 2027 »."""
        return formats.date_format(self.day, pgettext("date format", "l j F Y"))

    @property
    def names(self) -> str:
        """Which holiday where: « Lundi de Pâques (France, Sénégal) ; Korité (Sénégal, date estimée) »."""
        return between().join(_named(name, estimated, where) for (name, estimated), where in _by_name(self.holidays))

    @property
    def said(self) -> str:
        """The whole of it in a sentence or two."""
        lines = [_("{day} is a public holiday: {names}.").format(day=self.told, names=self.names)]
        if self.on:
            lines.append(_("On that day: {what}.").format(what=_listed(self.on)))
        if self.eve:
            lines.append(_("The day before: {what}.").format(what=_listed(self.eve)))
        return " ".join(lines)


def between() -> str:
    """What stands between two items of a list in a sentence."""
    return pgettext("between items", "; ")


def _by_name(found: Sequence[Holiday]) -> list[tuple[tuple[str, bool], list[str]]]:
    where: dict[tuple[str, bool], list[str]] = {}
    for one in found:
        where.setdefault((one.name, one.estimated), []).append(one.country)
    return list(where.items())


def _named(name: str, estimated: bool, codes: Sequence[str]) -> str:
    known = dict(countries.named(get_language() or "fr"))
    places = ", ".join(known.get(code, code) for code in codes)
    if estimated:
        return _("{name} ({places}, estimated date)").format(name=name, places=places)
    return _("{name} ({places})").format(name=name, places=places)


def _listed(happenings: Sequence[Happening]) -> str:
    return between().join(
        f"{_('“{title}”').format(title=one.title)} ({one.what.lower()})" if one.title else one.what
        for one in happenings
    )


def places(edition: Edition) -> list[str]:
    """The countries whose holidays concern an edition: the institution's, that of its certificates, and those where
    many of its learners live (`rules.countries_shown`). One query."""
    said = edition.course.about.get("certificate")
    own = [edition.institution.country if edition.institution else ""]
    own.append(str(said.get("country") or "") if isinstance(said, Mapping) else "")
    rows = Enrolment.objects.filter(edition=edition, left_at=None).order_by().values_list("person__country")
    living = dict(rows.annotate(n=Count("pk")))
    return rules.countries_shown([code.upper() for code in own], living, sum(living.values()))


def of_edition(edition: Edition, outline: Outline | None) -> list[Feast]:
    """Those of an edition's own dates, its calendar and its live sessions, titles as in the outline: four queries."""
    language = outline.language if outline else edition.course.languages[0]
    rows = Milestone.objects.filter(edition=edition, what__in=SHOWN).order_by("at", "key", "what")
    live = LiveSession.objects.filter(thread__space__edition=edition, cancelled_at=None).order_by("starts_at", "pk")
    found = [
        *_own({name: getattr(edition, name) for name in rules.MOMENTS}),
        *_dated(((row.key, row.what, row.at) for row in rows), outline),
        *(Happening(text_in(one.titles, language), _("Live session"), one.starts_at) for one in live),
    ]
    return find(found, places(edition), edition.zone_info)


def of_plan(plan: Plan, language: str) -> list[Feast]:
    """Those of the next edition as it would be made, titles in `language`, by where the former one's people live.
    Nothing of dates that do not fit: making it says so."""
    would = copy(plan.former)
    would.opens_at, would.closes_at = plan.moments["opens_at"], plan.moments["closes_at"]
    try:
        stated = {(one.key, one.what): one.at for one in printing.resolved(would, plan.version)}
    except printing.BadDates:
        stated = {}
    dates = stated | {(one.key, one.what): one.at for one in plan.moved}
    outline = outlines.build(would, plan.version, language, dates)
    shown = sorted((at, key, what) for (key, what), at in dates.items() if what in SHOWN)
    found = [*_own(plan.moments), *_dated(((key, what, at) for at, key, what in shown), outline)]
    return find(found, places(plan.former), plan.former.zone_info)


def _own(moments: Mapping[str, datetime]) -> list[Happening]:
    return [Happening("", words.said(words.EDITION_MOMENTS, name), at) for name, at in moments.items()]


def _dated(rows: Iterable[tuple[str, str, datetime]], outline: Outline | None) -> list[Happening]:
    return [
        Happening(record.title(key, outline) if outline else key, words.said(words.MOMENTS, what), at)
        for key, what, at in rows
    ]


def find(happenings: Iterable[Happening], codes: Iterable[str], zone: ZoneInfo) -> list[Feast]:
    """The holidays on which, or on the eve of which, something happens, by day, named in the language of the page."""
    by_day: dict[date, list[Happening]] = {}
    for one in happenings:
        by_day.setdefault(localdate(one.at, zone), []).append(one)
    days = {day for at in by_day for day in (at, at + A_DAY)}
    return [
        Feast(day, tuple(found), tuple(by_day.get(day, ())), tuple(by_day.get(day - A_DAY, ())))
        for day, found in holidays.on(days, codes, get_language() or "fr").items()
    ]
