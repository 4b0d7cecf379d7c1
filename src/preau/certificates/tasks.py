from django.tasks import task
from django.utils import timezone

from preau.certificates import actions


@task()
def issue() -> int:
    """Sign what was awarded; run again, it goes on where it was cut."""
    return actions.issue_waiting(now=timezone.now())
