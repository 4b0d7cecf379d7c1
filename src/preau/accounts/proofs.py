"""What opens an account, and what becomes of it when its address is proved by mail.

An account can be made with a passkey, or have second proofs added, before its address is confirmed: whoever did so may
not be the one who owns the address. A new password asked for by mail is proof, and it must be enough: else a stranger
who took the address first would keep its owner out, or come in beside them for ever.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit import journal

CONFIRMED = "account.confirmed"


@transaction.atomic
def proved_by_mail(person: Person) -> None:
    """Called before a new password that was asked for by mail is set. Where the main address never was confirmed, all
    else that opens the account or leads to it goes, other addresses included. Where there was no password, passkeys go:
    they stood in its place, and one that is lost would be asked for after the new password; so do passkeys made before
    the address was first confirmed, which open the account alone and may be a stranger's. Any other second proof beside
    a password stays: that is what it is for."""
    addresses = EmailAddress.objects.filter(user=person)
    confirmed = addresses.filter(email__iexact=person.email, verified=True).exists()
    if not confirmed:
        SocialAccount.objects.filter(user=person).delete()
        addresses.exclude(email__iexact=person.email).delete()
    proofs = Authenticator.objects.filter(user=person)
    if not confirmed or not person.has_usable_password():
        proofs.delete()
    elif first := _first_confirmed(person):
        proofs.filter(type=Authenticator.Type.WEBAUTHN, created_at__lt=first).delete()


def confirmed(sender: object, request: HttpRequest, email_address: EmailAddress, **_rest: object) -> None:
    """An address was confirmed from its own mail: when that first happened tells what may be somebody else's."""
    person = email_address.user
    if _first_confirmed(person) is None:
        journal.log(CONFIRMED, by=person.pk, about="person", about_id=person.pk, at=timezone.now())


def _first_confirmed(person: Person) -> datetime | None:
    lines = [line.at for line in journal.about("person", person.pk) if line.verb == CONFIRMED]
    return min(lines, default=None)
