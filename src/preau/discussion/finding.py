"""What the pages of the search show: each thing found, where it comes from, and the words around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from preau.common import text as texts
from preau.discussion import people, reading, search, stems, words
from preau.discussion.access import Here
from preau.discussion.models import Entry
from preau.discussion.search import Filters, Reach
from preau.discussion.stems import Asked

PAGE = 20
PAGES = 20  # of the best
LONGEST = 200  # characters of a query


@dataclass(frozen=True)
class Found:
    """A post that was found. `pieces` are its words around the first hit, and which of them were asked for; `place`
    says where it is from."""

    entry: Entry
    address: str
    author: str
    place: str
    at: datetime
    pieces: Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class Page:
    """Of what was found. `before`: where the next page of the newest begins; `next`: the number of the next page of the
    best. None: there is none."""

    found: Sequence[Found]
    before: int | None = None
    next: int | None = None


def query(text: str) -> str:
    """What somebody typed, bounded, on one line."""
    return texts.one_line(text[: 5 * LONGEST])[:LONGEST]


def newest(at: Here, language: str, asked: Asked, filters: Filters, before: int | None) -> Page:
    """The newest first, from the entry `before` on."""
    to = search.reach(at, language)
    keys = search.newest(to, asked, filters, before=before, limit=PAGE + 1)
    more = keys[PAGE - 1] if len(keys) > PAGE else None
    return Page(_found(at, to, language, keys[:PAGE], asked), before=more)


def best(at: Here, language: str, asked: Asked, filters: Filters, number: int) -> Page:
    """A page of the best, from 1."""
    to = search.reach(at, language)
    shown = Paginator(search.best(to, asked, filters)[: PAGE * PAGES], PAGE).get_page(number)
    following = shown.next_page_number() if shown.has_next() else None
    return Page(_found(at, to, language, list(shown.object_list), asked), next=following)


def likely(at: Here, language: str, title: str) -> Sequence[Found]:
    """Threads that may answer what a title being typed asks."""
    asked = stems.asked(query(title))
    if not asked:
        return ()
    to = search.reach(at, language)
    return _found(at, to, language, search.likely(to, asked), asked)


def _found(at: Here, to: Reach, language: str, keys: Sequence[int], asked: Asked) -> Sequence[Found]:
    """These entries, in this order: one query, and those of the authors' names."""
    rows = Entry.objects.select_related("post", "thread__room").in_bulk(keys)
    entries = [rows[key] for key in keys if key in rows]
    titles = reading.modules(reading.outline(at, language))
    names = people.shown(
        [one.post.author_id for one in entries], course=at.course, edition=at.edition, number=at.number, now=at.now
    )
    return [
        Found(
            one,
            _address(at, to, one),
            _name(names, one.post.author_id),
            _place(to, one, language, titles),
            one.post.at,
            stems.excerpt(one.post.text, asked),
        )
        for one in entries
    ]


def _name(names: dict[UUID, people.Shown], author: UUID | None) -> str:
    return names[author].name if author in names else ""


def _address(at: Here, to: Reach, entry: Entry) -> str:
    """Of the post in its thread; the commons' has its own, an earlier edition's is read from here."""
    space = f"/commons/{at.course_slug}/" if entry.space_id == to.commons else at.address
    page = reading.page_of(entry.post.number)
    return f"{space}thread/{entry.thread_id}/{f'?page={page}' if page > 1 else ''}#p-{entry.post.number}"


def _place(to: Reach, entry: Entry, language: str, titles: dict[Any, str]) -> str:
    if entry.space_id == to.own:
        return words.room(entry.thread.room, language, titles)
    if entry.space_id in to.earlier:
        return _("session {number}").format(number=to.earlier[entry.space_id])
    return _("the community")
