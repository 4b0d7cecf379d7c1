"""Finding what was said. The one file that knows how each engine searches.

SQLite: an FTS5 table over `Entry.title` and `Entry.words`, kept by triggers. PostgreSQL: GIN over the same stems as an
array. Both answer the same: every word of a query must be there, as any of its stems.

Newest first ends as soon as a page is full. On PostgreSQL an index gives no order, and sorting all that hold a common
word would take long: so what is very common is looked for in the newest entries one by one, what is common in the two
newest blocks of the index, and only what is too rare to fill a page there in all of it. Best first weighs the newest
`RANKED` that match."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from preau.common.prepared import adapted
from preau.discussion import reading, rules, stems
from preau.discussion.access import Here
from preau.discussion.embargo import of_course
from preau.discussion.models import Space
from preau.discussion.rules import Dated
from preau.discussion.stems import Asked

RANKED = 500  # the newest that match are weighed against each other
WEIGHED = 200  # titles weighed for each word of a title being typed
CLOSE, CLOSE_RANKED = 100, 1_000  # entries looked through before PostgreSQL's index is asked
BLOCK = 4096  # entries; the index of migration 0002 says so too
LIKELY = 5  # threads suggested


@dataclass(frozen=True)
class Filters:
    """What is looked for besides words; None and "" leave it open. `room`: the key of one of this space. `scope`: here,
    earlier or commons."""

    room: str = ""
    kind: str = ""
    answered: bool | None = None
    unit: UUID | None = None
    author: UUID | None = None
    language: str = ""
    since: datetime | None = None
    scope: str = ""


@dataclass(frozen=True)
class Held:
    """What may not be read yet: marked posts of these units; of what is about none that is `graded`, those of these
    modules; of what has no module that is, those marked since a graded unit opened."""

    units: tuple[UUID, ...] = ()
    modules: tuple[UUID, ...] = ()
    since: datetime | None = None
    graded: tuple[tuple[UUID, ...], tuple[UUID, ...]] = ((), ())  # every graded unit, every module with one


@dataclass(frozen=True)
class Reach:
    """Where somebody may look: their space, the commons beside it, and the threads that last of earlier editions
    (spaces with the edition's number)."""

    person: UUID
    team: bool
    own: UUID
    commons: UUID | None
    earlier: dict[UUID, int]
    held: Held
    held_commons: Held


def held(units: Sequence[Dated], now: datetime) -> Held:
    """What `rules.embargo` folds now, said for a query."""
    waiting = [one for one in units if rules.folded(one.until, now)]
    since = min((one.opens for one in waiting), default=None)
    return Held(*_keys(waiting), since, _keys([one for one in units if one.until is not None]))


def _keys(units: Sequence[Dated]) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
    """Their units and their modules, each once."""
    of_units = dict.fromkeys(one.unit for one in units if isinstance(one.unit, UUID))
    return tuple(of_units), tuple(dict.fromkeys(one.module for one in units if isinstance(one.module, UUID)))


def reach(at: Here, language: str) -> Reach:
    """Of somebody in a space: two queries at most."""
    commons: UUID | None = None
    earlier: dict[UUID, int] = {}
    rows: Any = Space.objects.filter(course_id=at.course).exclude(pk=at.space).order_by()
    for key, edition, number in rows.values_list("pk", "edition_id", "edition__number"):
        if edition is None:
            commons = key
        elif at.number is None or number < at.number:
            earlier[key] = number
    mine = held(reading.dated(at, language), at.now)
    common = mine if at.edition is None else held(of_course(at.course, language, at.now), at.now)
    return Reach(at.person.pk, at.team, at.space, commons, earlier, mine, common)


@dataclass
class _Where:
    """Conditions of a query and their values, in one order."""

    parts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, part: str, *values: Any) -> None:
        self.parts.append(part)
        self.values += [adapted(value) for value in values]

    @property
    def sql(self) -> str:
        return " AND ".join(self.parts)


def _in(column: str, keys: Sequence[UUID]) -> str:
    return f"{column} IN ({', '.join(['%s'] * len(keys))})" if keys else "1 = 0"


def _visible(to: Reach, asked: Filters) -> _Where:
    """What somebody may read of what they look for: e is the entry, p its post, t the thread, r its room."""
    where = _Where()
    where.add("p.state = 'shown'")
    where.add("t.hidden = %s", False)
    if not to.team:
        where.add("r.hidden = %s", False)
    _places(where, to, "here" if asked.room else asked.scope)
    where.add(
        "(r.kind <> 'circle' OR (e.space_id = %s AND r.id IN (SELECT room_id FROM discussion_circle WHERE host_id = %s"
        " UNION SELECT c.room_id FROM discussion_circle c JOIN discussion_circlemember m ON m.circle_id = c.id"
        " WHERE m.person_id = %s)))",
        to.own,
        to.person,
        to.person,
    )
    for part, value in (
        ("r.key = %s", asked.room),
        ("t.kind = %s", asked.kind),
        ("t.unit_id = %s", asked.unit),
        ("p.author_id = %s", asked.author),
        ("t.language = %s", asked.language),
        ("p.at >= %s", asked.since),
    ):
        if value:
            where.add(part, value)
    if asked.answered is not None:
        where.add(f"t.accepted_id IS {'NOT ' if asked.answered else ''}NULL")
    return where


