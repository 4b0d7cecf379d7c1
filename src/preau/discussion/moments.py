"""What a thread is about: a unit, a moment of its video, the words that are said there. They outlive a new cut: the
moment is told as they are said today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from preau.content import companions, showing
from preau.content.companions import Passage
from preau.content.outline import Outline, UnitFacts
from preau.discussion.access import Here
from preau.discussion.models import Thread


@dataclass(frozen=True)
class Anchor:
    """What a new thread is about: a unit of the edition, a moment of its video; nothing, when the address names none
    that the reader can see."""

    unit: UnitFacts | None = None
    moment: int | None = None
    version: UUID | None = None
    passage: Passage | None = None

    @property
    def unit_id(self) -> UUID | None:
        return self.unit.id if self.unit else None


def anchor(at: Here, found: Outline | None, unit: str, moment: str, said: str = "") -> Anchor:
    """From the key of a unit, seconds, and the words said there, as an address brings them."""
    facts = found.by_key.get(unit) if found else None
    if facts is None or found is None or (facts.opens > at.now and not at.team):
        return Anchor()
    seconds = int(moment) if moment.isdecimal() and len(moment) < 6 else None
    there = companions.passage(said) if said and seconds is not None else None
    if there is not None and facts.id not in videos_of(found, there.video):
        there = None
    return Anchor(facts, seconds, found.version_id, there)


def videos_of(found: Outline, video: UUID) -> tuple[UUID, ...]:
    """The units that show a video."""
    shown = showing.videos(found.version_id).get(video)
    return shown.units if shown else ()


@dataclass(frozen=True)
class Moment:
    """When in a video a thread is about: `seconds` today; `gone`, the words that it was about and that no cut of today
    says."""

    seconds: int | None
    gone: str = ""


def of(found: Outline | None, threads: Sequence[Thread]) -> Mapping[UUID, Moment]:
    """The moments of threads, moved where their words are said today."""
    told = {row.pk: Moment(row.moment) for row in threads if row.moment is not None}
    placed = [row for row in threads if row.passage]
    if found is None or not placed:
        return told
    places = [companions.from_json(row.passage or {}) for row in placed]
    cuts = {video: one.digest for video, one in showing.videos(found.version_id).items()}
    for row, place, seconds in zip(placed, places, companions.moments(places, cuts), strict=True):
        told[row.pk] = Moment(None, place.quote) if seconds is None else Moment(int(seconds))
    return told
