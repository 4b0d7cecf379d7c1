"""A producer delivers a file again, and people have changed the subtitles meanwhile: what stands then. No Django.

Where nobody changed a cue, the file's words and times. Where somebody did, their words and the file's times: the pieces
of a split share the new time of what was split, a merge lasts from the first to the last of what was merged. What
people only re-timed keeps that until the file's times change there. All times are milliseconds, all texts WebVTT cue
text.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from preau.subtitles import cuetext, lineage
from preau.subtitles.lineage import Group, Said
from preau.subtitles.retiming import Clock, Knot, Span, moved
from preau.subtitles.wording import words


@dataclass(frozen=True, slots=True)
class Delivered:
    """A cue of the former file, under the key that it goes by; several may go by one."""

    key: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands now. `origins`: the keys of the delivered cues that it came from; one of the former file that is
    nobody's origin was removed by people. No origin that is known: people wrote it from nothing."""

    key: str
    start: int
    end: int
    text: str
    settings: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Came:
    """A cue of the new file."""

    start: int
    end: int
    text: str
    settings: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What stands from now on; `key` None asks for a fresh one, which is then also its origin. `origins` are keys of
    `Merge.came`, but those of what people wrote from nothing and the file does not say: they stay as they were."""

    key: str | None
    start: int
    end: int
    text: str
    settings: str
    origins: tuple[str, ...]


@dataclass(frozen=True)
class Merge:
    """What came of it.

    `cues` are in text track cue order. `came` has, for each cue of the new file, the key that it goes by in the next
    merge, as `Delivered.key`; None is the fresh key: the nth None is that of the nth of `cues` whose key is None. Two
    cues of the file may go by one key, where people's one cue covers both.

    `kept`: the keys of what people wrote and still stands; `contested`: those among them where the file changed the
    words too, and not to what stands. `lost`: what people wrote and has no place any more.
    """

    cues: tuple[Merged, ...]
    came: tuple[str | None, ...]
    kept: tuple[str, ...]
    contested: tuple[str, ...]
    lost: tuple[Standing, ...]


def merge(former: Sequence[Delivered], now: Sequence[Standing], new: Sequence[Came]) -> Merge:
    """What stands when a file comes again. All three are in text track cue order; keys of `now` are unique.

    No words of people are replaced: they stand, or are lost, or the file says the same. A cue whose words nobody
    changed and that the file no longer has, just ends. What people removed stays away until the file says it otherwise.
    What they wrote from nothing stands between its neighbours while one of them is there, unless the file now speaks
    at that time.
    """
    merger = _Merger(former, now, new)
    for group in merger.lineage.groups():
        merger.settle(group)
    merger.add_fresh()
    merger.place_added()
    return merger.result()


class _Merger:
    def __init__(self, former: Sequence[Delivered], now: Sequence[Standing], new: Sequence[Came]) -> None:
        self.now, self.new = now, new
        self.lineage = lineage.trace(former, now, new)
        self.rooted = any(self.lineage.of_standing)
        self.cues: list[tuple[int, Merged]] = []  # with the index of the file's cue, -1 where it is people's
        self.came: list[str | None] = [None] * len(new)
        self.named: set[str] = set()  # keys in `came`
        self.taken = {cue.key for cue in now}
        self.kept: set[int] = set()
        self.contested: set[int] = set()
        self.lost: set[int] = set()
        self.span: dict[int, tuple[int, int]] = {}  # of each source that the file still has, in the new film
        self.reworded: set[int] = set()  # sources whose words the file changed
        self.moved: set[int] = set()  # sources whose time or cut it changed, or that it dropped
        for block in self.lineage.blocks():
            self._compare(block)

    def _compare(self, block: Group) -> None:
        sources = [self.lineage.sources[place] for place in block.sources]
        news = [self.new[place] for place in block.new]
        if _said(sources) != _said(news):
            self.reworded.update(block.sources)
        if len(sources) > 1 or [(cue.start, cue.end) for cue in sources] != [(cue.start, cue.end) for cue in news]:
            self.moved.update(block.sources)
        if news:
            spans = moved([_span(cue) for cue in sources], [_span(cue) for cue in news])
            self.span.update(zip(block.sources, spans, strict=True))

    def settle(self, group: Group) -> None:
        """Decide whose words stand, the file's or people's."""
        changed = {place for place in group.standing if self.lineage.changed[place]}
        removed = set(group.sources).difference(*(self.lineage.of_standing[place] for place in group.standing))
        texts = [self.now[place].text for place in group.standing]
        adopted = texts == [self.new[place].text for place in group.new]
        if not group.new:
            self.lost |= changed
        elif not group.standing:
            self._leave_removed(group)
        elif adopted and not (self.moved.isdisjoint(group.sources) and self.reworded.isdisjoint(group.sources)):
            self._follow(group, dict(zip(group.new, group.standing, strict=True)))
        elif removed or changed:
            self._keep(group, changed)
        else:
            self._follow(group, self._continued(group))

    def _leave_removed(self, group: Group) -> None:
        """People removed it: it comes again only if the file says something else there."""
        for there in group.new:
            if not self.reworded.isdisjoint(group.sources):
                key = self._free_name(there)
                self._come(there, self.new[there], None if key in self.taken else key)
            else:
                self._cover(there)

    def _continued(self, group: Group) -> dict[int, int]:
        """Which standing cue each new one goes on with, where nobody changed any: the first that is still free."""
        of_source = {self.lineage.of_standing[place][0]: place for place in group.standing}
        continued: dict[int, int] = {}
        free = set(group.standing)
        for there in group.new:
            for place in [of_source[one] for one in self.lineage.of_new[there] if of_source[one] in free][:1]:
                continued[there] = place
                free.remove(place)
        return continued

    def _follow(self, group: Group, continued: dict[int, int]) -> None:
        """The file's words and times, under the keys of what they continue."""
        still = self.moved.isdisjoint(group.sources)
        for there in group.new:
            cue = self.new[there]
            stands = self.now[continued[there]] if there in continued else None
            if stands and still:
                cue = replace(cue, start=stands.start, end=stands.end)
            self._come(there, cue, stands.key if stands else None)

    def _come(self, there: int, cue: Came, key: str | None) -> None:
        """Let a cue of the file stand under a key, or under a fresh one."""
        name = key and (self._free_name(there) or key)
        if name:
            self.came[there] = name
            self.named.add(name)
        self.taken.update([key] if key else [])
        origins = (name,) if name else ()
        self.cues.append((there, Merged(key, cue.start, cue.end, cue.text, cue.settings, origins)))

    def _cover(self, there: int) -> None:
        """Give a cue of the file a key though others' words stand there."""
        name = self._free_name(there) or self.lineage.sources[self.lineage.of_new[there][0]].key
        self.came[there] = name
        self.named.add(name)

    def _free_name(self, there: int) -> str | None:
        """The key of what a cue of the file continues, unless others go by it already."""
        keys = (self.lineage.sources[one].key for one in self.lineage.of_new[there])
        return next((key for key in keys if key not in self.named), None)

    def _keep(self, group: Group, changed: set[int]) -> None:
        """People's words, the file's times; what the file says there is covered by them."""
        for there in group.new:
            self._cover(there)
        stays = [place for place in group.standing if self.lineage.news(place)]
        self.lost |= changed.difference(stays)
        self.kept |= changed.intersection(stays)
        said, says = _said(self.now[place] for place in group.standing), _said(self.new[place] for place in group.new)
        if said != says:
            stand = changed.intersection(stays)
            self.contested |= {one for one in stand if not self.reworded.isdisjoint(self.lineage.of_standing[one])}
        for place, (start, end) in self._times(group, stays).items():
            self._stand(place, start, end, self._origins(place))

    def _times(self, group: Group, stays: list[int]) -> dict[int, tuple[int, int]]:
        """When what stands of a group is said in the new film: from the first of the file's times there to the last."""
        if self.moved.isdisjoint(group.sources):
            return {place: (self.now[place].start, self.now[place].end) for place in stays}
        clock = self._clock(group.sources)
        times = {place: self._when(place, clock) for place in stays}
        first = min(stays, key=lambda place: self.now[place].start)
        last = max(stays, key=lambda place: self.now[place].end)
        times[first] = min(self.new[there].start for there in group.new), times[first][1]
        times[last] = times[last][0], max(self.new[there].end for there in group.new)
        return times

    def _when(self, place: int, clock: Clock) -> tuple[int, int]:
        """What begins or ends with its sources does so still, whatever else begins or ends there."""
        cue = self.now[place]
        sources = [one for one in self.lineage.of_standing[place] if one in self.span]
        begins = min(self.lineage.sources[one].start for one in sources)
        ends = max(self.lineage.sources[one].end for one in sources)
        start = min(self.span[one][0] for one in sources) if cue.start == begins else clock.start(cue.start)
        end = max(self.span[one][1] for one in sources) if cue.end == ends else clock.end(cue.end)
        return start, end

    def _clock(self, sources: Iterable[int]) -> Clock:
        return Clock(knot for one in sources if one in self.span for knot in self._knots(one))

    def _knots(self, source: int) -> tuple[Knot, Knot]:
        cue, (start, end) = self.lineage.sources[source], self.span[source]
        return Knot(cue.start, True, start), Knot(cue.end, False, end)

    def _origins(self, place: int) -> tuple[str, ...]:
        came = tuple(dict.fromkeys(filter(None, (self.came[there] for there in self.lineage.news(place)))))
        before = self.now[place].origins
        return before if set(before) == set(came) else came

    def _stand(self, place: int, start: int, end: int, origins: tuple[str, ...]) -> None:
        cue = self.now[place]
        end = max(end, start + 1) if cue.end > cue.start else end  # however short what was split has become
        self.cues.append((-1, Merged(cue.key, start, end, cue.text, cue.settings, origins)))

    def add_fresh(self) -> None:
        """What continues nothing of the former file stands as it came."""
        for there, cue in enumerate(self.new):
            if not self.lineage.of_new[there]:
                self._come(there, cue, None)

    def place_added(self) -> None:
        """What people wrote from nothing, and the file does not say, finds its place again by its neighbours."""
        clock = self._clock(range(len(self.lineage.sources)))
        spoken = _Spoken(cue for cue, found in zip(self.new, self.lineage.of_new, strict=True) if not found)
        after = self._neighbours(reversed(range(len(self.now))))
        for place, before in self._neighbours(range(len(self.now))).items():
            times = self._between(place, before, after[place], clock)
            if times and spoken.share(*times) <= 0.5:
                self.kept.add(place)
                self._stand(place, *times, self.now[place].origins)
            else:
                self.lost.add(place)

    def _neighbours(self, places: Iterable[int]) -> dict[int, int | None]:
        """For each cue that has no source the last one before it that has; None where the file has that no more."""
        found: dict[int, int | None] = {}
        last = None
        for place in places:
            if not self.lineage.of_standing[place]:
                found[place] = last
            else:
                last = place if self.lineage.news(place) else None
        return found

    def _between(self, place: int, before: int | None, after: int | None, clock: Clock) -> tuple[int, int] | None:
        """When it is said in the new film; never longer than it was, whatever has come between its neighbours."""
        cue = self.now[place]
        if not self.rooted:
            return cue.start, cue.end  # nothing tells where else
        if before is not None and after is not None:
            start, end = clock.start(cue.start), clock.end(cue.end)
        elif before is not None:
            shift = clock.end(self.now[before].end) - self.now[before].end
            start, end = cue.start + shift, cue.end + shift
        elif after is not None:
            shift = clock.start(self.now[after].start) - self.now[after].start
            start, end = cue.start + shift, cue.end + shift
        else:
            return None
        start = max(start, 0)
        return start, max(min(end, start + cue.end - cue.start), 0)

    def result(self) -> Merge:
        self.cues.sort(key=lambda pair: (pair[1].start, -pair[1].end, pair[0]))
        return Merge(
            cues=tuple(cue for _there, cue in self.cues),
            came=tuple(self.came),
            kept=tuple(self.now[place].key for place in sorted(self.kept)),
            contested=tuple(self.now[place].key for place in sorted(self.contested)),
            lost=tuple(self.now[place] for place in sorted(self.lost)),
        )


