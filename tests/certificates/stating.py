"""Statements as the tests make, sign, read and check them."""

import io
import json
from datetime import datetime, timedelta
from typing import Any

import pypdf
from django.core.files.storage import default_storage

from preau.certificates import issuer, statement_signing, statements, verification
from preau.certificates.models import Statement
from preau.courses.models import Enrolment
from tests import cast

DAY = cast.MONDAY + timedelta(days=10)


def make(row: Enrolment, kind: str = "progress", language: str = "fr", now: datetime = DAY) -> Statement:
    act = cast.an_act("statement.make", {"n": str(now)}, now)
    done = statements.make(act=act, by=row.person, enrolment=row, kind=kind, language=language, now=now)
    return Statement.objects.get(code=done["statement"])


def signed(row: Enrolment, kind: str = "progress", language: str = "fr", now: datetime = DAY) -> Statement:
    made = make(row, kind, language, now)
    assert statement_signing.sign_due(now) == 1
    made.refresh_from_db()
    return made


def unit(made: Statement, key: str) -> dict[str, Any]:
    every = [unit for module in made.facts["modules"] for unit in module["graded"]]
    found: dict[str, Any] = next(unit for unit in every if unit["key"] == key)
    return found


def module(made: Statement, key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(module for module in made.facts["modules"] if module["key"] == key)
    return found


def paper(made: Statement) -> bytes:
    with default_storage.open(made.paper) as file:
        found: bytes = file.read()
    return found


def printed(made: Statement) -> str:
    reader = pypdf.PdfReader(io.BytesIO(paper(made)))
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def checked(made: Statement, **changes: Any) -> verification.Report:
    document = json.loads(made.text) | changes
    return verification.verify_document(document, own_did_document=lambda _did: issuer.document(), now=made.made_at)
