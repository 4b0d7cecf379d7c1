"""A course's languages at the desk: what is translated, what is missing, what was translated from a text that has
changed since."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from preau.accounts.models import Person
from preau.audit import http
from preau.common.languages import CODES
from preau.content import translated, translating
from preau.content.models import Printing, UnitText, Version
from preau.content.translating import How, Standing, State
from preau.courses.models import Course
from preau.desk import access, words

STATES: dict[str, str] = {
    State.UP_TO_DATE: gettext_noop("up to date"),
    State.OUT_OF_DATE: gettext_noop("out of date"),
    State.MISSING: gettext_noop("not translated"),
}
BADGES: dict[str, str] = {State.UP_TO_DATE: "done", State.OUT_OF_DATE: "late", State.MISSING: "pending"}
CHANGED = {
    "text": gettext_noop("its text"),
    "questions": gettext_noop("its questions"),
    "rubric": gettext_noop("its rubric or instructions"),
}
HOW = {
    How.MARKED: gettext_noop("Somebody said that this translation is right for the source of version {number}."),
    How.STATED: gettext_noop("Its header says that it was made from the source of version {number}."),
    How.HISTORY: gettext_noop("It last changed in version {number}, so it is held to be made from the source there."),
}


@dataclass(frozen=True)
class Cell:
    """A unit in one language, in words."""

    row: Standing
    name: str
    badge: str
    changed: list[str]


def _cell(row: Standing) -> Cell:
    changed = [words.said(CHANGED, name) for name in row.changed]
    return Cell(row, words.said(STATES, row.state), BADGES[row.state], changed)


@require_safe
def board(request: HttpRequest, course: str) -> HttpResponse:
    """Every unit of the latest version, in every language but the source."""
    row, _person = access.course(request.user, course, now=timezone.now())
    found = _latest(row)
    languages = found.languages if found else []
    asked = {name: request.GET.get(name, "") for name in ("language", "state")}
    shown = [asked["language"]] if asked["language"] in languages else languages
    values: dict[str, Any] = {
        "found": found,
        "languages": languages,
        "shown": shown,
        "asked": asked,
        "states": [(state.value, words.said(STATES, state)) for state in State],
        "counts": _counts(found) if found else [],
        "lines": _lines(found, shown, asked["state"]) if found else [],
    }
    return _page(request, "desk/translations.html", row, values)


def _page(
    request: HttpRequest, template: str, course: Course, values: dict[str, Any], status: int = 200
) -> HttpResponse:
    frame = {"course": course, "title": course.title(request.LANGUAGE_CODE)}
    return render(request, template, {**frame, **values}, status=status)


def _latest(course: Course) -> translated.Abreast | None:
    version = course.versions.order_by("-number").first()
    return translated.of(version) if version else None


def _counts(found: translated.Abreast) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """(language, [(badge, state in words, how many units)])."""
    counted = translated.counted(found.rows)
    return [
        (code, [(BADGES[state], words.said(STATES, state), counted[code][state.value]) for state in State])
        for code in found.languages
        if code in counted
    ]


def _lines(found: translated.Abreast, languages: list[str], state: str) -> list[tuple[str, str, list[Cell]]]:
    """(key, title in the source language, a cell for each language) of the units of which one is in this state."""
    source = found.version.meta["languages"][0]
    texts = UnitText.objects.filter(version=found.version, language=source).order_by("position")
    cells: dict[str, list[Cell]] = {}
    for row in found.rows:
        if row.language in languages:
            cells.setdefault(row.key, []).append(_cell(row))
    return [
        (key, title, cells[key])
        for key, title in texts.values_list("unit__key", "title")
        if key in cells and (state not in STATES or any(one.row.state == state for one in cells[key]))
    ]


@require_safe
def one(request: HttpRequest, course: str, unit: str, language: str) -> HttpResponse:
    """A unit's source then and now, beside its translation."""
    row, _person = access.course(request.user, course, now=timezone.now())
    return _one(request, row, unit, language)


def _one(
    request: HttpRequest, course: Course, unit: str, language: str, refusal: str = "", status: int = 200
) -> HttpResponse:
    found, standing = _standing(course, unit, language)
    then, source = found.made_from(standing), found.version.meta["languages"][0]
    now = _words(found.version, unit, source)
    before = _words(then, unit, source) if then else None
    changed = standing.state == State.OUT_OF_DATE and before is not None
    values = {
        "cell": _cell(standing),
        "unit": unit,
        "language": language,
        "source": source,
        "version": found.version,
        "then": then,
        "how": _(HOW[standing.how]).format(number=then.number) if standing.how and then else "",
        "marked": standing.how == How.MARKED,
        "rows": list(translating.side_by_side(before or "", now)) if changed else [],
        "now": now,
        "translation": "" if standing.state == State.MISSING else _words(found.version, unit, language),
        "edit": _edit(found.version, unit, language, standing),
        "refusal": refusal,
    }
    return _page(request, "desk/translation.html", course, values, status)


def _standing(course: Course, unit: str, language: str) -> tuple[translated.Abreast, Standing]:
    found = _latest(course)
    rows = found.rows if found else ()
    if found and (standing := next((row for row in rows if (row.key, row.language) == (unit, language)), None)):
        return found, standing
    raise Http404


def _words(version: Version, unit: str, language: str) -> str:
    return translated.words(UnitText.objects.get(version=version, unit__key=unit, language=language))


def _edit(version: Version, unit: str, language: str, standing: Standing) -> str:
    """Where the translation is corrected: in the latest edition that shows this version, else in the latest that shows
    one; nowhere when there is no text, or none shows it, or the interface does not speak that language."""
    if standing.state == State.MISSING or language not in CODES:
        return ""
    rows = Printing.objects.filter(edition__course=version.course_id, current=True, version__texts__unit__key=unit)
    rows = (
        rows.filter(version__texts__language=language).select_related("edition", "version").order_by("edition__number")
    )
    shown = max(rows, key=lambda one: (one.version_id == version.pk, one.edition.number), default=None)
    return f"{reverse('desk_unit_edit', args=[shown.edition.slug, unit])}?language={language}" if shown else ""


@require_POST
def judge(request: HttpRequest, course: str, unit: str, language: str) -> HttpResponse:
    """Say that a translation is right as it is, or no longer say so."""
    row, person = access.course(request.user, course, now=timezone.now())
    _found, standing = _standing(row, unit, language)
    if standing.state == State.MISSING:
        raise Http404
    seen = (standing.print, standing.code) == (request.POST.get("print"), request.POST.get("code"))
    reply = _judge(request, row, person, standing, right="undo" not in request.POST, seen=seen)
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _one(request, row, unit, language, reply.reason, reply.status)
    right = reply.outcome["right"]
    messages.success(request, _("Marked as up to date.") if right else _("No longer marked as up to date."))
    return redirect("desk_translation", course=row.slug, unit=unit, language=language)


def _judge(
    request: HttpRequest, course: Course, person: Person, standing: Standing, *, right: bool, seen: bool
) -> http.Reply:
    now = timezone.now()
    payload = {"course": course.slug, "unit": standing.key, "language": standing.language, "right": right}
    payload |= {"print": request.POST.get("print", ""), "code": request.POST.get("code", "")}
    return http.perform(
        request,
        "translation.judge",
        payload,
        now,
        lambda act: translated.judge(act=act, course=course, by=person, row=standing, right=right, seen=seen, now=now),
    )
