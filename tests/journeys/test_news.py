"""A teacher writes an article with a picture, looks at it, publishes it; a visitor without an account reads it on a
small phone, in the other language too, and finds it again."""

import pytest

from preau.courses.models import Edition, Role
from preau.news.models import Article
from tests import cast
from tests.journeys.conftest import Visitor
from tests.news import articling

pytestmark = pytest.mark.browser


def test_an_article_from_the_desk_to_a_phone(visitor: Visitor, running: Edition) -> None:
    teacher = cast.person("Tom")
    cast.role(teacher, Role.Kind.TEACHER, course=running.course)
    desk = visitor(width=1280)
    desk.sign_in(teacher)
    page = desk.open("/desk/news/")
    assert (desk.axe(), desk.sideways()) == ([], 0)
    page.locator("a[href='/desk/news/new/']").click()
    page.locator("input[name=title-fr]").fill("La rentrée du cours")
    page.locator("textarea[name=lead-fr]").fill("Une session de plus, et un module nouveau.")
    page.locator("textarea[name=body-fr]").fill("## Ce qui change\n\nUn **module** de plus.")
    picture = {"name": "cour.png", "mimeType": "image/png", "buffer": articling.picture(2000, 1000, form="PNG")}
    page.locator("input[name=add-file]").set_input_files(picture)  # type: ignore[arg-type]
    page.locator("input[name=add-alternative]").fill("Une cour d’école sous un tilleul")
    page.locator("button[name=add]").click()
    page.locator(".notice.success").wait_for()
    assert "](picture:" in page.locator("textarea[name=body-fr]").input_value()
    assert (desk.axe(), desk.sideways()) == ([], 0)
    page.locator("button[name=look]").click()
    page.locator(".notice.warning").wait_for()
    assert page.get_by_alt_text("Une cour d’école sous un tilleul").count() == 1
    page.locator(".notice.warning a").first.click()
    page.locator("form[action$='/publish/'] button").click()
    page.locator(".state.done").first.wait_for()
    assert (desk.axe(), desk.sideways()) == ([], 0)

    phone = visitor(width=320)
    read = phone.open("/fr/news/")
    assert (phone.axe(), phone.sideways()) == ([], 0)
    read.get_by_role("link", name="La rentrée du cours").click()
    shown = read.get_by_alt_text("Une cour d’école sous un tilleul")
    shown.scroll_into_view_if_needed()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert (phone.axe(), phone.sideways()) == ([], 0)
    slug = Article.objects.get().slug
    other = phone.open(f"/en/news/{slug}/")
    assert other.locator("h1").evaluate("heading => heading.closest('[lang]').lang") == "fr"
    assert (phone.axe(), phone.sideways()) == ([], 0)
    found = phone.open("/fr/search/?q=MODULE+nouveau")
    found.get_by_role("link", name="La rentrée du cours").wait_for()
    assert (phone.axe(), phone.sideways()) == ([], 0)
