"""What the team ruled on the questions of an edition: read once for each revision of the edition, as its outline is."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import cast
from uuid import UUID

from preau.quizzes import access, rules
from preau.quizzes.models import Ruling


@lru_cache(maxsize=128)
def of(edition_id: UUID, revision: int) -> Mapping[UUID, rules.Ruling]:
    """The rulings that stand, by question; making or withdrawing one gives the edition another `revision`."""
    return MappingProxyType(standing(edition_id))


def of_sitting(sitting: access.Sitting) -> Mapping[UUID, rules.Ruling]:
    """Those of the edition in which an attempt is made: without a query, nearly always."""
    edition = sitting.attempt.enrolment.edition
    return of(edition.pk, edition.revision)


def standing(edition_id: UUID) -> dict[UUID, rules.Ruling]:
    """The same as the rows say now, this transaction's own included: one query."""
    rows = Ruling.objects.filter(edition_id=edition_id, withdrawn_at=None)
    return {row.question_id: as_rule(row) for row in rows}


def as_rule(row: Ruling) -> rules.Ruling:
    """A row as the rules read it."""
    return rules.ruling_of(cast(rules.RulingKind, row.kind), row.values, row.reason)
