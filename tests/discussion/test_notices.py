"""Anybody gives notice of illegal content: received, acknowledged, decided with a reason, and told."""

import html
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit.models import Entry
from preau.courses.models import Edition, Role
from preau.discussion import notices
from preau.discussion.models import ModerationAct, Notice, Post
from preau.mail.models import Message
from tests import cast
from tests.discussion import talking

FORM: dict[str, Any] = {
    "reason": "Ce texte nie un crime.",
    "name": "Paul Passant",
    "email": "paul@example.net",
    "faith": "on",
}
HERE = {"edition": "thin-1"}


@pytest.fixture
def edition(db: None) -> Edition:
    cache.clear()
    return cast.edition(opens=cast.monday(timezone.now(), -1))


@pytest.fixture
def post(ana: Person) -> Post:
    return talking.ask(talking.here(ana, HERE, timezone.now())).posts.get()


def sent(address: str, **fields: str) -> Any:
    return cast.browser().post("/notices/", cast.form(address=address, **{**FORM, **fields}))


def of(post: Post) -> str:
    return f"https://exemple.fr/e/thin-1/discussion/thread/{post.thread_id}/?page=1#p-1"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_is_received_without_an_account_in_both_languages(post: Post, language: str) -> None:
    client = cast.browser()
    client.cookies["django_language"] = language
    assert client.get("/notices/").status_code == 200
    page = client.post("/notices/", cast.form(address=of(post), **FORM))
    row = Notice.objects.get()
    assert page.status_code == 200
    assert notices.reference(row) in page.content.decode()
    assert (row.post_id, row.email, row.name) == (post.pk, "paul@example.net", "Paul Passant")
    receipt = Message.objects.get(address="paul@example.net")
    assert notices.reference(row) in receipt.text
    assert receipt.kind == "decision"


def test_it_is_linked_from_discussions_and_from_the_legal_page(post: Post, ana: Person) -> None:
    page = html.unescape(cast.browser(ana).get(f"/e/thin-1/discussion/thread/{post.thread_id}/").content.decode())
    seen = quote_plus(f"{settings.SITE_URL}/e/thin-1/discussion/thread/{post.thread_id}/")
    assert f"/notices/?address={seen}" in page
    assert "/notices/" in cast.browser().get("/fr/legal/").content.decode()


def test_who_sends_it_is_asked_for_except_of_the_abuse_of_a_child(edition: Edition) -> None:
    assert sent("ici", name="", email="").status_code == 422
    assert sent("ici", email="pas une adresse").status_code == 422
    assert sent("ici", faith="").status_code == 422
    assert sent("", faith="on").status_code == 422
    assert not Notice.objects.exists()
    assert sent("ici", name="", email="", unnamed="on").status_code == 200
    assert not Message.objects.exists()


HOSTILE = [
    "https://exemple.fr/e/thin-1/discussion/post/not-a-uuid/",
    "/e/../../commons/x/post/",
    "javascript:alert(1)",
    "<script>alert(1)</script>",
    "\u202egpj.exe",
    "/e/thin-1/discussion/thread/00000000-0000-0000-0000-000000000000/#p-999999999",
    "/commons/thin/post/ffffffff-ffff-ffff-ffff-ffffffffffff/",
    "x" * 500,
]


def test_what_is_hostile_is_kept_as_text_and_tells_nothing(post: Post) -> None:
    pages = []
    for n, address in enumerate([*HOSTILE, of(post)]):
        page = sent(address, email=f"p{n}@example.net").content.decode()
        assert "<script>alert" not in page
        assert "\u202e" not in page
        pages.append(page.count("<"))
    assert len(set(pages)) == 1  # an address that leads somewhere is answered as one that does not
    assert Notice.objects.filter(post=None).count() == len(HOSTILE)
    assert sent("ici", reason="x" * 5001).status_code == 422
    assert sent("y" * 501).status_code == 422
    assert sent("ici", reason="\x00\x01").status_code == 422


