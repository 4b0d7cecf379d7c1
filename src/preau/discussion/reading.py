"""What the pages of the discussions show. Reads only; a constant number of queries, whatever there is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.http import FileResponse, Http404
from django.utils.safestring import SafeString, mark_safe

from preau.accounts import reads
from preau.common import text as texts
from preau.common.prepared import Prepared
from preau.content import outline as outlines
from preau.content.outline import Outline, UnitFacts
from preau.discussion import drawing, embargo, files, moments, people, rules, words
from preau.discussion.access import ONE, TWO, Here, Opened
from preau.discussion.drawing import NOBODY, Posted, Text
from preau.discussion.models import Circle, CircleMember, Post, Room, Space, Thread
from preau.discussion.models_people import Member
from preau.discussion.rules import PAGE, Dated

THREADS = 30  # of one page of a list
State = Post.State


@dataclass(frozen=True)
class Line:
    """A thread in a list. `unread`: how many posts came since the reader was there; None: they never were."""

    thread: Thread
    room: str
    author: str
    unread: int | None
    unit: UnitFacts | None


def outline(at: Here, language: str) -> Outline | None:
    """The outline of the space's edition; None in the commons and before anything is printed."""
    if at.edition is None:
        return None
    try:
        return outlines.of(at.edition, at.revision, language)
    except outlines.NotPrinted:
        return None


def dated(at: Here, language: str) -> tuple[Dated, ...]:
    """The graded units whose answers nobody may read here before their deadline."""
    if at.edition is not None:
        return embargo.of_edition(at.edition, at.revision, language)
    return embargo.of_course(at.course, language, at.now)


def modules(found: Outline | None) -> dict[object, str]:
    """Titles of modules by their ids."""
    return {module.id: module.title for module in found.modules} if found else {}


def units(found: Outline | None) -> dict[object, UnitFacts]:
    """Units by their ids."""
    return {unit.id: unit for unit in found.units()} if found else {}


def rooms(at: Here, language: str) -> list[dict[str, Any]]:
    """The rooms that somebody may read, named, in their order; a module's once it has opened."""
    found = outline(at, language)
    titles = modules(found)
    opened = {module.id for module in found.modules if at.team or module.opens <= at.now} if found else set()
    within = CircleMember.objects.filter(space_id=at.space, person=at.person).values("circle")
    circles = Circle.objects.filter(Q(host=at.person) | Q(pk__in=within), room__space_id=at.space)
    mine = set(circles.values_list("room_id", flat=True))
    shared = Q(space_id=at.space) & ~Q(kind=Room.Kind.CIRCLE)
    rows = Room.objects.filter(shared | Q(pk__in=mine)).order_by("position", "key")
    shown = [row for row in rows if _listed(row, at, opened, mine)]
    return [
        {"key": row.key, "kind": row.kind, "name": words.room(row, language, titles), "hidden": row.hidden}
        for row in shown
    ]


def _listed(row: Room, at: Here, opened: set[UUID], mine: set[UUID]) -> bool:
    if row.kind == Room.Kind.CIRCLE:
        return row.pk in mine
    if row.kind == Room.Kind.MODULE and row.module_id not in opened:
        return False
    return at.team or not row.hidden


def languages(at: Here) -> list[str]:
    """The languages that somebody reads, by their account and by what they show of themselves here. Two queries."""
    shown = Member.objects.filter(pk=at.member).values_list("languages", flat=True).first() if at.member else None
    return list(dict.fromkeys([*reads.of(at.person), *(shown or ())]))


def threads(at: Here, *, room: Room | None = None, languages: Sequence[str] = ()) -> "QuerySet[Thread]":
    """The threads of a room, pinned first; of the whole space without its circles, newest first. `languages`: only
    those written in one of them."""
    mark = FilteredRelation("marks", condition=Q(marks__person=at.person))
    rows = Thread.objects.select_related("room").annotate(mark=mark, read_to=F("mark__number"))
    if room is not None:
        rows = rows.filter(room=room).order_by("-pinned", "-latest_at")
    else:
        rows = rows.filter(space_id=at.space).exclude(room__kind=Room.Kind.CIRCLE).order_by("-latest_at")
    rows = rows.filter(language__in=languages) if languages else rows
    return rows if at.team else rows.filter(hidden=False, room__hidden=False)


