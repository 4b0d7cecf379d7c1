"""Script, SQL, template syntax, control and direction characters in what people write: shown as text, everywhere."""

import json
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from preau.accounts.models import Person
from preau.common.text import BIDI
from preau.content import compiling
from preau.content.importing import BadCourse
from preau.content.models import Page, UnitText
from preau.courses.models import Edition
from preau.peer import actions as peer
from preau.peer.models import Submission
from preau.quizzes import actions, bank
from preau.quizzes.models import Answer, Attempt
from tests import cast

PAYLOADS = [
    "<script>hostile()</script>",
    '"><x-hostile/onhostile=1>',
    "'><img/src=x/onerror=hostile()>",
    "</title></textarea></select><x-hostile>",
    "<svg/onload=hostile()>",
    "<a href='javascript:hostile()'>",
    "{{ 7|add:7 }}{% hostile %}{# x #}",
    "${7*7}#{7*7}<%= 7*7 %>",
    "'; DROP TABLE accounts_person; --",
    "1 OR 1=1 UNION SELECT password FROM accounts_person",
    "&lt;x-hostile&gt; &#60;x-hostile&#62;",
    "<!-- x --><![CDATA[ <x-hostile> ]]>",
    "javascript:hostile()",
    "a\u202egnp.exe\u2066\u2069b",
    "a\x1b[31m\x07\x08b",
]
CARRIERS = {"href", "src", "action", "formaction", "hx-get", "hx-post", "poster", "data"}


class Reader(HTMLParser):
    """Reads a page as a browser would: its elements and attributes, and the text that a person sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.wrong: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        data = names == {"type": "application/ld+json"}  # which nothing runs
        if "hostile" in tag or (tag == "script" and not data and not str(names.get("src")).startswith("/")):
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if "hostile" in name or name.startswith("on") or name in {"style", "srcdoc"}:
                self.wrong.append(f"<{tag} {name}>")
            if name in CARRIERS and (value or "").strip().lower().startswith(("javascript:", "data:", "vbscript:")):
                self.wrong.append(f"<{tag} {name}={value}>")
            if name in {"value", "alt", "title", "content"}:
                self.text.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"a comment: {data[:40]}")

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.wrong.append(f"a declaration: {decl[:40]}")


def read(html: str) -> str:
    """The text of a page that nothing hostile has become a part of."""
    page = Reader(html)
    assert not page.wrong, page.wrong
    odd = {c for c in html if (unicodedata.category(c) == "Cc" and c not in "\n\t\r") or ord(c) in BIDI}
    assert not odd, f"control or direction characters: {odd!r}"
    return " ".join(" ".join(page.text).split())


def as_shown(text: str) -> str:
    """What is left of a payload once it is cleaned: everything that can be seen."""
    kept = [c for c in text if unicodedata.category(c) != "Cc" and ord(c) not in BIDI]
    return " ".join("".join(kept).split())


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


@pytest.fixture
def get(ana: Person) -> Callable[[str], str]:
    """A page as Ana's browser gets it."""
    client = cast.browser(ana)

    def fetch(path: str) -> str:
        reply = client.get(path)
        assert reply.status_code == 200
        return reply.content.decode()

    return fetch


def test_a_name(ana: Person, get: Callable[[str], str]) -> None:
    for payload in PAYLOADS:
        Person.objects.filter(pk=ana.pk).update(name=payload[:120])
        for path in ("/me/", "/e/thin-1/", "/fr/courses/thin/", "/accounts/"):
            page = Reader(get(path))
            assert not page.wrong, (path, payload)


