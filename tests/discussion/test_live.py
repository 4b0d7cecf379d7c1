"""Live sessions: announced, asked for, voted, kept."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from icalendar import Calendar

from preau.audit.http import Refused
from preau.common import ranges
from preau.discussion import access, live
from tests import cast
from tests.discussion import talking

pytestmark = pytest.mark.django_db


def test_questions_are_proposed_voted_for_and_found_again_at_their_minute() -> None:
    now = timezone.now()
    edition = cast.edition(opens=cast.monday(now, -1))
    tom, ana, ben = (cast.person(name) for name in ("Tom", "Ana", "Ben"))
    cast.role(tom, "teacher", edition=edition)
    for who in (ana, ben):
        cast.enrolment(who, edition)
    where = {"edition": edition.slug}
    row = talking.session(tom, where, now)
    thread = row.thread
    first = talking.reply(talking.here(ana, where, now), thread, "Comment dire non à un client ?")
    second = talking.reply(talking.here(ben, where, now), thread, "Et la marge ?")
    page = f"/e/{edition.slug}/discussion/"
    reader = cast.browser(ana)
    reader.post(f"{page}post/{second.pk}/thank/", cast.form(on="1"))
    assert [one.number for one in live.questions(row)] == [second.number, first.number]
    host = cast.browser(tom)
    assert host.post(f"{page}live/{row.pk}/minute/{second.number}/", cast.form(minute="12")).status_code == 302
    shown = reader.get(f"{page}live/{row.pk}/").content.decode()
    assert 'data-seek="720"' in shown
    part = reader.get(f"{page}live/{row.pk}/sound/", headers={"Range": "bytes=0-2"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"ID3")  # type: ignore[attr-defined]
    event = Calendar.from_ical(reader.get(f"{page}live/{row.pk}/calendar.ics").content).walk("VEVENT")[0]
    assert event.decoded("dtstart") == row.starts_at.replace(microsecond=0)
    assert reader.post(f"{page}live/{row.pk}/minute/2/", cast.form(minute="1")).status_code == 404


def test_what_is_no_sound_is_not_kept() -> None:
    now = timezone.now()
    edition, tom = cast.edition(opens=cast.monday(now, -1)), cast.person("Tom")
    cast.role(tom, "teacher", edition=edition)
    at = access.here(tom, {"edition": edition.slug}, now=now)
    row = talking.session(tom, {"edition": edition.slug}, now)
    with pytest.raises(Refused):
        live.keep_replay(
            act=cast.an_act("live.replay"), at=at, live=row, file=SimpleUploadedFile("a.mp3", b"<script>alert(1)")
        )
    assert row.starts_at - now > timedelta(days=1)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-", (0, 9)),
        ("bytes=4-6", (4, 6)),
        ("bytes=-3", (7, 9)),
        ("bytes=5-99", (5, 9)),
        ("bytes=6-4", None),
        ("bytes=0-1,3-4", None),
        ("items=1-2", None),
        ("", None),
    ],
)
def test_a_part_of_ten_bytes(header: str, found: tuple[int, int] | None) -> None:
    assert ranges.asked(header, 10) == found


def test_a_part_that_is_not_there() -> None:
    for header in ("bytes=10-", "bytes=-0"):
        with pytest.raises(ValueError, match="bytes"):
            ranges.asked(header, 10)
