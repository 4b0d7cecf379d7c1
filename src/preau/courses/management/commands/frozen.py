"""`./preau manage frozen`: may this site be brought up to date now, or is a deadline near?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from preau.audit.http import Refused
from preau.courses import freezing
from preau.courses.models import Course


class Command(BaseCommand):
    help = "Exit code 1, and until when, while a deadline of a running edition is near; 0 when work may go on."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        reasons = []
        for course in Course.objects.order_by("slug"):
            try:
                freezing.pass_or_refuse(course, what="deployment", force="", by=None, now=now)
            except Refused as refusal:
                reasons.append(refusal.reason)
        if reasons:
            raise CommandError("\n".join(reasons))
        self.stdout.write("no deadline is near")
