"""The news at the desk: who writes about what, the form in its languages, pictures, the preview, what is put back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from preau.accounts.models import Person
from preau.common.ids import new_id
from preau.courses.models import Course, Edition, Role
from preau.desk import views_news
from preau.desk.forms import local
from preau.news import articles
from preau.news.models import Article, ArticleText, Picture
from tests import cast
from tests.news import articling

NEWS = "/desk/news/"
WORDS = {
    "title-fr": "La rentrée",
    "lead-fr": "Ce qui change.",
    "body-fr": "Un **texte**.",
    "title-en": "",
    "lead-en": "",
    "body-en": "",
    "authors": "Tom Roy",
    "course": "",
    "seen": "",
}


@pytest.fixture
def teacher(edition: Edition) -> Person:
    """Teaches the whole course."""
    person = cast.person("Tea")
    cast.role(person, Role.Kind.TEACHER, course=edition.course)
    return person


def send(who: Person, path: str, **fields: Any) -> Any:
    return cast.browser(who).post(path, cast.form(None, **fields))


def saved(who: Person, path: str = f"{NEWS}new/", **fields: Any) -> Any:
    return send(who, path, save="1", **{**WORDS, **fields})


def begun(who: Person, **fields: Any) -> Article:
    assert saved(who, **fields).status_code == 302
    return Article.objects.get()


def upload(content: bytes | None = None, name: str = "photo.exe") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, articling.picture() if content is None else content, "text/html")


def page(who: Person, path: str) -> str:
    reply = cast.browser(who).get(path)
    assert reply.status_code == 200, path
    return str(reply.content.decode())


def test_an_article_is_written_looked_at_and_published(dora: Person) -> None:
    row = begun(dora)
    at = f"{NEWS}{row.pk}/"
    assert page(dora, NEWS).count('class="state pending"') == 1
    look = page(dora, f"{at}preview/fr/")
    assert "<strong>texte</strong>" in look
    assert cast.browser().get(f"/fr/news/{row.slug}/").status_code == 404
    assert send(dora, f"{at}publish/", seen=articles.stamp(row), publish_at="").status_code == 302
    out = cast.browser().get(f"/fr/news/{row.slug}/").content.decode()
    assert "<strong>texte</strong>" in out
    assert page(dora, NEWS).count('class="state done"') == 1


def test_the_preview_is_what_visitors_see_but_for_one_notice(dora: Person) -> None:
    row = begun(dora)
    now = timezone.now()
    send(dora, f"{NEWS}{row.pk}/publish/", seen=articles.stamp(row), publish_at="")

    def inside(html: str) -> str:
        main = html.split('<main id="main"')[1].split("</main>")[0]
        return re.sub(r'<div class="notice warning no-print">.*?</div>', "", main, flags=re.DOTALL).strip()

    look = inside(page(dora, f"{NEWS}{row.pk}/preview/en/"))
    seen = cast.browser(dora).get(f"/en/news/{row.slug}/").content.decode()
    assert look.split(">", 1)[1].strip() == inside(seen).split(">", 1)[1].strip()
    assert Article.objects.get().published_at >= now  # type: ignore[operator]


def test_looking_at_a_draft_publishes_nothing(dora: Person) -> None:
    row = begun(dora)
    page(dora, f"{NEWS}{row.pk}/preview/fr/")
    assert Article.objects.get().published_at is None


def test_it_is_scheduled_in_the_zone_of_who_writes(dora: Person) -> None:
    row = begun(dora)
    later = timezone.now() + timedelta(days=3)
    send(dora, f"{NEWS}{row.pk}/publish/", seen=articles.stamp(row), publish_at=local(later, dora.zone_info))
    kept = Article.objects.get().published_at
    assert kept is not None
    assert abs(kept - later) < timedelta(minutes=1)
    assert "soon" in page(dora, NEWS)
    assert cast.browser().get(f"/fr/news/{row.slug}/").status_code == 404


def test_taken_down_it_can_be_put_back_from_its_page(dora: Person) -> None:
    row = begun(dora)
    at = f"{NEWS}{row.pk}/"
    send(dora, f"{at}publish/", seen=articles.stamp(row), publish_at="")
    out = Article.objects.get().published_at
    assert f"{at}delete/" not in page(dora, at)
    send(dora, f"{at}delete/")
    send(dora, f"{at}unpublish/")
    assert Article.objects.get().published_at is None
    assert f"{at}put-back/" in page(dora, at)
    send(dora, f"{at}put-back/")
    assert Article.objects.get().published_at == out
    assert f"{at}put-back/" not in page(dora, at)


def test_a_draft_is_deleted(dora: Person) -> None:
    row = begun(dora)
    assert send(dora, f"{NEWS}{row.pk}/delete/").headers["Location"] == NEWS
    assert not Article.objects.exists()


def test_a_language_that_is_begun_is_wanted_whole_and_nothing_is_lost(dora: Person) -> None:
    reply = saved(dora, **{"title-en": "A new term"})
    assert reply.status_code == 422
    html = reply.content.decode()
    assert 'value="A new term"' in html
    assert "Un **texte**." in html
    assert html.count('class="error-text"') == 2
    assert not Article.objects.exists()


def test_a_picture_without_an_alternative_is_refused_at_its_line(dora: Person) -> None:
    reply = saved(dora, **{"body-fr": "Un.\n\n![](picture:x)"})
    assert reply.status_code == 422
    assert "3" in re.findall(r'<div class="error-text"[^>]*><p>([^<]+)', reply.content.decode())[0]


def test_a_picture_is_added_to_the_text_before_it_is_saved(dora: Person) -> None:
    fields = {**WORDS, "add-place": "fr", "add-alternative": "Une [cour]"}
    reply = send(dora, f"{NEWS}new/", add="1", **{**fields, "add-file": upload()})
    assert reply.status_code == 200
    row = Picture.objects.get()
    html = reply.content.decode()
    assert f"![Une \\[cour\\]](picture:{row.pk})" in html
    assert not Article.objects.exists()
    body = f"Un **texte**.\n\n![Une \\[cour\\]](picture:{row.pk})"
    assert saved(dora, **{"body-fr": body}).status_code == 302
    look = page(dora, f"{NEWS}{Article.objects.get().pk}/preview/fr/")
    assert 'alt="Une [cour]"' in look


def test_a_picture_that_comes_with_a_save_is_in_the_text(dora: Person) -> None:
    more: dict[str, Any] = {"add-place": "fr", "add-alternative": "Une cour", "add-file": upload()}
    assert saved(dora, **more).status_code == 302
    assert f"](picture:{Picture.objects.get().pk})" in ArticleText.objects.get().body


def test_a_picture_at_the_head_and_away_again(dora: Person) -> None:
    more: dict[str, Any] = {"add-place": "head", "add-alternative": "Une cour", "add-file": upload()}
    assert saved(dora, **more).status_code == 302
    row = Article.objects.get()
    assert row.picture == Picture.objects.get()
    assert ArticleText.objects.get().alternative == "Une cour"
    stays = {"head": str(row.picture_id), "alternative-fr": "Une cour", "seen": articles.stamp(row)}
    saved(dora, f"{NEWS}{row.pk}/", **stays)
    assert Article.objects.get().picture is not None
    stays["seen"] = articles.stamp(Article.objects.get())
    saved(dora, f"{NEWS}{row.pk}/", **stays, headless="on")
    assert Article.objects.get().picture is None


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"add-file": upload(b"<svg onload='alert(1)'/>", "x.png"), "add-alternative": "Une cour"}, "add-file"),
        ({"add-file": upload(bytes(10_000_001), "x.png"), "add-alternative": "Une cour"}, "add-file"),
        ({"add-file": upload()}, "add-alternative"),
        ({"add-alternative": "Une cour"}, "add-file"),
    ],
)
def test_a_picture_that_is_refused_loses_no_word(dora: Person, more: dict[str, Any], wrong: str) -> None:
    if "add-file" in more:
        more["add-file"].seek(0)
    reply = send(dora, f"{NEWS}new/", add="1", **{**WORDS, "add-place": "fr", **more})
    assert reply.status_code == 422
    html = reply.content.decode()
    assert re.search(rf'name="{wrong}"[^>]*aria-invalid="true"', html)
    assert "Un **texte**." in html
    assert not Picture.objects.exists()


def test_the_later_of_two_sees_what_changed_and_loses_nothing(dora: Person, teacher: Person) -> None:
    row = begun(dora, course="thin")
    at, seen = f"{NEWS}{row.pk}/", articles.stamp(row)
    first = saved(teacher, at, course="thin", seen=seen, **{"body-fr": "Le premier."})
    assert first.status_code == 302
    second = saved(dora, at, course="thin", seen=seen, **{"body-fr": "Le second."})
    assert second.status_code == 422
    html = second.content.decode()
    assert "<ins>Le premier.</ins>" in html
    assert "<del>Le second.</del>" in html
    assert re.search(r"<textarea[^>]*name=\"body-fr\"[^>]*>\s*Le second\.</textarea>", html)
    assert ArticleText.objects.get().body == "Le premier."
    fresh = re.search(r'name="seen" value="([^"]+)"', html)
    assert fresh
    assert saved(dora, at, course="thin", seen=fresh[1], **{"body-fr": "Les deux."}).status_code == 302
    assert ArticleText.objects.get().body == "Les deux."
    assert "Dora" in page(dora, at)


def test_a_form_sent_twice_is_kept_once(dora: Person) -> None:
    act = new_id()
    client = cast.browser(dora)
    for _ in range(2):
        assert client.post(f"{NEWS}new/", cast.form(act, save="1", **WORDS)).status_code == 302
    assert Article.objects.count() == 1


def test_who_teaches_a_course_writes_about_it_and_nothing_else(teacher: Person, dora: Person, edition: Edition) -> None:
    Course.objects.create(slug="other", titles={"fr": "Autre"}, languages=["fr"])
    assert 'value="other"' not in page(teacher, f"{NEWS}new/")
    for course in ("other", ""):
        assert saved(teacher, course=course).status_code == 422
    row = begun(teacher, course="thin")
    assert row.course == edition.course
    assert page(dora, NEWS).count(f"{NEWS}{row.pk}/") == 1
    Article.objects.update(course=None)
    assert cast.browser(teacher).get(f"{NEWS}{row.pk}/").status_code == 404
    assert str(row.pk) not in page(teacher, NEWS)
    assert cast.browser(dora).get(f"{NEWS}{row.pk}/").status_code == 200


def test_who_teaches_one_edition_only_writes_none(tom: Person, ana: Person) -> None:
    for person in (tom, ana):
        assert cast.browser(person).get(NEWS).status_code == 404
        assert saved(person).status_code == 404


def test_the_list_is_searched_without_accents_and_by_state(dora: Person) -> None:
    now = timezone.now()
    articling.published("Rentrée", now - timedelta(days=1), slug="out")
    articling.published("Examen", now + timedelta(days=1), slug="soon")
    begun_row = articling.made(dora, now)
    for query, wanted in {
        "q=rentree": {"Rentrée", "La rentrée"},
        "q=RENTREE&state=published": {"Rentrée"},
        "state=scheduled": {"Examen"},
        "state=draft": {"La rentrée"},
        "q=tom+roy": {"Rentrée", "Examen", "La rentrée"},
        "q=zzz": set(),
        "state=nonsense": {"Rentrée", "Examen", "La rentrée"},
    }.items():
        html = page(dora, f"{NEWS}?{query}")
        assert set(re.findall(r'<th scope="row"><a href="[^"]*">([^<]+)</a>', html)) == wanted, query
    assert str(begun_row.pk) in page(dora, NEWS)


def test_the_journal_says_who_did_what_in_words(dora: Person) -> None:
    row = begun(dora)
    send(dora, f"{NEWS}{row.pk}/publish/", seen=articles.stamp(row), publish_at="")
    html = page(dora, f"{NEWS}{row.pk}/")
    assert "article.published" not in html
    assert html.count("<td>Dora</td>") == 2


def test_a_date_that_is_none_publishes_nothing(dora: Person) -> None:
    row = begun(dora)
    send(dora, f"{NEWS}{row.pk}/publish/", seen=articles.stamp(row), publish_at="demain")
    assert Article.objects.get().published_at is None


def test_long_texts_that_differ_are_told_at_once() -> None:
    sent, stands = [f"- point {n}" for n in range(900)], [f"- autre {n}" for n in range(900)]
    told = views_news.differences(sent, [*stands[:500], *sent[500:]])
    assert sorted(told) == sorted([*(("-", one) for one in sent[:500]), *(("+", one) for one in stands[:500])])
    assert views_news.differences(sent, sent) == []
    many = [str(n) for n in range(views_news.COMPARED)]
    assert len(views_news.differences(many, ["x"])) == len(many) + 1
