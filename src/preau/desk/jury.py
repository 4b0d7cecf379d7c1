"""What the pages of a jury show: a constant number of queries, for 3 candidates as for 3,000."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from preau.certificates import deciding, freezing, jury, words_jury
from preau.certificates.models import Candidate, Decision, Deliberation
from preau.content.outline import Outline
from preau.courses.models import Enrolment, Track
from preau.desk import words
from preau.grades import evidence
from preau.grades import queries as grades
from preau.grades.tracks import Need

STATES = ("prepared", "freezing", "frozen", "closed", "printed", "filed", "served", "cancelled")


def state(row: Deliberation) -> str:
    """Where a deliberation is, one of `STATES`."""
    steps = (
        (row.cancelled_at, "cancelled"),
        (row.served_at, "served"),
        (row.filed_at, "filed"),
        (row.minutes, "printed"),
        (row.closed_at, "closed"),
        (row.frozen_at, "frozen"),
        (row.freezing_at, "freezing"),
    )
    return next((name for held, name in steps if held), "prepared")


def said_state(row: Deliberation) -> str:
    """The same for people."""
    return {
        "prepared": _("in preparation"),
        "freezing": _("the list is being made"),
        "frozen": _("the jury decides"),
        "closed": _("the minutes are being printed"),
        "printed": _("waiting for the signed minutes"),
        "filed": _("being given and told"),
        "served": _("given and told"),
        "cancelled": _("given up"),
    }[state(row)]


def about(row: Deliberation, tracks: Sequence[Track], language: str) -> str:
    """What a deliberation is about, in words."""
    if row.module:
        return row.module
    return ", ".join(track.title(language) for track in tracks if track.key in row.tracks)


@dataclass(frozen=True)
class Tally:
    """The figures of one track (none: the module): proposed and decided, each by verdict; cases; without a decision."""

    track: Track | None
    people: int
    proposed: Mapping[str, int]
    decided: Mapping[str, int]
    cases: int
    left: int


def tallies(row: Deliberation) -> list[Tally]:
    """The figures of a deliberation by track: two queries."""
    rows = _current(row.candidates.all()).values("track", "proposal", "apart", "verdict").annotate(n=Count("pk"))
    found: dict[Any, list[dict[str, Any]]] = {}
    for one in rows.order_by():
        found.setdefault(one["track"], []).append(one)
    tracks: list[Track | None] = [*row.edition.tracks.order_by("position"), None]
    return [_tally(track, found[track.pk if track else None]) for track in tracks if (track and track.pk) in found]


def _tally(track: Track | None, rows: Sequence[Mapping[str, Any]]) -> Tally:
    def count(name: str, value: object) -> int:
        return sum(one["n"] for one in rows if one[name] == value)

    return Tally(
        track,
        sum(one["n"] for one in rows),
        {verdict: count("proposal", verdict) for verdict in jury.VERDICTS},
        {verdict: count("verdict", verdict) for verdict in jury.VERDICTS},
        count("apart", True),
        count("verdict", None),
    )


def _current(rows: QuerySet[Candidate]) -> QuerySet[Any]:
    """Candidates with `verdict`, `why` and `admitted_on` of the decision that stands, none where there is none."""
    stands = Decision.objects.filter(candidate=OuterRef("pk"), replaced_by=None)
    return rows.annotate(
        verdict=Subquery(stands.values("verdict")[:1]),
        why=Subquery(stands.values("reason")[:1]),
        admitted_on=Subquery(stands.values("track")[:1]),
    )


@dataclass(frozen=True)
class Asked:
    """What a list of candidates is narrowed to; empty: not."""

    text: str = ""
    track: str = ""
    proposal: str = ""
    verdict: str = ""  # or "none"
    cases: bool = False


EVERYBODY = Asked()


def people(row: Deliberation, asked: Asked = EVERYBODY) -> QuerySet[Any]:
    """The candidates asked for, by name: two queries with `select_related`."""
    rows = _current(row.candidates.select_related("enrolment__person", "track"))
    if asked.text:
        named = Q(enrolment__person__name__icontains=asked.text) | Q(enrolment__person__email__icontains=asked.text)
        rows = rows.filter(named)
    narrowed = {"track__key": asked.track, "proposal": asked.proposal, "apart": asked.cases or ""}
    rows = rows.filter(**{name: value for name, value in narrowed.items() if value})
    if asked.verdict:
        rows = rows.filter(verdict=None) if asked.verdict == "none" else rows.filter(verdict=asked.verdict)
    return rows.order_by("enrolment__person__name", "enrolment__person__email", "pk")


@dataclass(frozen=True)
class Case:
    """A line of the list of cases: the candidate, what makes it one, the figures, what was decided."""

    candidate: Candidate
    signs: Sequence[evidence.Sign]
    figures: Sequence[Mapping[str, Any]]


def cases(row: Deliberation, outline: Outline) -> list[Case]:
    """Every case, those without a decision first."""
    said = needs(row)
    rows = people(row, Asked(cases=True)).order_by(
        F("verdict").asc(nulls_first=True), "enrolment__person__name", "enrolment__person__email", "pk"
    )
    return [line(one, outline, said) for one in rows]


def line(one: Candidate, outline: Outline, said: Mapping[str, Need]) -> Case:
    """A candidate with its signs and figures in words."""
    return Case(one, evidence.read(one.signs), figures(one.numbers, outline, said))


def needs(row: Deliberation) -> Mapping[str, Need]:
    """Every need of the edition's tracks by the text that figures are kept under: one query."""
    rules = grades.rules_of(list(row.edition.tracks.order_by("position")))
    return {str(need): need for rule in rules.values() for need in rule.needs}


