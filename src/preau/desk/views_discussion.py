"""The moderators' desk of an edition: what waits in its discussions, a question answered and a message looked at with
saved replies at hand, and the notices of illegal content."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from preau.accounts.models import Person
from preau.audit import http
from preau.courses import access as courses
from preau.desk import access_discussion, discussion_board, discussion_figures, forms_discussion, forms_requests, frame
from preau.desk.access_discussion import Table
from preau.discussion import forms, forms_moderation, greeting, moderation_pages, notices, reading
from preau.discussion.access import Here, Opened
from preau.discussion.models import Notice
from preau.discussion.moderating import Why
from preau.support import queries as support
from preau.support.models import SavedReply


def page(
    request: HttpRequest, template: str, table: Table, values: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the tab "Discussion"."""
    frame_values = {"table": table, "base": table.base, "now": table.here.now}
    return frame.page(request, template, table.at, "discussion", {**frame_values, **values}, status=status)


@require_safe
def board(request: HttpRequest, edition: str) -> HttpResponse:
    """What waits: in my languages, or with ?language=all in every one."""
    table = access_discussion.table(request.user, edition, now=timezone.now())
    duty = discussion_board.duty(table)
    every = request.GET.get("language") == "all"
    languages = [str(code) for code in table.at.edition.course.languages] if every else duty.languages
    values = {
        "duty": duty,
        "every": every,
        "languages": languages,
        "questions": discussion_board.first(discussion_board.questions(table, languages)),
        "flags": discussion_board.flags(table),
        "held": discussion_board.held(table),
        "firsts": discussion_board.firsts(table),
        "contests": discussion_board.contests(table),
        "notices": discussion_board.first(notices.of_spaces(table.spaces, slug=edition)),
        "hot": discussion_board.hot(table),
        "helpers": discussion_figures.helpers(table),
        "speed": discussion_figures.speed(table),
        "greetings": greeting.greetings(table.here.space, table.here.now),
    }
    return page(request, "desk/discussion/board.html", table, values)


def saved(request: HttpRequest, table: Table, language: str) -> tuple[forms_requests.Insert | None, str]:
    """The saved replies to choose from, and the text of the one that was chosen, in the language of a thread."""
    replies: Sequence[SavedReply] = support.saved(table.at.edition.course)
    if not replies:
        return None, ""
    chosen = next((one for one in replies if one.key == request.GET.get("saved", "")), None)
    text = support.in_language(chosen, language)["text"] if chosen else ""
    return forms_requests.Insert(request.GET or None, replies=replies, language=language), text


@require_safe
def thread(request: HttpRequest, edition: str, thread: UUID) -> HttpResponse:
    """A thread with the form that answers it: the form is that of its own page, begun with a saved reply."""
    table = access_discussion.table(request.user, edition, now=timezone.now())
    here, opened = access_discussion.thread(table, thread)
    insert, text = saved(request, table, opened.thread.language)
    last = opened.thread.latest
    shown = reading.posted(
        here, opened, request.LANGUAGE_CODE, table.at.edition.zone_info, first=max(1, last - 9), last=last
    )  # fmt: skip
    values = {
        "here": here,
        "thread": opened.thread,
        "opened": opened,
        "posts": [replace(one, acts=False).html(words=True, base=here.address) for one in shown],
        "insert": insert,
        "form": forms.Message(initial={"text": text}),
        "following": _following(table, opened),
    }
    return page(request, "desk/discussion/thread.html", table, values)


def _following(table: Table, opened: Opened) -> UUID | None:
    """The next question that waits, in the same languages."""
    rows = discussion_board.questions(table, discussion_board.duty(table).languages)
    later = rows.filter(made_at__gt=opened.thread.made_at).values_list("pk", flat=True).first()
    found: UUID | None = later
    return found


@require_safe
def message(request: HttpRequest, edition: str, post: UUID) -> HttpResponse:
    """A message as a moderator sees it, the words to its author begun with a saved reply."""
    table = access_discussion.table(request.user, edition, now=timezone.now())
    here, row, opened = access_discussion.post(table, post)
    values = moderation_pages.desk_of(here, row, opened, request.LANGUAGE_CODE)
    language = row.author.language if row.author is not None else opened.thread.language
    insert, text = saved(request, table, language)
    form = forms_moderation.Moderate(initial={"words": text}, choices=values["choices"])
    more = {"at": here, "insert": insert, "form": form, "reason": "", "back": edition}
    return page(request, "desk/discussion/message.html", table, {**values, **more})


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, edition: str, notice: UUID) -> HttpResponse:
    """A notice of illegal content; those who decide do so here."""
    table = access_discussion.table(request.user, edition, now=timezone.now())
    here, row = access_discussion.notice(table, notice)
    decides = table.at.runs
    form = forms_discussion.Decide(request.POST or None, shown=here is not None)
    reason, status = "", 200
    if request.method == "POST" and decides:
        reply = _decide(request, table.at.person, here, row, form)
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            messages.success(request, _("Decided: whoever sent the notice is told."))
            return redirect(table.base)
        reason, status = reply.reason, reply.status
    values = {**_notice(here, row), "form": form, "decides": decides, "reason": reason}
    return page(request, "desk/discussion/notice.html", table, values, status=status)


def _decide(
    request: HttpRequest, by: Person, here: Here | None, row: Notice, form: forms_discussion.Decide
) -> http.Reply:
    if not form.is_valid():
        return http.Reply(422, reason=_("Something is missing below."))
    said, now = form.cleaned_data, timezone.now()
    hide = Why(said["rule"], said["statement"], "notice") if said.get("hide") else None
    return http.perform(
        request,
        "notice.decide",
        {"notice": str(row.pk), **{name: str(value) for name, value in said.items()}},
        now,
        lambda act: notices.decide(
            act=act, by=by, at=here, notice=row, words=said["words"], hide=hide, now=now
        ),
    )  # fmt: skip


def _notice(here: Here | None, row: Notice) -> dict[str, Any]:
    return {"notice": row, "here": here, "reference": notices.reference(row)}


@require_safe
def site_notices(request: HttpRequest) -> HttpResponse:
    """Every notice that waits, for whoever runs the site."""
    person = courses.administrator(request.user, now=timezone.now())
    found = discussion_board.first(notices.everywhere())
    return render(
        request,
        "desk/discussion/notices.html",
        {"notices": found, "base": "/desk/notices/", "zone": person.zone_info, "edition": None},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def site_notice(request: HttpRequest, notice: UUID) -> HttpResponse:
    """One of them, decided by whoever runs the site."""
    now = timezone.now()
    person, here, row = access_discussion.site_notice(request.user, notice, now=now)
    form = forms_discussion.Decide(request.POST or None, shown=here is not None)
    reason, status = "", 200
    if request.method == "POST":
        reply = _decide(request, person, here, row, form)
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            messages.success(request, _("Decided: whoever sent the notice is told."))
            return redirect("/desk/notices/")
        reason, status = reply.reason, reply.status
    values = {**_notice(here, row), "form": form, "decides": True, "reason": reason, "zone": person.zone_info}
    return render(
        request,
        "desk/discussion/site_notice.html",
        {**values, "base": "/desk/notices/", "edition": None},
        status=status,
    )
