from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_POST, require_safe

from preau.audit import http
from preau.courses import access as courses
from preau.home import access, actions, calendar, path

FRESH = 3600  # seconds in which a calendar need not ask again


@require_safe
def by_date(request: HttpRequest, edition: str) -> HttpResponse:
    """My path by date: what is next, how long it takes, what is at stake, will I pass."""
    enrolment = courses.enrolment(request.user, edition)
    return render(request, "home/path.html", path.page(enrolment, request.LANGUAGE_CODE, now=timezone.now()))


@login_not_required
@require_safe
def feed(request: HttpRequest, edition: str, token: str) -> HttpResponseBase:
    """The calendar of whoever the token was given to; no cookie is read."""
    body, fingerprint, language = calendar.file(access.feed(edition, token))
    etag = quote_etag(fingerprint)
    headers = {"ETag": etag, "Cache-Control": f"private, max-age={FRESH}", "Content-Language": language}
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
    return get_conditional_response(request, etag=etag, response=response) or response


@require_POST
def address(request: HttpRequest, edition: str) -> HttpResponse:
    """Give my calendar an address, or another one."""
    now, enrolment = timezone.now(), courses.enrolment(request.user, edition)
    reply = http.perform(
        request,
        "calendar.address",
        {"edition": edition},
        now,
        lambda act: actions.give_address(act=act, by=enrolment.person, enrolment=enrolment, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        values = {"reason": reply.reason, "edition": enrolment.edition, "enrolled": True}
        return render(request, "courses/refused.html", values, status=reply.status)
    onward = reverse("my_path", args=[edition]) + "#calendar"
    return HttpResponse(headers={"HX-Redirect": onward}) if request.headers.get("HX-Request") else redirect(onward)
