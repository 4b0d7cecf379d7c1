"""A course of eighteen modules and four hundred units, a film with two thousand lines in each module; the next edition
made from a running one. Runs `inside`."""

import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from preau.config.bench import rows
from preau.courses.models import Edition
from preau.desk import rerunning
from preau.subtitles import webvtt
from preau.subtitles.tracks import Cue, Track

SLUG = "grand-bench"
MODULES, UNITS, CUES = 18, 400, 2_000
TEXT = "Le chemin critique est la plus longue suite de tâches : un retard de l’une d’elles retarde la fin. " * 30
QUIZ = "```gift\n::q1:: Un projet a-t-il une fin ? {T#Non.#Oui.}\n```\n"


def run() -> dict[str, Any]:
    """Seconds that a rerun takes, and how many pages it made."""
    now = timezone.now()
    with tempfile.TemporaryDirectory() as place:
        write(Path(place))
        rows.print_edition(Path(place), SLUG, now)
    edition = Edition.objects.select_related("course", "institution").get(slug=SLUG)
    plan = rerunning.plan(edition, edition.opens_at + timedelta(weeks=52))
    began = time.monotonic()
    made = rerunning.rerun(plan, staff=(), by=None, now=now)
    return {"seconds": time.monotonic() - began, "pages": made.pages.count()}


def write(folder: Path) -> None:
    """The course's folder."""
    modules = "\n".join(
        f"  - {{id: m{n}, title: {{fr: Module {n}}}, opens: w{1 + n % 6} mon 08:00}}" for n in range(MODULES)
    )
    track = "classic: {title: {fr: Classique}, credits: 1, needs: [{mean: quiz, of: core, at_least: 60}]}"
    head = f"slug: {SLUG}\ntitle: {{fr: Un grand cours}}\nlanguages: [fr]\nmodules:\n{modules}\ntracks:\n  {track}\n"
    folder.joinpath("course.yaml").write_text(head, encoding="utf-8")
    cues = tuple(Cue("", n * 2.0, n * 2.0 + 2, f"Et voici la ligne {n} de ce film.") for n in range(CUES))
    words = webvtt.serialise(Track(cues))
    for module in range(MODULES):
        target = folder / "fr" / f"m{module}"
        target.mkdir(parents=True)
        (target / "film.mp4").write_bytes(f"a film {module}".encode())
        (target / "film.fr.vtt").write_bytes(words)
        for place in range(module, UNITS, MODULES):
            (target / f"{place:03}-u{place}.md").write_text(unit(place, first=place < MODULES), encoding="utf-8")


def unit(number: int, *, first: bool) -> str:
    """A lesson, the first of its module with the film; every twentieth a quiz."""
    video = "video: film.mp4\n" if first else ""
    if number % 20 == 19:
        return f"---\nid: u{number}\nkind: quiz\ntitle: Quiz {number}\ndue: w7 sun 23:59\n---\n{QUIZ}"
    return f"---\nid: u{number}\ntitle: Leçon {number}\n{video}---\n{TEXT}\n"