class _Spoken:
    """The times at which cues are shown, each counted once."""

    def __init__(self, cues: Iterable[Came]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._before: list[int] = []  # how long was spoken before each start
        total = 0
        for start, end in sorted((cue.start, cue.end) for cue in cues if cue.end > cue.start):
            if self._ends and start <= self._ends[-1]:
                total += max(end - self._ends[-1], 0)
                self._ends[-1] = max(end, self._ends[-1])
                continue
            self._starts.append(start)
            self._ends.append(end)
            self._before.append(total)
            total += end - start

    def share(self, start: int, end: int) -> float:
        """How much of a time is spoken in, from 0 to 1."""
        return (self._until(end) - self._until(start)) / (end - start) if end > start else 0.0

    def _until(self, time: int) -> int:
        place = bisect_right(self._starts, time) - 1
        return self._before[place] + min(time, self._ends[place]) - self._starts[place] if place >= 0 else 0


def _said(cues: Iterable[Said]) -> str:
    """The words of cues that follow each other, punctuation and case too: a reviewer wants to see what changed."""
    return " ".join(" ".join(cuetext.plain(cue.text) for cue in cues).split())


def _span(cue: Said) -> Span:
    return Span(cue.start, cue.end, max(1, len(words(cuetext.plain(cue.text)))))
