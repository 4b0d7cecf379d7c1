"""When a summary is due. Pure: moments are aware datetimes in UTC."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

PREPARED = time(6, 0)  # local: two hours before the morning at which mail sends what is held


def began(at: datetime, zone: ZoneInfo, *, weekly: bool) -> datetime:
    """When the day (or the week, from its Monday) that `at` falls in began for summaries: at `PREPARED`, local."""
    day = at.astimezone(zone).date()
    if datetime.combine(day, PREPARED, zone) > at:
        day -= timedelta(days=1)
    if weekly:
        day -= timedelta(days=day.weekday())
    return datetime.combine(day, PREPARED, zone).astimezone(UTC)
