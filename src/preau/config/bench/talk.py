"""Threads of a hundred posts, and learners who take part in the discussions. Runs `inside`."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from preau.config.bench import rows
from preau.courses.models import Edition
from preau.discussion import spaces
from preau.discussion.models import Member, Post, Room, Thread

THREADS = 20
POSTS = 100
TEXT = "Bonjour, la **marge totale** est le retard possible sans décaler la fin : on remonte depuis la fin du réseau. "


def run(*, people: list[str]) -> dict[str, Any]:
    """Fills the general room of the sample's edition; returns the addresses of its threads."""
    edition, now = Edition.objects.select_related("course").get(slug=rows.EDITION), timezone.now()
    spaces.ensure(edition, now=now)
    room = Room.objects.get(space__edition=edition, key="general")
    before = now - timedelta(days=20)
    known = {"joined_at": before, "rules_at": before, "first_at": before, "posts": 20, "digested_at": now}
    rows.in_bulk(Member(course=edition.course, person_id=pk, **known) for pk in people)
    threads = [
        Thread(
            space_id=room.space_id,
            room=room,
            kind=Thread.Kind.QUESTION,
            title=f"La marge de la tâche {n}",
            language=rows.LANGUAGE,
            author_id=people[n % len(people)],
            made_at=before,
            latest=POSTS,
            latest_at=now,
            replies=POSTS - 1,
            answered_at=before,
        )
        for n in range(THREADS)
    ]
    rows.in_bulk(threads)
    rows.in_bulk(
        Post(
            thread=thread,
            number=number,
            author_id=people[(n * 7 + number) % len(people)],
            text=TEXT * (1 + number % 4),
            at=before + timedelta(minutes=number),
            indexed=True,
            told=True,
        )
        for n, thread in enumerate(threads)
        for number in range(1, POSTS + 1)
    )
    return {"threads": [f"/e/{rows.EDITION}/discussion/thread/{thread.pk}/" for thread in threads]}