def test_many_are_refused_from_one_address_and_from_one_machine(edition: Edition) -> None:
    answers = [sent("ici").status_code for _n in range(6)]
    assert answers == [200] * 5 + [422]
    answers = [sent("ici", email=f"q{n}@example.net").status_code for n in range(16)]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert Notice.objects.count() == 5 + answers.count(200)


def test_sent_twice_is_kept_once_and_another_content_is_refused(edition: Edition) -> None:
    form = cast.form(address="ici", **FORM)
    assert [cast.browser().post("/notices/", form).status_code for _n in range(2)] == [200, 200]
    assert Notice.objects.count() == 1
    assert cast.browser().post("/notices/", form | {"reason": "Autre"}).status_code == 409


def test_it_lands_on_the_desk_of_the_edition_that_its_address_names(post: Post, tom: Person) -> None:
    dora = cast.person("Dora")
    cast.role(dora, Role.Kind.ADMINISTRATOR)
    sent(of(post), reason="Du message")
    sent("https://exemple.fr/e/thin-1/", reason="De la session")
    sent("https://ailleurs.example/", reason="De rien")
    page = cast.browser(tom).get("/desk/thin-1/discussion/").content.decode()
    assert [text in page for text in ("Du message", "De la session", "De rien")] == [True, True, False]
    page = cast.browser(dora).get("/desk/notices/").content.decode()
    assert page.count("/desk/notices/") >= 3
    stray = Notice.objects.get(reason="De rien")
    assert cast.browser(tom).get(f"/desk/thin-1/discussion/notice/{stray.pk}/").status_code == 404
    decided = cast.browser(dora).post(f"/desk/notices/{stray.pk}/", cast.form(words="Ce n'est pas chez nous."))
    assert decided.status_code == 302
    assert "pas chez nous" in Message.objects.filter(person_id=stray.pk).latest("queued_at").text


def test_a_decision_hides_the_message_and_both_are_told(post: Post, ana: Person, tom: Person) -> None:
    sent(of(post))
    row = Notice.objects.get()
    moderator = cast.person("Mo")
    cast.role(moderator, Role.Kind.MODERATOR, edition=Edition.objects.get(slug="thin-1"))
    url = f"/desk/thin-1/discussion/notice/{row.pk}/"
    words: dict[str, Any] = {
        "words": "Il tombe sous la loi.",
        "hide": "on",
        "rule": "kind",
        "statement": "La loi l'interdit.",
    }
    cast.browser(moderator).post(url, cast.form(**words))
    row.refresh_from_db()
    assert row.decided_at is None  # those who decide
    client = cast.browser(tom)
    assert client.post(url, cast.form(words="")).status_code == 422
    assert client.post(url, cast.form(**words | {"rule": ""})).status_code == 422
    assert client.post(url, cast.form(**words)).status_code == 302
    post.refresh_from_db()
    assert post.state == "hidden"
    act = ModerationAct.objects.get()
    assert (act.what, act.before["ground"]) == ("hide", "notice")
    assert "La loi l'interdit." in Message.objects.get(person_id=ana.pk).text
    told = Message.objects.filter(person_id=row.pk).latest("queued_at").text
    assert "Il tombe sous la loi." in told
    assert "Ana" not in told
    assert "Paul" not in Message.objects.get(person_id=ana.pk).text
    assert Entry.objects.filter(verb="notice.decided", about_id=row.pk).count() == 1
    late = client.post(url, cast.form(**words))
    with translation.override("fr"):
        assert _("{name} decided it meanwhile.").format(name="Tom") in html.unescape(late.content.decode())


def test_a_message_of_the_commons_is_the_desks_too(edition: Edition, ana: Person, tom: Person) -> None:
    post = talking.ask(talking.here(ana, {"course": "thin"}, timezone.now())).posts.get()
    sent(f"https://exemple.fr/commons/thin/post/{post.pk}/")
    row = Notice.objects.get()
    assert row.post_id == post.pk
    words: dict[str, Any] = {"words": "Non.", "hide": "on", "rule": "ads", "statement": "Publicité."}
    assert cast.browser(tom).post(f"/desk/thin-1/discussion/notice/{row.pk}/", cast.form(**words)).status_code == 302
    post.refresh_from_db()
    assert post.state == "hidden"
