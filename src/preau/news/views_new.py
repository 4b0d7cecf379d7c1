from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from preau.news import access, reading


@login_not_required
@require_safe
def whats_new(request: HttpRequest, language: str, course: str, edition: str) -> HttpResponse:
    """What an edition brings that the one before it had not."""
    now = timezone.now()
    row = access.whats_new(request.user, course, edition, now=now)
    return render(request, "news/whats_new.html", reading.page(row, language, now=now))
