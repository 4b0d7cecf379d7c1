"""A learner's path by date: what opens, what is due, until when one assesses, when results are told, in the weeks of
the edition's calendar; how long each takes, and what is at stake.

Items are values whose words are made when they are shown: the weekly message looks at many and tells few."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from preau.content import outline as outlines
from preau.content.outline import ModuleFacts, Outline, UnitFacts
from preau.courses import rules as dates
from preau.courses.models import Enrolment, Extension, Milestone, Track, text_in
from preau.discussion.models import LiveSession
from preau.grades import queries as grades
from preau.grades.rules import Standing
from preau.home import ladder, later, stakes, states, weeks, wording
from preau.home.models import Feed
from preau.peer.assignments import assessed_by_peers

OVER = {"done", "kept", "handed", "excused", "late"}  # states in which nothing waits to be done


@dataclass(frozen=True)
class Mine:
    """A learner's own part: their ledger as it is told to them, where they stand, their zone, why they have more time,
    by unit, and the electives that they chose."""

    ledger: grades.Record
    standing: Standing
    now: datetime
    own: ZoneInfo
    reasons: Mapping[str, str] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()

    @cached_property
    def followed(self) -> frozenset[str]:
        """The modules that are on their path."""
        return ladder.followed(self.ledger, self.standing.rule, self.chosen)

    @property
    def outline(self) -> Outline:
        return self.ledger.outline

    @cached_property
    def weights(self) -> Mapping[str, tuple[stakes.Stake, ...]]:
        return stakes.stakes(self.standing, self.ledger.units)

    @cached_property
    def graded(self) -> frozenset[str]:
        return frozenset(unit.key for unit in self.ledger.units if unit.weight > 0)

    @cached_property
    def titles(self) -> Mapping[str, str]:
        return {key: unit.title for key, unit in self.outline.by_key.items()}

    @cached_property
    def done(self) -> frozenset[str]:
        """The units that they did, or whose result is final."""
        final = (key for key, fact in self.ledger.counted.items() if fact.final)
        return self.ledger.completed | frozenset(final)

    def state(self, unit: UnitFacts) -> str:
        """The word for a unit."""
        if unit.key in self.done:
            handed = unit.kind == "assignment" and unit.key not in self.ledger.counted
            return "handed" if handed else "done"
        if unit.key in self.ledger.excused:
            return "excused"
        row = self.ledger.results.get(unit.key)
        if row is not None and grades.kept_from(unit.key, row) is not None:
            return "kept"
        found = states.state(unit.opens, self.ledger.deadline(unit.key), done=False, now=self.now)
        return "begun" if row is not None and found in ("todo", "soon") else found

    @cached_property
    def spared(self) -> frozenset[str]:
        """The modules whose lessons are not pressed on them: what is graded there they keep, or did."""
        units = self.outline.units()
        return states.spared((unit.module, unit.key in self.graded, self.state(unit)) for unit in units)

    def verdict(self) -> stakes.Verdict:
        """Will they pass?"""
        return stakes.verdict(self.standing, self.done, may_owe=any(map(self._may_owe, self.outline.units())))

    def _may_owe(self, unit: UnitFacts) -> bool:
        """May a copy still be handed in that brings reviews to write?"""
        if not assessed_by_peers(unit.meta) or unit.key in self.ledger.excused or unit.key in self.done:
            return False
        last = dates.last_moment(unit.kind, self.ledger.deadline(unit.key))
        return self.now <= (last or self.outline.closes_at)


@dataclass(frozen=True)
class Item:
    """A moment of the path. `what`: work (at its deadline, or when it opens where nothing is due) | opens | module |
    reviews | results | live; `unit` is None for modules and live sessions."""

    what: str
    at: datetime
    title: str
    mine: Mine = field(repr=False, compare=False)
    unit: UnitFacts | None = None
    address: str = ""
    elective: bool = False
    minutes: int = 0
    state: str = ""

    @property
    def due(self) -> bool:
        return self.what == "work" and self.unit is not None and self.unit.due is not None

    @property
    def when(self) -> str:
        """The moment, by both clocks where they differ."""
        return later.both(self.at, self.mine.outline.zone, self.mine.own)

    @property
    def said(self) -> str:
        """Its state in words."""
        return _(wording.STATES[self.state]) if self.state else ""

    @property
    def badge(self) -> str:
        """How its state looks."""
        return {"done": "done", "kept": "done", "handed": "done", "soon": "soon", "late": "late"}.get(
            self.state, "pending"
        )

    @property
    def at_stake(self) -> list[str]:
        """What is at stake, in words; nothing for what is no work."""
        if self.what == "reviews":
            asked = stakes.asks_for_reviews(self.mine.standing)
            return [_("your track asks for every review that you owe")] if asked else []
        if self.what != "work" or self.unit is None or self.state == "excused":
            return []
        found = self.mine.weights.get(self.unit.key, ())
        return wording.at_stake(found, self.mine.titles, graded=self.unit.key in self.mine.graded)

    @property
    def reason(self) -> str | None:
        """Why they have more time; None when they do not."""
        if self.unit is None or not self.due or self.at == self.unit.due:
            return None
        return self.mine.reasons.get(self.unit.key, "")

    @property
    def waits(self) -> bool:
        """Is there something to do?"""
        free = self.what == "work" and self.unit is not None and self.unit.module in self.mine.spared
        return self.what in ("work", "reviews") and self.state not in OVER and self.state != "" and not free


@dataclass(frozen=True)
class Week:
    """A week with its items by day, electives apart. `load` in minutes; `waiting` items of it are still to be done."""

    monday: date
    name: str
    days: Sequence[Sequence[Item]]
    electives: Sequence[Sequence[Item]]
    load: weeks.Load
    waiting: int


def items(mine: Mine, lives: Iterable[LiveSession] = ()) -> Iterator[Item]:
    """Every moment of a learner's path, in no order."""
    for module in (one for one in mine.outline.modules if one.key in mine.followed):
        if module.units:
            yield Item("module", module.opens, module.title, mine, elective=module.elective)
        for unit in module.units:
            yield from _of_unit(unit, module, mine)
    for live in lives:
        title = text_in(live.titles, mine.outline.language)
        address = f"/e/{mine.outline.slug}/discussion/live/{live.pk}/"
        yield Item("live", live.starts_at, title, mine, address=address, minutes=live.minutes)


