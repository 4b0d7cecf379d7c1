"""`./preau verify FILE`: is this credential authentic? Without a network."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError

from preau.certificates import did, issuer, verification


class Command(BaseCommand):
    help = "Says whether a credential (JSON, or the PDF that carries it) is authentic; exit code 0 only when it is."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--key", type=Path, help="a did.json, a Multikey or a PEM public key to trust")
        parser.add_argument("--status", type=Path, help="the signed status list that the credential names")

    def handle(self, *args: Any, file: Path, key: Path | None, status: Path | None, **options: Any) -> None:
        report = verification.verify_file(file, key=key, status=status, own_did_document=own_document)
        for line in report.lines:
            self.stdout.write(line)
        if not report.ok:
            raise SystemExit(1)


def own_document(name: str) -> dict[str, Any] | None:
    """This installation's DID document, when the credential was issued under its name and it has a database."""
    if name != did.did_of(settings.SITE_URL):
        return None
    try:
        document = issuer.document()
    except DatabaseError:
        return None
    return document if document["verificationMethod"] else None
