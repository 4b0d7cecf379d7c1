"""What is new in the discussions, read once for all the people whose summaries are prepared together: threads with
posts of the last days, questions that wait for an answer, questions that were answered. What is folded before a
deadline, hidden or held is not there; of a folded post of a followed thread, only that it came."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.conf import settings
from django.db.models import F, FilteredRelation, Q
from django.db.models.functions import Substr

from preau.discussion import readers, rules, telling
from preau.discussion.models import Post, Room, Space, Thread
from preau.discussion.rules import Dated

CHUNK = 500  # threads of one query
READ = 600  # characters of a post that are looked at
WORDS = 160  # of them that are told
WAITED = timedelta(days=14)  # questions older than that are not put before everybody again
ASKED = 20  # questions kept for each space and language
NOT_WORDS = re.compile(r"^ {0,3}(```|~~~).*?(^ {0,3}\1|\Z)|^ {0,3}>.*?$|!?\[([^\]]*)\]\([^)]*\)", re.M | re.S)


@dataclass(frozen=True)
class Said:
    """A post: `words` is how it begins, "" for one that is folded."""

    at: datetime
    number: int
    author: UUID | None
    words: str


@dataclass(frozen=True)
class Fresh:
    """A thread with its latest posts, oldest first. `circle`: of a circle's room."""

    thread: UUID
    title: str
    space: UUID
    room: UUID
    circle: bool
    unit: UUID | None
    address: str
    posts: Sequence[Said] = field(compare=False)

    def since(self, at: datetime, person: UUID, read: int) -> list[Said]:
        """What others wrote after this moment that they have not read."""
        found = []
        for post in reversed(self.posts):
            if post.at <= at:
                break
            if post.number > read and post.author != person:
                found.append(post)
        return found[::-1]


@dataclass(frozen=True)
class Question:
    """A question without an answer, or the answer to one: its address, who asked, and when it was answered."""

    thread: UUID
    title: str
    space: UUID
    author: UUID | None
    address: str
    at: datetime


