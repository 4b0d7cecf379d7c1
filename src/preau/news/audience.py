"""How often the public site is read: what was counted where pages are served (`common.audience`), added up by day and
kept for two years."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, Sum

from preau.common import audience
from preau.courses.models import Enrolment
from preau.news.models import Visits

PACE = timedelta(minutes=1)
KEPT = timedelta(days=750)  # the exemption from consent ends at twenty-five months
DAYS = 30
SOURCES, OTHERS = 200, "others"  # that are told apart in a day, and the name of the rest
MOST = 15  # pages, and sources, that are told


def folder() -> Path:
    """Where the processes that serve pages leave their figures."""
    return Path(settings.PAGES_ROOT) / "audience"


def add_up(*, now: datetime) -> int:
    """Take what was counted into the rows, and forget what is too old; returns how many pages were given."""
    with audience.taken(folder()) as found, transaction.atomic():
        counts: Counter[audience.Key] = Counter()
        for key, n in found:
            counts[key] += n
        for key, n in _bounded(counts).items():
            which = dict(zip(("day", "path", "source", "device"), key, strict=True))
            if not Visits.objects.filter(**which).update(n=F("n") + n):
                row, new = Visits.objects.get_or_create(**which, defaults={"n": n})  # another machine may be first
                if not new:
                    Visits.objects.filter(pk=row.pk).update(n=F("n") + n)
        Visits.objects.filter(day__lt=now.date() - KEPT).delete()
    return sum(counts.values())


def _bounded(counts: Mapping[audience.Key, int]) -> Counter[audience.Key]:
    """The same, its sources at most `SOURCES` a day: a flood makes up as many as it likes, and they become one."""
    found: Counter[audience.Key] = Counter()
    for day in {key[0] for key in counts}:
        rows = Visits.objects.filter(day=day).exclude(source="").order_by()
        known = set(rows.values_list("source", flat=True).distinct())
        for key, n in sorted(((k, n) for k, n in counts.items() if k[0] == day), key=lambda one: -one[1]):
            source = key[2]
            if source and source not in known:
                source = source if len(known) < SOURCES else OTHERS
                known.add(source)
            found[(day, key[1], source, key[3])] += n
    return found


def report(*, now: datetime) -> Mapping[str, Any]:
    """The last thirty days: `days` [{day, n, share}], `pages`, `sources` [(name, n)], `phones` (percent, or None),
    `total`, `enrolled` in the same days. Six queries."""
    first = now.date() - timedelta(days=DAYS - 1)
    rows = Visits.objects.filter(day__gte=first).order_by()
    by_day = dict(rows.values_list("day").annotate(n=Sum("n")))
    top = max(by_day.values(), default=0)
    days = [first + timedelta(days=n) for n in range(DAYS)]
    total, phones = sum(by_day.values()), rows.filter(device="phone").aggregate(n=Sum("n"))["n"] or 0
    return {
        "days": [_bar(day, by_day.get(day, 0), top) for day in days],
        "pages": list(rows.values_list("path").annotate(n=Sum("n")).order_by("-n", "path")[:MOST]),
        "sources": list(
            rows.filter(~Q(source="")).values_list("source").annotate(n=Sum("n")).order_by("-n", "source")[:MOST]
        ),
        "phones": round(100 * phones / total) if total else None,
        "total": total,
        "enrolled": Enrolment.objects.filter(enrolled_at__date__gte=first).count(),
    }


def _bar(day: date, n: int, top: int) -> Mapping[str, Any]:
    return {"day": day, "n": n, "height": round(100 * n / top) if top else 0}
