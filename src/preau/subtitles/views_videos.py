"""The videos of an edition: what there is, where something is said, and what could be made better."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from preau.common import text as texts
from preau.subtitles import finding, listing
from preau.subtitles.views import own


@login_not_required
@require_safe
def videos(request: HttpRequest, edition: str) -> HttpResponse:
    """The list, and the search over what is said."""
    asked = texts.one_line(request.GET.get("q", ""))[: finding.LONGEST]
    found = listing.of(request.user, edition, request.LANGUAGE_CODE, asked, now=timezone.now())
    return own(render(request, "subtitles/videos.html", found | {"asked": asked}))
