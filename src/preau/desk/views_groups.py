"""Groups: named lists of people of an edition, to be meant again."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.audit import acts, http
from preau.audit.http import Refused
from preau.courses import grouping, segments
from preau.courses.models import Group
from preau.desk import access, frame
from preau.desk import groups as composed
from preau.desk.access import Desk
from preau.desk.forms_time import Name, Part, Paste

PER_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
def groups(request: HttpRequest, edition: str) -> HttpResponse:
    """The groups of an edition; a POST makes one."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    form = Name(request.POST if request.method == "POST" else None)
    if form.is_valid():
        name = form.cleaned_data["name"]
        reply = http.perform(
            request,
            "group.make",
            {"edition": edition, "name": name},
            now,
            lambda act: grouping.make(act=act, edition=at.edition, name=name, by=at.person, now=now),
        )
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            return redirect("desk_group", edition=edition, group=reply.outcome["group"])
        form.add_error("name", reply.reason)
    values = {"form": form, "groups": list(grouping.of_edition(at.edition))}
    return frame.page(request, "desk/groups.html", at, "groups", values, status=422 if form.errors else 200)


@require_safe
def group(request: HttpRequest, edition: str, group: UUID) -> HttpResponse:
    """Who is in it, and the ways to change that."""
    at = access.desk(request.user, edition, now=timezone.now())
    return _page(request, at, access.group(at, group))


def _page(request: HttpRequest, at: Desk, row: Group, **given: Any) -> HttpResponse:
    """The page of a group; `given` are forms that were refused, `matched` what pasted addresses came to."""
    people = grouping.people(row.pk).order_by("person__name", "pk")
    values = {
        "group": row,
        "page": Paginator(people, PER_PAGE).get_page(request.GET.get("page")),
        "name": Name(initial={"name": row.name}),
        "paste": Paste(),
        "part": Part(edition=at.edition, language=request.LANGUAGE_CODE),
        "matched": None,
        **given,
    }
    return frame.page(request, "desk/group.html", at, "groups", values, status=422 if given else 200)


@require_POST
def rename(request: HttpRequest, edition: str, group: UUID) -> HttpResponse:
    """Call it something else."""
    at, row, now = _opened(request, edition, group)
    form = Name(request.POST)
    if not form.is_valid():
        return _page(request, at, row, name=form)
    name = form.cleaned_data["name"]
    reply = http.perform(
        request,
        "group.rename",
        {"group": str(group), "name": name},
        now,
        lambda act: grouping.rename(act=act, group=row, name=name, by=at.person, now=now),
    )
    return _answered(request, at, row, reply, lambda _outcome: _("The group has its new name."), name=form)


@require_POST
def paste(request: HttpRequest, edition: str, group: UUID) -> HttpResponse:
    """Add people by their addresses: all of them, or nobody when a line is in doubt."""
    at, row, now = _opened(request, edition, group)
    form = Paste(request.POST)
    if not form.is_valid():
        return _page(request, at, row, paste=form)
    try:
        matched = grouping.match(at.edition, form.cleaned_data["text"])
    except Refused as refusal:
        form.add_error("text", refusal.reason)
        return _page(request, at, row, paste=form)
    if not matched.whole or not matched.people:
        form.add_error("text", _("Nobody was added: see below which lines are in doubt, then send it again."))
        return _page(request, at, row, paste=form, matched=matched)
    return _added(request, at, row, matched.people, now, paste=form)


@require_POST
def part(request: HttpRequest, edition: str, group: UUID) -> HttpResponse:
    """Add everybody who is in a part of the learners now."""
    at, row, now = _opened(request, edition, group)
    form = Part(request.POST, edition=at.edition, language=request.LANGUAGE_CODE)
    if not form.is_valid():
        return _page(request, at, row, part=form)
    meant = segments.people(at.edition, form.chosen()).order_by("pk")
    return _added(request, at, row, tuple(meant.values_list("pk", flat=True)), now, part=form)


@require_POST
def pick(request: HttpRequest, edition: str) -> HttpResponse:
    """Add those who were ticked in the list of learners."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    chosen, people = _ids([request.POST.get("group", "")]), _ids(request.POST.getlist("enrolment"))
    if not chosen or not people:
        messages.error(request, _("Tick somebody and choose a group. Nothing was changed."))
        return redirect("desk_learners", edition=edition)
    return _added(request, at, access.group(at, chosen[0]), tuple(people), now)


def _ids(said: list[str]) -> list[UUID]:
    found = []
    for one in said:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found


@require_POST
def remove(request: HttpRequest, edition: str, group: UUID, enrolment: UUID) -> HttpResponse:
    """Take somebody out."""
    at, row, now = _opened(request, edition, group)
    who = access.learner(at, enrolment)
    reply = http.perform(
        request,
        "group.remove",
        {"group": str(group), "enrolment": str(enrolment)},
        now,
        lambda act: grouping.remove(act=act, group=row, enrolment_id=who.pk, by=at.person, now=now),
    )
    return _answered(request, at, row, reply, lambda _outcome: _("{name} is out of it.").format(name=who.person))


@require_POST
def empty(request: HttpRequest, edition: str, group: UUID) -> HttpResponse:
    """Take everybody out."""
    at, row, now = _opened(request, edition, group)
    reply = http.perform(
        request,
        "group.empty",
        {"group": str(group)},
        now,
        lambda act: grouping.empty(act=act, group=row, by=at.person, now=now),
    )
    return _answered(request, at, row, reply, lambda _outcome: _("Nobody is in it any more."))


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, edition: str, group: UUID) -> HttpResponse:
    """What hangs on a group; a POST deletes it."""
    at, row, now = _opened(request, edition, group)
    if request.method == "POST":
        reply = http.perform(
            request,
            "group.delete",
            {"group": str(group)},
            now,
            lambda act: composed.delete(act=act, group=row, by=at.person, now=now),
        )
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            messages.success(request, _("The group “{name}” is deleted.").format(name=row.name))
            return redirect("desk_groups", edition=edition)
        messages.error(request, reply.reason)
    values = {"group": row, "hanging": composed.hanging(row), "size": grouping.people(row.pk).count()}
    return frame.page(request, "desk/group_delete.html", at, "groups", values)


def _opened(request: HttpRequest, edition: str, group: UUID) -> tuple[Desk, Group, Any]:
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    return at, access.group(at, group), now


def _added(
    request: HttpRequest, at: Desk, row: Group, people: tuple[UUID, ...], now: Any, **form: forms.Form
) -> HttpResponse:
    payload = {"group": str(row.pk), "people": sorted(map(str, people))}
    reply = http.perform(
        request,
        "group.add",
        payload,
        now,
        lambda act: grouping.add(act=act, group=row, enrolments=people, by=at.person, now=now),
    )

    def said(outcome: acts.Outcome) -> str:
        added = ngettext("{n} person added.", "{n} people added.", outcome["added"]).format(n=outcome["added"])
        there = outcome["there"]
        more = ngettext("{n} was in it already.", "{n} were in it already.", there).format(n=there)
        return f"{added} {more}" if there else added

    return _answered(request, at, row, reply, said, **form)


def _answered(
    request: HttpRequest,
    at: Desk,
    row: Group,
    reply: http.Reply,
    said: Callable[[acts.Outcome], str],
    **form: forms.Form,
) -> HttpResponse:
    """To the group's page, with what was done; back to the form, or with the reason, when it was refused."""
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None and form:
        next(iter(form.values())).add_error(None, reply.reason)
        return _page(request, at, row, **form)
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, said(reply.outcome))
    return redirect("desk_group", edition=at.edition.slug, group=row.pk)
