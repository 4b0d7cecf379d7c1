from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from preau.accounts.models import Person
from preau.audit import http
from preau.common.text import one_line
from preau.courses import access, enrolling


@require_POST
def enrol(request: HttpRequest, edition: str) -> HttpResponse:
    """Enrol on a track, or change to it."""
    now = timezone.now()
    assert isinstance(request.user, Person)
    person, row = request.user, access.visible_edition(request.user, edition, now=now)
    track = one_line(request.POST.get("track", ""))
    reply = http.perform(
        request,
        "enrol",
        {"edition": edition, "track": track},
        now,
        lambda act: enrolling.enrol(act=act, by=person, edition=row, track=track, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return render(request, "courses/refused.html", {"reason": reply.reason, "edition": row}, status=reply.status)
    return _onward(request, reverse("edition_home", args=[edition]))


@require_POST
def leave(request: HttpRequest, edition: str) -> HttpResponse:
    """Leave an edition; what was done stays in the record."""
    now = timezone.now()
    assert isinstance(request.user, Person)
    person, row = request.user, access.enrolment(request.user, edition)
    reply = http.perform(
        request,
        "leave",
        {"edition": edition},
        now,
        lambda act: enrolling.leave(act=act, by=person, enrolment=row, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        values = {"reason": reply.reason, "edition": row.edition}
        return render(request, "courses/refused.html", values, status=reply.status)
    return _onward(request, reverse("my_courses"))


def _onward(request: HttpRequest, address: str) -> HttpResponse:
    """To the page that shows what became of it: a redirect for a form, a header for htmx, which gets none."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
