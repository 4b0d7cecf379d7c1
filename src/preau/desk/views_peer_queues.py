"""What waits for the team about single copies: flags, procedures, appeals."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.audit import http
from preau.desk import access_peer, forms_peer, frame, peer_board, peer_copy, peer_frame
from preau.desk.access_peer import Board
from preau.peer import appeals as appealing
from preau.peer import cases as procedures
from preau.peer import moderating
from preau.peer.models import Appeal, Flag, Submission


@require_safe
def flags(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """What reviewers and authors flagged: what waits first."""
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=timezone.now())
    values = {"flags": peer_board.flags(at.facts), "form": forms_peer.Settle()}
    return peer_frame.page(request, "desk/peer/flags.html", at, "flags", values)


@require_POST
def settle(request: HttpRequest, edition: str, unit: str, flag: UUID) -> HttpResponse:
    """Say what became of a flag."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    row = access_peer.flag(at, flag)
    form = forms_peer.Settle(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    reply = peer_frame.perform(
        request,
        "peer.flag",
        {"flag": str(flag), "words": words},
        lambda act: moderating.settle(act=act, by=at.at.person, flag=row, words=words, now=now),
    )
    return frame.answer(request, reply, f"{at.base}flags/", _("It is settled."))


@require_safe
def cases(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """Procedures for plagiarism: those that are open first."""
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=timezone.now())
    return peer_frame.page(request, "desk/peer/cases.html", at, "cases", {"cases": peer_board.cases(at.facts)})


@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: HttpRequest, edition: str, unit: str, submission: UUID) -> HttpResponse:
    """Open a procedure: the notice is sent to the author, who can reply before anything is decided."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    row, flag = access_peer.copy(at, submission), None
    if "flag" in request.GET:
        flag = _flag(at, row, request.GET["flag"])
    form = forms_peer.OpenCase(request.POST or None, facts=at.facts, author=row.enrolment.person, now=now)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        reply = peer_frame.perform(
            request,
            "peer.case",
            {"submission": str(submission), **{name: str(value) for name, value in said.items()}},
            lambda act: procedures.open(
                act=act, by=at.at.person, facts=at.facts, submission=row, flag=flag, now=now, **said
            ),
        )  # fmt: skip
        if reply.outcome is not None or http.wants_json(request):
            return frame.answer(request, reply, f"{at.base}cases/", _("The author has the notice."))
        form.add_error(None, reply.reason)
    values = {"form": form, "submission": row, "flag": flag, **peer_copy.work(at, row)}
    status = 422 if form.errors else 200
    return peer_frame.page(request, "desk/peer/new_case.html", at, "cases", values, status=status)


def _flag(at: Board, row: Submission, said: str) -> Flag:
    """The flag from which a procedure is opened, of that very copy."""
    try:
        found = access_peer.flag(at, UUID(said))
    except ValueError as error:
        raise Http404 from error
    if found.review.submission_id != row.pk:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, edition: str, unit: str, case: UUID) -> HttpResponse:
    """One procedure; a POST decides it."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    row = access_peer.case(at, case)
    form = forms_peer.DecideCase(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        reply = peer_frame.perform(
            request,
            "peer.decide",
            {"case": str(case), **{name: str(value) for name, value in said.items()}},
            lambda act: procedures.decide(act=act, by=at.at.person, facts=at.facts, case=row, now=now, **said),
        )
        if reply.outcome is not None or http.wants_json(request):
            return frame.answer(request, reply, f"{at.base}cases/", _("It is decided. The author is told."))
        form.add_error(None, reply.reason)
    early = row.replied_at is None and now < row.reply_until
    values = {"case": row, "form": form, "early": early, **peer_copy.work(at, row.submission)}
    status = 422 if form.errors else 200
    return peer_frame.page(request, "desk/peer/case.html", at, "cases", values, status=status)


@require_safe
def appeals(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """Appeals: those that wait first, with how long they do."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    rows = [(row, peer_copy.age(row.made_at, now)) for row in peer_board.appeals(at.facts)]
    return peer_frame.page(request, "desk/peer/appeals.html", at, "appeals", {"appeals": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, edition: str, unit: str, appeal: UUID) -> HttpResponse:
    """One appeal beside its copy; a POST answers it."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    row = access_peer.appeal(at, appeal)
    form = forms_peer.AnswerAppeal(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.said
        reply = peer_frame.perform(
            request,
            "peer.answer",
            {"appeal": str(appeal), **{name: str(value) for name, value in said.items()}},
            lambda act: appealing.answer(act=act, by=at.at.person, facts=at.facts, appeal=row, now=now, **said),
        )
        if reply.outcome is not None or http.wants_json(request):
            return frame.answer(request, reply, f"{at.base}appeals/", _("The author has the answer."))
        form.add_error(None, reply.reason)
    return _appeal(request, at, row, form)


def _appeal(request: HttpRequest, at: Board, row: Appeal, form: forms_peer.AnswerAppeal) -> HttpResponse:
    values: dict[str, Any] = {
        "appeal": row,
        "form": form,
        "reviews": peer_copy.seen(at.facts, row.submission, joined=False),
        "changes": peer_copy.changes(row.submission),
        **peer_copy.work(at, row.submission),
    }
    status = 422 if form.errors else 200
    return peer_frame.page(request, "desk/peer/appeal.html", at, "appeals", values, status=status)
