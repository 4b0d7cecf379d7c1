"""The words of a text, as they are compared: without case, punctuation and spaces. No Django.

Accents count. Languages that put no space between words are compared sign by sign.
"""

import re
import unicodedata

# Punctuation is named, and the rest is words: the marks of Hindi or Thai, and emoji, are no `\w`.
PUNCTUATION = r"\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf"
PUNCTUATION += r"\u2010-\u206f\u3000-\u3004\u3008-\u3020\u3030\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
SIGNS = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = rf"[^\s{PUNCTUATION}{SIGNS}]+|[{SIGNS}]"
_WORD = re.compile(WORD)

type Words = tuple[str, ...]


def words(text: str) -> Words:
    """The words of a plain text, in order, without case; a text of nothing but signs (`♪`, `…`) is its one word."""
    found = _WORD.findall(unicodedata.normalize("NFC", text).casefold())
    return tuple(found) if found else tuple("".join(text.split()).split())


def likeness(one: Words, other: Words) -> float:
    """How much of two texts is the same words, whatever their order: from 0 to 1, and 1 for two that say nothing."""
    if one == other:
        return 1.0
    left: dict[str, int] = {}
    for word in one:
        left[word] = left.get(word, 0) + 1
    shared = 0
    for word in other:
        if left.get(word, 0):
            left[word] -= 1
            shared += 1
    return 2 * shared / (len(one) + len(other))