def test_a_quiz_answer(ana: Person, edition: Edition, get: Callable[[str], str]) -> None:
    now = timezone.now()
    place = cast.place(ana, edition, "apres", now)
    outcome = actions.start(act=cast.an_act("quiz.start", now=now), by=ana, place=place)
    attempt = Attempt.objects.get(pk=outcome["attempt"])
    items = bank.of(attempt.version_id, attempt.unit_id, "fr").items
    address = f"/e/thin-1/me/quiz/{attempt.pk}/{next(i.id for i in items if i.key == 'secret')}/"
    for payload in PAYLOADS:
        reply = cast.script(ana).post(address, cast.form(answer=payload, language="fr"))
        assert reply.status_code in {200, 422}
        card = read(reply.content.decode())
        if reply.status_code == 200:
            assert as_shown(payload) in card
            assert as_shown(payload) in read(get("/e/thin-1/me/fr/debut/apres/"))
        else:
            assert as_shown(payload) != payload, "only what cannot be seen is refused"
    assert Answer.objects.count() == 1


def test_a_copy_its_draft_and_its_remark(ana: Person, edition: Edition, tom: Person, get: Callable[[str], str]) -> None:
    address = "/e/thin-1/me/fr/debut/cas/"
    for payload in PAYLOADS:
        draft = cast.script(ana).post(f"{address}submit/", cast.form(text=payload, draft="1"))
        assert as_shown(payload) in read(draft.content.decode())
    for payload in PAYLOADS:
        assert cast.script(ana).post(f"{address}submit/", cast.form(text=payload)).status_code == 200
    copy = Submission.objects.get(current=True)
    for payload in PAYLOADS:
        peer.grade(submission=copy, by=tom, score=50, remark=payload, now=timezone.now())
        assert as_shown(payload) in read(get(address))


def test_a_query_string(ana: Person, edition: Edition) -> None:
    client = cast.browser(ana)
    paths = ["/verify/?code={}", "/language/fr/?next={}", "/accounts/login/?next={}", "/fr/?q={}", "/e/thin-1/?{}={}"]
    for payload in PAYLOADS:
        for path in paths:
            for who in (client, cast.browser()):
                reply = who.get(path.replace("{}", quote(payload)))
                assert reply.status_code in {200, 302, 404}, (path, payload)
                assert not Reader(reply.content.decode()).wrong, (path, payload)
                where = urlsplit(reply.headers.get("Location", "/"))
                assert (where.scheme, where.netloc) == ("", ""), (path, payload)


@pytest.mark.parametrize(
    "away",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "\thttps://evil.example"],
)
def test_nobody_is_sent_elsewhere(ana: Person, away: str) -> None:
    switched = cast.browser().get("/language/fr/", {"next": away})
    assert switched.headers["Location"] == "/"
    signed_in = cast.browser().post("/accounts/login/", {"login": ana.email, "password": cast.PASSWORD, "next": away})
    assert signed_in.status_code == 302
    assert signed_in.headers["Location"] == "/"


def test_an_address(edition: Edition, ana: Person) -> None:
    for payload in PAYLOADS:
        for path in ("/e/{}/", "/e/thin-1/fr/{}/x/", "/fr/courses/{}/", "/verify/{}/", "/media/{}", "/{}/"):
            for client in (cast.browser(), cast.browser(ana)):
                reply: object = client.get(path.replace("{}", quote(payload, safe="")))
                assert reply.status_code in {302, 404}, (path, payload)  # type: ignore[attr-defined]
                assert not Reader(reply.content.decode()).wrong  # type: ignore[attr-defined]


def test_headers(edition: Edition) -> None:
    for payload in [*PAYLOADS, "x" * 4000]:
        text = payload.encode("ascii", "ignore").decode().replace("\x1b", "")
        client = Client(
            headers={"Accept-Language": text, "User-Agent": text, "Accept-Encoding": text, "If-None-Match": text}
        )
        client.cookies["device"] = quote(text)
        client.cookies["language"] = quote(text)
        for path in ("/fr/", "/", "/e/thin-1/fr/debut/lecon/"):
            assert client.get(path).status_code in {200, 302}


