"""Certificates as unsigned European Digital Credentials, for the school's seal: one, or many as a ZIP."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from uuid import UUID

import segno
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from preau.certificates import claiming, elm, profiles, registers
from preau.certificates.models import Award

LEFT_OUT = "not-in-this-file.txt"

type Words = Callable[[Award, str], elm.Said]


def able(award: Award) -> bool:
    """Can a credential be made of it? It is signed and in force."""
    return hasattr(award, "credential") and registers.state(award) == "in_force"


def document(award: Award, words: Words | None = None) -> str:
    """The file of one certificate. Refuses (elm.Unfit) one that does not say enough. `words` as `reader` gives, where
    many are made."""
    badge, claim, said = award.credential.document, claiming.latest(award), words or reader()
    own = elm.said_in(badge)[0]
    also = {code: said(award, code) for code in elm.LANGUAGES if code != own}
    civil = None
    if claim is not None and claim.state == registers.ACCEPTED and claim.born_on is not None:
        civil = elm.Register(
            claim.birth_name,
            claim.given_names,
            claim.born_on,
            claim.birth_place,
            claim.birth_country,
            claim.student_number,
        )
    made = elm.uploadable(elm.build(badge, also, civil, _picture(award)))
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _picture(award: Award) -> bytes:
    """The QR that leads to the certificate's page."""
    target = io.BytesIO()
    segno.make(f"{settings.SITE_URL}/verify/{award.code}", error="m", micro=False).save(target, kind="png", scale=6)
    return target.getvalue()


def reader() -> Words:
    """What certificates say in a language by today's course, read once for each track or module of an edition."""
    kept: dict[tuple[UUID, UUID | None, str, str], elm.Said] = {}

    def words(award: Award, language: str) -> elm.Said:
        key = (award.enrolment.edition_id, award.track_id, award.module, language)
        if key not in kept:
            kept[key] = _said(award, language)
        return kept[key]

    return words


def _said(award: Award, language: str) -> elm.Said:
    about = profiles.achievement(award, language, settings.SITE_URL)
    profile = about.profile
    return elm.Said(
        title=profile.title,
        track=award.title(language) if award.track else "",
        description=about.description,
        criteria=about.criteria,
        outcomes=profile.learning_outcomes,
        assessment=profile.assessment_type,
        participation=profile.participation,
        quality_assurance=profile.quality_assurance,
        awarding_body=profile.awarding_body,
        supervision=profile.supervision,
        prerequisites=profile.prerequisites,
    )


class _Sink(io.RawIOBase):
    """What a ZIP is written to, emptied as it goes: nothing waits for its end."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self.waiting.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        """What was written since the last time."""
        piece, self.waiting = b"".join(self.waiting), []
        return piece


def archive(rows: QuerySet[Award]) -> Iterator[bytes]:
    """Those of these awards that are in force and signed, as a ZIP, piece by piece; a text in it names those of which
    no credential can be made, and why."""
    return _pieces(rows, _("Of these certificates no credential can be made:"))


def _pieces(rows: QuerySet[Award], said: str) -> Iterator[bytes]:
    sink, words, left = _Sink(), reader(), []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as opened:
        in_force = rows.filter(registers.IN_FORCE, credential__isnull=False)
        for line in registers.lines(in_force, "", {}, documents=True):
            try:
                opened.writestr(f"{line.award.code}.elm.json", document(line.award, words))
            except elm.Unfit as reason:
                left.append(f"{line.award.code}: {reason}\n")
            yield sink.taken()
        if left:
            opened.writestr(LEFT_OUT, f"{said}\n" + "".join(left))
    yield sink.taken()
