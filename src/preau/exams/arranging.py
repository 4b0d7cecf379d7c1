"""Sittings, as the team arranges them: made, changed, cancelled, their closed sheet opened again. Each verb is one act,
a line of the journal, and word to whoever has a place."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common.templatetags.preau import told as moment
from preau.common.text import clean, one_line
from preau.content import outline as outlines
from preau.content.outline import UnitFacts
from preau.courses import actions as courses
from preau.courses import rules as dates
from preau.courses.models import Edition, Institution
from preau.exams import admitting, letters, places, rules, words
from preau.exams.models import Seat, Sitting
from preau.grades import actions as grades

TOLD = ("on_site", "institution_id", "place", "address", "room", "directions", "bring", "opens_at", "closes_at")


@dataclass(frozen=True)
class Plan:
    """What a sitting is to be. On site it has a `place`; online it has none of what says where."""

    on_site: bool
    opens_at: datetime
    closes_at: datetime
    places: int | None = None
    asks_identity: bool = False
    second: bool = False
    institution: UUID | None = None
    place: str = ""
    address: str = ""
    room: str = ""
    directions: str = ""
    bring: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """As JSON, for an act."""
        return {name: value if isinstance(value, bool | int) else str(value) for name, value in asdict(self).items()}

    @property
    def columns(self) -> dict[str, Any]:
        """As a row has it."""
        there = {"place": one_line(self.place)[:120], "address": one_line(self.address)[:300]}
        there |= {"room": one_line(self.room)[:80], "directions": clean(self.directions).strip()}
        said = there if self.on_site else dict.fromkeys(there, "")
        return {
            **said,
            "institution_id": self.institution if self.on_site else None,
            "bring": clean(self.bring).strip(),
            **{name: getattr(self, name) for name in ("on_site", "opens_at", "closes_at", "places", "asks_identity")},
        }


def _check(plan: Plan, second: bool, taken: int, edition: Edition, unit: UnitFacts) -> None:
    slot = rules.Slot(edition.pk, plan.opens_at, plan.closes_at, second, plan.on_site, plan.places)
    why = rules.unfit(slot, one_line(plan.place), taken, unit.opens, unit.due, edition.closes_at)
    if why is not None:
        raise Refused(words.said(words.UNFIT, why))
    if plan.institution and not Institution.objects.filter(pk=plan.institution).exists():
        raise Refused(_("This institution is not known any more."))


def _keep_secret(plan: Plan, edition: Edition, unit: UnitFacts, now: datetime) -> None:
    """Refuse an end later than that of everybody once the answers may have been told."""
    outline = outlines.uncached(edition, edition.course.languages[0])
    known = outline.by_key.get(unit.key)
    last = outline.last_due(known) if known else None
    told = dates.last_moment(unit.kind, last)
    if last is not None and told is not None and plan.closes_at > last and now >= told:
        raise Refused(
            _("The answers of this exam may have been read since {date}: nobody can be let in after that.").format(
                date=moment(told, edition.zone_info)
            )
        )


def make(*, act: acts.Act, edition: Edition, unit: UnitFacts, plan: Plan, by: Person, now: datetime) -> acts.Outcome:
    """A sitting of an exam. Refuses what `rules.unfit` does, one that is over already, and one in which people would
    write what they may have read."""

    def work() -> acts.Outcome:
        _check(plan, plan.second, 0, edition, unit)
        _keep_secret(plan, edition, unit, now)
        if plan.closes_at <= now:
            raise Refused(_("This sitting would be over already."))
        row = Sitting(edition=edition, unit_id=unit.id, second=plan.second, made_by=by, made_at=now, **plan.columns)
        row.save(force_insert=True)
        _log("sitting.made", row, unit.key, by, now)
        _follow(edition, unit.key)
        return {"sitting": str(row.pk)}

    return acts.once(act, by.pk, work)


def edit(*, act: acts.Act, sitting: Sitting, unit: UnitFacts, plan: Plan, by: Person, now: datetime) -> acts.Outcome:
    """Change a sitting; whoever has a place in it is told of a date or place that changed, and the deadline of those
    admitted to a second one follows its end. Refuses what `rules.unfit` does, one that was cancelled, another opening
    once a paper was begun in it, and a later end once the answers may have been read."""

    def work() -> acts.Outcome:
        row = _live(sitting)
        places.clear(row, now)
        _check(plan, row.second, places.taken(row.pk), sitting.edition, unit)
        _keep_secret(plan, sitting.edition, unit, now)
        if plan.opens_at != row.opens_at and admitting.begun_in(row).exists():
            raise Refused(_("Somebody began a paper in this sitting: when it opens cannot be changed any more."))
        before = {name: getattr(row, name) for name in TOLD}
        for name, value in plan.columns.items():
            setattr(row, name, value)
        changed = [name for name in TOLD if getattr(row, name) != before[name]]
        row.sequence += bool(changed)
        row.save()
        _log("sitting.changed", row, unit.key, by, now, changed=changed)
        seats = _seats(row)
        if row.second and before["closes_at"] != row.closes_at:
            for seat in seats:
                admitting.move_deadline(seat, sitting.edition, unit.key, before["closes_at"], row.closes_at, by, now)
        _follow(sitting.edition, unit.key)
        if changed:
            letters.tell(_whole(row, sitting), [(seat, seat.enrolment.person) for seat in seats], "changed", now=now)
        return {"sitting": str(row.pk), "told": len(seats) if changed else 0}

    return acts.once(act, by.pk, work)


def cancel(*, act: acts.Act, sitting: Sitting, reason: str, by: Person, now: datetime) -> acts.Outcome:
    """It does not take place: its places are given up and people told, with the reason; deadlines given with admissions
    are taken back. Refuses without a reason, once a paper was begun in it, and twice."""

    def work() -> acts.Outcome:
        row, why, key = _live(sitting), one_line(reason)[:300], sitting.unit.key
        if not why:
            raise Refused(_("Say why: people read it."))
        if admitting.begun_in(row).exists():
            raise Refused(_("Somebody began a paper in this sitting: it cannot be cancelled any more."))
        row.cancelled_at, row.cancelled_for, row.sequence = now, why, row.sequence + 1
        row.save(update_fields=["cancelled_at", "cancelled_for", "sequence"])
        seats = _seats(row)
        for seat in seats if row.second else ():
            admitting.end_deadline(seat, key, row.closes_at, by, now)
        Seat.objects.filter(sitting=row, given_up_at=None).update(given_up_at=now)
        _log("sitting.cancelled", row, key, by, now, reason=why)
        _follow(sitting.edition, key)
        whom = [(seat, seat.enrolment.person) for seat in seats]
        letters.tell(_whole(row, sitting), whom, "cancelled", now=now, reason=why)
        return {"sitting": str(row.pk), "told": len(seats)}

    return acts.once(act, by.pk, work)


def reopen(*, act: acts.Act, sitting: Sitting, by: Person, now: datetime) -> acts.Outcome:
    """Open a sheet again that was closed: it is signed anew. Refuses one that is open."""

    def work() -> acts.Outcome:
        row = Sitting.objects.select_for_update().get(pk=sitting.pk)
        if row.signed_at is None:
            raise Refused(_("This sheet is open already."))
        _log("sitting.reopened", row, sitting.unit.key, by, now, signed_by=row.signed_by)
        row.signed_at, row.signed_by = None, ""
        row.save(update_fields=["signed_at", "signed_by"])
        return {"sitting": str(row.pk)}

    return acts.once(act, by.pk, work)


def _live(sitting: Sitting) -> Sitting:
    row = Sitting.objects.select_for_update().get(pk=sitting.pk)
    if row.cancelled_at is not None:
        raise Refused(_("This sitting was cancelled meanwhile."))
    return row


def _whole(row: Sitting, known: Sitting) -> Sitting:
    """The row as it is now with what hangs on it, for whoever writes of it."""
    row.edition, row.unit = known.edition, known.unit
    return row


def _seats(row: Sitting) -> list[Seat]:
    rows = Seat.objects.filter(places.LIVE, sitting=row).select_related("enrolment__person", "enrolment__edition")
    return list(rows.order_by("pk"))


def _follow(edition: Edition, key: str) -> None:
    """Caches, and until when nothing of the exam is told, follow its sittings."""
    courses.touch(edition)
    retell(edition, key)


def retell(edition: Edition, key: str) -> None:
    """Results that were written down are told when nobody can write any more."""
    outline = outlines.uncached(edition, edition.course.languages[0])
    if (unit := outline.by_key.get(key)) is not None:
        grades.tell_from(edition, {unit.id: dates.last_moment(unit.kind, outline.last_due(unit))})


def _log(verb: str, row: Sitting, key: str, by: Person, now: datetime, **said: Any) -> None:
    at = {"opens": row.opens_at.isoformat(timespec="minutes"), "closes": row.closes_at.isoformat(timespec="minutes")}
    facts = {"unit": key, "sitting": str(row.pk), **at, "second": row.second, "place": row.place, "places": row.places}
    journal.log(verb, by=by.pk, about="edition", about_id=row.edition_id, at=now, **facts, **said)
