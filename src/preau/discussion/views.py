"""A space, its rooms, its threads: read and written by whoever takes part."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.audit import http
from preau.discussion import (
    access,
    actions,
    carrying,
    following,
    forms,
    meeting,
    meeting_pages,
    moderation_pages,
    moments,
    reading,
    rules,
    words,
)
from preau.discussion.access import Here, Opened
from preau.discussion.models import Room
from preau.mail import keeping


def entered(request: HttpRequest, where: dict[str, str]) -> Here:
    """Who asks, in the space that the address names."""
    return access.here(request.user, where, now=timezone.now())


def _languages(request: HttpRequest, at: Here) -> list[str]:
    """Those that threads are asked for in; none: in all."""
    return reading.languages(at) if request.GET.get("language") == "mine" else []


@require_safe
def space(request: HttpRequest, **where: str) -> HttpResponse:
    """The space: its rooms, and what is new in all of them."""
    at, language = entered(request, where), request.LANGUAGE_CODE
    mine = _languages(request, at)
    shown = Paginator(reading.threads(at, languages=mine), reading.THREADS).get_page(request.GET.get("page"))
    values = {
        "at": at,
        "rooms": reading.rooms(at, language),
        "lines": reading.lines(at, shown.object_list, language),
        "page": shown,
        "mine": mine,
        "space": reading.space(at),
        "unread": following.unread(at),
        **meeting_pages.space(at, language),
    }
    return paged(request, "discussion/space.html", at, values)


@require_safe
def room(request: HttpRequest, room: str, **where: str) -> HttpResponse:
    """One room's threads."""
    at, language = entered(request, where), request.LANGUAGE_CODE
    row = access.room(at, room)
    if row.kind == Room.Kind.LIVE:
        return redirect(f"{at.address}live/")
    mine = _languages(request, at)
    rows = reading.threads(at, room=row, languages=mine)
    shown = Paginator(rows, reading.THREADS).get_page(request.GET.get("page"))
    values = {
        "at": at,
        "room": row,
        "name": words.room(row, language, reading.modules(reading.outline(at, language))),
        "lines": reading.lines(at, shown.object_list, language),
        "page": shown,
        "mine": mine,
        "follows": following.follows_room(at, row),
        **meeting_pages.room(at, row, language),
    }
    return paged(request, "discussion/room.html", at, values)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, room: str, **where: str) -> HttpResponse:
    """Open a thread in a room: a form, its preview, or the thing itself."""
    at, language = entered(request, where), request.LANGUAGE_CODE
    row = access.room(at, room)
    if request.method != "POST" and row.kind == Room.Kind.INTRODUCTIONS and meeting.introduction(at) is None:
        return redirect(f"{at.address}introduce/")
    named = [request.GET.get(name, "") for name in ("unit", "at", "said")]
    anchor = moments.anchor(at, reading.outline(at, language), *named)
    form = forms.Opening(request.POST or None, request.FILES or None, initial={"title": request.GET.get("title", "")})
    if request.method != "POST" or not form.is_valid() or "preview" in request.POST:
        return _asked(request, at, row, form, anchor)
    said, given = said_of(form), form.cleaned_data
    place = (anchor.unit_id, anchor.moment, anchor.version, anchor.passage)
    opening = actions.Opening(row, given["title"], given["kind"], language, *place)
    payload = {"room": str(row.pk), "title": given["title"], "kind": given["kind"], **payload_of(said)}
    reply = http.perform(
        request,
        "discussion.ask",
        payload | {"unit": str(anchor.unit_id or ""), "moment": anchor.moment},
        at.now,
        lambda act: actions.ask(act=act, at=at, opening=opening, said=said),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _asked(request, at, row, form, anchor, reason=reply.reason, status=reply.status)
    tell(request, reply.outcome)
    return redirect(f"{at.address}thread/{reply.outcome['thread']}/")


def _asked(
    request: HttpRequest,
    at: Here,
    row: Room,
    form: forms.Opening,
    anchor: moments.Anchor,
    *,
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    language = request.LANGUAGE_CODE
    values = {
        "at": at,
        "room": row,
        "name": words.room(row, language, reading.modules(reading.outline(at, language))),
        "form": form,
        "anchor": anchor,
        "reason": reason,
        "preview": preview_of(request),
    }
    refused = status if status != 200 else 422 if form.is_bound and form.errors else 200
    return paged(request, "discussion/new.html", at, values, status=refused)


def preview_of(request: HttpRequest) -> str:
    return reading.preview(request.POST.get("text", "")) if "preview" in request.POST else ""


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, thread: UUID, **where: str) -> HttpResponse:
    """A thread, a hundred posts a page. A POST replies, or shows how the reply will look."""
    at = entered(request, where)
    opened = access.thread(at, thread)
    if request.method != "POST":
        to = request.GET.get("to")
        return _thread(request, at, opened, forms.Message(initial={"answers_to": to}) if to else None)
    form = forms.Message(request.POST, request.FILES)
    if not form.is_valid() or "preview" in request.POST:
        return _thread(request, at, opened, form, preview=preview_of(request), status=422 if form.errors else 200)
    said = said_of(form)
    reply = http.perform(
        request,
        "discussion.reply",
        {"thread": str(thread), **payload_of(said)},
        at.now,
        lambda act: actions.reply(act=act, at=at, opened=opened, said=said),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _thread(request, at, opened, form, reason=reply.reason, status=reply.status)
    if http.from_script(request):
        return _after(request, at, access.thread(at, thread), reply.outcome["number"] - 1)
    tell(request, reply.outcome)
    return redirect(place(at, thread, reply.outcome["number"]))


def place(at: Here, thread: UUID, number: int) -> str:
    """The address of a post in its thread."""
    page = reading.page_of(number)
    return f"{at.address}thread/{thread}/{f'?page={page}' if page > 1 else ''}#p-{number}"


def _thread(
    request: HttpRequest,
    at: Here,
    opened: Opened,
    form: forms.Message | None,
    *,
    reason: str = "",
    preview: str = "",
    status: int = 200,
) -> HttpResponse:
    asked = request.GET.get("page", "")
    number = min(
        max(1, int(asked) if asked.isdecimal() and len(asked) < 6 else 1), reading.page_of(opened.thread.latest)
    )
    values = reading.page(at, opened, request.LANGUAGE_CODE, number)
    if request.method == "GET":
        actions.read(at, opened, values["last"])
    values["changed"] = opened.carried and carrying.changed_since(at, opened, request.LANGUAGE_CODE)
    shown = {**values, "form": form, "reason": reason, "preview": preview, "poll": rules.POLL}
    return paged(request, "discussion/thread.html", at, shown, status=status)


@require_safe
def after(request: HttpRequest, thread: UUID, number: int, **where: str) -> HttpResponse:
    """What came in a thread after this post: 204 when nothing did."""
    at = entered(request, where)
    opened = access.thread(at, thread)
    return _after(request, at, opened, number) if opened.thread.latest > number else HttpResponse(status=204)


def _after(request: HttpRequest, at: Here, opened: Opened, number: int) -> HttpResponse:
    last = min(opened.thread.latest, number + rules.PAGE)
    values = reading.news(at, opened, request.LANGUAGE_CODE, number + 1, last)
    actions.read(at, opened, last)
    return render(request, "discussion/_after.html", {"at": at, **values})


@require_safe
def post(request: HttpRequest, post: UUID, **where: str) -> HttpResponse:
    """One post, with all that one can do about it."""
    at = entered(request, where)
    row, opened = access.post(at, post)
    values = reading.one(at, row, opened, request.LANGUAGE_CODE) | moderation_pages.of_post(at, row, opened)
    return paged(request, "discussion/post.html", at, values)


@require_POST
def thank(request: HttpRequest, post: UUID, **where: str) -> HttpResponse:
    """Thank for a post, or take it back."""
    on = request.POST.get("on", "1") == "1"
    return _act(request, post, where, "thank", lambda act, at, row: actions.thank(act=act, at=at, post=row, on=on), on)


@require_POST
def reveal(request: HttpRequest, post: UUID, **where: str) -> HttpResponse:
    """Say that a post reveals an answer, or that it does not."""
    on = request.POST.get("on", "1") == "1"
    return _act(
        request, post, where, "reveal", lambda act, at, row: actions.reveal(act=act, at=at, post=row, on=on), on
    )


@require_POST
def accept(request: HttpRequest, post: UUID, **where: str) -> HttpResponse:
    """Choose the answer, or take the choice back."""
    on = request.POST.get("on", "1") == "1"
    return _act(
        request, post, where, "accept", lambda act, at, row: actions.accept(act=act, at=at, post=row, on=on), on
    )


@require_POST
def delete(request: HttpRequest, post: UUID, **where: str) -> HttpResponse:
    """Take my own post away."""
    return _act(request, post, where, "delete", lambda act, at, row: actions.delete(act=act, at=at, post=row), own=True)


@require_POST
def restore(request: HttpRequest, post: UUID, **where: str) -> HttpResponse:
    """Bring my own post back."""
    return _act(
        request, post, where, "restore", lambda act, at, row: actions.restore(act=act, at=at, post=row), own=True
    )


def _act(
    request: HttpRequest,
    post: UUID,
    where: dict[str, str],
    verb: str,
    work: Any,
    on: bool | None = None,
    own: bool = False,
) -> HttpResponse:
    """An act on a post: JSON, the post drawn anew for a script, or back to its place in the thread."""
    at = entered(request, where)
    row, _opened = access.post(at, post, write=True, own=own)
    payload = {"post": str(post)} | ({} if on is None else {"on": on})
    reply = http.perform(request, f"discussion.{verb}", payload, at.now, lambda act: work(act, at, row))
    if http.wants_json(request):
        return reply.json()
    row, opened = access.post(at, post)
    if http.from_script(request):
        values = {**reading.card(at, row, opened, request.LANGUAGE_CODE), "reason": reply.reason}
        response = render(request, "discussion/_card.html", values, status=reply.status)
        response.headers["X-Own"] = f"{row.number} {bool(values['own']):d} {bool(values['thanked']):d}"
        return response
    if reply.outcome is None:
        messages.error(request, reply.reason)
    return redirect(place(at, row.thread_id, row.number))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, post: UUID, **where: str) -> HttpResponse:
    """Change my own post."""
    at = entered(request, where)
    row, opened = access.post(at, post, write=True, own=True)
    form = forms.Text(request.POST or None, initial={"text": row.text})
    reason, status = "", 422 if form.is_bound and not form.is_valid() else 200
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        text = form.cleaned_data["text"]
        reply = http.perform(
            request,
            "discussion.edit",
            {"post": str(post), "text": text},
            at.now,
            lambda act: actions.edit(act=act, at=at, post=row, text=text),
        )
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            return redirect(place(at, row.thread_id, row.number))
        reason, status = reply.reason, reply.status
    values = {"at": at, "row": row, "thread": opened.thread, "form": form, "reason": reason}
    return paged(request, "discussion/edit.html", at, values | {"preview": preview_of(request)}, status=status)


@require_safe
def file(request: HttpRequest, post: UUID, number: int, **where: str) -> FileResponse:
    """A file of a post: a picture is shown, the rest downloaded."""
    at = entered(request, where)
    row, opened = access.post(at, post)
    return reading.file(at, row, opened, request.LANGUAGE_CODE, number)


def said_of(form: forms.Message) -> actions.Said:
    given = form.cleaned_data
    return actions.Said(given["text"], given["attached"], given["answers_to"], given["agree"])


def payload_of(said: actions.Said) -> dict[str, Any]:
    return {"text": said.text, "to": said.answers_to, "files": keeping.fingerprints(said.attached)}


def tell(request: HttpRequest, outcome: dict[str, Any]) -> None:
    if outcome["held"]:
        messages.info(request, _("Your message waits for a moderator, who looks at it before others see it."))


def paged(request: HttpRequest, template: str, at: Here, values: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the discussions: who is where is always known."""
    house = [] if at.rules_read else [words.said(words.HOUSE, key) for key in rules.HOUSE]
    frame = {"at": at, "course_title": at.title(request.LANGUAGE_CODE), "house": house}
    return render(request, template, {**frame, **values}, status=status)
