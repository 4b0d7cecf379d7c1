"""An assignment that peers assess, on stage: the thin course with a rubric, people, copies, reviews.

`assessed` opens it on `cast.MONDAY` unless told; the copy is due on Sunday of week 2 at 23:59 in Paris, reviews a week
later, results three days after that. Everything is made by the real actions.
"""

import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from preau.accounts.models import Person
from preau.content.models import Version
from preau.courses.models import Edition, Enrolment
from preau.peer import access, actions, leasing, reviewing
from preau.peer.assignments import Facts
from preau.peer.models import Review, Submission
from preau.peer.reviewing import Given
from tests import cast

UNIT = "cas"
RUBRIC = """\
title: Grille
criteria:
  - id: plan
    title: Le plan
    levels:
      - {points: 0, title: Absent, description: Pas de plan.}
      - {points: 5, title: Fragile, description: Un début de plan.}
      - {points: 10, title: Solide, description: Un plan complet.}
    model: Trois lots, une date.
  - id: clarte
    title: La clarté
    comment: required
    levels:
      - {points: 0, title: Confus}
      - {points: 4, title: Lisible}
      - {points: 10, title: Limpide}
"""
EXEMPLAR = {
    "id": "modele",
    "title": "Un exemple",
    "text": "# Un projet\nTrois lots.",
    "levels": {"plan": 2, "clarte": 1},
}
LEVELS = (0, 50, 100)  # percent that each level of `plan` is worth; `clarte` gives 0, 40, 100


@cache
def folder(said: tuple[tuple[str, str], ...]) -> Path:
    """The thin course with a rubric and these lines in the front matter, in a folder of this process."""
    place = Path(tempfile.mkdtemp(prefix="preau-assessed-")) / "thin"
    shutil.copytree(cast.THIN, place)
    file = place / "fr/debut/04-cas.md"
    lines = "".join(f"{key}: {value}\n" for key, value in said)
    file.write_text(file.read_text().replace("---\nDécrivez", f"rubric: grille.yaml\n{lines}---\nDécrivez"))
    (place / "fr/debut/grille.yaml").write_text(RUBRIC)
    return place


def course(**meta: Any) -> Version:
    """A version of the thin course whose `cas` goes to its learners."""
    said = {"exemplars": f"[{_flow(EXEMPLAR)}]", **meta}
    return cast.version(folder(tuple((key, str(value)) for key, value in said.items())))


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    return str(value) if isinstance(value, int) else '"' + str(value).replace("\n", "\\n") + '"'


def assessed(*, slug: str = "thin-1", opens: datetime = cast.MONDAY, **meta: Any) -> Edition:
    """An edition of that course; `meta` goes into the assignment's front matter (reviews=2, owed=5, …)."""
    return cast.edition(slug=slug, opens=opens, of=course(**meta))


def learner(name: str, edition: Edition, **fields: Any) -> Person:
    """Somebody of the advanced track."""
    person = cast.person(name, **fields)
    cast.enrolment(person, edition, track="advanced")
    return person


def facts(person: Person, edition: Edition, now: datetime, language: str = "fr") -> Facts:
    """The assignment as this learner meets it."""
    return access.facts(person, edition.slug, language, UNIT, now=now)[1]


def enrolment(person: Person, edition: Edition) -> Enrolment:
    return Enrolment.objects.select_related("person", "edition__course", "track").get(person=person, edition=edition)


def copy(person: Person, edition: Edition, now: datetime, text: str = "Un projet en trois lots.") -> Submission:
    """Their copy, handed in."""
    place = cast.place(person, edition, UNIT, now)
    act = cast.an_act("assignment.submit", now=now)
    outcome = actions.submit(act=act, by=person, place=place, text=text)
    return Submission.objects.select_related("enrolment__person", "unit").get(pk=outcome["submission"])


def lease(person: Person, edition: Edition, now: datetime) -> Review | None:
    """The next copy that they are given; None where there is none."""
    known = facts(person, edition, now)
    act = cast.an_act("review.ask", now=now)
    outcome = leasing.ask(act=act, by=person, facts=known, now=now, kind="peer", languages={"fr"})
    found = outcome.get("review")
    return Review.objects.select_related("submission").get(pk=UUID(found)) if found else None


def given(plan: int = 2, clarte: int = 1, words: str = "Beau travail, et une piste.") -> Given:
    """What a reviewer gives: 2 and 1 make 70 %."""
    return Given({"plan": plan, "clarte": clarte}, {"clarte": "Bien écrit."}, words)


def finish(review: Review, edition: Edition, now: datetime, what: Given | None = None) -> Review:
    """A review sent by whoever holds it."""
    known = facts(review.reviewer, edition, now)
    act = cast.an_act("review.finish", now=now)
    reviewing.finish(act=act, by=review.reviewer, review=review, facts=known, given=what or given(), now=now)
    return Review.objects.get(pk=review.pk)


def review(person: Person, edition: Edition, now: datetime, what: Given | None = None) -> Review | None:
    """The next copy, taken and assessed by somebody; None where there is none."""
    held = lease(person, edition, now)
    return finish(held, edition, now + timedelta(minutes=20), what) if held else None


def written(author: Submission, by: Person, score: float, now: datetime, **fields: Any) -> Review:
    """A finished review set down without asking: for what only reads them. `score` in percent."""
    known = facts(by, author.enrolment.edition, now)
    values = {
        "assignment_id": known.id,
        "submission": author,
        "reviewer": by,
        "rubric_id": known.rubric_id,
        "leased_at": now,
        "seen_at": now,
        "finished_at": now,
        "levels": {"plan": 1, "clarte": 1},
        "score": score,
        **fields,
    }
    return Review.objects.create(**values)
