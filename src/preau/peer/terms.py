"""The terms of an assignment that peers assess, and its calendar: what the course says, what the desk adjusted. Pure.

| key of the front matter | says | unless said |
|---|---|---|
| `reviews` | copies that each learner assesses | 4 |
| `guaranteed` | reviews promised to whoever assesses their own share | 3 |
| `self_review` | whether one assesses one's own copy before the results | true |
| `deliverable` | `text`, `files` or `both` | text |
| `files`, `formats` | how many files at most, of which formats | 3, all of them |
| `words` | how many words at most, told and counted, not refused | none |
| `owed` | what becomes of those who do not assess: `hold` (the grade waits), or points lost a missing review | hold |
| `ai` | `allowed`, `declared` or `forbidden` | declared |
| `scale` | how grades are shown: 20, 100, or `levels` | 20 |
| `staff_grades` | copies that the team grades beside the peers | 0 |
| `grace_day` | whether volunteers, then staff, are let in by themselves when promised reviews lack at the end | true |
| `appeals` | how long after the results one can appeal | 7 d |
| `exemplars` | copies to train on: `[{id, title, text, levels: {criterion: place}, why}]` | none |
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from preau.courses.dates import BadDate, parse_duration
from preau.grades import rules

REVIEWS, GUARANTEED = 4, 3
APPEALS = timedelta(days=7)
GRACE_DAY = timedelta(hours=24)  # after the reviews are due: volunteers, then staff, complete what was guaranteed
FORMATS = ("pdf", "docx", "odt", "pptx", "odp", "xlsx", "ods", "png", "jpeg", "txt")
MOST_FILES = 10

type Deliverable = Literal["text", "files", "both"]
type Scale = Literal["20", "100", "levels"]
type Help = Literal["allowed", "declared", "forbidden"]
type Report = Callable[[str, str], None]
"""Takes a key and why its value cannot be used."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "deliverable": ("text", "files", "both"),
    "ai": ("allowed", "declared", "forbidden"),
    "scale": ("20", "100", "levels"),
}
NUMBERS: Mapping[str, tuple[int, int, int]] = {  # unless said, least, most
    "reviews": (REVIEWS, 0, 20),
    "guaranteed": (GUARANTEED, 0, 20),
    "files": (3, 1, MOST_FILES),
    "staff_grades": (0, 0, 10_000),
}


@dataclass(frozen=True)
class Exemplar:
    """A copy to train on, with the levels that the team chose and why."""

    id: str
    title: str
    text: str
    levels: Mapping[str, int]
    why: str = ""


@dataclass(frozen=True)
class Terms:
    """`owed` is None when the grade waits for the reviews that are owed, else the points lost for each missing one."""

    reviews: int = REVIEWS
    guaranteed: int = GUARANTEED
    self_review: bool = True
    deliverable: Deliverable = "text"
    files: int = 3
    formats: tuple[str, ...] = FORMATS
    words: int | None = None
    owed: float | None = None
    ai: Help = "declared"
    scale: Scale = "20"
    staff_grades: int = 0
    grace_day: bool = True
    appeals: timedelta = APPEALS
    exemplars: tuple[Exemplar, ...] = ()


def read(meta: Mapping[str, Any], report: Report) -> Terms:
    """The terms from a front matter; what cannot be used is reported and left at what it is unless said."""
    numbers: dict[str, Any] = {key: _number(meta, key, report) for key in NUMBERS}
    chosen: dict[str, Any] = {key: _choice(meta, key, report) for key in CHOICES}
    if numbers["guaranteed"] > numbers["reviews"]:
        if "guaranteed" in meta:
            report("guaranteed", "guaranteed cannot be more than reviews: nobody would write them")
        numbers["guaranteed"] = min(GUARANTEED, numbers["reviews"])
    return Terms(
        **numbers,
        **chosen,
        self_review=_truth(meta, "self_review", report),
        grace_day=_truth(meta, "grace_day", report),
        formats=_formats(meta, report),
        words=_words(meta, report),
        owed=_owed(meta, report),
        appeals=_appeals(meta, report),
        exemplars=_exemplars(meta, report),
    )


def _number(meta: Mapping[str, Any], key: str, report: Report) -> int:
    unless_said, least, most = NUMBERS[key]
    value = meta.get(key, unless_said)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        report(key, f"{key} must be a whole number from {least} to {most}")
        return unless_said
    return value


