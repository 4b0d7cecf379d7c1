"""Report a danger: from any page, with the numbers to call first."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from preau.accounts.models import Person
from preau.audit import http
from preau.common.text import clean
from preau.courses import access
from preau.support import alerts, queries


class Report(forms.Form):
    """What happens, and where it was seen."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("What you saw: who, where, when"), max_length=alerts.LONGEST, widget=forms.Textarea
    )
    about = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(key, alerts.kind(key)) for key in alerts.KINDS]

    def clean_about(self) -> str:
        return page_seen(self.cleaned_data["about"])


def page_seen(path: str) -> str:
    """An address of ours that somebody looked at, "" for any other."""
    path = path.partition("?")[0].partition("#")[0]
    ours = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if ours and path.isprintable() and len(path) <= 300 else ""


@login_not_required
@require_safe
def anywhere(request: HttpRequest) -> HttpResponse:
    """The numbers to call, and the editions in which one may report."""
    person = request.user
    enrolments = queries.enrolments(person) if isinstance(person, Person) else []
    seen = page_seen(request.GET.get("about", ""))
    return render(request, "support/alert_where.html", {"enrolments": enrolments, "seen": seen})


@require_http_methods(["GET", "HEAD", "POST"])
def alert(request: HttpRequest, edition: str) -> HttpResponse:
    """Report a danger in an edition."""
    now = timezone.now()
    where = access.edition_of_helpers(request.user, edition, now=now)
    assert isinstance(request.user, Person)
    by = request.user
    form = Report(request.POST or None, initial={"about": page_seen(request.GET.get("about", ""))})
    sent, reason = False, ""
    if form.is_valid():
        data = form.cleaned_data
        kind, text, path = data["kind"], clean(data["text"]).strip(), data["about"]
        reply = http.perform(
            request,
            "alert.raise",
            {"edition": edition, "kind": kind, "text": text, "path": path},
            now,
            lambda act: alerts.raise_alert(
                act=act, by=by, edition=where, kind=kind, text=text, path=path, now=now
            ),
        )  # fmt: skip
        if http.wants_json(request):
            return reply.json()
        sent, reason = reply.outcome is not None, reply.reason
    values = {"edition": where, "form": form, "sent": sent, "reason": reason, "seen": form["about"].value() or ""}
    return render(request, "support/alert.html", values, status=422 if form.errors or reason else 200)
