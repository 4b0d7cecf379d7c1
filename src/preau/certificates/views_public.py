from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from preau.certificates import access, checking, papers, public, views_statements
from preau.certificates.models import Award
from preau.common.context import language_links


@login_not_required
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Type the code that stands on a certificate, or give its file."""
    typed = request.GET.get("code", "")
    code = "".join(typed.upper().split()).replace("-", "")
    if code.isalnum() and code.isascii():
        return redirect("verify", code=code)
    return _find(request, typed=typed)


def _find(request: HttpRequest, *, typed: str = "", reason: str = "", status: int = 200) -> HttpResponse:
    values = {"code": typed, "reason": reason, "most": checking.MOST // 1024**2}
    return render(request, "certificates/find.html", values, status=status)


@login_not_required
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """The public page of a certificate: what it certifies, and whether it is in force; of a statement, what it says;
    of any other code, what to look for."""
    token = request.GET.get("share", "")
    opened = access.public(request.user, code, token)
    if opened is not None:
        return render(request, "certificates/verify.html", _page(request, opened, token))
    return views_statements.shown(request, code) or unknown(request, code)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest) -> HttpResponse:
    """What there is to say of a file that somebody gives: read, checked, forgotten."""
    if request.method != "POST":
        return redirect("verify_find")
    if _announced(request) > 3 * checking.MOST + checking.AROUND:  # before any of it is read
        return _find(request, reason=_("This file is too large to be a certificate."), status=422)
    given = request.FILES.get("file")
    if given is None:
        return _find(request, reason=_("Choose a file first: the PDF, or the signed credential."), status=422)
    if not ratelimit.consume(request, action="verify"):
        return _find(request, reason=_("Many files came from here: try again in a minute."), status=429)
    verdict = checking.check(given, request.FILES.get("status"), request.FILES.get("key"))
    return render(request, "certificates/verdict.html", {"verdict": verdict, "facts": verdict.facts})


def _announced(request: HttpRequest) -> int:
    """The bytes that a request says it brings; none where it says no number: then Django reads none."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def unknown(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a code that nothing was issued under."""
    return render(request, "certificates/unknown.html", {"code": code[:40]}, status=404)


def _page(request: HttpRequest, opened: access.Opened, token: str) -> dict[str, Any]:
    award, state = opened.award, public.state(opened.award)
    address = f"{settings.SITE_URL}/verify/{award.code}"
    shared = f"?share={token}" if opened.linked else ""
    open_to_them = opened.linked or not award.hidden
    signed = opened.whole and hasattr(award, "credential")
    facts = public.facts(award.credential.document) if signed and state != public.REPLACED else None
    passed_on = f"{address}/{shared}" if award.hidden else address
    return {
        "award": award,
        "state": state,
        "whole": facts is not None,
        "own": opened.own,
        "facts": facts,
        "shared": shared,
        "next": _next(opened) if state == public.REPLACED else "",
        "corrected": public.only_its_name(award) if state == public.REPLACED else False,
        "sharing": public.sharing(award, facts, passed_on)
        if facts and open_to_them and state == public.VALID
        else None,
        "about": _about(award, request.LANGUAGE_CODE),
        "qr": papers.qr(address) if facts else "",
        "language_links": language_links(request.get_full_path(), request.LANGUAGE_CODE),
    }


def _next(opened: access.Opened) -> str:
    """Where the document is that took this one's place; nowhere while its holder hides it."""
    later = opened.award.replaced_by
    return later.code if later is not None and (opened.own or opened.linked or not later.hidden) else ""


def _about(award: Award, language: str) -> str:
    """The page of the course; none of a private edition's."""
    edition = award.enrolment.edition
    if edition.visibility != edition.Visibility.PUBLIC:
        return ""
    return f"/{language}/courses/{edition.course.slug}/#{award.track.key if award.track else award.module}"
