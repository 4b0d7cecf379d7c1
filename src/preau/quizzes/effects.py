"""What a ruling would change, or its withdrawal: seen before it is made. Nothing is written.

Standings of 25,000 learners take a minute, so they are counted a number at a time: an effect says how far it is, and
`go_on` brings it further.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from preau.content.outline import Outline
from preau.courses.models import Enrolment, Track
from preau.grades import queries as grades
from preau.grades import rules as grading
from preau.quizzes import regrading, rules, rulings
from preau.quizzes.access import Asked

CHUNK = 1000  # learners counted at once: a second or two


@dataclass
class TrackEffect:
    """Learners who would pass a track or no longer, and for whom it would come within reach or go out of it."""

    pass_now: int = 0
    fail_now: int = 0
    in_reach: int = 0
    out_of_reach: int = 0


@dataclass
class Effect:
    """Counted so far, up to the enrolment `last`; `over` when that is everybody.

    `learners` have an attempt, `answered` an answer to the question; `better` and `worse` have another result.
    `before` and `after` are sums of results in percent over `results` learners. `tracks` by key.
    """

    tracks: dict[str, TrackEffect] = field(default_factory=dict)
    learners: int = 0
    answered: int = 0
    better: int = 0
    worse: int = 0
    results: int = 0
    before: float = 0.0
    after: float = 0.0
    last: str = ""
    over: bool = False

    @property
    def means(self) -> tuple[float, float] | None:
        """The mean result before and after, of those who have one."""
        return (self.before / self.results, self.after / self.results) if self.results else None


def loaded(data: Mapping[str, Any]) -> Effect:
    """An effect from the members of one (`dataclasses.asdict`)."""
    return Effect(**{**data, "tracks": {key: TrackEffect(**counts) for key, counts in data["tracks"].items()}})


def go_on(asked: Asked, proposed: rules.Ruling | None, found: Effect, *, now: datetime) -> list[UUID]:
    """Count the next learners into `found`, for `proposed` in the place of what stands on the question (None: that it
    is withdrawn). Returns, among them, the enrolments whose result would change."""
    standing = rulings.standing(asked.edition.pk)
    standing.pop(asked.item.id, None)
    if proposed:
        standing[asked.item.id] = proposed
    work = regrading.Work(asked.edition, asked.unit, asked.outline, asked.item.id, standing)
    learners = work.learners(UUID(found.last) if found.last else None, CHUNK)
    changed = []
    for one in regrading.regraded(work, learners, lock=False):
        _count(found, one)
        if one.changed:
            changed.append(one)
    _by_track(found, changed, asked.outline, now)
    found.over = len(learners) < CHUNK
    found.last = str(learners[-1]) if learners else found.last
    return [one.enrolment_id for one in changed]


def _count(found: Effect, one: regrading.Regraded) -> None:
    found.learners += 1
    found.answered += one.answered
    if one.before is None or one.after is None:
        return
    found.results += 1
    found.before += one.before
    found.after += one.after
    found.better += one.after > one.before
    found.worse += one.after < one.before


def _by_track(found: Effect, changed: Sequence[regrading.Regraded], outline: Outline, now: datetime) -> None:
    """Count, among those who are still enrolled, whose standing another result would change."""
    tracks = list(Track.objects.filter(edition_id=outline.edition_id).order_by("position"))
    for track in tracks:
        found.tracks.setdefault(track.key, TrackEffect())
    if not changed:
        return
    rows = Enrolment.objects.filter(pk__in=[one.enrolment_id for one in changed], left_at=None)
    live = list(rows.order_by("pk").values_list("pk", flat=True))
    ledgers = grades.records(live, outline)
    asked, (modules, _) = grades.rules_of(tracks), grades.facts(outline)
    for one in changed:
        if (ledger := ledgers.get(one.enrolment_id)) is None:
            continue
        before, after = ledger.scores, _with(ledger.scores, one)
        for key, rule in asked.items():
            was, is_now = (grading.standing(rule, modules, ledger.units, scores, now=now) for scores in (before, after))
            line = found.tracks[key]
            line.pass_now += is_now.passed and not was.passed
            line.fail_now += was.passed and not is_now.passed
            line.in_reach += is_now.possible and not was.possible
            line.out_of_reach += was.possible and not is_now.possible


def _with(scores: Sequence[grading.ResultFact], one: regrading.Regraded) -> list[grading.ResultFact]:
    key = one.sitting.unit.key
    assert one.after is not None
    return [
        grading.ResultFact(key, one.after, 100.0, fact.final, fact.rising) if fact.unit == key else fact
        for fact in scores
    ]
