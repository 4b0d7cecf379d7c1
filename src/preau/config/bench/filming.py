"""A course with a lesson told by a film of ten minutes with its words in two languages, and the same lesson without.
Runs `inside`."""

import subprocess
import tempfile
from itertools import batched
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from preau.accounts.models import Person
from preau.config.bench import rows
from preau.content import outline as outlines
from preau.content import videos
from preau.content.models import Cut
from preau.courses.models import Edition
from preau.subtitles import webvtt
from preau.subtitles.tracks import Cue, Track

SLUG, MODULE = "film-bench", "semaine"
MINUTES = 10
A_LINE = 3.0  # seconds: two hundred lines
WORDS = 8  # of a line
HEAD = f"""slug: {SLUG}
title: {{fr: Un film de dix minutes}}
languages: [fr]
modules:
  - {{id: {MODULE}, title: {{fr: Une semaine}}, opens: w1 mon 08:00}}
tracks:
  classic: {{title: {{fr: Parcours}}, credits: 1, needs: [{{mean: subtitles, of: core, at_least: 0}}]}}
"""
GRADED = "---\nid: sous-titres\nkind: subtitles\ntitle: Les sous-titres\ndue: w6 sun 23:59\n---\nCorrigez.\n"


def run(*, sample: str, people: list[str]) -> dict[str, Any]:
    """Makes them, the film made light; returns the two addresses, the film's weight and the edition."""
    now = timezone.now()
    with tempfile.TemporaryDirectory() as place:
        write(Path(place), text_of(Path(sample)))
        edition = rows.print_edition(Path(place), SLUG, now)
    rows.enrol(list(Person.objects.filter(pk__in=[UUID(one) for one in people])), edition, now)
    while videos.encode_waiting(now=timezone.now()):
        continue
    videos.reprint_due(now=timezone.now())
    outline = outlines.of_edition(Edition.objects.select_related("course").get(pk=edition.pk), rows.LANGUAGE)
    made = Cut.objects.get(state=Cut.State.READY).made
    found = {key: outline.by_key[key].address for key in ("filme", "texte")}
    return {**found, "poster": made["poster"]["bytes"], "small": made["small"]["bytes"]}


def text_of(sample: Path) -> str:
    """Words that a teacher says: those of the sample course's lessons, without their marks."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((sample / "fr").rglob("*.md"))]
    plain = " ".join(text.partition("\n---\n")[2] for text in texts)
    return " ".join(word for word in plain.split() if word.isalpha() or word.rstrip(".,;:?!").isalpha())


def write(folder: Path, words: str) -> None:
    """The course's folder."""
    target = folder / "fr" / MODULE
    target.mkdir(parents=True)
    (folder / "course.yaml").write_text(HEAD, encoding="utf-8")
    body = " ".join(words.split()[:600])
    for name, front in (("texte", ""), ("filme", "video: film.mp4\n")):
        page = f"---\nid: {name}\ntitle: Une leçon\n{front}---\n{body}\n"
        (target / f"01-{name}.md").write_text(page, encoding="utf-8")
    (target / "03-sous-titres.md").write_text(GRADED, encoding="utf-8")
    lines = [" ".join(line) for line in batched(words.split(), WORDS)][: int(MINUTES * 60 / A_LINE)]
    track = Track(tuple(Cue("", n * A_LINE, (n + 1) * A_LINE, line) for n, line in enumerate(lines)))
    for language in ("fr", "en"):
        (target / f"film.{language}.vtt").write_bytes(webvtt.serialise(track))
    film(target / "film.mp4")


def film(target: Path) -> None:
    """Ten minutes that move a little, and a tone."""
    picture = ("-f", "lavfi", "-i", f"testsrc2=size=854x480:rate=1:duration={MINUTES * 60}")
    sound = ("-f", "lavfi", "-i", f"sine=frequency=220:duration={MINUTES * 60}")
    subprocess.run(["ffmpeg", "-v", "error", "-y", *picture, *sound, "-pix_fmt", "yuv420p", str(target)], check=True)
