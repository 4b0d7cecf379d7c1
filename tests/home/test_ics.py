"""Calendar files, against the rules of RFC 5545 and another reader."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from preau.home import ics

STAMP = datetime(2026, 3, 1, 8, tzinfo=UTC)
moments = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
texts = st.text(max_size=400)
lines = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=400)


def plain(text: str) -> str:
    """A text as a calendar can hold it."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in whole if letter in "\n\t" or (ord(letter) >= 32 and ord(letter) != 127))


@given(lines)
def test_a_folded_line_is_short_whole_and_comes_back(line: str) -> None:
    folded = ics.folded(line)
    parts = folded.encode().split(b"\r\n")
    assert all(len(part) <= 75 for part in parts)
    assert all(part.decode() for part in parts[1:])
    assert all(part.startswith(b" ") for part in parts[1:])
    assert ics.unfolded(folded) == line


@given(texts, texts, moments, st.integers(1, 10_000), st.integers(0, 2**31 - 1))
def test_any_title_is_read_as_it_was_written(
    title: str, text: str, begins: datetime, minutes: int, number: int
) -> None:
    begins = begins.replace(microsecond=0)
    event = ics.Event("a@b", begins, begins + timedelta(minutes=minutes), title, "https://a.test/", text, number)
    body = ics.calendar(title, [event], stamp=STAMP, product="-//Préau//path//")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert b"\r" not in body.replace(b"\r\n", b"")
    found = Calendar.from_ical(body)
    (read,) = found.walk("VEVENT")
    assert str(read["summary"]) == plain(title)
    assert str(read.get("description", "")) == plain(text)
    assert f"\r\nX-WR-CALNAME:{ics.escaped(title)}\r\n" in ics.unfolded(body.decode())
    assert (read.decoded("dtstart"), read.decoded("dtend")) == (begins, event.ends)
    assert (read.decoded("dtstamp"), read["sequence"], str(read["uid"])) == (STAMP, number, "a@b")
