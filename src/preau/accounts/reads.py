"""The languages that a person says they read, for what is offered to them in several: copies to assess, threads.

The interface speaks one (`Person.language`), which they read in any case. The others are the last line of the journal
that says so: there is little to read of them, and never in a page that everybody opens.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from preau.accounts.models import Person
from preau.audit import journal

CHOSEN = "languages.chosen"


def of(person: Person) -> list[str]:
    """The codes, that of the interface first. One query."""
    return of_many([person])[person.pk]


def of_many(people: Iterable[Person]) -> Mapping[UUID, list[str]]:
    """The same for several, by id. One query."""
    asked = {one.pk: one for one in people}
    said = journal.newest(CHOSEN, about="person", ids=asked) if asked else {}
    return {
        pk: list(dict.fromkeys([one.language, *said.get(pk, {}).get("languages", ())])) for pk, one in asked.items()
    }


def choose(person: Person, languages: Collection[str], *, now: datetime) -> bool:
    """Keep what a person reads beside the language of the interface; was anything changed?"""
    if set(languages) == set(of(person)):
        return False
    kept = sorted(languages)
    journal.log(CHOSEN, by=person.pk, about="person", about_id=person.pk, at=now, languages=kept)
    return True
