"""When the public site would say something else than it does: a stamp of the rows that it shows, and the next moment at
which a date makes it change by itself."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Model, Sum

from preau.courses.models import Course, Edition
from preau.news.addresses import MOST
from preau.news.models import Article, Banner, Partner, Testimonial, WhatsNew
from preau.past.models import Total

MOMENTS = ("published_at", "enrols_at", "opens_at", "enrolment_closes_at", "closes_at")  # of an edition
NEVER = 4102444800.0  # 2100: a page that no date changes

SHOWN: tuple[tuple[type[Model], tuple[Any, ...]], ...] = (
    (Edition, (Count("pk"), Count("published_at"), Sum("revision"))),
    (Testimonial, (Count("pk"), Count("shown_at"), Max("shown_at"), Count("withdrawn_at"))),
    (WhatsNew, (Count("published_at"), Max("edited_at"), Max("drafted_at"))),
    (Total, (Count("pk"), Sum("number"))),
    (Banner, (Count("pk"), Max("starts_at"), Max("ends_at"))),
)


def stamp() -> str:
    """Another text when a row that a public page shows was added, changed or taken away: a query a table."""
    rows = [list(model._default_manager.aggregate(*what).values()) for model, what in SHOWN]
    shown = Article.objects.filter(published_at__isnull=False).order_by("-published_at", "pk")
    articles = list(shown.values_list("pk", "published_at", "edited_at")[:MOST])
    said = ("part", "position", "logo", "institution__name", "institution__site")
    partners = list(Partner.objects.order_by("pk").values_list("pk", *said))
    courses = list(Course.objects.order_by("pk").values_list("pk", "slug", "titles", "languages", "about"))
    known = [rows, articles, partners, courses]
    return hashlib.sha256(json.dumps(known, default=str, sort_keys=True).encode()).hexdigest()


def next_change(now: datetime) -> float:
    """Seconds since 1970 of the next date at which a page changes."""
    return min((at.timestamp() for at in _dates(now)), default=NEVER)


def _dates(now: datetime) -> Iterator[datetime]:
    for row in Edition.objects.filter(closes_at__gt=now).values_list(*MOMENTS):
        yield from (at for at in row if at is not None and at > now)
    for (at,) in Article.objects.filter(published_at__gt=now).values_list("published_at"):
        if at is not None:
            yield at
    for row in Banner.objects.filter(ends_at__gt=now).values_list("starts_at", "ends_at"):
        yield from (at for at in row if at > now)
