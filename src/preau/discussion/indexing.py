"""Words go into the search: a chore of the worker. Whoever changes a post's words, whether it is shown, or its thread's
title leaves `Post.indexed` False (of the first post for a title)."""

import time
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from preau.discussion import stems
from preau.discussion.models import Entry, Post, Thread

BATCH = 100
AT_ONCE = 10.0  # seconds before the worker's other chores have their turn


def index_due(*, now: datetime) -> int:
    """Index what waits, oldest first, for so long at most; returns how many posts. Killed at any moment, a batch is
    done or waits still; done twice, it is as once."""
    done, end = 0, time.monotonic() + AT_ONCE
    while time.monotonic() < end:
        waiting = Post.objects.filter(indexed=False, at__lte=now).order_by("at", "pk")
        batch = list(waiting.values_list("pk", "thread_id")[:BATCH])
        if not batch:
            break
        _index([post for post, _thread in batch], {thread for _post, thread in batch})
        done += len(batch)
    return done


def _index(keys: Sequence[UUID], threads: set[UUID]) -> None:
    """One batch, under the locks of its threads: nobody changes a post between its reading and its mark."""
    with transaction.atomic():
        locked = Thread.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=threads).order_by("pk")
        titles = {row.pk: row for row in locked}
        posts = Post.objects.filter(pk__in=keys, indexed=False, thread_id__in=threads).order_by("at", "pk")
        shown, others = [], []
        for post in posts:
            if post.state == Post.State.SHOWN:
                shown.append(_entry(post, titles[post.thread_id]))
            else:
                others.append(post.pk)
        Entry.objects.bulk_create(
            shown, update_conflicts=True, unique_fields=["post"], update_fields=["thread", "space", "title", "words"]
        )
        # The row stays, without words: what is shown again stands where it stood among the newest.
        Entry.objects.filter(post__in=others).exclude(words="", title="").update(title="", words="")
        Post.objects.filter(pk__in=[*(row.post_id for row in shown), *others]).update(indexed=True)


def _entry(post: Post, thread: Thread) -> Entry:
    title = " ".join(stems.stems(thread.title)) if post.number == 1 else ""
    words = " ".join(stems.stems(post.text))
    return Entry(post=post, thread=thread, space_id=thread.space_id, title=title, words=words)
