"""One's own page: what is kept of one's former editions, from where, and how to say that one took part before."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from preau.accounts import access as accounts
from preau.audit import http
from preau.past import claiming, forms, queries, words


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What is kept of me; a POST says that I took part under another address."""
    person, now = accounts.oneself(request), timezone.now()
    courses = queries.courses_with_past()
    form = forms.Claim(request.POST or None, courses=courses, language=request.LANGUAGE_CODE)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    said = {name: form.cleaned_data[name] for name in ("name", "email", "number", "edition")}
    course = form.course_row
    reply = http.perform(
        request,
        "former.claim",
        {"course": course.slug, **said},
        now,
        lambda act: claiming.claim(act=act, by=person, course=course, now=now, **said),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        form.add_error(None, reply.reason)
        return _page(request, form, status=reply.status)
    messages.success(request, _("The team looks at it and writes to you."))
    return redirect("my_former")


def _page(request: HttpRequest, form: forms.Claim, status: int = 200) -> HttpResponse:
    person = accounts.oneself(request)
    values: dict[str, Any] = {
        "form": form,
        "possible": bool(form.by_slug),
        "kept": [(one, words.word(words.WHATS, one.fact.what)) for one in queries.history(person.pk)],
        "claims": [(row, words.claim(row)) for row in queries.claims(person.pk)],
        "zone": person.zone_info,
    }
    return render(request, "past/mine.html", values, status=status)
