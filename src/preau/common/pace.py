"""What the worker looks at from time to time rather than at every turn. Pure: the time is given."""

from collections.abc import Callable
from datetime import datetime, timedelta


class Paced:
    """A chore that is looked at once in a `pace`; with `more`, at the next turn already as long as it says that it
    found something to do. One that fails has had its look."""

    def __init__(self, chore: Callable[..., object], pace: timedelta, *, more: bool = False) -> None:
        self.chore, self.pace, self.more = chore, pace, more
        self.due: datetime | None = None

    def __call__(self, now: datetime) -> None:
        """A look, if it is time for one; `chore(now=...)`."""
        if self.due is None or now >= self.due:
            self.due = now + self.pace
            if self.chore(now=now) and self.more:
                self.due = None
