"""What copies will lack, by language and track, and what letting others in would do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from preau.desk.access_peer import Board
from preau.desk.peer_board import Group
from preau.peer import allocation
from preau.peer import outlook as peers
from preau.peer.allocation import Count, Helpers


@dataclass(frozen=True)
class Line:
    """The copies of one language and track: of the `wanted` reviews that are guaranteed, so many are `missing` now,
    `leased` are being written, and so many will be missing when reviews are due and a day later."""

    language: str
    track: str
    copies: int
    without: int
    wanted: int
    missing: int
    leased: int
    owed: int
    due: float
    later: float

    @property
    def come(self) -> int:
        return self.wanted - self.missing

    @property
    def share(self) -> int:
        """Of what is guaranteed, in percent."""
        return 100 if not self.wanted else round(100 * self.come / self.wanted)


@dataclass(frozen=True)
class Then:
    """What would be missing in all when reviews are due, and a day later."""

    due: int
    later: int


@dataclass(frozen=True)
class Outlook:
    """`groups` says what letting a group in would leave missing, `everybody` all of them together."""

    lines: Sequence[Line]
    missing: int
    leased: int
    owed: int
    then: Then
    groups: Mapping[str, Then]
    everybody: Then


def outlook(at: Board, groups: Sequence[Group], now: datetime) -> Outlook:
    """One query; the rest is reckoned."""
    counted = peers.counts(at.facts)
    within = _helpers(group for group in groups if group.widening)
    now_in = peers.ahead(at.facts, now, within, counted)
    lines = [_line(one, then) for one, then in zip(counted, now_in, strict=True)]
    out = [group for group in groups if not group.widening]
    return Outlook(
        lines,
        sum(one.missing for one in lines),
        sum(one.leased for one in lines),
        sum(one.owed for one in lines),
        _sum(now_in),
        {one.key: _sum(peers.ahead(at.facts, now, [*within, *_helpers([one])], counted)) for one in out},
        _sum(peers.ahead(at.facts, now, [*within, *_helpers(out)], counted)),
    )


def _helpers(groups: Iterable[Group]) -> list[Helpers]:
    """The people of these groups, those who read the same languages together."""
    found: dict[frozenset[str], int] = {}
    for group in groups:
        for spoken in group.spoken:
            found[spoken] = found.get(spoken, 0) + 1
    return [Helpers(people, spoken) for spoken, people in found.items()]


def _sum(found: Iterable[allocation.Outlook]) -> Then:
    lines = list(found)
    return Then(round(sum(one.due for one in lines)), round(sum(one.later for one in lines)))


def _line(one: Count, then: allocation.Outlook) -> Line:
    return Line(
        one.language,
        one.track,
        one.copies,
        one.without,
        one.guaranteed,
        one.missing,
        one.held,
        one.owed_begun + one.owed_idle,
        then.due,
        then.later,
    )
