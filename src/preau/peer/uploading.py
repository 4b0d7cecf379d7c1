"""The verbs of files: begin, append, remove. A file comes in pieces; whoever was cut asks how much is here and goes on.

`begin` and `remove` are acts. A piece carries the place of its first byte: sent twice it changes nothing, sent too far
on it is not taken, and the answer says each time from where to go on. The last piece ends it: the file is put together,
looked at (`formats`), and waits for its light PDF or is refused with what to do.
"""

import hashlib
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common.ids import new_id
from preau.content.kinds import Place
from preau.courses import rules as dates
from preau.courses.models import Enrolment, Extension
from preau.peer import documents, formats, leasing, rules
from preau.peer.assignments import Facts
from preau.peer.formats import Unfit
from preau.peer.models import Document, Submission

PIECE = 1_000_000  # bytes that the script sends at once: a slow line keeps most of what it sent
LONGEST_PIECE = 5 * PIECE
ABANDONED = timedelta(days=7)
REMOVED = timedelta(days=1)


def most() -> int:
    """How many bytes one file may have."""
    return int(settings.DOCUMENT_MB) * documents.MB


def begin(*, act: acts.Act, by: Person, place: Place, facts: Facts, name: str, size: int) -> acts.Outcome:
    """Make room for a file of `size` bytes; the outcome names it, and says how long a piece is.

    Refuses when the assignment takes no files or is not open, when a review of the copy has begun, when there are as
    many files as it takes, and a size that is nothing or too much."""

    def work() -> acts.Outcome:
        enrolment_id = place.learner.enrolment_id
        Enrolment.objects.select_for_update().get(pk=enrolment_id)
        _check_open(place, facts)
        _check_room(place, facts, size)
        row = Document.objects.create(
            pk=new_id(),
            enrolment_id=enrolment_id,
            unit_id=place.unit.id,
            name=formats.safe_name(name),
            size=size,
            added_at=place.now,
        )
        return {"document": str(row.pk), "received": 0, "piece": PIECE}

    return acts.once(act, by.pk, work)


def _check_open(place: Place, facts: Facts) -> None:
    unit, enrolment_id = place.unit, place.learner.enrolment_id
    extended = Extension.objects.filter(enrolment_id=enrolment_id, key=unit.key).values_list("until", flat=True).first()
    due = dates.deadline(unit.due, [extended] if extended else [])
    grace, over = dates.GRACE["assignment"], place.outline.closes_at
    received = rules.reception(now=place.now, opens=unit.opens, due=due, grace=grace, over=over, graded=False)
    if not received.received:
        raise Refused(_("Files are received while the assignment is open: nothing was changed."))
    copy = Submission.objects.filter(enrolment_id=enrolment_id, unit_id=unit.id, current=True).first()
    if copy is not None and (copy.cancelled_at or not leasing.may_replace(copy.pk)):
        raise Refused(_("Somebody has begun to assess your copy: its files stay as you sent them."))


def _check_room(place: Place, facts: Facts, size: int) -> None:
    if facts.terms.deliverable == "text":
        raise Refused(_("This assignment asks for a text, without files."))
    here = len(documents.of_draft(place.learner.enrolment_id, place.unit.id))
    if here >= facts.terms.files:
        raise Refused(
            ngettext(
                "This assignment takes {n} file: remove it to add another.",
                "This assignment takes {n} files: remove one to add another.",
                facts.terms.files,
            ).format(n=facts.terms.files)
        )
    if size <= 0:
        raise Refused(documents.why("empty"))
    if size > most():
        raise Refused(
            _(
                "This file has {size} MB; {most} MB are received. Make its pictures smaller, or export it as PDF in "
                "the smallest size."
            ).format(size=round(size / documents.MB, 1), most=settings.DOCUMENT_MB)
        )


