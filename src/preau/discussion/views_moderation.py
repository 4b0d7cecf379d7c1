"""Point a message out; what moderators and trusted people do about messages and threads; decisions and contests."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.audit import acts, http
from preau.discussion import (
    access,
    access_moderation,
    contesting,
    flagging,
    forms_moderation,
    moderating,
    tending,
    undoing,
)
from preau.discussion import moderation_pages as pages
from preau.discussion.access import Here, Opened
from preau.discussion.models import Flag, ModerationAct
from preau.discussion.moderating import Why
from preau.discussion.views import entered, place

type Do = Callable[[acts.Act], acts.Outcome]
type Refusal = Callable[[http.Reply], HttpResponse]


def done(
    request: HttpRequest, at: Here, verb: str, payload: dict[str, Any], do: Do, to: str, *, said: str, again: Refusal
) -> HttpResponse:
    """Perform an act, and go where it leads; refused, `again` shows the page with why."""
    reply = http.perform(request, f"discussion.{verb}", payload, at.now, do)
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return again(reply)
    if said:
        messages.success(request, said)
    return redirect(to)


def page(request: HttpRequest, template: str, at: Here, values: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of a space; `reason` says why an act was refused."""
    frame = {"at": at, "course_title": at.title(request.LANGUAGE_CODE), "reason": ""}
    return render(request, template, {**frame, **values}, status=status)


def unprocessable(form: django_forms.Form) -> int:
    """200 until something is wrong in what was typed."""
    return 422 if form.is_bound and not form.is_valid() else 200


def back(request: HttpRequest, otherwise: str) -> str:
    """To the desk of the edition that a form names, else where one was."""
    slug = request.POST.get("desk", "")
    named = slug and len(slug) <= 80 and all(c.isascii() and (c.isalnum() or c in "-_") for c in slug)
    return f"/desk/{slug}/discussion/" if named else otherwise


@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: HttpRequest, post: UUID, **where: str) -> HttpResponse:
    """Point a message out to the moderators."""
    at = entered(request, where)
    row, opened = access.post(at, post, write=True)
    form = forms_moderation.Pointed(request.POST or None)

    def shown(reply: http.Reply | None = None) -> HttpResponse:
        values = {"row": row, "thread": opened.thread, "form": form, "reason": reply.reason if reply else ""}
        return page(request, "discussion/flag.html", at, values, reply.status if reply else unprocessable(form))

    if request.method != "POST" or not form.is_valid():
        return shown()
    reason, words = form.cleaned_data["reason"], form.cleaned_data["words"]
    said = _("Thank you: a moderator looks at it. Only they see who pointed it out.")
    if reason == Flag.Reason.ILLEGAL:
        said += " " + _("If somebody is in danger, report it too: “Report a danger”, at the bottom of this page.")
    return done(
        request, at, "flag", {"post": str(post), "reason": reason, "words": words},
        lambda act: flagging.flag(act=act, at=at, post=row, reason=reason, words=words),
        place(at, row.thread_id, row.number), said=said, again=shown,
    )  # fmt: skip


@require_POST
def claim(request: HttpRequest, flag: UUID, **where: str) -> HttpResponse:
    """Take what was pointed out on."""
    return _flag(request, flag, where, "flag_claim", flagging.claim, "")


@require_POST
def release(request: HttpRequest, flag: UUID, **where: str) -> HttpResponse:
    """Give it back."""
    return _flag(request, flag, where, "flag_release", flagging.release, "")


@require_POST
def settle(request: HttpRequest, flag: UUID, **where: str) -> HttpResponse:
    """Leave the message as it is."""
    said = _("Left as it is: whoever pointed it out is thanked and told.")
    return _flag(request, flag, where, "flag_settle", flagging.settle, said)


def _flag(
    request: HttpRequest, flag: UUID, where: dict[str, str], verb: str, work: Callable[..., acts.Outcome], said: str
) -> HttpResponse:
    at = entered(request, where)
    row = access_moderation.flag(at, flag)
    to = back(request, f"{at.address}post/{row.post_id}/moderate/")
    return done(
        request, at, verb, {"flag": str(flag)}, lambda act: work(act=act, at=at, flag=row), to, said=said,
        again=lambda reply: _told(request, reply, to),
    )  # fmt: skip


def _told(request: HttpRequest, reply: http.Reply, to: str) -> HttpResponse:
    """Why it was refused, said where one was."""
    messages.error(request, reply.reason)
    return redirect(to)


DO: dict[str, Callable[..., acts.Outcome]] = {
    "hide": moderating.hide,
    "restore": moderating.restore,
    "release": moderating.release,
    "warn": moderating.warn,
    "ban": moderating.ban,
    "lift": moderating.lift,
}


@require_http_methods(["GET", "HEAD", "POST"])
def moderate(request: HttpRequest, post: UUID, **where: str) -> HttpResponse:
    """One message with all that a moderator needs to decide, and what they decide."""
    at = entered(request, where)
    row, opened = access_moderation.post(at, post)
    values = pages.desk_of(at, row, opened, request.LANGUAGE_CODE)
    form = forms_moderation.Moderate(request.POST or None, choices=values["choices"])

    def shown(reply: http.Reply | None = None) -> HttpResponse:
        values.update(form=form, reason=reply.reason if reply else "", back=request.POST.get("desk", ""), insert=None)
        status = reply.status if reply else unprocessable(form)
        return page(request, "discussion/moderate.html", at, {**values, "zone": at.person.zone_info}, status)

    if request.method != "POST" or not form.is_valid():
        return shown()
    verb, why = form.cleaned_data["do"], form.why()
    more = {"days": form.cleaned_data["days"] or 0} if verb == "mute" else {}
    work = moderating.mute if verb == "mute" else DO[verb]
    return done(
        request, at, verb, {"post": str(post), **why.data(), **more},
        lambda act: work(act=act, at=at, post=row, why=why, **more),
        back(request, f"{at.address}post/{post}/"),
        said=_("Done: it is in the journal, and whom it concerns is told."), again=shown,
    )  # fmt: skip


