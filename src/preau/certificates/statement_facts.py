"""What a statement says, read once and frozen: where a learner is in an edition, without anything that they may not be
told yet. Figures and states, no sentence: these are made in the reader's language (`statement_words`)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from preau.certificates import profiles
from preau.certificates.models import Award, Decision, Statement
from preau.certificates.models_jury import in_force
from preau.content import outline as outlines
from preau.content.outline import ModuleFacts, Outline, UnitFacts
from preau.courses.models import Addition, Elective, Enrolment, Track, text_in
from preau.grades import queries as ledger
from preau.grades import rules
from preau.grades.rules import NeedState, Standing

FORM = 1  # of the facts, should a later release write others

type Json = dict[str, Any]


@dataclass(frozen=True)
class Read:
    """All that the facts are made from."""

    enrolment: Enrolment
    outline: Outline
    record: ledger.Record
    tracks: Mapping[str, Track]
    added: Sequence[str]  # the tracks taken beside one's own
    chosen: frozenset[str]  # electives
    now: datetime

    @property
    def language(self) -> str:
        return self.outline.language


def freeze(enrolment: Enrolment, kind: str, language: str, *, now: datetime) -> Json:
    """Everything that a statement of this kind says: a constant number of queries. Raises `outlines.NotPrinted`."""
    outline = outlines.of_edition(enrolment.edition, language)
    read = Read(
        enrolment=enrolment,
        outline=outline,
        record=ledger.record(enrolment.pk, outline, now=now, for_learner=True),
        tracks={track.key: track for track in Track.objects.filter(edition=enrolment.edition_id)},
        added=list(
            Addition.objects.filter(enrolment=enrolment, dropped_at=None)
            .order_by("added_at", "pk")
            .values_list("track__key", flat=True)
        ),
        chosen=frozenset(Elective.objects.filter(enrolment=enrolment).values_list("key", flat=True)),
        now=now,
    )
    modules = [_module(module, read) for module in outline.modules if _concerns(module, read)]
    given = _given(read) if kind == Statement.Kind.TRANSCRIPT else {}
    return {**_frame(read), "modules": modules, "tracks": _tracks(read), **_sums(modules), **given}


def _frame(read: Read) -> Json:
    edition, enrolment = read.enrolment.edition, read.enrolment
    about: Mapping[str, Any] = edition.course.about.get("certificate") or {}
    return {
        "form": FORM,
        "as_of": read.now.isoformat(),
        "zone": edition.zone,
        "course": {"slug": edition.course.slug, "title": read.outline.course_title},
        "edition": {
            "number": edition.number,
            "opens": edition.opens_at.isoformat(),
            "closes": edition.closes_at.isoformat(),
        },
        "track": {"key": enrolment.track.key, "title": enrolment.track.title(read.language)},
        "body": profiles.awarding_body(edition, read.language) or settings.SITE_NAME,
        "country": str(about.get("country") or ""),
        "enrolled": enrolment.enrolled_at.isoformat(),
        "left": enrolment.left_at.isoformat() if enrolment.left_at else None,
        "over": read.now >= edition.closes_at,
    }


def _concerns(module: ModuleFacts, read: Read) -> bool:
    """The core, the electives that the learner chose, and whatever they did something in."""
    record = read.record
    if not module.elective or module.key in read.chosen:
        return True
    keys = {unit.key for unit in module.units}
    return bool(keys & (record.completed | set(record.results) | set(record.hidden)))


def _module(module: ModuleFacts, read: Read) -> Json:
    record = read.record
    facts = next(one for one in ledger.facts(read.outline)[0] if one.key == module.key)
    units = {unit.key: unit for unit in record.units if unit.module == module.key}
    part = rules.module_standing(facts, list(units.values()), record.scores, now=read.now)
    graded = {unit.key for unit in ledger.facts(read.outline)[1] if unit.weight > 0}
    done = [unit for unit in module.units if _done(unit, record)]
    return {
        "key": module.key,
        "title": module.title,
        "elective": module.elective,
        "opens": module.opens.isoformat() if module.opens > read.now else None,
        "done": len(done),
        "of": len(module.units),
        "minutes": sum(unit.minutes for unit in done),
        "of_minutes": sum(unit.minutes for unit in module.units),
        "passing": module.passing,
        "mean": _figure(part.now, module.passing),
        "pending": part.pending,
        "passed": part.weight > 0 and rules.reaches(part.worst, module.passing),
        "graded": [_unit(unit, units[unit.key], part.weight, read) for unit in module.units if unit.key in graded],
    }


def _done(unit: UnitFacts, record: ledger.Record) -> bool:
    """Did they go through it in this edition? What is only kept from an earlier one is no work of this one."""
    row = record.results.get(unit.key)
    own = row is not None and not row.how.get("nothing")
    return unit.key in record.completed or (own and unit.kind != "assignment")


def _unit(unit: UnitFacts, fact: rules.UnitFact, total: float, read: Read) -> Json:
    record = read.record
    row, counted, told = record.results.get(unit.key), record.counted.get(unit.key), record.hidden.get(unit.key)
    return {
        "key": unit.key,
        "title": unit.title,
        "kind": unit.kind,
        "share": _figure(100 * fact.weight / total if total else 0.0),
        "state": _state(unit, fact, read),
        "percent": _figure(counted.percent) if counted else None,
        "final": counted.final if counted else False,
        "kept": ledger.kept_from(unit.key, row) if row else None,
        "told": told.isoformat() if told else None,
    }


def _state(unit: UnitFacts, fact: rules.UnitFact, read: Read) -> str:
    """known | excused | waiting (for a result that may not be told, or is not made yet) | missed | open."""
    record = read.record
    if unit.key in record.excused:
        return "excused"
    if unit.key in record.counted:
        return "known"
    closed = fact.closes is not None and read.now > fact.closes
    if unit.key in record.hidden or (unit.key in record.completed and not closed):
        return "waiting"
    return "missed" if closed else "open"


def _figure(value: float | None, threshold: float | None = None) -> str | None:
    """A figure as it is told, never on the other side of a threshold than the decision; text, so that it stays so."""
    if value is None:
        return None
    exact = rules.shown(value, threshold)
    return f"{exact:f}".removesuffix(".0")


def _tracks(read: Read) -> list[Json]:
    """One's own track and those beside it, each with its needs and where these are."""
    standings = ledger.standings_of(read.record, list(read.tracks.values()), now=read.now)
    keys = [read.enrolment.track.key, *(key for key in read.added if key != read.enrolment.track.key)]
    return [_track(read.tracks[key], standings[key], read) for key in keys]


