"""One-click unsubscription (RFC 8058): the token in the address is the proof, no cookie is read."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from preau.common.origin import foreign_post
from preau.mail import access, actions, kinds, rules


@foreign_post
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows a button, since mail programs open links by themselves; a POST, theirs or the button's, stops."""
    message = access.message_to_stop(token)
    if request.method == "POST":
        actions.stop(message, now=timezone.now())
    with override(message.language):
        context = {
            "title": _(kinds.read(message.kind).title),
            "stopped": request.method == "POST",
            "account": rules.has_account(message.person_id),
        }
        response = render(request, "mail/stop.html", context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = message.language
    return response
