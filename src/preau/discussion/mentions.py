"""Whom a message mentions: `@` and the name that somebody shows, accents and case ignored. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from uuid import UUID

from preau.discussion.rules import MENTIONS

LOOKED_AT = 500  # signs of a mention in one message
SAID_BY_OTHERS = re.compile(r"^ {0,3}(```|~~~).*?(^ {0,3}\1|\Z)|^ {0,3}>.*?$|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def folded(text: str) -> str:
    """A text as names are compared in it."""
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


def mentioned(text: str, names: Mapping[UUID, str]) -> list[UUID]:
    """Those of these people, by the names that they show, whom a text mentions; in its order, `MENTIONS` at most. Who
    share a name are all meant; the longest name that fits is the one that is meant. Code and quotations mention nobody.
    """
    known: dict[str, list[UUID]] = {}
    for person, name in names.items():
        if key := folded(name):
            known.setdefault(key, []).append(person)
    lengths = sorted({len(key) for key in known}, reverse=True)
    said = folded(SAID_BY_OTHERS.sub(" ", text))
    found: dict[UUID, None] = {}
    for n, sign in enumerate(re.finditer(r"(?<!\w)@", said)):
        if n == LOOKED_AT or len(found) >= MENTIONS:
            break
        for person in _at(said, sign.end(), known, lengths):
            found[person] = None
    return list(found)[:MENTIONS]


def _at(said: str, start: int, known: Mapping[str, list[UUID]], lengths: list[int]) -> list[UUID]:
    """Those whose name stands here."""
    for length in lengths:
        end = start + length
        if end <= len(said) and (people := known.get(said[start:end])) and not said[end : end + 1].isalnum():
            return people
    return []
