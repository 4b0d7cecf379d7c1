"""What people are told of an assignment, phase by phase, each in their language: that they can assess, that two days
are left, that results are there; and what is decided about their own copy.

A phase is told by the worker, batch after batch; a batch is one transaction that moves the cursor with the outbox, so
a kill leaves nobody out, and the outbox refuses the same message twice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preau.accounts.models import Person
from preau.common.templatetags.preau import told as moment
from preau.mail import actions as mail
from preau.peer import assignments, owing, wording
from preau.peer.assignments import Facts
from preau.peer.models import Appeal, Assignment, Case, GradeChange, PoolEntry, Submission

BATCH = 1000
REMINDED = timedelta(hours=48)  # before reviews are due
READER = ("author_id", "author__email", "author__language", "author__zone")
SPOKEN = [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True)
class Phase:
    """`due`: has its time come, and not gone? `people`: whom it concerns. `said`: (subject, text) for somebody who owes
    so many reviews, and whose result is told or not."""

    name: str
    kind: str
    due: Callable[[Facts, Mapping[str, Any], datetime], bool]
    people: Callable[[Facts], Q]
    said: Callable[[Facts, int, bool], tuple[str, str]]


def _reviewing(facts: Facts, told: Mapping[str, Any], now: datetime) -> bool:
    return facts.published_at is None and facts.phase(now) == "reviewing"


def _reminding(facts: Facts, told: Mapping[str, Any], now: datetime) -> bool:
    """Not on the heels of the first message, where reviewing is short."""
    until, first = facts.calendar.reviews_due, told.get("reviewing")
    fresh = first is not None and now - datetime.fromisoformat(first) < REMINDED / 2
    return _reviewing(facts, told, now) and until is not None and until - REMINDED <= now and not fresh


def _results(facts: Facts, told: Mapping[str, Any], now: datetime) -> bool:
    return facts.published_at is not None


def _who_owe(facts: Facts) -> Q:
    return Q(given__lt=facts.terms.reviews, excused=False)


def _invitation(facts: Facts, owed: int, there: bool) -> tuple[str, str]:
    return _("You can assess copies: {title}").format(title=facts.unit.title), "\n\n".join(
        [
            ngettext(
                "All copies of “{title}” are in. You still owe one assessment; it takes about half an hour.",
                "All copies of “{title}” are in. You still owe {owed} assessments; one takes about half an hour.",
                owed,
            ).format(title=facts.unit.title, owed=owed),
            _until(facts),
            _consequence(facts),
        ]
    )


def _reminder(facts: Facts, owed: int, there: bool) -> tuple[str, str]:
    return _("Two days left to assess: {title}").format(title=facts.unit.title), "\n\n".join(
        [
            ngettext(
                "You still owe one assessment of “{title}”: somebody waits for it.",
                "You still owe {owed} assessments of “{title}”: others wait for them.",
                owed,
            ).format(title=facts.unit.title, owed=owed),
            _until(facts),
            _consequence(facts),
        ]
    )


def _until(facts: Facts) -> str:
    until = facts.calendar.reviews_due
    return _("Until {date}.").format(date=moment(until, facts.outline.zone)) if until else ""


def _consequence(facts: Facts) -> str:
    if facts.terms.owed is None:
        return _("Your own result is told once you have done your part.")
    return _("Each assessment that is missing costs {points:g} points of 100.").format(points=facts.terms.owed)


def _result(facts: Facts, owed: int, there: bool) -> tuple[str, str]:
    subject = _("The results are there: {title}").format(title=facts.unit.title)
    if owed and facts.terms.owed is None:
        held = ngettext(
            "The results of “{title}” are there. Yours waits for the assessment that you still owe: write it, and you"
            " are told within minutes.",
            "The results of “{title}” are there. Yours waits for the {owed} assessments that you still owe: write them,"
            " and you are told within minutes.",
            owed,
        )
        return subject, held.format(title=facts.unit.title, owed=owed)
    if not there:
        words = _("The results of “{title}” are there. Yours is not told yet: its page says why, and what comes next.")
        return subject, words.format(title=facts.unit.title)
    words = _(
        "The results of “{title}” are there: your grade, how sure it is, and what each reader wrote to you. You can"
        " appeal until {date}."
    )
    until = facts.calendar.appeals_until
    return subject, words.format(title=facts.unit.title, date=moment(until, facts.outline.zone) if until else "…")


PHASES = (
    Phase("reviewing", "peer", _reviewing, _who_owe, _invitation),
    Phase("reminded", "reminder", _reminding, _who_owe, _reminder),
    Phase("results", "peer", _results, lambda facts: Q(), _result),
)


def tell_due(*, now: datetime) -> int:
    """Tell every phase that has begun to whom it concerns; how many messages are in the outbox."""
    total = 0
    rows = Assignment.objects.filter(edition__closes_at__gt=now).select_related("edition__course").order_by("pk")
    for row in rows:
        facts = assignments.of_row(row)
        for phase in PHASES if facts else ():
            while facts and _waits(row, phase, facts, now) and (batch := _tell_batch(row, phase, facts, now)):
                total += batch
                row.refresh_from_db(fields=["told"])
    return total


def _waits(row: Assignment, phase: Phase, facts: Facts, now: datetime) -> bool:
    return phase.name not in row.told and phase.due(facts, row.told, now)


@transaction.atomic
def _tell_batch(row: Assignment, phase: Phase, facts: Facts, now: datetime) -> int:
    """One batch of one phase, from where the former one ended; 0 when it is over."""
    locked = Assignment.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=row.pk).first()
    if locked is None or phase.name in locked.told:
        return 0
    cursor = f"{phase.name} until"
    entries = PoolEntry.objects.annotate(excused=owing.excused("submission__enrolment", facts.unit.key))
    people = entries.filter(phase.people(facts), assignment_id=row.pk, withdrawn=False).order_by("pk")
    people = people.filter(pk__gt=UUID(locked.told[cursor])) if cursor in locked.told else people
    rows = people.values_list("pk", "given", "excused", "submission__peer_grade__published_at", *READER)
    batch = list(rows[:BATCH])
    mail.queue_many(_messages(row, phase, facts, batch), now=now, kind=phase.kind)
    over = len(batch) < BATCH
    kept = {key: value for key, value in locked.told.items() if key != cursor}
    locked.told = {**kept, **({phase.name: now.isoformat()} if over else {cursor: str(batch[-1][0])})}
    locked.save(update_fields=["told"])
    return len(batch)


def _messages(row: Assignment, phase: Phase, facts: Facts, people: Sequence[Any]) -> Iterator[dict[str, Any]]:
    words: dict[tuple[str, int, bool], tuple[str, str]] = {}
    for _pk, given, excused, told_at, person_id, address, language, zone in people:
        spoken = language if language in SPOKEN else settings.LANGUAGE_CODE
        owed = 0 if excused else max(0, facts.terms.reviews - given)
        case = (spoken, owed, told_at is not None)
        if case not in words:
            words[case] = _said(row, phase, *case)
        subject, text = words[case]
        yield {
            "person_id": person_id,
            "address": address,
            "key": f"peer:{row.pk}:{phase.name}",
            "language": spoken,
            "zone": zone,
            "subject": subject,
            "text": text,
        }


def _said(row: Assignment, phase: Phase, language: str, owed: int, there: bool) -> tuple[str, str]:
    with translation.override(language):
        facts = assignments.of_row(row, language)
        assert facts is not None, "it was there a moment ago"
        subject, text = phase.said(facts, owed, there)
        held = owed and facts.terms.owed is None
        page = f"{facts.address}result/" if phase.name == "results" and not held else facts.address
        return subject, f"{text.strip()}\n\n{settings.SITE_URL}{page}\n"


def tell_released(copies: Sequence[UUID], facts: Facts, now: datetime) -> None:
    """Tell the authors of these copies that their result, which waited, is there."""
    rows = Submission.objects.filter(pk__in=copies).select_related("enrolment__person").order_by("pk")
    for row in rows:
        person = row.enrolment.person
        with translation.override(person.language):
            subject = _("Your result is there: {title}").format(title=facts.unit.title)
            text = _("Your result of “{title}” waited; it waits no more. Thank you for your part.").format(
                title=facts.unit.title
            )
            _send(person, f"peer-released:{row.pk}", subject, text, facts, now, kind="peer")


def tell_change(change: GradeChange, facts: Facts, now: datetime) -> None:
    """Tell an author that the team changed their grade, and why."""
    person = change.submission.enrolment.person
    with translation.override(person.language):
        subject = _("Your grade has changed: {title}").format(title=facts.unit.title)
        text = _("The team changed your grade of “{title}”: {grade}.\n\nReason: {reason}").format(
            title=facts.unit.title, grade=wording.grade(change.score, facts.terms.scale), reason=change.reason
        )
        _send(person, f"peer-change:{change.pk}", subject, text, facts, now)


def tell_answer(appeal: Appeal, facts: Facts, score: float | None, now: datetime) -> None:
    """Tell an author what became of their appeal; `score` is their grade from then on, where it changed."""
    person = appeal.submission.enrolment.person
    with translation.override(person.language):
        subject = _("The answer to your appeal: {title}").format(title=facts.unit.title)
        if score is None:
            text = _("The team looked at your copy again, and your grade stays.")
        else:
            text = _("The team looked at your copy again, and your grade is now {grade}.").format(
                grade=wording.grade(score, facts.terms.scale)
            )
        _send(person, f"peer-appeal:{appeal.pk}", subject, f"{text}\n\n{appeal.answer}", facts, now)


def tell_case(case: Case, facts: Facts, now: datetime) -> None:
    """Tell an author that a procedure is open about their copy: what is said, and until when they can answer."""
    person = case.submission.enrolment.person
    with translation.override(person.language):
        subject = _("A question about your copy: {title}").format(title=facts.unit.title)
        text = _(
            "The team asks you about your copy of “{title}”. Nothing is decided, and nothing counts against you before"
            " you could answer.\n\n{notice}\n\nYou can answer until {date}."
        ).format(title=facts.unit.title, notice=case.notice, date=moment(case.reply_until, facts.outline.zone))
        _send(person, f"peer-case:{case.pk}", subject, text, facts, now)


def tell_decision(case: Case, facts: Facts, now: datetime) -> None:
    """Tell an author what was decided, and why."""
    person = case.submission.enrolment.person
    with translation.override(person.language):
        subject = _("The decision about your copy: {title}").format(title=facts.unit.title)
        text = {
            Case.Decision.DISMISSED: _("Nothing is held against you, and your copy counts as any other."),
            Case.Decision.CHANGED: _("The grade of your copy changes: the page of your result shows it."),
            Case.Decision.CANCELLED: _("Your copy counts for nothing."),
        }[Case.Decision(case.decision)]
        _send(person, f"peer-decision:{case.pk}", subject, f"{text}\n\n{case.reason}", facts, now)


def _send(
    person: Person, key: str, subject: str, text: str, facts: Facts, now: datetime, *, kind: str = "decision"
) -> None:
    mail.queue(
        person_id=person.pk,
        address=person.email,
        key=key,
        language=person.language,
        zone=person.zone,
        subject=subject,
        text=f"{text}\n\n{settings.SITE_URL}{facts.address}result/\n",
        now=now,
        kind=kind,
    )
