"""From what an author added to the light PDF that reviewers get: a chore of the worker, one file at a time.

Whatever opens a file runs in a process of its own, bounded and without a network (`confined`). A kill leaves the file
waiting: the next look begins it again, in a fresh folder, and what comes out is put in its place in one step. After
TRIES it is refused, with what to do; a program that is not here counts no try, and the file waits for it.
"""

import json
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import translation
from django.utils.translation import gettext as _

from preau.common import confined
from preau.common.beside import Beside
from preau.common.confined import Bounds
from preau.mail import actions as mail
from preau.peer import documents, formats
from preau.peer.formats import Unfit
from preau.peer.models import Attached, Document, Submission

AT_ONCE = 20  # files before the worker's next look
TRIES = 3
LEASE = timedelta(minutes=10)  # a worker that took a file and said nothing for so long was killed
PAUSE = timedelta(minutes=1)  # between two tries of a worker that lives
OURS = Bounds(seconds=90, cpu=60, memory=1536 * confined.MB)
OFFICES = Bounds(seconds=120, cpu=90, memory=1536 * confined.MB)  # ten pages with six large photos pass in 700
FILTERS = {  # how it reads each format, so that it never guesses; how it draws it
    "docx": ("MS Word 2007 XML", "writer_pdf_Export"),
    "odt": ("writer8", "writer_pdf_Export"),
    "xlsx": ("Calc MS Excel 2007 XML", "calc_pdf_Export"),
    "ods": ("calc8", "calc_pdf_Export"),
    "pptx": ("Impress MS PowerPoint 2007 XML", "impress_pdf_Export"),
    "odp": ("impress8", "impress_pdf_Export"),
}
DRAWN = {
    "ReduceImageResolution": ("boolean", "true"),
    "MaxImageResolution": ("long", "150"),
    "Quality": ("long", "75"),
    "UseTaggedPDF": ("boolean", "true"),
    "ExportNotes": ("boolean", "false"),
    "ExportBookmarks": ("boolean", "false"),
    "ExportHiddenSlides": ("boolean", "false"),
    "SinglePageSheets": ("boolean", "true"),
}
NO_HARM = (  # path, name, value of LibreOffice's configuration: no macro, no link followed, no network
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "1"),
    ("org.openoffice.Office.Common/Java", "Enable", "false"),
)
RESTART = 81  # LibreOffice's exit code when a first start of a profile asks for another


class Stopped(Exception):
    """A program ran out of time or memory, or was killed: perhaps by the file, perhaps by a machine that is busy."""


def office() -> Path | None:
    """LibreOffice's own program, found beside the script that starts it; None where it is not installed."""
    script = shutil.which("soffice") or shutil.which("libreoffice")
    found = Path(script).resolve().with_name("soffice.bin") if script else None
    return found if found and found.is_file() else None


def stuck() -> int:
    """How many files wait for LibreOffice, which is not here."""
    return 0 if office() else Document.objects.filter(_waiting(), format__in=formats.OFFICE).count()


def _waiting() -> Q:
    """What waits, and somebody still wants: its author, or a copy that was handed in with it."""
    wanted = Q(removed_at=None) | Q(Exists(Attached.objects.filter(document=OuterRef("pk"))))
    return Q(state=Document.State.WAITING) & wanted


def convert_waiting(*, now: datetime, limit: int = 1) -> int:
    """Make so many of the files light that wait, oldest first; how many were looked at."""
    done = 0
    while done < limit and (pk := _take(now)):
        convert(pk, now=now)
        done += 1
    return done


convert_beside = Beside(convert_waiting, "converting", at_once=AT_ONCE)


def _take(now: datetime) -> UUID | None:
    """The next file, its try counted before it begins: what kills its worker is not tried for ever."""
    free = Q(tried_at=None) | Q(tried_at__lte=now - LEASE)
    rows = Document.objects.filter(_waiting()).filter(free)
    rows = rows if office() else rows.exclude(format__in=formats.OFFICE)
    for pk in rows.order_by("added_at", "pk").values_list("pk", flat=True)[:5]:
        taken = Document.objects.filter(free, pk=pk, state=Document.State.WAITING)
        if taken.update(tries=F("tries") + 1, tried_at=now):
            return pk
    return None


