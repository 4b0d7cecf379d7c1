"""What a certificate says about its course, from the `certificate:` of its course.yaml: Annex I's elements by track."""

from collections.abc import Mapping
from typing import Any

from preau.certificates import credential
from preau.courses.models import Edition, Track, text_in


def profile(edition: Edition, track: Track, language: str) -> credential.Profile:
    """The transparency elements of a track; fields that the course leaves out are empty, and then block the issue."""
    about: Mapping[str, Any] = edition.course.about
    said: Mapping[str, Any] = about.get("certificate") or {}
    outcomes = about.get("outcomes") or []
    if isinstance(outcomes, Mapping):
        outcomes = outcomes.get(language) or next(iter(outcomes.values()), [])
    hours = said.get("workload_hours") or 0
    return credential.Profile(
        title=edition.course.title(language),
        country=str(said.get("country") or ""),
        awarding_body=text_in(said.get("awarding_body"), language),
        learning_outcomes=tuple(str(outcome) for outcome in outcomes) or (text_in(about.get("description"), language),),
        workload_hours=hours.get(track.key, 0) if isinstance(hours, Mapping) else hours,
        level=int(said["level"]) if said.get("level") else None,
        assessment_type=text_in(said.get("assessment"), language),
        participation=text_in(said.get("participation"), language),
        quality_assurance=text_in(said.get("quality_assurance"), language),
        supervision=text_in(said.get("supervision"), language),
        identity_checked=said.get("identity_checked"),
    )


def achievement(edition: Edition, track: Track, language: str, site_url: str) -> credential.Achievement:
    """The achievement of a track, at the address of its course's page."""
    return credential.Achievement(
        address=f"{site_url}/{language}/courses/{edition.course.slug}/#{track.key}",
        description=text_in(edition.course.about.get("description"), language) or edition.course.title(language),
        criteria="; ".join(str(need) for need in _needs(edition, track)),
        credits=track.credits,
        profile=profile(edition, track, language),
        language=language,
        code=f"{edition.course.slug}/{track.key}",
    )


def _needs(edition: Edition, track: Track) -> list[str]:
    needs = [_need(need) for need in track.rule.get("needs", [])]
    if base := edition.tracks.filter(key=track.rule.get("extends")).first():
        return [*_needs(edition, base), *needs]
    return needs


def _need(need: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in need.items())
