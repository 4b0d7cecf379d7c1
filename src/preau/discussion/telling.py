"""Mail at once about what was written: to those whom a message mentions, and to those who follow its thread, room or
unit and want to know now. A chore of the worker; the others read it in their summaries (`digests`).

A message is told in one transaction with its mark, under the lock of its thread, and the outbox refuses the same
message twice: killed at any moment, nobody is left out and nobody is told twice. What waits for a moderator waits here
too, and is told when it is released; what was hidden or deleted before its turn never is; of what is folded before a
deadline, that it came, without its words."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.courses.models import text_in
from preau.discussion import following, mentions, people, readers, reading
from preau.discussion.models import Circle, Follow, Post, Thread
from preau.mail import actions as mail
from preau.mail import kinds, queries

MENTION, DISCUSSION = "mention", "discussion"
BATCH = 100
AT_ONCE = 10.0  # seconds before the worker's other chores have their turn
LATE = timedelta(days=1)  # what could not be told for so long is left to the summaries
QUOTED = 1000  # characters of a message in a mail about it
CHUNK = 500  # people of one query
SPOKEN = [code for code, _name in settings.LANGUAGES]
READER = ("pk", "email", "language", "zone")


def register() -> None:
    """The two kinds of mail that the discussions send."""
    kinds.register(MENTION, gettext_noop("Discussions: somebody mentions you"), transactional=False)
    kinds.register(DISCUSSION, gettext_noop("Discussions: what you follow"), transactional=False, cadence="daily")


def tell_due(*, now: datetime) -> int:
    """Tell of what nobody was told of yet, oldest first, for so long at most; returns how many messages were looked
    at."""
    done, end = 0, time.monotonic() + AT_ONCE
    while time.monotonic() < end:
        waiting = Post.objects.filter(told=False, at__lte=now).exclude(state=Post.State.HELD).order_by("at", "pk")
        batch = list(waiting.values_list("pk", "thread_id")[:BATCH])
        awaited = _pass_quietly(batch)
        for post, thread in batch:
            if post in awaited:
                _tell(post, thread, now)
        done += len(batch)
        if len(batch) < BATCH:
            break
    return done


@transaction.atomic
def _pass_quietly(batch: Sequence[tuple[UUID, UUID]]) -> set[UUID]:
    """Who wrote follows; what mentions nobody and nobody waits for is marked, all of a batch at once, since most
    messages are so. Returns the others."""
    locked = Thread.objects.select_for_update(no_key=True).filter(pk__in={thread for _post, thread in batch})
    threads = {row.pk: row for row in locked.order_by("pk")}
    rows = Post.objects.filter(pk__in=[post for post, _thread in batch], told=False).exclude(state=Post.State.HELD)
    posts = list(rows.order_by("at", "pk"))
    following.follow_written((threads[row.thread_id], row.author_id, row.at) for row in posts)
    heard = _heard(threads.values())
    awaited = {row.pk for row in posts if "@" in row.text or row.thread_id in heard}
    Post.objects.filter(pk__in={row.pk for row in posts} - awaited).update(told=True)
    return awaited


def _heard(threads: Iterable[Thread]) -> set[UUID]:
    """Which of these threads somebody follows who wants to know at once."""
    rows = list(threads)
    follows = Follow.objects.annotate(cadence=queries.cadence_of(DISCUSSION, "person_id")).filter(cadence="now")
    ways = [
        follows.filter(thread__in=rows, muted=False),
        follows.filter(room__in={row.room_id for row in rows}),
        follows.filter(space__in={row.space_id for row in rows}, unit__in={row.unit_id for row in rows if row.unit_id}),
    ]
    where = {key for way in ways for key in way.order_by().values_list("thread_id", "room_id", "space_id", "unit_id")}
    of_threads, of_rooms = {row[0] for row in where}, {row[1] for row in where if row[1]}
    of_units = {row[2:] for row in where if row[3]}
    return {
        row.pk
        for row in rows
        if row.pk in of_threads or row.room_id in of_rooms or (row.space_id, row.unit_id) in of_units
    }


@transaction.atomic
def _tell(key: UUID, thread_id: UUID, now: datetime) -> None:
    locked = Thread.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "room", "space__edition__course"
    )
    thread = locked.select_related("space__course").get(pk=thread_id)
    post = Post.objects.filter(pk=key, told=False).exclude(state=Post.State.HELD).first()
    if post is None:
        return  # another worker told it, or it waits for a moderator since
    if post.state == Post.State.SHOWN and now - post.at < LATE:
        _queue(Letter(thread, post, now), now)
    Post.objects.filter(pk=key).update(told=True)


@dataclass
class Letter:
    """What is said of one message, in whatever language."""

    thread: Thread
    post: Post
    now: datetime

    def __post_init__(self) -> None:
        space = self.thread.space
        found = readers.dated(space, self.thread.language, self.now)
        self.folded = readers.folds(self.post, self.thread, found, self.now)
        self.base = f"{settings.SITE_URL}{address_of(self.thread)}"

    def names(self, wanted: Iterable[UUID | None]) -> Mapping[UUID, str]:
        """What these people show as their names here."""
        space, edition = self.thread.space, self.thread.space.edition
        shown = people.shown(
            wanted,
            course=space.course_id,
            edition=space.edition_id,
            number=edition.number if edition else None,
            now=self.now,
        )
        return {key: one.name for key, one in shown.items()}

    def written(self, language: str, author: str, *, mention: bool) -> tuple[str, str]:
        """(subject, text) for somebody who reads this language."""
        with translation.override(language):
            said = {"name": author or _("Somebody"), "title": self.thread.title}
            subject = _("{name} mentions you: {title}") if mention else _("New message: {title}")
            parts = [self._began(mention).format(**said), self._words(), self._place(), self._why(mention, language)]
            return subject.format(**said), "\n\n".join(parts) + "\n"

    def _began(self, mention: bool) -> str:
        if mention:
            return _("{name} mentions you in “{title}”:")
        return _("{name} opened “{title}”:") if self.post.number == 1 else _("{name} wrote in “{title}”:")

    def _words(self) -> str:
        if self.folded:
            return _("This message reveals an answer: its words are on the site, where they open after the deadline.")
        return quoted(self.post.text, QUOTED)

    def _place(self) -> str:
        page = reading.page_of(self.post.number)
        return f"{self.base}{f'?page={page}' if page > 1 else ''}#p-{self.post.number}"

    def _why(self, mention: bool, language: str) -> str:
        course = text_in(self.thread.space.course.titles, language) or self.thread.space.course.slug
        if mention:
            return _("This is a discussion of “{course}”.").format(course=course)
        return _("You follow this in the discussions of “{course}”; its page lets you stop or mute it.").format(
            course=course
        )


def address_of(thread: Thread) -> str:
    """The address of a thread (with its `space`) in its own space."""
    space = thread.space
    where = f"/e/{space.edition.slug}/discussion" if space.edition else f"/commons/{space.course.slug}"
    return f"{where}/thread/{thread.pk}/"


def quoted(text: str, most: int) -> str:
    """The beginning of a text, as mail quotes it."""
    cut = text if len(text) <= most else text[:most].rstrip() + "…"
    return "\n".join(f"> {line}" for line in cut.splitlines())


def _queue(letter: Letter, now: datetime) -> None:
    """Into the outbox, once for each person: a mention first."""
    thread, post = letter.thread, letter.post
    deaf = set(Follow.objects.filter(thread=thread, muted=True).values_list("person_id", flat=True))
    deaf |= {post.author_id} if post.author_id else set()
    named = [person for person in _mentioned(letter) if person not in deaf]
    who = [row for row in _who(letter, named, MENTION) if row[-1] != "off"]
    told = {row[0] for row in who}
    rest = [person for person in _followers(thread, post.at) if person not in deaf and person not in told]
    others = [row for row in _who(letter, rest, DISCUSSION) if row[-1] == "now"]
    if not who and not others:
        return
    author = letter.names([post.author_id]).get(post.author_id, "") if post.author_id else ""
    mail.queue_many(_messages(letter, who, author, mention=True), now=now, kind=MENTION)
    mail.queue_many(_messages(letter, others, author, mention=False), now=now, kind=DISCUSSION)


def _mentioned(letter: Letter) -> list[UUID]:
    """Who is mentioned, among those who wrote in the thread, its circle's host and the team."""
    thread = letter.thread
    if "@" not in letter.post.text:
        return []
    wrote = Post.objects.filter(thread=thread, state=Post.State.SHOWN, author__isnull=False).order_by()
    known = set(wrote.values_list("author_id", flat=True).distinct())
    known |= set(readers.team_roles(thread.space, letter.now).values_list("person_id", flat=True))
    hosts = Circle.objects.filter(room=thread.room_id, host__isnull=False)
    known |= {host for host in hosts.values_list("host_id", flat=True) if host}
    return mentions.mentioned(letter.post.text, letter.names(sorted(known)))


