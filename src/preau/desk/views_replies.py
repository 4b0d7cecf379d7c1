"""Saved replies of an edition's course: every one of the team reads them, who decides writes them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preau.audit import http
from preau.common import languages
from preau.desk import forms_requests
from preau.desk.views_requests import page
from preau.support import access as support
from preau.support import queries, saving, words
from preau.support.access import Team
from preau.support.models import SavedReply


@require_http_methods(["GET", "HEAD", "POST"])
def replies(request: HttpRequest, edition: str) -> HttpResponse:
    """The list; a POST adds one."""
    door = support.deciders if request.method == "POST" else support.team
    at = door(request.user, edition, now=timezone.now())
    return _written(request, at, None)


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, edition: str, reply: UUID) -> HttpResponse:
    """One of them; a POST changes it."""
    at = support.deciders(request.user, edition, now=timezone.now())
    return _written(request, at, support.saved_reply(at, reply))


def _written(request: HttpRequest, at: Team, row: SavedReply | None) -> HttpResponse:
    now = timezone.now()
    assert at.edition is not None
    course = at.edition.course
    form = forms_requests.Saved(request.POST if request.method == "POST" else None, row=row)
    if form.is_valid():
        said = saving.Reply(form.cleaned_data["topic"], form.texts(), form.cleaned_data["shown"])
        done = http.perform(
            request,
            "reply.save",
            {"row": str(row.pk) if row else "", "course": course.slug, **form.cleaned_data},
            now,
            lambda act: saving.save(act=act, at=at, course=course, reply=said, row=row, now=now),
        )
        if http.wants_json(request):
            return done.json()
        if done.outcome is not None:
            messages.success(request, _("The reply is kept."))
            return redirect("desk_replies", at.edition.slug)
        form.add_error(None, done.reason)
    rows = [
        (
            one,
            queries.in_language(one, request.LANGUAGE_CODE),
            words.said(words.TOPICS, one.topic),
            [languages.named(code) for code in sorted(one.texts)],
        )
        for one in queries.saved(course)
    ]
    template = "desk/reply.html" if row else "desk/replies.html"
    return page(request, template, at, {"form": form, "rows": rows, "row": row}, status=422 if form.errors else 200)


@require_POST
def delete(request: HttpRequest, edition: str, reply: UUID) -> HttpResponse:
    """Delete one."""
    now = timezone.now()
    at = support.deciders(request.user, edition, now=now)
    row = support.saved_reply(at, reply)
    done = http.perform(
        request, "reply.delete", {"row": str(row.pk)}, now, lambda act: saving.delete(act=act, at=at, row=row, now=now)
    )
    if http.wants_json(request):
        return done.json()
    if done.outcome is None:
        messages.error(request, done.reason)
    return redirect("desk_replies", edition)
