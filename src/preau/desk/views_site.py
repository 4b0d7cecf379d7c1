"""The desk's pages about the whole public site: its banner and partners, what learners say, how often it is read."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from preau.audit import http
from preau.audit.http import Refused
from preau.desk import access_news, forms_site, frame, frame_site
from preau.news import audience, banners, partners, pictures, voices
from preau.news.models import Partner, Testimonial


@require_safe
def site(request: HttpRequest) -> HttpResponse:
    """The banner that shows or will, and who takes part in which course."""
    at = access_news.site_editor(request.user, now=timezone.now())
    return _site(request, at)


def _site(
    request: HttpRequest, at: access_news.Editor, *, reason: str = "", status: int = 200, **given: Any
) -> HttpResponse:
    now, zone = timezone.now(), at.person.zone_info
    current = banners.current(now)
    values = {
        "banner_row": current,
        "zone": zone,
        "banner_form": forms_site.Banner(
            zone=zone, initial=forms_site.first_banner(current, zone), auto_id="banner_%s"
        ),
        "partner_form": forms_site.Partner(auto_id="partner_%s"),
        "rows": Partner.objects.select_related("institution", "course", "logo").order_by(
            "course__slug", "part", "position"
        ),
        "reason": reason,
        **given,
    }
    return frame_site.page(request, "desk/site.html", at, "site", values, status=status)


@require_POST
def put_up(request: HttpRequest) -> HttpResponse:
    """A banner takes the place of the one before."""
    now = timezone.now()
    at = access_news.site_editor(request.user, now=now)
    form = forms_site.Banner(request.POST, zone=at.person.zone_info, auto_id="banner_%s")
    if not form.is_valid():
        return _site(request, at, status=422, banner_form=form)
    words = form.words()
    payload = {
        **vars(words),
        "texts": dict(words.texts),
        "starts_at": str(words.starts_at),
        "ends_at": str(words.ends_at),
    }
    reply = http.perform(
        request, "banner.put_up", payload, now, lambda act: banners.put_up(act=act, words=words, by=at.person, now=now)
    )
    if reply.outcome is None and not http.wants_json(request):
        return _site(request, at, status=reply.status, reason=reply.reason, banner_form=form)
    return frame.answer(request, reply, "desk_site", _("The banner is up."))


@require_POST
def take_down(request: HttpRequest) -> HttpResponse:
    """No banner."""
    now = timezone.now()
    at = access_news.site_editor(request.user, now=now)
    reply = http.perform(
        request, "banner.take_down", {}, now, lambda act: banners.take_down(act=act, by=at.person, now=now)
    )
    return frame.answer(request, reply, "desk_site", _("The banner is down."))


@require_POST
def add_partner(request: HttpRequest) -> HttpResponse:
    """An institution takes part in a course."""
    now = timezone.now()
    at = access_news.site_editor(request.user, now=now)
    form = forms_site.Partner(request.POST, request.FILES, auto_id="partner_%s")
    if not form.is_valid():
        return _site(request, at, status=422, partner_form=form)
    course, wish, given = form.cleaned_data["course"], form.wish(), form.cleaned_data["logo"]
    try:
        logo = pictures.keep(given.read(), by=at.person, now=now) if given else None
    except Refused as error:
        return _site(request, at, status=422, reason=error.reason, partner_form=form)
    whole = partners.Wish(**{**vars(wish), "logo": logo.pk if logo else None})
    reply = http.perform(
        request,
        "partner.add",
        {"course": course.slug, **whole.data()},
        now,
        lambda act: partners.add(act=act, course=course, wish=whole, by=at.person, now=now),
    )
    return frame.answer(request, reply, "desk_site", _("It is on the page of the course and on that of the partners."))


@require_POST
def remove_partner(request: HttpRequest, partner: UUID) -> HttpResponse:
    """It takes part no more."""
    now = timezone.now()
    at = access_news.site_editor(request.user, now=now)
    row = access_news.partner(at, partner)
    reply = http.perform(
        request,
        "partner.remove",
        {"partner": str(row.pk)},
        now,
        lambda act: partners.remove(act=act, row=row, by=at.person, now=now),
    )
    return frame.answer(request, reply, "desk_site", _("It is named no more."))


@require_safe
def said(request: HttpRequest) -> HttpResponse:
    """What learners say of the courses that one writes for: what waits first."""
    at = access_news.editor(request.user, now=timezone.now())
    rows = Testimonial.objects.filter(withdrawn_at=None).select_related("course").order_by("-given_at")
    mine = rows if at.administers else rows.filter(course__in=at.courses)
    values = {"waiting": mine.filter(shown_at=None)[:100], "shown": mine.filter(shown_at__isnull=False)[:100]}
    return frame_site.page(request, "desk/voices.html", at, "voices", values)


@require_POST
def show(request: HttpRequest, voice: UUID) -> HttpResponse:
    """Take it up, or no longer."""
    now = timezone.now()
    at = access_news.editor(request.user, now=now)
    row = access_news.voice(at, voice)
    shown = request.POST.get("do") == "show"
    reply = http.perform(
        request,
        "voice.show",
        {"testimonial": str(row.pk), "shown": shown},
        now,
        lambda act: voices.show(act=act, row=row, shown=shown, by=at.person, now=now),
    )
    done = _("It is on the page of the course.") if shown else _("It shows no more.")
    return frame.answer(request, reply, "desk_voices", done)


@require_safe
def read(request: HttpRequest) -> HttpResponse:
    """How often public pages were asked for: counted here, without a cookie."""
    at = access_news.site_editor(request.user, now=timezone.now())
    return frame_site.page(request, "desk/audience.html", at, "audience", dict(audience.report(now=timezone.now())))
