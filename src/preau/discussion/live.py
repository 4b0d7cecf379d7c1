"""Live sessions: announced with their date, prepared by questions that people propose and vote for, kept as audio with
the minute at which each question was answered. The stream itself is elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import text as texts
from preau.courses.models import text_in
from preau.discussion import actions
from preau.discussion.access import Here
from preau.discussion.models import LiveSession, Post, Room, Thread
from preau.mail.keeping import Folder

KEPT = Folder("live")
LARGEST = 80_000_000  # bytes of a replay: an hour at 128 kbit/s and some
JOIN_BEFORE = timedelta(minutes=15)  # the way to the stream is shown from then on
SOUNDS: tuple[tuple[bytes, int, str], ...] = (
    (b"ID3", 0, "audio/mpeg"),
    (b"\xff\xfb", 0, "audio/mpeg"),
    (b"\xff\xf3", 0, "audio/mpeg"),
    (b"OggS", 0, "audio/ogg"),
    (b"ftyp", 4, "audio/mp4"),
)


@dataclass(frozen=True)
class Planned:
    """A session as its host plans it."""

    title: str
    starts_at: datetime
    minutes: int
    address: str
    text: str

    def data(self) -> dict[str, Any]:
        """As the payload of an act."""
        return {**vars(self), "starts_at": self.starts_at.isoformat()}


def schedule(*, act: acts.Act, at: Here, room: Room, planned: Planned, language: str) -> acts.Outcome:
    """Announce a session; its thread takes the questions."""

    def work() -> acts.Outcome:
        title = texts.one_line(planned.title)[:150]
        thread = Thread.objects.create(
            space_id=at.space,
            room=room,
            kind=Thread.Kind.DISCUSSION,
            title=title,
            language=language,
            author=at.person,
            made_at=at.now,
            latest_at=at.now,
        )
        said = actions.worded(planned.text or title)
        Post.objects.create(thread=thread, number=1, author=at.person, text=said, at=at.now)
        row = LiveSession.objects.create(
            thread=thread,
            titles={language: title},
            starts_at=planned.starts_at,
            minutes=planned.minutes,
            address=planned.address,
        )
        journal.log("live.schedule", by=at.person.pk, about="live", about_id=row.pk, at=at.now, title=title)
        return {"live": str(row.pk)}

    return acts.once(act, at.person.pk, work)


def change(*, act: acts.Act, at: Here, live: LiveSession, planned: Planned, language: str) -> acts.Outcome:
    """Another date, another address: whoever has it in their calendar gets the change with the next file."""

    def work() -> acts.Outcome:
        row = _locked(live)
        row.titles = {**row.titles, language: texts.one_line(planned.title)[:150]}
        row.starts_at, row.minutes, row.address = planned.starts_at, planned.minutes, planned.address
        row.sequence += 1
        row.save(update_fields=["titles", "starts_at", "minutes", "address", "sequence"])
        journal.log("live.change", by=at.person.pk, about="live", about_id=row.pk, at=at.now, **_when(row))
        return {"live": str(row.pk)}

    return acts.once(act, at.person.pk, work)


def cancel(*, act: acts.Act, at: Here, live: LiveSession, on: bool) -> acts.Outcome:
    """Cancel a session, or hold it after all; its questions stay."""

    def work() -> acts.Outcome:
        row = _locked(live)
        row.cancelled_at, row.sequence = at.now if on else None, row.sequence + 1
        row.save(update_fields=["cancelled_at", "sequence"])
        journal.log("live.cancel", by=at.person.pk, about="live", about_id=row.pk, at=at.now, on=on)
        return {"live": str(row.pk), "cancelled": on}

    return acts.once(act, at.person.pk, work)


def answered(*, act: acts.Act, at: Here, live: LiveSession, number: int, minute: int | None) -> acts.Outcome:
    """Say at which minute a question was answered; None: it was not."""

    def work() -> acts.Outcome:
        if minute is not None and not 0 <= minute <= 600:
            raise Refused(_("Give the minute of the recording."))
        Post.objects.filter(thread_id=live.thread_id, number=number).update(minute=minute)
        actions.touch(live.thread_id)
        return {"live": str(live.pk), "number": number, "minute": minute}

    return acts.once(act, at.person.pk, work)


def keep_replay(*, act: acts.Act, at: Here, live: LiveSession, file: UploadedFile[Any]) -> acts.Outcome:
    """Put the audio of a session on the site, in place of the former one. Refuses what is no sound, or too large."""
    kind = sound(file.read(16))
    file.seek(0)
    if kind is None:
        raise Refused(_("This is not an audio file: MP3, M4A or OGG."))
    if (file.size or 0) > LARGEST:
        raise Refused(_("This file is too large: 80 MB at most. An hour at 64 kbit/s takes 29 MB."))

    def work() -> acts.Outcome:
        row = _locked(live)
        kept = KEPT.pour(row.pk, texts.one_line(file.name or "audio")[-120:], kind, file.chunks())
        former, row.replay = row.replay, kept
        row.save(update_fields=["replay"])
        if former and former["digest"] != kept["digest"]:
            KEPT.delete(row.pk, [former])
        journal.log("live.replay", by=at.person.pk, about="live", about_id=row.pk, at=at.now, bytes=kept["bytes"])
        return {"live": str(row.pk), "bytes": kept["bytes"]}

    return acts.once(act, at.person.pk, work)


def sound(head: bytes) -> str | None:
    """The type of an audio file, by its first bytes."""
    return next((kind for magic, at, kind in SOUNDS if head[at : at + len(magic)] == magic), None)


def _locked(live: LiveSession) -> LiveSession:
    return LiveSession.objects.select_for_update(of=("self",)).get(pk=live.pk)


def _when(row: LiveSession) -> Mapping[str, Any]:
    return {"starts_at": row.starts_at.isoformat(), "minutes": row.minutes}


def calendar(live: LiveSession, *, language: str, site: str, page: str) -> bytes:
    """The session as a calendar file (RFC 5545): times in UTC, which each calendar shows in its own zone."""
    event = Event()
    event.add("uid", f"live-{live.pk}@{site.removeprefix('https://').removeprefix('http://').split('/')[0]}")
    event.add("dtstamp", live.thread.made_at)
    event.add("dtstart", live.starts_at)
    event.add("dtend", live.starts_at + timedelta(minutes=live.minutes))
    event.add("summary", text_in(live.titles, language))
    event.add("url", f"{site}{page}")
    event.add("sequence", live.sequence)
    event.add("status", "CANCELLED" if live.cancelled_at else "CONFIRMED")
    found = Calendar()
    found.add("prodid", "-//Préau//live//")
    found.add("version", "2.0")
    found.add_component(event)
    content: bytes = found.to_ical()
    return content


@dataclass(frozen=True)
class Asked:
    """A question for a session, most wanted first; `minute` once it was answered."""

    number: int
    text: str
    votes: int
    minute: int | None
    key: UUID


def questions(live: LiveSession) -> list[Asked]:
    """The questions that were proposed, unanswered and most wanted first; then by minute."""
    rows = Post.objects.filter(thread_id=live.thread_id, number__gt=1, state=Post.State.SHOWN).order_by("number")
    found = [Asked(row.number, row.text, row.thanks, row.minute, row.pk) for row in rows]
    return sorted(found, key=lambda one: (one.minute is not None, one.minute or 0, -one.votes, one.number))
