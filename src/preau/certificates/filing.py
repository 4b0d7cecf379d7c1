"""The files of a deliberation: the minutes to be signed, and those that came back signed."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from preau.audit.http import Refused
from preau.certificates import minutes, profiles, words
from preau.certificates.models import Candidate, Decision, Deliberation
from preau.courses.models import Track, text_in

LARGEST = 20_000_000  # bytes


def keep(deliberation: Deliberation, signed: bytes) -> tuple[str, str]:
    """Store the signed minutes; their name and SHA-256. Refuses what is no PDF, cut, or over 20 MB."""
    if len(signed) > LARGEST:
        raise Refused(_("This file is over 20 MB: scan the minutes in black and white, or in a lower resolution."))
    if not signed.startswith(b"%PDF-") or b"%%EOF" not in signed[-2048:]:
        raise Refused(_("This is not a whole PDF: scan the signed minutes to PDF and choose that file."))
    return _store(deliberation, "signed", signed)


def _store(deliberation: Deliberation, what: str, content: bytes) -> tuple[str, str]:
    digest = hashlib.sha256(content).hexdigest()
    name = f"minutes/{deliberation.pk}-{what}-{digest[:12]}.pdf"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    return name, digest


def read(name: str) -> bytes:
    """A file of a deliberation, by the name that its row has."""
    with default_storage.open(name) as kept:
        content: bytes = kept.read()
    return content


def print_minutes(deliberation_id: UUID) -> bool:
    """Print the minutes of a deliberation that is closed; false where there is nothing to print."""
    with transaction.atomic():
        rows = Deliberation.objects.select_for_update(of=("self",)).select_related("edition__course", "rectifies")
        row = rows.get(pk=deliberation_id)
        if row.closed_at is None or row.minutes or row.filed_at:
            return False
        language: minutes.Language = "en" if row.edition.course.languages[0] == "en" else "fr"
        with translation.override(language):
            content = minutes.pdf(values(row, language), language)
        row.minutes, row.minutes_digest = _store(row, "minutes", content)
        row.save(update_fields=["minutes", "minutes_digest"])
    return True


def values(row: Deliberation, language: str) -> minutes.Values:
    """What the minutes say: four queries. The deliberation is frozen and has its day."""
    edition = row.edition
    assert row.frozen_at is not None
    assert row.held_on is not None
    former = row.rectifies
    filed = former.filed_at.astimezone(edition.zone_info).date() if former and former.filed_at else None
    return minutes.Values(
        school=profiles.awarding_body(edition, language),
        course=edition.course.title(language),
        edition=_("edition %(number)s") % {"number": edition.number},
        number=row.number,
        title=row.title,
        president=row.president,
        members=tuple(row.members),
        held_on=row.held_on,
        frozen_at=row.frozen_at.astimezone(edition.zone_info),
        recourse=text_in(row.recourse, language),
        parts=_parts(row, language),
        rectifies=(former.number, filed) if former and filed else None,
    )


def _parts(row: Deliberation, language: str) -> tuple[minutes.Part, ...]:
    by: dict[Track | None, list[minutes.Line]] = defaultdict(list)
    for candidate, decision in standing(row):
        by[candidate.track].append(_line(candidate, decision, language))
    tracks = [track for track in row.edition.tracks.order_by("position") if track in by]
    found = [minutes.Part(track.title(language), words.counted(track.credits), tuple(by[track])) for track in tracks]
    if None in by:
        text = profiles.module_text(row.edition, row.module)
        title = text_in(text.titles, language) if text else row.module
        found.append(minutes.Part(title or row.module, "", tuple(by[None])))
    return tuple(found)


def _line(candidate: Candidate, decision: Decision, language: str) -> minutes.Line:
    person = candidate.enrolment.person
    return minutes.Line(
        name=person.name or person.email,
        id=short(candidate.enrolment_id),
        proposed=candidate.proposal,
        verdict=decision.verdict,
        reason=decision.reason,
        track=decision.track.title(language) if decision.track else "",
    )


def short(enrolment_id: UUID) -> str:
    """The number of an enrolment that people read aloud: its last eight digits, random in a UUIDv7."""
    return enrolment_id.hex[-8:]


def standing(row: Deliberation) -> list[tuple[Candidate, Decision]]:
    """Every candidate with the decision that stands, by name: two queries."""
    decisions: Mapping[Any, Decision] = {
        one.candidate_id: one
        for one in Decision.objects.filter(candidate__deliberation=row, replaced_by=None).select_related("track", "by")
    }
    rows = row.candidates.select_related("enrolment__person", "track")
    return [
        (one, decisions[one.pk])
        for one in rows.order_by("enrolment__person__name", "enrolment__person__email", "pk")
        if one.pk in decisions
    ]


def astray(waiting_since: datetime) -> tuple[list[str], int, int]:
    """What no constraint can refuse of juries: files that a row names and the storage lost, candidates of filed minutes
    without a decision, and those whose decision has waited to be given and told since then."""
    named = Deliberation.objects.order_by("pk").values_list("minutes", "signed")
    lost = [name for pair in named for name in pair if name and not default_storage.exists(name)]
    filed = Candidate.objects.filter(deliberation__filed_at__isnull=False)
    late = filed.filter(served_at=None, deliberation__filed_at__lt=waiting_since, decisions__isnull=False)
    return lost, filed.filter(decisions=None).count(), late.distinct().count()
