"""What the journal and the acts hold of a person: read by the room that knows who people are."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from preau.audit import acts
from preau.audit.models import Entry


def export(person_id: UUID) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The acts of one person, and the lines of the journal that they wrote, oldest first."""
    lines = Entry.objects.filter(person_id=person_id).order_by("at", "id")
    return {"acts": acts.of_person(person_id), "journal": list(lines.values("at", "verb", "about", "about_id"))}