def convert(pk: UUID, *, now: datetime) -> None:
    """Make one file light, or refuse it. A file that is no longer waiting is left alone."""
    row = Document.objects.get(pk=pk)
    if row.tries > TRIES:
        refuse(row, "cannot be converted", now)
        return
    with confined.workshop(Path(settings.STATE) / ".converting" / str(pk)) as folder:
        try:
            with default_storage.open(documents.original(pk)) as source, open(folder / f"in.{row.format}", "xb") as to:
                shutil.copyfileobj(source, to, 1 << 20)
            pages = made(folder, row.format)
        except Unfit as unfit:
            refuse(row, unfit.reason, now)
        except Stopped:
            if row.tries >= TRIES:
                refuse(row, "cannot be converted", now)
            else:
                Document.objects.filter(pk=pk).update(tried_at=now - LEASE + PAUSE)
        else:
            _keep(row, folder / "light.pdf", pages)


def made(folder: Path, kind: str) -> int:
    """`light.pdf` from `in.<kind>` in a folder; the number of its pages. Raises Unfit."""
    if kind in formats.OFFICE:
        said(folder, kind)
        draw(folder, kind)
        (folder / "in.pdf").unlink(missing_ok=True)
        next((folder / "out").glob("*.pdf")).rename(folder / "in.pdf")
        kind = "pdf"
    return int(said(folder, kind).get("pages", 0))


def said(folder: Path, kind: str) -> dict[str, int | str]:
    """Our own part of the work, in a process of its own; what it said. Raises Unfit."""
    (folder / "said.json").unlink(missing_ok=True)
    command = (confined.PYTHON, "-P", "-m", "preau.peer.lightening", kind)
    ended = confined.run(command, folder, OURS)
    if not ended.well or not (folder / "said.json").is_file():
        raise Stopped
    words: dict[str, int | str] = json.loads((folder / "said.json").read_text())
    if "reason" in words:
        raise Unfit(str(words["reason"]))
    return words


def draw(folder: Path, kind: str) -> None:
    """`out/*.pdf` from `clean.<kind>`, by LibreOffice with a profile of its own. Raises Unfit."""
    program = office()
    if program is None:
        raise Unfit("cannot be converted")
    profile(folder / "profile")
    reads, draws = FILTERS[kind]
    options = json.dumps({name: {"type": sort, "value": value} for name, (sort, value) in DRAWN.items()})
    command: Sequence[str] = (
        *(str(program), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--invisible"),
        *("--nologo", "--norestore", "--nodefault", "--nolockcheck", "--nofirststartwizard", f"--infilter={reads}"),
        *("--convert-to", f"pdf:{draws}:{options}", "--outdir", str(folder / "out"), str(folder / f"clean.{kind}")),
    )
    ended = confined.run(command, folder, OFFICES)
    if ended.code == RESTART:
        ended = confined.run(command, folder, OFFICES)
    if not ended.well:
        raise Stopped
    if not any((folder / "out").glob("*.pdf")):
        raise Unfit("cannot be converted")


def profile(folder: Path) -> None:
    """A profile in which nothing runs and nothing is fetched."""
    user = folder / "user"
    user.mkdir(parents=True, exist_ok=True)
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in NO_HARM
    )
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>"
    )


def _keep(row: Document, light: Path, pages: int) -> None:
    """Put the light PDF in its place, then say so: a kill between the two is made good by the next try."""
    name = documents.light(row.pk)
    default_storage.delete(name)
    with light.open("rb") as content:
        default_storage.save(name, File(content))
    values = {"state": Document.State.READY, "light_size": light.stat().st_size, "pages": pages}
    if not Document.objects.filter(pk=row.pk, state=Document.State.WAITING).update(**values):
        still = Document.objects.filter(pk=row.pk, state=Document.State.READY).exists()
        if not still:  # removed, or its author erased, meanwhile
            documents.delete_bytes(row.pk)


@transaction.atomic
def refuse(row: Document, reason: str, now: datetime) -> None:
    """Refuse a file that was waiting; whoever handed it in already is told by mail what to do."""
    waiting = Document.objects.filter(pk=row.pk, state=Document.State.WAITING)
    if waiting.update(state=Document.State.REFUSED, reason=reason):
        copies = Submission.objects.filter(attached__document=row, current=True)
        for copy in copies.select_related("enrolment__person", "unit"):
            _tell(copy, row, reason, now)


def _tell(copy: Submission, row: Document, reason: str, now: datetime) -> None:
    person = copy.enrolment.person
    with translation.override(person.language):
        why = documents.why(reason)
        text = _(
            "A file of the copy that you handed in, “{name}”, could not be prepared for those who assess it.\n\n"
            "{why}\n\nAs long as the assignment is open, add another in its place and hand in again. What you sent is "
            "kept, and the team can read it.\n"
        ).format(name=row.name, why=why)
        mail.queue(
            person_id=person.pk,
            address=person.email,
            key=f"document:{row.pk}",
            language=person.language,
            subject=_("A file of your copy could not be prepared"),
            text=text,
            now=now,
            kind="receipt",
        )
