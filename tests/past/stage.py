"""Files of former people for the tests, and the course that they are of."""

from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Course
from preau.desk import former
from preau.past.models import FormerResult
from preau.past.report import Report
from tests import cast

ORIGIN = "Unow, export of March 2017"
HEAD = "E-mail;N° étudiant;Nom;Session;Unité;Note;Sur"
type Said = tuple[str, str, int, str, str, float | None, bool | None]


def course() -> Course:
    """The thin course, whose first edition here is the eighth."""
    return cast.edition(number=8, slug="thin-8").course


def wrote(place: Path, *lines: str, name: str = "former.csv", encoding: str = "utf-8") -> Path:
    """A file."""
    path = place / name
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def bring(path: Path, where: Course, **options: Any) -> Report:
    """Bring a file in."""
    said = {"origin": ORIGIN, "by": None, "now": timezone.now(), **options}
    return former.bring(path, where, **said)


def rows() -> list[Said]:
    """All that came in of people."""
    order = ("former__email", "former__number", "edition_number", "what", "key", "line")
    found = FormerResult.objects.order_by(*order).values_list(*order[:5], "percent", "passed")
    return list(found)


def confirmed(person: Person, *addresses: str, verified: bool = True) -> None:
    """Addresses of an account, as its owner confirmed them or only typed them."""
    for address in addresses:
        EmailAddress.objects.create(user=person, email=address, verified=verified)
