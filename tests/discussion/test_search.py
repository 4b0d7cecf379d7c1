"""Finding what was said, on either database."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.discussion import actions, indexing, reading, rules, search, stems
from preau.discussion.access import Here
from preau.discussion.models import Circle, CircleMember, Entry, Post, Room, Thread
from preau.discussion.search import Filters
from tests import cast
from tests.discussion import talking
from tests.discussion.test_carrying import LATER, lasting

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOW = cast.MONDAY + DAY


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition()


@pytest.fixture
def ana(edition: Edition) -> Person:
    return learner("Ana", edition)


def learner(name: str, edition: Edition) -> Person:
    who = cast.person(name)
    cast.enrolment(who, edition)
    return who


def there(who: Person, edition: Edition, now: Any = NOW) -> Here:
    return talking.here(who, {"edition": edition.slug}, now)


def index(now: Any = NOW) -> None:
    indexing.index_due(now=now)


def newest(at: Here, text: str, **filters: Any) -> Sequence[Any]:
    """The threads found, newest first."""
    to = search.reach(at, "fr")
    keys = search.newest(to, stems.asked(text), Filters(**filters))
    rows = Entry.objects.in_bulk(keys)
    return [rows[key].thread_id for key in keys]


def best(at: Here, text: str, **filters: Any) -> Sequence[Any]:
    to = search.reach(at, "fr")
    keys = search.best(to, stems.asked(text), Filters(**filters))
    rows = Entry.objects.in_bulk(keys)
    return [rows[key].thread_id for key in keys]


def likely(at: Here, title: str) -> Sequence[Any]:
    keys = search.likely(search.reach(at, "fr"), stems.asked(title))
    rows = Entry.objects.in_bulk(keys)
    return [rows[key].thread_id for key in keys]


def test_words_of_a_title_and_of_a_text_are_found_together_newest_or_best_first(ana: Person, edition: Edition) -> None:
    at = there(ana, edition)
    first = talking.ask(at, "La marge libre", "Comment calculer les compétences ?")
    second = talking.ask(at, "Autre chose", "Bonjour. La marge n'est pas une competence.")
    talking.ask(at, "Le budget", "Rien à voir.")
    index()
    assert newest(at, "compétence marges") == [second.pk, first.pk]
    assert best(at, "compétence marges") == [first.pk, second.pk]
    assert newest(at, "marge budget") == []
    assert newest(at, "le la les") == []
    talking.reply(at, first, "La marge totale.")
    index()
    assert newest(at, "marge") == [first.pk, second.pk, first.pk]
    assert best(at, "marge") == [first.pk, second.pk]


def test_pages_go_on_where_the_last_one_ended(ana: Person, edition: Edition) -> None:
    at = there(ana, edition)
    thread = talking.ask(at, "Gantt", "gantt")
    Post.objects.bulk_create(
        Post(thread=thread, number=n, author=ana, text=f"gantt {n}", at=NOW, state="shown") for n in range(2, 30)
    )
    index()
    to, asked, seen, before = search.reach(at, "fr"), stems.asked("gantt"), [], None
    while keys := search.newest(to, asked, Filters(), before=before, limit=7):
        seen += keys
        before = keys[-1]
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == 29


@pytest.mark.parametrize("limit", [1, 4, 100])
def test_none_is_missed_or_doubled_where_the_blocks_of_the_index_meet(
    ana: Person, edition: Edition, limit: int
) -> None:
    at = there(ana, edition)
    thread = talking.ask(at, "Gantt", "gantt")
    ids = [1, 2, 4095, 4096, 4097, 8191, 8192, 12_287, 12_288, 12_300, 12_399, 12_400, 12_500]
    posts = [Post(thread=thread, number=n, text="gantt", at=NOW, indexed=True) for n in range(2, 2 + len(ids))]
    Post.objects.bulk_create(posts)
    fields = {"thread": thread, "space_id": at.space, "words": "gantt"}
    Entry.objects.bulk_create(Entry(pk=key, post=post, **fields) for key, post in zip(ids, posts, strict=True))
    to, asked, seen, before = search.reach(at, "fr"), stems.asked("gantt"), [], None
    while keys := search.newest(to, asked, Filters(), before=before, limit=limit):
        seen += keys
        before = keys[-1]
    assert seen == sorted(ids, reverse=True)
    assert search.best(to, asked, Filters()) == [12_500]


def test_filters_narrow_what_is_found(ana: Person, edition: Edition) -> None:
    ben = learner("Ben", edition)
    at, other = there(ana, edition), there(ben, edition, NOW + DAY)
    question = talking.ask(at, "Gantt ?", unit=None)
    talk = talking.ask(other, "Gantt pour un emploi", kind="discussion", room="jobs", language="en")
    answer = talking.reply(other, question, "Voici.")
    actions.accept(act=cast.an_act("accept"), at=at, post=answer, on=True)
    index(NOW + DAY)
    assert newest(at, "gantt") == [talk.pk, question.pk]
    assert newest(at, "gantt", kind="question") == [question.pk]
    assert newest(at, "gantt", room="jobs") == [talk.pk]
    assert newest(at, "gantt", answered=True) == [question.pk]
    assert newest(at, "gantt", answered=False) == [talk.pk]
    assert newest(at, "gantt", author=ben.pk) == [talk.pk]
    assert newest(at, "gantt", language="en") == [talk.pk]
    assert newest(at, "gantt", since=NOW + DAY) == [talk.pk]
    assert newest(at, "gantt", scope="commons") == newest(at, "gantt", scope="earlier") == []
    assert newest(at, "gantt", scope="here", room="general") == [question.pk]


def test_what_is_deleted_hidden_or_held_is_never_found_and_its_words_go(ana: Person, edition: Edition) -> None:
    at = there(ana, edition)
    thread = talking.ask(at, "Une question", "Le mot zanzibar.")
    reply = talking.reply(at, thread, "Aussi zanzibar.")
    index()
    assert len(newest(at, "zanzibar")) == 2
    actions.delete(act=cast.an_act("delete"), at=at, post=reply)
    assert newest(at, "zanzibar") == [thread.pk]
    index()
    assert not Entry.objects.get(post=reply).words
    actions.restore(act=cast.an_act("restore"), at=at, post=reply)
    index()
    assert len(newest(at, "zanzibar")) == 2
    Post.objects.filter(thread=thread, number=1).update(state=Post.State.HIDDEN, indexed=False)
    actions.settle(thread.pk)
    assert newest(at, "zanzibar") == best(at, "zanzibar") == likely(at, "une question") == []
    Post.objects.filter(thread=thread).delete()
    assert not Entry.objects.exists()


def test_an_edit_is_found_by_its_new_words_only(ana: Person, edition: Edition) -> None:
    at = there(ana, edition)
    thread = talking.ask(at, "Un titre", "Le mot zanzibar.")
    index()
    actions.edit(act=cast.an_act("edit"), at=at, post=thread.posts.get(), text="Le mot samarcande.")
    index()
    assert newest(at, "samarcande") == [thread.pk]
    assert newest(at, "zanzibar") == []
    index()
    assert Entry.objects.count() == 1


def test_a_post_that_reveals_an_answer_is_found_once_the_deadline_has_passed(ana: Person, edition: Edition) -> None:
    at = there(ana, edition)
    plain = talking.ask(at, "Question libre", "Rien.")
    revealing = talking.reply(at, plain, "La réponse est zanzibar.")
    actions.reveal(act=cast.an_act("reveal"), at=at, post=revealing, on=True)
    index()
    assert newest(at, "zanzibar") == best(at, "zanzibar") == []
    later = there(ana, edition, NOW + timedelta(weeks=7))
    assert newest(later, "zanzibar") == [plain.pk]
    first = plain.posts.get(number=1)
    actions.reveal(act=cast.an_act("reveal"), at=at, post=first, on=True)
    assert likely(at, "question libre") == []
    assert likely(later, "question libre") == [plain.pk]


def test_the_same_at_a_graded_unit_and_in_the_room_of_its_module(ana: Person, edition: Edition) -> None:
    at = there(ana, edition)
    graded, free = unit(at, "quiz"), unit(at, "lecon")
    module = next(room["key"] for room in reading.rooms(at, "fr") if room["kind"] == "module")
    for name, fields in (
        ("quiz", {"unit": graded}),
        ("lecon", {"unit": free}),
        ("module", {"room": module}),
        ("nothing", {}),
    ):
        thread = talking.ask(at, f"Fil {name}", f"zanzibar {name}", **fields)
        actions.reveal(act=cast.an_act("reveal"), at=at, post=thread.posts.get(), on=True)
    index()
    dated = reading.dated(at, "fr")
    for days in range(0, 60, 3):
        now = there(ana, edition, NOW + timedelta(days=days))
        expected = set()
        for thread in Thread.objects.select_related("room"):
            marked = thread.posts.get().reveals_at
            assert marked is not None
            until = rules.embargo(dated, unit=thread.unit_id, module=thread.room.module_id, marked_at=marked)
            if not rules.folded(until, now.now):
                expected.add(thread.pk)
        found = set(newest(now, "zanzibar"))
        assert names(found) == names(expected), days


def unit(at: Here, key: str) -> UUID:
    outline = reading.outline(at, "fr")
    assert outline is not None
    return outline.by_key[key].id


def names(keys: Collection[Any]) -> list[str]:
    return sorted(Thread.objects.filter(pk__in=keys).values_list("title", flat=True))


def test_a_circle_is_searched_by_its_people_and_a_hidden_room_by_the_team(ana: Person, edition: Edition) -> None:
    ben, tom = learner("Ben", edition), cast.person("Tom")
    cast.role(tom, "teacher", edition=edition)
    at = there(ana, edition)
    thread = talking.ask(at, "Dans le cercle", "zanzibar")
    room = Room.objects.create(space_id=at.space, key="circle-1", kind=Room.Kind.CIRCLE)
    circle = Circle.objects.create(room=room, number=1, language="fr")
    CircleMember.objects.create(circle=circle, space_id=at.space, person=ana, joined_at=NOW)
    Thread.objects.filter(pk=thread.pk).update(room=room)
    hidden = talking.ask(at, "Dans le secret", "zanzibar", room="jobs")
    Room.objects.filter(pk=hidden.room_id).update(hidden=True)
    index()
    assert newest(at, "zanzibar") == [thread.pk]
    assert newest(there(ben, edition), "zanzibar") == likely(there(ben, edition), "dans le cercle secret") == []
    assert newest(there(tom, edition), "zanzibar") == [hidden.pk]


def test_an_edition_finds_the_commons_and_what_lasts_of_earlier_ones(edition: Edition) -> None:
    second = cast.edition(slug="thin-2", opens=LATER, of=edition.course.versions.get())
    zoe = cast.person("Zoe")
    cast.enrolment(zoe, second, at=LATER)
    kept = lasting(edition, "lecon").pk
    ana = Person.objects.get(name="Ana")
    at = there(ana, edition)
    left = talking.ask(at, "Une date oubliée", "marge")
    graded = talking.ask(at, "Une date de quiz", "marge", unit=unit(at, "quiz")).pk
    Thread.objects.filter(pk=graded).update(lasting=True)
    common = talking.ask(talking.here(ana, {"course": edition.course.slug}, NOW), "La date commune", "marge")
    index(LATER)
    early, late = (there(zoe, second, LATER + timedelta(weeks=weeks)) for weeks in (0, 7))
    assert set(newest(early, "date")) == {kept, common.pk}
    assert set(newest(early, "date", scope="earlier")) == {kept}
    assert set(newest(early, "date", scope="commons")) == {common.pk}
    assert set(newest(late, "date")) == {kept, graded, common.pk}
    assert set(likely(early, "date")) == {kept, common.pk}
    assert newest(early, "date", scope="here") == []
    assert left.pk not in newest(late, "date")
    in_commons = talking.here(zoe, {"course": edition.course.slug}, LATER + DAY)
    assert set(newest(in_commons, "date")) == {kept, common.pk}


def test_likely_answers_have_the_rare_words_of_the_title_and_answered_ones_come_first(
    ana: Person, edition: Edition
) -> None:
    ben = learner("Ben", edition)
    at, other = there(ana, edition), there(ben, edition)
    open_ = talking.ask(at, "Calcul de la marge libre")
    for n in range(8):
        talking.ask(there(ana, edition, NOW + n * DAY), f"Calcul numéro {n}", "x")
    answered = talking.ask(there(ana, edition, NOW + 9 * DAY), "Marges libres : quel calcul")
    answer = talking.reply(other, answered, "Ainsi.")
    actions.accept(act=cast.an_act("accept"), at=at, post=answer, on=True)
    index(NOW + 20 * DAY)
    found = likely(at, "Comment faire le calcul d'une marge ?")
    assert list(found[:2]) == [answered.pk, open_.pk]
    assert likely(at, "Qui est là") == []
    assert len(likely(at, "calcul")) == 5


HOSTILE = [
    '"',
    '" OR 1=1 --',
    "NEAR(a b)",
    "title : x",
    "a* AND (b",
    "-x ^y",
    "{a b}",
    "'; DROP TABLE discussion_entry; --",
    "\0",
    "%s %d %%",
    "\\",
    "x" * 10_000,
    "mot " * 2_500,
    "🧗🏽‍♀️ 🇫🇷",
    "\u202eabc\u202c مرحبا",
    "\ud800",
    "<script>alert(1)</script>",
    "c++ .net f# a_b",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_only_words(ana: Person, edition: Edition, text: str) -> None:
    at = there(ana, edition)
    words = text[:10_000].replace("\ud800", "") or "vide"
    thread = talking.ask(at, "Un titre", f"{words} fin")
    index()
    client = cast.browser(ana)
    base = f"/e/{edition.slug}/discussion/"
    typed = text.encode("utf-8", "replace").decode()
    for address, field in (("search/", "q"), ("suggest/", "title")):
        for order in ("", "best"):
            answer = client.get(base + address, {field: typed, "order": order})
            assert answer.status_code == 200
            assert b"<script>alert" not in answer.content
    asked = stems.asked(words)
    if asked:
        assert newest(at, words) == [thread.pk]


TEXTS = st.lists(st.text(alphabet="abéç ._+#'3-ÀΩ中🙂", min_size=1, max_size=12), min_size=1, max_size=6).map(" ".join)


@settings(max_examples=25, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5), TEXTS)
def test_the_engine_finds_exactly_what_holds_every_word(edition_texts: list[str], query: str) -> None:
    asked = stems.asked(query)
    rows = [(stems.stems(text), n) for n, text in enumerate(edition_texts)]
    expected = [n for kept, n in rows if asked and all(set(group) & set(kept) for group in asked)]
    with transaction.atomic():
        at = there(learner("Ana", cast.edition()), Edition.objects.get())
        thread = talking.ask(at, "…", "…")
        for n, text in enumerate(edition_texts):
            Post.objects.create(thread=thread, number=n + 2, text=text, at=NOW + timedelta(seconds=n))
        index(NOW + DAY)
        keys = search.newest(search.reach(at, "fr"), asked, Filters())
        found = list(Entry.objects.filter(pk__in=keys).order_by("pk").values_list("post__number", flat=True))
        transaction.set_rollback(True)
    assert found == [n + 2 for n in expected]


def test_the_page_shows_where_each_thing_is_and_marks_the_words(ana: Person, edition: Edition) -> None:
    at = there(ana, edition)
    thread = talking.ask(at, "La <b>marge</b>", "Un texte <script>x</script> sur la marge.")
    index()
    client, base = cast.browser(ana), f"/e/{edition.slug}/discussion/"
    page = client.get(f"{base}search/", {"q": "marges"}).content.decode()
    assert "<mark>marge</mark>" in page
    assert "<script>x" not in page
    assert "&lt;b&gt;" in page
    assert f'href="{base}thread/{thread.pk}/#p-1"' in page
    assert 'action="' in client.get(base).content.decode()
    nothing = client.get(f"{base}search/", {"q": "introuvable", "kind": "question"}).content.decode()
    assert f"{base}room/general/new/?title=introuvable" in nothing
    assert client.get(f"{base}search/").status_code == 200
    odd = {"q": "marge", "kind": "x", "room": "y", "before": "z", "page": "-1", "scope": "w"}
    assert "<mark>" in client.get(f"{base}search/", odd).content.decode()
    likely_ = client.get(f"{base}suggest/", {"title": "une marge"}).content.decode()
    assert f"thread/{thread.pk}/" in likely_
    assert "hx-get" in client.get(f"{base}room/general/new/").content.decode()


@pytest.mark.parametrize("address", ["search/?q=gantt", "search/?q=gantt&order=best", "suggest/?title=gantt"])
def test_a_search_costs_the_same_in_few_and_in_many(ana: Person, edition: Edition, address: str) -> None:
    at = there(ana, edition)
    client, path = cast.browser(ana), f"/e/{edition.slug}/discussion/{address}"
    costs = []
    for many in (3, 300):
        for n in range(many // 3):
            thread = talking.ask(there(ana, edition, NOW + many * n * DAY), f"Gantt {n}", "gantt")
            Post.objects.bulk_create(Post(thread=thread, number=k, author=ana, text="gantt", at=NOW) for k in (2, 3))
        index(NOW + 100_000 * DAY)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] <= 16
    assert at.edition is not None
