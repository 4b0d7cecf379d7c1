"""Giving somebody a certificate or an attestation: what it is derived from, what they hold already, the row."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.certificates import credential, profiles, queries, rules
from preau.certificates.models import Award, Decision, stored
from preau.content import outline as outlines
from preau.courses.models import Edition, Enrolment, Track
from preau.grades import queries as ledger

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read for another


@dataclass(frozen=True)
class Giving:
    """What is given in one decision, by whom (a person's id), and what it is derived from: the certificate of a
    `track`, whose `line` says what it is worth, or the attestation of a `module`."""

    edition: Edition
    outline: outlines.Outline
    titles: Mapping[str, str] | str
    by: UUID
    now: datetime
    track: Track | None = None
    line: rules.Line = ()
    module: str = ""


def hold(enrolments: Sequence[UUID], edition: Edition) -> queries.Holdings:
    """What the people of these enrolments hold of the course. Locks them, always in the same order, until the end of
    the transaction: two decisions at once, in two editions, cannot both bring them the same credit."""
    people = Person.objects.filter(pk__in=Enrolment.objects.filter(pk__in=enrolments).values("person"))
    held = list(people.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    return queries.holdings(held, edition.course_id)


def of_track(edition: Edition, track: Track, by: UUID, now: datetime) -> Giving:
    """What a decision about a track is derived from. Refuses while the certificate could not say what it must."""
    language = edition.course.languages[0]
    _check(profiles.profile(edition, track, language))
    line = queries.lines(list(edition.tracks.order_by("position")))[track.key]
    outline = outlines.of_edition(edition, language)
    return Giving(edition, outline, track.titles or track.key, by, now, track=track, line=line)


def of_module(edition: Edition, module: str, by: UUID, now: datetime) -> Giving:
    """The same of a module. Refuses one that gives no attestation."""
    language = edition.course.languages[0]
    outline = outlines.of_edition(edition, language)
    attests = any(one.key == module for one in queries.attesting(outline))
    text = profiles.module_text(edition, module) if attests else None
    if text is None:
        raise Refused(_("This module gives no statement of achievement."))
    _check(profiles.of_module(edition, text, language))
    return Giving(edition, outline, text.titles or module, by, now, module=module)


def _check(profile: credential.Profile) -> None:
    if missing := profile.missing():
        raise Refused(
            _("The course does not say yet, for its certificate: {fields}.").format(fields=", ".join(missing))
        )


def give(enrolment: Enrolment, terms: Giving, steps: rules.Steps, decision: Decision | None = None) -> Award:
    """Write the award of these steps, with the figures of the rule now or, of a jury's `decision`, as it saw them."""
    award = Award.objects.create(
        enrolment=enrolment,
        track=terms.track,
        module=terms.module,
        titles=terms.titles,
        credits=rules.brings(steps),
        steps=stored(steps),
        code=new_code(),
        numbers=decision.candidate.numbers if decision else _numbers(enrolment, terms),
        decision=decision,
        decided_by_id=terms.by,
        awarded_at=terms.now,
    )
    of = {"track": terms.track.key} if terms.track else {"module": terms.module}
    verb = "awarded" if terms.track else "attested"
    journal.log(verb, by=terms.by, about="enrolment", about_id=enrolment.pk, at=terms.now, code=award.code, **of)
    return award


def _numbers(enrolment: Enrolment, terms: Giving) -> list[dict[str, Any]]:
    if terms.track is None:
        return []
    tracks = list(Track.objects.filter(edition_id=enrolment.edition_id))
    found = ledger.standings(enrolment.pk, terms.outline, tracks, now=terms.now)
    return ledger.numbers(found[terms.track.key])


def new_code() -> str:
    """Twelve letters that can be read aloud: 58 bits, so that nobody finds one by trying."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(12))
