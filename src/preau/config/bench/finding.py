"""Queries in many posts written with a vocabulary as people have one: few words often, most of them hardly ever. Runs
`inside`."""

import importlib
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import accumulate
from statistics import median, quantiles
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from preau.common.ids import new_id
from preau.config.bench import rows, scale
from preau.courses.models import Edition
from preau.discussion import search, spaces, stems
from preau.discussion.models import Entry, Room, Space

THREAD = 10  # posts of one
KNOWN = 30_000  # words
BATCH = 2_000  # threads
PICKED = 25  # queries of each sort
SORTS = ("common", "middle", "rare", "common common", "common rare", "middle middle", "common middle rare")
BANDS = {"common": (0, 30), "middle": (30, 1_000), "rare": (1_000, 20_000)}  # of the vocabulary's ranks
USED = """projet project planning schedule tâche task marge slack chemin path équipe team budget deadline réunion
meeting livrable deliverable risque risk carte course quiz lesson devoir answer copie question module
mistake semaine tool réponse link erreur file outil video lien exercise fichier duration vidéo workload
exercice manager calcul need durée goal charge method chef chart besoin skill objectif grade méthode
certificate gestion compétence planifier correction"""
BEGINS = "pro dé re con ma li ro sta cri plan for me tra par su ex in com dis pré"
MIDDLES = "gra ti ci men ra lo du ce va pi nu to fa be so ré ly mo ka"
ENDS = "tion ment er age eur ité able ing ed ness ly ance ence isme ique if al ible ade"
POST = "id, thread_id, number, text, files, at, state, thanks, indexed, told"
ENTRY = "post_id, thread_id, space_id, title, words"
OPENED = "id, space_id, room_id, kind, title, language, made_at, latest, latest_at, replies, revision"
OPENED += ", lasting, pinned, closed, hidden"


def run(*, posts: int) -> dict[str, Any]:
    """Times of each sort of search in milliseconds, with `posts` stored; `row`: reading one row by its key."""
    draw, now = random.Random(5), timezone.now()
    edition = Edition.objects.get(slug=rows.DRILL)
    spaces.ensure(edition, now=now)
    spaces.ensure_commons(edition.course, now=now)
    space = Space.objects.get(edition=edition)
    vocabulary = Vocabulary(draw)
    with unindexed():
        load(space, vocabulary, posts, draw, now - timedelta(days=90))
    scale.settle()
    commons = Space.objects.get(course=edition.course, edition=None).pk
    to = search.Reach(new_id(), False, space.pk, commons, {}, search.Held(), search.Held())
    queries = [stems.asked(" ".join(words)) for words in vocabulary.queries(draw)]
    every = search.Filters()
    keys = list(Entry.objects.order_by().values_list("pk", flat=True)[:200])
    return {
        "newest": timed(queries, lambda groups: search.newest(to, groups, every, limit=21)),
        "ranked": timed(queries, lambda groups: search.best(to, groups, every)),
        "likely": timed(queries, lambda groups: search.likely(to, groups)),
        "row": timed(keys, lambda key: Entry.objects.get(pk=key))["median"],
    }


def timed(queries: list[Any], find: Callable[[Any], object]) -> dict[str, float]:
    """Each query once after one of its neighbours has warmed the caches."""
    find(queries[-1])
    taken = []
    for query in queries:
        began = time.perf_counter()
        find(query)
        taken.append(1000 * (time.perf_counter() - began))
    return {
        "median": median(taken),
        "p95": quantiles(taken, n=20)[-1],
        "most": max(taken),
        "queries": len(taken),
    }


