"""The account's own part of a person's data, and that of the two rooms below, which know nobody by name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils.translation import gettext_noop

from preau.accounts import personal_data
from preau.accounts.models import Device, Person
from preau.audit import personal as audit
from preau.mail import actions as mail
from preau.mail import queries as inbox

CONSENTS = gettext_noop("What you agreed to, and when")
CONSENTS_WHY = gettext_noop("It proves that we had your agreement at the time. It no longer says whose it was.")
ACTS = gettext_noop("The numbers of what you sent, and the journal of the site")
ACTS_WHY = gettext_noop("What is sent twice must not count twice, and rights used must stay checkable. No name.")


def register() -> None:
    """Called once, when the models are ready."""
    personal_data.register("accounts", export, erase, {CONSENTS: CONSENTS_WHY})
    personal_data.register("audit", _acts, _keep_acts, {ACTS: ACTS_WHY})
    personal_data.register("mail", _messages, _erase_messages)  # erased before the addresses that it goes by


def _acts(person: Person) -> personal_data.Tables:
    return audit.export(person.pk)


def _keep_acts(person: Person, now: datetime) -> Mapping[str, str]:
    return {ACTS: ACTS_WHY}


def _messages(person: Person) -> personal_data.Tables:
    return {
        "messages": mail.sent_to(person.pk, person.email),
        "preferences": inbox.choices_of(person.pk),
        "closed_addresses": inbox.suppressions_of(_addresses(person)),
    }


def _erase_messages(person: Person, now: datetime) -> Mapping[str, str]:
    mail.forget(person_id=person.pk, addresses=_addresses(person))
    return {}


def _addresses(person: Person) -> set[str]:
    return {person.email, *EmailAddress.objects.filter(user=person).values_list("email", flat=True)}


def export(person: Person) -> personal_data.Tables:
    """The profile, the addresses, the devices, the second proofs (never their secrets), the schools that are linked
    and the consents."""
    fields = ("id", "email", "name", "country", "zone", "language", "joined_at", "last_login")
    proofs: list[Mapping[str, Any]] = list(
        Authenticator.objects.filter(user=person).order_by("pk").values("type", "created_at", "last_used_at")
    )
    schools = SocialAccount.objects.filter(user=person).order_by("pk")
    return {
        "profile": [{name: getattr(person, name) for name in fields}],
        "addresses": EmailAddress.objects.filter(user=person).order_by("pk").values("email", "verified", "primary"),
        "devices": Device.objects.filter(person=person).order_by("-seen_at", "pk").values("name", "seen_at"),
        "second_proofs": proofs,
        "schools": schools.values("provider", "uid", "extra_data", "date_joined", "last_login"),
        "consents": person.consents.order_by("given_at").values("purpose", "wording", "given_at", "withdrawn_at"),
    }


def erase(person: Person, now: datetime) -> Mapping[str, str]:
    """Empty the account: nobody can be found by it or sign in to it. The row stays, for what has to point at it."""
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    Device.objects.filter(person=person).delete()
    person.consents.filter(withdrawn_at=None).update(withdrawn_at=now)
    person.email = f"erased-{person.pk}@invalid"
    person.name = person.country = ""
    person.zone, person.language = "Europe/Paris", "fr"
    person.last_login, person.is_active, person.erased_at = None, False, now
    person.set_unusable_password()
    person.save()
    return {CONSENTS: CONSENTS_WHY} if person.consents.exists() else {}
