"""What the home holds of a person: the addresses of their calendars, handed over and deleted."""

from collections.abc import Mapping
from datetime import datetime

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.home.models import Feed


def register() -> None:
    """Called once, when the models are ready."""
    personal_data.register("home", export, erase)


def export(person: Person) -> personal_data.Tables:
    """Their calendars' addresses, which were theirs to give."""
    rows = Feed.objects.filter(enrolment__person=person).order_by("made_at", "pk")
    return {"calendars": rows.values("enrolment__edition__slug", "token", "made_at")}


def erase(person: Person, now: datetime) -> Mapping[str, str]:
    """Close and delete every address."""
    Feed.objects.filter(enrolment__person=person).delete()
    return {}
