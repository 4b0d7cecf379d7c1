"""What a request may become, and which saved replies are likely to answer a question. Pure: no Django."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

A_DAY = 10  # requests that one person may open in 24 hours
ENTRIES_A_DAY = 50  # messages that one person may add to a request in 24 hours; more is a machine
LONGEST = 20_000  # characters of one message
FILES = 5
FILE = 5_000_000  # bytes
LIKELY = 3  # answers offered before somebody asks
SHORT = 4  # letters; shorter words say little of what a question is about


@dataclass(frozen=True)
class Offer:
    """A saved reply as it may be offered: `title` and `text` in the language of who asks."""

    key: str
    topic: str
    title: str
    text: str


def words(text: str) -> frozenset[str]:
    """The words of a text that say what it is about: no accents, no capitals, endings cut so that « devoirs » meets
    « devoir »."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return frozenset(word.rstrip("sx") for word in re.findall(r"\w+", plain) if len(word) >= SHORT)


def likely(offers: Iterable[Offer], *, topic: str, subject: str) -> Sequence[Offer]:
    """The offers that share the topic or a word of the subject, the best first, at most LIKELY. A word in the title
    counts twice, the topic as much as a title's word; ties go by title."""
    asked = words(subject)

    def weight(offer: Offer) -> int:
        return 2 * (offer.topic == topic) + 2 * len(asked & words(offer.title)) + len(asked & words(offer.text))

    found = sorted((offer for offer in offers if weight(offer)), key=lambda offer: (-weight(offer), offer.title))
    return found[:LIKELY]


def after_learner(claimed: bool) -> str:
    """The state of a request once its learner wrote again: somebody's, else everybody's."""
    return "claimed" if claimed else "open"
