"""A person's certificates and attestations.

Decision: they stay, with the name as it was shown: a certificate is a public act of the institution that gave it, and
whoever was shown it must go on being able to verify it (GDPR, articles 6(1)(e) and 17(3)(b)). They form a register of
their own, reached by the code on the certificate; the account's name is gone from everywhere else.
"""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_noop

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.certificates.models import Award, Credential

CERTIFICATES = gettext_noop("Your certificates and statements of achievement, with the name that stands on them")
CERTIFICATES_WHY = gettext_noop(
    "They are acts of the institution, and whoever you showed one to must be able to verify it. "
    "Only the institution can revoke one."
)


def register() -> None:
    """Called once, when the models are ready."""
    personal_data.register("certificates", export, erase, {CERTIFICATES: CERTIFICATES_WHY})


def export(person: Person) -> personal_data.Tables:
    """Awards, and the signed documents as published."""
    return {
        "awards": Award.objects.filter(enrolment__person=person)
        .order_by("awarded_at", "pk")
        .values(
            *("code", "enrolment__edition__slug", "track__key", "module", "titles", "credits", "steps", "numbers"),
            *("awarded_at", "revoked_at", "reason"),
        ),
        "credentials": Credential.objects.filter(award__enrolment__person=person)
        .order_by("issued_at", "pk")
        .values("award__code", "name_shown", "document", "issued_at"),
    }


def erase(person: Person, now: datetime) -> Mapping[str, str]:
    """Nothing is erased: see the decision above."""
    return {CERTIFICATES: CERTIFICATES_WHY} if Award.objects.filter(enrolment__person=person).exists() else {}
