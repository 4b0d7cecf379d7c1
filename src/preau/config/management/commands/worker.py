"""The worker of `./preau serve`: tasks, the outbox, the reaper."""

from typing import Any

from django.core.management.base import BaseCommand

from preau.config import worker


class Command(BaseCommand):
    help = "Runs tasks and sends what waits in the outbox, until it is told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        worker.run()
