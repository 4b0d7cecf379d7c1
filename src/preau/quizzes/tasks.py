"""Scoring answers again in the worker."""

from uuid import UUID

from django.tasks import task
from django.utils import timezone

from preau.quizzes import regrading


@task()
def regrade(ruling: str) -> None:
    """Score again every answer that a ruling, or its withdrawal, concerns. Run again, it goes on where it was cut."""
    regrading.finish(UUID(ruling), now=timezone.now())
