"""Where a note, a question or a suggestion belongs once the cues have changed. No Django."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from preau.subtitles.wording import Words, likeness, words

ALIKE = 0.6  # of the words, from which two texts are much alike
MOST = 50  # cues that are weighed for one anchor: a line that stands oftener says nothing
RAREST = 3  # words of a quote by which it is looked for


@dataclass(frozen=True, slots=True)
class Anchor:
    """The key of a cue, its plain words, and those of the cues before and after it; empty at the ends of a track."""

    key: str
    quote: str
    before: str
    after: str


def find(anchor: Anchor, cues: Sequence[tuple[str, str]]) -> str | None:
    """The key of the cue that an anchor belongs to now, among (key, plain words) in order; None for an orphan.

    Its own key while that stands, whatever the words; else the cue that says the same, its neighbours deciding between
    several; else one that says much the same beside a neighbour that does.
    """
    return find_all([anchor], cues)[0]


def find_all(anchors: Sequence[Anchor], cues: Sequence[tuple[str, str]]) -> list[str | None]:
    """As `find`, for many: the cues are indexed once, and each anchor is then weighed against few of them."""
    index = None
    keys = {key for key, _text in cues}
    found: list[str | None] = []
    for anchor in anchors:
        if anchor.key in keys:
            found.append(anchor.key)
            continue
        index = index or _Index([words(text) for _key, text in cues])
        place = index.place(words(anchor.quote), words(anchor.before), words(anchor.after))
        found.append(None if place is None else cues[place][0])
    return found


class _Index:
    """Cues by what they say, by what stands beside them, and by their words."""

    def __init__(self, said: Sequence[Words]) -> None:
        self.said = said
        self.saying: dict[Words, list[int]] = defaultdict(list)
        self.between: dict[tuple[Words, Words, Words], int] = {}
        self.having: dict[str, list[int]] = defaultdict(list)
        for place, text in enumerate(said):
            self.saying[text].append(place)
            self.between.setdefault((self._text(place - 1), text, self._text(place + 1)), place)
            for word in set(text):
                self.having[word].append(place)

    def _text(self, place: int) -> Words:
        return self.said[place] if 0 <= place < len(self.said) else ()

    def place(self, quote: Words, before: Words, after: Words) -> int | None:
        """The index of the cue that a quote belongs to."""
        same = self.saying.get(quote, [])
        if quote and len(same) == 1:
            return same[0]
        exact = self.between.get((before, quote, after))
        if exact is not None:
            return exact
        # a line that stands everywhere is weighed beside its very neighbours, wherever they are
        beside = list(self._beside(before, after))
        equal = [place for place in [*same[:MOST], *beside] if self.said[place] == quote]
        best = self._best(equal, quote, before, after)
        return self._best([*beside, *self._sharing(quote)], quote, before, after) if best is None else best

    def _best(self, places: Sequence[int], quote: Words, before: Words, after: Words) -> int | None:
        """The one that is most alike, with its neighbours; None where no neighbour is alike."""
        best, most = None, 0.0
        for place in sorted(set(places)):
            beside = likeness(before, self._text(place - 1)), likeness(after, self._text(place + 1))
            like = likeness(quote, self.said[place])
            if like >= ALIKE and max(beside) >= ALIKE and like + sum(beside) > most:
                best, most = place, like + sum(beside)
        return best

    def _sharing(self, quote: Words) -> Iterator[int]:
        """Cues that share one of the rarest words of a quote."""
        known = sorted({word for word in quote if word in self.having}, key=lambda word: (len(self.having[word]), word))
        for word in known[:RAREST]:
            yield from self.having[word][:MOST]

    def _beside(self, before: Words, after: Words) -> Iterator[int]:
        """Cues that stand after what says `before`, or before what says `after`."""
        last = len(self.said) - 1
        yield from (place + 1 for place in islice(self.saying.get(before, ()), MOST) if place < last)
        yield from (place - 1 for place in islice(self.saying.get(after, ()), MOST) if place > 0)