class News:
    """What came after `since` and until `until`."""

    def __init__(self, since: datetime, until: datetime) -> None:
        self.since, self.until = since, until
        rows = Space.objects.select_related("course", "edition").order_by("pk")
        self.spaces: Mapping[UUID, Space] = {row.pk: row for row in rows}
        self._dated: dict[tuple[UUID, str], tuple[Dated, ...]] = {}

    @cached_property
    def threads(self) -> Mapping[UUID, Fresh]:
        """By their ids, the latest first."""
        rows = Thread.objects.select_related("room").filter(space__in=self.spaces, latest_at__gt=self.since)
        found = list(rows.filter(hidden=False, room__hidden=False).order_by("-latest_at", "pk"))
        fresh: dict[UUID, Fresh] = {}
        for first in range(0, len(found), CHUNK):
            chunk = found[first : first + CHUNK]
            posts = self._posts({row.pk: row for row in chunk})
            fresh |= {row.pk: self._fresh(row, posts[row.pk]) for row in chunk if posts[row.pk]}
        return fresh

    def _posts(self, threads: Mapping[UUID, Thread]) -> dict[UUID, list[Said]]:
        found: dict[UUID, list[Said]] = defaultdict(list)
        rows = Post.objects.filter(thread__in=threads, at__gt=self.since, at__lte=self.until, state=Post.State.SHOWN)
        columns = ("thread_id", "at", "number", "author_id", "reveals_at", "begins")
        for key, at, number, author, marked, text in (
            rows.annotate(begins=Substr("text", 1, READ)).order_by("at", "number").values_list(*columns)
        ):
            folded = marked is not None and self._folded(threads[key], marked)
            found[key].append(Said(at, number, author, "" if folded else first_words(text)))
        return found

    def _folded(self, thread: Thread, marked_at: datetime | None) -> bool:
        if marked_at is None:
            return False
        dated = self.dated(thread.space_id, thread.language)
        until = rules.embargo(dated, unit=thread.unit_id, module=thread.room.module_id, marked_at=marked_at)
        return rules.folded(until, self.until)

    def dated(self, space: UUID, language: str) -> tuple[Dated, ...]:
        """The graded units of a space, read once."""
        key = (space, language)
        if key not in self._dated:
            self._dated[key] = readers.dated(self.spaces[space], language, self.until)
        return self._dated[key]

    def _fresh(self, row: Thread, posts: Sequence[Said]) -> Fresh:
        circle = row.room.kind == Room.Kind.CIRCLE
        return Fresh(row.pk, row.title, row.space_id, row.room_id, circle, row.unit_id, self._address(row), posts)

    def _address(self, row: Thread) -> str:
        row.space = self.spaces[row.space_id]
        return f"{settings.SITE_URL}{telling.address_of(row)}"

    @cached_property
    def by_room(self) -> Mapping[UUID, Sequence[Fresh]]:
        """The threads of each room, the latest first."""
        return grouped((one.room, one) for one in self.threads.values())

    @cached_property
    def by_unit(self) -> Mapping[tuple[UUID, UUID], Sequence[Fresh]]:
        """Those about each unit of a space."""
        return grouped(((one.space, one.unit), one) for one in self.threads.values() if one.unit)

    @cached_property
    def waiting(self) -> Mapping[tuple[UUID, str], Sequence[Question]]:
        """By space and language the liveliest questions without an answer: those with the most replies and thanks."""
        quiet = (Room.Kind.CIRCLE, Room.Kind.LIVE, Room.Kind.INTRODUCTIONS)
        opened = FilteredRelation("posts", condition=Q(posts__number=1))
        rows = Thread.objects.select_related("room").annotate(
            opening=opened, thanks=F("opening__thanks"), marked=F("opening__reveals_at")
        )
        rows = rows.filter(kind=Thread.Kind.QUESTION, accepted=None, hidden=False, closed=False, room__hidden=False)
        rows = rows.filter(space__in=self.spaces, made_at__gt=self.until - WAITED, made_at__lte=self.until)
        found: dict[tuple[UUID, str], list[Question]] = defaultdict(list)
        for row in rows.exclude(room__kind__in=quiet).order_by(-F("replies") - F("thanks"), "-made_at"):
            kept = found[row.space_id, row.language]
            if len(kept) < ASKED and not self._folded(row, row.marked):
                kept.append(self._question(row, row.made_at))
        return found

    @cached_property
    def answered(self) -> Mapping[UUID, Sequence[Question]]:
        """By who asked, the questions to which somebody else chose the answer."""
        rows = Thread.objects.select_related("room", "accepted").filter(
            accepted_at__gt=self.since, accepted_at__lte=self.until, hidden=False, author__isnull=False
        )
        rows = rows.filter(accepted__state=Post.State.SHOWN).exclude(accepted_by=F("author"))
        found: dict[UUID, list[Question]] = defaultdict(list)
        for row in rows.order_by("accepted_at", "pk"):
            assert row.accepted is not None
            assert row.author_id is not None
            assert row.accepted_at is not None
            if not self._folded(row, row.accepted.reveals_at):
                found[row.author_id].append(self._question(row, row.accepted_at))
        return found

    def _question(self, row: Thread, at: datetime) -> Question:
        return Question(row.pk, row.title, row.space_id, row.author_id, self._address(row), at)


def grouped[Key, One](pairs: Iterable[tuple[Key, One]]) -> dict[Key, list[One]]:
    """Values by their keys, in their order."""
    found: dict[Key, list[One]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return found


def first_words(text: str) -> str:
    """How a post begins, on one line: without its quotations and code."""
    plain = " ".join(NOT_WORDS.sub(lambda m: m.group(3) or " ", text).replace("*", "").replace("`", "").split())
    return plain if len(plain) <= WORDS else plain[:WORDS].rsplit(" ", 1)[0] + "…"


def several(*lists: Iterable[Fresh]) -> Iterator[Fresh]:
    """Each thread of these lists once."""
    seen: set[UUID] = set()
    for one in (one for each in lists for one in each):
        if one.thread not in seen:
            seen.add(one.thread)
            yield one
