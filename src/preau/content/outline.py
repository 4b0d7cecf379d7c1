"""What everybody may know of an edition's course: modules, units, dates. Immutable, cached by the edition's
revision."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max

from preau.content.models import ModuleText, Printing, UnitText, Version
from preau.courses import rules
from preau.courses.models import Edition, Extension, Milestone, text_in


@dataclass(frozen=True)
class UnitFacts:
    """A unit in one language. Times are UTC; `closes` is the last moment at which an act is received, grace
    included."""

    id: UUID
    key: str
    kind: str
    module: str
    elective: bool
    title: str
    position: int
    minutes: int
    weight: float
    meta: Mapping[str, Any]
    language: str  # of the text, which falls back to the source language
    address: str
    opens: datetime
    due: datetime | None = None
    closes: datetime | None = None
    reviews_due: datetime | None = None  # of work that peers assess: until when they do
    results: datetime | None = None  # and when its results are told


@dataclass(frozen=True)
class ModuleFacts:
    id: UUID
    key: str
    title: str
    elective: bool
    passing: float
    opens: datetime
    units: tuple[UnitFacts, ...]
    counts_for: tuple[str, ...] | None = None  # tracks; None: every one
    attestation: bool = False  # does it give one of its own?
    since: datetime | None = None  # of one that came after the edition's first printing
    language: str = ""  # of its title; empty: one title for every language


@dataclass(frozen=True, eq=False)
class Outline:
    """One edition's course in one language of the interface; one object per revision, so compared by identity."""

    edition_id: UUID
    slug: str
    number: int
    revision: int
    version_id: UUID
    course_slug: str
    course_title: str
    language: str
    languages: tuple[str, ...]
    zone: ZoneInfo
    opens_at: datetime
    closes_at: datetime
    modules: tuple[ModuleFacts, ...]
    by_key: Mapping[str, UnitFacts] = field(repr=False)
    extended: Mapping[str, datetime] = field(default_factory=dict, repr=False)  # the last moment of each
    joins: Mapping[str, datetime] = field(default_factory=dict, repr=False)  # track -> until when it may be taken
    juries: Mapping[str, datetime] = field(default_factory=dict, repr=False)  # track -> when its deliberation is
    tracks: Mapping[str, str] = field(default_factory=dict, repr=False)  # titles by key
    carries: tuple[Any, ...] = field(default=(), repr=False)  # as course.yaml states them: see `grades.carries`

    def last_due(self, unit: UnitFacts) -> datetime | None:
        """The last deadline of anybody who can still answer: before it, nothing may reveal what is right."""
        latest = self.extended.get(unit.key)
        return rules.deadline(unit.due, [latest] if latest else [])

    def units(self) -> Iterator[UnitFacts]:
        """Every unit in reading order."""
        for module in self.modules:
            yield from module.units

    def module(self, key: str) -> ModuleFacts:
        return next(m for m in self.modules if m.key == key)

    def neighbours(self, unit: UnitFacts) -> tuple[UnitFacts | None, UnitFacts | None]:
        """The units before and after, in reading order."""
        row = list(self.units())
        at = row.index(unit)
        return (row[at - 1] if at else None, row[at + 1] if at + 1 < len(row) else None)


class NotPrinted(LookupError):
    """The edition shows no version yet."""


type Later = Callable[[UUID], Mapping[str, datetime]]
"""Takes an edition; until when somebody may still be let in to a unit, by its key, beside deadlines and extensions. One
query. What it says changes with the edition's revision only."""

_later: list[Later] = []


def register_later(source: Later) -> None:
    """Add a source, from above when the rooms start; registering again changes nothing."""
    if source not in _later:
        _later.append(source)


def _latest(edition: Edition) -> dict[str, datetime]:
    """The last moment of anybody in each unit that has one beside its deadline."""
    rows = Extension.objects.filter(enrolment__edition=edition).values_list("key").annotate(Max("until"))
    latest = dict(rows.order_by())
    for source in _later:
        for key, at in source(edition.pk).items():
            latest[key] = max(at, latest.get(key, at))
    return latest


def _read(edition_id: UUID, language: str) -> Outline:
    edition = Edition.objects.select_related("course").get(pk=edition_id)
    printing = Printing.objects.select_related("version").filter(edition=edition, current=True).first()
    if printing is None:
        raise NotPrinted(edition.slug)
    dates = {(m.key, m.what): m.at for m in Milestone.objects.filter(edition=edition)}
    outline = build(edition, printing.version, language, dates)
    since = came_later(edition_id)
    modules = tuple(replace(module, since=since.get(module.key)) for module in outline.modules)
    return replace(outline, modules=modules, extended=_latest(edition))


@lru_cache(maxsize=128)
def _cached(edition_id: UUID, revision: int, language: str) -> Outline:
    return _read(edition_id, language)


