"""A course with a ladder of tracks, one beside it, one worth nothing, and an elective that attests; two editions."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from preau.content import printing
from preau.content.models import Version
from preau.courses import enrolling
from preau.courses.models import Edition, Enrolment
from preau.grades import actions as grades
from tests import cast

SECOND = cast.monday(cast.MONDAY, 26)

COURSE = """\
slug: echelle
title: {fr: Conduire un projet, en: Running a project}
description: {fr: De bout en bout., en: From end to end.}
languages: [fr, en]
modules:
  - {id: debut, title: {fr: Le début, en: The beginning}, opens: w1 mon 08:00}
  - id: suite
    title: {fr: La méthode TRIZ, en: The TRIZ method}
    description: {fr: Lever une contradiction., en: Resolving a contradiction.}
    elective: true
    attestation: true
    opens: w2 mon 08:00
tracks:
  classic: {title: {fr: Classique, en: Classic}, credits: 1, needs: [{score: quiz, at_least: 60}]}
  advanced: {title: {fr: Avancé, en: Advanced}, extends: classic, credits: 2, needs: [{score: examen, at_least: 50}]}
  team: {title: {fr: Équipe, en: Team}, added: true, credits: 1, needs: [{score: apres, at_least: 50}]}
  present: {title: {fr: Présent, en: Present}, credits: 0, needs: [{score: quiz, at_least: 10}]}
carries:
  - {results: quiz, editions: all}
  - {results: exam, editions: all}
certificate: {country: FR, awarding_body: École du test, workload_hours: 10, assessment: Quiz,
  participation: En ligne, quality_assurance: Les tests}
"""
CHALLENGE = """\
---
id: defi
kind: quiz
title: Un défi
minutes: 70
---
```gift
// [id:d1]
::d1:: Une contradiction ? {T}
```
"""


def version(folder: Path, *, course: str = COURSE, now: datetime = cast.MONDAY, limit: int = 0) -> Version:
    """The course, brought in from a folder; its exam with a limit of so many minutes
    and open for three weeks, where one is given."""
    shutil.copytree(cast.THIN, folder, dirs_exist_ok=True)
    (folder / "course.yaml").write_text(course, encoding="utf-8")
    if limit:
        exam = folder / "fr" / "debut" / "05-examen.md"
        text = exam.read_text(encoding="utf-8").replace("kind: exam", f"kind: exam\nlimit: {limit}")
        exam.write_text(text.replace("opens: w3", "opens: w2").replace("closes: w3", "closes: w4"), encoding="utf-8")
    if "id: suite" in course:
        (folder / "fr" / "suite" / "02-defi.md").write_text(CHALLENGE, encoding="utf-8")
    else:
        shutil.rmtree(folder / "fr" / "suite")
    return cast.version(folder, now=now)


def editions(of: Version) -> list[Edition]:
    """Two of it, half a year apart."""
    return [cast.edition(slug=f"echelle-{n}", of=of, opens=at) for n, at in enumerate((cast.MONDAY, SECOND), 1)]


def scored(row: Enrolment, percent: float, *units: str) -> None:
    """Final results, told at once."""
    for unit in units:
        grades.record(
            enrolment_id=row.pk,
            unit_id=row.edition.course.units.get(key=unit).pk,
            version_id=row.edition.printings.get(current=True).version_id,
            score=percent,
            of=100,
            how={"final": True},
            shown_from=None,
            now=row.edition.opens_at + timedelta(days=8),
        )


def takes(row: Enrolment, track: str, *, drops: bool = False) -> None:
    """Take a track beside one's own, or give it up."""
    verb = enrolling.drop_track if drops else enrolling.add_track
    verb(act=cast.an_act("track"), by=row.person, enrolment=row, track=track, now=row.edition.opens_at)


def shows(edition: Edition, printed: Version) -> None:
    """The edition shows another version of its course."""
    printing.print_version(edition, printed, by=None, now=edition.opens_at + timedelta(days=20))
