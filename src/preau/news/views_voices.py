"""What a learner says of a course, by themself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preau.audit import http
from preau.courses.models import Course
from preau.news import access, forms_voices, voices


@require_http_methods(["GET", "HEAD", "POST"])
def voice(request: HttpRequest, language: str, course: str) -> HttpResponse:
    """The page to say it, with what one said and whether it shows; a POST keeps it."""
    row, person = access.taken(request.user, course)
    mine = voices.own(person, row)
    asked = request.POST if request.method == "POST" else None
    form = forms_voices.Voice(asked, initial=forms_voices.first(mine, person))
    if asked is None or not form.is_valid():
        return _page(request, row, form, mine, status=422 if form.errors else 200)
    now, words = timezone.now(), form.words(language)
    payload = {"course": row.slug, **words.data()}
    reply = http.perform(
        request, "voice.say", payload, now, lambda act: voices.say(act=act, by=person, course=row, words=words, now=now)
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _page(request, row, form, mine, reason=reply.reason, status=reply.status)
    messages.success(request, _("Thank you. The team reads it, and may show it on the page of the course."))
    return redirect("voice", language=language, course=course)


@require_POST
def take_back(request: HttpRequest, language: str, course: str) -> HttpResponse:
    """It shows no more."""
    row, person = access.taken(request.user, course)
    now = timezone.now()
    reply = http.perform(
        request,
        "voice.take_back",
        {"course": row.slug},
        now,
        lambda act: voices.take_back(act=act, by=person, course=row, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    messages.success(request, _("It was taken back, and shows no more."))
    return redirect("voice", language=language, course=course)


def _page(
    request: HttpRequest,
    course: Course,
    form: forms_voices.Voice,
    mine: object,
    *,
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    values = {"course": course, "form": form, "mine": mine, "reason": reason, "wording": voices.wording()}
    return render(request, "news/voice.html", values, status=status)
