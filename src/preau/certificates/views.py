import hashlib
import json

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from preau.certificates import access, papers

KEPT = 600  # seconds; a list itself may be relied on for twelve hours


@login_not_required
@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    """The signed credential, byte for byte as it was signed."""
    award = access.award(request.user, code, request.GET.get("share", ""))
    headers = {"Content-Disposition": f'attachment; filename="{award.code}.json"'}
    return HttpResponse(award.credential.text, content_type="application/vc+ld+json", headers=headers)


@login_not_required
@require_safe
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """The certificate as a PDF that carries the credential, as the worker made it; until then, and when it is lost, a
    page that says so."""
    award = access.award(request.user, code, request.GET.get("share", ""))
    content = papers.pdf(award)
    if content is None and award.revoked_at:
        raise Http404  # none is made of what ended
    if content is None and award.credential.paper:
        return lost(request, award.code)
    if content is None:
        values = {"code": award.code, "address": request.get_full_path()}
        page = render(request, "certificates/being_made.html", values, status=503)
        page.headers["Retry-After"] = "60"
        return page
    headers = {"Content-Disposition": f'inline; filename="{award.code}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def lost(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a PDF that was made and is missing from the storage."""
    return render(request, "certificates/lost.html", {"code": code}, status=503)


@login_not_required
@require_safe
def did(request: HttpRequest) -> HttpResponse:
    """The issuer's keys, for anybody who verifies."""
    body = json.dumps(papers.did_document(), indent=2) + "\n"
    return HttpResponse(body, content_type="application/did+ld+json", headers={"Access-Control-Allow-Origin": "*"})


@login_not_required
@require_safe
def context(request: HttpRequest, name: str) -> HttpResponse:
    """Our own terms (ECTS and the like), as credentials name them."""
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=86400"}
    return HttpResponse(papers.context(name), content_type="application/ld+json", headers=headers)


@login_not_required
@require_safe
def status(request: HttpRequest, purpose: str, number: int) -> HttpResponseBase:
    """A signed status list, byte for byte; the same for everybody, and kept by whoever reads it for a while."""
    row = access.status_list(purpose, number)
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": f"public, max-age={KEPT}"}
    answer = HttpResponse(row.text, content_type="application/vc+ld+json", headers=headers)
    answer.headers["ETag"] = etag = f'"{hashlib.sha256(row.text.encode()).hexdigest()[:32]}"'
    return get_conditional_response(request, etag, response=answer) or answer
