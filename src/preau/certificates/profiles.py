"""What a certificate says about its course, from the `certificate:` of its course.yaml: Annex I's elements by track, or
by module for an attestation."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Case, When
from django.utils import translation

from preau.certificates import credential, rules, words
from preau.certificates.models import Award
from preau.content.models import ModuleText, Printing, UnitText
from preau.courses.models import Edition, Track, text_in
from preau.grades import queries as ledger
from preau.grades.templatetags.needs import asked


def profile(edition: Edition, track: Track, language: str) -> credential.Profile:
    """The transparency elements of a track; fields that the course leaves out are empty, and then block the issue."""
    about: Mapping[str, Any] = edition.course.about
    outcomes = about.get("outcomes") or []
    if isinstance(outcomes, Mapping):
        outcomes = outcomes.get(language) or next(iter(outcomes.values()), [])
    said = (about.get("certificate") or {}).get("workload_hours") or 0
    return _profile(
        edition,
        language,
        edition.course.title(language),
        tuple(str(outcome) for outcome in outcomes) or (text_in(about.get("description"), language),),
        _number(said.get(track.key) if isinstance(said, Mapping) else said),
    )


def _number(said: object) -> credential.Number:
    """A number as course.yaml has it; what is none counts as unsaid, so that it blocks the issue."""
    try:
        found = float(str(said))
    except ValueError:
        return 0
    return said if isinstance(said, int) and not isinstance(said, bool) else found if math.isfinite(found) else 0


def _level(said: object) -> int | None:
    """A level of the European Qualifications Framework; None where the course says that none applies, by saying
    nothing; 0, which blocks the issue, for what is no level."""
    if said in (None, ""):
        return None
    return int(str(said)) if str(said) in "12345678" else 0


def _profile(
    edition: Edition, language: str, title: str, outcomes: tuple[str, ...], hours: credential.Number
) -> credential.Profile:
    said: Mapping[str, Any] = edition.course.about.get("certificate") or {}
    return credential.Profile(
        title=title,
        country=str(said.get("country") or "").strip().upper(),
        awarding_body=awarding_body(edition, language),
        learning_outcomes=outcomes,
        workload_hours=hours,
        level=_level(said.get("level")),
        assessment_type=text_in(said.get("assessment"), language),
        participation=text_in(said.get("participation"), language),
        quality_assurance=text_in(said.get("quality_assurance"), language),
        supervision=text_in(said.get("supervision"), language),
        identity_checked=said.get("identity_checked"),
    )


def awarding_body(edition: Edition, language: str) -> str:
    """Who gives the certificate."""
    return text_in((edition.course.about.get("certificate") or {}).get("awarding_body"), language)


def module_text(edition: Edition, key: str) -> ModuleText | None:
    """A module as the edition shows it, else as its course last had it: what was given for it must go on being told."""
    shown = Printing.objects.filter(edition=edition, current=True).values("version")
    rows = ModuleText.objects.filter(module__key=key, version__course=edition.course_id)
    here = Case(When(version__in=shown, then=0), default=1)
    return rows.select_related("module", "version").order_by(here, "-version__number").first()


def of_modules(edition: Edition, keys: Iterable[str], language: str) -> dict[str, credential.Profile]:
    """The same of several modules as an edition shows them, by key: two queries."""
    shown = Printing.objects.filter(edition=edition, current=True).values("version")
    rows = ModuleText.objects.filter(version__in=shown, module__key__in=list(keys)).select_related("module", "version")
    found = list(rows.order_by("position"))
    spent = _minutes(found)
    return {row.module.key: _of_module(edition, row, language, spent[row.pk]) for row in found}


def of_module(edition: Edition, module: ModuleText, language: str) -> credential.Profile:
    """The same elements of a module: its own title, outcomes and workload, else as its course says."""
    return _of_module(edition, module, language, _minutes([module])[module.pk])


def _of_module(edition: Edition, module: ModuleText, language: str, minutes: float) -> credential.Profile:
    title = text_in(module.titles, language) or module.module.key
    outcome = text_in(module.meta.get("description"), language) or title
    return _profile(edition, language, title, (outcome,), hours(minutes))


def hours(minutes: float) -> float:
    """Minutes of work in hours and halves, never less than they are."""
    return math.ceil(minutes / 30) / 2


def _minutes(modules: Sequence[ModuleText]) -> dict[UUID, float]:
    """What each module says that it takes, else the sum of its units, in the source language."""
    asked = [one for one in modules if not _stated(one)]
    rows = UnitText.objects.filter(version__in={one.version_id for one in asked})
    rows = rows.filter(module__in=[one.module_id for one in asked]) if asked else rows.none()
    spent: dict[tuple[UUID, UUID, str], float] = defaultdict(float)
    for version, module, language, meta in rows.order_by().values_list("version", "module", "language", "meta"):
        minutes = meta.get("minutes") or 0
        spent[version, module, language] += minutes if isinstance(minutes, int | float) else 0
    return {
        one.pk: _stated(one) or spent[one.version_id, one.module_id, one.version.meta["languages"][0]]
        for one in modules
    }


def _stated(module: ModuleText) -> float:
    stated = module.meta.get("minutes")
    return float(stated) if isinstance(stated, int | float) and stated > 0 else 0.0


def achievement(award: Award, language: str, site_url: str) -> credential.Achievement:
    """The achievement of an award, at the address of its course's page."""
    with translation.override(language):
        return (_of_track if award.track else _of_attested)(award, language, site_url)


def _of_track(award: Award, language: str, site_url: str) -> credential.Achievement:
    edition, track = award.enrolment.edition, award.track
    assert track is not None
    about = profile(edition, track, language)
    return credential.Achievement(
        address=_address(edition, track.key, language, site_url),
        description=_description(edition, language),
        criteria="; ".join(_needs(edition, track)),
        credits=award.worth,
        profile=replace(about, stackability=words.credits(award)) if rules.before(award.ladder) else about,
        language=language,
        code=f"{edition.course.slug}/{track.key}",
    )


def _of_attested(award: Award, language: str, site_url: str) -> credential.Achievement:
    edition = award.enrolment.edition
    text = module_text(edition, award.module)
    assert text is not None
    about = replace(of_module(edition, text, language), title=award.title(language))
    return credential.Achievement(
        address=_address(edition, award.module, language, site_url),
        description=words.module_of(award.title(language), edition.course.title(language)),
        criteria=words.module_criteria(text.passing),
        credits=None,
        profile=about,
        language=language,
        code=f"{edition.course.slug}/{award.module}",
        kind="CertificateOfCompletion",
        name=words.attestation_of(award.title(language), edition.course.title(language)),
    )


def _address(edition: Edition, key: str, language: str, site_url: str) -> str:
    return f"{site_url}/{language}/courses/{edition.course.slug}/#{key}"


def _description(edition: Edition, language: str) -> str:
    return text_in(edition.course.about.get("description"), language) or edition.course.title(language)


def _needs(edition: Edition, track: Track) -> list[str]:
    """What the track asks, in words."""
    rules = ledger.rules_of(list(edition.tracks.order_by("position")))
    return [asked(need) for need in rules[track.key].needs]
