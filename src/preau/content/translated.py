"""How far a course's languages are abreast, from its rows: see `translating` for the rule."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import yaml
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.content import translating
from preau.content.models import UnitText, Version
from preau.content.source import Problem, SourceCourse, SourceUnit
from preau.content.translating import Place, Print, Standing, State
from preau.courses.models import Course

RIGHT, DOUBTED = "translation.right", "translation.doubted"

type Said = tuple[str, str, str, str, Mapping[str, Any]]
"""A unit's key, language, title, text and header."""


@dataclass(frozen=True)
class Abreast:
    """A version's languages. `history` has the course's versions up to it, the oldest first."""

    version: Version
    history: Sequence[Version]
    rows: Sequence[Standing]

    @property
    def languages(self) -> list[str]:
        """Those that are translated into."""
        return list(self.version.meta["languages"][1:])

    def made_from(self, row: Standing) -> Version | None:
        """A version that has the source text from which a translation was made."""
        return None if row.made_from is None else self.history[row.made_from]


def of(version: Version) -> Abreast:
    """How each unit of a version stands in each language. A query for each version not read before, and two."""
    history = list(Version.objects.filter(course=version.course_id, number__lte=version.number).order_by("number"))
    prints = [_prints(one.pk, one.meta["languages"][0]) for one in history]
    rows = translating.standings(prints, version.meta["languages"], _marks(version.course_id))
    return Abreast(version, history, rows)


@lru_cache(maxsize=256)
def _prints(version: UUID, source: str) -> Mapping[Place, Print]:
    """A version never changes, so what it says is read once."""
    rows = UnitText.objects.filter(version=version).order_by("position")
    return _of_texts(rows.values_list("unit__key", "language", "title", "body", "meta").iterator(), source)


def _of_texts(texts: Iterable[Said], source: str) -> Mapping[Place, Print]:
    """In the order of the source's units."""
    said = sorted(texts, key=lambda one: one[1] != source)
    headers = {key: meta for key, language, _title, _body, meta in said if language == source}
    return {
        (key, language): translating.printed(title, body, meta, None if language == source else headers.get(key, {}))
        for key, language, title, body, meta in said
    }


def _marks(course: UUID) -> dict[tuple[str, str, str], str]:
    """What people said of translations, by unit, language and print: the code of the source that it was right for."""
    found: dict[tuple[str, str, str], str] = {}
    lines = [one for one in journal.about("course", course) if one.verb in (RIGHT, DOUBTED)]
    for one in sorted(lines, key=lambda line: (line.at, line.pk)):
        place = (one.details["unit"], one.details["language"], one.details["print"])
        if one.verb == RIGHT:
            found[place] = one.details["code"]
        else:
            found.pop(place, None)
    return found


def of_source(source: SourceCourse) -> list[Standing]:
    """The same for a course as read and not stored yet: against the versions that are here, or alone."""
    if len(source.languages) < 2:
        return []
    known = Course.objects.filter(slug=source.slug).first()
    history, marks = [], {}
    if known:
        for one in known.versions.order_by("number"):
            if one.digest == source.digest:
                break
            history.append(_prints(one.pk, one.meta["languages"][0]))
        marks = _marks(known.pk)
    said = [(one.key, one.language, one.title[:300], one.body, one.meta) for one in source.units]
    return translating.standings([*history, _of_texts(said, source.languages[0])], source.languages, marks)


def counted(rows: Iterable[Standing]) -> dict[str, dict[str, int]]:
    """By language: how many units are in each state."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row.language, Counter()).update([row.state.value])
    return {language: {state.value: count[state.value] for state in State} for language, count in found.items()}


def outdated(rows: Iterable[Standing], units: Iterable[SourceUnit]) -> list[Problem]:
    """What is out of date, by file and line, with what to write once it is right again."""
    places = {(one.key, one.language): one for one in units}
    found = []
    for row in rows:
        if row.state == State.OUT_OF_DATE and (unit := places.get((row.key, row.language))):
            found.append(Problem(unit.file, unit.line if "after" in unit.meta else 1, reason(row, unit.meta)))
    return found


def reason(row: Standing, header: Mapping[str, Any]) -> str:
    """Why a translation is out of date, for the command line. Questions inside a lesson have no header to write in."""
    what = f"the source changed since ({', '.join(row.changed)})" if row.changed else "made from a text not known here"
    then = "say at the desk that it is right" if "after" in header else f"write {translating.KEY}: {row.code}"
    return f"translation out of date: {what}; once it is not: {then}"


def words(text: UnitText) -> str:
    """What there is to translate in a unit, one text to compare: title, description, text, questions, rubric."""
    beside = {name: text.meta[name] for name in translating.BESIDE if name in text.meta}
    parts = [
        f"# {text.title}",
        str(text.meta.get("description", "")),
        text.body.strip(),
        *translating.questions(text.meta),
        yaml.safe_dump(beside, allow_unicode=True, sort_keys=True, width=110) if beside else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def judge(
    *, act: acts.Act, course: Course, by: Person, row: Standing, right: bool, seen: bool, now: datetime
) -> acts.Outcome:
    """Say that a translation is right for the source as it is now, or no longer say so. It holds for these words of
    both: a change of either asks again. Refuses when the texts are not those that were read (`seen`)."""

    def work() -> acts.Outcome:
        if not seen:
            raise Refused(_("One of the two texts changed meanwhile. Read them again: they are below."))
        details = {"unit": row.key, "language": row.language, "print": row.print, "code": row.code}
        verb = RIGHT if right else DOUBTED
        journal.log(verb, by=by.pk, about="course", about_id=course.pk, at=now, **details)
        return {"unit": row.key, "language": row.language, "right": right}

    return acts.once(act, by.pk, work)
