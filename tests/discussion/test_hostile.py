"""What people try on the discussions: attack strings in every field, and acts on what is not theirs to touch."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from preau.accounts.models import Person
from preau.common import text as texts
from preau.courses.models import Edition
from preau.discussion import indexing, rules
from preau.discussion.models import Circle, CircleMember, Edit, Flag, Follow, Member, Post, Room, Thread, Vote
from tests import cast
from tests.discussion import talking
from tests.policy.test_hostile import PAYLOADS, Reader, as_shown, read

pytestmark = pytest.mark.django_db

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
OPTIONAL = {"li", "p", "td", "th", "tr", "option", "dt", "dd"}  # HTML lets them end by themselves
BODIES = [
    *PAYLOADS,
    "[a](javascript:hostile()) ![b](javascript:hostile()) <javascript:hostile()>\n\n[c]: javascript:hostile()\n[c]",
    "[a](data:text/html;base64,PHNjcmlwdD4=) ![b](data:image/svg+xml,<svg/onload=hostile()>)",
    "[a](JaVa&#10;ScRiPt:hostile()) [b](&#106;avascript:hostile()) [c](vbscript:hostile())",
    "![suivi](https://evil.example/pixel.png?who=1) ![](//evil.example/x.png)",
    '[a](https://x.example/"onmouseover="hostile()) [b](<https://x.example/ onclick=hostile()>)',
    '![x](x.png "\\"onerror=hostile()") [y](/z "</a><x-hostile>")',
    "&#x110000; &#0; &#xD800; &; &amp &nosuch; &#99999999999;",
    "`a < b && c > d`\n\n```html\n<script>hostile()</script>\n```",
    '```"><x-hostile>\ncode\n```',
    "</article></main></body></html><main id=main>",
    '<p id="acts"><form id="acts" action="//evil.example"><input name="act">',
    "> " * 300 + "au fond",
    ">" * 10_000 + " au fond",
    "- " * 3_000 + "au fond",
    "[" * 10_000,
    "*a_" * 6_000,
    "`" * 9_999,
    "![" * 5_000 + "](x)" * 100,
    "@Ana " * 4_000,
    "@" + "a" * 10_000,
    "|a" * 400 + "|\n" + "|-" * 400 + "|\n" + ("|b" * 400 + "|\n") * 20,
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘" * 200,
    "zero\u200bwidth\u200d \ufeff\u00ad\u2060 \u202egnp.exe\u202c \u2067rtl\u2069",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1eb\U0001f1f7 \U0001f44d\U0001f3ff",
    "مرحبا שלום\u200f عالم",
]
TITLES = [
    *PAYLOADS,
    "\u202egnp.exe",
    "a" * 150,
    "Z͑ͫ̓ͪ̂ͫ̽" * 15,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "<main>",
    "&#0;",
]


class Page(HTMLParser):
    """The skeleton of a page: every tag is closed by its own, an id is there once."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.away: list[str] = []
        self.wrong: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        named = dict(attrs)
        if named.get("id"):
            self.ids[str(named["id"])] += 1
        if tag in {"img", "source", "video", "audio", "iframe"} and "//" in (named.get("src") or ""):
            self.away.append(str(named["src"]))
        if tag not in VOID and not (self.open and self.open[0] == "svg" and tag != "svg"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] != tag and self.open[-1] in OPTIONAL:
            self.open.pop()
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")


def sound(reply: Any, what: object, *, whole: bool = True, typed: bool = False) -> str:
    """The text of a page that is neither hostile nor broken, and shows nothing of other sites. A form that comes back
    holds what was typed, as it was."""
    html = reply.content.decode()
    page = Page(html)
    assert not page.wrong, (what, page.wrong)
    assert not page.open, (what, page.open)
    assert not page.away, (what, page.away)
    assert [key for key, count in page.ids.items() if count > 1] == [], what
    assert not whole or page.seen["main"] == 1, what
    return "" if typed and not Reader(html).wrong else read(html)


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


def learner(name: str, edition: Edition) -> Person:
    """Somebody who wrote for long and is known."""
    who, now = cast.person(name), timezone.now()
    cast.enrolment(who, edition)
    old = {"joined_at": edition.opens_at, "rules_at": edition.opens_at, "first_at": now - timedelta(days=30)}
    Member.objects.create(course=edition.course, person=who, posts=5, **old)
    return who


def there(who: Person, edition: Edition) -> Any:
    return talking.here(who, {"edition": edition.slug}, timezone.now())


def test_what_is_written_is_kept_and_shown_and_does_nothing(
    ana: Person, tom: Person, edition: Edition, base: str
) -> None:
    thread = talking.ask(there(tom, edition))
    address, teacher, reader = f"{base}thread/{thread.pk}/", cast.browser(tom), cast.browser(ana)
    for body in BODIES:
        sound(teacher.post(address, cast.form(text=body, preview="1")), body[:60], typed=True)
        reply = teacher.post(address, cast.form(text=body, agree="on"))
        kept = texts.clean(body).strip()
        assert reply.status_code == (302 if len(body) <= rules.LONGEST else 422), body[:60]
        post = Post.objects.get(pk=UUID(str(Post.objects.latest("number").pk)))
        if reply.status_code == 302:
            assert post.text == kept
            shown = sound(reader.get(f"{base}post/{post.pk}/"), body[:60])
            assert len(kept) > 60 or not kept.isalnum() or kept in shown
        Post.objects.filter(pk=post.pk).update(at=timezone.now() - timedelta(hours=2))
    page = sound(reader.get(address), "all of them")
    for seen in ("a<b&&c>d", "<script>hostile()</script>"):
        assert seen in page.replace(" ", ""), "code is shown as it was typed"
    sound(cast.script(ana).get(f"{address}after/0/"), "a fragment", whole=False)


