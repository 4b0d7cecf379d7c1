"""The videos of the version that an edition shows: what each weighs, how far the making of its lighter files is, and
its subtitles, which the team can give by file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from preau.audit import http
from preau.content import outline as outlines
from preau.content import players, showing, videos
from preau.content.outline import NotPrinted
from preau.content.showing import Shown
from preau.desk import access, forms_videos, frame
from preau.desk.access import Desk
from preau.subtitles import access as subtitles
from preau.subtitles import standing, uploading


@require_http_methods(["GET", "HEAD", "POST"])
def films(request: HttpRequest, edition: str) -> HttpResponse:
    """A line for each video, and for each of its languages; a POST brings a subtitle file."""
    at = access.teachers_desk(request.user, edition, now=timezone.now())
    shown = _shown(at, request.LANGUAGE_CODE)
    choices = [(str(video), one.name) for video, one in sorted(shown.items(), key=lambda pair: pair[1].name)]
    form = forms_videos.Subtitles(request.POST or None, request.FILES or None, videos=choices)
    if request.method == "POST" and form.is_valid() and (given := _put(request, at, form)):
        return given
    found, told = players.of_edition(at.edition), standing.of_version(shown)
    values: dict[str, Any] = {
        "films": found,
        "waits": any(film.state == "waiting" for film in found),
        "installed": videos.installed(),
        "told": [(one, told.get(video, ()), f"/e/{edition}/video/{video}/") for video, one in shown.items()],
        "form": form,
    }
    return frame.page(request, "desk/videos.html", at, "units", values, status=422 if form.errors else 200)


def _shown(at: Desk, language: str) -> dict[UUID, Shown]:
    """The videos that a page shows, by name."""
    try:
        found = showing.videos(outlines.of_edition(at.edition, language).version_id)
    except NotPrinted:
        return {}
    return dict(sorted(((key, one) for key, one in found.items() if one.units), key=lambda pair: pair[1].name))


def _put(request: HttpRequest, at: Desk, form: forms_videos.Subtitles) -> HttpResponse | None:
    """Bring the file in and answer; None when it is refused, and then the form says why."""
    said, file = form.cleaned_data, form.cleaned_data["file"]
    film = subtitles.film(at.person, at.edition.slug, UUID(said["video"]), request.LANGUAGE_CODE, now=timezone.now())
    given = uploading.Uploaded(said["language"], file.name, file.read(uploading.LARGEST + 1), said["automatic"])
    reply = http.perform(
        request,
        "subtitles.put",
        {"video": said["video"], **given.said()},
        film.now,
        lambda act: uploading.put(act=act, at=film, by=at.person, source=film.outline.languages[0], given=given),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        form.add_error("file", reply.reason)
        return None
    cues = reply.outcome["cues"]
    messages.success(request, ngettext("{n} subtitle read.", "{n} subtitles read.", cues).format(n=cues))
    if reply.outcome["dropped"]:
        messages.warning(
            request, _("{n} things could not be read and were left out.").format(n=reply.outcome["dropped"])
        )
    return redirect(f"/desk/{at.edition.slug}/videos/")
