"""What learners are told of the credits that they claimed, in the language that is active."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.certificates import profiles, words
from preau.certificates.models import CreditClaim

ACCEPTED = (
    gettext_noop("Your credits are accepted: {course}"),
    gettext_noop(
        "Your application is accepted: {credits} for the course “{course}” (certificate {code}) are in the register of "
        "{school}.\n\nYour certificates: {address}\n"
    ),
)
REFUSED = (
    gettext_noop("Your application for credits was not accepted: {course}"),
    gettext_noop(
        "Your application for {credits} of the course “{course}” (certificate {code}) was not accepted.\n\n"
        "The reason given: {reason}\n\nYour certificate stays as it is. You can correct what you wrote and apply "
        "again: {address}credits/\n"
    ),
)


def letter(claim: CreditClaim, state: CreditClaim.State, reason: str) -> dict[str, Any]:
    """The message about what was decided, as `mail.queue_many` takes it: nothing of what the claim says of a person."""
    award, person = claim.award, claim.award.enrolment.person
    edition = award.enrolment.edition
    with translation.override(person.language):
        said = {
            "course": edition.course.title(person.language),
            "credits": words.counted(award.brings),
            "code": award.code,
            "school": profiles.awarding_body(edition, person.language),
            "reason": reason,
            "address": f"{settings.SITE_URL}/me/certificates/",
        }
        if state == CreditClaim.State.REFUSED:
            said["address"] += f"{award.code}/"
        subject, text = ACCEPTED if state == CreditClaim.State.ACCEPTED else REFUSED
        words_said = {"subject": _(subject).format(**said), "text": _(text).format(**said)}
    return {
        "person_id": person.pk,
        "address": person.email,
        "key": f"credits:{claim.pk}:{state}",
        "language": person.language,
        **words_said,
    }