def test_a_title_is_one_line_of_text_everywhere(ana: Person, tom: Person, edition: Edition, base: str) -> None:
    reader = cast.browser(ana)
    for number, title in enumerate(TITLES):
        fields = cast.form(title=title, text=f"Bonjour {number}", kind="question", agree="on")
        reply = cast.browser(tom).post(f"{base}room/general/new/", fields)
        assert reply.status_code == (302 if "\x00" not in title else 422), title
        assert Thread.objects.latest("pk").title == texts.one_line(title)
    indexing.index_due(now=timezone.now())
    for thread in Thread.objects.all():
        shown = sound(reader.get(f"{base}thread/{thread.pk}/"), thread.title)
        assert as_shown(thread.title) in shown
    for path in ("", "room/general/", "mine/", "search/?q=Bonjour"):
        sound(reader.get(f"{base}{path}"), path)
    sound(cast.browser(tom).get(f"/desk/{edition.slug}/discussion/"), "the desk")


def test_a_name_and_a_profile_are_text(ana: Person, tom: Person, edition: Edition, base: str) -> None:
    thread = talking.ask(there(ana, edition))
    member, reader, hers = Member.objects.get(person=ana), cast.browser(tom), cast.browser(ana)
    for payload in [*PAYLOADS, "\u200b\u200b", "Z͑ͫ̓ͪ̂ͫ̽" * 8, "\u202eeve", "\x00", "@Tom"]:
        fields = cast.form(name=payload[:60], job=payload, why=payload, languages="fr", country="FR", field="student")
        assert hers.post(f"{base}me/", fields).status_code in {200, 302, 422}
        sound(hers.get(f"{base}me/"), payload)
        Member.objects.filter(pk=member.pk).update(name=texts.one_line(payload)[:60])
        Thread.objects.filter(pk=thread.pk).update(revision=Thread.objects.get().revision + 1)
        for path in ("", "room/general/", f"thread/{thread.pk}/", f"people/{member.pk}/"):
            sound(reader.get(f"{base}{path}"), (path, payload))


def test_a_file_name_is_text_and_a_picture_is_only_what_it_says(
    ana: Person, tom: Person, edition: Edition, base: str
) -> None:
    thread = talking.ask(there(tom, edition))
    address = f"{base}thread/{thread.pk}/"
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='hostile()'/>"
    for number, payload in enumerate(PAYLOADS):
        name = payload.replace("/", "_").replace("\\", "_") + (".svg" if number % 2 else ".png")
        file = SimpleUploadedFile(name, svg, content_type="image/svg+xml")
        reply = cast.browser(tom).post(address, cast.form(text=f"Voir {number}", agree="on") | {"attached": file})
        assert reply.status_code in {302, 422}, payload
        sound(reply, payload, whole=reply.status_code == 422)
    sound(cast.browser(ana).get(address), "the thread")
    for post in Post.objects.exclude(files=[]):
        sent = cast.browser(ana).get(f"{base}post/{post.pk}/file/1/")
        assert "svg" not in sent.headers["Content-Type"] or "attachment" in sent.headers["Content-Disposition"]
        assert "html" not in sent.headers["Content-Type"]


def test_words_to_look_for_are_text(ana: Person, edition: Edition, base: str) -> None:
    talking.ask(there(ana, edition), "Une question", "Comment faire ?")
    indexing.index_due(now=timezone.now())
    odd = [
        "\x00",
        "%",
        "_",
        '"',
        "* ( ) : ! & |",
        "a" * 5_000,
        "\u202e\ufeff",
    ]
    for payload in [*PAYLOADS, *odd]:
        said = quote(payload)
        for path in (f"search/?q={said}", f"search/?q=question&room={said}&author={said}"):
            reply = cast.browser(ana).get(f"{base}{path}")
            assert reply.status_code in {200, 404, 422}, payload
            sound(reply, payload)
        reply = cast.script(ana).get(f"{base}suggest/?title={quote(payload)}")
        assert reply.status_code in {200, 204, 422}
        sound(reply, payload, whole=False)
    for path in ("?page=%00", "?page=-1", "?page=99999999999999999999", "thread/x/", "search/?page=9999999999&q=a"):
        assert cast.browser(ana).get(f"{base}{path}").status_code in {200, 404}


def test_what_is_too_long_or_no_text_is_refused(ana: Person, edition: Edition, base: str) -> None:
    thread = talking.ask(there(ana, edition))
    address, client = f"{base}thread/{thread.pk}/", cast.browser(ana)
    for text, codes in (("x" * 20_001, {422}), ("\x00", {422}), ("\u202e\u200f", {422}), ("x" * 2_000_000, {413, 422})):
        assert client.post(address, cast.form(text=text, agree="on")).status_code in codes
    for field, bad in (("answers_to", "x"), ("answers_to", "9" * 40), ("answers_to", "-1"), ("act", "x"), ("act", "")):
        assert client.post(address, cast.form(text="Oui.") | {field: bad}).status_code in {302, 422}
    Post.objects.filter(number__gt=1).delete()
    body = urlencode({"act": str(UUID(int=7)), "agree": "on"}) + "&text=seul%ED%A0%80"
    sent = client.post(address, body, content_type="application/x-www-form-urlencoded")
    assert sent.status_code in {302, 422}
    sound(client.get(address), "a lone surrogate")


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
