"""What robots read: which pages there are, in which languages, and which are nobody's business."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from preau.news import addresses, found

PRIVATE = ("/desk/", "/accounts/", "/me/", "/e/*/me/", "/e/*/peer/", "/e/*/discussion/", "/*/search/", "/newsletter/")


@login_not_required
@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """Every public page with the same page in other languages (sitemaps.org, hreflang by xhtml:link)."""
    pages: dict[str, list[addresses.Address]] = {}
    for address in addresses.public(timezone.now()):
        pages.setdefault(address.rest, []).append(address)
    rows = [
        (found.absolute(one.path), one.changed, [(other.language, found.absolute(other.path)) for other in group])
        for group in pages.values()
        for one in group
    ]
    return render(request, "news/sitemap.xml", {"rows": rows}, content_type="application/xml; charset=utf-8")


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Where robots need not look; where the map is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in PRIVATE),
        "",
        f"Sitemap: {found.absolute('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
