from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from preau.accounts.models import Person
from preau.audit import acts, http
from preau.common.languages import known
from preau.content import access as content
from preau.content import views as units
from preau.content.kinds import Place
from preau.quizzes import access, actions, pages, stamps
from preau.quizzes.kind import Quiz


@require_POST
def start(request: HttpRequest, edition: str, language: str, module: str, unit: str) -> HttpResponse:
    """Begin an attempt."""
    assert isinstance(request.user, Person)
    person, now = request.user, timezone.now()
    place, _ = content.place(person, edition, language, unit, now=now)
    payload = {"edition": edition, "unit": unit}
    reply = http.perform(
        request, "quiz.start", payload, now, lambda act: actions.start(act=act, by=person, place=place)
    )
    return _answered(request, reply, place)


@require_POST
def answer(request: HttpRequest, edition: str, attempt: UUID, question: UUID) -> HttpResponse:
    """Answer one question; a script gets the question's card back, a plain form the page of the quiz."""
    assert isinstance(request.user, Person)
    person, now = request.user, timezone.now()
    language = known(request.POST.get("language", ""))
    values = {name: request.POST.getlist(name) for name in request.POST if name == "answer" or name.startswith("pair-")}
    payload = {"attempt": str(attempt), "question": str(question), "values": values}
    sent = stamps.Sent(
        request.POST.get("stamp", ""), request.POST.get("elapsed", ""), queued=request.POST.get("queued") == "1"
    )

    def do(act: acts.Act) -> acts.Outcome:
        return actions.answer(
            act=act,
            by=person,
            attempt_id=attempt,
            question_id=question,
            values=values,
            language=language,
            now=now,
            edition=edition,
            sent=sent,
        )

    reply = http.perform(request, "quiz.answer", payload, now, do)
    if http.wants_json(request):
        return _stamped(reply.json(), reply, now)
    sitting = access.attempt(person, attempt, language, edition=edition)
    place = content.place(person, edition, language, sitting.unit.key, now=now)[0]
    if reply.outcome is not None and request.headers.get("HX-Request") and not http.wants_json(request):
        return _stamped(_card(request, place, question), reply, now)
    return _answered(request, reply, place, whole=sitting.over(now))


@require_POST
def close(request: HttpRequest, edition: str, attempt: UUID) -> HttpResponse:
    """Finish an attempt."""
    assert isinstance(request.user, Person)
    person, now = request.user, timezone.now()
    language = known(request.POST.get("language", ""))
    sitting = access.attempt(person, attempt, language, edition=edition)
    do: Callable[[acts.Act], acts.Outcome] = lambda act: actions.close(  # noqa: E731
        act=act, by=person, attempt_id=attempt, language=language, now=now
    )
    reply = http.perform(request, "quiz.close", {"attempt": str(attempt)}, now, do)
    return _answered(request, reply, content.place(person, edition, language, sitting.unit.key, now=now)[0])


def _card(request: HttpRequest, place: Place, question: UUID) -> HttpResponse:
    """The card of one question as it stands now."""
    _, rows = content.place(request.user, place.outline.slug, place.outline.language, place.unit.key, now=place.now)
    return HttpResponse(pages.one_card(place, rows, question))


def _answered(request: HttpRequest, reply: http.Reply, place: Place, *, whole: bool = False) -> HttpResponse:
    """What became of an act, on the page of its quiz; `whole`: in the place of everything, since nothing of it can be
    answered any more."""
    if http.wants_json(request):
        return _stamped(reply.json(), reply, place.now)
    if reply.outcome is not None and not request.headers.get("HX-Request"):
        return redirect("personal", place.outline.slug, place.outline.language, place.unit.module, place.unit.key)
    _, rows = content.place(request.user, place.outline.slug, place.outline.language, place.unit.key, now=place.now)
    html = Quiz(place.unit.kind).personal(request, place, rows)
    response = units.fragment(request, place, html, reason=reply.reason, status=reply.status)
    if whole:
        response["HX-Retarget"], response["HX-Reswap"] = "#me", "innerHTML"
    return _stamped(response, reply, place.now)


def _stamped(response: HttpResponse, reply: http.Reply, now: datetime) -> HttpResponse:
    """With a fresh stamp, where what was done belongs to a timed attempt: never in the outcome, which is kept."""
    if reply.outcome is not None and "ends_at" in reply.outcome:
        response[stamps.HEADER] = stamps.give(UUID(reply.outcome["attempt"]), now)
    return response
