"""The news at the desk: the list, an article in its languages, how it will look, published and taken down."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.audit import acts, http, journal
from preau.desk import access_news, forms_news, frame, frame_site, record
from preau.desk.access_news import Editor
from preau.news import article_reading, articles, pictures
from preau.news.models import Article

PAGE = 50
LINES = 20  # of the journal
COMPARED = 2000  # lines of two texts that are compared: it takes their product


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every article that one may write, with its state."""
    now = timezone.now()
    at = access_news.editor(request.user, now=now)
    form = forms_news.Find(request.GET)
    said = form.cleaned_data if form.is_valid() else {"q": "", "state": ""}
    mine = None if at.administers else [course.pk for course in at.courses]
    found = article_reading.written_by(mine, said["q"], said["state"], now=now)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    lines = [(row, article_reading.said(row, request.LANGUAGE_CODE), state(row, now)) for row in page]
    values = {"form": form, "page": page, "lines": lines, "zone": at.person.zone_info}
    return frame_site.page(request, "desk/news/list.html", at, "news", values)


def state(row: Article, now: datetime) -> str:
    """draft, scheduled or published."""
    if row.published_at is None:
        return "draft"
    return "published" if articles.out(row, now) else "scheduled"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin one."""
    return _editing(request, access_news.editor(request.user, now=timezone.now()), None)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, article: UUID) -> HttpResponse:
    """Write one: a POST keeps what was written, or adds a picture to it without keeping it."""
    at = access_news.editor(request.user, now=timezone.now())
    return _editing(request, at, access_news.article(at, article))


def _editing(request: HttpRequest, at: Editor, row: Article | None) -> HttpResponse:
    now = timezone.now()
    if request.method != "POST":
        return _page(request, at, row, _form(at, row, now))
    data, added = request.POST.copy(), forms_news.Added()
    if "add" in request.POST or "add-file" in request.FILES:
        added = forms_news.Added(request.POST, request.FILES)
        reply = _add(request, at, added, now)
        if reply.outcome is None:
            return _page(request, at, row, _form(at, row, now, data), added=added, status=reply.status)
        for name, value in added.put(data, reply.outcome["picture"], request.LANGUAGE_CODE).items():
            data[name] = value
        added = forms_news.Added()
        if "save" not in request.POST and "look" not in request.POST:
            said = _("The picture is in its place below. Save the article to keep it there.")
            return _page(request, at, row, _form(at, row, now, data), said=said)
    return _save(request, at, row, _form(at, row, now, data), now)


def _form(at: Editor, row: Article | None, now: datetime, data: Any = None) -> forms_news.Article:
    return forms_news.Article(data, at=at, row=row, fixed=row is not None and articles.out(row, now))


def _add(request: HttpRequest, at: Editor, added: forms_news.Added, now: datetime) -> http.Reply:
    """Keep the picture that came. Beside a text that is saved it is no act of its own: it is known by its content."""
    if not added.is_valid():
        return http.Reply(422)
    if added.cleaned_data["file"].size > pictures.LARGEST:
        added.add_error("file", _("This picture is larger than 10 MB: save it smaller, then send it again."))
        return http.Reply(422)
    content = added.cleaned_data["file"].read()
    try:
        if "add" not in request.POST:
            return http.Reply(200, {"picture": str(pictures.keep(content, by=at.person, now=now).pk)})
    except http.Refused as refusal:
        added.add_error("file", refusal.reason)
        return http.Reply(422)
    payload = {"digest": hashlib.sha256(content).hexdigest()}
    reply = http.perform(
        request,
        "picture.keep",
        payload,
        now,
        lambda act: pictures.add(act=act, by=at.person, content=content, now=now),
    )
    if reply.outcome is None:
        added.add_error("file", reply.reason)
    return reply


def _save(
    request: HttpRequest, at: Editor, row: Article | None, form: forms_news.Article, now: datetime
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, at, row, form, status=422)
    wish, seen = form.wish(), form.cleaned_data["seen"]

    def do(act: acts.Act) -> acts.Outcome:
        if row is None:
            return articles.make(act=act, by=at.person, wish=wish, now=now)
        return articles.write(act=act, by=at.person, article=row, wish=wish, seen=seen, now=now)

    payload = {"article": str(row.pk) if row else "", "seen": seen, **wish.payload()}
    reply = http.perform(request, "article.write", payload, now, do)
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _refused(request, at, row, form, reply)
    if "look" in request.POST:
        return redirect("desk_article_preview", article=articles.of_id(reply.outcome), code=request.LANGUAGE_CODE)
    messages.success(request, _("Kept."))
    return redirect("desk_article", article=articles.of_id(reply.outcome))


def _refused(
    request: HttpRequest, at: Editor, row: Article | None, form: forms_news.Article, reply: http.Reply
) -> HttpResponse:
    """The form as it was sent. Where somebody else wrote meanwhile, also how theirs differs; the next save counts as
    made in view of it."""
    if row is None:
        return _page(request, at, None, form, reason=reply.reason, status=reply.status)
    fresh = access_news.article(at, row.pk)
    changes = differing(fresh, form) if articles.stamp(fresh) != form.cleaned_data["seen"] else []
    data = cast(QueryDict, form.data).copy()  # not what was posted: a picture may have come into its text
    data["seen"] = articles.stamp(fresh)
    again = _form(at, fresh, timezone.now(), data)
    return _page(request, at, fresh, again, reason=reply.reason, changes=changes, status=reply.status)


def differing(row: Article, form: forms_news.Article) -> list[dict[str, Any]]:
    """Where what stands is not what was sent: [{name, label, lines: [("+" stands, "-" was sent; line)], text}]."""
    found = []
    stands = article_reading.texts_of(row)
    for one in form.by_language():
        for field, name in zip(one["fields"], forms_news.FIELDS, strict=True):
            text = getattr(stands.get(one["code"]), name, "")
            sent = str(form.cleaned_data.get(field.name, ""))
            if kept := differences(sent.splitlines(), text.splitlines()):
                found.append(
                    {"name": one["name"], "code": one["code"], "label": field.label, "lines": kept, "text": text}
                )
    return found


def differences(sent: Sequence[str], stands: Sequence[str]) -> list[tuple[str, str]]:
    """The lines that were sent and do not stand ("-"), and those that stand and were not ("+"); of very long texts
    all."""
    if len(sent) + len(stands) > COMPARED:
        return [("-", line) for line in sent] + [("+", line) for line in stands] if sent != stands else []
    found: list[tuple[str, str]] = []
    for what, a, b, c, d in SequenceMatcher(None, sent, stands, autojunk=False).get_opcodes():
        if what != "equal":
            found += [("-", line) for line in sent[a:b]] + [("+", line) for line in stands[c:d]]
    return found


def _page(
    request: HttpRequest,
    at: Editor,
    row: Article | None,
    form: forms_news.Article,
    *,
    added: forms_news.Added | None = None,
    reason: str = "",
    said: str = "",
    changes: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    now, zone = timezone.now(), at.person.zone_info
    kept = pictures.of(pictures.read(form["head"].value()))
    values: dict[str, Any] = {"row": row, "form": form, "added": added or forms_news.Added(), "zone": zone}
    values |= {"reason": reason, "said": said, "changes": changes or [], "state": state(row, now) if row else ""}
    values |= {"head": next((pictures.shown(one) for one in kept.values()), None), "journal": [], "pictures": []}
    if row is not None:
        values |= {
            "seen": articles.stamp(row),
            "when": forms_news.When(zone=zone),
            "taken_down": articles.taken_down(row),
            "pictures": article_reading.pictures_of(row),
            "written": list(article_reading.texts_of(row)),
            "journal": record.entries(journal.about("article", row.pk)[:LINES]),
        }
    return frame_site.page(request, "desk/news/article.html", at, "news", values, status=status)


@require_safe
def preview(request: HttpRequest, article: UUID, code: str) -> HttpResponse:
    """An article exactly as it will look to a visitor in this language, under a line that says so."""
    now = timezone.now()
    at = access_news.editor(request.user, now=now)
    row = access_news.article(at, article)
    row.published_at = row.published_at or now
    names = [(one, name) for one, name in settings.LANGUAGES]
    with override(code):
        values = {**article_reading.page(row, code, now=now), "row": row, "code": code, "languages": names}
        response = render(request, "desk/news/preview.html", values)
    response.headers["Content-Language"] = code
    return response


@require_POST
def publish(request: HttpRequest, article: UUID) -> HttpResponse:
    """Show it, at once or later."""
    at = access_news.editor(request.user, now=timezone.now())
    form = forms_news.When(request.POST, zone=at.person.zone_info)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for error in form.errors["publish_at"]))
        return redirect("desk_article", article=access_news.article(at, article).pk)
    when, seen = form.cleaned_data["publish_at"], request.POST.get("seen", "")
    return _act(
        request,
        article,
        "article.publish",
        lambda act, row, now: articles.publish(act=act, by=at.person, article=row, at=when, seen=seen, now=now),
        _("It shows from the date that you chose.") if when else _("It is on the site."),
        at=str(when),
        seen=seen,
    )


@require_POST
def unpublish(request: HttpRequest, article: UUID) -> HttpResponse:
    """Take it off the site; what is written stays."""
    at = access_news.editor(request.user, now=timezone.now())
    return _act(
        request,
        article,
        "article.unpublish",
        lambda act, row, now: articles.unpublish(act=act, by=at.person, article=row, now=now),
        _("It is off the site. It can be put back below, with the date that it had."),
    )


@require_POST
def put_back(request: HttpRequest, article: UUID) -> HttpResponse:
    """Undo the same."""
    at = access_news.editor(request.user, now=timezone.now())
    return _act(
        request,
        article,
        "article.put_back",
        lambda act, row, now: articles.put_back(act=act, by=at.person, article=row, now=now),
        _("It is back, with the date that it had."),
    )


@require_POST
def delete(request: HttpRequest, article: UUID) -> HttpResponse:
    """Delete a draft."""
    at = access_news.editor(request.user, now=timezone.now())
    return _act(
        request,
        article,
        "article.delete",
        lambda act, row, now: articles.delete(act=act, by=at.person, article=row, now=now),
        _("The draft is deleted."),
        gone=True,
    )


def _act(
    request: HttpRequest,
    article: UUID,
    kind: str,
    do: Callable[[acts.Act, Article, datetime], acts.Outcome],
    done: str,
    *,
    gone: bool = False,
    **payload: str,
) -> HttpResponse:
    now = timezone.now()
    row = access_news.article(access_news.editor(request.user, now=now), article)
    reply = http.perform(request, kind, {"article": str(row.pk), **payload}, now, lambda act: do(act, row, now))
    to = reverse("desk_news") if gone and reply.outcome else reverse("desk_article", args=[row.pk])
    return frame.answer(request, reply, to, done)
