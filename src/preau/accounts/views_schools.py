"""The way out to a school's server and the way back. One leaves by a link: the strict `form-action` stops a form's."""

import logging

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.decorators import rate_limit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from preau.accounts import schools

logger = logging.getLogger(__name__)
OURS = {"same-origin", "none"}  # a link of this site, or an address that somebody typed


@login_not_required
@require_safe
@never_cache
@rate_limit(action="school", limit_get=True)  # type: ignore[untyped-decorator,no-untyped-call]
def leave(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To the school's own sign-in. Who followed a link of another site is asked first."""
    school = next((one for one in schools.known() if one.key == provider_id), None)
    if school is None:
        raise Http404
    onward = request.GET.get("next", "")
    connect = request.GET.get("process") == "connect" and request.user.is_authenticated
    if request.user.is_authenticated and not connect:
        return redirect(onward if url_has_allowed_host_and_scheme(onward, {request.get_host()}) else "account_home")
    if request.method == "HEAD" or request.headers.get("Sec-Fetch-Site", "") not in OURS:
        return render(request, "socialaccount/login.html", {"school": school, "next": onward, "connect": connect})
    try:
        return schools.machinery().departure(request, provider_id, connect=connect)  # type: ignore[no-any-return]
    except schools.machinery().Trouble as trouble:
        return _troubled(request, school.name, trouble)


@login_not_required
@require_safe
@never_cache
@rate_limit(action="school", limit_get=True)  # type: ignore[untyped-decorator,no-untyped-call]
def back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """From the school, with a code that is good once."""
    school = next((one for one in schools.known() if one.key == provider_id), None)
    if school is None:
        raise Http404
    try:
        return schools.machinery().arrival(request, provider_id)  # type: ignore[no-any-return]
    except ImmediateHttpResponse as answer:
        return answer.response
    except schools.machinery().Trouble as trouble:
        return _troubled(request, school.name, trouble)


def _troubled(request: HttpRequest, name: str, trouble: Exception) -> HttpResponse:
    logger.warning("school %s: %s: %s", name, type(trouble).__name__, trouble)
    return render(request, "socialaccount/authentication_error.html", status=502)
