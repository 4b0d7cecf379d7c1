"""Which circle a newcomer joins: the one where they mix best, by country first, then by what people work in. Pure.

A circle takes anybody until it has thirty people; its last five places are kept for whoever brings a country that it
lacks. Two circles of a language at most are filling at a time, so that nobody introduces themself to an empty room:
all the others have 25 people at least. An unknown country or field is like nobody else's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

LEAST, FULL, MOST = 25, 30, 35
FILLING = 2  # circles with fewer than LEAST people, at a time
SEED = 8  # people in a circle before another begins beside it
CROWDED = 0.2  # of a circle: with more of one country, the next from there looks for another
LATEST = 12  # only so many are looked at, the newest: an earlier one that lacks people stays as it is


@dataclass(frozen=True)
class Newcomer:
    """Somebody by what is mixed: a country (ISO 3166-1) and a field (`rules.FIELDS`), "" where they did not say."""

    country: str
    field: str


@dataclass(frozen=True)
class Circle:
    """A circle and who is in it."""

    id: UUID
    number: int
    people: tuple[Newcomer, ...]

    def takes(self, one: Newcomer) -> bool:
        """Is there a place for them?"""
        size = len(self.people)
        return size < FULL or (size < MOST and one.country != "" and _alike(self.people, one) == 0)

    def likeness(self, one: Newcomer) -> tuple[float, float, int, int]:
        """How little they would mix here: the share of their country, that of their field, then how many there are."""
        size = len(self.people)
        field = sum(other.field == one.field != "" for other in self.people)
        return (_alike(self.people, one) / max(size, 1), field / max(size, 1), size, self.number)


def choose(circles: Iterable[Circle], one: Newcomer) -> Circle | None:
    """The circle for them among those of their language; None: they begin a new one.

    That is when none takes them; and beside a single circle that fills, once it has eight people, when more than a
    fifth of each that takes them come from their country."""
    latest = sorted(circles, key=lambda circle: circle.number)[-LATEST:]
    taking = [circle for circle in latest if circle.takes(one)]
    best = min(taking, key=lambda circle: circle.likeness(one), default=None)
    if best is None or (_may_begin(latest) and best.likeness(one)[0] > CROWDED):
        return None
    return best


def _may_begin(circles: Sequence[Circle]) -> bool:
    filling = [len(circle.people) for circle in circles if len(circle.people) < LEAST]
    return 0 < len(filling) < FILLING and min(filling) >= SEED


def _alike(people: Sequence[Newcomer], one: Newcomer) -> int:
    return sum(other.country == one.country != "" for other in people)


def same_country(circles: Iterable[Circle]) -> float:
    """How mixed they are: the chance that two people of one circle come from the same country, 0 to 1."""
    alike = pairs = 0
    for circle in circles:
        known = [one.country for one in circle.people if one.country]
        pairs += len(known) * (len(known) - 1)
        alike += sum(known.count(country) - 1 for country in known)
    return alike / pairs if pairs else 0.0
