"""The facts that the checklist wants of an edition: a constant number of queries, texts read once."""

import posixpath
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q

from preau.certificates import profiles
from preau.content import compiling, kinds, markup, media, players
from preau.content.models import Printing, UnitText, Version
from preau.content.outline import UnitFacts
from preau.content.players import Player
from preau.courses.models import Edition, Role, SafetyContact, Volunteer
from preau.desk import feasts, queries
from preau.desk.checklist import Assessed, Dated, Facts, Text
from preau.grades import queries as grades
from preau.grades import rules
from preau.peer import assignments
from preau.quizzes.models import QuestionSpec
from preau.quizzes.questions import from_data
from preau.support.models import SavedReply


def facts(edition: Edition, language: str, *, now: datetime) -> Facts:
    """Everything that the checks read."""
    printing = Printing.objects.filter(edition=edition, current=True).select_related("version").first()
    version = printing.version if printing else None
    return Facts(
        slug=edition.slug,
        now=now,
        enrols_at=edition.enrols_at,
        opens_at=edition.opens_at,
        enrolment_closes_at=edition.enrolment_closes_at,
        closes_at=edition.closes_at,
        printed=version is not None,
        languages=tuple(version.meta["languages"]) if version else (),
        texts=_texts(version) if version else (),
        units=_units(edition, language),
        silent=_silent(version) if version else (),
        speaking=_speaking(edition),
        staff=_staff(edition, now),
        safety_contact=SafetyContact.objects.filter(edition=edition).exists(),
        saved_replies=SavedReply.objects.filter(course=edition.course_id).count(),
        sender=settings.DEFAULT_FROM_EMAIL,
        mail_server="filebased" not in settings.MAILERS["default"]["BACKEND"],
        papers=[
            (track.title(language), profiles.profile(edition, track, language).missing())
            for track in edition.tracks.order_by("position")
        ],
        assessed=_assessed(edition, language),
        after_jury=_after_jury(edition, language),
        feasts=[one.said for one in feasts.of_edition(edition, queries.outline_of(edition, language))],
    )


def _after_jury(edition: Edition, language: str) -> list[tuple[str, tuple[str, ...]]]:
    """By track, the graded units that it reckons with and that end after its jury decides."""
    outline = queries.outline_of(edition, language)
    if outline is None or not outline.juries:
        return []
    modules, units = grades.facts(outline)
    found = []
    for key, rule in grades.rules_of(edition.tracks.order_by("position")).items():
        jury = outline.juries.get(key)
        asked = [outline.by_key[unit.key] for unit in rules.reckoned(rule, modules, units)] if jury else []
        late = tuple(unit.title for unit in asked if (last := _last(unit)) and jury and last > jury)
        if late:
            found.append((outline.tracks.get(key, key), late))
    return found


def _last(unit: UnitFacts) -> datetime | None:
    """When the last result of a unit is known."""
    return max((at for at in (unit.closes, unit.reviews_due, unit.results) if at), default=None)


def _assessed(edition: Edition, language: str) -> list[Assessed]:
    outline = queries.outline_of(edition, language)
    units = [assignments.of(outline, unit) for unit in outline.units()] if outline else []
    return [
        Assessed(
            one.unit.key,
            one.unit.title,
            one.calendar.reviews_due,
            one.calendar.results,
            len(one.terms.exemplars),
            any(criterion.comment == "required" for criterion in one.rubric.criteria),
        )
        for one in units
        if one is not None
    ]


def _texts(version: Version) -> list[Text]:
    files = media.addresses(version)
    films = compiling.captioned(players.of(version))
    rows = UnitText.objects.filter(version=version).select_related("unit").order_by("position", "language")
    return [_text(row, files, films) for row in rows]


def _text(row: UnitText, files: Mapping[str, str], films: Mapping[str, Player]) -> Text:
    dead = [
        one.target
        for one in markup.outline(row.body).references
        if not one.target.startswith("data:") and compiling.resolve(row.file, _bare(one.target), files) is None
    ]
    said = str(row.meta.get("video") or "")
    elsewhere = said.startswith(("http://", "https://"))
    video = posixpath.normpath(posixpath.join(posixpath.dirname(row.file), said)) if said and not elsewhere else ""
    return Text(
        row.unit.key,
        row.title,
        row.language,
        tuple(dict.fromkeys(dead)),
        video,
        frozenset(one.language for one in films[video].captions) if video in films else frozenset(),
        frozenset(one.language for one in films[video].captions if one.automatic) if video in films else frozenset(),
        elsewhere,
    )


def _bare(target: str) -> str:
    return target if "://" in target else target.partition("?")[0].partition("#")[0] or target


def _units(edition: Edition, language: str) -> list[Dated]:
    outline = queries.outline_of(edition, language)
    if outline is None:
        return []
    return [Dated(unit.key, unit.title, unit.opens, unit.due, _counts(unit)) for unit in outline.units()]


def _counts(unit: UnitFacts) -> bool:
    kind = kinds.get(unit.kind)
    return kind is not None and kind.graded(unit.meta)


def _silent(version: Version) -> list[tuple[str, int]]:
    """Units with questions that give no explanation, in the source language, with how many."""
    source = version.meta["languages"][0]
    rows = QuestionSpec.objects.filter(version=version, language=source).select_related("question__unit")
    titles = dict(UnitText.objects.filter(version=version, language=source).values_list("unit_id", "title"))
    counted: dict[str, int] = {}
    for row in rows.order_by("position"):
        if row.data.get("type") not in {"description", "essay"} and not _explains(row.data):
            title = titles.get(row.question.unit_id, row.question.unit.key)
            counted[title] = counted.get(title, 0) + 1
    return sorted(counted.items())


def _explains(data: Mapping[str, Any]) -> bool:
    """Is there a word of feedback, for the whole question or for one of its answers?"""
    question = from_data(data)
    texts = [question.general, question.wrong, question.if_true, question.if_false]
    texts += [choice.feedback for choice in question.choices] + [short.feedback for short in question.shorts]
    texts += [number.feedback for number in question.numbers] + [pair.feedback for pair in question.pairs]
    return any(text.text for text in texts)


def _speaking(edition: Edition) -> frozenset[str]:
    rows = Volunteer.objects.filter(edition=edition, state=Volunteer.State.APPROVED)
    return frozenset(code for spoken in rows.values_list("languages", flat=True) for code in spoken)


def _staff(edition: Edition, now: datetime) -> frozenset[str]:
    here = Q(edition=edition) | Q(course=edition.course_id)
    live = Q(expires_at=None) | Q(expires_at__gt=now)
    return frozenset(Role.objects.filter(here, live).order_by().values_list("kind", flat=True).distinct())
