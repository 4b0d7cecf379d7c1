"""Statements: the learner makes, hides and shows them; whoever has the code reads what was true on their day."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from preau.accounts.models import Person
from preau.audit import http
from preau.certificates import access, papers, statement_words, statements, views


def shown(request: HttpRequest, code: str) -> HttpResponse | None:
    """The page of a statement by its code, as printed or typed; None where there is none."""
    row = access.statement(code)
    if row is None:
        return None
    own = access.owns(request.user, row)
    values = {
        "statement": row,
        "own": own,
        "whole": own or not row.hidden,
        "sheet": statement_words.sheet(row),
        "other": row.language if row.language != request.LANGUAGE_CODE else "",
    }
    return render(request, "certificates/statement.html", values)


@login_not_required
@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    """The signed document, byte for byte as it was signed."""
    row = access.whole_statement(request.user, code)
    headers = {"Content-Disposition": f'attachment; filename="{row.code}.json"'}
    return HttpResponse(row.text, content_type="application/vc+ld+json", headers=headers)


@login_not_required
@require_safe
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """Its PDF, as it was printed; a page that says so when it is lost."""
    row = access.whole_statement(request.user, code)
    if not row.paper:
        raise Http404
    content = papers.stored(row.paper)
    if content is None:
        return views.lost(request, row.code)
    headers = {"Content-Disposition": f'inline; filename="{row.code}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_POST
def make(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    """Make a statement of where I am in one of my editions."""
    assert isinstance(request.user, Person)
    person, now, row = request.user, timezone.now(), access.own_enrolment(request.user, enrolment)
    asked = {"kind": request.POST.get("kind", "")[:20], "language": request.POST.get("language", "")[:8]}
    reply = http.perform(
        request,
        "statement.make",
        {"enrolment": str(enrolment), **asked},
        now,
        lambda act: statements.make(act=act, by=person, enrolment=row, now=now, **asked),
    )
    return _done(request, reply, _("The document is being signed. It is here within a minute."))


@require_POST
def hide(request: HttpRequest, code: str) -> HttpResponse:
    """Hide the page of one of my statements, or show it again."""
    assert isinstance(request.user, Person)
    person, now, row = request.user, timezone.now(), access.own_statement(request.user, code)
    hidden = request.POST.get("hidden") == "1"
    reply = http.perform(
        request,
        "statement.hide",
        {"statement": row.code, "hidden": hidden},
        now,
        lambda act: statements.hide(act=act, by=person, statement=row, hidden=hidden, now=now),
    )
    said = _("Its page is hidden: it says that the document is authentic, and its day.") if hidden else ""
    return _done(request, reply, said or _("Its page is shown again."))


def _done(request: HttpRequest, reply: http.Reply, said: str) -> HttpResponse:
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, said)
    return redirect("/me/certificates/#statements")
