"""What a summary says to somebody: what came in what they follow, the answers to what they asked, and three lively
questions that wait for one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preau.courses.access import TEAM
from preau.courses.models import Enrolment, Role, text_in
from preau.discussion.models import Circle, CircleMember, Follow, ReadMark, Space
from preau.discussion.news import Fresh, News, Question, Said, several

LINES = 10  # threads of one summary
WAITING = 3
SPOKEN = [code for code, _name in settings.LANGUAGES]


class Reader(Protocol):
    """Somebody in a course, and since when they were not told."""

    @property
    def person(self) -> UUID: ...
    @property
    def course(self) -> UUID: ...
    @property
    def since(self) -> datetime: ...
    @property
    def language(self) -> str: ...


@dataclass
class Known:
    """What is known of one person: since when they follow which threads, rooms and units of which spaces, what they
    muted, up to where they read, which spaces and rooms of circles they may enter, in which editions they learn."""

    threads: dict[UUID, datetime] = field(default_factory=dict)
    rooms: dict[UUID, datetime] = field(default_factory=dict)
    units: dict[tuple[UUID, UUID], datetime] = field(default_factory=dict)
    muted: set[UUID] = field(default_factory=set)
    read: dict[UUID, int] = field(default_factory=dict)
    learns: set[UUID] = field(default_factory=set)  # editions
    took_part: set[UUID] = field(default_factory=set)  # courses
    roles: list[tuple[UUID | None, UUID | None]] = field(default_factory=list)  # (course, edition)
    circles: set[UUID] = field(default_factory=set)  # rooms
    hosts: set[UUID] = field(default_factory=set)  # spaces

    def team(self, space: Space) -> bool:
        """Are they of its team?"""
        return any(
            (course is None and edition is None)
            or course == space.course_id
            or (edition is not None and edition == space.edition_id)
            for course, edition in self.roles
        )

    def enters(self, space: Space) -> bool:
        """May they read what everybody reads there?"""
        mine = space.course_id in self.took_part if space.edition_id is None else space.edition_id in self.learns
        return mine or space.pk in self.hosts or self.team(space)

    def reads(self, one: Fresh, space: Space) -> bool:
        """May they read this thread?"""
        return self.enters(space) and (not one.circle or one.room in self.circles or self.team(space))


@dataclass(frozen=True)
class Line:
    """A thread with news: how many posts, and the first of them."""

    fresh: Fresh
    count: int
    first: Said


def spoken(language: str) -> str:
    """The language in which somebody is written to."""
    return language if language in SPOKEN else settings.LANGUAGE_CODE


def of_people(readers: Sequence[Reader], news: News) -> Mapping[UUID, tuple[str, str]]:
    """By person (subject, text), of those for whom something is new."""
    known = _known({reader.person for reader in readers}, news)
    mine: dict[UUID, list[Reader]] = defaultdict(list)
    for reader in readers:
        mine[reader.person].append(reader)
    found = {}
    for person, each in mine.items():
        with translation.override(spoken(each[0].language)):
            if said := _written([_course(reader, known[person], news) for reader in each], news):
                found[person] = said
    return found


@dataclass(frozen=True)
class Part:
    """What is told of one course."""

    reader: Reader
    lines: Sequence[Line]
    more: bool
    answered: Sequence[Question]
    waiting: Sequence[Question]


def _course(reader: Reader, known: Known, news: News) -> Part:
    lines: list[Line] = []
    for one, since in _followed(known, news):
        space = news.spaces[one.space]
        if space.course_id != reader.course or one.thread in known.muted or not known.reads(one, space):
            continue
        posts = one.since(max(since, reader.since), reader.person, known.read.get(one.thread, 0))
        if posts:
            lines.append(Line(one, len(posts), posts[0]))
        if len(lines) > LINES:
            break
    answered = [
        one
        for one in news.answered.get(reader.person, ())
        if one.at > reader.since and news.spaces[one.space].course_id == reader.course
    ]
    waiting = _waiting(reader, known, news, {line.fresh.thread for line in lines}) if lines or answered else ()
    return Part(reader, lines[:LINES], len(lines) > LINES, answered[:LINES], waiting)


def _followed(known: Known, news: News) -> list[tuple[Fresh, datetime]]:
    """The threads with news that they follow, those that they chose themself first, each with since when."""
    direct = [(news.threads[key], at) for key, at in known.threads.items() if key in news.threads]
    since: dict[UUID, datetime] = {one.thread: at for one, at in direct}
    by_unit = [one for key in known.units for one in news.by_unit.get(key, ())]
    by_room = [one for key in known.rooms for one in news.by_room.get(key, ())]
    for one in by_unit:
        since.setdefault(one.thread, known.units[one.space, one.unit] if one.unit else news.until)
    for one in by_room:
        since.setdefault(one.thread, known.rooms[one.room])
    return [(one, since[one.thread]) for one in several((one for one, _at in direct), by_unit, by_room)]


def _waiting(reader: Reader, known: Known, news: News, told: set[UUID]) -> Sequence[Question]:
    """Lively questions in their language, where they learn now; none of their own, nor one that they read."""
    found: list[Question] = []
    seen = told | known.muted | set(known.read)
    for space in news.spaces.values():
        edition = space.edition
        if space.course_id != reader.course or (edition is not None and edition.closes_at <= news.until):
            continue
        if (edition.pk in known.learns) if edition else known.enters(space):
            asked = news.waiting.get((space.pk, spoken(reader.language)), ())
            found += [one for one in asked if one.author != reader.person and one.thread not in seen][:WAITING]
    return found[:WAITING]


def _known(people: set[UUID], news: News) -> Mapping[UUID, Known]:
    """What is known of these people: six queries."""
    found: dict[UUID, Known] = {person: Known() for person in people}
    follows = Follow.objects.filter(person__in=people).order_by("-since", "pk")
    columns = ("person_id", "thread_id", "room_id", "space_id", "unit_id", "muted", "since")
    for person, thread, room, space, unit, muted, since in follows.values_list(*columns):
        one = found[person]
        if muted and thread:
            one.muted.add(thread)
        elif thread:
            one.threads[thread] = since
        elif room:
            one.rooms[room] = since
        elif unit:
            one.units[space, unit] = since
    marks = ReadMark.objects.filter(person__in=people, at__gt=news.since).order_by()
    for person, thread, number in marks.values_list("person_id", "thread_id", "number"):
        found[person].read[thread] = number
    _places(found, news)
    return found


def _places(found: Mapping[UUID, Known], news: News) -> None:
    """Where they may enter."""
    enrolments = Enrolment.objects.filter(person__in=found).order_by()
    for person, edition, course, left in enrolments.values_list(
        "person_id", "edition_id", "edition__course", "left_at"
    ):
        found[person].took_part.add(course)
        found[person].learns |= {edition} if left is None else set()
    live = Q(expires_at=None) | Q(expires_at__gt=news.until)
    roles = Role.objects.filter(live, person__in=found, kind__in=TEAM).order_by()
    for person, course, edition in roles.values_list("person_id", "course_id", "edition_id"):
        found[person].roles.append((course, edition))
    members = CircleMember.objects.filter(person__in=found).order_by()
    for person, room in members.values_list("person_id", "circle__room"):
        found[person].circles.add(room)
    for host, room, space in Circle.objects.filter(host__in=found).values_list("host_id", "room_id", "room__space"):
        if host:
            found[host].circles.add(room)
            found[host].hosts.add(space)


def _written(parts: Sequence[Part], news: News) -> tuple[str, str] | None:
    """(subject, text) in the language in force; None when nothing is new."""
    told = [part for part in parts if part.lines or part.answered]
    if not told:
        return None
    titles = {part.reader.course: _title(part, news) for part in told}
    if len(told) == 1:
        subject = _("News of the discussions: {course}").format(course=next(iter(titles.values())))
    else:
        subject = _("News of the discussions")
    blocks = []
    for part in told:
        blocks += [titles[part.reader.course].upper()] if len(told) > 1 else []
        blocks += _part(part)
    return subject, "\n\n".join(blocks) + "\n"


def _title(part: Part, news: News) -> str:
    space = next(space for space in news.spaces.values() if space.course_id == part.reader.course)
    return text_in(space.course.titles, translation.get_language() or "fr") or space.course.slug


def _part(part: Part) -> list[str]:
    blocks = []
    if part.answered:
        blocks.append(_("Your questions have an answer:"))
        blocks += [f"{one.title}\n{one.address}" for one in part.answered]
    if part.lines:
        blocks.append(_("In what you follow:"))
        blocks += [_line(line) for line in part.lines]
    if part.more:
        base = part.lines[0].fresh.address.rsplit("thread/", 1)[0]
        blocks.append(_("There is more:") + f"\n{base}mine/")
    if part.waiting:
        blocks.append(_("These questions wait for an answer. Perhaps you have it?"))
        blocks += [f"{one.title}\n{one.address}" for one in part.waiting]
    return blocks


def _line(line: Line) -> str:
    count = ngettext("{number} new message", "{number} new messages", line.count).format(number=line.count)
    words = line.first.words or _("Its words open after the deadline.")
    return f"{line.fresh.title} ({count})\n> {words}\n{line.fresh.address}#p-{line.first.number}"
