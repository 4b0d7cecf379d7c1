"""Articles as everybody reads them: the list, one of them, the feed; what may stand in one, and what becomes of it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from preau.accounts import actions as accounts
from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.audit.models import Entry
from preau.common.ids import new_id
from preau.courses.models import Edition
from preau.news import article_markdown, articles
from preau.news.articles import Words
from preau.news.models import Article, ArticleText
from tests import cast
from tests.news import articling
from tests.news.articling import EN, FR

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def get(path: str) -> str:
    reply = cast.browser().get(path)
    assert reply.status_code == 200, path
    return str(reply.content.decode())


def test_an_article_shows_once_it_is_published_and_not_before(dora: Person, now: datetime) -> None:
    row = articling.made(dora, now)
    path = f"/fr/news/{row.slug}/"
    assert cast.browser().get(path).status_code == 404
    assert row.slug not in get("/fr/news/")
    later = now + timedelta(days=2)
    act = cast.an_act("article.publish", now=now)
    articles.publish(act=act, by=dora, article=row, at=later, seen=articles.stamp(row), now=now)
    assert cast.browser().get(path).status_code == 404
    assert row.slug not in get("/fr/news/")
    assert row.slug not in get("/fr/news/feed.atom")
    Article.objects.update(published_at=now - timedelta(hours=1))
    page = get(path)
    assert "<h1>La rentrée</h1>" in page
    assert "Tom Roy" in page
    assert "<strong>texte</strong>" in page
    assert path in get("/fr/news/")


def test_the_list_is_newest_first_twelve_a_page(db: None, now: datetime) -> None:
    for number in range(13):
        articling.published(f"Article {number:02}", now - timedelta(days=number))
    first, second = get("/fr/news/"), get("/fr/news/?page=2")
    assert re.findall(r">Article (\d\d)</a>", first) == [f"{n:02}" for n in range(12)]
    assert re.findall(r">Article (\d\d)</a>", second) == ["12"]
    assert 'href="?page=2"' in first
    assert "/fr/news/feed.atom" in first
    assert "/fr/newsletter/" in first
    assert re.findall(r">Article (\d\d)</a>", get("/fr/news/?page=nonsense"))[0] == "00"


def test_a_list_without_articles_says_so(db: None) -> None:
    assert "Nothing was published yet" in get("/en/news/")


def test_what_is_written_in_one_language_is_shown_in_the_other_with_a_note(db: None, now: datetime) -> None:
    articling.published("Only English", now, language="en", slug="only")
    page = get("/fr/news/only/")
    assert '<div lang="en"><h1>Only English</h1>' in page
    assert '<div class="text" lang="en">' in page
    assert "anglais" in page
    assert 'rel="canonical" href="http' in page
    assert re.search(r'rel="canonical" href="[^"]*/en/news/only/"', page)
    own = get("/en/news/only/")
    assert 'lang="en"><h1>' not in own
    assert "was not translated" not in own
    assert 'lang="en">Only English</a>' in get("/fr/news/")


def test_related_articles_are_of_the_course_first_then_the_latest(edition: Edition, now: datetime) -> None:
    row = articling.published("Le nôtre", now, course=edition.course, slug="le-notre")
    articling.published("Du cours", now - timedelta(days=90), course=edition.course)
    for days in (1, 2, 3):
        articling.published(f"Autre {days}", now - timedelta(days=days))
    articling.published("Demain", now + timedelta(days=1), course=edition.course)
    page = get(f"/fr/news/{row.slug}/")
    assert re.findall(r">(Du cours|Autre \d|Demain|Le nôtre)</a>", page) == ["Du cours", "Autre 1", "Autre 2"]


def test_the_course_is_named_with_the_state_of_enrolment(db: None, now: datetime) -> None:
    edition = cast.edition(opens=cast.monday(now, -1))
    articling.published("Du cours", now, course=edition.course)
    page = get("/fr/news/du-cours/")
    assert 'href="/fr/courses/thin/#enrol"' in page
    assert cast.browser().get("/fr/courses/thin/").status_code == 200
    Edition.objects.update(visibility=Edition.Visibility.PRIVATE)
    assert "/fr/courses/thin/" not in get("/fr/news/du-cours/")


def test_pages_are_for_everybody_without_a_form_or_a_session(db: None, now: datetime) -> None:
    articling.published("Une", now, slug="une")
    for path in ("/fr/news/", "/fr/news/une/", "/fr/news/feed.atom"):
        client = cast.browser()
        reply = client.get(path)
        assert not client.cookies, path
        assert b"<form" not in reply.content, path
        assert b'name="act"' not in reply.content, path
        assert b"/desk/" not in reply.content, path


def test_sharing_is_plain_links_that_tell_nobody(db: None, now: datetime) -> None:
    articling.published("Une & deux", now, slug="une")
    page = get("/fr/news/une/")
    outside = re.findall(r'<a href="(https://[^"]+)"([^>]*)>(LinkedIn|WhatsApp|Mastodon)<', page)
    assert [name for _url, _rest, name in outside] == ["LinkedIn", "WhatsApp", "Mastodon"]
    assert all('rel="noopener noreferrer nofollow"' in rest for _url, rest, _name in outside)
    assert "mailto:?subject=Une%20%26%20deux" in page
    assert re.search(r'<input type="text" readonly value="http[^"]*/fr/news/une/"', page)


ATTACKS = [
    "<script>alert(1)</script>",
    '<img src="x" onerror="alert(1)">',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    '![a](picture:x" onerror="alert(1))',
    "<svg/onload=alert(1)>",
    "<iframe src=https://example.org></iframe>",
    "[x]: javascript:alert(1)\n\n[x]",
    '![a](/media/x.jpg "\\" onerror=alert(1) \\"")',
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_only_words(db: None, now: datetime, attack: str) -> None:
    articling.published("Une", now, slug="une", body=f"Avant.\n\n{attack}\n\nAprès.")
    page = get("/fr/news/une/")
    text = page.split('<div class="text">')[1].split("</div>")[0]
    assert not re.search(r"<(script|img|svg|iframe|object|form)\b", text)
    assert not re.search(r'(href|src)="\s*(javascript|data):', text, re.IGNORECASE)
    assert "Après." in text


def test_a_picture_of_the_text_has_its_sizes_and_moves_nothing(db: None, now: datetime) -> None:
    row = articling.kept()
    body = f'Voir.\n\n![Une [belle] cour & un \\"mot\\"](picture:{row.pk})\n\n`![x](picture:{row.pk})`'
    articling.published("Une", now, slug="une", body=body)
    page = get("/fr/news/une/")
    found = re.findall(r"<img [^>]*/media/[^>]*>", page)
    assert len(found) == 1
    small, large = f"/media/ab{'0' * 62}0.jpg", f"/media/ab{'0' * 62}.jpg"
    assert f'src="{large}"' in found[0]
    assert f'srcset="{small} 720w, {large} 1600w"' in found[0]
    assert 'width="1600" height="800"' in found[0]
    assert 'loading="lazy"' in found[0]
    assert "Une [belle] cour &amp; un" in found[0]
    assert f"<code>![x](picture:{row.pk})</code>" in page


def test_a_picture_that_is_not_kept_here_is_its_words(db: None, now: datetime) -> None:
    gone = f"![Partie](picture:{new_id()}) ![Locale](/static/common/icon.svg) ![Loin](https://example.org/x.png)"
    articling.published("Une", now, slug="une", body=gone)
    text = get("/fr/news/une/").split('<div class="text">')[1]
    assert "<img" not in text.split("</div>")[0]
    assert "Partie" in text
    assert "Locale" in text


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("![](picture:{id})", 1),
        ("Un.\n\nDeux,\n![ ](picture:{id}) trois.", 4),
        ("- a\n- b ![](picture:{id})", 2),
        ("![Vu](https://example.org/x.png)", 1),
        ("Un.\n\n![Vu](picture:00000000-0000-0000-0000-000000000000)", 3),
        ("Un.\n\n![Vu](/static/common/icon.svg)", 3),
        ("![Vu][a]\n\n[a]: /x.png", 1),
    ],
)
def test_a_picture_without_alternative_or_from_elsewhere_is_refused_by_line(
    dora: Person, now: datetime, body: str, line: int
) -> None:
    text = body.format(id=articling.kept().pk)
    with pytest.raises(Refused, match=f"{line}"):
        articling.made(dora, now, {"fr": Words("Un", "Deux", text)})
    assert not Article.objects.exists()


def test_what_is_in_code_is_no_picture(db: None) -> None:
    assert article_markdown.faults("```\n![](x.png)\n```\n\n`![](y.png)`", {}) == []


@pytest.mark.parametrize(
    "texts",
    [{}, {"fr": Words("Un", "Deux", "")}, {"fr": Words("Un", "", "Trois")}, {"fr": FR, "en": Words("", "", "Text")}],
)
def test_an_article_is_whole_in_each_language_that_is_begun(
    dora: Person, now: datetime, texts: dict[str, Words]
) -> None:
    with pytest.raises(Refused):
        articling.made(dora, now, texts)


def test_the_picture_at_the_head_has_an_alternative_in_each_language(dora: Person, now: datetime) -> None:
    head = articling.kept()
    with pytest.raises(Refused):
        articling.made(dora, now, {"fr": FR}, head=head)
    seen = replace(FR, alternative="Une cour")
    row = articling.made(dora, now, {"fr": seen}, head=head)
    Article.objects.update(published_at=now)
    assert 'alt="Une cour"' in get(f"/fr/news/{row.slug}/")
    assert 'alt="Une cour"' in get("/fr/news/")


def test_the_address_comes_from_the_french_title_else_the_first_and_is_free(dora: Person, now: datetime) -> None:
    assert articling.made(dora, now).slug == "la-rentree"
    assert articling.made(dora, now).slug == "la-rentree-2"
    assert articling.made(dora, now, {"en": EN}).slug == "a-new-term"
    assert articling.made(dora, now, {"fr": Words("«»", "b", "c")}).slug == "article"
    assert articling.made(dora, now, slug="Tout à fait autre").slug == "tout-a-fait-autre"
    with pytest.raises(Refused):
        articling.made(dora, now, slug="la-rentree")


def test_the_address_can_change_until_it_is_out(dora: Person, now: datetime) -> None:
    row = articling.made(dora, now)
    written(dora, row, now, slug="autre")
    assert Article.objects.get().slug == "autre"
    Article.objects.update(published_at=now - timedelta(days=1))
    written(dora, row, now, slug="encore")
    assert Article.objects.get().slug == "autre"


def written(by: Person, row: Article, now: datetime, seen: str | None = None, **more: Any) -> None:
    act = cast.an_act("article.write", {"n": str(new_id())}, now)
    stamp = articles.stamp(Article.objects.get(pk=row.pk)) if seen is None else seen
    articles.write(act=act, by=by, article=row, wish=articling.wish(**more), seen=stamp, now=now)


def test_the_second_of_two_who_write_at_once_is_refused(dora: Person, now: datetime) -> None:
    row = articling.made(dora, now)
    seen = articles.stamp(row)
    written(dora, row, now + timedelta(minutes=1), seen)
    with pytest.raises(Refused):
        written(dora, row, now + timedelta(minutes=2), seen, texts={"fr": Words("Autre", "b", "c")})
    assert ArticleText.objects.get(language="fr").title == "La rentrée"
    act = cast.an_act("article.publish", now=now)
    with pytest.raises(Refused):
        articles.publish(act=act, by=dora, article=row, at=None, seen=seen, now=now)


def test_a_language_that_is_emptied_goes(dora: Person, now: datetime) -> None:
    row = articling.made(dora, now)
    written(dora, row, now, texts={"fr": FR})
    assert ArticleText.objects.get().language == "fr"


def do(verb: Callable[..., Any], by: Person, row: Article, now: datetime, **more: Any) -> None:
    act = cast.an_act(f"article.{verb.__name__}", {"n": str(new_id())}, now)
    verb(act=act, by=by, article=row, now=now, **more)


def test_it_is_taken_down_and_put_back_with_its_date(dora: Person, now: datetime) -> None:
    row = articling.made(dora, now - timedelta(days=9))
    do(articles.publish, dora, row, now - timedelta(days=8), at=None, seen=articles.stamp(row))
    out = Article.objects.get().published_at
    with pytest.raises(Refused):
        do(articles.delete, dora, row, now)
    do(articles.unpublish, dora, row, now)
    assert cast.browser().get(f"/fr/news/{row.slug}/").status_code == 404
    do(articles.put_back, dora, row, now)
    assert Article.objects.get().published_at == out
    with pytest.raises(Refused):
        do(articles.put_back, dora, row, now)


def test_only_a_draft_is_deleted_and_every_verb_is_in_the_journal(dora: Person, now: datetime) -> None:
    row = articling.made(dora, now)
    written(dora, row, now)
    with pytest.raises(Refused):
        do(articles.unpublish, dora, row, now)
    do(articles.publish, dora, row, now, at=now + timedelta(days=1), seen=articles.stamp(Article.objects.get()))
    with pytest.raises(Refused):
        do(articles.delete, dora, row, now)
    do(articles.unpublish, dora, row, now)
    do(articles.delete, dora, row, now)
    assert not ArticleText.objects.exists()
    verbs = Entry.objects.filter(about="article").order_by("at", "pk").values_list("verb", flat=True)
    wanted = {"article.made", "article.written", "article.scheduled", "article.unpublished", "article.deleted"}
    assert set(verbs) == wanted


def test_the_feed_is_atom_in_each_language(dora: Person, now: datetime) -> None:
    row = articling.made(dora, now, {"fr": Words("<b>Gras</b> & fin", "A < B", "c"), "en": EN})
    articling.published("Que fr", now - timedelta(days=1), slug="que-fr")
    Article.objects.filter(pk=row.pk).update(published_at=now)
    reply = cast.browser().get("/en/news/feed.atom")
    assert reply.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(reply.content)
    assert feed.tag == f"{ATOM}feed"
    for wanted in ("id", "title", "updated"):
        assert feed.findtext(f"{ATOM}{wanted}"), wanted
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert str(links["self"]).endswith("/en/news/feed.atom")
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["A new term", "Que fr"]
    for entry in entries:
        for wanted in ("id", "updated", "published", "summary"):
            assert entry.findtext(f"{ATOM}{wanted}"), wanted
        assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Tom Roy"
    languages = [entry.get("{http://www.w3.org/XML/1998/namespace}lang") for entry in entries]
    assert languages == ["en", "fr"]
    french = ElementTree.fromstring(cast.browser().get("/fr/news/feed.atom").content)
    assert french.find(f"{ATOM}entry").findtext(f"{ATOM}title") == "<b>Gras</b> & fin"  # type: ignore[union-attr]
    assert cast.browser().get("/en/news/feed.atom", headers={"If-None-Match": reply.headers["ETag"]}).status_code == 304


def test_an_empty_feed_is_a_feed(db: None) -> None:
    feed = ElementTree.fromstring(cast.browser().get("/fr/news/feed.atom").content)
    assert feed.findtext(f"{ATOM}updated")


def test_the_list_and_an_article_cost_the_same_whatever_there_is(
    edition: Edition, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    body = f"![Vu](picture:{articling.kept(0).pk})"
    articling.published("Le nôtre", now, course=edition.course, slug="une", body=body)
    articling.published("Une autre", now - timedelta(days=1), picture=articling.kept(1))
    most = {"/fr/news/": 3, "/fr/news/une/": 6, "/fr/news/feed.atom": 2}
    for path, cost in most.items():
        get(path)
        with django_assert_num_queries(cost):
            get(path)
    for number in range(2, 15):
        of = edition.course if number % 2 else None
        body += f"\n\n![Vu](picture:{articling.kept(number).pk})"
        row = articling.kept(100 + number)
        articling.published(f"N {number}", now - timedelta(days=number), course=of, body=body, picture=row)
    ArticleText.objects.filter(article__slug="une").update(body=body)
    for path, cost in most.items():
        with django_assert_num_queries(cost):
            get(path)


def test_who_is_erased_is_named_no_more(dora: Person, now: datetime) -> None:
    tom = cast.person("Tom")
    row = articling.made(tom, now)
    assert (row.made_by, row.edited_by) == (tom, tom)
    accounts.erase(tom, by=tom.pk, now=now)
    row.refresh_from_db()
    assert (row.made_by, row.edited_by) == (None, None)
