"""What a person receives by mail: each kind of message, and how often."""

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preau.accounts import access, actions, forms
from preau.audit.http import perform
from preau.mail import queries


@require_http_methods(["GET", "HEAD", "POST"])
def messages(request: HttpRequest) -> HttpResponse:
    """The list; a POST keeps what was chosen."""
    person = access.oneself(request)
    kinds = queries.cadences(person.pk)
    form = forms.Messages(request.POST or None, kinds=kinds)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            now, chosen = timezone.now(), form.chosen()
            reply = perform(
                request,
                "messages.choose",
                chosen,
                now,
                lambda act: actions.choose_messages(act=act, by=person, chosen=chosen),
            )
            if reply.outcome is not None:
                notices.success(request, _("Your choice is kept."))
                return redirect("account_messages")
            form.add_error(None, reply.reason)
            status = reply.status
        else:
            status = 422
    always = [row["kind"] for row in kinds if row["kind"].transactional]
    context = {"form": form, "always": always, "closed": queries.closed_since(person.email), "person": person}
    return render(request, "accounts/messages.html", context, status=status)


@require_POST
def open_address(request: HttpRequest) -> HttpResponse:
    """Write again to an address that messages came back from."""
    person = access.oneself(request)
    reply = perform(request, "address.open", {}, timezone.now(), lambda act: actions.open_address(act=act, by=person))
    if reply.outcome is not None:
        notices.success(request, _("We write to your address again."))
    else:
        notices.error(request, reply.reason)
    return redirect("account_messages")
