from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from preau.courses.models import Edition
from preau.desk import access, differences, frame, words

GROUPS = {
    "module": gettext_noop("Modules"),
    "unit": gettext_noop("Units"),
    "track": gettext_noop("Tracks"),
    "carries": gettext_noop("What counts again"),
    "date": gettext_noop("Dates"),
}


@require_safe
def differences_of(request: HttpRequest, edition: str) -> HttpResponse:
    """What differs between another edition of the course and this one."""
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    others = _others(request, at, now)
    chosen = request.GET.get("with", "")
    other = access.teachers_desk(request.user, chosen, now=now).edition if chosen else next(iter(others), None)
    groups = []
    if other is not None and other.course_id == at.edition.course_id and other.pk != at.edition.pk:
        found = differences.between(other, at.edition, request.LANGUAGE_CODE)
        groups = [(words.said(GROUPS, what), lines) for what, lines in found]
    values = {"others": others, "other": other, "groups": groups}
    return frame.page(request, "desk/differences.html", at, "overview", values)


def _others(request: HttpRequest, at: access.Desk, now: datetime) -> list[Edition]:
    """The other editions of the course that this person may work on, those before this one first, the latest first."""
    rows = [row for row in access.editions(request.user, now=now) if row.course_id == at.edition.course_id]
    mine = [row for row in rows if row.pk != at.edition.pk]
    return sorted(mine, key=lambda row: (row.number > at.edition.number, -row.number))
