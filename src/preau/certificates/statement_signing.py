"""What the worker does for statements: sign what was frozen, print it, seal it, store it. One at a time: a kill loses
nothing, and one that fails waits a while and keeps no other from its turn."""

import hashlib
import json
import logging
import secrets
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from preau.certificates import (
    integrity,
    issuer,
    paper_statement,
    sealing,
    statement_credential,
    statement_words,
    statements,
)
from preau.certificates.credential import Holder
from preau.certificates.models import Statement
from preau.certificates.statement_credential import Line, Status

logger = logging.getLogger(__name__)

AT_ONCE = 20  # between two looks at the outbox
AGAIN = timedelta(minutes=10)
NEEDS: dict[str, Status] = {"met": "Completed", "possible": "InProgress"}


def sign_due(now: datetime, limit: int = AT_ONCE) -> int:
    """Sign and print what waits, oldest first; returns how many were finished. What failed is logged and looked at
    again after a while."""
    waiting = Statement.objects.filter(Q(tried_at=None) | Q(tried_at__lte=now - AGAIN), paper="")
    finished = 0
    for pk in list(waiting.order_by("made_at", "pk").values_list("pk", flat=True)[:limit]):
        try:
            finished += sign(pk, now=now) and printed(pk, now=now)
        except Exception:  # whatever the course and the name hold, others wait behind
            logger.exception("a statement could not be signed")
            Statement.objects.filter(pk=pk).update(tried_at=now)
    return finished


@transaction.atomic
def sign(pk: UUID, *, now: datetime) -> bool:
    """Sign what a statement says; true where it is signed. False for one that is gone with its account."""
    row = _held(pk)
    if row is None:
        return False
    if not row.text:
        key = issuer.current(now)
        with translation.override(row.language):
            unsigned = statement_credential.build(said(row), site_url=settings.SITE_URL)
        document = integrity.sign(unsigned, issuer.private(key), issuer.method(key), now)
        row.key, row.text = key, json.dumps(document, ensure_ascii=False, indent=2) + "\n"
        row.save(update_fields=["key", "text"])
    return True


@transaction.atomic
def printed(pk: UUID, *, now: datetime) -> bool:
    """Print and store the paper of a signed statement; false where there is nothing to do. A file that a kill left
    without its row goes first."""
    row = _held(pk)
    if row is None or row.paper:
        return False
    with translation.override(row.language):
        paper = _paper(row)
    data = sealing.sealed(paper_statement.made(paper, row.text.encode()), school=row.facts["body"], now=now)
    statements.delete_papers([row.code])
    digest = hashlib.sha256(data).hexdigest()
    row.paper = default_storage.save(statements.paper_name(row.code, digest), ContentFile(data))
    row.paper_digest = digest
    row.save(update_fields=["paper", "paper_digest"])
    return True


def _paper(row: Statement) -> paper_statement.Paper:
    """What is printed, in the language that is active."""
    facts = row.facts
    return paper_statement.Paper(
        sheet=asdict(statement_words.sheet(row)),
        code=row.code,
        language=row.language,
        made_on=datetime.fromisoformat(facts["as_of"]).astimezone(ZoneInfo(facts["zone"])).date(),
        url=f"{settings.SITE_URL}/verify/{row.code}",
        stand_in=statement_words.unprintable(row.code),
        attachment=statement_words.named(row),
    )


def _held(pk: UUID) -> Statement | None:
    rows = Statement.objects.select_for_update(of=("self",)).select_related("enrolment__person")
    return rows.filter(pk=pk).first()


def said(row: Statement) -> statement_credential.Said:
    """A statement as its credential says it, in the language that is active."""
    facts, sheet = row.facts, statement_words.sheet(row)
    return statement_credential.Said(
        code=row.code,
        name=statement_words.named(row),
        title=_("{title}: {course}").format(title=sheet.title, course=sheet.course),
        description=" ".join(part for part in (f"{sheet.day}.", sheet.still) if part),
        criteria=sheet.attests,
        holder=Holder(row.enrolment.person.email, secrets.token_hex(8), row.name_shown or None),
        body=sheet.body,
        country=facts["country"],
        term=statement_words.edition(facts),
        track=facts["track"]["title"],
        language=row.language,
        as_of=datetime.fromisoformat(facts["as_of"]),
        lines=tuple(_lines(facts)),
    )


def _lines(facts: dict[str, Any]) -> Iterator[Line]:
    yield Line("done", _("Gone through"), "Result", statement_words.gone_through(facts))
    if facts["of_minutes"]:
        yield Line("hours", _("Hours of work done"), "Result", statement_words.done_of(facts))
    for number, module in enumerate(facts["modules"], 1):
        yield from _of_module(f"module-{number}", module)
    for number, track in enumerate(facts["tracks"], 1):
        for at, need in enumerate(track["needs"], 1):
            name = f"{track['title']} · {statement_words.need(need)}"
            value = f"{statement_words.figure(need)} ({statement_words.need_state(need)})"
            yield Line(f"need-{number}-{at}", name, "Result", value, NEEDS.get(need["state"], ""))
    for number, one in enumerate(facts.get("decisions", ()), 1):
        yield Line(f"decision-{number}", statement_words.decided(one), "Result", statement_words.verdict(one))
    for number, one in enumerate(facts.get("awards", ()), 1):
        yield Line(f"award-{number}", statement_words.award(one), "Result", one["code"])


def _of_module(key: str, module: dict[str, Any]) -> Iterator[Line]:
    title = module["title"]
    yield Line(
        f"{key}-done", _("{module}: gone through").format(module=title), "Result", statement_words.gone_through(module)
    )
    if module["graded"]:
        status: Status = "Completed" if module["passed"] else "InProgress" if module["pending"] else ""
        passing = f"{module['passing']:g}"
        name = _("{module}: mean").format(module=title)
        yield Line(f"{key}-mean", name, "Percent", module["mean"] or "", status, passing)
    for at, unit in enumerate(module["graded"], 1):
        name = f"{unit['title']} ({statement_words.kind(unit['kind'])})"
        if unit["state"] == "known":
            yield Line(f"{key}-{at}", name, "Percent", unit["percent"], "Completed" if unit["final"] else "InProgress")
        else:
            yield Line(f"{key}-{at}", name, "Result", statement_words.result(unit))
