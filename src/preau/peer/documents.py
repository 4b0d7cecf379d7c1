"""The files of a copy: which ones, where they lie, what a reviewer gets of them, why one is refused.

Nothing is stored under a name of its author's. What a reviewer gets is the light PDF, named by its place in the copy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_noop

from preau.peer import formats
from preau.peer.models import Attached, Document, Submission
from preau.peer.terms import Terms

MB = 1_000_000
REASONS = {
    "empty": gettext_noop(
        "This file is empty. Open it on your device to see whether your work is in it, then add it again."
    ),
    "too large": gettext_noop(
        "This file is too large. Make its pictures smaller, or export it as PDF in the smallest size, and add that."
    ),
    "long text": gettext_noop(
        "This text is very long. Keep what is asked for, or put the rest in a document of its own."
    ),
    "unknown": gettext_noop(
        "This kind of file is not received. Open it in the program that made it, export it as PDF, and add the PDF."
    ),
    "disguised": gettext_noop(
        "The content of this file is not what the end of its name says. Export it again as PDF, and add the PDF."
    ),
    "not asked": gettext_noop(
        "This assignment does not ask for this format. Export your work in one of those it names."
    ),
    "macros": gettext_noop(
        "This document holds macros, which are never received. Save it without macros (.docx, .xlsx, .pptx or PDF)."
    ),
    "encrypted": gettext_noop("This document is shut with a password. Save it again without one, and add that."),
    "old office": gettext_noop(
        "This is a document in a former format of Office. Save it as .docx, .xlsx, .pptx or PDF, and add that."
    ),
    "bomb": gettext_noop("This document is far larger inside than it looks. Export it as PDF, and add the PDF."),
    "names": gettext_noop("The inside of this document is not as it should be. Export it as PDF, and add the PDF."),
    "broken": gettext_noop(
        "This file cannot be read: it may have been cut on the way. Open it to see whether it is whole and add it "
        "again, or export it as PDF and add the PDF."
    ),
    "too many pages": gettext_noop("This document has too many pages. Keep those that are asked for, and add that."),
    "large picture": gettext_noop("A picture has too many points to be shown. Make it smaller, and add it again."),
    "cannot be converted": gettext_noop(
        "This document could not be turned into a PDF. Export it as PDF in the program that made it, and add the PDF."
    ),
}


@dataclass(frozen=True)
class Shown:
    """A file as those who assess the copy see it."""

    name: str
    megabytes: float
    address: str


@dataclass(frozen=True)
class Line:
    """A file as its author sees it. `megabytes` is what was sent, `light` what reviewers get once it is ready."""

    id: UUID
    name: str
    state: str
    size: int
    megabytes: float
    light: float
    pages: int
    percent: int
    reason: str


def of_draft(enrolment_id: UUID, unit_id: UUID) -> list[Document]:
    """The files that a learner added to an assignment and did not remove, in order."""
    rows = Document.objects.filter(enrolment_id=enrolment_id, unit_id=unit_id, removed_at=None)
    return list(rows.order_by("added_at", "pk"))


def lines(enrolment_id: UUID, unit_id: UUID) -> list[Line]:
    """The same as its author's page shows them."""
    return [line(row) for row in of_draft(enrolment_id, unit_id)]


def listed(enrolment_id: UUID, unit_id: UUID, terms: Terms) -> dict[str, Any]:
    """The values of `peer/_documents.html` beside `facts`."""
    here = lines(enrolment_id, unit_id)
    return {
        "uploads": here,
        "waits": any(one.state == Document.State.WAITING for one in here),
        "room": terms.files - len(here),
        "accept": ",".join(suffix for suffix, kind in formats.SUFFIXES.items() if kind in terms.formats),
        "formats": ", ".join(one.upper() for one in terms.formats),
        "largest": settings.DOCUMENT_MB,
    }


def line(row: Document) -> Line:
    """One file as its author's page shows it."""
    return Line(
        id=row.pk,
        name=row.name,
        state=row.state,
        size=row.size,
        megabytes=in_megabytes(row.size),
        light=in_megabytes(row.light_size),
        pages=row.pages,
        percent=100 * row.received // max(row.size, 1),
        reason=why(row.reason),
    )


def why(reason: str) -> str:
    """A key of REASONS as people are told it, in their language."""
    return gettext(REASONS[reason]) if reason in REASONS else ""


def in_megabytes(size: int) -> float:
    """Bytes as people are told them, with one digit after the point: never nothing."""
    return max(size / MB, 0.1)


def attach(submission: Submission, files: Sequence[Document]) -> None:
    """Make files part of a copy, in this order; inside the caller's transaction."""
    Attached.objects.bulk_create(
        [Attached(submission=submission, document=one, position=place) for place, one in enumerate(files, 1)]
    )


def of_copy(submission_id: UUID) -> list[tuple[int, Document]]:
    """The files of a copy with their places, from 1."""
    rows = Attached.objects.filter(submission_id=submission_id).select_related("document").order_by("position")
    return [(row.position, row.document) for row in rows]


def kept(submission_id: UUID, address: str) -> list[tuple[str, Line]]:
    """The files of a copy as its author sees them once it is closed: where the light PDF is, empty until it is ready,
    and the file under its author's own name."""
    return [
        (f"{address}own/document/{place}.pdf" if row.state == Document.State.READY else "", line(row))
        for place, row in of_copy(submission_id)
    ]


def shown(submission_id: UUID, address: str) -> list[Shown]:
    """The files of a copy that are ready, as those who assess it see them, at addresses under `address`."""
    return [
        Shown(public_name(place), in_megabytes(row.light_size), f"{address}document/{place}.pdf")
        for place, row in of_copy(submission_id)
        if row.state == Document.State.READY
    ]


def public_name(place: int) -> str:
    """The name under which everybody but its author gets the file at this place of a copy."""
    return f"document-{place}.pdf"


def original(row_id: UUID) -> str:
    """Where the original lies in the storage."""
    return f"peer/{row_id}/original"


def light(row_id: UUID) -> str:
    """Where the light PDF lies."""
    return f"peer/{row_id}/light.pdf"


def part(row_id: UUID, offset: int) -> str:
    """Where a piece of an upload lies that begins at this byte."""
    return f"peer/{row_id}/part-{offset:012}"


def parts(row_id: UUID) -> list[str]:
    """The pieces that are here, in order."""
    folder = f"peer/{row_id}"
    names = default_storage.listdir(folder)[1] if default_storage.exists(folder) else []
    return [f"{folder}/{name}" for name in sorted(names) if name.startswith("part-")]


def delete_bytes(*row_ids: UUID) -> None:
    """Take away everything that is stored of files."""
    for pk in row_ids:
        for name in [*parts(pk), original(pk), light(pk)]:
            default_storage.delete(name)


def forget(rows: "QuerySet[Document]") -> None:
    """Delete the bytes and the names of files; what a copy's receipt counts stays. After the commit, so that an undone
    erasure loses nothing."""
    gone = list(rows.values_list("pk", flat=True))
    found = Document.objects.filter(pk__in=gone)
    found.filter(attached=None).delete()
    found.update(name="", state=Document.State.REFUSED, reason="", light_size=0)
    transaction.on_commit(lambda: delete_bytes(*gone))
