"""Signing and printing what was given. The worker does it: an award without its documents is the queue.

What is made is a function of plain values (`making`), beside the worker when many wait (`hands`). What is kept is one
transaction an award, the file before the row: killed anywhere, each learner ends with one credential and one paper.
"""

import hashlib
import json
import logging
import secrets
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from preau.certificates import (
    bitstring,
    contexts,
    credential,
    hands,
    issuer,
    making,
    on_paper,
    profiles,
    queries,
    seal,
    sealing,
)
from preau.certificates import status as lists
from preau.certificates.models import Award, Credential, IssuerKey, Statement, StatusList

logger = logging.getLogger(__name__)

MANY = 20  # that wait: from then on hands are worth their start
BATCH = 100  # read at once
REST = timedelta(hours=1)  # of an award that could not be made
AT_ONCE = 20.0  # seconds of making before the worker looks at the rest
JOINED = ("enrolment__person", "enrolment__edition__course", "track", "credential")
NAMELESS = Q(credential=None, name="", enrolment__person__name="")


@dataclass(frozen=True)
class _Kit:
    """What documents are made with: the key that signs, and the one that seals, if any."""

    key: IssuerKey
    secret: bytes
    seal: seal.Key | None


@dataclass(frozen=True)
class _Task:
    """An award whose documents are under way, its place in the lists, and the name that they bear. No place: it is
    signed already, and what waits is its paper."""

    award: Award
    key: IssuerKey
    place: tuple[int, int] | None
    name: str
    language: str


class Press:
    """What the worker keeps between two looks: hands while many wait, and the awards that could not be made lately."""

    def __init__(self, *, sealing: bool = True) -> None:
        self.sealing = sealing  # the bench measures without, too
        self.hands: hands.Hands | None = None
        self.aside: dict[UUID, datetime] = {}
        self.seconds = [0.0, 0.0, 0.0]  # signing, printing, sealing

    def look(self, now: datetime) -> int:
        """Make what waits, for so long at most; returns how many. With nobody waiting the hands are let go."""
        made = self.issue(now=now, until=time.monotonic() + AT_ONCE)
        if not made:
            self.close()
        return made

    def issue(self, *, now: datetime, limit: int | None = None, until: float | None = None) -> int:
        """Sign, print and seal what waits, oldest first. What cannot be made is logged, rests, and stops nobody."""
        self.aside = {pk: at for pk, at in self.aside.items() if at > now}
        queue = due().exclude(pk__in=list(self.aside)).order_by("awarded_at", "pk")
        ids = list(queue.values_list("pk", flat=True)[:limit])
        if not ids:
            return 0
        tasks: deque[_Task] = deque()
        orders = self._orders(ids, tasks, now, until)
        make = self._hands().make(orders) if len(ids) > MANY else hands.at_once(orders)
        return sum(self._kept(tasks.popleft(), outcome, now) for _order, outcome in make)

    def _hands(self) -> hands.Hands:
        self.hands = self.hands or hands.Hands()
        return self.hands

    def _orders(
        self, ids: Sequence[UUID], tasks: deque[_Task], now: datetime, until: float | None
    ) -> Iterator[making.Order]:
        """What is to be made, read as it is needed; `tasks` holds the same, in the same order, until it is kept."""
        for start in range(0, len(ids), BATCH):
            rows = list(_joined(due().filter(pk__in=ids[start : start + BATCH])).order_by("awarded_at", "pk"))
            if not rows:
                continue
            kit = _kit(rows[0], now, sealed=self.sealing)
            for row, place in _places(rows, [task.place for task in tasks if task.place], now):
                if until is not None and time.monotonic() > until:
                    return
                try:
                    task, order = _order(row, place, kit, now)
                except Exception:
                    self._put_aside(row, now)
                    continue
                tasks.append(task)
                yield order

    def _kept(self, task: _Task, outcome: hands.Outcome, now: datetime) -> bool:
        """Keep what was made; false where there was nothing to keep, or no way to make it."""
        try:
            if isinstance(outcome, Exception):
                raise outcome
            self.seconds = [total + one for total, one in zip(self.seconds, outcome.seconds, strict=True)]
            return _keep(task, outcome, now)
        except IntegrityError:
            logger.info("the documents of %s are made again: somebody took its place", task.award.code)
        except Exception:
            self._put_aside(task.award, now)
        return False

    def _put_aside(self, award: Award, now: datetime) -> None:
        self.aside[award.pk] = now + REST
        logger.exception("the documents of the award %s could not be made", award.code)

    def close(self) -> None:
        """Let the hands go."""
        if self.hands is not None:
            self.hands.close()
            self.hands = None


def issue_waiting(*, now: datetime, limit: int | None = None) -> int:
    """Make the documents of every award that waits for them, oldest first; returns how many were made."""
    with closing(Press()) as press:
        return press.issue(now=now, limit=limit)


def issue(award_id: UUID, *, now: datetime) -> bool:
    """Make the documents of one award; false when somebody did meanwhile, or revoked it, and while it must wait: for a
    name, or for the lists that it would name. Raises why it cannot be."""
    award = _joined(due().filter(pk=award_id)).first()
    if award is None:
        return False
    kit = _kit(award, now)
    for row, place in _places([award], [], now):
        task, order = _order(row, place, kit, now)
        return _keep(task, making.make(order), now)
    return False


def nameless() -> QuerySet[Award]:
    """Awards that wait for a name: their account has none, or is gone. Nothing is made out to nobody."""
    return queries.unmade().filter(NAMELESS)