def lines(at: Here, rows: Iterable[Thread], language: str) -> list[Line]:
    """Threads as a list shows them: the authors' names are one more query or two."""
    listed = list(rows)
    found = outline(at, language)
    titles, known = modules(found), units(found)
    names = people.shown(
        [row.author_id for row in listed], course=at.course, edition=at.edition, number=at.number, now=at.now
    )
    return [
        Line(
            row,
            words.room(row.room, language, titles),
            names[row.author_id].name if row.author_id in names else "",
            _unread(row),
            known.get(row.unit_id),
        )
        for row in listed
    ]


def _unread(row: Any) -> int | None:
    return None if row.read_to is None else max(0, row.latest - row.read_to)


def page_of(number: int) -> int:
    """The page, from 1, on which a post of this number is."""
    return (number - 1) // PAGE + 1


@dataclass(frozen=True)
class Listed:
    """All that a page of a thread's posts depends on, whoever reads: drawn once until something changes. `turn` counts
    minutes in tens, for names that change elsewhere; `folds` says which posts are folded, and until when."""

    thread: UUID
    revision: int
    first: int
    last: int
    language: str
    zone: str
    team: bool
    acts: bool
    turn: int
    folds: tuple[tuple[int, datetime], ...]


def posts(at: Here, opened: Opened, language: str, zone: ZoneInfo, *, first: int, last: int) -> SafeString:
    """The posts of these numbers, as HTML."""
    thread = opened.thread
    folds = _folds(at, opened, language)
    key = Listed(
        thread.pk,
        thread.revision,
        first,
        last,
        language,
        zone.key,
        at.team,
        opened.writable,
        int(at.now.timestamp()) // 600,
        folds,
    )
    return _list(key, _Source(at, opened))


@dataclass(frozen=True)
class _Source:
    """Where the posts are read from; equal to any other, since `Listed` says it all."""

    at: Here
    opened: Opened

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Source)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=512)
def _list(key: Listed, source: _Source) -> SafeString:
    found = posted(source.at, source.opened, key.language, ZoneInfo(key.zone), first=key.first, last=key.last)
    return mark_safe("\n".join(one.html(words=True if key.team else None) for one in found))


def posted(at: Here, opened: Opened, language: str, zone: ZoneInfo, *, first: int, last: int) -> Sequence[Posted]:
    """The posts of these numbers as values: two queries and one for roles."""
    rows = Post.objects.filter(thread=opened.thread, number__gte=first, number__lte=last).order_by("number")
    return drawn(at, opened, list(rows), language, zone)


def drawn(at: Here, opened: Opened, rows: Sequence[Post], language: str, zone: ZoneInfo) -> list[Posted]:
    """These posts of a thread as values."""
    thread, folds = opened.thread, dict(_folds(at, opened, language))
    names = people.shown(
        [row.author_id for row in rows], course=at.course, edition=at.edition, number=at.number, now=at.now
    )
    return [
        Posted(
            id=row.pk,
            thread=row.thread_id,
            number=row.number,
            author=names.get(row.author_id, NOBODY) if row.author_id else NOBODY,
            at=row.at,
            edited_at=row.edited_at,
            state=row.state,
            thanks=row.thanks,
            accepted=row.pk == thread.accepted_id,
            reveals=row.reveals_at is not None,
            folded=folds.get(row.number),
            answers_to=row.answers_to,
            minute=row.minute,
            files=drawing.files_of(row),
            acts=opened.writable,
            question=thread.kind == Thread.Kind.QUESTION and row.number > 1,
            zone=zone,
            language=language,
            said=Text(row.text),
        )
        for row in rows
    ]


def _folds(at: Here, opened: Opened, language: str) -> tuple[tuple[int, datetime], ...]:
    """Which posts reveal an answer, and until when each is folded. A thread of an earlier edition is folded whole."""
    thread, found = opened.thread, dated(at, language)
    module = thread.room.module_id
    if opened.carried:
        until = rules.due(found, thread.unit_id) if thread.unit_id else None
        return tuple((n, until) for n in range(1, thread.latest + 1)) if until and rules.folded(until, at.now) else ()
    if not found:
        return ()
    folds = []
    for number, marked_at in _marked(thread.pk, thread.revision):
        until = rules.embargo(found, unit=thread.unit_id, module=module, marked_at=marked_at)
        if until is not None and rules.folded(until, at.now):
            folds.append((number, until))
    return tuple(folds)


@lru_cache(maxsize=4096)
def _marked(thread: UUID, revision: int) -> tuple[tuple[int, datetime], ...]:
    """The posts that were marked as revealing, and when; marking one makes another revision."""
    rows = Post.objects.filter(thread_id=thread, reveals_at__isnull=False).order_by("number")
    return tuple((number, at) for number, at in rows.values_list("number", "reveals_at") if at is not None)


