"""People of a sitting, from the desk: admitted to a second one, looked at by the team; who supervises; incidents."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from preau.audit import acts, http
from preau.audit.http import Refused
from preau.courses import grouping
from preau.courses.models import Enrolment
from preau.desk import access, forms_exams, frame
from preau.desk.access import Desk
from preau.desk.views_exams import answered, entered, page
from preau.exams import access as exams
from preau.exams import admitting, linking, recording, words
from preau.exams import queries as sittings
from preau.exams.forms import Happened, Identity
from preau.exams.models import Seat, Sitting
from preau.exams.recording import Writer


@require_POST
def admit(request: HttpRequest, edition: str, sitting: UUID) -> HttpResponse:
    """Admit people by their addresses, or a group: all of them, or nobody when a line is in doubt."""
    at, row, now = entered(request, edition, sitting)
    form = forms_exams.Admit(request.POST, groups=grouping.of_edition(at.edition))
    if not form.is_valid():
        return page(request, at, row, admit=form)
    said = form.cleaned_data
    try:
        matched = grouping.match(at.edition, said["text"])
    except Refused as refusal:
        form.add_error("text", refusal.reason)
        return page(request, at, row, admit=form)
    whom = tuple(grouping.people(said["group"]).values_list("pk", flat=True)) if said["group"] else matched.people
    if not said["group"] and not matched.whole:
        form.add_error("text", _("Nobody was admitted: see below which lines are in doubt, then send it again."))
        return page(request, at, row, admit=form, matched=matched)
    reply = _admit(request, at, row, whom, said["reason"], now)
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        form.add_error(None, reply.reason)
        return page(request, at, row, admit=form)
    return answered(request, row, reply, _admitted(reply.outcome))


def _admit(request: HttpRequest, at: Desk, row: Sitting, whom: tuple[UUID, ...], why: str, now: Any) -> http.Reply:
    return http.perform(
        request,
        "exam.admit",
        {"sitting": str(row.pk), "people": sorted(map(str, whom)), "reason": why},
        now,
        lambda act: admitting.admit(act=act, sitting=row, enrolments=whom, reason=why, by=at.person, now=now),
    )


def _admitted(outcome: acts.Outcome) -> str:
    admitted, had = outcome["admitted"], outcome["had"]
    said = ngettext("{n} person is admitted and told.", "{n} people are admitted and told.", admitted)
    kept = ngettext("{n} was admitted already.", "{n} were admitted already.", had).format(n=had)
    return f"{said.format(n=admitted)} {kept}" if had else said.format(n=admitted)


@require_http_methods(["GET", "HEAD", "POST"])
def learner(request: HttpRequest, edition: str, enrolment: UUID) -> HttpResponse:
    """The exams of one learner; a POST admits them to a second sitting."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    row = access.learner(at, enrolment)
    offered = {str(one.pk): one for one in sittings.second_sittings(at.edition, now=now)}
    named = [(key, _named(at, one, request.LANGUAGE_CODE)) for key, one in offered.items()]
    form = forms_exams.AdmitOne(request.POST if request.method == "POST" else None, sittings=named)
    if form.is_valid():
        chosen = offered[form.cleaned_data["sitting"]]
        chosen.edition = at.edition
        reply = _admit(request, at, chosen, (row.pk,), form.cleaned_data["reason"], now)
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            messages.success(request, _admitted(reply.outcome))
            return redirect("desk_learner_exams", edition=edition, enrolment=enrolment)
        form.add_error(None, reply.reason)
    values = {"enrolment": row, "seats": _seats(at, row, request.LANGUAGE_CODE), "form": form, "offered": named}
    return frame.page(request, "desk/exams/learner.html", at, "learners", values, status=422 if form.errors else 200)


def _named(at: Desk, row: Sitting, language: str) -> str:
    return f"{words.title(at.edition, row.unit.key, language)} · {words.when(row)} · {words.where(row)}"


def _seats(at: Desk, row: Enrolment, language: str) -> list[tuple[str, Seat]]:
    return [(words.title(at.edition, one.sitting.unit.key, language), one) for one in sittings.of_learner(row)]


@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: HttpRequest, edition: str, sitting: UUID, seat: UUID) -> HttpResponse:
    """One person in a sitting; a POST writes down whether they came, or what came of looking at their document."""
    at, row, now = entered(request, edition, sitting)
    held = exams.seat(row, seat)
    if request.method != "POST":
        return _seat(request, at, row, held)
    by, said = Writer.of_desk(at.person), {name: request.POST.get(name, "") for name in ("identity", "note")}
    marked = request.POST.get("attendance") if "attendance" in request.POST else None

    def work(act: acts.Act) -> acts.Outcome:
        if marked is not None:
            return recording.mark(act=act, seat=held, attendance=marked, by=by, now=now)
        return recording.identify(act=act, seat=held, by=by, now=now, **said)

    reply = http.perform(request, "exam.record", {"seat": str(seat), "attendance": marked, **said}, now, work)
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _seat(request, at, row, held, reason=reply.reason, status=reply.status)
    messages.success(request, _("It is written down."))
    return redirect("desk_seat", edition=edition, sitting=sitting, seat=seat)


