"""The news, the same for everybody: no session is read, nothing is sent."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from preau.news import access, article_reading, feed, found, searching


@login_not_required
@require_safe
def articles(request: HttpRequest, language: str) -> HttpResponse:
    """What was published, newest first."""
    page, listed = article_reading.listed(language, request.GET.get("page"), now=timezone.now())
    said = found.Found("news/", language, _("News"), _("What is new, course after course."))
    values = {"page": page, "listed": listed, "zone": article_reading.ZONE, "found": said}
    return render(request, "news/articles.html", values)


@login_not_required
@require_safe
def article(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """One of them."""
    now = timezone.now()
    row = access.article(slug, now=now)
    return render(request, "news/article.html", article_reading.page(row, language, now=now))


@login_not_required
@require_safe
@conditional_page
def atom(request: HttpRequest, language: str) -> HttpResponse:
    """The newest for a reader of feeds."""
    return HttpResponse(feed.atom(language, now=timezone.now()), content_type=feed.TYPE)


@login_not_required
@require_safe
def search(request: HttpRequest, language: str) -> HttpResponse:
    """Articles, courses and lessons that say these words."""
    asked = request.GET.get("q", "").strip()[: searching.LONGEST]
    if asked and not ratelimit.consume(request, action="search"):
        return ratelimit.respond_429(request)
    hits = searching.found(asked, language, now=timezone.now())
    return render(request, "news/search.html", {"asked": asked, "hits": hits})
