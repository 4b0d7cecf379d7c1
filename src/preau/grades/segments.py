"""Segments of learners by what they did: never started, has not done a unit."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from preau.content import kinds
from preau.content import outline as outlines
from preau.courses import segments
from preau.courses.models import Edition
from preau.grades.models import Completion, Result


def register() -> None:
    """Called once, when the models are ready."""
    segments.register("started", gettext_noop("Started or not"), _starts, _started)
    segments.register("missing", gettext_noop("Has not done"), _graded, _missing)


def _starts(edition: Edition, language: str) -> segments.Choices:
    with override(language):
        return [("no", _("Enrolled but never started")), ("yes", _("Started"))]


def _started(value: str) -> Q:
    mine = OuterRef("pk")
    began = Q(Exists(Result.objects.filter(enrolment=mine))) | Q(Exists(Completion.objects.filter(enrolment=mine)))
    return began if value == "yes" else ~began


def _graded(edition: Edition, language: str) -> segments.Choices:
    try:
        outline = outlines.of_edition(edition, language)
    except outlines.NotPrinted:
        return []
    units = [unit for unit in outline.units() if (kind := kinds.get(unit.kind)) and kind.graded(unit.meta)]
    return [(unit.id.hex, unit.title) for unit in units]


def _missing(value: str) -> Q:
    """Neither a result nor what waits for its grade."""
    unit, mine = UUID(value), OuterRef("pk")
    done = Q(Exists(Result.objects.filter(enrolment=mine, unit_id=unit)))
    return ~(done | Q(Exists(Completion.objects.filter(enrolment=mine, unit_id=unit))))