def came_later(edition_id: UUID) -> dict[str, datetime]:
    """The modules that the edition did not have when it opened, by key: since when it shows them. Two queries; none of
    them where it was printed once."""
    printings = list(Printing.objects.select_related("edition").filter(edition=edition_id).order_by("since", "pk"))
    if len(printings) < 2:
        return {}
    keys: dict[UUID, list[str]] = {}
    rows = ModuleText.objects.filter(version__in={one.version_id for one in printings}).order_by()
    for version, key in rows.values_list("version_id", "module__key"):
        keys.setdefault(version, []).append(key)
    since: dict[str, datetime] = {}
    for printing in printings:
        for key in keys.get(printing.version_id, ()):
            since.setdefault(key, max(printing.since, printing.edition.opens_at))
    first = min(since.values(), default=None)
    return {key: at for key, at in since.items() if at != first}


def of(edition_id: UUID, revision: int, language: str) -> Outline:
    """The outline of a printed edition; the same `revision` always gives the same one. Raises `NotPrinted`."""
    return _cached(edition_id, revision, language)


def of_edition(edition: Edition, language: str) -> Outline:
    """The outline of an edition's row."""
    return _cached(edition.pk, edition.revision, language)


def uncached(edition: Edition, language: str) -> Outline:
    """The same as the rows are now, kept for nobody. Inside a transaction that gave the edition another revision: when
    it is undone, as a replayed act is, the next change is given that number again, with other dates."""
    return _read(edition.pk, language)


@lru_cache(maxsize=64)
def narrowed(outline: Outline, key: str) -> Outline:
    """An outline of one module alone, to read what was done in it and nothing else; one object for each."""
    module = outline.module(key)
    by_key = {unit.key: unit for unit in module.units}
    return replace(outline, modules=(module,), by_key=MappingProxyType(by_key))


def build(edition: Edition, version: Version, language: str, dates: Mapping[tuple[str, str], datetime]) -> Outline:
    """Assemble an outline from a version's rows and an edition's dates: two queries."""
    chosen: dict[UUID, UnitText] = {}
    for text in (
        UnitText.objects.filter(version=version).select_related("unit", "module").defer("body").order_by("position")
    ):
        source = version.meta["languages"][0]
        if text.language == language or (text.language == source and text.unit_id not in chosen):
            chosen[text.unit_id] = text
    texts = sorted(chosen.values(), key=lambda t: t.position)
    modules = []
    for row in ModuleText.objects.filter(version=version).select_related("module").order_by("position"):
        opens = dates.get((row.module.key, "opens"), edition.opens_at)
        units = tuple(_unit(edition, t, row, language, opens, dates) for t in texts if t.module_id == row.module_id)
        modules.append(_module(row, language, opens, units))
    by_key = {u.key: u for m in modules for u in m.units}
    return Outline(
        edition_id=edition.pk,
        slug=edition.slug,
        number=edition.number,
        revision=edition.revision,
        version_id=version.pk,
        course_slug=edition.course.slug,
        course_title=edition.course.title(language),
        language=language,
        languages=tuple(version.meta["languages"]),
        zone=ZoneInfo(edition.zone),
        opens_at=edition.opens_at,
        closes_at=edition.closes_at,
        modules=tuple(modules),
        by_key=MappingProxyType(by_key),
        joins={key: at for (key, what), at in dates.items() if what == Milestone.What.JOINS},
        juries={key: at for (key, what), at in dates.items() if what == Milestone.What.JURY},
        tracks={key: text_in(t.get("title"), language) or key for key, t in version.meta["tracks"].items()},
        carries=tuple(version.meta.get("carries", ())),
    )


def _module(row: ModuleText, language: str, opens: datetime, units: tuple[UnitFacts, ...]) -> ModuleFacts:
    named = row.meta.get("counts_for")
    titles = row.titles if isinstance(row.titles, dict) else {}
    return ModuleFacts(
        id=row.module_id,
        key=row.module.key,
        title=text_in(row.titles, language) or row.module.key,
        language=language if titles.get(language) else next(iter(titles), ""),
        elective=row.elective,
        passing=row.passing,
        opens=opens,
        units=units,
        counts_for=tuple(named) if isinstance(named, list) else None,
        attestation=bool(row.meta.get("attestation")),
    )


def _unit(
    edition: Edition,
    text: UnitText,
    module: ModuleText,
    language: str,
    opens: datetime,
    dates: Mapping[tuple[str, str], datetime],
) -> UnitFacts:
    key, meta = text.unit.key, text.meta
    due = dates.get((key, "due")) or dates.get((key, "closes"))
    reviews_due, results = (
        rules.review_dates(due, dates.get((key, "reviews_due")), dates.get((key, "results")))
        if isinstance(meta.get("rubric"), dict)
        else (None, None)
    )
    return UnitFacts(
        id=text.unit_id,
        key=key,
        kind=text.kind,
        module=module.module.key,
        elective=module.elective,
        title=text.title,
        position=text.position,
        minutes=int(meta.get("minutes") or 0),
        weight=float(meta.get("weight", 1)),
        meta=MappingProxyType(meta),
        language=text.language,
        address=address(edition.slug, language, module.module.key, key),
        opens=dates.get((key, "opens"), opens),
        due=due,
        closes=rules.last_moment(text.kind, due),
        reviews_due=reviews_due,
        results=results,
    )


def address(edition: str, language: str, module: str, unit: str) -> str:
    """The address of a compiled page; its personal fragment is at the same place under `me/`."""
    return f"/e/{edition}/{language}/{module}/{unit}/"
