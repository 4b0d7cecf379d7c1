"""What the access matrix is played on, of the newsletter."""

from datetime import datetime
from typing import Any

from preau.mail import rules
from preau.news.models import Mailing, Subscriber

TEXTS = {"fr": {"subject": "Du nouveau", "body": "Le cours reprend."}}


def issues(now: datetime) -> dict[str, Any]:
    """A draft, an issue that went, and an address that has not confirmed yet."""
    words = {"texts": TEXTS, "made_at": now, "edited_at": now}
    gone = Mailing.objects.create(**words, sending_at=now, queued_at=now)
    asked = Subscriber.objects.create(
        address="paul@example.net", language="fr", wording="Oui.", token=rules.token(), asked_at=now
    )
    return {"mailing": Mailing.objects.create(**words).pk, "issue_sent": gone.pk, "subscriber": asked.token}
