"""One copy that peers assess: graded by the team without a name, or looked at with its author and those who assessed
it, which the journal keeps."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preau.audit import http
from preau.desk import access_peer, forms_peer, frame, peer_board, peer_copy, peer_frame, words_peer
from preau.desk.access_peer import Board
from preau.peer import desk_of_reviewer, leasing, moderating
from preau.peer import forms as peer_forms
from preau.peer.models import Review, Submission
from preau.peer.moderating import Marked
from preau.peer.reviewing import Given


@require_http_methods(["GET", "HEAD", "POST"])
def grade(request: HttpRequest, edition: str, unit: str, submission: UUID) -> HttpResponse:
    """Grade a copy beside the peers, without a name; then the next one that was drawn."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    row = access_peer.copy(at, submission)
    form = forms_peer.PeerGrade(request.POST or None, initial=_graded(row))
    if request.method != "POST" or not form.is_valid():
        return _grading(request, at, row, form, status=422 if form.errors else 200)
    given = peer_forms.given(request.POST.dict(), at.facts.rubric)
    levels = {} if form.cleaned_data["score"] is not None else given.levels
    marked = Marked(form.cleaned_data["remark"], form.cleaned_data["score"], levels, given.comments)
    reply = peer_frame.perform(
        request,
        "peer.grade",
        {"submission": str(submission), **marked.data()},
        lambda act: moderating.grade(
            act=act, by=at.at.person, facts=at.facts, submission=row, marked=marked, now=now
        ),
    )  # fmt: skip
    if reply.outcome is None and not http.wants_json(request):
        form.add_error(None, reply.reason)
        return _grading(request, at, row, form, given=given, status=reply.status)
    following = peer_board.next_turn(at.facts, row)
    to = f"{at.base}turns/{following.pk}/" if following and not _is_joined(request) else _back(request, at, row)
    return frame.answer(request, reply, to, _("The grade is kept."))


def _graded(row: Submission) -> dict[str, Any]:
    grade = getattr(row, "grade", None)
    return {"score": round(grade.score, 2), "remark": grade.remark} if grade else {}


def _is_joined(request: HttpRequest) -> bool:
    """Was the grade given on the page of the joined copy?"""
    return "joined" in request.POST


def _back(request: HttpRequest, at: Board, row: Submission) -> str:
    return f"{at.base}copies/{row.pk}/" if _is_joined(request) else f"{at.base}turns/"


def _grading(
    request: HttpRequest,
    at: Board,
    row: Submission,
    form: forms_peer.PeerGrade,
    *,
    given: Given | None = None,
    status: int = 200,
) -> HttpResponse:
    own = Review.objects.filter(submission=row, reviewer=at.at.person, kind=Review.Kind.STAFF).first()
    said = given or (Given(own.levels, own.comments) if own else Given())
    turn = peer_copy.parts(row)["staff_turn"]
    values = {
        **peer_copy.parts(row),
        **peer_copy.work(at, row),
        "submission": row,
        "form": form,
        "lines": desk_of_reviewer.lines(at.facts, said),
        "why": _(words_peer.WHYS[turn.why]) if turn else "",
        "reviews": peer_copy.seen(at.facts, row, joined=False),
        "following": peer_board.next_turn(at.facts, row),
    }
    return peer_frame.page(request, "desk/peer/grade.html", at, "turns", values, status=status)


@require_http_methods(["GET", "HEAD"])
def copy(request: HttpRequest, edition: str, unit: str, submission: UUID) -> HttpResponse:
    """A copy joined with its author and those who assessed it: opening it is a line of the journal."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    row = access_peer.copy(at, submission)
    moderating.opened(row, at.at.person, now)
    values = {
        **peer_copy.joined(at, row),
        **peer_copy.work(at, row),
        "form": forms_peer.PeerGrade(initial=_graded(row)),
        "reason": forms_peer.Reason(),
    }
    return peer_frame.page(request, "desk/peer/copy.html", at, "people", values)


@require_POST
def cancel(request: HttpRequest, edition: str, unit: str, submission: UUID) -> HttpResponse:
    """Take a copy out of the assessment."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    row = access_peer.copy(at, submission)
    form = forms_peer.Reason(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    reply = peer_frame.perform(
        request,
        "peer.cancel",
        {"submission": str(submission), "reason": reason},
        lambda act: moderating.cancel(
            act=act, by=at.at.person, facts=at.facts, submission=row, reason=reason, now=now
        ),
    )  # fmt: skip
    said = _("The copy is taken out. Its author is told.")
    return frame.answer(request, reply, f"{at.base}copies/{row.pk}/", said)


@require_POST
def restore(request: HttpRequest, edition: str, unit: str, submission: UUID) -> HttpResponse:
    """Bring a copy back that was taken out."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    row = access_peer.copy(at, submission)
    reply = peer_frame.perform(
        request,
        "peer.restore",
        {"submission": str(submission)},
        lambda act: moderating.restore(act=act, by=at.at.person, facts=at.facts, submission=row, now=now),
    )
    said = _("The copy is back. Its author is told.")
    return frame.answer(request, reply, f"{at.base}copies/{row.pk}/", said)


@require_http_methods(["GET", "HEAD", "POST"])
def hide(request: HttpRequest, edition: str, unit: str, review: UUID) -> HttpResponse:
    """Take an abusive review out of sight, or bring it back; what the grade would be is shown first."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    row = access_peer.review(at, review)
    if row.hidden and request.method == "POST":
        return _show(request, at, row)
    become = moderating.would_become(row) if at.facts.published_at else None
    first = {"score": round(become, 1)} if become is not None else {}
    form = forms_peer.Hide(request.POST or None, initial=first)
    if request.method != "POST" or not form.is_valid():
        values = {"review": row, "form": form, "become": become, "reason": ""}
        status = 422 if form.errors else 200
        return peer_frame.page(request, "desk/peer/hide.html", at, "people", values, status=status)
    said = form.cleaned_data
    reply = peer_frame.perform(
        request,
        "peer.hide",
        {"review": str(review), "reason": said["reason"], "score": said["score"]},
        lambda act: moderating.hide(act=act, by=at.at.person, facts=at.facts, review=row, now=now, **said),
    )
    to = f"{at.base}copies/{row.submission_id}/"
    return frame.answer(request, reply, to, _("The assessment is out of sight, and counts no more."))


def _show(request: HttpRequest, at: Board, row: Review) -> HttpResponse:
    reply = peer_frame.perform(
        request,
        "peer.show",
        {"review": str(row.pk)},
        lambda act: moderating.show(act=act, by=at.at.person, review=row, now=act.received_at),
    )
    return frame.answer(request, reply, f"{at.base}copies/{row.submission_id}/", _("The assessment is back."))


@require_POST
def back(request: HttpRequest, edition: str, unit: str, review: UUID) -> HttpResponse:
    """Give a copy that somebody holds back to whoever can assess it."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    row = access_peer.review(at, review)
    reply = peer_frame.perform(
        request,
        "peer.back",
        {"review": str(review)},
        lambda act: leasing.give_back(act=act, by=at.at.person, review=row, now=now),
    )
    said = _("The copy waits for somebody else.")
    return frame.answer(request, reply, f"{at.base}copies/{row.submission_id}/", said)
