"""What is new in this session, at the desk: drafted, rewritten by hand, looked at, published."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preau.audit import acts, http
from preau.desk import access, frame
from preau.news import reading
from preau.news import whats_new as verbs
from preau.news.models import WhatsNew


class Texts(forms.Form):
    """Its text in each language of the interface, Markdown."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            area = forms.Textarea(attrs={"rows": 14, "lang": code, "data-autosave": ""})
            self.fields[code] = forms.CharField(label=name, required=False, max_length=verbs.LONGEST, widget=area)

    def texts(self) -> dict[str, str]:
        """{language: Markdown}."""
        return {code: self.cleaned_data[code] for code, _name in settings.LANGUAGES}


@require_http_methods(["GET", "HEAD", "POST"])
def whats_new(request: HttpRequest, edition: str) -> HttpResponse:
    """What stands, how it looks, and the form; a POST keeps what was written, or shows how it would look."""
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    if request.method != "POST":
        return _page(request, at, None)
    form = Texts(request.POST)
    if not form.is_valid() or "save" not in request.POST:
        return _page(request, at, form, status=422 if form.errors else 200)
    said, seen = form.texts(), form.cleaned_data["seen"]
    reply = http.perform(
        request,
        "new.write",
        {"edition": edition, "seen": seen, **said},
        now,
        lambda act: verbs.write(act=act, by=at.person, edition=at.edition, said=said, seen=seen, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _page(request, at, form, reason=reply.reason, status=reply.status)
    messages.success(request, _("Kept."))
    return redirect("desk_new", edition=edition)


def _page(
    request: HttpRequest, at: access.Desk, form: Texts | None, *, reason: str = "", status: int = 200
) -> HttpResponse:
    row = verbs.of(at.edition)
    stands = dict(row.texts) if row else {}
    shown = form.texts() if form is not None and form.is_valid() else stands
    if form is None or reason:  # once refused, what stands is what was seen
        form = Texts(initial={**shown, "seen": verbs.stamp(row)})
    values = {
        "row": row or WhatsNew(edition=at.edition),
        "form": form,
        "reason": reason,
        "former": verbs.former(at.edition),
        "previews": [(code, name, reading.html(shown[code])) for code, name in settings.LANGUAGES if shown.get(code)],
        "drafts": _drafts(row),
        "stands": [(name, stands[code]) for code, name in settings.LANGUAGES if reason and stands.get(code)],
    }
    return frame.page(request, "desk/new.html", at, "overview", values, status=status)


def _drafts(row: WhatsNew | None) -> list[dict[str, Any]]:
    """The languages in which somebody wrote other words than the draft's: [{code, name, draft, since}]."""
    if row is None:
        return []
    return [
        {"code": code, "name": name, "draft": row.drafts[code], "since": row.since.get(code, [])}
        for code, name in settings.LANGUAGES
        if row.drafts.get(code) and row.drafts[code] != row.texts.get(code, "")
    ]


def _done(
    request: HttpRequest, edition: str, verb: str, work: Callable[..., acts.Outcome], said: str, **more: Any
) -> HttpResponse:
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    reply = http.perform(
        request,
        verb,
        {"edition": edition, **more},
        now,
        lambda act: work(act=act, by=at.person, edition=at.edition, now=now, **more),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, said)
    return redirect("desk_new", edition=edition)


@require_POST
def draft(request: HttpRequest, edition: str) -> HttpResponse:
    """Draft it from what differs."""
    return _done(request, edition, "new.draft", verbs.draft, _("Drafted. What somebody wrote by hand stays."))


@require_POST
def adopt(request: HttpRequest, edition: str, language: str) -> HttpResponse:
    """Put the draft of a language in the place of what stands."""
    return _done(request, edition, "new.adopt", verbs.adopt, _("The draft stands now."), language=language)


@require_POST
def publish(request: HttpRequest, edition: str) -> HttpResponse:
    """Show it."""
    return _done(request, edition, "new.publish", verbs.publish, _("It is on the site."), public=True)


@require_POST
def unpublish(request: HttpRequest, edition: str) -> HttpResponse:
    """Take it off the site; what is written stays."""
    return _done(request, edition, "new.unpublish", verbs.publish, _("It is off the site."), public=False)
