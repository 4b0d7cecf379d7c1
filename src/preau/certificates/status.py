"""Status lists: what machines read of an award that ended, is suspended or was replaced. Rows of `Award` are the truth;
a list is derived from them and signed by the worker, when one of them changed and twice a day at least.
"""

import json
import logging
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from preau.certificates import bitstring, integrity, issuer
from preau.certificates.models import Award, Credential, StatusList

logger = logging.getLogger(__name__)

FULL = bitstring.ENTRIES * 8 // 10  # drawing a free place at random stays quick, and tells nothing
ENDED = Q(award__revoked_at__isnull=False)
SET = {
    bitstring.REVOCATION: ENDED & Q(award__replaced_by=None),
    bitstring.SUSPENSION: ~ENDED & Q(award__suspended_at__isnull=False),
    bitstring.REFRESH: Q(award__replaced_by__isnull=False),
}
"""Whose bit is set in the list of each purpose."""
AHEAD = timedelta(minutes=5)  # a list dated later than that was signed by a clock that ran ahead: nobody takes it


def places(count: int, *, besides: Collection[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Free places for so many new credentials, each the number of its lists and a random index in them, `besides` those
    that are about to be taken. Nothing is reserved: of two who draw the same, the database takes one, and the other
    draws again.

    The lists of the number are there when this returns.
    """
    number = StatusList.objects.aggregate(most=Max("number"))["most"] or 1
    if Credential.objects.filter(list_number=number).count() + count > FULL:
        number += 1
    lists = [StatusList(number=number, purpose=purpose) for purpose in bitstring.PURPOSES]
    if StatusList.objects.filter(number=number).count() < len(lists):
        StatusList.objects.bulk_create(lists, ignore_conflicts=True)
    found: dict[int, None] = {}  # in the order drawn: that of their numbers would tell who came first
    while len(found) < count:
        drawn = [secrets.randbelow(bitstring.ENTRIES) for _ in range(count - len(found))]
        rows = Credential.objects.filter(list_number=number, list_index__in=drawn)
        taken = {*rows.values_list("list_index", flat=True), *(index for one, index in besides if one == number)}
        found |= dict.fromkeys(index for index in drawn if index not in taken)
    return [(number, index) for index in found]


def changed(award: Award) -> None:
    """Whether this award counts changed: its lists are signed again at the worker's next look. Called in the
    transaction of the change. An award without a credential is in no list."""
    number = Credential.objects.filter(award=award).values_list("list_number", flat=True).first()
    if number is not None:
        # held in one order first: two changes at once never wait for each other in a circle
        rows = StatusList.objects.select_for_update().filter(number=number).order_by("purpose")
        StatusList.objects.filter(pk__in=[row.pk for row in rows]).update(stale=True)


def due(now: datetime) -> QuerySet[StatusList]:
    """The lists that must be signed: one of their awards changed, or they are half a day old."""
    aged = Q(signed_at=None) | Q(signed_at__lte=now - bitstring.FRESH) | Q(signed_at__gt=now + AHEAD)
    return StatusList.objects.filter(Q(stale=True) | aged)


def sign_due(*, now: datetime) -> int:
    """Sign every list that must be; returns how many were. One that cannot be is logged, and the others are."""
    signed = 0
    for number, purpose in list(due(now).order_by("number", "purpose").values_list("number", "purpose")):
        try:
            signed += sign(number, purpose, now)
        except Exception:  # whatever it was, the next list must have its turn
            logger.exception("the status list %s-%d could not be signed", purpose, number)
    return signed


@transaction.atomic
def sign(number: int, purpose: str, now: datetime) -> bool:
    """Derive one list and sign it, if it must be. Its row is held before an award is read and until the text is kept:
    whoever changes an award meanwhile waits, and marks the new text as stale in turn."""
    row = StatusList.objects.select_for_update().filter(number=number, purpose=purpose).first()
    if row is None or not due(now).filter(pk=row.pk).exists():
        return False
    key = issuer.current(now)
    unsigned = bitstring.document(settings.SITE_URL, purpose, number, indexes(number, purpose), now)
    document = integrity.sign(unsigned, issuer.private(key), issuer.method(key), now)
    row.text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    row.stale, row.signed_at = False, now
    row.save(update_fields=["text", "stale", "signed_at"])
    return True


def indexes(number: int, purpose: str) -> list[int]:
    """The places whose bit is set, as the awards say now."""
    rows = Credential.objects.filter(SET[purpose], list_number=number)
    return [index for index in rows.order_by("list_index").values_list("list_index", flat=True) if index is not None]


def known(address: str) -> bytes | None:
    """The bits of a list of this installation by its address, from its awards: newer than any list. None for any other
    address."""
    prefix = f"{settings.SITE_URL}/status/"
    purpose, _, number = address.removeprefix(prefix).removesuffix(".json").partition("-")
    if not address.startswith(prefix) or purpose not in SET or not (number.isascii() and number.isdigit()):
        return None
    if len(number) > 5 or not StatusList.objects.filter(number=int(number), purpose=purpose).exists():
        return None
    return bitstring.unpacked(bitstring.packed(indexes(int(number), purpose)))
