"""Calendar files (RFC 5545) of plain events: escaped, folded at 75 octets, times in UTC. Pure: no Django.

A feed is fetched by every calendar that holds it, some every quarter of an hour: written here it costs a fifth of what
the general library takes, which the tests read it with.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

OCTETS = 75  # of a line, without its end (section 3.1)
END = "\r\n"
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_CONTROLS = dict.fromkeys(code for code in (*range(32), 127) if code not in (9, 10))  # section 3.3.11: none in a text


@dataclass(frozen=True)
class Event:
    """One event. `uid` stays the same whenever the event moves; `revision` grows when it does. `busy`: it takes the
    person's time, rather than only being a moment to know of."""

    uid: str
    begins: datetime
    ends: datetime
    summary: str
    url: str
    description: str = ""
    revision: int = 0
    busy: bool = False


def calendar(name: str, events: Iterable[Event], *, stamp: datetime, product: str) -> bytes:
    """A whole calendar named `name`. `stamp` is the DTSTAMP of every event: a file without a change is the same file.
    Calendars are asked to fetch it again after some hours (RFC 7986)."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{escaped(product)}",
        "CALSCALE:GREGORIAN",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        *(line for event in events for line in _lines(event, stamp)),
        "END:VCALENDAR",
    ]
    return "".join(folded(line) + END for line in lines).encode()


def _lines(event: Event, stamp: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(event.uid)}"
    yield f"DTSTAMP:{utc(stamp)}"
    yield f"SEQUENCE:{event.revision}"
    yield f"DTSTART:{utc(event.begins)}"
    yield f"DTEND:{utc(event.ends)}"
    yield f"SUMMARY:{escaped(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{escaped(event.description)}"
    yield f"URL:{event.url}"
    yield f"TRANSP:{'OPAQUE' if event.busy else 'TRANSPARENT'}"
    yield "END:VEVENT"


def utc(at: datetime) -> str:
    """A moment as a DATE-TIME in UTC."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """A value of type TEXT: a line end is `\\n`, other control characters go."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines.translate(_CONTROLS).translate(_ESCAPES)


def folded(line: str) -> str:
    """A content line cut into lines of 75 octets at most, never inside a character; each but the first begins with a
    space."""
    rest = line.encode()
    parts: list[bytes] = []
    while len(rest) > (size := OCTETS - bool(parts)):
        while rest[size] & 0b1100_0000 == 0b1000_0000:  # inside a character of UTF-8
            size -= 1
        parts.append(rest[:size])
        rest = rest[size:]
    return f"{END} ".join(part.decode() for part in (*parts, rest))


def unfolded(text: str) -> str:
    """The content lines of a file, each whole again."""
    return text.replace(END + " ", "").replace(END + "\t", "")
