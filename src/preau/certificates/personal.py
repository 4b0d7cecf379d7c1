"""A person's certificates and attestations.

Decision: they stay, with the name as it was shown: a certificate is a public act of the institution that gave it, and
whoever was shown it must go on being able to verify it (GDPR, articles 6(1)(e) and 17(3)(b)). They form a register of
their own, reached by the code on the certificate; the account's name is gone from everywhere else.

What somebody wrote to claim credits goes, unless the school accepted it: that is its register of who was given credits,
which it must be able to attest (the same articles).

The links that they gave end, and what they wrote to get another name goes.

Records of progress and transcripts, which people made of themselves, go with the account: they are no act of the
institution, and their codes are unknown from then on.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.certificates import claiming, correcting, sharing, statements
from preau.certificates.models import (
    Award,
    Candidate,
    Credential,
    CreditClaim,
    Decision,
    NameCorrection,
    ShareLink,
    Statement,
)

CERTIFICATES = gettext_noop("Your certificates and statements of achievement, with the name that stands on them")
CERTIFICATES_WHY = gettext_noop(
    "They are acts of the institution, and whoever you showed one to must be able to verify it. "
    "Only the institution can revoke one."
)

CREDITS = gettext_noop("What you wrote to apply for credits, once the school accepted it")
CREDITS_WHY = gettext_noop(
    "It is the school’s register of credits: it must be able to attest them as long as it stands."
)


JURIES = gettext_noop("What juries decided of you, with the figures and the reason")
JURIES_WHY = gettext_noop(
    "They are decisions of the institution, and stand in minutes that were signed. What the jury was told beside the "
    "figures is erased."
)


FIGURES = frozenset({"points", "unit", "share", "until", "day"})  # of signs: what no person wrote of another
KEPT = {CERTIFICATES: CERTIFICATES_WHY, CREDITS: CREDITS_WHY, JURIES: JURIES_WHY}


def register() -> None:
    """Called once, when the models are ready."""
    personal_data.register("certificates", export, erase, KEPT)


def export(person: Person) -> personal_data.Tables:
    """Awards, and the signed documents as published."""
    return {
        "awards": Award.objects.filter(enrolment__person=person)
        .order_by("awarded_at", "pk")
        .values(
            *("code", "enrolment__edition__slug", "track__key", "module", "titles", "credits", "steps", "numbers"),
            *("awarded_at", "revoked_at", "reason", "replaced_by__code", "name", "hidden"),
            *("suspended_at", "suspended_for"),
        ),
        "credentials": Credential.objects.filter(award__enrolment__person=person)
        .order_by("issued_at", "pk")
        .values("award__code", "name_shown", "document", "issued_at"),
        "credit_claims": CreditClaim.objects.filter(award__enrolment__person=person)
        .order_by("asked_at", "pk")
        .values(
            *("award__code", "birth_name", "given_names", "born_on", "birth_place", "birth_country"),
            *("student_number", "state", "asked_at", "decided_at", "reason", "exported_at"),
        ),
        "statements": Statement.objects.filter(enrolment__person=person)
        .order_by("made_at", "pk")
        .values("code", "kind", "language", "name_shown", "facts", "text", "hidden", "made_at"),
        **_shown_and_corrected(person),
        **_judged(person),
    }


def _judged(person: Person) -> personal_data.Tables:
    """What juries decided and told, with what they were shown."""
    told = {"candidate__enrolment__person": person, "candidate__served_at__isnull": False}
    return {
        "jury_decisions": Decision.objects.filter(replaced_by=None, **told)
        .order_by("at", "pk")
        .values(
            *("candidate__deliberation__title", "candidate__deliberation__filed_at", "candidate__track__key"),
            *("verdict", "track__key", "reason", "at", "candidate__proposal", "candidate__numbers"),
            *("candidate__signs", "candidate__why_apart"),
        )
    }


def _shown_and_corrected(person: Person) -> personal_data.Tables:
    """Links given to others, without what opens them, and other names that were asked for."""
    return {
        "certificate_links": ShareLink.objects.filter(award__enrolment__person=person)
        .order_by("made_at", "pk")
        .values("award__code", "label", "made_at", "until", "ended_at"),
        "name_corrections": NameCorrection.objects.filter(award__enrolment__person=person)
        .order_by("asked_at", "pk")
        .values("award__code", "was", "asked", "why", "asked_at", "accepted", "decided_at", "reason"),
    }


def erase(person: Person, now: datetime) -> Mapping[str, str]:
    """Statements, links, why they asked for another name, and what never was accepted of what they wrote for credits:
    see the decision above for the rest."""
    statements.forget(person)
    sharing.forget(person, now)
    correcting.forget(person, now)
    credits = {CREDITS: CREDITS_WHY} if claiming.erase(person) else {}
    awards = Award.objects.filter(enrolment__person=person)
    awards.update(suspended_for="")
    juries = {JURIES: JURIES_WHY} if _forget_evidence(person) else {}
    return ({CERTIFICATES: CERTIFICATES_WHY} if awards.exists() else {}) | credits | juries


def _without_words(args: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value if key in FIGURES else "" for key, value in args.items()}


def _forget_evidence(person: Person) -> bool:
    """Wipe what a jury was told of somebody beside figures: it may speak of health or family. Was there a jury?"""
    rows = list(Candidate.objects.filter(enrolment__person=person))
    for row in rows:
        row.signs = [{**sign, "args": _without_words(sign.get("args", {}))} for sign in row.signs]
        row.why_apart = ""
    Candidate.objects.bulk_update(rows, ["signs", "why_apart"])
    return bool(rows)
