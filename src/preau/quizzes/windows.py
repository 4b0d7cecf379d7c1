"""When one learner may begin an exam, and until when they may write: said by the room that seats people (above, so it
registers itself). Without it, or where it has nothing to say, the dates of the unit hold."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from preau.content.kinds import Place


@dataclass(frozen=True)
class Window:
    """`opens` to `closes`: when a paper may be begun; every paper ends at `closes` at the latest. `attempts`: how many
    papers may be begun in all, in every sitting together; the best counts. `waits`: why none may be begun now although
    the window is open, as a msgid ("the invigilator has not marked you present yet"); empty: nothing stands in the
    way."""

    opens: datetime | None
    closes: datetime
    attempts: int = 1
    waits: str = ""


type Source = Callable[[Place], Window | None]
"""One query at most."""

_sources: list[Source] = []


def register(source: Source) -> None:
    """Add a source; registering again changes nothing."""
    if source not in _sources:
        _sources.append(source)


def of(place: Place) -> Window | None:
    """The window of a learner at a unit; None: the unit's own dates, and one attempt for an exam."""
    for source in _sources:
        if (found := source(place)) is not None:
            return found
    return None
