"""What a jury waits for: its list, its minutes. Made in the worker; run again, they do nothing twice."""

from uuid import UUID

from django.tasks import task
from django.utils import timezone

from preau.certificates import filing, freezing


@task()
def freeze(deliberation: str) -> None:
    """Make the list of a deliberation."""
    freezing.freeze(UUID(deliberation), now=timezone.now())


@task()
def print_minutes(deliberation: str) -> None:
    """Print the minutes that its president signs."""
    filing.print_minutes(UUID(deliberation))
