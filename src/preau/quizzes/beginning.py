"""What holds for a learner who would begin an attempt now: from when to when, how often, how long they then have."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate

from preau.content.kinds import Place
from preau.courses import queries as courses
from preau.courses import rules as dates
from preau.quizzes import access, timing, windows
from preau.quizzes.terms import Terms


@dataclass(frozen=True)
class Beginning:
    """`closes`: the last moment to begin. `minutes`: how long they have, `percent` of extra time in it, None without a
    limit. `window` where somebody seats them: the attempt ends with it then. `waits` is why none may be begun in it
    now, as a msgid."""

    opens: datetime | None
    closes: datetime
    attempts: int | None
    minutes: int | None = None
    percent: int = 0
    window: bool = False
    waits: str = ""

    @property
    def last_start(self) -> datetime | None:
        """Until when to begin to have all of the minutes."""
        return timing.last_start(self.minutes, self.closes)

    def ends(self, now: datetime) -> datetime | None:
        """When an attempt that begins now ends; None: with the activity."""
        timed = self.window or self.minutes is not None
        return timing.ends(now, self.minutes, self.closes) if timed else None


def of(place: Place, asked: Terms, extended: datetime | None) -> Beginning:
    """What holds at a place. One query where there is a limit, and the one of a window for an exam.

    Nothing that is timed begins in a grace. A window never outlives the learner's own deadline: what is right is told
    by the last deadline of anybody, so whoever sits later has an extension.
    """
    unit = place.unit
    due, closes = access.limits(unit, extended, place.outline)
    window = windows.of(place) if unit.kind == "exam" else None
    if window or asked.limit or unit.kind == "exam":
        closes = due or place.outline.closes_at
    minutes, percent = None, 0
    if asked.limit:
        today = localdate(place.now, place.outline.zone)
        percent = courses.extra_on(place.learner.edition_id, place.learner.person_id, today)
        minutes = dates.with_extra(asked.limit, percent)
    if window is None:
        return Beginning(unit.opens, closes, asked.attempts, minutes, percent)
    closes = min(closes, window.closes)
    return Beginning(window.opens, closes, window.attempts, minutes, percent, window=True, waits=window.waits)
