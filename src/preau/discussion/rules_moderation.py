"""Rules of moderation. Pure: times are aware datetimes in UTC, `now` is given."""

from datetime import datetime, timedelta

LONGEST = 2000  # characters of what a moderator, or somebody who flags or contests, writes
DAYS = (1, 3, 7, 14, 30)  # of a mute
CONTEST_FOR = timedelta(days=183)  # six months (Regulation (EU) 2022/2065, article 20)
FLAGS_A_DAY, FOLDS_A_DAY = 20, 10  # of one person
NOTICES_A_DAY = 5  # from one e-mail address
CONTESTABLE = ("hide", "warn", "mute", "ban", "fold")
LATELY = timedelta(days=7)  # who helps most, how long first answers took
FIRST_FOR = timedelta(days=3)  # how long somebody's first message is surfaced


def contest_until(at: datetime) -> datetime:
    """Until when a decision of this moment can be contested."""
    return at + CONTEST_FOR


def contestable(what: str, at: datetime, now: datetime) -> bool:
    """Can it be, still?"""
    return what in CONTESTABLE and now <= contest_until(at)


def median(wait: timedelta | None, asked: int, answered: int) -> timedelta | None:
    """The median time to a first answer, of which `wait` is that of the middle question when those without an answer
    count as waiting for ever; None when fewer than half have one."""
    return wait if asked and answered * 2 > asked else None
