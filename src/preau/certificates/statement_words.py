"""A statement in words, in the language that is active: what its page, its paper and its signed document say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from preau.certificates import words, words_jury
from preau.certificates.models import Statement
from preau.common.templatetags.preau import day, hours
from preau.grades.rules import NeedState
from preau.grades.templatetags.needs import need_words
from preau.grades.tracks import Need

type Json = Mapping[str, Any]

TITLES = {
    Statement.Kind.PROGRESS: gettext_noop("Progress record"),
    Statement.Kind.TRANSCRIPT: gettext_noop("Transcript of results"),
}
UNITS = {
    "quiz": gettext_noop("Quiz"),
    "exam": gettext_noop("Exam"),
    "assignment": gettext_noop("Assignment"),
}
STATES = {
    "excused": gettext_noop("excused: it does not count"),
    "waiting": gettext_noop("not known yet"),
    "missed": gettext_noop("not done"),
    "open": gettext_noop("to do"),
}
NEEDS = {
    "met": gettext_noop("Met"),
    "possible": gettext_noop("Still open"),
    "impossible": gettext_noop("Out of reach"),
    "missed": gettext_noop("Not reached"),
}
NO_CERTIFICATE = gettext_noop(
    "It attests progress and results in a course as they stood on {day}. It is no certificate and brings no credits."
)


@dataclass(frozen=True)
class Line:
    """One activity of the table."""

    title: str
    kind: str
    share: str
    result: str


@dataclass(frozen=True)
class Section:
    """One module of the table; `mean` is empty where nothing in it is graded or known."""

    title: str
    note: str
    done: str
    hours: str
    mean: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Asked:
    """A track with its needs: (what it asks, the figure, where it is)."""

    title: str
    state: str
    needs: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Sheet:
    """Everything that a statement says, in words. `title` and `day` say what it is, `attests` what it is not;
    `decisions` are (of what, what was decided, when), `awards` (what, when, its code)."""

    title: str
    day: str
    attests: str
    still: str
    holder: str
    body: str
    course: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    tracks: tuple[Asked, ...]
    decisions: tuple[tuple[str, str, str], ...] = ()
    awards: tuple[tuple[str, str, str], ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


def title(kind: str) -> str:
    """What a statement of this kind is called."""
    return _(TITLES[Statement.Kind(kind)])


def named(row: Statement) -> str:
    """What the signed document is called: a file that is met alone must say what it is not."""
    said = _("{title} of {day}: {course} (no certificate)")
    return said.format(title=title(row.kind), day=_day(row.facts), course=row.facts["course"]["title"])


def sheet(row: Statement) -> Sheet:
    """All of it."""
    facts = row.facts
    return Sheet(
        title=title(row.kind),
        day=_day(facts),
        attests=_(NO_CERTIFICATE).format(day=_day(facts)),
        still=still(facts),
        holder=row.name_shown,
        body=facts["body"],
        course=facts["course"]["title"],
        facts=tuple(_facts(facts)),
        sections=tuple(_section(module) for module in facts["modules"]),
        tracks=tuple(_asked(track) for track in facts["tracks"]),
        decisions=tuple(
            (one["track"] or one["module"], verdict(one), _date(one["on"])) for one in facts.get("decisions", ())
        ),
        awards=tuple((award(one), _date(one["on"]), one["code"]) for one in facts.get("awards", ())),
        labels=_labels(),
    )


def _labels() -> dict[str, str]:
    return {
        "holder": _("Made out to"),
        "tracks": _("What the track asks"),
        "figure": _("Figure"),
        "state": _("State"),
        "modules": _("Work and results"),
        "activity": _("Activity"),
        "kind": _("Kind"),
        "share": _("Share of the module"),
        "result": _("Result"),
        "decisions": _("Decisions of the jury"),
        "track": _("Track or module"),
        "verdict": _("Decision"),
        "day": _("Day"),
        "awards": _("In force on that day"),
        "award": _("Document"),
        "code": _("Code"),
        "verify": _("Check this document"),
        "page": _("Page {page} of {pages}"),
    }


def _day(facts: Json) -> str:
    return day(datetime.fromisoformat(facts["as_of"]), ZoneInfo(facts["zone"]))


def _date(text: str) -> str:
    return date_format(date.fromisoformat(text), pgettext("date format", "j F Y"))


def _moment(text: str, facts: Json) -> str:
    return date_format(
        datetime.fromisoformat(text).astimezone(ZoneInfo(facts["zone"])), pgettext("date format", "j F Y")
    )


def still(facts: Json) -> str:
    """Can anything of it still change?"""
    said = []
    if facts["waiting"]:
        said.append(_("Some results are not known yet."))
    if facts["left"]:
        said.append(_("The edition was left on {day}.").format(day=_moment(facts["left"], facts)))
    elif facts["over"]:
        said.append(_("The edition is over."))
    elif facts["pending"]:
        said.append(_("The work goes on: these figures may still change."))
    return " ".join(said)


def _facts(facts: Json) -> list[tuple[str, str]]:
    return [
        (_("Course"), facts["course"]["title"]),
        (_("Edition"), edition(facts)),
        (_("Track"), facts["track"]["title"]),
        (_("Awarding body"), facts["body"]),
        (_("Gone through"), gone_through(facts)),
        *([(_("Hours of work done"), done_of(facts))] if facts["of_minutes"] else []),
    ]


def edition(facts: Json) -> str:
    """Which edition, with its dates."""
    said, one = _("edition {number}, from {opens} to {closes}"), facts["edition"]
    opens, closes = (_moment(one[name], facts) for name in ("opens", "closes"))
    return said.format(number=one["number"], opens=opens, closes=closes)


def gone_through(one: Json) -> str:
    """How many activities of a module, or of all of them."""
    said = ngettext("{done} of {n} activity", "{done} of {n} activities", one["of"])
    return said.format(done=one["done"], n=one["of"])


def done_of(one: Json) -> str:
    """The hours of what was gone through, and of the whole."""
    return _("{done} of about {whole}").format(done=hours(one["minutes"]), whole=hours(one["of_minutes"]))


def _section(module: Json) -> Section:
    note = [_("elective")] if module["elective"] else []
    if module["opens"]:
        note.append(_("not open yet"))
    return Section(
        title=module["title"],
        note=", ".join(note),
        done=gone_through(module),
        hours=done_of(module) if module["of_minutes"] else "",
        mean=mean(module),
        lines=tuple(
            Line(unit["title"], kind(unit["kind"]), percent(unit["share"]), result(unit)) for unit in module["graded"]
        ),
    )


def mean(module: Json) -> str:
    """Where the mean of a module is."""
    if not module["graded"] or module["mean"] is None:
        return ""
    said = _("Mean so far: {percent}") if module["pending"] else _("Mean: {percent}")
    parts = [said.format(percent=percent(module["mean"])), *([_("module passed")] if module["passed"] else [])]
    return ", ".join(parts)


def kind(name: str) -> str:
    """What an activity is."""
    return _(UNITS[name]) if name in UNITS else name


def result(unit: Json) -> str:
    """What is known of an activity."""
    if unit["state"] != "known":
        return _(STATES[unit["state"]])
    value = percent(unit["percent"])
    if unit["kept"] is not None:
        return _("{percent}, kept from edition {number}").format(percent=value, number=unit["kept"])
    return value if unit["final"] else _("{percent} so far").format(percent=value)


def percent(figure: str | None) -> str:
    """A frozen figure, in the reader's way of writing numbers."""
    return _("{number}%").format(number=_number(figure)) if figure is not None else ""


