from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from preau.common.languages import known
from preau.content import access as content
from preau.content import compiling, kinds, media
from preau.content.models import UnitText, Version
from preau.content.outline import Outline, UnitFacts
from preau.courses import rules as dates
from preau.courses.models import Enrolment, Extension, Track
from preau.desk import access, forms, frame, queries, words
from preau.grades import queries as grades
from preau.grades import rules


@require_safe
def first(request: HttpRequest, edition: str) -> HttpResponse:
    """The preview opens at the first unit; as a learner (`?learner=`), in their language."""
    at = access.teachers_desk(request.user, edition, now=timezone.now())
    someone = _learner(request, at)
    language = known(someone.person.language) if someone else request.LANGUAGE_CODE
    outline = queries.outline_of(at.edition, language)
    unit = next(outline.units(), None) if outline else None
    if unit is None:
        return frame.page(request, "desk/nothing.html", at, "preview", {})
    query = {"learner": someone.pk} if someone else None
    return redirect(reverse("desk_preview", args=[edition, language, unit.key], query=query))


def _learner(request: HttpRequest, at: access.Desk) -> Enrolment | None:
    """The learner as whom one looks, if the address names one; 404 for one of another edition."""
    if not (asked := request.GET.get("learner")):
        return None
    try:
        return access.learner(at, UUID(asked))
    except ValueError as error:
        raise Http404 from error


@require_safe
def preview(request: HttpRequest, edition: str, language: str, unit: str) -> HttpResponse:
    """A unit as a learner of a given track, language and date, or a given learner, would see it. Nothing is stored."""
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    someone = _learner(request, at)
    tracks = list(at.edition.tracks.order_by("position"))
    form = _form(request, at, tracks, someone, language, now)
    form.is_valid()
    chosen = form.cleaned_data
    kept = urlencode({name: request.GET[name] for name in ("learner", "track", "at") if request.GET.get(name)})
    if (wanted := chosen.get("language") or language) != language:
        response = redirect("desk_preview", edition=edition, language=wanted, unit=unit)
        response.headers["Location"] += f"?{kept}" if kept else ""
        return response
    outline, facts = content.unit_for_staff(at.edition, language, unit)
    moment = chosen.get("at") or now
    track = next((one for one in tracks if one.key == chosen.get("track")), None)
    until = _extended(someone, unit)
    seen = as_learner(request, outline, facts, moment, track, until) if not form.errors else {"released": False}
    values = {"form": form, "outline": outline, "unit": facts, "moment": moment, "kept": kept, "track": track, **seen}
    values |= {"someone": someone, "until": until}
    return frame.page(request, "desk/preview.html", at, "preview", values, status=422 if form.errors else 200)


def _form(
    request: HttpRequest,
    at: access.Desk,
    tracks: list[Track],
    someone: Enrolment | None,
    language: str,
    now: datetime,
) -> forms.Preview:
    """As asked for, else the learner's own track, else the first."""
    own = someone.track.key if someone else tracks[0].key if tracks else ""
    first = {"language": language, "track": own, "at": forms.local(now, at.edition.zone_info)}
    return forms.Preview({**first, **request.GET.dict()}, zone=at.edition.zone_info, tracks=tracks, language=language)


def _extended(someone: Enrolment | None, unit: str) -> datetime | None:
    """Until when this learner has an extension for a unit."""
    rows = Extension.objects.filter(enrolment=someone, key=unit) if someone else Extension.objects.none()
    return rows.values_list("until", flat=True).first()


def as_learner(
    request: HttpRequest, outline: Outline, unit: UnitFacts, at: datetime, track: Track | None, until: datetime | None
) -> Mapping[str, Any]:
    """What the page of this unit holds at that moment for somebody who has until `until`; nothing of it before its
    release."""
    due = dates.deadline(unit.due, [until] if until else [])
    closes = dates.last_moment(unit.kind, due)
    released = at >= max(unit.opens, outline.opens_at)
    before, after = outline.neighbours(unit)
    common = {
        "released": released,
        "opens": max(unit.opens, outline.opens_at),
        "over": closes is not None and at > closes,
        "late": due is not None and at > due,
        "before": before,
        "after": after,
        "counts": counts(outline, unit, track, at) if track else [],
    }
    if not released:
        return common
    version = Version.objects.get(pk=outline.version_id)
    text = UnitText.objects.filter(version=version, unit_id=unit.id, language=unit.language).first()
    if text is None:
        raise Http404
    kind = kinds.get(unit.kind)
    with translation.override(outline.language):
        return {
            **common,
            "body": compiling.body(text, media.addresses(version)).html,
            "terms": kind.page(unit, outline) if kind else "",
            "activity": kind.preview(request, unit, outline, at) if kind else "",
        }


def counts(outline: Outline, unit: UnitFacts, track: Track, at: datetime) -> list[str]:
    """The conditions of a track that this unit, or its module, counts for."""
    modules, units = grades.facts(outline)
    rule = grades.rules_of([*outline_tracks(track)])[track.key]
    standing = rules.standing(rule, modules, units, [], now=at)
    graded = any(one.key == unit.key and one.weight > 0 for one in units)
    return [
        words.need(one.need, outline)
        for one in standing.needs
        if graded and any(part.key in {unit.key, unit.module} for part in one.parts)
    ]


def outline_tracks(track: Track) -> list[Track]:
    """Every track of this one's edition: a rule may extend another."""
    return list(track.edition.tracks.order_by("position"))
