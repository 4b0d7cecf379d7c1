from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from preau.audit.http import Refused
from preau.content import access as content
from preau.desk import access, forms, frame, queries
from preau.peer import access as peer
from preau.peer import actions
from preau.peer.assignments import assessed_by_peers
from preau.peer.models import Grade


@require_safe
def assignments(request: HttpRequest, edition: str) -> HttpResponse:
    """What waits for a grade, by assignment."""
    at = access.teachers_desk(request.user, edition, now=timezone.now())
    rows = queries.assignments(at.edition, queries.outline_of(at.edition, request.LANGUAGE_CODE))
    return frame.page(request, "desk/assignments.html", at, "grading", {"rows": rows})


@require_safe
def queue(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """The copies of one assignment: those that wait, the oldest first, then those that are graded."""
    at = access.teachers_desk(request.user, edition, now=timezone.now())
    _outline, facts = content.unit_for_staff(at.edition, request.LANGUAGE_CODE, unit)
    if assessed_by_peers(facts.meta):
        return redirect("desk_peer", edition=edition, unit=unit)
    values = {
        "unit": facts,
        "waiting": actions.waiting(at.edition.pk, facts.id),
        "graded": queries.graded(at.edition.pk, facts.id),
    }
    return frame.page(request, "desk/queue.html", at, "grading", values)


@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, edition: str, unit: str, submission: UUID) -> HttpResponse:
    """One copy and its grade; once given, the next one that waits."""
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    _outline, facts = content.unit_for_staff(at.edition, request.LANGUAGE_CODE, unit)
    row = peer.submission_to_grade(at.person, submission, now=now)
    if row.enrolment.edition_id != at.edition.pk or row.unit_id != facts.id:
        raise Http404
    if assessed_by_peers(facts.meta):
        return redirect("desk_peer_copy", edition=edition, unit=unit, submission=submission)
    grade = Grade.objects.filter(submission=row).first()
    first = {"score": f"{grade.score:g}", "remark": grade.remark} if grade else {}
    form = forms.Grade(request.POST or None, initial=first)
    if form.is_valid():
        try:
            actions.grade(submission=row, by=at.person, now=now, **form.cleaned_data)
            messages.success(request, _("Graded: {name}.").format(name=row.enrolment.person))
            return _next(at, edition, unit, facts.id)
        except Refused as refusal:
            form.add_error("score", refusal.reason)
    left = [one for one in actions.waiting(at.edition.pk, facts.id) if one.pk != row.pk]
    values = {"unit": facts, "submission": row, "grade": grade, "form": form, "left": left}
    return frame.page(request, "desk/copy.html", at, "grading", values, status=422 if form.errors else 200)


def _next(at: access.Desk, edition: str, unit: str, unit_id: UUID) -> HttpResponse:
    waiting = actions.waiting(at.edition.pk, unit_id)
    if not waiting:
        return redirect("desk_queue", edition=edition, unit=unit)
    return redirect("desk_copy", edition=edition, unit=unit, submission=waiting[0].pk)