def _of_unit(unit: UnitFacts, module: ModuleFacts, mine: Mine) -> Iterator[Item]:
    due, state = mine.ledger.deadline(unit.key), mine.state(unit)
    address = "" if state == "locked" else unit.address
    one = Item("work", due or unit.opens, unit.title, mine, unit, address, unit.elective, unit.minutes, state)
    yield one
    if due and unit.opens != module.opens and unit.opens < due:
        yield replace(one, what="opens", at=unit.opens, minutes=0, state="")
    if state == "excused":
        return
    handed = unit.key in mine.done
    if unit.reviews_due and assessed_by_peers(unit.meta) and (handed or mine.now <= (due or unit.reviews_due)):
        owed = "owed" if handed and mine.ledger.owes() else ""
        yield replace(one, what="reviews", at=unit.reviews_due, minutes=0, state=owed)
    told = mine.ledger.hidden.get(unit.key) or (unit.results if handed and state == "handed" else None)
    if told:
        yield replace(one, what="results", at=told, minutes=0, state="")


def works(mine: Mine) -> Iterator[weeks.Work]:
    """What takes time on a learner's path, as the weeks count it: not what they are excused from, nor what they keep,
    nor lessons that they are spared."""
    for unit in mine.outline.units():
        if unit.module not in mine.followed:
            continue
        state = mine.state(unit)
        did = state in ("done", "handed")
        if state not in ("excused", "kept") and (did or unit.module not in mine.spared):
            at = mine.ledger.deadline(unit.key) or unit.opens
            yield weeks.Work(at, unit.minutes, unit.elective, did)


def by_week(found: Iterable[Item], mine: Mine) -> list[Week]:
    """The weeks that hold something, the earliest first."""
    every = sorted(found, key=lambda item: (item.at, item.what != "module"))
    outline = mine.outline
    loads = weeks.loads(works(mine), outline.zone)
    held: dict[date, list[Item]] = {}
    for item in every:
        held.setdefault(weeks.monday_of(item.at, outline.zone), []).append(item)
    return [
        Week(
            monday,
            wording.week(weeks.number(monday, outline.opens_at, outline.zone), monday),
            _days((item for item in each if not item.elective), outline.zone),
            _days((item for item in each if item.elective), outline.zone),
            loads.get(monday, weeks.Load()),
            sum(item.waits for item in each),
        )
        for monday, each in sorted(held.items())
    ]


def _days(found: Iterable[Item], zone: ZoneInfo) -> list[list[Item]]:
    days: dict[date, list[Item]] = {}
    for item in found:
        days.setdefault(item.at.astimezone(zone).date(), []).append(item)
    return list(days.values())


def lives_of(edition_id: UUID) -> list[LiveSession]:
    """The live sessions that learners of an edition may come to."""
    rows = LiveSession.objects.filter(thread__space__edition=edition_id, cancelled_at=None)
    return list(rows.filter(thread__hidden=False, thread__room__hidden=False).order_by("starts_at", "pk"))


