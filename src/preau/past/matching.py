"""Who is who: rows with an e-mail, a student's number, or both, and the people already known. Never merges two people
on a guess: what could be either is a doubt that somebody decides. Pure; the order of rows plays no part.

The same person: both agree, or one of the two is missing on one side. A doubt: the two point to two people; an address
with two numbers; a number with two addresses, or with names that have nothing in common."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

TWO_PEOPLE, TWO_NUMBERS, TWO_EMAILS, OTHER_NAME = "two_people", "two_numbers", "two_emails", "other_name"
MANY = 12  # names of one number: whatever they are, they are not one person's
NEAR = 0.75  # how alike two words are that are one name in two spellings
PARTICLES = {"de", "du", "des", "la", "le", "van", "von", "der", "den", "el", "al", "ben", "bin", "da", "dos", "di"}


@dataclass(frozen=True)
class Known:
    """Somebody who is there already."""

    id: str
    email: str
    number: str


@dataclass(frozen=True)
class Facts:
    """What is known about an address and a number, of which one may be empty.

    `by_email` and `by_number`: who has it already; of an address alone, `by_number` has the one number that goes with
    it. `numbers`: how many different numbers go with the address, in the file and among those known; `emails`: how many
    addresses with the number; `sole`: the address when there is one, `by_sole` who has it, `sole_numbers` how many
    numbers go with it. `names`: those said with the number. `settled`: whom staff said that this pair is."""

    email: str
    number: str
    by_email: Known | None = None
    by_number: Known | None = None
    by_sole: Known | None = None
    numbers: int = 0
    emails: int = 0
    sole: str = ""
    sole_numbers: int = 0
    names: Sequence[str] = ()
    settled: str = ""


@dataclass(frozen=True)
class Match:
    """Whose a row is: `known` by id, or somebody new by `new` (the same text for the same person), or a `doubt`."""

    known: str = ""
    new: str = ""
    doubt: str = ""


def judge(facts: Facts) -> Match:
    """Whose the rows with this address and number are."""
    if facts.settled:
        return Match(known=facts.settled)
    if facts.email and facts.number:
        return _pair(facts)
    return _address(facts) if facts.email else _number(facts)


def _pair(facts: Facts) -> Match:
    mine, theirs = facts.by_email, facts.by_number
    if mine and mine.number == facts.number:
        return Match(known=mine.id)
    if mine and theirs:
        return Match(doubt=TWO_PEOPLE)
    if (mine and mine.number) or facts.numbers > 1:
        return Match(doubt=TWO_NUMBERS)
    if (theirs and theirs.email) or facts.emails > 1:
        return Match(doubt=TWO_EMAILS)
    if theirs:
        return Match(known=theirs.id) if one_person(facts.names) else Match(doubt=OTHER_NAME)
    return Match(known=mine.id) if mine else Match(new=f"e:{facts.email}")


def _address(facts: Facts) -> Match:
    """An address alone says who it is: whoever has it, and becomes one with its number where that is sure."""
    if facts.by_email:
        return Match(known=facts.by_email.id)
    if (
        facts.by_number
        and facts.numbers == 1
        and facts.emails == 1
        and not facts.by_number.email
        and one_person(facts.names)
    ):
        return Match(known=facts.by_number.id)
    return Match(new=f"e:{facts.email}")


def _number(facts: Facts) -> Match:
    if not one_person(facts.names):
        return Match(doubt=OTHER_NAME)
    if facts.emails > 1:
        return Match(doubt=TWO_EMAILS)
    if facts.by_number:
        return Match(known=facts.by_number.id)
    if not facts.sole:
        return Match(new=f"n:{facts.number}")
    if facts.sole_numbers > 1:
        return Match(doubt=TWO_NUMBERS)
    return Match(known=facts.by_sole.id) if facts.by_sole else Match(new=f"e:{facts.sole}")


def one_person(names: Sequence[str]) -> bool:
    """Could all these be names of one person?"""
    different = sorted({name for name in names if name})
    if len(different) > MANY:
        return False
    return all(alike(a, b) for place, a in enumerate(different) for b in different[place + 1 :])


def alike(first: str, second: str) -> bool:
    """Do two names have a word in common, in whatever order, case and spelling? A missing name is like every other."""
    ours, theirs = _words(first), _words(second)
    if not ours or not theirs:
        return True
    return any(a == b or SequenceMatcher(None, a, b).ratio() >= NEAR for a in ours for b in theirs)


@lru_cache(maxsize=4096)
def _words(name: str) -> frozenset[str]:
    """The words of a name that tell people apart."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = set(re.findall(r"[^\W\d_]+", plain))
    return frozenset({word for word in words if len(word) > 1 and word not in PARTICLES} or words)
