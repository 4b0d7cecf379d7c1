from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from preau.news import found, partners


@login_not_required
@require_safe
def partners_page(request: HttpRequest, language: str) -> HttpResponse:
    """The schools and companies that take part, and in which courses."""
    said = found.Found(
        "partners/", language, _("Partners"), _("The schools and companies that take part in our courses.")
    )
    return render(request, "news/partners.html", {"shown": partners.public(timezone.now()), "found": said})