def due() -> QuerySet[Award]:
    """Awards whose documents can be made."""
    return queries.unmade().exclude(NAMELESS)


def lost() -> list[str]:
    """Papers of which a row says that they are stored, and the storage has none; one listing a folder."""
    gone = []
    for rows in (Credential.objects.all(), Statement.objects.all()):
        names = rows.exclude(paper="").order_by("paper").values_list("paper", flat=True)
        for folder, kept in groupby(names.iterator(), key=lambda name: name.rpartition("/")[0]):
            there = set(default_storage.listdir(folder)[1]) if default_storage.exists(folder) else set[str]()
            gone += [name for name in kept if name.rpartition("/")[2] not in there]
    return gone


def _joined(rows: QuerySet[Award]) -> QuerySet[Award]:
    return rows.select_related(*JOINED)


def _kit(award: Award, now: datetime, *, sealed: bool = True) -> _Kit:
    key = issuer.current(now)
    school = profiles.awarding_body(award.enrolment.edition, award.enrolment.person.language)
    return _Kit(key, issuer.private(key), sealing.current(school, now) if sealed else None)


def _places(
    rows: Sequence[Award], besides: Sequence[tuple[int, int]], now: datetime
) -> list[tuple[Award, tuple[int, int] | None]]:
    """These awards, each that is not signed yet with a place. The lists are signed before any credential names them;
    those whose lists could not be are left out."""
    new = sum(not hasattr(row, "credential") for row in rows)
    free = lists.places(new, besides=besides) if new else []
    if new:
        lists.sign_due(now=now)
    if StatusList.objects.filter(number__in={number for number, _index in free}, text="").exists():
        return [(row, None) for row in rows if hasattr(row, "credential")]
    left = iter(free)
    return [(row, None if hasattr(row, "credential") else next(left)) for row in rows]


def _order(award: Award, place: tuple[int, int] | None, kit: _Kit, now: datetime) -> tuple[_Task, making.Order]:
    """An award as plain values. What was signed already is printed as it was signed."""
    row = None if place else award.credential
    person = award.enrolment.person
    language = row.language if row else person.language
    name = row.name_shown if row else award.name or person.name
    task = _Task(award, kit.key, place, name, language)
    order = making.Order(
        badge=row.text if row else _badge(task, kit, now),
        pages=on_paper.pages(award, name, language),
        seal=kit.seal,
        school=profiles.awarding_body(award.enrolment.edition, language),
    )
    return task, order


def _badge(task: _Task, kit: _Kit, now: datetime) -> making.Badge:
    award, language = task.award, task.language
    assert task.place is not None
    edition = award.enrolment.edition
    decision = credential.Award(
        code=award.code,
        holder=credential.Holder(award.enrolment.person.email, secrets.token_hex(8), task.name or None),
        credits=award.brings,
        track=award.title(language) if award.track else "",
        edition=f"{edition.course.title(language)} · {edition.number}",
        valid_from=award.awarded_at,
    )
    return making.Badge(
        achievement=profiles.achievement(award, language, settings.SITE_URL),
        award=decision,
        site_url=settings.SITE_URL,
        status=bitstring.entries(settings.SITE_URL, *task.place),
        secret=kit.secret,
        method=issuer.method(kit.key),
        at=now,
    )


def _keep(task: _Task, made: making.Made, now: datetime) -> bool:
    """The file, then the rows; a file that nobody came to need is deleted."""
    digest = hashlib.sha256(made.paper).hexdigest()
    name = f"certificates/{task.award.code[:2]}/{task.award.code}-{digest[:8]}.pdf"
    default_storage.delete(name)  # the half of one that a kill left
    default_storage.save(name, ContentFile(made.paper))
    kept = False
    try:
        kept = _write(task, made, name, digest, now)
    finally:
        if not kept:
            default_storage.delete(name)
    return kept


@transaction.atomic
def _write(task: _Task, made: making.Made, name: str, digest: str, now: datetime) -> bool:
    award = Award.objects.select_for_update(of=("self",)).get(pk=task.award.pk)
    if award.revoked_at:
        return False
    paper = {"paper": name, "paper_digest": digest}
    if made.document is None:
        return bool(Credential.objects.filter(award=award, paper="").update(**paper))
    if Credential.objects.filter(award=award).exists() or not _still_signs(task.key):
        return False
    number, index = task.place or (None, None)
    Credential.objects.create(
        award=award,
        key=task.key,
        document=made.document,
        text=made.text,
        name_shown=task.name,
        language=task.language,
        issued_at=now,
        list_number=number,
        list_index=index,
        **paper,
    )
    if award.suspended_at:
        lists.changed(award)
    return True


def _still_signs(key: IssuerKey) -> bool:
    """Nobody retired the key meanwhile, nor does until this is kept."""
    return IssuerKey.objects.select_for_update().filter(pk=key.pk, until=None).first() is not None


def publish_files(row: Credential, folder: Path) -> Path:
    """Write a credential with what a verifier needs and nothing else: `did.json`, `contexts/`, and every status list,
    signed anew where it must be; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{row.award.code}.json"
    path.write_text(row.text, encoding="utf-8")
    (folder / "did.json").write_text(json.dumps(issuer.document(), indent=2) + "\n", encoding="utf-8")
    contexts.export_contexts(folder / "contexts", settings.SITE_URL)
    lists.sign_due(now=timezone.now())
    for one in StatusList.objects.exclude(text="").order_by("number", "purpose"):
        (folder / f"status-{one.purpose}-{one.number}.json").write_text(one.text, encoding="utf-8")
    return path
