"""The message of each week: what opens, what is due, how long it takes, will I pass. A chore of the worker.

On Monday from six in the learner's own zone it is put in the outbox, held for eight: mail joins it with whatever else
it holds for that morning. A worker that was down sends it until Tuesday ends; later the week is no longer ahead, and it
waits for the next.

Nothing to say, no message. Who did nothing yet in the edition gets two, and then none until they did (`weeks`): whoever
enrolled and thought better of it is left in peace.

`Round.cursor` moves in the same transaction as the outbox, and the message's key is the edition's week: killed at any
moment, nobody is left out and nobody has two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.common import languages
from preau.common.templatetags.preau import hours
from preau.content import outline as outlines
from preau.courses.models import Edition, Enrolment, Track
from preau.discussion import periods
from preau.discussion.models import LiveSession
from preau.grades import queries as grades
from preau.grades import rules
from preau.grades.tracks import TrackRule
from preau.home import ladder, path, weeks, wording
from preau.home.models import Round
from preau.mail import actions as mail
from preau.mail import kinds
from preau.mail import queries as mails
from preau.mail import rules as posting

KIND = "week"
BATCH = 200  # learners of one transaction
MOST = 400  # learners of one look: the worker's other chores have their turn
PACE = timedelta(minutes=5)  # between two looks
LATEST = timedelta(days=2)  # after the week began
LINES = 12  # activities that a message names


def register() -> None:
    """Called once, when the models are ready."""
    kinds.register(
        KIND, gettext_noop("Your week: what is due, how long it takes"), transactional=False, cadence="weekly"
    )


def prepare(*, now: datetime) -> int:
    """Prepare what is due, for so many people at most; returns how many were looked at. 0: nothing is due."""
    looked = 0
    for round_ in _due(now):
        while looked < MOST:
            found = _batch(round_, now)
            looked += found or 0
            if not found:
                break  # the last of them, or another worker is at it
    return looked


def _due(now: datetime) -> list[Round]:
    """The rounds that are not at their end: of each edition that runs this week, and each zone of its learners in which
    Monday has come."""
    running = Edition.objects.filter(published_at__lte=now, closes_at__gt=now, opens_at__lt=now + weeks.WEEK)
    live = Enrolment.objects.filter(edition__in=running, left_at=None).order_by()
    pairs = [
        (pk, zone) for pk, zone in live.values_list("edition_id", "person__zone").distinct() if _morning(zone, now)
    ]
    if not pairs:
        return []
    mondays = {zone: _monday(zone, now) for _pk, zone in pairs}
    rows = Round.objects.filter(edition__in={pk for pk, _zone in pairs}, week__in=set(mondays.values()))
    known = {(row.edition_id, row.zone, row.week): row for row in rows.select_related("edition__course")}
    new = [Round(edition_id=pk, zone=zone, week=mondays[zone]) for pk, zone in pairs]
    new = [row for row in new if (row.edition_id, row.zone, row.week) not in known]
    if new:
        Round.objects.bulk_create(new, ignore_conflicts=True)
        return _due(now)
    return [row for row in known.values() if row.ended_at is None and row.week == mondays.get(row.zone)]


def _morning(zone: str, now: datetime) -> bool:
    """Did this week begin in this zone, and not too long ago?"""
    return now - periods.began(now, posting.zone_of(zone), weekly=True) < LATEST


def _monday(zone: str, now: datetime) -> date:
    place = posting.zone_of(zone)
    return weeks.monday_of(periods.began(now, place, weekly=True), place)


@dataclass(frozen=True)
class Known:
    """What the learners of a batch share: their edition, its rules by track, its live sessions, the week."""

    round_: Round
    zone: ZoneInfo
    rules: Mapping[str, TrackRule]
    lives: Sequence[LiveSession]
    chosen: Mapping[UUID, frozenset[str]]  # electives, by enrolment
    now: datetime


def _batch(round_: Round, now: datetime) -> int | None:
    """The next learners of a round: how many there were; None when another worker has them. Messages are made before
    the transaction, which then only writes."""
    rows = _rows(round_)
    try:
        letters = _letters(rows, round_, now) if rows else []
    except outlines.NotPrinted:
        letters = []
    zone = posting.zone_of(round_.zone)
    at = posting.morning(periods.began(now, zone, weekly=True), zone)
    with transaction.atomic():
        same = Round.objects.select_for_update(skip_locked=True).filter(pk=round_.pk, cursor=round_.cursor)
        if same.filter(ended_at=None).first() is None:
            return None
        mail.queue_many(letters, now=now, kind=KIND, send_at=at if at > now else None, held=True)
        cursor = rows[-1].pk if rows else round_.cursor
        ended = now if len(rows) < BATCH else None
        Round.objects.filter(pk=round_.pk).update(cursor=cursor, ended_at=ended)
    round_.cursor = cursor
    return len(rows) or None


def _rows(round_: Round) -> list[Enrolment]:
    """The learners after the cursor who want to be written to."""
    live = Enrolment.objects.filter(edition=round_.edition_id, left_at=None, person__zone=round_.zone)
    live = live.filter(person__is_active=True, person__erased_at=None)
    if round_.cursor:
        live = live.filter(pk__gt=round_.cursor)
    wanted = live.annotate(cadence=mails.cadence_of(KIND, "person_id")).exclude(cadence="off")
    return list(wanted.select_related("person", "track").order_by("pk")[:BATCH])


def _letters(rows: Sequence[Enrolment], round_: Round, now: datetime) -> Sequence[Mapping[str, Any]]:
    """The messages of these learners; none for whom there is nothing to say."""
    edition = round_.edition
    tracks = grades.rules_of(Track.objects.filter(edition=edition))
    ids = [row.pk for row in rows]
    zone, chosen = posting.zone_of(round_.zone), ladder.chosen_by(ids)
    known = Known(round_, zone, tracks, path.lives_of(edition.pk), chosen, now)
    ledgers = grades.records(ids, outlines.of_edition(edition, settings.LANGUAGE_CODE))
    found = []
    for row in rows:
        language = languages.known(row.person.language)
        with translation.override(language):
            ledger = _told(replace(ledgers[row.pk], outline=outlines.of_edition(edition, language)), now)
            said = _said(row, ledger, known)
        if said:
            found.append({**_to(row, language, round_), "subject": said[0], "text": said[1]})
    return found


def _told(ledger: grades.Record, now: datetime) -> grades.Record:
    """A ledger as its learner may know it: what may not be told yet is not in it."""
    times = {k: grades.told_from(r, ledger.outline.by_key[k], ledger.outline) for k, r in ledger.results.items()}
    hidden = {key: at for key, at in times.items() if at is not None and at > now}
    return replace(ledger, results={k: r for k, r in ledger.results.items() if k not in hidden}, hidden=hidden)


def _to(row: Enrolment, language: str, round_: Round) -> Mapping[str, Any]:
    return {
        "person_id": row.person_id,
        "address": row.person.email,
        "key": f"week:{round_.edition_id}:{round_.week}",
        "language": language,
        "zone": round_.zone,
    }


def _said(row: Enrolment, ledger: grades.Record, known: Known) -> tuple[str, str] | None:
    """(subject, text) for one learner; None when there is nothing to say."""
    edition, round_ = known.round_.edition, known.round_
    own = any(grades.own(key, result) for key, result in ledger.results.items())  # and not only kept from before
    came = bool(own or ledger.hidden or ledger.completed)
    opens_at, enrolled_at = edition.opens_at, row.enrolled_at
    if not weeks.may_write(came=came, monday=round_.week, opens_at=opens_at, enrolled_at=enrolled_at, zone=known.zone):
        return None
    standing = _standing(ledger, known.rules[row.track.key], known.now)
    mine = path.Mine(ledger, standing, known.now, known.zone, chosen=known.chosen.get(row.pk, frozenset()))
    every = [item for item in path.items(mine, known.lives) if _in_week(item.at, mine.outline, round_.week)]
    load = weeks.loads(path.works(mine), mine.outline.zone).get(round_.week, weeks.Load())
    blocks = _blocks(sorted(every, key=lambda item: item.at))
    if not blocks:
        return None
    number = weeks.number(round_.week, edition.opens_at, mine.outline.zone)
    answer = wording.answer(mine.verdict(), mine.titles, over=False)
    head = [
        wording.week(number, round_.week),
        wording.this_week(load),
        _("Will I pass? {answer}").format(answer=answer),
    ]
    foot = _("All of it by date:") + f"\n{settings.SITE_URL}/e/{edition.slug}/path/"
    subject = _("Your week: {course}").format(course=mine.outline.course_title)
    return subject, "\n\n".join(part for part in (*head, *blocks, foot) if part) + "\n"


def _standing(ledger: grades.Record, rule: TrackRule, now: datetime) -> rules.Standing:
    owed = ledger.owes() if any(need.verb == "reviews" for need in rule.needs) else 0
    modules, _units = grades.facts(ledger.outline)
    until = ledger.outline.closes_at
    return rules.standing(rule, modules, ledger.units, ledger.scores, now=now, owed_reviews=owed, reviews_close=until)


def _in_week(at: datetime, outline: outlines.Outline, monday: date) -> bool:
    return weeks.monday_of(at, outline.zone) == monday


def _blocks(found: Sequence[path.Item]) -> list[str]:
    """What the week holds, in words: what opens, what to do, what else has its date."""
    blocks = []
    if opens := [item for item in found if item.what in ("module", "opens")]:
        blocks.append(_("Opens:") + "".join(f"\n- {item.title} ({item.when})" for item in opens[:LINES]))
    waiting = [item for item in found if item.what == "work" and item.state not in path.OVER]
    if waiting:
        lines = [_line(item) for item in waiting[:LINES]]
        blocks.append("\n".join([_("To do:"), *lines, *([_("and more")] if len(waiting) > LINES else [])]))
    reviews = [item for item in found if item.what == "reviews" and item.state]
    blocks += [
        _("Assess the copies of others: {title}").format(title=_line(item).removeprefix("- ")) for item in reviews
    ]
    told = [item for item in found if item.what == "results"]
    blocks += [_("Results: {title}").format(title=f"{item.title} ({item.when})") for item in told]
    lives = [item for item in found if item.what == "live"]
    blocks += [_("Live: {title}").format(title=_line(item).removeprefix("- ")) for item in lives]
    return blocks


def _line(item: path.Item) -> str:
    """One activity: its title, its deadline, how long it takes, whether one may leave it."""
    parts = [item.title]
    if item.due or item.what in ("reviews", "live"):
        parts.append(item.when)
    if item.minutes:
        parts.append(hours(item.minutes))
    if item.elective:
        parts.append(_("elective"))
    return "- " + ", ".join(parts)
