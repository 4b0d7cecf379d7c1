from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preau.accounts.models import Person
from preau.audit import http
from preau.content import importing as content
from preau.desk import access, actions, forms, importing, queries


@require_http_methods(["GET", "HEAD", "POST"])
def new_course(request: HttpRequest) -> HttpResponse:
    """A course that is not here yet: a POST looks at its ZIP. Nothing is imported."""
    person = access.course_maker(request.user, now=timezone.now())
    form = forms.Upload(request.POST, request.FILES) if request.method == "POST" else forms.Upload()
    if not form.is_valid():
        return render(request, "desk/new_course.html", {"form": form}, status=422 if form.errors else 200)
    token = importing.keep(form.cleaned_data["course"], person.pk)
    return _report(request, person, token, None)


@require_POST
def make(request: HttpRequest, token: UUID) -> HttpResponse:
    """Make the course that was looked at, under the name that was typed."""
    now = timezone.now()
    person = access.course_maker(request.user, now=now)
    form = forms.NewCourse(request.POST)
    if not form.is_valid():
        return _report(request, person, token, form)
    slug: str = form.cleaned_data["slug"]
    payload = {"token": str(token), "slug": slug}
    reply = http.perform(
        request,
        "course.create",
        payload,
        now,
        lambda act: actions.make_course(act=act, token=token, slug=slug, by=person, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        form.add_error(None, reply.reason)
        return _report(request, person, token, form, status=reply.status)
    messages.success(request, _("The course is here. Make its first edition when you are ready."))
    return redirect("desk_course", course=slug)


def _report(
    request: HttpRequest, person: Person, token: UUID, form: forms.NewCourse | None, *, status: int = 422
) -> HttpResponse:
    """What the ZIP would bring, and what the course is to be called; a refused `form` is shown again."""
    try:
        report = importing.look(importing.kept(person.pk, token), now=timezone.now())
    except content.BadCourse as error:
        importing.forget(person.pk, token)
        said = {"report": None, "problems": error.problems}
        return render(request, "desk/new_course_report.html", said, status=422)
    shown = form or forms.NewCourse(initial={"slug": report.course[:60]})
    slug = str(shown["slug"].value())
    values = {"report": report, "form": shown, "token": token, "taken": queries.course_named(slug)}
    return render(request, "desk/new_course_report.html", values, status=status if form else 200)