def _choice(meta: Mapping[str, Any], key: str, report: Report) -> Any:
    allowed = CHOICES[key]
    default = {"deliverable": "text", "ai": "declared", "scale": "20"}[key]
    value = str(meta.get(key, default))
    if value not in allowed:
        report(key, f"{key} must be one of: {', '.join(allowed)}")
        return default
    return value


def _truth(meta: Mapping[str, Any], key: str, report: Report) -> bool:
    value = meta.get(key, True)
    if not isinstance(value, bool):
        report(key, f"{key} must be true or false")
        return True
    return value


def _formats(meta: Mapping[str, Any], report: Report) -> tuple[str, ...]:
    value = meta.get("formats", list(FORMATS))
    if not isinstance(value, list) or not value or any(one not in FORMATS for one in value):
        report("formats", f"formats is a list of: {', '.join(FORMATS)}")
        return FORMATS
    return tuple(str(one) for one in value)


def _words(meta: Mapping[str, Any], report: Report) -> int | None:
    value = meta.get("words")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 50_000:
        report("words", "words must be a whole number from 1 to 50000")
        return None
    return value


def _owed(meta: Mapping[str, Any], report: Report) -> float | None:
    value = meta.get("owed", "hold")
    if value == "hold":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        report("owed", "owed is hold, or the points of 100 lost for each missing review")
        return None
    return float(value)


def _appeals(meta: Mapping[str, Any], report: Report) -> timedelta:
    if "appeals" not in meta:
        return APPEALS
    try:
        return parse_duration(str(meta["appeals"]))
    except BadDate as error:
        report("appeals", error.reason)
        return APPEALS


def _exemplars(meta: Mapping[str, Any], report: Report) -> tuple[Exemplar, ...]:
    value = meta.get("exemplars", [])
    shape = "exemplars is a list of {id, title, text, levels: {criterion: place}, why}"
    if not isinstance(value, list):
        report("exemplars", shape)
        return ()
    found = []
    for one in value:
        levels = one.get("levels") if isinstance(one, Mapping) else None
        if not isinstance(levels, Mapping) or not all(one.get(key) for key in ("id", "title", "text")):
            report("exemplars", shape)
            continue
        chosen = {str(key): place for key, place in levels.items() if isinstance(place, int)}
        found.append(Exemplar(str(one["id"]), str(one["title"]), str(one["text"]), chosen, str(one.get("why") or "")))
    return tuple(found)


type Phase = Literal["soon", "writing", "reviewing", "grading", "results", "over"]


@dataclass(frozen=True)
class Calendar:
    """The moments of an assignment for one learner: an extension moves `due` and `closes`, and nothing else.

    `closes` is the last moment at which a copy is received, its grace included. Reviews are received after
    `reviews_due` too, until the results, and count; `helped` ends the day in which volunteers and staff complete what
    was guaranteed.
    """

    opens: datetime
    due: datetime | None
    closes: datetime | None
    reviews_due: datetime | None
    results: datetime | None
    appeals: timedelta = APPEALS

    @property
    def helped(self) -> datetime | None:
        return self.reviews_due + GRACE_DAY if self.reviews_due else None

    @property
    def appeals_until(self) -> datetime | None:
        return self.results + self.appeals if self.results else None


def phase(calendar: Calendar, now: datetime, *, published: bool) -> Phase:
    """Where an assignment stands. One may assess as soon as one has handed in: `reviewing` says that no copy can be
    handed in any more. Results that are late keep it in `grading`."""
    if now < calendar.opens:
        return "soon"
    if published:
        until = calendar.appeals_until
        return "results" if until is None or now <= until else "over"
    if calendar.closes is None or now <= calendar.closes:
        return "writing"
    if calendar.reviews_due is None or now <= calendar.reviews_due:
        return "reviewing"
    return "grading"


def shown(score: float, scale: Scale, mark: float = 50.0) -> str:
    """A grade of 0 to 100 on the scale shown, never on the other side of `mark` than it truly is."""
    out_of = 100 if scale == "100" else 20
    return f"{rules.shown(score * out_of / 100, mark * out_of / 100).normalize():f} / {out_of}"
