"""A file of people of former editions with their results, brought in. Runs `inside`."""

import csv
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from django.utils import timezone

from preau.config.bench import rows
from preau.courses.models import Edition
from preau.desk import former
from preau.past.models import Former, FormerResult

UNITS = 8
EDITIONS = 7
HEAD = (
    "Courriel",
    "Numéro étudiant",
    "Nom",
    "Session",
    "Unité",
    "Parcours",
    "Note",
    "Sur",
    "Admis",
    "Certificat",
    "Date",
)


def run(*, people: int) -> dict[str, Any]:
    """Seconds that it takes, for so many people each with a track and eight units, how many rows came in, and the
    megabytes that it took."""
    course = Edition.objects.get(slug=rows.DRILL).course
    Edition.objects.filter(course=course).update(number=EDITIONS + 1)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "former.csv"
        write(path, people)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.monotonic()
        report = former.bring(path, course, origin="the bench", by=None, now=timezone.now())
        seconds = time.monotonic() - began
    assert report.written, report.problems
    found = {"people": Former.objects.count(), "rows": FormerResult.objects.count()}
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {**found, "seconds": seconds, "more_mb": (after - before) / 1024, "doubts": report.counts["doubts"]}


def write(path: Path, people: int) -> None:
    """The file: a row for each person, edition and object; of a hundredth of the people a number is another's too."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, delimiter=";")
        lines.writerow(HEAD)
        for n in range(people):
            number = n if n % 100 else n + 1
            who = (f"personne{n}@exemple.org", f"A{number:07}", f"Prénom{n} Nom{n}", f"session {1 + n % EDITIONS}")
            passed = n % 5 == 0
            code = f"GDP-{n:07}" if passed else ""
            lines.writerow((*who, "", "classic", "", "", "oui" if passed else "non", code, "12/04/2016"))
            for unit in range(UNITS):
                lines.writerow((*who, f"quiz-{unit}", "", f"{(n + unit) % 21}", "20", "", "", "01/03/2016"))
