"""What is announced and killed, run as `python -m tests.faults.announcing COMMAND` in a process of its own.

`prepare N` migrates, and makes an edition of N learners with a confirmed announcement. `work` says `ready` and serves
it in small batches, to be killed. `report` prints what the database holds of it."""

import json
import sys
from collections import Counter
from typing import Any

from preau.config import command

command.prepare(command.Needs(database=sys.argv[1] == "prepare"))

from django.utils import timezone  # noqa: E402  the models load once Django is set up

from preau.accounts.models import Person  # noqa: E402
from preau.courses.models import Enrolment  # noqa: E402
from preau.mail.models import Message  # noqa: E402
from preau.support import announcements  # noqa: E402
from preau.support.models import Announcement  # noqa: E402
from tests import cast  # noqa: E402

BATCH = 5


def prepare(count: int) -> int:
    """How many are meant."""
    now = timezone.now()
    edition = cast.edition(opens=cast.monday(now, -1))
    track = edition.tracks.order_by("position")[0]
    people = Person.objects.bulk_create(
        Person(email=f"learner{n}@example.org", name=f"Learner {n}", joined_at=now) for n in range(count)
    )
    Enrolment.objects.bulk_create(
        Enrolment(person=one, edition=edition, track=track, enrolled_at=now) for one in people
    )
    texts = {"fr": {"subject": "Séance", "text": "Rendez-vous **jeudi**."}}
    fields = {"state": "scheduled", "send_at": now, "counted": count}
    Announcement.objects.create(edition=edition, texts=texts, written_at=now, **fields)
    return count


def work() -> None:
    announcements.BATCH = BATCH
    print("ready", flush=True)  # noqa: T201  read by the test
    announcements.serve_due(now=timezone.now())


def report() -> dict[str, Any]:
    """How many messages each has; what the announcement says of itself."""
    row = Announcement.objects.get()
    told = Message.objects.filter(key=f"announcement:{row.pk}").values_list("person_id", flat=True)
    return {"messages": sorted(Counter(told).values()), "served": row.served, "state": row.state}


if __name__ == "__main__":
    if sys.argv[1] == "work":
        work()
    else:
        print(json.dumps(prepare(int(sys.argv[2])) if sys.argv[1] == "prepare" else report()))  # noqa: T201
