"""Certificates signed, printed, sealed and stored by the worker's own chore. Runs `inside`."""

import time
from contextlib import closing
from typing import Any

from django.utils import timezone

from preau.accounts.models import Person
from preau.certificates.giving import new_code
from preau.certificates.issuing import AT_ONCE, Press
from preau.certificates.models import Award, Credential
from preau.config.bench import rows
from preau.config.worker import TEND
from preau.courses.models import Edition

WARM = 40  # made before the clock starts: hands begin, fonts are read


def run(*, count: int) -> dict[str, Any]:
    """Seconds that ten thousand would take, reckoned from so many, before sealing and sealed, the worker's rests
    between two looks included; milliseconds of each step; for how many the documents are not exactly one and one."""
    found: dict[str, Any] = {"printed": made(count, sealing=False), "sealed": made(count, sealing=True)}
    awards, credentials = Award.objects.count(), list(Credential.objects.exclude(paper="").values_list("paper"))
    return {**found, "wrong": 2 * awards - len(credentials) - len(set(credentials))}


def made(count: int, *, sealing: bool) -> dict[str, Any]:
    """One round."""
    give(count + WARM, f"certified-{sealing}")
    with closing(Press(sealing=sealing)) as press:
        warm = press.issue(now=timezone.now(), limit=WARM)
        press.seconds = [0.0, 0.0, 0.0]
        began, done = time.monotonic(), 0
        while done < count and (more := press.issue(now=timezone.now(), until=time.monotonic() + AT_ONCE)):
            done += more
        seconds = time.monotonic() - began
        assert warm + done == count + WARM, f"{warm + done} of {count + WARM} were made"
        hands = press.hands.number if press.hands else 1
        steps = [round(1000 * one / done, 1) for one in press.seconds]
    return {"seconds": 10_000 * seconds / done * (1 + TEND / AT_ONCE), "steps": steps, "hands": hands}


def give(count: int, name: str) -> None:
    """Awards without documents, to people who are new."""
    now = timezone.now()
    edition = Edition.objects.get(slug=rows.EDITION)
    people = list(rows.add_people(count, name, now))
    track, by = edition.tracks.order_by("position")[0], Person.objects.order_by("pk")[0]
    steps = {track.key: {"credits": f"{track.credits:f}"}}
    rows.in_bulk(
        Award(
            enrolment=one,
            track=track,
            titles=track.titles,
            credits=track.credits,
            steps=steps,
            code=new_code(),
            decided_by_id=by.pk,
            awarded_at=now,
        )
        for one in rows.enrol(people, edition, now)
    )