def page(enrolment: Enrolment, language: str, *, now: datetime) -> Mapping[str, Any]:
    """Everything that the page shows; a constant number of queries."""
    edition = enrolment.edition
    shared = {
        "enrolment": enrolment,
        "edition": edition,
        **_feed(enrolment),
        "not_open": now < edition.opens_at,
        "over": now >= edition.closes_at,
    }
    try:
        outline = outlines.of_edition(edition, language)
    except outlines.NotPrinted:
        return {**shared, "outline": None}
    ledger = grades.record(enrolment.pk, outline, now=now, for_learner=True)
    tracks = list(Track.objects.filter(edition_id=edition.pk))
    standings = grades.standings_of(ledger, tracks, now=now)
    reasons = dict(Extension.objects.filter(enrolment=enrolment).order_by().values_list("key", "reason"))
    own, chosen = ZoneInfo(enrolment.person.zone), ladder.chosen_electives(enrolment)
    mine = Mine(ledger, standings[enrolment.track.key], now, own, reasons, chosen)
    every = list(items(mine, lives_of(edition.pk)))
    return {
        **shared,
        "outline": outline,
        **_answer(mine, enrolment, tracks, standings),
        **_calendar(every, mine),
        "dated": any(unit.due for unit in outline.units()),
        "more": any(module.elective and module.key not in mine.followed for module in outline.modules),
    }


def _feed(enrolment: Enrolment) -> Mapping[str, Any]:
    """The address of the learner's calendar, if they asked for one."""
    feed = Feed.objects.filter(enrolment=enrolment).first()
    found = settings.SITE_URL + reverse("calendar_feed", args=[enrolment.edition.slug, feed.token]) if feed else ""
    return {"feed": feed, "feed_address": found, "feed_opens": found and f"webcal:{found.partition(':')[2]}"}


def _answer(
    mine: Mine, enrolment: Enrolment, tracks: Iterable[Track], standings: Mapping[str, Standing]
) -> Mapping[str, Any]:
    """Will I pass, and on which other tracks where this one is out of reach."""
    found, over = mine.verdict(), mine.now >= mine.outline.closes_at
    return {
        "verdict": found,
        "answer": wording.answer(found, mine.titles, over=over),
        "others": _others(enrolment, tracks, standings, mine.now) if found.answer == "refused" and not over else [],
    }


def _others(
    enrolment: Enrolment, tracks: Iterable[Track], standings: Mapping[str, Standing], now: datetime
) -> Sequence[Track]:
    """The tracks that one may still change to and that are in reach; those for who comes back are left out."""
    joins = Milestone.objects.filter(edition=enrolment.edition_id, what=Milestone.What.JOINS, at__lte=now)
    closed = {enrolment.track.key, *joins.order_by().values_list("key", flat=True)}
    free = [track for track in tracks if track.key not in closed and standings[track.key].possible]
    return [track for track in free if not (track.added or standings[track.key].rule.returning)]


def _calendar(every: Sequence[Item], mine: Mine) -> Mapping[str, Any]:
    """The weeks, in three parts; what is open without a date; the hours."""
    zone, found = mine.outline.zone, by_week(every, mine)
    monday = weeks.monday_of(mine.now, zone)
    running = mine.outline.opens_at <= mine.now < mine.outline.closes_at
    this = next((week for week in found if week.monday == monday), None)
    behind = [week for week in found if week.monday < monday]
    load, following = (next((w.load for w in found if w.monday == at), weeks.Load()) for at in _two(monday))
    return {
        "next": nearest(every, mine),
        "this": this,
        "this_name": wording.week(weeks.number(monday, mine.outline.opens_at, zone), monday),
        "monday": monday,
        "coming": [week for week in found if week.monday > monday],
        "behind": behind[::-1],
        "undated": [i for week in behind for day in (*week.days, *week.electives) for i in day if i.waits and not i.due]
        if running
        else [],
        "load": load,
        "this_week": wording.this_week(load),
        "electives": wording.electives(load),
        "following": following,
        "chart": _chart(found),
    }


def nearest(every: Iterable[Item], mine: Mine) -> Item | None:
    """What is next, of what is open and waits: the nearest deadline that the track reckons with, else the first work
    without one, else what the track does not ask for; electives after the core."""

    def order(item: Item) -> tuple[int, bool, datetime]:
        asked = item.unit is not None and item.unit.key in mine.weights
        return (0 if asked and item.due else 2 if item.due else 1), item.elective, item.at

    waiting = [item for item in every if item.waits and item.state != "locked"]
    return min(waiting, key=order, default=None)


def _two(monday: date) -> tuple[date, date]:
    return monday, monday + timedelta(days=7)


@dataclass(frozen=True)
class Bar:
    """A week in the picture of the weeks; widths from 0 to 100."""

    week: Week
    done: float
    core: float
    elective: float


def _chart(found: Sequence[Week]) -> list[Bar]:
    """The work of each week beside the others; nothing where nobody said how long anything takes."""
    most = max((week.load.total for week in found), default=0)
    if not most:
        return []
    return [
        Bar(week, *(round(100 * part / most, 2) for part in (week.load.done, week.load.core, week.load.elective)))
        for week in found
    ]
