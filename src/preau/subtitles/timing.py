"""Times of cues, as WebVTT writes them (W3C WebVTT 1, "collect a WebVTT timestamp")."""

from preau.subtitles.pointer import DIGITS, Pointer

# 11,000 years. Milliseconds of later times would be lost in a float, and Python refuses to read longer numbers anyway.
MOST_HOURS = 99_999_999
LATEST = (MOST_HOURS * 3600 + 3599) * 1000 + 999


def collect_timestamp(at: Pointer) -> float | None:
    """The time written here, in seconds; None where the standard returns an error. More hours than 99,999,999 are
    that many."""
    first = at.collect(DIGITS)
    if not first:
        return None
    starts_with_hours = len(first) != 2 or int(first) > 59
    if not at.take(":"):
        return None
    second = at.collect(DIGITS)
    if len(second) != 2:
        return None
    if starts_with_hours or at.sees(":"):
        if not at.take(":"):
            return None
        third = at.collect(DIGITS)
        if len(third) != 2:
            return None
    else:
        first, second, third = "0", first, second
    if not at.take("."):
        return None
    thousandths = at.collect(DIGITS)
    if len(thousandths) != 3 or int(second) > 59 or int(third) > 59:
        return None
    return seconds(first, second, third, thousandths)


def seconds(hours: str, minutes: str, whole: str, thousandths: str) -> float:
    """The time in seconds that these digits say: the float nearest to its milliseconds."""
    return (((_hours(hours) * 60 + int(minutes)) * 60 + int(whole)) * 1000 + int(thousandths)) / 1000


def _hours(digits: str) -> int:
    significant = digits.lstrip("0")
    return MOST_HOURS if len(significant) > len(str(MOST_HOURS)) else int(significant or "0")


def milliseconds(time: float) -> int:
    """The time in whole milliseconds, within what can be written: 0 for what is before it or no number."""
    return round(max(0.0, min(time, LATEST / 1000)) * 1000)


def write_timestamp(time: float, point: str = ".") -> str:
    """`HH:MM:SS.mmm`, or with another decimal point."""
    rest, thousandths = divmod(milliseconds(time), 1000)
    rest, whole = divmod(rest, 60)
    hours, minutes = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}:{whole:02}{point}{thousandths:03}"
