"""The minutes of a jury as a PDF that its president signs: from plain values, the same bytes for the same values."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from babel.dates import format_date

TEMPLATE = Path(__file__).with_name("minutes.typ")
Language = Literal["fr", "en"]

WORDS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "title": "Procès-verbal de délibération",
        "heading": "{edition} · délibération nº {number} : {title}",
        "held": "Le jury s’est réuni le",
        "president": "Présidence",
        "members": "Membres",
        "frozen": "Résultats arrêtés le",
        "rectifies": "Rectifie",
        "rectified": "la délibération nº {number}, déposée le {date}",
        "about": "{title}, {credits}",
        "counts": "{people} personnes examinées : {admitted} admises, {not} ajournées, {absent} défaillantes.",
        "admitted": "Personnes admises",
        "not": "Personnes ajournées",
        "absent": "Personnes défaillantes",
        "cases": "Décisions motivées",
        "name": "Nom",
        "id": "Numéro d’inscription",
        "proposed": "Selon la règle",
        "decided": "Décision",
        "reason": "Motif",
        "v_admitted": "admission",
        "v_not": "ajournement",
        "v_absent": "défaillance",
        "on": "admission, {track}",
        "nobody": "Personne.",
        "recourse": "Voies et délais de recours",
        "done": "Fait le ………………………, à ………………………",
        "signature": "Signature",
        "fingerprint": "Empreinte de la liste (SHA-256) :",
    },
    "en": {
        "title": "Minutes of deliberation",
        "heading": "{edition} · deliberation no. {number}: {title}",
        "held": "The jury sat on",
        "president": "President",
        "members": "Members",
        "frozen": "Results as of",
        "rectifies": "Rectifies",
        "rectified": "deliberation no. {number}, filed on {date}",
        "about": "{title}, {credits}",
        "counts": "{people} people considered: {admitted} admitted, {not} not admitted, {absent} absent.",
        "admitted": "Admitted",
        "not": "Not admitted",
        "absent": "Absent",
        "cases": "Decisions with their reasons",
        "name": "Name",
        "id": "Enrolment number",
        "proposed": "By the rule",
        "decided": "Decision",
        "reason": "Reason",
        "v_admitted": "admitted",
        "v_not": "not admitted",
        "v_absent": "absent",
        "on": "admitted, {track}",
        "nobody": "Nobody.",
        "recourse": "How to appeal, and until when",
        "done": "Done on ………………………, at ………………………",
        "signature": "Signature",
        "fingerprint": "Fingerprint of the list (SHA-256):",
    },
}


@dataclass(frozen=True)
class Line:
    """One decision: `id` is the enrolment's short number; `track` where it admits on another than was asked for."""

    name: str
    id: str
    proposed: str
    verdict: str
    reason: str = ""
    track: str = ""


@dataclass(frozen=True)
class Part:
    """What was decided about one track or module; `credits` in words."""

    title: str
    credits: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Values:
    """Everything that the minutes say. `rectifies`: the number of another deliberation and the day it was filed."""

    school: str
    course: str
    edition: str
    number: int
    title: str
    president: str
    members: tuple[str, ...]
    held_on: date
    frozen_at: datetime  # in the edition's zone
    recourse: str
    parts: tuple[Part, ...]
    rectifies: tuple[int, date] | None = None


def fingerprint(values: Values) -> str:
    """SHA-256 of what was decided, in canonical JSON: the same list gives the same one, whatever the layout."""
    text = json.dumps(asdict(values), sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def pdf(values: Values, language: Language) -> bytes:
    """The minutes, PDF/A-3a."""
    import typst  # noqa: PLC0415  heavy: the web process shows deliberations and prints none

    day = values.held_on
    made = typst.compile(
        input=TEMPLATE.read_bytes(),
        format="pdf",
        pdf_standards="a-3a",
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
        sys_inputs={"data": json.dumps(_data(values, language), ensure_ascii=False)},
        font_paths=typst.Fonts(include_system_fonts=True),
    )
    assert isinstance(made, bytes)
    return made


def _data(values: Values, language: Language) -> Mapping[str, Any]:
    words = WORDS[language]
    day = values.held_on
    return {
        "language": language,
        "words": words,
        "date": [day.year, day.month, day.day],
        "school": values.school,
        "course": values.course,
        "heading": words["heading"].format(edition=values.edition, number=values.number, title=values.title),
        "facts": _facts(values, language),
        "parts": [_part(part, words) for part in values.parts],
        "recourse": values.recourse,
        "president": values.president,
        "fingerprint": fingerprint(values),
    }


def _facts(values: Values, language: Language) -> list[tuple[str, str]]:
    words, frozen = WORDS[language], values.frozen_at
    found = [
        (words["held"], _day(values.held_on, language)),
        (words["president"], values.president),
        (words["members"], ", ".join(values.members) or "–"),
        (words["frozen"], f"{_day(frozen.date(), language)}, {frozen:%H:%M} ({frozen.tzinfo})"),
    ]
    if values.rectifies:
        number, filed = values.rectifies
        said = words["rectified"].format(number=number, date=_day(filed, language))
        found.append((words["rectifies"], said))
    return found


def _day(day: date, language: Language) -> str:
    text = format_date(day, "long", locale="fr" if language == "fr" else "en_GB")
    return "1er" + text[1:] if language == "fr" and day.day == 1 else text


def _part(part: Part, words: Mapping[str, str]) -> Mapping[str, Any]:
    by = {
        verdict: [line for line in part.lines if line.verdict == verdict] for verdict in ("admitted", "not", "absent")
    }
    lists = [_names(words[verdict], lines, words) for verdict, lines in by.items()]
    reasoned = [line for line in part.lines if line.reason]
    if reasoned:
        lists.append(_reasons(reasoned, words))
    counts = {verdict: len(lines) for verdict, lines in by.items()}
    title = words["about"].format(title=part.title, credits=part.credits) if part.credits else part.title
    return {"title": title, "counts": words["counts"].format(people=len(part.lines), **counts), "lists": lists}


def _names(title: str, lines: Sequence[Line], words: Mapping[str, str]) -> Mapping[str, Any]:
    rows = [(line.name, line.id) for line in lines]
    return {"title": f"{title} ({len(lines)})", "detailed": False, "head": [words["name"], words["id"]], "rows": rows}


def _reasons(lines: Sequence[Line], words: Mapping[str, str]) -> Mapping[str, Any]:
    head = [f"{words['name']}, {words['id'].lower()}", words["proposed"], words["decided"], words["reason"]]
    rows = [(f"{one.name}, {one.id}", words[f"v_{one.proposed}"], _said(one, words), one.reason) for one in lines]
    return {"title": words["cases"], "detailed": True, "head": head, "rows": rows}


def _said(line: Line, words: Mapping[str, str]) -> str:
    return words["on"].format(track=line.track) if line.track else words[f"v_{line.verdict}"]
