"""What a learner sees and does: ask, read the answer, write again."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.accounts.models import Person
from preau.audit import http
from preau.courses.models import Enrolment
from preau.mail import keeping
from preau.support import access, actions, files, forms, queries, words
from preau.support.models import Request


def signed_in(request: HttpRequest) -> Person:
    """Who asks."""
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My requests."""
    rows = [
        (row, words.said(words.STATES, row.state), words.MARKS[row.state])
        for row in queries.of_person(signed_in(request))
    ]
    return render(request, "support/requests.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask: first what it is about, then likely answers and the message; a POST sends it."""
    person, now = signed_in(request), timezone.now()
    given = request.POST if request.method == "POST" else request.GET
    seen = access.looked_at(person, given.get("about", ""), request.LANGUAGE_CODE, now=now)
    enrolments = queries.enrolments(person)
    language = request.LANGUAGE_CODE
    if request.method == "POST":
        form = forms.Ask(request.POST, request.FILES, enrolments=enrolments, language=language)
        return (
            _sent(request, person, form, seen, enrolments)
            if form.is_valid()
            else _second(request, form, seen, enrolments)
        )
    first = forms.About(
        request.GET if "subject" in request.GET else None,
        initial=_initial(seen, enrolments),
        enrolments=enrolments,
        language=language,
    )
    if first.is_valid():
        return _second(
            request, forms.Ask(initial=first.cleaned_data, enrolments=enrolments, language=language), seen, enrolments
        )
    return render(
        request, "support/request_new.html", {"form": first, "seen": seen, "mine": queries.of_person(person)[:3]}
    )


def _initial(seen: access.LookedAt, enrolments: list[Enrolment]) -> dict[str, str]:
    if seen.enrolment:
        return {"edition": seen.enrolment.edition.slug}
    return {"edition": enrolments[0].edition.slug if len(enrolments) == 1 else ""}


def _chosen(form: forms.Ask, enrolments: list[Enrolment]) -> Enrolment | None:
    slug = form.cleaned_data.get("edition") if form.is_bound else form.initial.get("edition")
    return next((row for row in enrolments if row.edition.slug == slug), None)


def _second(
    request: HttpRequest, form: forms.Ask, seen: access.LookedAt, enrolments: list[Enrolment], status: int = 200
) -> HttpResponse:
    form.is_valid()
    said = form.cleaned_data if form.is_bound else form.initial
    where = _chosen(form, enrolments)
    offers = queries.likely(
        where.edition if where else None,
        topic=said.get("topic", ""),
        subject=said.get("subject", ""),
        language=request.LANGUAGE_CODE,
    )
    values = {"form": form, "seen": seen, "offers": offers, "where": where}
    return render(request, "support/request_ask.html", values, status=422 if form.errors else status)


def _sent(
    request: HttpRequest, person: Person, form: forms.Ask, seen: access.LookedAt, enrolments: list[Enrolment]
) -> HttpResponse:
    now, said, where = timezone.now(), form.cleaned_data, _chosen(form, enrolments)
    question = actions.Question(
        topic=said["topic"],
        subject=said["subject"],
        text=said["text"],
        language=request.LANGUAGE_CODE,
        edition=where.edition if where else None,
        enrolment=where,
        about=seen.data(),
    )
    payload = {"edition": said["edition"], "topic": said["topic"], "subject": said["subject"], "text": said["text"]}
    reply = http.perform(
        request,
        "request.ask",
        {**payload, "about": seen.path, "files": keeping.fingerprints(said["attached"])},
        now,
        lambda act: actions.ask(act=act, by=person, question=question, attached=said["attached"], now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        form.add_error(None, reply.reason)
        return _second(request, form, seen, enrolments, reply.status)
    messages.success(request, _("Your request is sent: the team answers here and by mail."))
    return redirect("request", reply.outcome["request"])


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """A request of mine; a POST writes again."""
    person, now = signed_in(request), timezone.now()
    row = access.own(person, request_id)
    if row.merged_into_id:
        return redirect("request", row.merged_into_id)
    if request.method != "POST":
        return _page(request, row, forms.Message())
    form = forms.Message(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, row, form)
    said = form.cleaned_data
    reply = http.perform(
        request,
        "request.reply",
        {"request": str(row.pk), "text": said["text"], "files": keeping.fingerprints(said["attached"])},
        now,
        lambda act: actions.reply(
            act=act, by=person, request=row, text=said["text"], attached=said["attached"], now=now
        ),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        form.add_error(None, reply.reason)
        return _page(request, row, form)
    return redirect("request", request_id)


def _page(request: HttpRequest, row: Request, form: forms.Message) -> HttpResponse:
    values = {
        "row": row,
        "about": queries.about(row),
        "lines": queries.thread(row, request.LANGUAGE_CODE, team=False),
        "state": words.said(words.STATES, row.state),
        "mark": words.MARKS[row.state],
        "topic": words.said(words.TOPICS, row.topic),
        "form": form,
        "zone": signed_in(request).zone_info,
        "files": f"/requests/{row.pk}/files/",
    }
    return render(request, "support/request.html", values, status=422 if form.errors else 200)


@require_POST
def close(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """My question is settled."""
    person, now = signed_in(request), timezone.now()
    row = access.own(person, request_id)
    reply = http.perform(
        request,
        "request.close",
        {"request": str(row.pk)},
        now,
        lambda act: actions.close(act=act, by=person, request=row, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    return redirect("request", request_id)


@require_safe
def file(request: HttpRequest, request_id: UUID, entry: UUID, number: int) -> FileResponse:
    """A file of a request of mine."""
    row, kept = access.file(access.own(signed_in(request), request_id), entry, number, team=False)
    return files.KEPT.sent(row.pk, kept)
