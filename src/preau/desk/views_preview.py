from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from preau.content import access as content
from preau.content import compiling, kinds, media
from preau.content.models import UnitText, Version
from preau.content.outline import Outline, UnitFacts
from preau.courses.models import Track
from preau.desk import access, forms, frame, queries, words
from preau.grades import queries as grades
from preau.grades import rules


@require_safe
def first(request: HttpRequest, edition: str) -> HttpResponse:
    """The preview opens at the first unit."""
    at = access.teachers_desk(request.user, edition, now=timezone.now())
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    unit = next(outline.units(), None) if outline else None
    if unit is None:
        return frame.page(request, "desk/nothing.html", at, "preview", {})
    return redirect("desk_preview", edition=edition, language=request.LANGUAGE_CODE, unit=unit.key)


@require_safe
def preview(request: HttpRequest, edition: str, language: str, unit: str) -> HttpResponse:
    """A unit as a learner of a given track, language and date would see it. Nothing is stored."""
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    tracks = list(at.edition.tracks.order_by("position"))
    first = {
        "language": language,
        "track": tracks[0].key if tracks else "",
        "at": forms.local(now, at.edition.zone_info),
    }
    form = forms.Preview({**first, **request.GET.dict()}, zone=at.edition.zone_info, tracks=tracks, language=language)
    form.is_valid()
    chosen = form.cleaned_data
    kept = urlencode({name: request.GET[name] for name in ("track", "at") if request.GET.get(name)})
    if (wanted := chosen.get("language") or language) != language:
        response = redirect("desk_preview", edition=edition, language=wanted, unit=unit)
        response.headers["Location"] += f"?{kept}" if kept else ""
        return response
    outline, facts = content.unit_for_staff(at.edition, language, unit)
    moment = chosen.get("at") or now
    track = next((one for one in tracks if one.key == chosen.get("track")), None)
    seen = as_learner(request, outline, facts, moment, track) if not form.errors else {"released": False}
    values = {"form": form, "outline": outline, "unit": facts, "moment": moment, "kept": kept, "track": track, **seen}
    return frame.page(request, "desk/preview.html", at, "preview", values, status=422 if form.errors else 200)


def as_learner(
    request: HttpRequest, outline: Outline, unit: UnitFacts, at: datetime, track: Track | None
) -> Mapping[str, Any]:
    """What the page of this unit holds at that moment; nothing of it before its release."""
    released = at >= max(unit.opens, outline.opens_at)
    before, after = outline.neighbours(unit)
    common = {
        "released": released,
        "opens": max(unit.opens, outline.opens_at),
        "over": unit.closes is not None and at > unit.closes,
        "late": unit.due is not None and at > unit.due,
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