def figures(
    numbers: Sequence[Mapping[str, Any]], outline: Outline, said: Mapping[str, Need]
) -> list[Mapping[str, Any]]:
    """Frozen figures as a person reads them."""
    return [{**one, "said": words.stored_need(str(one["need"]), outline, said)} for one in numbers]


def beside(one: Candidate, outline: Outline, *, now: datetime) -> Mapping[str, Any]:
    """What the page of a case has that its list has not: the figures that moved since the freeze, every decision, where
    else the jury may admit, the cases before and after."""
    row = one.deliberation
    subjects = [found for found in freezing.subjects(row) if found.track == one.track]
    today = freezing.snapshots([one.enrolment_id], subjects[0], now=now)[0].numbers if subjects else one.numbers
    said = needs(row)
    order = list(cases(row, outline))
    keys = [case.candidate.pk for case in order]
    at = keys.index(one.pk) if one.pk in keys else None
    return {
        "case": line(one, outline, said),
        "moved": [
            (words.stored_need(need, outline, said), then, is_now)
            for need, then, is_now in jury.moved(one.numbers, today)
        ],
        "decided": list(one.decisions.select_related("by", "track").order_by("at", "pk")),
        "stands": deciding.latest(one.decisions.all()),
        "lower": deciding.lower(one),
        "before": keys[at - 1] if at else None,
        "after": keys[at + 1] if at is not None and at + 1 < len(keys) else None,
        "position": None if at is None else at + 1,
        "cases": len(keys),
        "former": former(one),
    }


def former(one: Candidate) -> list[Decision]:
    """What filed deliberations decided of the same person for the same, the newest first."""
    rows = Decision.objects.filter(
        candidate__enrolment=one.enrolment_id,
        candidate__track=one.track,
        candidate__deliberation__filed_at__isnull=False,
        candidate__deliberation__module=one.deliberation.module,
        replaced_by=None,
    )
    earlier = rows.exclude(candidate=one).select_related("candidate__deliberation", "track")
    return list(earlier.order_by("-candidate__deliberation__filed_at"))


def next_case(row: Deliberation, but: Candidate) -> Candidate | None:
    """The first case without a decision, other than this one."""
    return people(row, Asked(cases=True, verdict="none")).exclude(pk=but.pk).first()


def verdict(name: str) -> str:
    """A verdict in the language of the page."""
    return words.said(words_jury.VERDICTS, name)


def open_for(row: Deliberation) -> bool:
    """May it still be decided in this deliberation?"""
    return bool(row.frozen_at) and not row.closed_at and not row.cancelled_at


def open_lists(enrolment: Enrolment, language: str) -> list[tuple[str, str]]:
    """The deliberations before which somebody can be brought, one line for each track of each: (value of the form,
    title). Two queries."""
    rows = Deliberation.objects.filter(edition=enrolment.edition_id, closed_at=None, cancelled_at=None)
    tracks = list(Track.objects.filter(edition=enrolment.edition_id).order_by("position"))
    found = []
    for row in rows.order_by("-number"):
        if row.module:
            found.append((f"{row.pk}/", f"{row.title}, {row.module}"))
        named = [(track.key, track.title(language)) for track in tracks if track.key in row.tracks]
        found += [(f"{row.pk}/{key}", f"{row.title}, {title}") for key, title in named]
    return found