def _number(figure: str) -> str:
    exact = Decimal(figure)
    return number_format(exact, decimal_pos=0 if exact == int(exact) else 1)


def _asked(track: Json) -> Asked:
    state = _("every condition met") if track["passed"] else ""
    return Asked(track["title"], state, tuple((need(one), figure(one), need_state(one)) for one in track["needs"]))


def need(one: Json) -> str:
    """What a need asks."""
    asked = Need(one["verb"], one["what"], one["of"], one["threshold"])
    return need_words(NeedState(asked, 0.0, None, 0.0, one["threshold"]))


def need_state(one: Json) -> str:
    """Where it is."""
    return _(NEEDS[one["state"]])


def figure(one: Json) -> str:
    """Where its figure is."""
    if one["verb"] == "reviews":
        return ngettext("{count} review owed", "{count} reviews owed", one["owed"]).format(count=one["owed"])
    if one["now"] is None:
        return _("no result yet")
    return _number(one["now"]) if one["verb"] == "passed" else percent(one["now"])


def decided(one: Json) -> str:
    """Whose decision, on what."""
    return _("Decision of the jury of {day}: {title}").format(day=_date(one["on"]), title=one["track"] or one["module"])


def verdict(one: Json) -> str:
    """What a jury decided."""
    return _(words_jury.VERDICTS[one["verdict"]])


def award(one: Json) -> str:
    """A certificate or an attestation, with its credits."""
    said = _("Certificate: {title}") if one["kind"] == "certificate" else _("Statement of achievement: {title}")
    found = said.format(title=one["title"])
    return f"{found} ({words.counted(Decimal(one['credits']))})" if one["credits"] else found


def unprintable(code: str) -> str:
    """Who is named on a paper that no font at hand can write the name on."""
    return _("Holder of document {code}").format(code=code)
