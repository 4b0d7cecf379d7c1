"""What a learner changes here: the address of their calendar."""

import secrets
from datetime import datetime

from preau.accounts.models import Person
from preau.audit import acts
from preau.courses.models import Enrolment
from preau.home.models import Feed


def give_address(*, act: acts.Act, by: Person, enrolment: Enrolment, now: datetime) -> acts.Outcome:
    """Give a calendar an address, or another one: what had the former finds nothing there any more. The outcome does
    not say the token, which is kept in one place."""

    def work() -> acts.Outcome:
        values = {"token": secrets.token_urlsafe(24), "made_at": now}
        row, _made = Feed.objects.update_or_create(enrolment=enrolment, defaults=values)
        return {"feed": str(row.pk)}

    return acts.once(act, by.pk, work)
