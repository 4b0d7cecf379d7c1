"""The videos of the version that an edition shows: what each weighs, and how far the making of its lighter files is."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from preau.content import players, videos
from preau.content.models import Printing
from preau.desk import access, frame


@require_safe
def films(request: HttpRequest, edition: str) -> HttpResponse:
    """A line for each video."""
    at = access.teachers_desk(request.user, edition, now=timezone.now())
    printing = Printing.objects.select_related("version").filter(edition=at.edition, current=True).first()
    films = players.of(printing.version) if printing else {}  # a translation shows the video of its source
    found = sorted({film.original.address: film for film in films.values()}.values(), key=lambda film: film.name)
    waits = any(film.state == "waiting" for film in found)
    values = {"films": found, "waits": waits, "installed": videos.installed()}
    return frame.page(request, "desk/videos.html", at, "units", values)
