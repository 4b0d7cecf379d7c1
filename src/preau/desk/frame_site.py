"""The frame of the desk's pages about the public site."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from preau.desk.access_news import Editor


def page(
    request: HttpRequest, template: str, at: Editor, here: str, values: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render one of them; `here` names its tab."""
    return render(request, template, {"desk": at, "tabs": tabs(at, here), **values}, status=status)


def tabs(at: Editor, here: str) -> list[dict[str, Any]]:
    """The pages that this person may open."""
    every = [
        ("news", "/desk/news/", _("News"), True),
        ("newsletter", "/desk/newsletter/", _("Newsletter"), at.administers),
        ("voices", "/desk/site/voices/", _("What learners say"), True),
        ("site", "/desk/site/", _("Banner and partners"), at.administers),
        ("audience", "/desk/site/audience/", _("Audience"), at.administers),
    ]
    return [{"name": name, "url": url, "current": key == here} for key, url, name, may in every if may]
