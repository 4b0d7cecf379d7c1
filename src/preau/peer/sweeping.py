"""What becomes of leases by themselves, looked at once a minute by the worker: those without a sign are taken back, the
others are worth less as they grow old, and whoever waits for a copy is told when there is one."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import batched
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from preau.accounts import reads
from preau.mail import actions as mail
from preau.peer import allocation, assignments, candidates, leasing
from preau.peer.allocation import NEVER, PATIENCE, SILENCE
from preau.peer.assignments import Facts
from preau.peer.models import Assignment, PoolEntry, Review, Wait

PACE = timedelta(minutes=1)  # between two looks; a younger lease is worth what it was
BATCH = 500  # rows of one transaction
KEPT = timedelta(hours=1)  # for so long a copy is reckoned to be for whoever was told of it
MAIL = "peer"


def sweep(now: datetime, limit: int = 20_000) -> int:
    """Look at every assignment that has an open lease, or somebody who waits and was not told: one query when there is
    none. Returns how many leases were taken back, entries of the pool changed and people told, `limit` of each at most.
    Killed in the middle it loses nothing: each batch is a transaction, and the next look goes on."""
    done = 0
    for row in _busy():
        if (facts := assignments.of_row(row)) is not None:
            done += _lapse(facts, now, limit) + _decay(facts, now, limit)
            done += _place(facts, now, limit) + _tell(row, facts, now, limit)
    return done


def _open() -> "QuerySet[Review]":
    return Review.objects.filter(finished_at=None, returned_at=None)


def _busy() -> list[Assignment]:
    leases = _open().filter(assignment=OuterRef("pk"))
    waits = Wait.objects.filter(assignment=OuterRef("pk"), told_at=None)
    rows = Assignment.objects.filter(Exists(leases) | Exists(waits))
    return list(rows.select_related("edition").order_by("pk"))


def _lapse(facts: Facts, now: datetime, limit: int) -> int:
    """Take back the leases without a sign."""
    silent = _open().filter(assignment_id=facts.id, seen_at__lte=now - SILENCE).order_by("seen_at")
    done = 0
    while done < limit:
        with transaction.atomic():
            rows = list(silent.select_for_update(of=("self",), skip_locked=True)[:BATCH])
            Review.objects.filter(pk__in=[row.pk for row in rows]).update(returned_at=now)
            leasing.recount({row.submission_id for row in rows}, now, hurry=leasing.hurry(facts, now))
        done += len(rows)
        if len(rows) < BATCH:
            break
    return done


def _decay(facts: Facts, now: datetime, limit: int) -> int:
    """Reckon again what the copies can expect that somebody holds."""
    held = _open().filter(assignment_id=facts.id, leased_at__lte=now - PACE)
    copies = held.order_by("submission_id").values_list("submission_id", flat=True).distinct()[:limit]
    return _recounted(copies, facts, now)


def _place(facts: Facts, now: datetime, limit: int) -> int:
    """Count again the copies that are not in their tier: what is wanted was changed, or the last two days began."""
    enough = F("wanted") - allocation.nearly(hurry=leasing.hurry(facts, now))
    wrong = Q(tier=NEVER, expected__lt=enough) | Q(tier__lt=NEVER, expected__gte=F("wanted") - allocation.ENOUGH)
    rows = PoolEntry.objects.filter(wrong, assignment_id=facts.id, withdrawn=False).order_by("pk")
    return _recounted(rows.values_list("pk", flat=True)[:limit], facts, now)


def _recounted(copies: Iterable[UUID], facts: Facts, now: datetime) -> int:
    changed = 0
    for batch in batched(copies, BATCH):
        with transaction.atomic():
            changed += leasing.recount(batch, now, hurry=leasing.hurry(facts, now), passing=True)
    return changed


def _tell(row: Assignment, facts: Facts, now: datetime, limit: int) -> int:
    """Write to those who wait, who waited longest first: to as many as there are copies for, and to whoever waited for
    so long that they are given what nobody needs."""
    if now > facts.outline.closes_at:
        return 0
    free = Counter(_free(facts, now))
    waits = Wait.objects.filter(assignment_id=facts.id, told_at=None, person__is_active=True)
    with transaction.atomic():
        locked = (
            waits.select_for_update(of=("self",), skip_locked=True).select_related("person").order_by("since", "pk")
        )
        asked = list(locked[: min(limit, BATCH)]) if free or waits.filter(since__lte=now - PATIENCE).exists() else []
        teams = dict(_teams(facts, asked))
        said = reads.of_many(wait.person for wait in asked)
        lucky = [
            wait
            for wait in asked
            if _lucky(wait, teams.get(wait.person_id), facts, free, _read(facts, said[wait.person_id]), now)
        ]
        mail.queue_many(_messages(row, lucky, now), now=now, kind=MAIL)
        return Wait.objects.filter(pk__in=[wait.pk for wait in lucky]).update(told_at=now)


def _free(facts: Facts, now: datetime) -> dict[str, int]:
    """How many copies of each language need somebody, beside those of which others were just told."""
    rows = PoolEntry.objects.filter(assignment_id=facts.id, withdrawn=False, tier__lt=NEVER).order_by()
    free = Counter(dict(rows.values("language").annotate(n=Count("pk")).values_list("language", "n")))
    if free:
        told = Wait.objects.filter(assignment_id=facts.id, told_at__gt=now - KEPT).select_related("person")
        for languages in reads.of_many(wait.person for wait in told.order_by("pk")).values():
            _take(free, _read(facts, languages))
    return dict(+free)


def _take(free: Counter[str], languages: Iterable[str]) -> None:
    """One copy less, of the language of which most are free."""
    language = max(languages, key=lambda code: free[code])
    free[language] -= 1


def _read(facts: Facts, languages: Iterable[str]) -> list[str]:
    """What somebody who reads these reads of the edition's languages."""
    return [code for code in languages if code in facts.outline.languages] or list(facts.outline.languages[:1])


def _teams(facts: Facts, waits: Iterable[Wait]) -> Iterable[tuple[UUID, UUID | None]]:
    people = [wait.person_id for wait in waits]
    rows = PoolEntry.objects.filter(assignment_id=facts.id, author__in=people).order_by()
    return rows.values_list("author_id", "team_id")


def _lucky(
    wait: Wait, team: UUID | None, facts: Facts, free: Counter[str], languages: list[str], now: datetime
) -> bool:
    """Is there a copy for this person, who reads these languages?"""
    patient = now - wait.since >= PATIENCE
    if not patient and not any(free[code] > 0 for code in languages):
        return False
    if not candidates.anything(wait.person_id, team, facts.id, languages, patient=patient):
        return False
    _take(free, languages)
    return True


def _messages(row: Assignment, waits: Iterable[Wait], now: datetime) -> Iterator[dict[str, Any]]:
    for wait in waits:
        person = wait.person
        facts = assignments.of_row(row, person.language)
        assert facts is not None, "shown in one language, it is in every other"
        with translation.override(person.language):
            said = {"title": facts.unit.title, "course": facts.outline.course_title}
            subject = _("There is a copy of “{title}” to assess").format(**said)
            text = _(
                "You asked for a copy of “{title}” ({course}) to assess: there is one now. If somebody else takes it"
                " before you, ask again, and we write to you when there is another."
            ).format(**said)
        yield {
            "person_id": person.pk,
            "address": person.email,
            "key": f"copy:{wait.pk}:{now.isoformat()}",
            "language": person.language,
            "zone": person.zone,
            "subject": subject,
            "text": f"{text}\n\n{settings.SITE_URL}{facts.address}\n",
        }
