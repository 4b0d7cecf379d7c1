"""What certificates and attestations say of themselves, in the language that is active."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from preau.certificates import rules
from preau.certificates.models import Award

CERTIFICATE_REVOKED = (
    gettext_noop("Your certificate is no longer in force: {course}"),
    gettext_noop(
        "Your certificate of the course “{course}” (track: {track}; code: {code}) is no longer in force since "
        "{time}.\n\nThe reason given: {reason}\n\nIts public page says that it is revoked, without the reason: "
        "{address}\n\nIf you think that this is a mistake, write to the team of the course.\n"
    ),
)
ATTESTATION_REVOKED = (
    gettext_noop("Your statement of achievement is no longer in force: {title}"),
    gettext_noop(
        "Your statement of achievement for the module “{title}” of the course “{course}” (code: {code}) is no longer "
        "in force since {time}.\n\nThe reason given: {reason}\n\nIts public page says that it is revoked, without the "
        "reason: {address}\n\nIf you think that this is a mistake, write to the team of the course.\n"
    ),
)


def credits(award: Award) -> str:
    """« 2 ECTS credits, of which 1 was awarded in edition 5 »; nothing where there is none."""
    total = award.worth
    if not total:
        return ""
    said = counted(total)
    others = [
        ngettext(
            "{credits} was awarded in edition {n}", "{credits} were awarded in edition {n}", _plural(worth)
        ).format(credits=_number(worth), n=number)
        for number, worth in rules.before(award.ladder).items()
    ]
    if not others:
        return said
    return _("{total}, of which {others}").format(total=said, others=", ".join(others))


def counted(worth: Decimal) -> str:
    """« 1 ECTS credit »; nothing for none."""
    if not worth:
        return ""
    return ngettext("{credits} ECTS credit", "{credits} ECTS credits", _plural(worth)).format(credits=_number(worth))


def _plural(worth: Decimal) -> int:
    """The whole number that takes the same form: one and a half is singular in French, not in English."""
    return int(worth) if get_language() == "fr" else 1 if worth == 1 else 2


def _number(worth: Decimal) -> str:
    return number_format(worth.normalize() if worth != worth.to_integral() else int(worth))


def attestation_of(module: str, course: str) -> str:
    """What the signed document of an attestation is called."""
    return _("Statement of achievement: {module} ({course})").format(module=module, course=course)


def module_of(module: str, course: str) -> str:
    """What an attestation is about."""
    return _("The module “{module}” of the course “{course}”").format(module=module, course=course)


def module_criteria(passing: float) -> str:
    """What was asked to pass a module."""
    return _("The weighted mean of its graded activities reaches {percent}%.").format(percent=f"{passing:g}")