def _seat(
    request: HttpRequest, at: Desk, row: Sitting, held: Seat, *, reason: str = "", status: int = 200
) -> HttpResponse:
    given = request.POST if "identity" in request.POST else None
    values = {
        "sitting": row,
        "seat": held,
        "title": words.title(at.edition, row.unit.key, request.LANGUAGE_CODE),
        "mark": forms_exams.Mark(initial={"attendance": held.attendance}),
        "identity": Identity(given, seat=held),
        "happened": Happened(zone=at.edition.zone_info, now=timezone.now(), auto_id="incident_%s"),
        "incidents": sittings.incidents(row, held),
        "begun": admitting.begun_in(row).filter(enrolment=held.enrolment_id).exists(),
        "reason": reason,
    }
    return frame.page(request, "desk/exams/seat.html", at, "exams", values, status=status)


@require_POST
def take_back(request: HttpRequest, edition: str, sitting: UUID, seat: UUID) -> HttpResponse:
    """Take an admission back."""
    at, row, now = entered(request, edition, sitting)
    held = exams.seat(row, seat)
    held.sitting = row
    reply = http.perform(
        request,
        "exam.take_back",
        {"seat": str(seat)},
        now,
        lambda act: admitting.take_back(act=act, seat=held, by=at.person, now=now),
    )
    said = _("The admission is taken back, with the deadline that came with it; the person is told.")
    return answered(request, row, reply, said)


@require_POST
def links(request: HttpRequest, edition: str, sitting: UUID) -> HttpResponse:
    """A link for somebody who supervises, sent to them."""
    at, row, now = entered(request, edition, sitting)
    form = forms_exams.Link(request.POST, auto_id="link_%s")
    if not form.is_valid():
        return page(request, at, row, link_form=form)
    said = form.cleaned_data
    reply = http.perform(
        request,
        "invigilator.name",
        {"sitting": str(sitting), **said},
        now,
        lambda act: linking.make(act=act, sitting=row, by=at.person, now=now, **said),
    )
    return answered(request, row, reply, _("The link is made and goes to {email}.").format(email=said["email"]))


@require_POST
def link(request: HttpRequest, edition: str, sitting: UUID, link: UUID) -> HttpResponse:
    """Send a link once more, or end it."""
    at, row, now = entered(request, edition, sitting)
    held = exams.link(row, link)
    held.sitting = row
    ends = request.POST.get("do") == "end"
    do = linking.end if ends else linking.send
    reply = http.perform(
        request,
        "invigilator.end" if ends else "invigilator.send",
        {"link": str(link)},
        now,
        lambda act: do(act=act, link=held, by=at.person, now=now),
    )
    return answered(
        request, row, reply, _("The link opens nothing any more.") if ends else _("The link is sent again.")
    )


@require_POST
def incidents(request: HttpRequest, edition: str, sitting: UUID) -> HttpResponse:
    """Write an incident down, of the room or of one person."""
    at, row, now = entered(request, edition, sitting)
    said_seat = request.POST.get("seat", "")
    held = exams.seat(row, UUID(said_seat)) if _is_id(said_seat) else None
    form = Happened(request.POST, zone=at.edition.zone_info, now=now, auto_id="incident_%s")
    if not form.is_valid():
        return page(request, at, row, happened=form)
    said, by = form.cleaned_data, Writer.of_desk(at.person)
    values = {"kind": said["kind"], "text": said["text"], "happened_at": said["at"]}
    reply = http.perform(
        request,
        "exam.report",
        {"sitting": str(sitting), "seat": said_seat, **{name: str(value) for name, value in values.items()}},
        now,
        lambda act: recording.report(act=act, sitting=row, seat=held, by=by, now=now, **values),
    )
    if held is None:
        return answered(request, row, reply, _("It is written down."))
    return frame.answer(
        request, reply, reverse("desk_seat", args=[edition, sitting, held.pk]), _("It is written down.")
    )


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_POST
def strike(request: HttpRequest, edition: str, sitting: UUID, incident: UUID) -> HttpResponse:
    """Strike an incident out."""
    at, row, now = entered(request, edition, sitting)
    made = exams.incident(row, incident)
    made.sitting = row
    reply = http.perform(
        request,
        "exam.strike",
        {"incident": str(incident)},
        now,
        lambda act: recording.strike(act=act, incident=made, by=Writer.of_desk(at.person), now=now),
    )
    return answered(request, row, reply, _("It is struck out: it counts no more, and stays readable."))
