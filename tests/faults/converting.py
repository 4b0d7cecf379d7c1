"""What is made light and killed: functions that a drill asks its hand for (`tests.faults.hand`)."""

import io
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from preau.mail.models import Message
from preau.peer import converting, documents
from preau.peer.models import Document
from tests import cast
from tests.faults import forks
from tests.peer import papers, stage


def prepare(count: int) -> None:
    """So many files of as many learners that wait to be made light."""
    edition = stage.assessed(opens=cast.monday(timezone.now(), -1), deliverable="both")
    content = papers.pdf(20, photo_of=papers.photo((1800, 1200)))
    for number in range(count):
        person = stage.learner(f"learner{number}", edition)
        row = Document.objects.create(
            enrolment=stage.enrolment(person, edition),
            unit_id=stage.facts(person, edition, timezone.now()).unit.id,
            name="projet.pdf",
            format="pdf",
            size=len(content),
            received=len(content),
            state="waiting",
            added_at=timezone.now(),
        )
        default_storage.save(documents.original(row.pk), ContentFile(content))


def work(turn: int) -> None:
    """The chore, so many leases later."""
    converting.convert_waiting(now=timezone.now() + turn * (converting.LEASE + timedelta(minutes=1)), limit=99)


def killed(turn: int) -> dict[str, Any]:
    """A worker that is killed in the middle of its first file; what it leaves."""

    def die() -> None:
        forks.doom_call(converting, "convert", 0)
        work(turn)

    forks.doomed(forks.fork(die))
    return report()


def report() -> dict[str, Any]:
    """The files' states and tries; of those that are ready, whether they are whole; what lies about; who still runs."""
    rows = list(Document.objects.order_by("pk"))
    return {
        "states": [row.state for row in rows],
        "tries": sorted(row.tries for row in rows),
        "whole": [whole(row) for row in rows if row.state == "ready"],
        "stored": sorted({name for row in rows for name in default_storage.listdir(f"peer/{row.pk}")[1]}),
        "left": sorted(os.listdir(Path(settings.STATE) / ".converting")),
        "running": running(),
        "told": Message.objects.filter(key__startswith="document:").count(),
    }


def whole(row: Document) -> bool:
    """Is the light PDF of the size that is said, and readable to its end?"""
    with default_storage.open(documents.light(row.pk)) as file:
        content = file.read()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(content) == row.light_size and len(pdf.pages) == row.pages == 20


def running() -> int:
    """Processes that still work in a folder of the chore."""
    place = str((Path(settings.STATE) / ".converting").resolve())
    folders = [os.path.realpath(one / "cwd") for one in Path("/proc").iterdir() if one.name.isdecimal()]
    return sum(folder.startswith(place) for folder in folders)
