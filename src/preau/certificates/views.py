import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from preau.certificates import access, papers


@login_not_required
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Type the code that stands on a certificate."""
    code = "".join(request.GET.get("code", "").upper().split()).replace("-", "")
    if code.isalnum() and code.isascii():
        return redirect("verify", code=code)
    return render(request, "certificates/find.html", {"code": request.GET.get("code", "")})


@login_not_required
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """The public page of a certificate: what it certifies, and whether it is in force."""
    award = access.award(code)
    address = f"{settings.SITE_URL}/verify/{award.code}"
    return render(request, "certificates/verify.html", {"award": award, "address": address, "qr": papers.qr(address)})


@login_not_required
@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    """The signed credential, byte for byte as it was signed."""
    award = access.award(code)
    headers = {"Content-Disposition": f'attachment; filename="{award.code}.json"'}
    return HttpResponse(award.credential.text, content_type="application/vc+ld+json", headers=headers)


@login_not_required
@require_safe
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """The certificate as a PDF that carries the credential."""
    award = access.award(code)
    headers = {"Content-Disposition": f'inline; filename="{award.code}.pdf"'}
    return HttpResponse(papers.pdf(award), content_type="application/pdf", headers=headers)


@login_not_required
@require_safe
def did(request: HttpRequest) -> HttpResponse:
    """The issuer's keys, for anybody who verifies."""
    body = json.dumps(papers.did_document(), indent=2) + "\n"
    return HttpResponse(body, content_type="application/did+ld+json", headers={"Access-Control-Allow-Origin": "*"})


@login_not_required
@require_safe
def context(request: HttpRequest) -> HttpResponse:
    """Our own terms (ECTS and the like), as credentials name them."""
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=86400"}
    return HttpResponse(papers.context(), content_type="application/ld+json", headers=headers)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My certificates."""
    return render(request, "certificates/mine.html", {"awards": access.own(request.user)})
