"""Former editions at the desk: what is there, doubts, and one person of them."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from preau.accounts.models import Person
from preau.audit import acts, http, journal
from preau.courses.models import Course
from preau.desk import access as desk
from preau.desk.forms_past import File, Find
from preau.past import access, deciding, forgetting, queries, values, words
from preau.past.models import Doubt, Former
from preau.past.values import Bad

A_PAGE = 25


def page(
    request: HttpRequest, template: str, course: Course, person: Person, said: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """A page of a course's former editions."""
    frame = {
        "course": course,
        "title": course.title(request.LANGUAGE_CODE),
        "teaches": course.pk in {row.pk for row in desk.courses_taught(person, now=timezone.now())},
        "zone": person.zone_info,
    }
    return render(request, template, {**frame, **said}, status=status)


@require_safe
def overview(request: HttpRequest, course: str) -> HttpResponse:
    """The files that came in, the figures and whose they are, how many doubts wait; somebody looked for."""
    row, person = access.course(request.user, course, now=timezone.now())
    find = Find(request.GET or None)
    who = find.cleaned_data["who"] if find.is_valid() else ""
    return files_page(request, row, person, File(), {"find": find, "who": who, "found": looked_for(row, who)})


def files_page(
    request: HttpRequest, course: Course, person: Person, form: File, more: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The first page, with a form that may have been refused."""
    said: dict[str, Any] = {
        "sources": queries.sources(course),
        "totals": [(one, words.word(words.TOTALS, one.what)) for one in queries.totals(course.pk)],
        "waiting": queries.waiting(course),
        "form": form,
        **(more or {"find": Find(), "who": "", "found": []}),
    }
    return page(request, "desk/past.html", course, person, said, 422 if form.errors else 200)


def looked_for(course: Course, who: str) -> list[Former]:
    """Former people with this address, number or certificate."""
    if not who.strip():
        return []
    said = {"email": "", "number": "", "code": who.strip()}
    for name, read in (("email", values.email), ("number", values.number)):
        with suppress(Bad):
            said[name] = read(who)
    return queries.find(course, **said)


@require_safe
def doubts(request: HttpRequest, course: str) -> HttpResponse:
    """Doubts that wait side by side with who it could be, or those that were decided."""
    row, person = access.course(request.user, course, now=timezone.now())
    decided = request.GET.get("decided") == "1"
    sheet = Paginator(queries.doubts(row, decided=decided), A_PAGE).get_page(request.GET.get("page"))
    some = list(sheet.object_list)
    could_be = queries.candidates(some)
    lines = [{"row": one, "kind": words.word(words.KINDS, one.kind), "candidates": could_be[one.pk]} for one in some]
    said = {"lines": lines, "sheet": sheet, "decided": decided, "waiting": queries.waiting(row)}
    return page(request, "desk/past_doubts.html", row, person, said)


@require_POST
def decide(request: HttpRequest, course: str, doubt: UUID) -> HttpResponse:
    """Say whose it is."""
    now = timezone.now()
    row, person = access.course(request.user, course, now=now)
    about = access.doubt(row, doubt)
    decision, chosen = request.POST.get("decision", ""), request.POST.get("former", "")
    if decision not in Doubt.Decision.values or not decision:
        messages.error(request, _("Say who it is."))
        return redirect("desk_former_doubts", course=row.slug)
    former = access.former(row, _uuid(chosen)) if decision == Doubt.Decision.ATTACHED and chosen else None
    return _act(
        request,
        row,
        "former.decide",
        {"doubt": str(about.pk), "decision": decision, "former": chosen},
        lambda act: deciding.decide(act=act, doubt=about, decision=decision, former=former, by=person, now=now),
    )


@require_POST
def undo(request: HttpRequest, course: str, doubt: UUID) -> HttpResponse:
    """Take a decision back."""
    now = timezone.now()
    row, person = access.course(request.user, course, now=now)
    about = access.doubt(row, doubt)
    return _act(
        request,
        row,
        "former.undo",
        {"doubt": str(about.pk)},
        lambda act: deciding.undo(act=act, doubt=about, by=person, now=now),
    )


def _act(
    request: HttpRequest, course: Course, kind: str, payload: Mapping[str, Any], do: Callable[[acts.Act], acts.Outcome]
) -> HttpResponse:
    reply = http.perform(request, kind, payload, timezone.now(), do)
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, _("It is kept."))
    return redirect("desk_former_doubts", course=course.slug)


@require_safe
def person(request: HttpRequest, course: str, former: UUID) -> HttpResponse:
    """Somebody of the former editions: what is kept, from where, and the account."""
    row, keeper = access.course(request.user, course, now=timezone.now())
    return _person(request, row, keeper, access.former(row, former))


def _person(
    request: HttpRequest, course: Course, keeper: Person, about: Former, reason: str = "", status: int = 200
) -> HttpResponse:
    said = {
        "former": about,
        "kept": [(one, words.word(words.WHATS, one.fact.what)) for one in queries.of_former(about)],
        "journal": journal.about("former", about.pk),
        "reason": reason,
    }
    return page(request, "desk/past_person.html", course, keeper, said, status)


@require_POST
def erase(request: HttpRequest, course: str, former: UUID) -> HttpResponse:
    """Erase somebody who has no account here."""
    now: datetime = timezone.now()
    row, keeper = access.course(request.user, course, now=now)
    about = access.former(row, former)
    payload = {"former": str(about.pk)}
    reply = http.perform(
        request,
        "former.erase",
        payload,
        now,
        lambda act: forgetting.forget(act=act, former=about, by=keeper, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _person(request, row, keeper, about, reply.reason, reply.status)
    messages.success(request, _("Erased. Certificates can still be checked by their code; they name nobody."))
    return redirect("desk_former", course=row.slug)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
