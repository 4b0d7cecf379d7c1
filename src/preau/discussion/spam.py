"""A plain, scored rule against spam. Pure: what a post says and who writes it, in; points with their reasons, out.

It decides nothing: from `HOLD` points on, a post waits for a moderator."""

import re
import unicodedata
from dataclasses import dataclass

HOLD = 5  # points from which a post waits for a moderator
LOOKED_AT = 20_000  # characters of a text that are looked at: no longer one is kept

_LINK = re.compile(r"(?:https?://|www\.)[^\s)>\]]{1,2000}", re.IGNORECASE)
_SHORT = re.compile(
    r"(?:https?://|www\.|\b)(?:bit\.ly|tinyurl\.com|t\.co|goo\.gl|is\.gd|cutt\.ly|rb\.gy|ow\.ly)/", re.IGNORECASE
)
_SHOUTED = re.compile(r"\b[A-ZÀ-Þ]{4,}\b")
_CONTACT = re.compile(
    r"(?:whats\s?app|\btelegram\b|\bt\.me/|\bwa\.me/|\bsignal\s?:|\+\d{7,15}\b|\+\d{1,3}(?:[ .-]\d{2,4}){3,5}\b)",
    re.IGNORECASE,
)
_SELLING = re.compile(
    r"\b(?:casino|crypto|bitcoin|forex|trading\s+signals?|loan|prêt\s+(?:rapide|entre\s+particuliers)|viagra|"
    r"gagnez|earn\s+money|make\s+money|revenus?\s+passifs?|cheap|essay\s+writing|rédaction\s+de\s+mémoires?|"
    r"promo(?:tion)?\s+code|code\s+promo)\b",
    re.IGNORECASE,
)
_STRETCHED = re.compile(r"(\S)\1{9,}")
_HIDDEN = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad]")  # signs of no width, which break a word for a rule


@dataclass(frozen=True)
class Score:
    """`reasons` are keys of `words_moderation.SPAM`, with the points of each."""

    points: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def holds(self) -> bool:
        """Does it wait for a moderator?"""
        return self.points >= HOLD


def plain(text: str) -> str:
    """A text as the rule reads it: compatible forms of letters made one, signs of no width taken out."""
    return _HIDDEN.sub("", unicodedata.normalize("NFKC", text[:LOOKED_AT]))


def links(text: str) -> int:
    """How many addresses of the web a text holds."""
    return len(_LINK.findall(plain(text)))


def score(text: str, *, new: bool, same: int = 0) -> Score:
    """Points of a post: links and contacts weigh more in the first posts of somebody; `same` is how many posts of
    theirs said the same within the hour. More links, repeats or first posts never give fewer points."""
    read = plain(text)
    found, words = len(_LINK.findall(read)), max(1, len(read.split()))
    reasons = [
        ("links", min(found, 5) if new else max(0, min(found, 8) - 4)),
        ("first", 1 if new and found else 0),
        ("short address", 2 if _SHORT.search(read) else 0),
        ("contact", 3 if new and _CONTACT.search(read) else 0),
        ("selling", min(3, len(_SELLING.findall(read))) + (1 if new else 0) if _SELLING.search(read) else 0),
        ("shouted", 1 if len(_SHOUTED.findall(read)) * 3 > words and words > 6 else 0),
        ("stretched", 1 if _STRETCHED.search(read) else 0),
        ("only links", 2 if found and words - found < 4 else 0),
        ("repeated", 2 * min(same, 3)),
    ]
    kept = tuple((name, points) for name, points in reasons if points)
    return Score(sum(points for _name, points in kept), kept)
