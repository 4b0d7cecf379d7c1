"""What people try on the discussions: acts on what is not theirs to touch, twice, too often, or while they may not."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.discussion import rules
from preau.discussion.models import Circle, CircleMember, Edit, Flag, Follow, Member, Post, Room, Thread, Vote
from tests import cast
from tests.discussion import talking
from tests.discussion.yard import learner, sound, there

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


@pytest.fixture
def base(edition: Edition) -> str:
    return f"/e/{edition.slug}/discussion/"


@pytest.fixture
def tom(edition: Edition) -> Person:
    who = cast.person("Tom")
    cast.role(who, "teacher", edition=edition)
    return who


@pytest.fixture
def ana(edition: Edition) -> Person:
    return learner("Ana", edition)


ACTS: Mapping[str, Mapping[str, str]] = {
    "thank/": {"on": "1"},
    "reveal/": {"on": "1"},
    "accept/": {"on": "1"},
    "edit/": {"text": "À moi"},
    "delete/": {},
    "restore/": {},
    "flag/": {"reason": "spam", "words": ""},
}


def refused_everywhere(client: Client, base: str, post: Post, *, thread: bool = True) -> None:
    """No page and no act on the post knows it, nor, with `thread`, its thread."""
    for path in ("", "edit/", "flag/", "file/1/"):
        assert client.get(f"{base}post/{post.pk}/{path}").status_code == 404, path
    for path, fields in ACTS.items():
        assert client.post(f"{base}post/{post.pk}/{path}", cast.form() | dict(fields)).status_code == 404, path
    if not thread:
        return
    address = f"{base}thread/{post.thread_id}/"
    assert client.get(address).status_code == 404
    assert client.get(f"{address}after/0/").status_code == 404
    assert client.post(address, cast.form(text="Bonjour", agree="on")).status_code == 404
    assert client.post(f"{address}follow/", cast.form(how="follow")).status_code == 404


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Thread, Post, Vote, Edit, Flag, Follow))


def test_what_is_of_another_edition_does_not_exist(ana: Person, edition: Edition, base: str) -> None:
    version = edition.course.versions.get()
    other = cast.edition(slug="thin-2", opens=cast.monday(timezone.now()), of=version)
    ben = cast.person("Ben")
    cast.enrolment(ben, other)
    post, theirs = (talking.ask(there(who, where)).posts.get() for who, where in ((ana, edition), (ben, other)))
    cast.enrolment(ana, other)
    before = counts()
    refused_everywhere(cast.browser(ben), base, post)
    refused_everywhere(cast.browser(ben), "/e/thin-2/discussion/", post)
    refused_everywhere(cast.browser(ana), base, theirs)  # she reads both, each at its own address
    refused_everywhere(cast.browser(ana), f"/commons/{edition.course.slug}/", theirs)
    assert counts() == before


def test_a_hidden_room_and_a_circle_of_others_do_not_exist(
    ana: Person, tom: Person, edition: Edition, base: str
) -> None:
    eve = learner("Eve", edition)
    at = there(tom, edition)
    Room.objects.create(space_id=at.space, key="secret", kind="general", titles={"fr": "x"}, hidden=True)
    row = Room.objects.create(space_id=at.space, key="c-1", kind="circle", titles={"fr": "x"})
    circle = Circle.objects.create(room=row, number=1, language="fr", host=eve)
    CircleMember.objects.create(circle=circle, space_id=at.space, person=eve, joined_at=at.now)
    posts = [talking.ask(at, room=key).posts.get() for key in ("secret", "c-1")]
    before = counts()
    for key, post in zip(("secret", "c-1"), posts, strict=True):
        refused_everywhere(cast.browser(ana), base, post)
        for path in ("", "new/"):
            assert cast.browser(ana).get(f"{base}room/{key}/{path}").status_code == 404
        fields = cast.form(title="x", text="y", kind="question", agree="on")
        assert cast.browser(ana).post(f"{base}room/{key}/new/", fields).status_code == 404
        assert cast.browser(ana).post(f"{base}room/{key}/follow/", cast.form(on="1")).status_code == 404
    assert counts() == before
    assert cast.browser(eve).get(f"{base}thread/{posts[1].thread_id}/").status_code == 200


@pytest.mark.parametrize("state", ["held", "hidden", "deleted"])
def test_what_is_not_shown_does_not_exist(ana: Person, edition: Edition, base: str, state: str) -> None:
    eve = learner("Eve", edition)
    thread = talking.ask(there(eve, edition))
    post = talking.reply(there(eve, edition), thread)
    Post.objects.filter(pk=post.pk).update(state=state)
    before = counts()
    refused_everywhere(cast.browser(ana), base, post, thread=False)
    assert counts() == before
    assert cast.browser(eve).get(f"{base}post/{post.pk}/").status_code == 200


def test_what_is_somebody_elses_is_not_changed(ana: Person, edition: Edition, base: str) -> None:
    post = talking.ask(there(learner("Eve", edition), edition)).posts.get()
    client = cast.browser(ana)
    for path in ("edit/", "delete/", "restore/"):
        assert client.post(f"{base}post/{post.pk}/{path}", cast.form(text="À moi")).status_code == 404
    assert Post.objects.get().text == post.text


def test_an_act_that_comes_twice_is_one_and_another_under_its_number_is_refused(
    ana: Person, edition: Edition, base: str
) -> None:
    thread = talking.ask(there(learner("Eve", edition), edition))
    post, client = thread.posts.get(), cast.browser(ana)
    client.defaults["HTTP_ACCEPT"] = "application/json"
    acts: list[tuple[str, dict[str, str], dict[str, str]]] = [
        (f"{base}thread/{thread.pk}/", {"text": "Un"}, {"text": "Deux"}),
        (f"{base}room/general/new/", {"title": "A", "text": "a", "kind": "question"}, {"title": "B"}),
        (f"{base}post/{post.pk}/thank/", {"on": "1"}, {"on": "0"}),
        (f"{base}post/{post.pk}/reveal/", {"on": "1"}, {"on": "0"}),
    ]
    for address, fields, other in acts:
        form = cast.form() | dict(fields)
        first = client.post(address, form)
        between = counts()
        again = client.post(address, form)
        assert (first.status_code, again.status_code) == (200, 200), address
        assert first.json() == again.json()
        assert client.post(address, form | other).status_code == 409
        assert counts() == between
    mine = Post.objects.get(text="Un")
    form = cast.form(text="Trois")
    assert [client.post(f"{base}post/{mine.pk}/edit/", form).status_code for _ in range(2)] == [200, 200]
    assert client.post(f"{base}post/{mine.pk}/edit/", form | {"text": "Quatre"}).status_code == 409
    assert Edit.objects.count() == 1


def mute(member: Member, now: datetime) -> None:
    member.muted_until = now + timedelta(days=1)


def ban(member: Member, now: datetime) -> None:
    member.banned_at = now


@pytest.mark.parametrize("silence", [mute, ban])
def test_who_may_not_write_is_told_and_nothing_is_stored(
    ana: Person, edition: Edition, base: str, silence: Callable[[Member, datetime], None]
) -> None:
    thread = talking.ask(there(ana, edition))
    member = Member.objects.get(person=ana)
    silence(member, timezone.now())
    member.save()
    tries = [
        (f"thread/{thread.pk}/", {"text": "Bonjour"}),
        ("room/general/new/", {"title": "a", "text": "b", "kind": "question"}),
        (f"post/{thread.posts.get().pk}/edit/", {"text": "Autre chose"}),
    ]
    before = counts()
    for path, fields in tries:
        reply = cast.browser(ana).post(f"{base}{path}", cast.form() | dict(fields))
        assert reply.status_code == 422, path
        assert cast.script(ana).post(f"{base}{path}", cast.form() | dict(fields)).status_code == 422
        sound(reply, path)
    assert counts() == before
    assert Post.objects.get().text == "Comment faire ?"
    assert cast.browser(ana).get(f"{base}thread/{thread.pk}/").status_code == 200


def test_rules_limits_and_links_of_newcomers_are_told_and_nothing_is_stored(
    ana: Person, edition: Edition, base: str
) -> None:
    thread = talking.ask(there(ana, edition))
    new = cast.person("New")
    cast.enrolment(new, edition)
    client, address = cast.browser(new), f"{base}thread/{thread.pk}/"
    assert client.post(address, cast.form(text="Sans règles")).status_code == 422
    many = " ".join(f"https://x{n}.example/" for n in range(3))
    assert client.post(address, cast.form(text=many, agree="on")).status_code == 422
    assert Post.objects.count() == 1
    for number in range(rules.an_hour(new=True, trusted=False)):
        assert client.post(address, cast.form(text=f"Message {number}", agree="on")).status_code == 302
    before = counts()
    refused = client.post(address, cast.form(text="Un de trop", agree="on"))
    assert refused.status_code == 422
    assert "Un de trop" in sound(refused, "the limit"), "the text is kept in the page"
    mine = Post.objects.filter(author=new).latest("number")
    assert client.post(f"{base}post/{mine.pk}/edit/", cast.form(text=many)).status_code == 422
    assert counts() == before
