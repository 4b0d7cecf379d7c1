"""Looking for what was said, and being shown likely answers while asking."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from preau.discussion import access, finding, reading, stems
from preau.discussion.forms_search import Search


@require_safe
def search(request: HttpRequest, **where: str) -> HttpResponse:
    """What was said in a space, in the commons beside it, and in threads that last of earlier editions."""
    at, language = access.here(request.user, where, now=timezone.now()), request.LANGUAGE_CODE
    form = Search(request.GET.dict(), rooms=reading.rooms(at, language), in_edition=at.edition is not None)
    asked = stems.asked(form.words)
    if form.value("order") == "best":
        page = finding.best(at, language, asked, form.filters, _number(request.GET.get("page", "")) or 1)
    else:
        page = finding.newest(at, language, asked, form.filters, _number(request.GET.get("before", "")))
    kept = {name: form.value(name) for name in form.fields if form.value(name)}
    values = {"at": at, "form": form, "asked": asked, "page": page, "kept": urlencode(kept)}
    first = not (request.GET.get("before") or request.GET.get("page"))
    frame = {"course_title": at.title(language), "first": first}
    return render(request, "discussion/search.html", values | frame)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 19 else None


@require_safe
def suggest(request: HttpRequest, **where: str) -> HttpResponse:
    """Threads that may answer already what somebody is about to ask."""
    at = access.here(request.user, where, now=timezone.now())
    found = finding.likely(at, request.LANGUAGE_CODE, request.GET.get("title", ""))
    response = render(request, "discussion/_likely.html", {"found": found})
    response.headers["Cache-Control"] = "private, no-cache"
    return response
