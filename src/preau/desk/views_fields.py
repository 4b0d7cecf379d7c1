"""What certificates must say."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from preau.desk import access, frame, queries
from preau.desk import fields as composed


@require_safe
def fields(request: HttpRequest, edition: str) -> HttpResponse:
    """The mandatory elements of each certificate, their values, and where to write those that are empty."""
    at = access.desk(request.user, edition, now=timezone.now())
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    values = {
        "sheets": composed.sheets(at.edition, outline, request.LANGUAGE_CODE),
        "nameless": composed.nameless(at.edition),
    }
    return frame.page(request, "desk/fields.html", at, "awards", values)
