"""What a jury should see of somebody beside their figures: an appeal, an extension, a gap in an exam. Registered from
above when the rooms start, since the ledger knows of no activity."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _

from preau.courses.models import Edition

type Kind = Literal["border", "appeal", "extension", "fraud", "identity", "exam", "other"]


@dataclass(frozen=True)
class Sign:
    """One thing to know. `text` is a msgid with places for `args`, so that each reader has it in their language;
    `at` is when, as ISO 8601; `href` where it is dealt with at the desk. `apart`: it makes a case by itself."""

    kind: Kind
    text: str
    args: Mapping[str, Any] = field(default_factory=dict)
    at: str = ""
    href: str = ""
    apart: bool = True

    @property
    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @property
    def said(self) -> str:
        """In the active language."""
        return _(self.text).format(**self.args)


def read(stored: Iterable[Mapping[str, Any]]) -> list[Sign]:
    """Signs as `Sign.stored` kept them; one of a later release keeps what this one knows."""
    known = Sign.__dataclass_fields__
    return [Sign(**{name: value for name, value in one.items() if name in known}) for one in stored]


type Source = Callable[[Edition, Sequence[UUID]], Mapping[UUID, Sequence[Sign]]]
"""Takes enrolments of an edition; what there is to know of each, nothing where one is left out. As many queries for
one as for many."""

_sources: list[Source] = []


def register(source: Source) -> None:
    """Add a source; registering again changes nothing."""
    if source not in _sources:
        _sources.append(source)


def of(edition: Edition, enrolments: Sequence[UUID]) -> dict[UUID, list[Sign]]:
    """Everything there is to know of these enrolments."""
    found: dict[UUID, list[Sign]] = {pk: [] for pk in enrolments}
    for source in _sources:
        for pk, signs in source(edition, enrolments).items():
            found[pk] += signs
    return found
