from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from preau.accounts import signing_in, wishes
from preau.accounts.models import Person
from preau.audit import http
from preau.common.text import one_line
from preau.courses import access, enrolling, joining


@login_not_required
@require_POST
def enrol(request: HttpRequest, edition: str) -> HttpResponse:
    """Enrol on a track, or change to it. Who is not signed in makes an account or signs in first: the wish is kept."""
    now = timezone.now()
    track = one_line(request.POST.get("track", ""))
    if not isinstance(request.user, Person):
        if http.from_script(request):
            return signing_in.told_again(request)
        if not ratelimit.consume(request, action="enrol"):  # each leaves a row
            return ratelimit.respond_429(request)
        return redirect(joining.ask(request, edition, track, now=now))
    person, row = request.user, access.edition_to_join(request.user, edition, now=now)
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
        values = {"reason": reply.reason, "edition": row, "enrolled": enrolling.state_of(person, row) == "enrolled"}
        return render(request, "courses/refused.html", values, status=reply.status)
    return _onward(request, reverse("begin" if reply.outcome.get("came") else "edition_home", args=[edition]))


@require_safe
def join(request: HttpRequest, edition: str, track: str) -> HttpResponse:
    """Where somebody comes who asked to enrol before they signed in: does it, once, as it was asked for on this
    device. Without such a wish it only leads on, whoever wrote the link."""
    now = timezone.now()
    assert isinstance(request.user, Person)
    person, row = request.user, access.edition_to_join(request.user, edition, now=now)
    if there := joining.track_of(person, row):
        wishes.drop(request, request.path, now=now)
        return redirect("begin" if there == track else "my_tracks", edition)
    wish = wishes.waiting(request, request.path, now=now)
    if wish is None or request.method == "HEAD":
        course = reverse("course", args=[request.LANGUAGE_CODE, row.course.slug])
        return redirect(f"{course}#enrol")
    reply = joining.fulfil(wish, person, row, track, now=now)
    wishes.drop(request, request.path, now=now)
    if reply.outcome is None:
        return render(request, "courses/not_joined.html", {"reason": reply.reason, "edition": row}, status=reply.status)
    return redirect("begin", edition)


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
        values = {"reason": reply.reason, "edition": row.edition, "enrolled": True}
        return render(request, "courses/refused.html", values, status=reply.status)
    return _onward(request, reverse("my_courses"))


def _onward(request: HttpRequest, address: str) -> HttpResponse:
    """To the page that shows what became of it: a redirect for a form, a header for htmx, which gets none."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