def _track(track: Track, standing: Standing, read: Read) -> Json:
    return {
        "key": track.key,
        "title": track.title(read.language),
        "passed": standing.passed,
        "needs": [_need(state, read.outline) for state in standing.needs],
    }


def _need(state: NeedState, outline: Outline) -> Json:
    need, named = state.need, outline.by_key.get(state.need.what)
    return {
        "verb": need.verb,
        "what": named.title if named is not None and need.verb == "score" else need.what,
        "of": need.of,
        "threshold": need.threshold,
        "now": _figure(state.now, state.threshold),
        "state": state.state,
        "owed": state.owed,
    }


def _sums(modules: Sequence[Json]) -> Json:
    names = ("done", "of", "minutes", "of_minutes")
    waiting = any(unit["state"] == "waiting" for module in modules for unit in module["graded"])
    return {
        **{name: sum(module[name] for module in modules) for name in names},
        "pending": any(module["pending"] for module in modules),
        "waiting": waiting,
    }


def _given(read: Read) -> Json:
    """What a transcript says beside: what juries decided, what is in force."""
    return {"decisions": list(_decisions(read)), "awards": [_award(row, read) for row in _awards(read.enrolment)]}


def _decisions(read: Read) -> Iterator[Json]:
    """The last word of juries whose minutes are filed, on each track and module."""
    titles = {module.key: module.title for module in read.outline.modules}
    last: dict[tuple[str, str], Decision] = {}
    for row in _decided(read.enrolment):
        deliberation, track = row.candidate.deliberation, row.candidate.track
        last[track.key if track else "", "" if track else deliberation.module] = row
    for (_about, module), row in last.items():
        deliberation, track = row.candidate.deliberation, row.track or row.candidate.track
        assert deliberation.filed_at is not None
        day = deliberation.held_on or deliberation.filed_at.astimezone(read.outline.zone).date()
        yield {
            "track": track.title(read.language) if track else "",
            "module": "" if track else titles.get(module, module),
            "verdict": row.verdict,
            "on": day.isoformat(),
        }


def _decided(enrolment: Enrolment) -> QuerySet[Decision]:
    """Oldest first."""
    rows = in_force(candidate__enrolment=enrolment, candidate__deliberation__filed_at__isnull=False)
    related = rows.select_related("candidate__deliberation", "candidate__track", "track")
    return related.order_by("candidate__deliberation__filed_at", "candidate__deliberation__number", "pk")


def _awards(enrolment: Enrolment) -> QuerySet[Award]:
    rows = Award.objects.filter(enrolment=enrolment, revoked_at=None, suspended_at=None)
    return rows.select_related("track").order_by("awarded_at", "pk")


def _award(row: Award, read: Read) -> Json:
    return {
        "kind": "certificate" if row.track else "attestation",
        "title": text_in(row.named, read.language),
        "credits": f"{row.worth.normalize():f}" if row.worth else "",
        "code": row.code,
        "on": row.awarded_at.astimezone(read.outline.zone).date().isoformat(),
    }