def _places(where: _Where, to: Reach, scope: str) -> None:
    """The spaces, each with what is folded there."""
    parts, values = [], []
    for name, spaces, found in (
        ("here", [to.own], _unfolded(to.held)),
        ("commons", [to.commons] if to.commons else [], _unfolded(to.held_commons)),
        ("earlier", list(to.earlier), _lasting(to.held)),
    ):
        if spaces and scope in ("", name):
            parts.append(f"({_in('e.space_id', spaces)}{found.sql and ' AND '}{found.sql})")
            values += [*spaces, *found.values]
    where.add(f"({' OR '.join(parts) or '1 = 0'})", *values)


def _unfolded(held: Held) -> _Where:
    """No post that reveals an answer before its deadline (`rules.embargo`)."""
    where = _Where()
    if held.since is not None:
        of_units, of_modules = held.graded
        of_unit = f"COALESCE({_in('t.unit_id', of_units)}, FALSE)"
        of_module = f"COALESCE({_in('r.module_id', of_modules)}, FALSE)"
        where.add(
            f"(p.reveals_at IS NULL OR NOT (COALESCE({_in('t.unit_id', held.units)}, FALSE) OR (NOT {of_unit}"
            f" AND (COALESCE({_in('r.module_id', held.modules)}, FALSE)"
            f" OR (NOT {of_module} AND p.reveals_at >= %s)))))",
            *held.units,
            *of_units,
            *held.modules,
            *of_modules,
            held.since,
        )
    return where


def _lasting(held: Held) -> _Where:
    """Threads of earlier editions: those that last, none about a unit that is still graded, none of a circle."""
    where = _Where()
    where.add("t.lasting = %s AND r.kind <> 'circle'", True)
    if held.units:
        where.add(f"(t.unit_id IS NULL OR NOT {_in('t.unit_id', held.units)})", *held.units)
    return where


COLUMNS = "e.id, e.title, e.words, e.thread_id, t.accepted_id, p.id, p.thanks"


def newest(to: Reach, groups: Asked, asked: Filters, *, before: int | None = None, limit: int = 20) -> list[int]:
    """Entries that hold all these words, newest first, older than the entry `before`."""
    return [row[0] for row in _matching(groups, _visible(to, asked), limit, CLOSE, before=before)]


def best(to: Reach, groups: Asked, asked: Filters) -> list[int]:
    """The best entry of each thread that holds all these words, best first, among the newest `RANKED`."""
    weighed = []
    for key, title, words, thread, accepted, post, thanks in _matching(
        groups, _visible(to, asked), RANKED, CLOSE_RANKED
    ):
        mark = stems.weight(groups, title, words) + (accepted == post) + min(thanks, 10) / 10
        weighed.append((mark, key, thread))
    weighed.sort(reverse=True)
    first = {thread: key for _mark, key, thread in reversed(weighed)}
    return [key for _mark, key, thread in weighed if first[thread] == key]


def likely(to: Reach, groups: Asked) -> list[int]:
    """First posts of the threads whose title is nearest to a title being typed: any of its words, rare ones first, at
    least half of what they are worth; those with an answer first."""
    rows: dict[int, tuple[str, bool]] = {}
    visible = _visible(to, Filters())
    for key, title, _words, _thread, accepted, *_rest in _titled(groups, visible):
        rows[key] = title, accepted is not None
    worth = stems.rarest(groups, [title for title, _answered in rows.values()])
    marked = []
    for key, (title, answered) in rows.items():
        named = f" {title} "
        has = [any(f" {stem} " in named for stem in group) for group in groups]
        mark = sum(value for value, there in zip(worth, has, strict=True) if there)
        if mark >= sum(worth) / 2:
            marked.append((mark, answered, key))
    nearest = sorted(marked, reverse=True)[:LIKELY]
    return [key for _mark, _answered, key in sorted(nearest, key=lambda one: (not one[1], -one[0], -one[2]))]


