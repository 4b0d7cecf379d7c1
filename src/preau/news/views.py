from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from preau.accounts.models import Person
from preau.common.ids import new_id
from preau.courses import access
from preau.courses import queries as courses
from preau.news import declaration, found, queries


@login_not_required
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """The bare address leads to the first page in the visitor's language."""
    return redirect("home", language=get_language())


@login_not_required
@require_safe
def home(request: HttpRequest, language: str) -> HttpResponse:
    """The first page: one sentence, the next edition's date, one button; below, what learners said, what is new, and
    figures that were counted."""
    return render(request, "news/home.html", queries.home_page(language, now=timezone.now()))


@login_not_required
@require_safe
def course_list(request: HttpRequest, language: str) -> HttpResponse:
    """Every course that a visitor may take."""
    offers = courses.offers(timezone.now())
    data = [found.course(offer.course, offer, (), language) for offer in offers]
    said = found.Found("courses/", language, _("Courses"), _("Open courses, edition after edition."), data=data)
    return render(request, "news/courses.html", {"offers": offers, "found": said})


@login_not_required
@require_safe
def course(request: HttpRequest, language: str, course: str) -> HttpResponse:
    """What a course is, for whom, by which tracks, when; with an enrol button that says the truth about dates."""
    now = timezone.now()
    row = access.visible_course(request.user, course, now=now)
    person = request.user if isinstance(request.user, Person) else None
    values = queries.course_page(row, language, person, now=now)
    return render(request, "news/course.html", {**values, "act": new_id() if person else ""})


@login_not_required
@require_safe
def legal(request: HttpRequest, language: str) -> HttpResponse:
    said = found.Found("legal/", language, _("Legal notice and privacy"), _("What is kept about you, and your rights."))
    return render(request, "news/legal.html", {"found": said})


@login_not_required
@require_safe
def accessibility(request: HttpRequest, language: str) -> HttpResponse:
    said = found.Found("accessibility/", language, _("Accessibility"), _("What was checked, how, and what is left."))
    return render(request, "news/accessibility.html", {"found": said, **declaration.values()})


@login_not_required
@require_safe
def switch_language(request: HttpRequest, language: str) -> HttpResponse:
    """Remember the language and go back; an address elsewhere is not followed."""
    back = request.GET.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if safe and back.startswith("/") else "/")
    response.set_cookie("language", language, max_age=365 * 86400, samesite="Lax", secure=request.is_secure())
    return response