@require_POST
def fold(request: HttpRequest, post: UUID, **where: str) -> HttpResponse:
    """Set a message aside as advertising until a moderator looks."""
    at = entered(request, where)
    row, opened = access.post(at, post, write=True)
    if not at.rights.tend:
        raise Http404
    to = at.address if row.number == 1 else f"{at.address}thread/{opened.thread.pk}/"
    return done(
        request, at, "fold", {"post": str(post)}, lambda act: moderating.fold(act=act, at=at, post=row), to,
        said=_("Set aside: a moderator looks at it next."), again=lambda reply: _told(request, reply, to),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def tend(request: HttpRequest, thread: UUID, **where: str) -> HttpResponse:
    """A thread's title and room; for moderators, whether it is closed or pinned too."""
    at = entered(request, where)
    opened = access_moderation.tended(at, thread)
    row = opened.thread
    named = pages.rooms(at, opened, request.LANGUAGE_CODE)
    initial = {"title": row.title, "room": row.room.key}
    verb = request.POST.get("do", "")
    form = forms_moderation.Tend(request.POST if verb in ("retitle", "move") else None, initial=initial, rooms=named)
    if verb in ("retitle", "move"):
        for other in {"retitle": "room", "move": "title"}[verb].split():
            form.fields[other].required = False

    def shown(reply: http.Reply | None = None) -> HttpResponse:
        values = {"thread": row, "form": form, "reason": reply.reason if reply else ""}
        return page(request, "discussion/tend.html", at, values, reply.status if reply else unprocessable(form))

    if request.method != "POST" or (form.is_bound and not form.is_valid()):
        return shown()
    do, payload = _tending(request, at, opened, form)
    return done(
        request, at, verb, {"thread": str(thread), **payload}, do, f"{at.address}thread/{thread}/",
        said=_("Done: it is in the journal."), again=shown,
    )  # fmt: skip


def _tending(request: HttpRequest, at: Here, opened: Opened, form: forms_moderation.Tend) -> tuple[Do, dict[str, Any]]:
    verb, on = request.POST.get("do", ""), request.POST.get("on", "1") == "1"
    if verb == "retitle":
        title = form.cleaned_data["title"]
        return lambda act: tending.retitle(act=act, at=at, opened=opened, title=title), {"title": title}
    if verb == "move":
        room = access_moderation.room_to_move(at, form.cleaned_data["room"])
        return lambda act: tending.move(act=act, at=at, opened=opened, room=room), {"room": str(room.pk)}
    if verb == "close":
        why = Why(words=request.POST.get("words", ""))
        return lambda act: tending.close(act=act, at=at, opened=opened, on=on, why=why), {"on": on, **why.data()}
    if verb == "pin":
        return lambda act: tending.pin(act=act, at=at, opened=opened, on=on), {"on": on}
    raise Http404


@require_safe
def decision(request: HttpRequest, act: UUID, **where: str) -> HttpResponse:
    """What was decided, why, and what can be said against it: for whom it concerns, and for the team."""
    at = access.here(request.user, where, now=timezone.now(), concerned=act)
    return _decision(request, at, access_moderation.act(at, act))


def _decision(request: HttpRequest, at: Here, row: ModerationAct, reply: http.Reply | None = None) -> HttpResponse:
    form = forms_moderation.Words(request.POST or None)
    values = {**pages.decision(at, row), "form": form, "reason": reply.reason if reply else ""}
    return page(request, "discussion/act.html", at, values, reply.status if reply else unprocessable(form))


@require_POST
def contest(request: HttpRequest, act: UUID, **where: str) -> HttpResponse:
    """Say why one does not agree."""
    at = access.here(request.user, where, now=timezone.now(), concerned=act)
    row = access_moderation.act(at, act, own=True)
    words = request.POST.get("words", "")
    return done(
        request, at, "contest", {"act": str(act), "words": words},
        lambda one: contesting.contest(act=one, at=at, row=row, words=words), f"{at.address}act/{act}/",
        said=_("Received: it is looked at again, and you are told by mail."),
        again=lambda reply: _decision(request, at, row, reply),
    )  # fmt: skip


@require_POST
def answer(request: HttpRequest, act: UUID, **where: str) -> HttpResponse:
    """Uphold what was contested, or take it back."""
    at = entered(request, where)
    row = access_moderation.contest(at, act)
    words, upheld = request.POST.get("words", ""), request.POST.get("upheld") == "1"
    return done(
        request, at, "answer", {"act": str(act), "words": words, "upheld": upheld},
        lambda one: contesting.answer(act=one, at=at, row=row, words=words, upheld=upheld),
        back(request, f"{at.address}act/{act}/"), said=_("Answered: they are told by mail."),
        again=lambda reply: _decision(request, at, row, reply),
    )  # fmt: skip


@require_POST
def undo(request: HttpRequest, act: UUID, **where: str) -> HttpResponse:
    """Take a decision back."""
    at = entered(request, where)
    access_moderation.moderators(at)
    row = access_moderation.act(at, act, team=True)
    why = Why(words=request.POST.get("words", ""))
    return done(
        request, at, "undo", {"act": str(act), "words": why.words},
        lambda one: undoing.undo(act=one, at=at, row=row, why=why), f"{at.address}act/{act}/",
        said=_("Taken back: whom it concerns is told."), again=lambda reply: _decision(request, at, row, reply),
    )  # fmt: skip