def _own(thread: UUID, person: UUID, first: int, last: int) -> Any:
    voted = FilteredRelation("votes", condition=Q(votes__person_id=person))
    rows = Post.objects.annotate(vote=voted).filter(thread_id=thread, number__gte=first, number__lte=last)
    found = rows.filter(Q(author_id=person) | Q(vote__person_id__isnull=False)).order_by("number")
    return found.values_list("number", "author_id")


_OWN = Prepared(_own, (ONE, TWO, 3_000_001, 3_000_002))


def own(at: Here, thread: Thread, first: int, last: int) -> Mapping[str, str]:
    """What is the reader's own among these posts: the numbers of theirs, and of those that they thanked for."""
    rows = _OWN.rows(thread.pk, at.person.pk, first, last)
    return {
        "own": " ".join(str(number) for number, author in rows if author == at.person.pk),
        "thanked": " ".join(str(number) for number, author in rows if author != at.person.pk),
    }


def zone_of(at: Here, found: Outline | None) -> ZoneInfo:
    """In which times are told: the edition's, else the reader's own."""
    return found.zone if found else at.person.zone_info


def space(at: Here) -> Space:
    """The row of the space."""
    return Space.objects.select_related("edition").get(pk=at.space)


def preview(text: str) -> str:
    """How a text will look."""
    return drawing.rendered(texts.clean(text)[: rules.LONGEST])


def page(at: Here, opened: Opened, language: str, number: int) -> dict[str, Any]:
    """A page of a thread, as its template reads it."""
    found, thread = outline(at, language), opened.thread
    zone = zone_of(at, found)
    first = (number - 1) * PAGE + 1
    last = min(first + PAGE - 1, thread.latest)
    pages = page_of(thread.latest)
    return {
        "thread": thread,
        "opened": opened,
        "room": words.room(thread.room, language, modules(found)),
        "unit": units(found).get(thread.unit_id),
        "moment": moments.of(found, [thread]).get(thread.pk),
        "posts": posts(at, opened, language, zone, first=first, last=last),
        "number": number,
        "pages": range(1, pages + 1) if pages > 1 else (),
        "before": number - 1,
        "next": number + 1 if number < pages else 0,
        "last": last,
        "zone": zone,
        **own(at, thread, first, last),
    }


def news(at: Here, opened: Opened, language: str, first: int, last: int) -> dict[str, Any]:
    """The posts that came since, for a page that is open."""
    zone = zone_of(at, outline(at, language))
    html = posts(at, opened, language, zone, first=first, last=last)
    return {"posts": html, "last": last, "thread": opened.thread, **own(at, opened.thread, first, last)}


def card(at: Here, row: Post, opened: Opened, language: str) -> dict[str, Any]:
    """One post drawn anew."""
    (posted_,) = drawn(at, opened, [row], language, zone_of(at, outline(at, language)))
    mine = own(at, opened.thread, row.number, row.number)
    sees = at.team or row.author_id == at.person.pk
    return {"at": at, "posted": posted_, "html": posted_.html(words=True if sees else None), **mine}


def one(at: Here, row: Post, opened: Opened, language: str) -> dict[str, Any]:
    """The page of one post: what its reader can do about it, and what it said before."""
    thread, mine = opened.thread, row.author_id == at.person.pk
    values = card(at, row, opened, language)
    edits = (
        row.edits.order_by("at") if (row.state == State.SHOWN and values["posted"].readable) or at.team or mine else []
    )
    may = not opened.carried
    return {
        **values,
        "row": row,
        "thread": thread,
        "mine": mine,
        "edits": list(edits),
        "zone": values["posted"].zone,
        "may_reveal": may,
        "may_unfold": may and (at.rights.tend or mine),
        "may_accept": may
        and values["posted"].question
        and row.state == State.SHOWN
        and (at.team or thread.author_id == at.person.pk),
        "may_edit": may and mine and row.state in (State.SHOWN, State.HELD),
        "may_delete": may and mine and row.state == State.SHOWN,
        "may_restore": may and mine and row.state == State.DELETED,
        "number_page": page_of(row.number),
    }


def file(at: Here, row: Post, opened: Opened, language: str, number: int) -> FileResponse:
    """A file of a post whose words the reader may read; else 404."""
    shown = card(at, row, opened, language)["posted"]
    sees = shown.readable or at.team or row.author_id == at.person.pk
    if not sees or not 0 < number <= len(row.files):
        raise Http404
    kept = row.files[number - 1]
    return files.KEPT.sent(row.pk, kept, shown=kept["type"] in drawing.PICTURES)
