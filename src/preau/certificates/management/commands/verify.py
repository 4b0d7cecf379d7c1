"""`./preau verify FILE`: is this credential authentic, and in force? Without a network."""

import logging
from argparse import ArgumentParser
from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError

from preau.certificates import checking, did, issuer, sealing, status, verification


class Command(BaseCommand):
    help = "Says whether a credential (JSON, or the PDF that carries it) is authentic; exit code 0 only when it is."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--key", type=Path, help="a did.json, a Multikey or a PEM public key to trust")
        parser.add_argument(
            "--status",
            type=Path,
            action="append",
            help="a signed status list that the credential names; may be given several times",
        )

    def handle(self, *args: Any, file: Path, key: Path | None, **options: Any) -> None:
        logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # what it thinks of a hostile file is no verdict
        own = verification.Own(own_document, own_bits, own_seals, own_state)
        report = verification.verify_file(file, key=key, status=options["status"] or (), own=own)
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


def own_bits(address: str) -> bytes | None:
    """The bits of a status list of this installation, by its awards."""
    try:
        return status.known(address)
    except DatabaseError:
        return None


def own_seals() -> Collection[str]:
    """The certificates that sealed here."""
    try:
        return sealing.known()
    except DatabaseError:
        return ()


def own_state(address: str) -> str:
    """What the rows say of a document of this installation."""
    try:
        return checking.state_of(address)
    except DatabaseError:
        return ""