def _run(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


# --- SQLite

FTS = f"""SELECT {COLUMNS} FROM discussion_search CROSS JOIN discussion_entry e ON e.id = discussion_search.rowid
CROSS JOIN discussion_thread t ON t.id = e.thread_id CROSS JOIN discussion_post p ON p.id = e.post_id
CROSS JOIN discussion_room r ON r.id = t.room_id
WHERE discussion_search MATCH %s AND discussion_search.rowid < %s AND {{visible}}
ORDER BY discussion_search.rowid DESC LIMIT %s"""  # CROSS JOIN: in this order
LAST = 2**63 - 1


def _fts(groups: Asked, within: str = "") -> str:
    """An expression of FTS5. Stems hold no quote; each is quoted, so that none is an operator."""
    every = " AND ".join(f"({' OR '.join(f'"{stem}"' for stem in group)})" for group in groups)
    return f"{within}({every})"


# --- PostgreSQL

ARRAY, TITLES = (
    "string_to_array(title || ' ' || words || ' @' || (id / 4096)::text, ' ')",
    "string_to_array(title, ' ')",
)
# OFFSET 0: what is found is put in order by its numbers alone, and only as many as a page needs are joined.
PICKED = f"""(SELECT {COLUMNS} FROM (SELECT id, id + 0 AS turn FROM discussion_entry WHERE {{match}}
ORDER BY {{order}} DESC OFFSET 0) f JOIN discussion_entry e ON e.id = f.id
JOIN discussion_thread t ON t.id = e.thread_id JOIN discussion_post p ON p.id = e.post_id
JOIN discussion_room r ON r.id = t.room_id WHERE {{visible}} ORDER BY f.{{order}} DESC LIMIT %s)"""
PLANNED = "SELECT " + ", ".join(
    f"set_config('{name}', '{value}', true)"
    for name, value in (
        ("enable_seqscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("join_collapse_limit", "1"),
        ("jit", "off"),
        ("max_parallel_workers_per_gather", "0"),  # the parts of a UNION ALL come in their order
    )
)
BY_KEY, BY_INDEX = "id", "turn"  # by a sum the planner cannot take the key's order, and takes the index of stems


def _indexed(sql: str, values: Sequence[Any]) -> list[Any]:
    """Run a query by the index of stems, one row after the other until there are enough. Left alone, the planner makes
    the array of every entry, which it holds for cheap and takes seconds, and joins all rows before it takes twenty."""
    with connection.cursor() as cursor:
        cursor.execute(f"{PLANNED}; {sql}", values)  # one message is one transaction: the settings end with it
        cursor.nextset()
        return list(cursor.fetchall())


def _matching(groups: Asked, visible: _Where, limit: int, close: int, *, before: int | None = None) -> list[Any]:
    """Rows of `COLUMNS`, newest first."""
    if not groups:
        return []
    if connection.vendor == "sqlite":
        return _run(FTS.format(visible=visible.sql), [_fts(groups), before or LAST, *visible.values, limit])
    top = before or _run("SELECT coalesce(max(id), 0) + 1 FROM discussion_entry", [])[0][0]
    near = max(0, (top - 1) // BLOCK - 1)
    blocks = [f"@{near}", f"@{near + 1}"]
    looked = " AND ".join(
        f"({' OR '.join(['strpos(concat(chr(32), title, chr(32), words, chr(32)), %s) > 0'] * len(group))})"
        for group in groups
    )
    padded = [f" {stem} " for group in groups for stem in group]
    indexed, sought = " AND ".join([f"{ARRAY} && %s"] * len(groups)), [list(group) for group in groups]
    parts = (
        (f"id >= %s AND id < %s AND {looked}", BY_KEY, [top - close, top, *padded]),
        (f"id + 0 < %s AND {ARRAY} && %s AND {indexed}", BY_INDEX, [top - close, blocks, *sought]),
        (f"id + 0 < %s AND {indexed}", BY_INDEX, [min(near * BLOCK, top - close), *sought]),
    )
    sql = " UNION ALL ".join(PICKED.format(match=match, order=order, visible=visible.sql) for match, order, _ in parts)
    values = [value for _match, _order, own in parts for value in (*own, *visible.values, limit)]
    return _indexed(f"{sql} LIMIT %s", [*values, limit])


def _titled(groups: Asked, visible: _Where) -> list[Any]:
    """Rows of `COLUMNS` whose title holds a word: the newest `WEIGHED` of each word."""
    queries, values = [], []
    for group in groups:
        if connection.vendor == "sqlite":
            queries.append(f"SELECT * FROM ({FTS.format(visible=visible.sql)})")
            values += [_fts((group,), "title : "), LAST, *visible.values, WEIGHED]
        else:
            queries.append(PICKED.format(match=f"title <> '' AND {TITLES} && %s", order=BY_INDEX, visible=visible.sql))
            values += [list(group), *visible.values, WEIGHED]
    run = _run if connection.vendor == "sqlite" else _indexed
    return run(" UNION ALL ".join(queries), values) if queries else []