def _followers(thread: Thread, at: datetime) -> list[UUID]:
    """Who followed it when this was written, by itself, by its room or by its unit, and wants to know at once."""
    follows = Follow.objects.annotate(cadence=queries.cadence_of(DISCUSSION, "person_id"))
    follows = follows.filter(cadence="now", since__lt=at)
    ways = [Q(thread=thread, muted=False), Q(room=thread.room_id)]
    ways += [Q(space=thread.space_id, unit=thread.unit_id)] if thread.unit_id else []
    found = {person for way in ways for person in follows.filter(way).order_by().values_list("person_id", flat=True)}
    return sorted(found)


def _who(letter: Letter, wanted: list[UUID], kind: str) -> Iterator[tuple[Any, ...]]:
    """Those of these people who may read the thread, as rows of `READER` and how often they want this kind."""
    may = readers.readers(letter.thread, letter.now).annotate(cadence=queries.cadence_of(kind, "pk")).order_by("pk")
    for first in range(0, len(wanted), CHUNK):
        yield from may.filter(pk__in=wanted[first : first + CHUNK]).values_list(*READER, "cadence")


def _messages(
    letter: Letter, rows: Iterable[tuple[Any, ...]], author: str, *, mention: bool
) -> Iterator[dict[str, Any]]:
    said: dict[str, tuple[str, str]] = {}
    for person, address, language, zone, _cadence in rows:
        spoken = language if language in SPOKEN else settings.LANGUAGE_CODE
        if spoken not in said:
            said[spoken] = letter.written(spoken, author, mention=mention)
        subject, text = said[spoken]
        yield {
            "person_id": person,
            "address": address,
            "key": f"post:{letter.post.pk}",
            "language": spoken,
            "zone": zone,
            "subject": subject,
            "text": text,
        }
