"""What the public site holds of a person: what they wait for, handed over and deleted."""

from collections.abc import Mapping
from datetime import datetime

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.news import waiting
from preau.news.models import WhatsNew


def register() -> None:
    """Called once, when the models are ready."""
    personal_data.register("news", export, erase)


def export(person: Person) -> personal_data.Tables:
    """What they wait for, by their account or by an address of theirs."""
    return waiting.personal(person)


def erase(person: Person, now: datetime) -> Mapping[str, str]:
    """Wait for nothing any more; nobody is named as the writer of what is new."""
    waiting.rows_of(person).delete()
    WhatsNew.objects.filter(edited_by=person).update(edited_by=None)
    return {}
