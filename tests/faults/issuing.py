"""Documents made and killed: functions that a drill asks its hand for (`tests.faults.hand`)."""

from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from preau.accounts.models import Person
from preau.certificates import issuing as pressing
from preau.certificates import pdf_reading, seal, status
from preau.certificates.giving import new_code
from preau.certificates.models import Award, Credential, IssuerKey, SealKey
from preau.courses.models import Enrolment
from tests import cast
from tests.faults import forks


def prepare(count: int) -> None:
    """So many awards without documents."""
    now = timezone.now()
    edition = cast.edition(opens=cast.monday(now, -9))
    track = edition.tracks.order_by("position")[0]
    registrar = cast.person("Rita")
    people = Person.objects.bulk_create(
        Person(email=f"learner{n}@example.org", name=f"Learner {n}", joined_at=now) for n in range(count)
    )
    rows = Enrolment.objects.bulk_create(
        Enrolment(person=one, edition=edition, track=track, enrolled_at=now) for one in people
    )
    Award.objects.bulk_create(
        Award(
            enrolment=row, track=track, titles=track.titles, credits=1, steps={track.key: {"credits": "1"}},
            code=new_code(), decided_by_id=registrar.pk, awarded_at=now,
        )
        for row in rows
    )  # fmt: skip


def work(where: str = "", calls: int = 0) -> None:
    """The chore, with hands beside; where a number is given, the process ends in the middle of a call."""
    if calls:
        forks.doom_call({"store": default_storage, "row": pressing, "list": status}[where], WHERE[where], calls)
    with closing(pressing.Press()) as press:
        while press.issue(now=timezone.now()):
            continue


WHERE = {"store": "save", "row": "_write", "list": "sign"}


def killed(where: str, calls: int) -> dict[str, Any]:
    """A worker that is killed; what it leaves."""
    forks.doomed(forks.fork(lambda: work(where, calls)))
    return report()


def two_at_once() -> list[int]:
    """Two workers that do what is left; how each ended."""
    return [forks.ended(child) for child in [forks.fork(work), forks.fork(work)]]


def report() -> dict[str, Any]:
    """How many documents each award has, whether each paper is whole and carries its credential, how many keys were
    made, which places are taken twice, who still runs."""
    rows = list(Credential.objects.order_by("pk"))
    found = {row.pk: Path(settings.MEDIA_ROOT, row.paper).read_bytes() for row in rows}
    return {
        "awards": Award.objects.count(),
        "credentials": len({row.award_id for row in rows}),
        "papers": len({row.paper for row in rows}),
        "whole": all(seal.is_intact(found[row.pk]) for row in rows),
        "same": all(pdf_reading.extract_credential(found[row.pk]).decode() == row.text for row in rows),
        "keys": [IssuerKey.objects.count(), SealKey.objects.count()],
        "twice": [place for place, n in Counter((row.list_number, row.list_index) for row in rows).items() if n > 1],
        "running": running(),
    }


def running() -> int:
    """Hands of this drill that work for nobody: no worker of it runs when this is asked."""
    found = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                words, surroundings = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
            except OSError:
                continue
            found += b"spawn_main" in words and f"PREAU_VAR={settings.STATE}\0".encode() in surroundings
    return found
