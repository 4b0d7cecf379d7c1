"""What each standing cue and each cue of a new file descend from: the sources, which are the cues of the former file,
and what people wrote from nothing. No Django."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from preau.subtitles import cuetext
from preau.subtitles.matching import match, match_words
from preau.subtitles.wording import Words, words


class Said(Protocol):
    """A cue of any file: milliseconds, WebVTT cue text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...


class Named(Said, Protocol):
    @property
    def key(self) -> str: ...


class Descended(Named, Protocol):
    @property
    def origins(self) -> tuple[str, ...]: ...


class Group(NamedTuple):
    """Cues that hang together, by index: what stands, the sources, what came. What one of them becomes, all must."""

    standing: list[int]
    sources: list[int]
    new: list[int]


@dataclass
class Lineage:
    """`of_standing` and `of_new` are indexes into `sources`, for each cue. `changed`: it is not as it was delivered."""

    sources: list[Named]
    of_standing: list[list[int]]
    of_new: list[list[int]]
    changed: list[bool]
    from_source: dict[int, list[int]] = field(default_factory=dict)  # which new cues continue it

    def news(self, standing: int) -> list[int]:
        """Which cues of the new file say what this standing cue is about."""
        return sorted({there for source in self.of_standing[standing] for there in self.from_source.get(source, ())})

    def groups(self) -> list[Group]:
        """All cues but those of no source, in the order of their first source."""
        return self._joined([*self.of_standing, *self.of_new])

    def blocks(self) -> list[Group]:
        """Finer: joined only by what the new file merged; `standing` is not given."""
        return [group._replace(standing=[]) for group in self._joined(self.of_new)]

    def _joined(self, ties: Iterable[list[int]]) -> list[Group]:
        root = _roots(len(self.sources), ties)
        groups: dict[int, Group] = defaultdict(lambda: Group([], [], []))
        for source in range(len(self.sources)):
            groups[root[source]].sources.append(source)
        for place, found in enumerate(self.of_standing):
            if found:
                groups[root[found[0]]].standing.append(place)
        for place, found in enumerate(self.of_new):
            if found:
                groups[root[found[0]]].new.append(place)
        return list(groups.values())


def _roots(count: int, ties: Iterable[list[int]]) -> list[int]:
    """For each of so many members the first of those that it is tied to, at whatever distance."""
    parent = list(range(count))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for tied in ties:
        for one in tied[1:]:
            first, second = sorted((root(tied[0]), root(one)))
            parent[second] = first
    return [root(one) for one in range(count)]


def trace(former: Sequence[Named], now: Sequence[Descended], new: Sequence[Said]) -> Lineage:
    """The lineage of what stands `now` and of a `new` file: by origins, by words, and last by people's own words."""
    named: dict[str, list[int]] = defaultdict(list)
    for place, cue in enumerate(former):
        named[cue.key].append(place)
    of_standing = [sorted({place for key in cue.origins for place in named.get(key, ())}) for cue in now]
    found = match([cuetext.plain(cue.text) for cue in former], [cuetext.plain(cue.text) for cue in new])
    changed = _changed(former, now, of_standing)
    lineage = Lineage(list(former), of_standing, [list(one) for one in found], changed)
    _look(lineage)
    _by_own_words(lineage, now, new)
    _look(lineage)
    return lineage


def _look(lineage: Lineage) -> None:
    continued: dict[int, list[int]] = defaultdict(list)
    for place, found in enumerate(lineage.of_new):
        for source in found:
            continued[source].append(place)
    lineage.from_source = dict(continued)


def _changed(former: Sequence[Named], now: Sequence[Descended], of_standing: list[list[int]]) -> list[bool]:
    """Other words, another cut, or written from nothing; another time alone is none of them."""
    standing_of: dict[int, int] = defaultdict(int)
    for found in of_standing:
        for source in found:
            standing_of[source] += 1
    return [
        len(found) != 1 or standing_of[found[0]] != 1 or former[found[0]].text != cue.text
        for cue, found in zip(now, of_standing, strict=True)
    ]


def _by_own_words(lineage: Lineage, now: Sequence[Descended], new: Sequence[Said]) -> None:
    """Look for what people wrote, and nothing of the new file continues, by its own words among what else came: it
    becomes its own source. What was found already keeps the order, as lines that no text can be equal to."""
    left = {place for place in range(len(now)) if lineage.changed[place] and not lineage.news(place)}
    if not left or all(lineage.of_new):
        return
    lines: list[Words] = []
    seen: set[int] = set()
    for place, cue in enumerate(now):
        news = lineage.news(place)
        mark = f"\0{news[0]}" if news and news[0] not in seen else f"\0none{place}"
        seen.update(news[:1])
        lines.append(words(cuetext.plain(cue.text)) if place in left else (mark,))
    others = [
        (f"\0{place}",) if found else words(cuetext.plain(cue.text))
        for place, (cue, found) in enumerate(zip(new, lineage.of_new, strict=True))
    ]
    for there, found in enumerate(match_words(lines, others)):
        if others[there][:1] != (f"\0{there}",):
            lineage.of_new[there] = [_own_source(lineage, place, now[place]) for place in found if place in left]


def _own_source(lineage: Lineage, place: int, cue: Descended) -> int:
    found = lineage.of_standing[place]
    if not (found and lineage.sources[found[0]] is cue):
        lineage.sources.append(cue)
        lineage.of_standing[place] = [len(lineage.sources) - 1]
    return lineage.of_standing[place][0]
