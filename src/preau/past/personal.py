"""What former editions hold of somebody with an account.

Decision: erased with the account are their results, their name, address and number; a fingerprint that only this
installation can make keeps a file from bringing them back. A certificate stays with its code, of nobody: whoever shows
it can have it checked. Totals name nobody.
"""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_noop

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.past import claiming, forgetting
from preau.past.models import Doubt, Former, FormerResult

CERTIFICATES = gettext_noop("The codes of certificates of former editions, without your name")
CERTIFICATES_WHY = gettext_noop("Whoever shows a certificate can have it checked.")
MARK = gettext_noop("A fingerprint of the address that former editions knew you by")
MARK_WHY = gettext_noop("A file of a former edition that comes in again must not bring your results back.")


def register() -> None:
    """Called once, when the models are ready."""
    claiming.register()
    personal_data.register("past", export, erase, {CERTIFICATES: CERTIFICATES_WHY, MARK: MARK_WHY})


def export(person: Person) -> personal_data.Tables:
    """Former people linked to the account, their results with where each comes from, and what one said of oneself."""
    mine = Former.objects.filter(person=person).order_by("pk")
    results = FormerResult.objects.filter(former__person=person, source__withdrawn_at=None)
    return {
        "former": mine.values("course__slug", "email", "number", "name", "linked_how", "linked_at"),
        "results": results.order_by("former", "edition_number", "what", "key").values(
            *("former__course__slug", "edition_number", "what", "key", "percent", "passed", "certificate", "credits"),
            *("at", "source__origin", "source__file_name", "line"),
        ),
        "claims": Doubt.objects.filter(person=person)
        .order_by("asked_at", "pk")
        .values("course__slug", "names", "email", "number", "edition_number", "asked_at", "decision", "decided_at"),
    }


def erase(person: Person, now: datetime) -> Mapping[str, str]:
    """Empty the former people of this account."""
    rows = list(Former.objects.filter(person=person).select_related("course").order_by("pk"))
    kept = forgetting.erase(rows, now)
    Doubt.objects.filter(person=person).delete()
    said = {MARK: MARK_WHY} if rows else {}
    return said | ({CERTIFICATES: CERTIFICATES_WHY} if kept else {})
