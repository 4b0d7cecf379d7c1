from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from preau.accounts.models import Person
from preau.audit import http
from preau.content import access, views
from preau.grades import actions
from preau.grades.lesson import Lesson


@require_POST
def finish(request: HttpRequest, edition: str, language: str, module: str, unit: str) -> HttpResponse:
    """The end of a lesson was reached: the page says so by itself, or the learner by a button."""
    assert isinstance(request.user, Person)
    person, now = request.user, timezone.now()
    place, _ = access.place(person, edition, language, unit, now=now)
    payload = {"edition": edition, "unit": unit}
    reply = http.perform(
        request, "lesson.finish", payload, now, lambda act: actions.finish(act=act, by=person, place=place)
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is not None and not request.headers.get("HX-Request"):
        return redirect("personal", edition, language, module, unit)
    _, rows = access.place(person, edition, language, unit, now=now)
    return views.fragment(
        request, place, Lesson().personal(request, place, rows), reason=reply.reason, status=reply.status
    )
