from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from preau.audit import http
from preau.common.languages import known
from preau.content import access as content
from preau.content import compiling, exporting, importing, media
from preau.content.models import UnitText
from preau.courses import freezing
from preau.desk import access, correcting, frame, queries

LONGEST = 400_000  # characters of a unit's file


class Text(forms.Form):
    """A unit's file, and of which version it is."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Text of the page, with its header"),
        strip=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "true", "class": "code"}),
    )
    force = forms.CharField(
        label=gettext_lazy("A deadline is near. Why this cannot wait, kept in the journal"),
        max_length=300,
        required=False,
    )


@require_safe
def units(request: HttpRequest, edition: str) -> HttpResponse:
    """Every unit of the version shown, to be looked at or corrected."""
    at = access.teachers_desk(request.user, edition, now=timezone.now())
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    if outline is None:
        return frame.page(request, "desk/nothing.html", at, "units", {})
    return frame.page(request, "desk/units.html", at, "units", {"outline": outline})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """A unit's text as it stands; a POST shows the correction, or saves it and shows it to everybody."""
    at = access.writers_desk(request.user, edition, now=timezone.now())
    _outline, facts = content.unit_for_staff(at.edition, known(request.GET.get("language", "")), unit)
    shown = access.text(at, None, unit, facts.language)
    if request.method != "POST":
        first = {"version": shown.version.number, "text": exporting.unit_file(shown)}
        return _page(request, at, shown, Text(initial=first), {})
    form = Text(request.POST)
    if not form.is_valid():
        return _page(request, at, shown, form, {})
    text = access.text(at, form.cleaned_data["version"], unit, facts.language)
    try:
        ready = correcting.prepared(text, form.cleaned_data["text"])
    except importing.BadCourse as error:
        return _page(request, at, shown, form, {"problems": error.problems}, status=422)
    if "save" not in request.POST:
        return _page(request, at, shown, form, {"preview": _body(text, ready)})
    return _save(request, at, text, form, ready)


def _save(request: HttpRequest, at: access.Desk, text: UnitText, form: Text, ready: importing.Ready) -> HttpResponse:
    now = timezone.now()
    payload = {"edition": at.edition.slug, "unit": text.unit.key, "language": text.language, **form.cleaned_data}
    reply = http.perform(
        request,
        "unit.correct",
        payload,
        now,
        lambda act: correcting.correct(
            act=act, edition=at.edition, text=text, ready=ready, by=at.person, now=now, force=form.cleaned_data["force"]
        ),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        shown = access.text(at, None, text.unit.key, text.language)
        theirs = exporting.unit_file(shown) if shown.version_id != text.version_id else ""
        form = Text(initial={"version": shown.version.number, "text": form.cleaned_data["text"]})
        return _page(request, at, shown, form, {"refusal": reply.reason, "theirs": theirs}, status=reply.status)
    pages = reply.outcome["pages"]
    said = ngettext(
        "Version {v} is shown: {n} page was made again.", "Version {v} is shown: {n} pages were made again.", pages
    )
    messages.success(request, said.format(v=reply.outcome["version"], n=pages))
    return redirect("desk_preview", edition=at.edition.slug, language=text.language, unit=text.unit.key)


def _body(text: UnitText, ready: importing.Ready) -> dict[str, Any]:
    """The corrected text as HTML, and how many questions were read."""
    unit, parsed = next(
        (unit, parsed) for unit, parsed in ready.read if (unit.key, unit.language) == (text.unit.key, text.language)
    )
    row = UnitText(body=unit.body, file=unit.file)
    html = compiling.body(row, media.addresses(text.version)).html
    return {"title": unit.title, "html": html, "questions": parsed.questions}


def _page(
    request: HttpRequest, at: access.Desk, text: UnitText, form: Text, values: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    if freezing.of(text.version.course, now=timezone.now()) is None:
        form.fields.pop("force", None)
    none: dict[str, Any] = {"problems": [], "preview": None, "refusal": "", "theirs": ""}
    latest = text.version.course.versions.order_by("-number").values_list("number", flat=True)[0]
    frame_of = {"text": text, "form": form, "languages": text.version.meta["languages"], "latest": latest}
    code = 422 if form.errors else status
    return frame.page(request, "desk/unit_edit.html", at, "units", {**frame_of, **none, **values}, status=code)
