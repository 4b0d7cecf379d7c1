"""The clock of a timed attempt as its page shows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from preau.quizzes import stamps, timing


@dataclass(frozen=True)
class Clock:
    """`until`: when what was written in a cut may arrive at the latest; `answered` of the `asked` questions are
    stored."""

    attempt: UUID
    ends_at: datetime
    until: datetime
    now: datetime
    answered: int
    asked: int
    closed_at: datetime | None = None

    @property
    def over(self) -> bool:
        return timing.over(self.now, self.ends_at)

    @property
    def live(self) -> bool:
        """May anything still arrive?"""
        return self.closed_at is None and self.now <= self.until

    @property
    def ran_out(self) -> bool:
        """Did the time end it, and not its learner?"""
        return self.over and self.closed_at in (None, self.ends_at)

    @property
    def minutes(self) -> int:
        """How many are left, the one that has begun counted."""
        return max(0, -((self.now - self.ends_at) // timedelta(minutes=1)))

    @property
    def ends(self) -> int:
        """The end in milliseconds since 1970."""
        return (self.ends_at - stamps.EPOCH) // stamps.MILLISECOND

    @property
    def stamp(self) -> str:
        """A fresh one: the device counts from it."""
        return stamps.give(self.attempt, self.now)
