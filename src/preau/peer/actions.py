"""The verbs of an assignment: keep a draft, hand in, grade."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import text as texts
from preau.content.kinds import Place
from preau.courses import rules as dates
from preau.courses.models import Enrolment, Extension
from preau.grades import actions as grades
from preau.mail import actions as mail
from preau.peer import assignments, documents, leasing, rules
from preau.peer.assignments import Facts
from preau.peer.models import Document, Draft, Grade, Submission

SHORT = 4_000  # characters of a declaration
REASONS = {
    "it is not open yet": gettext_noop("This assignment is not open yet: nothing was stored."),
    "it is graded already": gettext_noop("This assignment is graded already: the text was not stored."),
    "the deadline and its grace have passed": gettext_noop(
        "The deadline and its grace have passed: the text was not stored."
    ),
}


@dataclass(frozen=True)
class Handed:
    """What an author wrote, as it is kept: the text, what help they had, what a generative AI did."""

    text: str
    help: str
    ai: str

    @classmethod
    def of(cls, text: str, help: str, ai: str) -> "Handed":
        return cls(texts.clean(text), texts.clean(help)[:SHORT], texts.clean(ai)[:SHORT])


def save_draft(*, act: acts.Act, by: Person, place: Place, text: str, help: str = "", ai: str = "") -> acts.Outcome:
    """Keep what is being written; a draft is nobody's business but its author's."""

    def work() -> acts.Outcome:
        kept = Handed.of(text, help, ai)
        values = {"text": kept.text[: rules.LONGEST], "help": kept.help, "ai": kept.ai, "saved_at": place.now}
        Draft.objects.update_or_create(enrolment_id=place.learner.enrolment_id, unit_id=place.unit.id, defaults=values)
        return {"saved": place.now.isoformat()}

    return acts.once(act, by.pk, work)


def submit(
    *, act: acts.Act, by: Person, place: Place, text: str, help: str = "", ai: str = "", anyway: bool = False
) -> acts.Outcome:
    """Hand in, replacing the former copy; the outcome is the receipt, which goes by mail too.

    Refuses an empty or too long text, before the opening, after the deadline and its grace, once it is graded or a
    review of it has begun, and a text that holds its author's name (`Named`) unless `anyway`.
    """
    return acts.once(act, by.pk, lambda: _submit(by, place, Handed.of(text, help, ai), anyway))


def _submit(by: Person, place: Place, handed: Handed, anyway: bool) -> acts.Outcome:
    unit, enrolment_id = place.unit, place.learner.enrolment_id
    facts = assignments.of(place.outline, unit)
    Enrolment.objects.select_for_update().get(pk=enrolment_id)
    files = documents.of_draft(enrolment_id, unit.id) if facts else []
    text = handed.text.strip()
    _check(by, text, files, facts, anyway)
    current = Submission.objects.filter(enrolment_id=enrolment_id, unit_id=unit.id, current=True)
    received = _received(place, current, facts)
    current.update(current=False)
    digests = [file.digest for file in files]
    submission = Submission.objects.create(
        enrolment_id=enrolment_id,
        unit_id=unit.id,
        version_id=place.outline.version_id,
        text=text,
        help=handed.help,
        ai=handed.ai,
        language=place.outline.language,
        size=rules.size(text) + sum(file.size for file in files),
        fingerprint=rules.fingerprint(text, digests),
        submitted_at=place.now,
        late=received.late,
    )
    if facts:
        assignments.ensure(facts)
        documents.attach(submission, files)
        leasing.enter(submission, facts, now=place.now)
    grades.complete(enrolment_id=enrolment_id, unit_id=unit.id, now=place.now)
    _send_receipt(by, place, submission)
    return {
        "submission": str(submission.pk),
        "size": submission.size,
        "fingerprint": submission.fingerprint,
        "received_at": place.now.isoformat(),
        "late": received.late,
    }


def _check(by: Person, text: str, files: Sequence[Document], facts: Facts | None, anyway: bool) -> None:
    """Refuse what cannot be handed in, whenever it comes."""
    asked = facts.terms.deliverable if facts else "text"
    if not text and asked != "files":
        raise Refused(_("There is nothing to hand in: the text is empty."))
    if not files and asked == "files":
        raise Refused(_("There is nothing to hand in: add a file first."))
    if len(text) > rules.LONGEST:
        raise Refused(_("The text is too long: nothing was stored. Your draft stays in the page."))
    if any(file.state == Document.State.UPLOADING for file in files):
        raise Refused(_("A file is not here whole yet: wait until it is, or remove it. Your text is kept."))
    if any(file.state == Document.State.REFUSED for file in files):
        raise Refused(_("A file cannot be received: its line says why. Remove it, or put another in its place."))
    if facts and not anyway and (found := rules.named(text, by.name)):
        raise Named(
            _("Your text holds your name ({name}): those who assess it would know who you are.").format(
                name=" ".join(found)
            )
        )


class Named(Refused):
    """A copy that says who its author is; they may hand it in all the same."""


def _received(place: Place, current: "QuerySet[Submission]", facts: Facts | None) -> rules.Reception:
    """When this comes, and as what. Refuses what comes too early or too late, and what is being assessed already."""
    unit, enrolment_id = place.unit, place.learner.enrolment_id
    extended = Extension.objects.filter(enrolment_id=enrolment_id, key=unit.key).values_list("until", flat=True).first()
    due = dates.deadline(unit.due, [extended] if extended else [])
    reception = rules.reception(
        now=place.now,
        opens=unit.opens,
        due=due,
        grace=dates.GRACE["assignment"],
        over=place.outline.closes_at,
        graded=current.filter(grade__isnull=False).exists(),
    )
    if not reception.received:
        raise Refused(_(REASONS[reception.reason]))
    former = current.first() if facts else None
    if former is not None and not leasing.may_replace(former.pk):
        raise Refused(
            _("Somebody has begun to assess your copy: it can no longer be replaced. It stands as you sent it.")
        )
    return reception


def _send_receipt(person: Person, place: Place, submission: Submission) -> None:
    said = {
        "title": place.unit.title,
        "time": place.now.isoformat(timespec="seconds"),
        "size": submission.size,
        "fingerprint": submission.fingerprint,
    }
    mail.queue(
        person_id=person.pk,
        address=person.email,
        key=f"receipt:{submission.pk}",
        language=person.language,
        subject=_("Received: {title}").format(**said),
        text=_(
            "We received your work for “{title}”.\n\nServer time: {time}\nSize: {size} bytes\nSHA-256: {fingerprint}\n"
        ).format(**said),
        now=place.now,
        kind="receipt",
    )


@transaction.atomic
def grade(
    *, submission: Submission, by: Person | None, score: float, remark: str, now: datetime, of: float = 100.0
) -> Grade:
    """Give one copy its grade, or correct it; the ledger follows. Refuses a score outside 0..of."""
    if not 0 <= score <= of:
        raise Refused(_("A grade is between 0 and {of}.").format(of=of))
    values = {"score": score, "of": of, "remark": texts.clean(remark), "graded_by": by, "graded_at": now}
    row, _created = Grade.objects.update_or_create(submission=submission, defaults=values)
    grades.record(
        enrolment_id=submission.enrolment_id,
        unit_id=submission.unit_id,
        version_id=submission.version_id,
        score=score,
        of=of,
        how={"by": "staff", "final": True},
        shown_from=None,
        now=now,
    )
    journal.log(
        "graded",
        by=by.pk if by else None,
        about="enrolment",
        about_id=submission.enrolment_id,
        at=now,
        submission=str(submission.pk),
        score=score,
    )
    return row


def waiting(edition_id: UUID, unit_id: UUID | None = None) -> list[Submission]:
    """The current copies of an edition that have no grade yet, oldest first."""
    rows = Submission.objects.filter(enrolment__edition_id=edition_id, current=True, grade=None)
    rows = rows.filter(unit_id=unit_id) if unit_id else rows
    return list(rows.select_related("enrolment__person", "unit").order_by("submitted_at"))