class Vocabulary:
    """Words from the most to the least used, by Zipf's law; each with its stems."""

    def __init__(self, draw: random.Random) -> None:
        self.words = USED.split()
        known = set(self.words)
        begins, middles, ends = BEGINS.split(), MIDDLES.split(), ENDS.split()
        while len(self.words) < KNOWN:
            word = draw.choice(begins) + draw.choice(middles) + draw.choice(middles) + draw.choice(ends)
            if word not in known:
                known.add(word)
                self.words.append(word)
        self.shares = list(accumulate(1 / (rank + 3) for rank in range(KNOWN)))
        self.stems = {word: stems.stems(word) for word in self.words}

    def text(self, draw: random.Random, length: int) -> list[str]:
        """So many words."""
        return draw.choices(self.words, cum_weights=self.shares, k=length)

    def stemmed(self, words: list[str]) -> str:
        """What the search keeps of them."""
        return " ".join(dict.fromkeys(stem for word in words for stem in self.stems[word]))

    def queries(self, draw: random.Random) -> Iterator[list[str]]:
        """Queries of every sort, mixed."""
        found = [
            [self.words[draw.randrange(*BANDS[band])] for band in sort.split()] for sort in SORTS for _ in range(PICKED)
        ]
        draw.shuffle(found)
        yield from found


@contextmanager
def unindexed() -> Iterator[None]:
    """PostgreSQL makes an index of many rows much faster than it lets one grow row by row."""
    made = importlib.import_module("preau.discussion.migrations.0002_search")
    apart = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for statement in made.UNMADE["postgresql"] if apart else ():
            cursor.execute(statement)
    yield
    with connection.cursor() as cursor:
        for statement in made.POSTGRESQL if apart else ():
            cursor.execute(statement)


def load(space: Space, vocabulary: Vocabulary, posts: int, draw: random.Random, since: datetime) -> None:
    """Threads of ten posts, in the order of their writing, with their entries."""
    rooms = list(space.rooms.exclude(kind=Room.Kind.CIRCLE).values_list("pk", flat=True))
    step = timedelta(days=90) / posts
    for first in range(0, posts // THREAD, BATCH):
        count = min(BATCH, posts // THREAD - first)
        threads = [new_id() for _ in range(count)]
        begun = since + first * THREAD * step
        titles = [vocabulary.text(draw, draw.randint(3, 9)) for _ in threads]
        with transaction.atomic():
            scale.write("discussion_thread", _threads(space.pk, rooms, threads, titles, draw, begun), OPENED)
            written = list(_posts(threads, vocabulary, draw, begun, step))
            scale.write("discussion_post", (row for row, _words in written), POST)
            scale.write("discussion_entry", _entries(space.pk, written, titles, vocabulary), ENTRY)


def _threads(
    space: UUID, rooms: list[UUID], threads: list[UUID], titles: list[list[str]], draw: random.Random, at: datetime
) -> Iterator[tuple[Any, ...]]:
    for key, title in zip(threads, titles, strict=True):
        kind = draw.choice(["question", "question", "discussion"])
        flags = (False, False, False, draw.random() < 0.01)
        yield key, space, draw.choice(rooms), kind, " ".join(title)[:150], "fr", at, THREAD, at, THREAD - 1, 1, *flags


def _posts(
    threads: list[UUID], vocabulary: Vocabulary, draw: random.Random, at: datetime, step: timedelta
) -> Iterator[tuple[tuple[Any, ...], list[str]]]:
    n = 0
    for number in range(1, THREAD + 1):
        for thread in threads:
            words = vocabulary.text(draw, min(300, int(draw.lognormvariate(3.6, 0.8)) + 2))
            state = "shown" if draw.random() < 0.98 else "hidden"
            n += 1
            yield (new_id(), thread, number, " ".join(words), "[]", at + n * step, state, 0, True, True), words


def _entries(
    space: UUID, written: list[tuple[tuple[Any, ...], list[str]]], titles: list[list[str]], vocabulary: Vocabulary
) -> Iterator[tuple[Any, ...]]:
    for n, (row, words) in enumerate(written):
        title = vocabulary.stemmed(titles[n]) if row[2] == 1 else ""
        yield row[0], row[1], space, title, vocabulary.stemmed(words)