def hostile_course(tmp_path: Path, payload: str) -> Path:
    """The thin course with the payload in every title, text, question, and in a file's name."""
    folder = Path(shutil.copytree(cast.THIN, tmp_path / "thin"))
    said = json.dumps(payload)  # a JSON string is a YAML one
    course = folder / "course.yaml"
    text = course.read_text()
    for title in ("Un petit cours", "De quoi essayer chaque salle.", "Le début", "Classique", "École du test"):
        text = text.replace(title, said)
    course.write_text(text)
    lesson = folder / "fr/debut/01-lecon.md"
    lesson.write_text(
        lesson.read_text().replace("title: Une leçon", f"title: {said}") + f"\n{seen(payload)}\n\n- `{seen(payload)}`\n"
    )
    quiz = folder / "fr/debut/02-quiz.md"
    escaped = "".join(f"\\{c}" if c in "~=#{}:" else c for c in seen(payload))
    quiz.write_text(
        quiz.read_text()
        .replace("w1 sun", "w3 sun")
        .replace("Qui décide ?", f"Qui {escaped} ?")
        .replace("Personne", f"Personne {escaped}")
    )
    return folder


def seen(payload: str) -> str:
    """In a Markdown file control characters are refused, so only those that a file may carry are tried."""
    return "".join(c for c in payload if unicodedata.category(c) != "Cc")


def pages(ana: Person) -> Iterator[tuple[str, str]]:
    for path in (
        "/e/hostile/",
        "/e/hostile/me/fr/debut/lecon/",
        "/e/hostile/me/fr/debut/quiz/",
        "/fr/courses/thin/",
        "/fr/",
        "/me/",
    ):
        yield path, cast.browser(ana).get(path).content.decode()
    for page in Page.objects.filter(edition__slug="hostile"):
        yield page.path, bytes(page.html).decode()


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
@pytest.mark.django_db
def test_a_course(tmp_path: Path, number: int) -> None:
    payload = PAYLOADS[number]
    if as_shown(payload) != payload:
        with pytest.raises(BadCourse) as refusal:
            cast.version(hostile_course(tmp_path, payload))
        assert all("title" in problem.reason or "character" in problem.reason for problem in refusal.value.problems)
        return
    version = cast.version(hostile_course(tmp_path, payload), now=timezone.now())
    edition = cast.edition(slug="hostile", opens=cast.monday(timezone.now(), -1), of=version)
    ana = cast.person("Ana")
    cast.enrolment(ana, edition)
    now = timezone.now()
    actions.start(act=cast.an_act("quiz.start", now=now), by=ana, place=cast.place(ana, edition, "quiz", now))
    for path, html in pages(ana):
        page = Reader(html)
        assert not page.wrong, (path, page.wrong)
    title = UnitText.objects.get(version=version, unit__key="lecon", language="fr").title
    assert title == as_shown(payload)
    assert title in read_text(bytes(Page.objects.get(path="/e/hostile/fr/debut/lecon/").html).decode())


def read_text(html: str) -> str:
    return " ".join(" ".join(Reader(html).text).split())


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "javascript://%0aalert(1)",
        "vbscript:x",
        "//evil.example/x.png",
        "&#106;avascript:alert(1)",
    ],
)
def test_a_link_or_a_picture_in_a_text(url: str) -> None:
    text = UnitText(body=f"[lien]({url}) ![dessin]({url}) <{url}>\n\n[a]: {url}\n[lien][a]", file="fr/debut/x.md")
    page = Reader(compiling.body(text, {}).html)
    assert not page.wrong


@pytest.mark.parametrize("video", ["javascript:hostile()", "data:text/html,x", "//evil.example/x.mp4"])
@pytest.mark.django_db
def test_a_video_is_a_file_or_an_ordinary_address(tmp_path: Path, video: str) -> None:
    folder = Path(shutil.copytree(cast.THIN, tmp_path / "thin"))
    lesson = folder / "fr/debut/01-lecon.md"
    lesson.write_text(lesson.read_text().replace("minutes: 5", f"minutes: 5\nvideo: {json.dumps(video)}"))
    try:
        version = cast.version(folder, now=timezone.now())
    except BadCourse:  # refused at import is as good
        return
    cast.edition(slug="hostile", opens=cast.monday(timezone.now(), -1), of=version)
    assert not Reader(bytes(Page.objects.get(path="/e/hostile/fr/debut/lecon/").html).decode()).wrong
