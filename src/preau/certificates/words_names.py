"""What is written to somebody whose name on a certificate was to be corrected; msgids, each told in their language."""

from django.utils.translation import gettext_noop

_REPLACED = (
    gettext_noop("Your certificate under the name that you asked for: {title}"),
    gettext_noop(
        "Your certificate of the course “{course}” ({title}) now bears the name {name}. Its date and its credits are "
        "the same.\n\nIt has an address and a code of its own ({code}): {address}\n\nThe former document stays "
        "authentic; its page says that an up-to-date one took its place: {former_address}\n\nThe links that you gave "
        "to others open the new one. The PDF is there a few minutes after this message.\n\nThe name of your account "
        "did not change by this. You can change it yourself: {account}\n"
    ),
)
_ATTESTATION_REPLACED = (
    gettext_noop("Your statement of achievement under the name that you asked for: {title}"),
    gettext_noop(
        "Your statement of achievement for the module “{title}” of the course “{course}” now bears the name {name}. "
        "Its date is the same.\n\nIt has an address and a code of its own ({code}): {address}\n\nThe former document "
        "stays authentic; its page says that an up-to-date one took its place: {former_address}\n\nThe links that you "
        "gave to others open the new one. The PDF is there a few minutes after this message.\n\nThe name of your "
        "account did not change by this. You can change it yourself: {account}\n"
    ),
)
REFUSED = (
    gettext_noop("The name on your certificate stays as it is: {title}"),
    gettext_noop(
        "You asked for another name on the document {code} ({title}, course “{course}”): {asked}\n\nIt stays as it "
        "is. The reason given: {reason}\n\nYou may ask again, or write to the team of the course: {requests}\n"
    ),
)


def replaced(*, of_track: bool) -> tuple[str, str]:
    """Subject and text, for a certificate or an attestation."""
    return _REPLACED if of_track else _ATTESTATION_REPLACED
