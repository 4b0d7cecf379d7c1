"""What somebody can make statements of, and those they made."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from preau.certificates.models import Statement
from preau.certificates.queries import HERE
from preau.courses.access import Visitor
from preau.courses.models import Enrolment

MOST = 20  # of one enrolment


@dataclass(frozen=True)
class Mine:
    """An enrolment with what was made of it, newest first."""

    enrolment: Enrolment
    rows: Sequence[Statement]


def listed(person: Visitor) -> list[Mine]:
    """The enrolments of a person that they may make statements of, the newest edition first, each with the last
    twenty: two queries."""
    place = Window(RowNumber(), partition_by=F("enrolment_id"), order_by=(F("made_at").desc(), F("pk").desc()))
    rows = Statement.objects.filter(enrolment__person=person.pk).alias(place=place).filter(place__lte=MOST)
    made: dict[UUID, list[Statement]] = defaultdict(list)
    for row in rows.defer("text", "facts").order_by("-made_at", "-pk"):
        made[row.enrolment_id].append(row)
    enrolments = Enrolment.objects.filter(HERE, person=person.pk).select_related("edition__course", "track")
    return [Mine(one, made[one.pk]) for one in enrolments.order_by("-edition__opens_at", "-enrolled_at", "pk")]
