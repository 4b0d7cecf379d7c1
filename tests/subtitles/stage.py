"""A course with a film and its words, on stage: who reads, proposes, supports and decides, through the real doors.

The film is a few bytes that nobody encodes; the words are files beside it, in French and English.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

from preau.accounts.models import Person
from preau.audit.acts import Outcome
from preau.content import printing
from preau.content.importing import Report
from preau.content.models import Version, Video
from preau.courses.models import Edition, Enrolment, Role
from preau.grades.models import Result
from preau.interop.importing import import_path
from preau.subtitles import access, reading, suggesting
from preau.subtitles.access import Here
from preau.subtitles.models import Cue, Suggestion, Track
from preau.subtitles.suggesting import Given
from tests import cast
from tests.stamps import Stamp, everything, tables

FILM, RECUT = b"a film", b"the same film, cut anew"
FRENCH = ("Bonjour à <i>tous</i>.", "On comence maintenant.", "Le chemin critique,", "c'est la plus longue suite.")
ENGLISH = ("Hello everybody.", "Let us begin now.", "The critical path", "is the longest sequence.")
UNIT = """\
---
id: sous-titres
kind: subtitles
title: Améliorer les sous-titres
accepted: {accepted}
due: w2 sun 23:59
---
Corrigez ce que vous entendez mal.
"""


def vtt(*texts: str, first: int = 0, each: int = 2000) -> str:
    """A WebVTT file of these texts, one after the other; milliseconds."""
    lines = ["WEBVTT\n"]
    for number, text in enumerate(texts):
        start = first + number * each
        lines.append(f"{_clock(start)} --> {_clock(start + each)}\n{text}\n")
    return "\n".join(lines)


def _clock(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def srt(*texts: str, first: int = 0, each: int = 2000) -> str:
    """The same as SubRip."""
    blocks = []
    for number, text in enumerate(texts, start=1):
        start = first + (number - 1) * each
        times = f"{_clock(start)} --> {_clock(start + each)}".replace(".", ",")
        blocks.append(f"{number}\n{times}\n{text}\n")
    return "\n".join(blocks)


FILES = {"pert.fr.vtt": vtt(*FRENCH), "pert.en.srt": srt(*ENGLISH)}


def folder(place: Path, files: Mapping[str, str | bytes] = FILES, film: bytes = FILM, *, accepted: int = 0) -> Path:
    """The thin course in `place` with a film in its first lesson and these files beside it, made anew or changed; with
    `accepted`, an activity that asks for so many corrections."""
    root = place / "thin"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(cast.THIN, root)
    lesson = root / "fr/debut/01-lecon.md"
    lesson.write_text(lesson.read_text().replace("id: lecon\n", "id: lecon\nvideo: pert.mp4\n", 1))
    (root / "fr/debut/pert.mp4").write_bytes(film)
    for name, text in files.items():
        (root / "fr/debut" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    if accepted:
        (root / "fr/debut/06-sous-titres.md").write_text(UNIT.format(accepted=accepted))
    return root


@dataclass
class Stage:
    """An edition in its second week that shows the film. `place` is the test's own folder."""

    place: Path
    edition: Edition
    now: datetime
    accepted: int = 0
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def video(self) -> UUID:
        """The film's."""
        return Video.objects.get(course=self.edition.course_id, name="fr/debut/pert").pk

    @property
    def base(self) -> str:
        """The address of everything about it."""
        return f"/e/{self.edition.slug}/video/{self.video}/"

    def later(self, **much: float) -> None:
        """Let time pass."""
        self.now += timedelta(**much)

    def person(self, name: str) -> Person:
        """Somebody with an account."""
        if name not in self.people:
            self.people[name] = cast.person(name)
        return self.people[name]

    def learner(self, name: str) -> Person:
        """Enrolled, and new to the course: their support does not count yet."""
        person = self.person(name)
        if not person.enrolments.filter(edition=self.edition).exists():
            cast.enrolment(person, self.edition, at=self.edition.opens_at)
        return person

    def worker(self, name: str) -> Person:
        """A learner with a graded result: trusted."""
        person = self.learner(name)
        row = Enrolment.objects.get(person=person, edition=self.edition)
        unit = self.edition.course.units.get(key="quiz")
        version = self.edition.printings.get(current=True).version_id
        scored = {"score": 1, "of": 1, "version_id": version, "recorded_at": self.now}
        Result.objects.get_or_create(enrolment=row, unit=unit, defaults=scored)
        return person

    def reviewer(self, name: str, language: str = "") -> Person:
        """Decides about subtitles of a language, or of every one."""
        person = self.person(name)
        values = {"course": None, "edition": self.edition, "language": language, "given_at": self.edition.opens_at}
        Role.objects.get_or_create(person=person, kind=Role.Kind.SUBTITLER, defaults=values)
        return person

    def track(self, language: str = "fr") -> Track:
        """What is shown in a language."""
        film = access.film(self.reviewer("Door"), self.edition.slug, self.video, "fr", now=self.now)
        return access.track(film, language)

    def here(self, who: Person, language: str = "fr") -> Here:
        """Before a track, through the doors."""
        film = access.film(who, self.edition.slug, self.video, "fr", now=self.now)
        return access.here(who, film, access.track(film, language))

    def key(self, place: int, language: str = "fr") -> str:
        """The key of the nth cue that stands, from 0."""
        return reading.now(self.track(language)).lines[place].key

    def said(self, language: str = "fr") -> list[str]:
        """What stands, as WebVTT cue text."""
        return [line.text for line in reading.now(self.track(language)).lines]

    def times(self, language: str = "fr") -> list[tuple[int, int]]:
        """When it is said."""
        return [(line.start, line.end) for line in reading.now(self.track(language)).lines]

    def cue(self, place: int, language: str = "fr") -> Cue:
        """The living row of the nth cue."""
        return Cue.objects.get(track=self.track(language), key=self.key(place, language), until=None)

    def suggest(self, who: Person, place: int, text: str = "On commence maintenant.", **given: Any) -> Suggestion:
        """Propose something about the nth cue; words, unless another kind is said."""
        language = given.pop("language", "fr")
        key = given.pop("key", None) or self.key(place, language)
        base = given.pop("base", None)
        asked = Given(
            kind=given.pop("kind", "words"),
            base=self.track(language).revision if base is None else base,
            text=text,
            **given,
        )
        at = self.here(who, language)
        act = cast.an_act("subtitles.suggest", {"key": key, **vars(asked)}, self.now)
        outcome = suggesting.suggest(act=act, at=at, key=key, given=asked)
        return Suggestion.objects.get(pk=outcome["suggestion"])

    def support(self, who: Person, row: Suggestion, value: int = 1) -> Outcome:
        """Be for or against."""
        act = cast.an_act("subtitles.support", {"value": value}, self.now)
        return suggesting.support(act=act, at=self.before(who, row), row=row, value=value)

    def decide(self, who: Person, row: Suggestion, *, accept: bool = True, reason: str = "") -> Outcome:
        """Accept or refuse."""
        act = cast.an_act("subtitles.decide", {"accept": accept}, self.now)
        return suggesting.decide(act=act, at=self.before(who, row), row=row, accept=accept, reason=reason)

    def before(self, who: Person, row: Suggestion) -> Here:
        """Before the track that a suggestion is about, through its door."""
        film = access.film(who, self.edition.slug, self.video, "fr", now=self.now)
        return access.suggestion(film, who, row.pk)[1]

    def accepted_words(self, place: int, text: str, *, language: str = "fr", by: str = "Ana") -> Suggestion:
        """Somebody's correction of the nth cue, accepted by a reviewer."""
        row = self.suggest(self.learner(by), place, text, language=language)
        self.decide(self.reviewer("Rose"), row)
        row.refresh_from_db()
        return row

    def deliver(self, files: Mapping[str, str | bytes] = FILES, film: bytes = FILM, *, printed: bool = True) -> Report:
        """A new version of the course with these files, and the edition shows it."""
        report = import_path(folder(self.place, files, film, accepted=self.accepted), slug=None, by=None, now=self.now)
        assert report.version is not None
        if printed:
            printing.print_version(self.edition, report.version, by=None, now=self.now)
            self.edition.refresh_from_db()
        return report


STAMPS: dict[tuple[Any, ...], Stamp] = {}


def made(
    place: Path, now: datetime, files: Mapping[str, str | bytes] = FILES, *, accepted: int = 0, real: bool = False
) -> Stage:
    """An edition that opened a week ago, with the film. Its rows are those of the first import of this process, set
    down again; `real` imports it whatever was before, so that the files lie in the media folder."""
    asked = (tuple(sorted(files.items())), accepted)
    if real or asked not in STAMPS:
        before = everything()
        version = cast.version(folder(place, files, accepted=accepted), now=now)
        rows = [[row for row in model._base_manager.order_by() if row.pk not in before[model]] for model in tables()]
        STAMPS.setdefault(asked, Stamp(version.pk, list(chain.from_iterable(rows))))
    else:
        version = Version.objects.select_related("course").get(pk=STAMPS[asked].press())
    edition = cast.edition(of=version, opens=cast.monday(now, -1))
    return Stage(place, edition, now, accepted)
