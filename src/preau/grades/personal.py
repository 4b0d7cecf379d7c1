"""A person's results and progress. Decision: the figures stay, on an enrolment without a name; they hold no words."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.grades.models import Completion, Result, TrackStanding

RESULTS = gettext_noop("Your results and progress, as figures without your name")
RESULTS_WHY = gettext_noop("Decisions of a jury and certificates rest on them, and must stay explainable.")


def register() -> None:
    """Called once, when the models are ready."""
    personal_data.register("grades", export, erase, {RESULTS: RESULTS_WHY})


def export(person: Person) -> personal_data.Tables:
    """What the ledger holds, without what is not told to the learner yet."""
    told = Q(shown_from=None) | Q(shown_from__lte=timezone.now())
    mine = Result.objects.filter(enrolment__person=person).order_by("recorded_at", "pk")
    return {
        "results": mine.filter(told, how__nothing__isnull=True).values(
            "enrolment__edition__slug", "unit__key", "score", "of", "how", "recorded_at"
        ),
        "corrected results": mine.filter(corrected__isnull=False).values(
            "enrolment__edition__slug", "unit__key", "corrected"
        ),
        "kept results": mine.filter(carried__isnull=False).values(
            "enrolment__edition__slug", "unit__key", "carried", "carried_from"
        ),
        "finished": Completion.objects.filter(enrolment__person=person)
        .order_by("done_at", "unit_id")
        .values("enrolment__edition__slug", "unit__key", "done_at"),
        "standings": TrackStanding.objects.filter(enrolment__person=person)
        .order_by("derived_at", "pk")
        .values("enrolment__edition__slug", "track__key", "passed", "derived_at"),
    }


def erase(person: Person, now: datetime) -> Mapping[str, str]:
    """Nothing to erase: figures only."""
    return {RESULTS: RESULTS_WHY} if Result.objects.filter(enrolment__person=person).exists() else {}
