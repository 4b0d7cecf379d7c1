"""A plain, scored rule against spam. Pure: what a post says and who writes it, in; points with their reasons, out."""

import re
from dataclasses import dataclass

HOLD = 5  # points from which a post waits for a moderator

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_SHOUTED = re.compile(r"\b[A-ZÀ-Þ]{4,}\b")
_CONTACT = re.compile(r"(?:whats?\s?app|telegram|t\.me/|\+\d{7,})", re.IGNORECASE)


@dataclass(frozen=True)
class Score:
    """`reasons` are keys of `words.SPAM`, with the points of each."""

    points: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def holds(self) -> bool:
        """Does it wait for a moderator?"""
        return self.points >= HOLD


def links(text: str) -> int:
    """How many addresses of the web a text holds."""
    return len(_LINK.findall(text))


def score(text: str, *, new: bool, same: int = 0) -> Score:
    """Points of a post: links and contacts weigh more in the first posts of somebody; `same` is how many posts of
    theirs said the same within the hour."""
    found, words = links(text), max(1, len(text.split()))
    reasons = [
        ("links", min(found, 5) if new else max(0, min(found, 8) - 4)),
        ("contact", 3 if new and _CONTACT.search(text) else 0),
        ("shouted", 1 if len(_SHOUTED.findall(text)) * 3 > words and words > 6 else 0),
        ("only links", 2 if found and words - found < 4 else 0),
        ("repeated", 2 * min(same, 3)),
    ]
    kept = tuple((name, points) for name, points in reasons if points)
    return Score(sum(points for _name, points in kept), kept)