def append(row: Document, *, offset: int, content: bytes, place: Place, facts: Facts) -> acts.Outcome:
    """Take a piece; the outcome says how many bytes are here now, which is where to go on, and what became of the file.

    Refuses a piece that is longer than what is missing, and any once the assignment is closed."""
    _check_open(place, facts)
    with transaction.atomic():
        row = Document.objects.select_for_update().get(pk=row.pk)
        taken = row.state == Document.State.UPLOADING and row.removed_at is None and offset == row.received
        if taken and row.received + len(content) > row.size:
            raise Refused(_("More came than this file was said to have. Remove it, and add it again."))
        if taken and content:
            name = documents.part(row.pk, offset)
            default_storage.delete(name)  # left by somebody who was cut before the next line was kept
            default_storage.save(name, ContentFile(content))
            row.received += len(content)
            row.save(update_fields=["received"])
    if row.state == Document.State.UPLOADING and row.received == row.size and row.removed_at is None:
        row = finish(row, facts.terms.formats)
    return {"document": str(row.pk), "received": row.received, "state": row.state, "reason": row.reason}


def finish(row: Document, allowed: tuple[str, ...]) -> Document:
    """Put the pieces together and look at the whole: it waits for its light PDF, or is refused. Done again after a cut
    it comes to the same."""
    with tempfile.TemporaryDirectory(prefix="preau-") as folder:
        whole = Path(folder) / "whole"
        digest = _join(row.pk, whole)
        values = {"digest": digest}
        try:
            found = formats.examine(row.name, whole, allowed)
            values |= {"state": Document.State.WAITING, "format": found, "reason": ""}
            name = documents.original(row.pk)
            default_storage.delete(name)
            with whole.open("rb") as content:
                default_storage.save(name, File(content))
        except Unfit as unfit:
            values |= {"state": Document.State.REFUSED, "reason": unfit.reason}
    if Document.objects.filter(pk=row.pk, state=Document.State.UPLOADING).update(**values):
        for name in documents.parts(row.pk):
            default_storage.delete(name)
    row.refresh_from_db()
    return row


def _join(row_id: UUID, whole: Path) -> str:
    digest = hashlib.sha256()
    with whole.open("xb") as target:
        for name in documents.parts(row_id):
            with default_storage.open(name) as piece:
                while content := piece.read(1 << 20):
                    digest.update(content)
                    target.write(content)
    return digest.hexdigest()


def remove(*, act: acts.Act, by: Person, row: Document, place: Place, facts: Facts) -> acts.Outcome:
    """Take a file out of what one is about to hand in. A copy that was handed in with it keeps it.

    Refuses once the assignment is closed or a review of the copy has begun."""

    def work() -> acts.Outcome:
        _check_open(place, facts)
        locked = Document.objects.select_for_update().get(pk=row.pk)
        if locked.removed_at is None:
            locked.removed_at = place.now
            locked.save(update_fields=["removed_at"])
        if not locked.attached.exists():
            transaction.on_commit(lambda: documents.delete_bytes(row.pk))
        return {"document": str(row.pk)}

    return acts.once(act, by.pk, work)


def look_at(row: Document, *, by: Person, what: str, now: datetime) -> None:
    """Write down that somebody of the team opened a file: its "original", which says who its author is, or its "light"
    PDF."""
    about = {"document": str(row.pk), "what": what}
    journal.log("document.opened", by=by.pk, about="enrolment", about_id=row.enrolment_id, at=now, **about)


def sweep(*, now: datetime, limit: int = 50) -> int:
    """A chore of the worker: uploads that nobody goes on with are removed, removed files that no copy has are deleted.
    How many."""
    stale = Document.objects.filter(state=Document.State.UPLOADING, removed_at=None, added_at__lt=now - ABANDONED)
    count = stale.update(removed_at=now)
    gone = Document.objects.filter(removed_at__lt=now - REMOVED, attached=None).order_by("removed_at")[:limit]
    for row in gone:
        documents.delete_bytes(row.pk)
        row.delete()
        count += 1
    return count
