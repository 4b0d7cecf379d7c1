"""What accepting a suggestion costs with few and with many on the track. Runs `inside`."""

import statistics
import time
from typing import Any
from uuid import UUID

from django.utils import timezone

from preau.accounts.models import Person
from preau.audit.acts import Act
from preau.common.ids import new_id
from preau.config.bench import filming, rows
from preau.courses import actions as courses
from preau.courses.models import Edition, Role
from preau.subtitles import access, reading, suggesting
from preau.subtitles.access import Here
from preau.subtitles.models import Suggestion, Track

MEASURED = 30  # accepted at each step


def run(*, people: list[str], steps: list[int]) -> dict[str, Any]:
    """Median milliseconds of accepting, by how many suggestions wait on the track."""
    edition = Edition.objects.select_related("course").get(slug=filming.SLUG)
    track = Track.objects.get(video__course=edition.course, language="fr")
    reviewer, author = (Person.objects.get(pk=UUID(one)) for one in people[-2:])
    courses.give_role(person=reviewer, kind=Role.Kind.SUBTITLER, by=None, now=timezone.now(), edition=edition)
    found: dict[str, float] = {}
    for step in steps:
        fill(track, edition, author, step)
        found[str(step)] = accept(track, edition, reviewer)
    return found


def fill(track: Track, edition: Edition, author: Person, wanted: int) -> None:
    """So many suggestions that wait, on all the lines in turn."""
    track.refresh_from_db()
    lines, now = reading.now(track).lines, timezone.now()
    there = Suggestion.objects.filter(track=track, state=Suggestion.State.OPEN).count()
    rows.in_bulk(
        Suggestion(
            track=track,
            kind=Suggestion.Kind.WORDS,
            first=line.key,
            keys=[line.key],
            base=track.revision,
            proposal=[{"start": line.start, "end": line.end, "text": f"{line.text} {n}"}],
            quote=line.said,
            author=author,
            edition=edition,
            made_at=now,
        )
        for n, line in ((n, lines[n % len(lines)]) for n in range(there, wanted))
    )


def accept(track: Track, edition: Edition, reviewer: Person) -> float:
    """The median of accepting some of them, each on a line of its own."""
    times = []
    keys = Suggestion.objects.filter(track=track, state=Suggestion.State.OPEN).order_by("first", "-made_at")
    chosen = list({row.first: row for row in keys[: 50 * MEASURED]}.values())[:MEASURED]
    for row in chosen:
        row.base = 2**30  # as if its author had just looked again
        row.save(update_fields=["base"])
        me = before(edition, track, reviewer)
        act = Act(new_id(), "subtitles.decide", {}, received_at=me.now)
        began = time.perf_counter()
        suggesting.decide(act=act, at=me, row=row, accept=True, reason="")
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def before(edition: Edition, track: Track, reviewer: Person) -> Here:
    """The reviewer before the track, as it stands now."""
    film = access.film(reviewer, edition.slug, track.video_id, "fr", now=timezone.now())
    return access.here(reviewer, film, access.track(film, track.language))
