"""Words as the search knows them: stems of French and of English, without accents. Pure.

A text is found in either language, so each word leaves the stems of both. French is stemmed with its accents, which
some endings need (« planifiée » meets « planifier »), and without them, as many people type. What looks like code
(`max_value`, `node.js`, `v2.1`) is kept whole beside its parts. Stems hold letters, digits and `_.+#`, nothing else."""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import Stemmer

MOST = 400  # stems of one text
LONGEST = 40  # characters of a stem
READ = 40_000  # characters of a text
ASKED = 8  # words of a query
PARTS = 6  # of one word that looks like code
AROUND = 110  # characters on each side of what was found
CODE = "_.+#"

type Asked = tuple[tuple[str, ...], ...]  # a word of a query is any of its stems; all words are wanted

_MARK = "\u0300-\u036f\u064b-\u065f\u0670"  # accents and vowels that stand apart from their letter
_TOKEN = re.compile(rf"[^\W_](?:[\w.+#'’{_MARK}]*[\w+#{_MARK}])?")
_PARTS = re.compile(r"[^\W_]+")
_ELIDED = re.compile(r"(?:[ldjnscmt]|qu|jusqu|lorsqu|puisqu|quoiqu|presqu)['’](?=\w)")
_MARKED = re.compile(r"!?\[([^\[\]]{0,200})\]\([^()]{0,500}\)|[*`#|~]+|\s+")
_SPELT = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
_FREQUENT = """le la les un une des du de au aux et ou a y en dans par pour sur avec sans sous ce cet cette ces ca cela
ceci qui que quoi dont je tu il elle on nous vous ils elles me te se moi toi lui leur leurs mon ma mes
ton ta tes sa ses notre nos votre vos est es suis sommes etes sont etre ete etait etaient ai as avons
avez ont avoir eu ne pas ni si mais donc comme tres aussi comment pourquoi quand quel quelle quels
quelles qu l d j n s m t the an and or of to in is are was were be been it its this that these those i
you he she we they my your his her our their him us them at by for from with not no do does did so if
then than there here have has had will would can could should what which who whom how when where why
about into am"""
STOP = frozenset(_FREQUENT.split())
_own = threading.local()


def stems(text: str) -> tuple[str, ...]:
    """The different stems of a text in their order, `MOST` at most."""
    found: dict[str, None] = {}
    for match in _TOKEN.finditer(text[:READ]):
        found.update(dict.fromkeys(_stems(match[0][: 3 * LONGEST])))
        if len(found) >= MOST:
            break
    return tuple(found)[:MOST]


def asked(text: str) -> Asked:
    """The words of a query, `ASKED` at most, each as the stems that it may be found by; stop words leave nothing."""
    found: dict[tuple[str, ...], None] = {}
    for match in _TOKEN.finditer(text[:READ]):
        token = match[0][: 3 * LONGEST]
        found.update(dict.fromkeys(_groups(token)))
        if len(found) >= ASKED:
            break
    return tuple(found)[:ASKED]


@lru_cache(maxsize=20_000)
def _stems(token: str) -> tuple[str, ...]:
    """Of what stands between two blanks."""
    word = _folded(token)
    code = [bare(word)] if _is_code(word) else []
    return tuple(dict.fromkeys([*code, *(stem for part in _parts(word) for stem in _of_word(part))]))


def _groups(token: str) -> Iterator[tuple[str, ...]]:
    """The same for a query: code is wanted whole."""
    word = _folded(token)
    if _is_code(word):
        yield (bare(word),)
    else:
        yield from filter(None, map(_of_word, _parts(word)))


def _folded(token: str) -> str:
    return _ELIDED.sub("", unicodedata.normalize("NFKC", token).casefold(), count=1)


def _is_code(word: str) -> bool:
    kept = bare(word)
    return any(mark in kept for mark in CODE) or (any(c.isdigit() for c in kept) and not kept.isdigit())


def _parts(word: str) -> list[str]:
    whole = "".join(c for c in unicodedata.normalize("NFC", word) if unicodedata.category(c) != "Mn")
    return _PARTS.findall(whole)[:PARTS]


def _of_word(part: str) -> tuple[str, ...]:
    """The stems of a word: as French with its accents and without, as English; none of a stop word."""
    plain = bare(part)
    if not plain or plain in STOP:
        return ()
    if not plain.isascii() or not plain.isalpha() or len(plain) < 3:
        return (plain,)
    french, english = _stemmers()
    found = (bare(french.stemWord(part)), french.stemWord(plain), english.stemWord(plain))
    return tuple(dict.fromkeys(stem[:LONGEST] or plain for stem in found))


def _stemmers() -> tuple[Stemmer.Stemmer, Stemmer.Stemmer]:
    """Of this thread: they are not to be shared."""
    if not hasattr(_own, "both"):
        _own.both = Stemmer.Stemmer("french"), Stemmer.Stemmer("english")
    both: tuple[Stemmer.Stemmer, Stemmer.Stemmer] = _own.both
    return both


def bare(word: str) -> str:
    """Without accents, and without what no stem may hold."""
    split = unicodedata.normalize("NFKD", word.translate(_SPELT))
    return "".join(c for c in split if c.isalnum() or c in CODE).strip(".")[:LONGEST]


def weight(groups: Asked, title: str, words: str) -> float:
    """How well a text answers a query that it matches: what its title says counts most, then what it says early.
    `title` and `words` are stems with a blank between them."""
    named, said = f" {title} ", f" {words} "
    total = 0.0
    for group in groups:
        if any(f" {stem} " in named for stem in group):
            total += 3
        places = [at for at in (said.find(f" {stem} ") for stem in group) if at >= 0]
        total += 1 + 1 / (1 + min(places) / 100) if places else 0
    return total


def excerpt(text: str, groups: Asked) -> list[tuple[str, bool]]:
    """The text around the first word that was found, in pieces: what they say, and whether they are what was asked."""
    wanted = {stem for group in groups for stem in group}
    first = next((start for start, _end in _hits(text[:READ], wanted)), 0)
    begin, end = max(0, first - AROUND), first + 2 * AROUND
    if begin:
        begin = max(text.find(" ", begin, first) + 1, begin)
    if end < len(text):
        cut = text.rfind(" ", first, end)
        end = cut if cut > first else end
    said = _MARKED.sub(lambda match: match[1] or " ", text[begin:end]).strip()
    said = " ".join(said.split())
    pieces = list(_pieces(said, wanted))
    return [*([("… ", False)] if begin else []), *pieces, *([(" …", False)] if end < len(text) else [])]


def _pieces(said: str, wanted: set[str]) -> Iterator[tuple[str, bool]]:
    done = 0
    for start, end in _hits(said, wanted):
        if start > done:
            yield said[done:start], False
        yield said[start:end], True
        done = end
    if done < len(said):
        yield said[done:], False


def _hits(text: str, wanted: set[str]) -> Iterator[tuple[int, int]]:
    for match in _TOKEN.finditer(text):
        if not wanted.isdisjoint(_stems(match[0][: 3 * LONGEST])):
            yield match.span()


def rarest(groups: Asked, titles: Iterable[str]) -> Sequence[float]:
    """What each word of a query is worth among these titles (stems): the fewer have it, the more it says."""
    padded = [f" {title} " for title in titles]
    counts = [sum(any(f" {stem} " in title for stem in group) for title in padded) for group in groups]
    return [1 / (1 + count) ** 0.5 if count else 0.0 for count in counts]
