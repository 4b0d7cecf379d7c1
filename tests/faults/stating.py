"""Statements that are signed and printed and killed: functions that a drill asks its hand for (`tests.faults.hand`)."""

import hashlib
import json
import random
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone

from preau.certificates import (
    integrity,
    issuer,
    paper_statement,
    sealing,
    statement_signing,
    statements,
    verification,
)
from preau.certificates.models import IssuerKey, Statement
from tests import cast
from tests.faults import forks

STEPS = ((issuer, "current"), (integrity, "sign"), (paper_statement, "made"), (sealing, "sealed"))


def prepare(count: int) -> None:
    """So many learners who make a statement each."""
    now = timezone.now()
    edition = cast.edition(opens=cast.monday(now, -1))
    for n in range(count):
        person = cast.person(f"learner{n}")
        row = cast.enrolment(person, edition, at=now)
        kind, language = ("progress", "transcript")[n % 2], ("fr", "en")[n % 2]
        act = cast.an_act("statement.make", now=now)
        statements.make(act=act, by=person, enrolment=row, kind=kind, language=language, now=now)


def work(calls: int = 0) -> None:
    """Sign and print what waits; where a number is given, the process ends in the middle of a call of some step, or
    while a file is written."""
    if calls:
        module, name = random.choice((*STEPS, (default_storage, "save")))
        forks.doom_call(module, name, calls)
    while statement_signing.sign_due(timezone.now()):
        continue


def killed(calls: int) -> dict[str, Any]:
    """A process that works and is killed; what it leaves."""
    forks.doomed(forks.fork(lambda: work(calls)))
    return report()


def two_at_once() -> list[int]:
    """Two processes that do what is left; how each ended."""
    return [forks.ended(child) for child in [forks.fork(work), forks.fork(work)]]


def report() -> dict[str, Any]:
    """How many are finished, how many of these are whole (the document authentic, the file as its row says and the only
    one of its code), and how many keys there are."""
    finished = list(Statement.objects.exclude(paper="").order_by("pk"))
    return {"finished": len(finished), "whole": sum(whole(row) for row in finished), "keys": IssuerKey.objects.count()}


def whole(row: Statement) -> bool:
    """Is it one document and one file?"""
    told = verification.verify_document(json.loads(row.text), own_did_document=lambda _did: issuer.document())
    names = default_storage.listdir(row.paper.rpartition("/")[0])[1]
    with default_storage.open(row.paper) as file:
        intact = hashlib.sha256(file.read()).hexdigest() == row.paper_digest
    return told.ok and intact and sum(name.startswith(row.code) for name in names) == 1
