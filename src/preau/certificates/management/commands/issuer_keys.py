"""`./preau manage issuer_keys`: the keys that sign certificates and seal what is printed; and the change of one."""

from argparse import ArgumentParser
from typing import Any

from cryptography import x509
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit import journal
from preau.certificates import did, issuer, keys, seal, sealing
from preau.certificates.models import Credential, IssuerKey, SealKey, Statement

WORDS = {"issuer": "issuer_key.rotated", "seal": "seal_key.rotated"}


class Command(BaseCommand):
    help = "Lists the keys that sign and seal, with their fingerprints; with --rotate, retires one for another."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rotate", choices=sorted(WORDS), help="retire the key that signs, or the one that seals")
        parser.add_argument("--by", metavar="EMAIL", help="whose account stands in the journal for it")
        parser.add_argument("--reason", default="", help="why, for the journal")
        parser.add_argument("--school", default="", help="in whose name the new seal is made; as before when not said")

    def handle(self, *args: Any, **options: Any) -> None:
        if which := options["rotate"]:
            self.rotate(which, options)
        self.list()

    def list(self) -> None:
        """Every key, oldest first; what one signed goes on verifying for ever."""
        self.stdout.write(f"Signs: {did.did_of(settings.SITE_URL)}")
        for row in IssuerKey.objects.order_by("since", "fragment"):
            signed = sum(model.objects.filter(key=row).count() for model in (Credential, Statement))
            self.stdout.write(f"  #{row.fragment}, {since(row)}; documents signed: {signed}")
            self.stdout.write(f"    {keys.fingerprint(bytes(row.public))}")
        self.stdout.write(
            "Seals: " + ("the key given by PREAU_SEAL_KEY" if settings.PREAU_SEAL_KEY else "a key of ours")
        )
        for one in SealKey.objects.order_by("since", "pk"):
            certificate = x509.load_pem_x509_certificate(one.certificate.encode())
            until = f"{certificate.not_valid_after_utc:%Y-%m-%d}"
            self.stdout.write(f"  {certificate.subject.rfc4514_string()}, {since(one)}; its certificate ends {until}")
            self.stdout.write(f"    {keys.grouped(seal.fingerprint(one.certificate.encode()))}")

    def rotate(self, which: str, options: dict[str, Any]) -> None:
        """Retire a key for another, once its fingerprint was typed. Refuses (CommandError) without a name and a
        reason, and a seal that is not ours to change."""
        reason, by = (
            " ".join(options["reason"].split()),
            Person.objects.filter(email__iexact=options["by"] or "").first(),
        )
        if by is None or not reason:
            raise CommandError("say --by whom (an account's address) and --reason why: the journal keeps both")
        if which == "seal" and settings.PREAU_SEAL_KEY:
            raise CommandError("the seal is the one of PREAU_SEAL_KEY: change the settings")
        now = timezone.now()
        former = self.confirmed(which)
        with transaction.atomic():
            if which == "issuer":
                new = keys.fingerprint(bytes(issuer.rotate(now).public))
            else:
                made = sealing.rotate(options["school"] or self.school(), now)
                new = keys.grouped(seal.fingerprint(made.certificate.encode()))
            said = {"reason": reason, "former": former, "new": new}
            journal.log(WORDS[which], by=by.pk, about="site", about_id=None, at=now, **said)
        self.stdout.write(f"The key is retired. The new one:\n    {new}\n")

    def confirmed(self, which: str) -> str:
        """The fingerprint of the key to be retired, of which somebody typed the first four digits after reading it."""
        if which == "issuer":
            found = IssuerKey.objects.filter(until=None).first()
            mark = keys.fingerprint(bytes(found.public)) if found else ""
        else:
            row = SealKey.objects.filter(until=None).first()
            mark = keys.grouped(seal.fingerprint(row.certificate.encode())) if row else ""
        if not mark:
            raise CommandError("there is no such key yet: one is made at the first need")
        self.stdout.write(f"To be retired, for ever:\n    {mark}")
        self.stdout.write("Read it aloud, then type its first four characters: ", ending="")
        self.stdout.flush()
        if self.typed() != mark[:4]:
            raise CommandError("that is not how it begins: nothing was changed")
        return mark

    def typed(self) -> str:
        """A line from whoever sits there; nothing when nobody does."""
        try:
            return input().strip()
        except EOFError:
            return ""

    def school(self) -> str:
        """The name on the seal that is in use."""
        row = SealKey.objects.get(until=None)
        names = x509.load_pem_x509_certificate(row.certificate.encode()).subject.get_attributes_for_oid(
            x509.NameOID.COMMON_NAME
        )
        return str(names[0].value)


def since(row: IssuerKey | SealKey) -> str:
    """From when until when."""
    until = f"until {row.until:%Y-%m-%d %H:%M} UTC" if row.until else "in use"
    return f"since {row.since:%Y-%m-%d %H:%M} UTC, {until}"
