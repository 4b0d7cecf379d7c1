"""Introductions, circles, and what people show of themselves."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.discussion import access, actions, naming
from preau.discussion.circles import MOST
from preau.discussion.models import Circle, CircleMember, Follow, Member, Post, Thread
from tests import cast
from tests.discussion import gathering, talking

pytestmark = pytest.mark.django_db
HELLO = {
    "name": "Awa",
    "country": "SN",
    "field": "association",
    "job": "sage-femme",
    "why": "Mener un projet de santé.",
    "languages": ["fr", "wo"],
    "text": "Bonjour à toutes et à tous.",
    "agree": "on",
}


@pytest.fixture
def running(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


def test_somebody_introduces_themself_and_finds_a_circle(running: Edition) -> None:
    awa, ben = gathering.learner("Awa Diop", running), gathering.learner("Ben", running)
    base, page = f"/e/{running.slug}/discussion/", cast.browser(awa)
    assert page.get(f"{base}room/introductions/new/").headers["Location"] == f"{base}introduce/"
    assert 'name="agree"' in page.get(f"{base}introduce/").content.decode()
    form = cast.form() | HELLO
    sent = page.post(f"{base}introduce/", form)
    assert sent.headers["Location"] == f"{base}room/c-fr-1/"
    assert page.post(f"{base}introduce/", form).status_code == 302  # sent twice: the same answer
    there = CircleMember.objects.get(person=awa)
    assert there.introduced is not None
    assert (there.circle.size, there.introduced.text) == (1, HELLO["text"])
    assert Follow.objects.filter(person=awa, room=there.circle.room).exists(), "who joins a circle follows it"
    assert Thread.objects.get().title == "Awa, Sénégal"
    room = page.get(f"{base}room/c-fr-1/").content.decode()
    assert "Awa" in room
    assert "sage-femme" in room
    again = page.post(f"{base}introduce/", cast.form() | HELLO)
    assert again.status_code == 422
    assert Thread.objects.count() == 1
    assert f"{base}room/c-fr-1/" in page.get(base).content.decode()
    other = cast.browser(ben)
    assert "Awa" in other.get(f"{base}room/introductions/").content.decode()
    assert other.get(f"{base}room/c-fr-1/").status_code == 404
    assert f"{base}introduce/" in other.get(base).content.decode()


def test_a_circle_is_its_members_and_lives_on_after_the_edition(running: Edition) -> None:
    awa, ben = gathering.learner("Awa", running), gathering.learner("Ben", running)
    where, after = {"edition": running.slug}, running.closes_at + timedelta(days=90)
    row = gathering.introduce(awa, running, timezone.now())
    assert row.introduced is not None
    thread = row.introduced.thread
    with pytest.raises(Http404):
        access.thread(talking.here(ben, where, after), thread.pk)
    gathering.introduce(ben, running, timezone.now())
    assert talking.reply(talking.here(ben, where, after), thread, "Bonjour Awa.").number == 2
    commons = cast.browser(awa).get(f"/commons/{running.course.slug}/").content.decode()
    assert f"/e/{running.slug}/discussion/room/{row.circle.room.key}/" in commons


def test_a_circle_is_never_too_large_and_mixes_countries(running: Edition) -> None:
    for number in range(70):
        who = gathering.learner(f"P{number}", running, "FR" if number % 3 else ("SN", "MA", "CI")[number // 3 % 3])
        gathering.introduce(who, running, timezone.now())
    sizes = dict(Circle.objects.values_list("number", "size"))
    assert sum(sizes.values()) == 70
    assert max(sizes.values()) <= MOST
    for circle in Circle.objects.order_by("number"):
        assert circle.members.count() == circle.size
    assert len(set(Circle.objects.get(number=1).members.values_list("person__country", flat=True))) == 4


def test_another_language_has_its_own_circles(running: Edition) -> None:
    rows = [
        gathering.introduce(gathering.learner(name, running), running, timezone.now(), language=language)
        for name, language in (("Ana", "fr"), ("Zoe", "en"))
    ]
    assert [row.circle.room.key for row in rows] == ["c-fr-1", "c-en-1"]


def test_in_the_commons_an_introduction_is_a_thread_of_their_room(running: Edition) -> None:
    awa = gathering.learner("Awa", running)
    base = f"/commons/{running.course.slug}/"
    assert cast.browser(awa).post(f"{base}introduce/", cast.form() | HELLO).status_code == 302
    assert Thread.objects.get().room.key == "introductions"
    assert not Circle.objects.exists()
    assert "Awa, Sénégal" in cast.browser(awa).get(f"{base}room/introductions/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "\u200b\u200b\u2060"),
        ("name", "\u3164\u3164"),
        ("name", "x" * 10_000),
        ("name", "…!"),
        ("job", "x" * 10_000),
        ("why", "x" * 10_000),
        ("country", "ZZZ"),
        ("field", "king"),
        ("languages", ["klingon"]),
    ],
)
def test_what_nobody_could_read_is_refused_with_its_reason(running: Edition, field: str, value: str) -> None:
    page = cast.browser(gathering.learner("Ana", running))
    sent = page.post(f"/e/{running.slug}/discussion/me/", cast.form() | {field: value})
    assert sent.status_code == 422
    assert "errorlist" in sent.content.decode() or 'role="alert"' in sent.content.decode()
    assert not Member.objects.filter(name__gt="").exists()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{ 7*7 }}", "Ana\u202egpj.exe", "Z" + "\u0301" * 50])
def test_a_hostile_name_is_shown_as_text_and_harmless(running: Edition, name: str) -> None:
    ana = gathering.learner("Ana", running)
    page, base = cast.browser(ana), f"/e/{running.slug}/discussion/"
    sent = page.post(f"{base}me/", cast.form(name=name, job=name, why=name))
    assert sent.status_code == 302
    shown = page.get(sent.headers["Location"]).content.decode()
    assert "<script>alert" not in shown
    assert "\u202e" not in shown
    kept = Member.objects.get(person=ana)
    assert kept.name == naming.shown(name)
    assert "\u0301" * 4 not in kept.name


def test_without_a_name_the_first_word_of_the_accounts_is_shown(running: Edition) -> None:
    blank = gathering.learner("Zoe Martin", running)
    page = cast.browser(blank)
    sent = page.post(f"/e/{running.slug}/discussion/me/", cast.form(field="student"))
    shown = page.get(sent.headers["Location"]).content.decode()
    assert "<h1>Zoe</h1>" in shown
    assert "Martin" not in shown
    Person.objects.filter(pk=blank.pk).update(name="\u200b")
    assert "<h1></h1>" not in page.get(sent.headers["Location"]).content.decode()


def test_somebodys_page_lists_what_the_reader_may_read(running: Edition) -> None:
    now, where = timezone.now(), {"edition": running.slug}
    awa, ben = gathering.learner("Awa", running), gathering.learner("Ben", running)
    at = talking.here(awa, where, now)
    talking.ask(at, "À tout le monde")
    hidden = talking.ask(at, "Effacé")
    talking.ask(at, "Une réponse")
    marked = Thread.objects.get(title="Une réponse").posts.get()
    actions.reveal(act=cast.an_act("reveal", now=now), at=talking.here(ben, where, now), post=marked, on=True)
    Thread.objects.filter(pk=hidden.pk).update(hidden=True)
    gathering.introduce(awa, running, now)
    key = Member.objects.get(person=awa).pk
    shown = cast.browser(ben).get(f"/e/{running.slug}/discussion/people/{key}/").content.decode()
    assert "À tout le monde" in shown
    assert not [title for title in ("Effacé", "Une réponse", "Awa,") if f">{title}" in shown]
    gathering.introduce(ben, running, now)
    assert ">Awa<" in cast.browser(ben).get(f"/e/{running.slug}/discussion/people/{key}/").content.decode()
    assert cast.browser(ben).get(f"/e/{running.slug}/discussion/people/{uuid4()}/").status_code == 404


def test_the_house_rules_say_what_trust_takes_and_gives(running: Edition) -> None:
    ana = gathering.learner("Ana", running)
    page, address = cast.browser(ana), f"/e/{running.slug}/discussion/house-rules/"
    shown = page.get(address).content.decode()
    assert "10" in shown
    assert "notice success" not in shown
    member = Member.objects.get_or_create(course=running.course, person=ana, joined_at=running.opens_at)[0]
    member.posts, member.thanked, member.first_at = 10, 5, timezone.now() - timedelta(days=8)
    member.save()
    assert "notice success" in page.get(address).content.decode()


def test_pages_cost_the_same_with_3_people_and_with_300(running: Edition) -> None:
    first = [gathering.learner(f"P{number}", running, "SN") for number in range(3)]
    rows = [gathering.introduce(who, running, timezone.now()) for who in first]
    page, somebody = cast.browser(first[0]), Member.objects.get(person=first[1]).pk
    paths = ("", "room/introductions/", "room/c-fr-1/", f"people/{somebody}/", "house-rules/", "me/", "introduce/")

    def costs() -> dict[str, int]:
        found = {}
        for path in paths:
            address = f"/e/{running.slug}/discussion/{path}"
            for _ in range(2):
                assert page.get(address).status_code == 200
            with CaptureQueriesContext(connection) as queries:
                page.get(address)
            found[path] = len(queries)
        return found

    few = costs()
    for number in range(3, 300):
        crowd(running, f"P{number}", rows[0] if number < MOST else None, rows[0])
    assert costs() == few


def crowd(edition: Edition, name: str, there: CircleMember | None, like: CircleMember) -> None:
    """One more with an introduction, in this circle or in another."""
    who = gathering.learner(name, edition, "MA")
    circle = there.circle if there else Circle.objects.filter(number=2).first() or another(like)
    thread = Thread.objects.create(
        space_id=like.space_id, room=circle.room, kind="discussion", title=name, language="fr", author=who,
        made_at=edition.opens_at, latest_at=edition.opens_at,
    )  # fmt: skip
    post = Post.objects.create(thread=thread, number=1, author=who, text=name, at=edition.opens_at)
    Member.objects.create(course=edition.course, person=who, joined_at=edition.opens_at, job=name)
    CircleMember.objects.create(
        circle=circle, space_id=like.space_id, person=who, joined_at=edition.opens_at, introduced=post
    )


def another(like: CircleMember) -> Circle:
    room = like.circle.room
    second = type(room).objects.create(space_id=like.space_id, key="c-fr-2", kind="circle", titles={"fr": "Cercle 2"})
    return Circle.objects.create(room=second, number=2, language="fr")
