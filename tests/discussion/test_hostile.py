"""What people try on the discussions: attack strings in every field."""

from datetime import timedelta
from urllib.parse import quote, urlencode
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from preau.accounts.models import Person
from preau.common import text as texts
from preau.courses.models import Edition
from preau.discussion import indexing, rules
from preau.discussion.models import Member, Post, Thread
from tests import cast
from tests.discussion import talking
from tests.discussion.yard import learner, sound, there
from tests.policy.test_hostile import PAYLOADS, as_shown

pytestmark = pytest.mark.django_db

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
