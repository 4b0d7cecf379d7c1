"""What a learner is told when a ruling of the team changes their result."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import formats, translation
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.mail import actions as mail
from preau.quizzes.models import Ruling


@dataclass(frozen=True)
class Changed:
    """One learner's result of a unit in percent, before and after; `told_from`: they may know of it only then."""

    person: Person
    before: float | None
    after: float | None
    told_from: datetime | None


def send(ruling: Ruling, title: str, changed: Iterable[Changed], *, now: datetime) -> None:
    """Put one message for each learner in the outbox, once for a ruling and once for its withdrawal; it leaves as soon
    as the result may be told."""
    rows: dict[datetime | None, list[dict[str, Any]]] = defaultdict(list)
    for one in changed:
        later = one.told_from if one.told_from and one.told_from > now else None
        rows[later].append(_message(ruling, title, one))
    for send_at, messages in rows.items():
        mail.queue_many(messages, now=now, kind="decision", send_at=send_at)


def _message(ruling: Ruling, title: str, one: Changed) -> dict[str, Any]:
    person = one.person
    with translation.override(person.language):
        subject = _("Your result changed: {title}").format(title=title)
        text = _text(ruling, title, one.before, one.after)
    key = f"ruling:{ruling.pk}:{'withdrawn' if ruling.withdrawn_at else 'made'}"
    shared = {"person_id": person.pk, "address": person.email, "language": person.language, "zone": person.zone}
    return {**shared, "key": key, "subject": subject, "text": text}


def _text(ruling: Ruling, title: str, before: float | None, after: float | None) -> str:
    what = {
        Ruling.Kind.CANCEL: _("A question of “{title}” is cancelled: it counts for nobody."),
        Ruling.Kind.ALSO: _("For a question of “{title}”, one more answer is accepted."),
        Ruling.Kind.RIGHT: _("For a question of “{title}”, the expected answer is corrected."),
    }[Ruling.Kind(ruling.kind)]
    if ruling.withdrawn_at:
        what = _("What we had decided on a question of “{title}” is withdrawn: it counts as it did before.")
    return _("{what}\n\nReason: {reason}\n\nYour result for this activity: {before}, now {after}.\n").format(
        what=what.format(title=title),
        reason=ruling.withdrawn_reason if ruling.withdrawn_at else ruling.reason,
        before=_percent(before),
        after=_percent(after),
    )


def _percent(value: float | None) -> str:
    return _("{number}%").format(number=formats.number_format(round(value or 0.0, 1), use_l10n=True))
