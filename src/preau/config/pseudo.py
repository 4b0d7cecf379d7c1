"""Two languages that nobody speaks, made in memory of the English texts (`PSEUDO=1`): `en-XA` has accents, brackets and
is 40 % longer, so that a text that is not translated, or cut, or too long for its place is seen; `ar-XB` is written
from right to left. What is no text of the catalogue stays as it is."""

import re
from collections.abc import Callable, Iterable
from math import ceil
from typing import Any

from django.conf import settings
from django.utils.translation import trans_real

LONGER = 0.4
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
MARKED = "áƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÁƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ"
ACCENTS = str.maketrans(PLAIN, MARKED)
FILLING = "one two three four five six seven eight nine ten "
# Placeholders, tags, entities, addresses, commands: never touched.
KEPT = re.compile(r"(%\(\w+\)[a-z]|%[sd%]|\{[^{}]*\}|<[^<>]*>|&#?\w+;|https?://\S+|\./preau\b)")
WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
TO_LEFT, BACK, MARK = "\u202e", "\u202c", "\u200f"
FORMATS = ("date format", "time format")  # contexts of what is no text


def _parts(text: str, change: Callable[[str], str]) -> str:
    """`text` with everything changed that is neither a placeholder nor markup."""
    return "".join(part if KEPT.fullmatch(part) else change(part) for part in KEPT.split(text))


def accented(text: str) -> str:
    """« [Ĥáñð îñ öñé] »: readable, longer, and in brackets that show where it ends."""
    if not WORD.search(KEPT.sub("", text)):
        return text
    more = ceil(len(KEPT.sub("", text)) * LONGER)
    filling = (FILLING * (more // len(FILLING) + 1))[:more].strip()
    return f"[{_parts(text, lambda part: part.translate(ACCENTS))} {filling.translate(ACCENTS)}]"


def mirrored(text: str) -> str:
    """The same letters, each word shown from right to left."""
    if not WORD.search(KEPT.sub("", text)):
        return text
    turned = _parts(text, lambda part: WORD.sub(lambda word: f"{MARK}{TO_LEFT}{word[0]}{BACK}{MARK}", part))
    return f"[{turned}]"


SAY = {"en-XA": accented, "ar-XB": mirrored}


class Pseudo(trans_real.DjangoTranslation):
    """A catalogue that makes each text when it is asked for; `known` are the texts that a real one has."""

    def __init__(self, code: str, known: Iterable[str]) -> None:
        super().__init__("en")
        self.known, self.say, self.code = frozenset(known), SAY[code], code

    def language(self) -> str:
        return self.code

    def to_language(self) -> str:
        return self.code

    def gettext(self, message: str) -> str:
        context, _separator, text = message.rpartition(trans_real.CONTEXT_SEPARATOR)
        return message if message not in self.known or context in FORMATS else self.say(text)

    def ngettext(self, msgid1: str, msgid2: str, n: float) -> str:
        if n == 1:
            return self.gettext(msgid1)
        return self.say(msgid2.rpartition(trans_real.CONTEXT_SEPARATOR)[2]) if msgid1 in self.known else msgid2


def install() -> None:
    """Teach Django the two, from the texts of the site's own catalogue. Called once, when the models are ready."""
    django: Any = trans_real  # it has no other place to put a catalogue that is no file
    catalogue = django.translation(settings.LANGUAGE_CODE)._catalog
    known = {key[0] if isinstance(key, tuple) else key for key, _text in catalogue.items()}
    for code in SAY:
        django._translations[code] = Pseudo(code, known)
