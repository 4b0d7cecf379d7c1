from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from preau.accounts.models import Person
from preau.courses import access
from preau.home import allowances, beginning, queries


@require_safe
def edition(request: HttpRequest, edition: str) -> HttpResponse:
    """The edition's home: today's three things, the path, will I pass."""
    enrolment = access.enrolment(request.user, edition)
    return render(
        request, "home/edition.html", queries.edition_home(enrolment, request.LANGUAGE_CODE, now=timezone.now())
    )


@require_safe
def begin(request: HttpRequest, edition: str) -> HttpResponse:
    """Where one goes after enrolling: the first unit, or the edition's home before it opens and once one has begun."""
    enrolment = access.enrolment(request.user, edition)
    address = beginning.first_unit(enrolment, request.LANGUAGE_CODE, now=timezone.now())
    return redirect(address) if address else redirect("edition_home", edition)


@require_safe
def receipts(request: HttpRequest, edition: str) -> HttpResponse:
    """What was received from me, with its time and its fingerprint."""
    enrolment = access.enrolment(request.user, edition)
    return render(request, "home/receipts.html", queries.receipts(enrolment, request.LANGUAGE_CODE))


@require_safe
def time(request: HttpRequest, edition: str) -> HttpResponse:
    """My deadlines and arrangements: every later date, excuse and extra time that I was given, and why."""
    enrolment = access.enrolment(request.user, edition)
    return render(request, "home/time.html", allowances.page(enrolment, request.LANGUAGE_CODE, now=timezone.now()))


@require_safe
def my_courses(request: HttpRequest) -> HttpResponse:
    """Every edition that I am enrolled in."""
    assert isinstance(request.user, Person)
    return render(request, "home/mine.html", queries.mine(request.user, now=timezone.now()))
