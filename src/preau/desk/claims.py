"""The claims of credits in an edition, as its registrars read them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from preau.accounts.models import Person
from preau.certificates import claiming
from preau.certificates.models import Award, CreditClaim
from preau.content.outline import Outline
from preau.courses.models import Edition
from preau.desk import access_register, words
from preau.grades import queries as grades


@dataclass(frozen=True)
class Claimed:
    """A claim with the figures of its certificate; `bar`, why it cannot be accepted now; `former`, the code of the
    certificate that it was made on, where another took its place; `own`: the reader's."""

    claim: CreditClaim
    numbers: Sequence[tuple[str, float | None]]
    bar: str
    former: str
    own: bool

    @property
    def open(self) -> bool:
        """Can it be accepted by who reads?"""
        return self.claim.state == claiming.State.ASKED and not self.bar and not self.own


def found(edition: Edition, state: str, text: str) -> QuerySet[CreditClaim]:
    """Those in a state (empty: all), of people whose name, civil name or code says all of these words; the oldest
    first."""
    rows = access_register.claims(edition)
    for word in text.split():
        who = Q(award__enrolment__person__name__icontains=word) | Q(birth_name__icontains=word)
        rows = rows.filter(who | Q(given_names__icontains=word) | Q(award__code__iexact=word))
    return (rows.filter(state=state) if state else rows).order_by("asked_at", "pk")


def counts(edition: Edition) -> Mapping[str, int]:
    """How many claims are in each state."""
    rows = CreditClaim.objects.filter(award__enrolment__edition=edition)
    return dict(rows.order_by().values_list("state").annotate(n=Count("pk")))


def read(rows: Iterable[CreditClaim], edition: Edition, outline: Outline | None, reader: Person) -> list[Claimed]:
    """What is told of each."""
    said = figures_said(edition, outline)
    return [
        Claimed(
            claim=row,
            numbers=said(row.award),
            bar=claiming.bar(row.award),
            former=row.award.replaced.code if hasattr(row.award, "replaced") else "",
            own=row.award.enrolment.person_id == reader.pk,
        )
        for row in rows
    ]


type Figures = Callable[[Award], list[tuple[str, float | None]]]
"""Of an award, its figures: the need in words, the value."""


def figures_said(edition: Edition, outline: Outline | None) -> Figures:
    """How the figures of an edition's awards are told: one query, here and not for each."""
    tracks = list(edition.tracks.order_by("position"))
    needs = {key: {str(one): one for one in rule.needs} for key, rule in grades.rules_of(tracks).items()}

    def said(award: Award) -> list[tuple[str, float | None]]:
        of = needs.get(award.track.key, {}) if award.track else {}
        return [
            (words.stored_need(str(line["need"]), outline, of) if outline else str(line["need"]), line.get("now"))
            for line in award.numbers
        ]

    return said
