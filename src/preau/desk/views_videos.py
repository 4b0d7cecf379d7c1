"""The videos of the version that an edition shows: what each weighs, and how far the making of its lighter files is."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from preau.content import players, videos
from preau.desk import access, frame


@require_safe
def films(request: HttpRequest, edition: str) -> HttpResponse:
    """A line for each video."""
    at = access.teachers_desk(request.user, edition, now=timezone.now())
    found = players.of_edition(at.edition)
    waits = any(film.state == "waiting" for film in found)
    values = {"films": found, "waits": waits, "installed": videos.installed()}
    return frame.page(request, "desk/videos.html", at, "units", values)
