"""What somebody who helps sees and does: offer, read the answer, sign the charter, choose hours."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from preau.accounts.models import Person
from preau.audit import acts, http
from preau.courses import access, queries, rota, volunteering
from preau.courses import rota_words as words
from preau.courses.forms_volunteer import Apply, Hour
from preau.courses.models import Edition, Volunteer


@require_safe
def volunteer(request: HttpRequest, edition: str) -> HttpResponse:
    """Where I stand as somebody who helps."""
    now = timezone.now()
    where = access.edition_of_helpers(request.user, edition, now=now)
    assert isinstance(request.user, Person)
    return _page(request, where, queries.volunteer(where, request.user), now)


@require_POST
def apply(request: HttpRequest, edition: str) -> HttpResponse:
    """Offer to help."""
    now = timezone.now()
    where = access.edition_of_helpers(request.user, edition, now=now)
    assert isinstance(request.user, Person)
    by = request.user
    form = Apply(request.POST, languages=_languages(where.course.languages))
    if not form.is_valid():
        return _page(request, where, queries.volunteer(where, by), now, apply=form)
    said = form.said()
    payload = {"edition": edition, "languages": said.languages, "motivation": said.motivation}
    return _done(
        request, edition, "volunteer.apply", payload, now,
        lambda act: volunteering.apply(act=act, by=by, edition=where, said=said, now=now),
    )  # fmt: skip


@require_POST
def sign(request: HttpRequest, edition: str) -> HttpResponse:
    """Sign the charter that was read."""
    now = timezone.now()
    row = access.own_volunteer(request.user, edition)
    version = request.POST.get("version", "")
    return _done(
        request, edition, "volunteer.sign", {"volunteer": str(row.pk), "version": version}, now,
        lambda act: volunteering.sign(act=act, by=row.person, volunteer=row, version=version, now=now),
    )  # fmt: skip


@require_POST
def leave(request: HttpRequest, edition: str) -> HttpResponse:
    """Stop helping."""
    now = timezone.now()
    row = access.own_volunteer(request.user, edition)
    return _done(
        request, edition, "volunteer.leave", {"volunteer": str(row.pk)}, now,
        lambda act: volunteering.leave(act=act, by=row.person, volunteer=row, now=now),
    )  # fmt: skip


@require_POST
def take(request: HttpRequest, edition: str) -> HttpResponse:
    """Take an hour of the rota, named in one's own zone."""
    now = timezone.now()
    row = access.own_volunteer(request.user, edition)
    form = _hours(row, request.POST)
    if not form.is_valid():
        return _page(request, row.edition, row, now, hours=form)
    minutes = rota.apart(row.person.zone_info, row.edition.zone_info, now)
    hour = rota.holding((form.cleaned_data["weekday"], form.cleaned_data["hour"]), minutes)
    language = form.cleaned_data["language"]
    return _done(
        request, edition, "shift.take", {"volunteer": str(row.pk), "hour": hour, "language": language}, now,
        lambda act: volunteering.take(act=act, by=row.person, volunteer=row, hour=hour, language=language, now=now),
    )  # fmt: skip


@require_POST
def drop(request: HttpRequest, edition: str, shift: UUID) -> HttpResponse:
    """Give an hour back."""
    row = access.own_volunteer(request.user, edition)
    held = access.own_shift(row, shift)
    return _done(
        request, edition, "shift.drop", {"shift": str(shift)}, timezone.now(),
        lambda act: volunteering.drop(act=act, by=row.person, shift=held),
    )  # fmt: skip


def _done(
    request: HttpRequest,
    edition: str,
    kind: str,
    payload: dict[str, Any],
    now: datetime,
    do: Callable[[acts.Act], acts.Outcome],
) -> HttpResponse:
    reply = http.perform(request, kind, payload, now, do)
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, _("It is kept."))
    return redirect("volunteer", edition)


def _page(
    request: HttpRequest,
    edition: Edition,
    row: Volunteer | None,
    now: datetime,
    *,
    apply: Apply | None = None,
    hours: Hour | None = None,
) -> HttpResponse:
    offered = {"languages": row.languages, "motivation": row.motivation} if row else None
    values = {
        "edition": edition,
        "row": row,
        "open": now < edition.closes_at,
        "signed": row is not None and volunteering.signed(row),
        "version": volunteering.CHARTER,
        "until": volunteering.expiry(edition),
        "apply": apply or Apply(initial=offered, languages=_languages(edition.course.languages)),
        "hours": (hours or _hours(row, None)) if row else None,
        "shifts": _shifts(row, now) if row else [],
        "gaps": _gaps(row) if row and row.state == Volunteer.State.APPROVED else [],
    }
    refused = bool((apply and apply.errors) or (hours and hours.errors))
    return render(request, "courses/volunteer.html", values, status=422 if refused else 200)


def _languages(codes: list[str]) -> list[tuple[str, str]]:
    return [(code, words.language(code)) for code in codes]


def _hours(row: Volunteer, data: Any) -> Hour:
    return Hour(
        data,
        days=[(day, words.weekday(day)) for day in range(7)],
        hours=[(hour, words.hour(hour)) for hour in range(24)],
        languages=_languages(row.languages),
        prefix=None,
    )


def _shifts(row: Volunteer, now: datetime) -> list[dict[str, Any]]:
    """My hours, in my own zone: {"row", "day", "hour", "language"}."""
    minutes = rota.apart(row.edition.zone_info, row.person.zone_info, now)
    held = [(rota.moved((shift.weekday, shift.hour), minutes), shift) for shift in row.shifts.order_by("pk")]
    return [
        {
            "row": shift,
            "day": words.weekday(day),
            "hour": words.hour(hour, minute),
            "language": words.language(shift.language),
        }
        for (day, hour, minute), shift in sorted(held, key=lambda pair: pair[0])
    ]


def _gaps(row: Volunteer) -> list[tuple[str, list[str]]]:
    """Where help is missing in my languages: (language, gaps in words), in the edition's zone."""
    found = rota.by_language(row.languages, queries.shifts(row.edition))
    return [(words.language(code), words.gaps(gaps)) for code, gaps in found.items()]
