"""The names that learners of an edition ask for on their certificates: what waits, what was decided."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from preau.certificates.models import NameCorrection
from preau.courses.models import Edition

SHOWN = 100  # decided ones, the latest


def waiting(edition: Edition) -> QuerySet[NameCorrection]:
    """Those that nobody decided, oldest first."""
    return _of(edition).filter(accepted=None).order_by("asked_at", "pk")


def queue(edition: Edition) -> Mapping[str, Any]:
    """What the page shows: two queries."""
    decided = _of(edition).exclude(accepted=None).order_by("-decided_at", "-pk")[:SHOWN]
    return {"waiting": list(waiting(edition)), "decided": list(decided)}


def _of(edition: Edition) -> QuerySet[NameCorrection]:
    joined = ("award__enrolment__person", "award__track", "decided_by", "replacement")
    return NameCorrection.objects.select_related(*joined).filter(award__enrolment__edition=edition)
