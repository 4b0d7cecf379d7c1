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
from django.views.decorators.http import require_http_methods, require_POST

from preau.audit import http
from preau.audit.http import Refused
from preau.content import outline as outlines
from preau.content import players, showing, videos
from preau.content.outline import NotPrinted
from preau.content.showing import Shown
from preau.courses import freezing
from preau.desk import access, filming, forms_videos, frame, queries
from preau.desk.access import Desk
from preau.subtitles import access as subtitles
from preau.subtitles import standing, uploading


@require_http_methods(["GET", "HEAD", "POST"])
def films(request: HttpRequest, edition: str) -> HttpResponse:
    """A line for each video, and for each of its languages; a POST brings a subtitle file."""
    at = access.teachers_desk(request.user, edition, now=timezone.now())
    shown = _shown(at, request.LANGUAGE_CODE)
    form = forms_videos.Subtitles(request.POST or None, request.FILES or None, videos=_choices(shown))
    if request.method == "POST" and form.is_valid() and (given := _put(request, at, form)):
        return given
    return _page(request, at, shown, {"form": form}, status=422 if form.errors else 200)


@require_POST
def give(request: HttpRequest, edition: str) -> HttpResponse:
    """A video file for a page: shown at once, as it came; its lighter files follow."""
    at = access.writers_desk(request.user, edition, now=timezone.now())
    film = forms_videos.Film(request.POST, request.FILES, units=_units(at, request.LANGUAGE_CODE))
    if film.is_valid() and (given := _give(request, at, film)):
        return given
    return _page(request, at, _shown(at, request.LANGUAGE_CODE), {"film": film}, status=422)


def _give(request: HttpRequest, at: Desk, form: forms_videos.Film) -> HttpResponse | None:
    """Keep the file, show it and answer; None when it is refused, and then the form says why."""
    said, now = form.cleaned_data, timezone.now()
    try:
        stored = filming.keep(said["film"])
        reply = http.perform(
            request,
            "video.give",
            {"edition": at.edition.slug, "unit": said["unit"], "file": stored.digest},
            now,
            lambda act: filming.give(
                act=act,
                edition=at.edition,
                unit=said["unit"],
                stored=stored,
                by=at.person,
                now=now,
                force=said["force"],
            ),
        )
    except Refused as refusal:
        reply = http.Reply(422, reason=refusal.reason)
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        form.add_error("film", reply.reason)
        return None
    messages.success(request, _("The video is shown as it came; lighter files are being made."))
    return redirect(f"/desk/{at.edition.slug}/videos/")


def _page(
    request: HttpRequest, at: Desk, shown: dict[UUID, Shown], forms: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    found, told = players.of_edition(at.edition), standing.of_version(shown)
    film = forms_videos.Film(units=_units(at, request.LANGUAGE_CODE)) if at.writes else None
    values: dict[str, Any] = {
        "films": found,
        "waits": any(one.state == "waiting" for one in found),
        "installed": videos.installed(),
        "told": [(one, told.get(video, ()), f"/e/{at.edition.slug}/video/{video}/") for video, one in shown.items()],
        "form": forms_videos.Subtitles(videos=_choices(shown)),
        "film": film,
        **forms,
    }
    if values["film"] and freezing.of(at.edition.course, now=timezone.now()) is None:
        values["film"].fields.pop("force", None)
    return frame.page(request, "desk/videos.html", at, "units", values, status=status)


def _choices(shown: dict[UUID, Shown]) -> list[tuple[str, str]]:
    return [(str(video), one.name) for video, one in shown.items()]


def _units(at: Desk, language: str) -> list[tuple[str, str]]:
    """The pages that may show a video, by module."""
    outline = queries.outline_of(at.edition, language)
    return (
        [(unit.key, f"{module.title} · {unit.title}") for module in outline.modules for unit in module.units]
        if outline
        else []
    )


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
