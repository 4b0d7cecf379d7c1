"""Files: added whole by a form, in pieces by the script; given out as light PDFs, the originals to the team alone."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.accounts.models import Person
from preau.audit import http
from preau.content.kinds import Place
from preau.peer import access, access_documents, documents, uploading
from preau.peer.assignments import Facts
from preau.peer.models import Document

AROUND = 1_000_000  # bytes of a form beside its file


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, edition: str, language: str, unit: str) -> HttpResponse:
    """The list of one's files; a POST adds one: whole with the form, or its name and size, for pieces to follow."""
    now = timezone.now()
    place, facts = access.facts(request.user, edition, language, unit, now=now)
    if request.method != "POST":
        return answer(request, place, facts, http.Reply(200))
    return answer(request, place, facts, _added(request, place, facts))


def _added(request: HttpRequest, place: Place, facts: Facts) -> http.Reply:
    """Begin; where the file came with the form, take it whole."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > uploading.most() + AROUND:  # before any of it is read
        return http.Reply(
            422, reason=_("This file is too large: {most} MB are received.").format(most=settings.DOCUMENT_MB)
        )
    assert isinstance(request.user, Person)
    person, file = request.user, request.FILES.get("file")
    name, said = (
        (file.name or "", str(file.size)) if file else (request.POST.get("name", ""), request.POST.get("size", ""))
    )
    size = int(said) if said.isascii() and said.isdecimal() and len(said) < 16 else 0
    reply = http.perform(
        request,
        "document.begin",
        {"unit": place.unit.key, "name": name, "size": size},
        place.now,
        lambda act: uploading.begin(act=act, by=person, place=place, facts=facts, name=name, size=size),
    )
    if file is None or reply.outcome is None:
        return reply
    row = access_documents.own(person, place.outline.slug, UUID(reply.outcome["document"]))
    try:
        for content in file.chunks(uploading.LONGEST_PIECE):
            outcome = uploading.append(row, offset=row.received, content=content, place=place, facts=facts)
            row.received = outcome["received"]
    except http.Refused as refused:
        return http.Reply(422, reason=refused.reason)
    return reply


@require_http_methods(["GET", "HEAD", "POST"])
def piece(request: HttpRequest, edition: str, document: UUID) -> HttpResponse:
    """How much of a file is here; a POST adds a piece that begins at `offset`."""
    row = access_documents.own(request.user, edition, document)
    place, facts = access.facts(request.user, edition, request.LANGUAGE_CODE, row.unit.key, now=timezone.now())
    known = {"document": str(row.pk), "received": row.received, "state": row.state, "piece": uploading.PIECE}
    if request.method != "POST":
        return http.Reply(200, outcome=known).json()
    if int(request.META.get("CONTENT_LENGTH") or 0) > uploading.LONGEST_PIECE + AROUND:
        return http.Reply(422, reason=_("This piece is too long.")).json()
    offset, chunk = request.POST.get("offset", ""), request.FILES.get("chunk")
    if not (offset.isascii() and offset.isdecimal() and len(offset) < 16):
        return http.Reply(422, reason=_("This piece does not say where it belongs.")).json()
    content = chunk.read(uploading.LONGEST_PIECE) if chunk else b""
    try:
        outcome = uploading.append(row, offset=int(offset), content=content, place=place, facts=facts)
    except http.Refused as refused:
        return http.Reply(422, reason=refused.reason).json()
    return http.Reply(200, outcome=outcome).json()


@require_POST
def remove(request: HttpRequest, edition: str, document: UUID) -> HttpResponse:
    """Take one's file out of what one is about to hand in."""
    row = access_documents.own(request.user, edition, document)
    place, facts = access.facts(request.user, edition, request.LANGUAGE_CODE, row.unit.key, now=timezone.now())
    assert isinstance(request.user, Person)
    person = request.user
    reply = http.perform(
        request,
        "document.remove",
        {"document": str(document)},
        place.now,
        lambda act: uploading.remove(act=act, by=person, row=row, place=place, facts=facts),
    )
    return answer(request, place, facts, reply)


def answer(request: HttpRequest, place: Place, facts: Facts, reply: http.Reply) -> HttpResponse:
    """What came of it as JSON, the list alone for htmx, or the way back to the assignment."""
    if http.wants_json(request):
        return reply.json()
    if http.from_script(request):
        values = documents.listed(place.learner.enrolment_id, place.unit.id, facts.terms)
        return render(
            request, "peer/_documents.html", {"facts": facts, "refused": reply.reason, **values}, status=reply.status
        )
    if reply.reason:
        messages.error(request, reply.reason)
    outline, unit = place.outline, place.unit
    return redirect("personal", outline.slug, outline.language, unit.module, unit.key)


@require_safe
def own_light(request: HttpRequest, edition: str, document: UUID) -> HttpResponseBase:
    """The light PDF of a file, as reviewers get it: for its author, and for the team, which is written down."""
    now = timezone.now()
    row = access_documents.readable(request.user, edition, document, now=now)
    answer = pdf(row, 1)
    assert isinstance(request.user, Person)
    if row.enrolment.person_id != request.user.pk:
        uploading.look_at(row, by=request.user, what="light", now=now)
    return answer


@require_safe
def of_own_copy(request: HttpRequest, edition: str, language: str, unit: str, number: int) -> HttpResponseBase:
    """A file of one's own copy, at its place."""
    row = access_documents.of_own_copy(request.user, edition, language, unit, number, now=timezone.now())
    return pdf(row, number)


@require_safe
def of_review(request: HttpRequest, edition: str, review: UUID, number: int) -> HttpResponseBase:
    """A file of the copy that one assesses, at its place."""
    now = timezone.now()
    row = access_documents.of_review(request.user, edition, review, number, request.LANGUAGE_CODE, now=now)
    return pdf(row, number)


@require_safe
def original(request: HttpRequest, edition: str, document: UUID) -> HttpResponseBase:
    """What an author sent, as they sent it: for the team, and written down."""
    now = timezone.now()
    row = access_documents.of_team(request.user, edition, document, now=now)
    assert isinstance(request.user, Person)
    if not default_storage.exists(documents.original(row.pk)):
        raise Http404
    uploading.look_at(row, by=request.user, what="original", now=now)
    name = f"original-{row.pk.hex[-6:]}.{row.format}"
    return given(documents.original(row.pk), "application/octet-stream", f'attachment; filename="{name}"')


def pdf(row: Document, number: int) -> HttpResponseBase:
    """A light PDF under a name of ours; 404 until it is ready."""
    if row.state != Document.State.READY:
        raise Http404
    name = documents.public_name(number)
    return given(documents.light(row.pk), "application/pdf", f'inline; filename="{name}"')


def given(name: str, kind: str, disposition: str) -> HttpResponseBase:
    """A stored file, for this reader alone."""
    response = FileResponse(default_storage.open(name), content_type=kind)
    response.headers["Content-Disposition"] = disposition
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
