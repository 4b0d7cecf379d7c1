"""Every public page as a visitor sees it: both languages, both themes, phone and desktop. axe finds no violation, and
what it cannot decide by itself is in the file of what was looked at."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from preau.courses.models import Course, Edition
from preau.news import addresses, partners, voices
from preau.news.models import Article, ArticleText
from preau.news.models import Testimonial as Voice
from tests import cast
from tests.desk.test_site_pages import logo
from tests.journeys.conftest import AXE, Visit, Visitor

pytestmark = pytest.mark.browser
TRIAGED = Path(settings.ROOT) / "docs" / "accessibility.md"
LIVE = ("newsletter/", "search/?q=projet", "courses/thin/wait/")  # always served by their views
TARGETS = """() => [...document.querySelectorAll('a[href], button, input, select, summary, textarea')]
  .filter(e => e.offsetParent && getComputedStyle(e).display !== 'inline')
  .map(e => [e, e.getBoundingClientRect()]).filter(([, r]) => r.width && (r.width < 24 || r.height < 24))
  .map(([e]) => e.outerHTML.slice(0, 120))"""  # smaller than 24 pixels, but for links in the middle of a text
UNDECIDED = "async () => (await axe.run()).incomplete.flatMap(v => v.nodes.map(n => `${v.id} ${n.target.join(' ')}`))"


@pytest.fixture
def site(transactional_db: None) -> Edition:
    """One that opens soon, with news, words of a learner, partners."""
    now = timezone.now()
    edition = cast.edition(slug="thin-soon", opens=cast.monday(now, 2), enrols_at=now + timedelta(days=1))
    row = Article.objects.create(
        slug="rentree", authors="Ana", made_at=now, edited_at=now, published_at=now, course=edition.course
    )
    said = {"title": "La rentrée", "lead": "Bientôt.", "body": "## Un titre\n\nDu texte, et [un lien](/fr/courses/)."}
    ArticleText.objects.create(article=row, language="fr", **said)
    said_by = cast.person("Awa")
    Voice.objects.create(
        course=edition.course,
        person=said_by,
        language="fr",
        text="J’ai mené mon projet au bout.",
        name="Awa",
        wording=voices.wording(),
        given_at=now,
        shown_at=now,
    )
    dora = cast.person("Dora")
    cast.role(dora, "administrator")
    form = {
        "course": "thin",
        "name": "École de Lille",
        "site": "https://ecole.example",
        "country": "FR",
        "part": "gives",
    }
    reply = cast.browser(dora).post("/desk/site/partners/", {**cast.form(None, **form), "logo": logo()})
    assert reply.status_code == 302
    assert partners.of_course(Course.objects.get().pk)
    return edition


def undecided(visit: Visit) -> list[str]:
    """What axe could not decide and nobody has looked at: rule and place, as the file names them."""
    visit.page.evaluate(AXE.read_text())
    known = TRIAGED.read_text()
    return [line for line in visit.page.evaluate(UNDECIDED) if f"`{line}`" not in known]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_public_page_is_accessible(
    visitor: Visitor, site: Edition, language: str, scheme: str, width: int
) -> None:
    visit = visitor(width=width, language=language)
    visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = [one.path for one in addresses.public(timezone.now()) if one.language == language]
    for path in [*found, *(f"/{language}/{rest}" for rest in LIVE)]:
        visit.open(path)
        assert visit.axe() == [], path
        assert undecided(visit) == [], path
        assert visit.page.evaluate(TARGETS) == [], path
        assert visit.sideways() == 0, path
        if width == 360:
            visit.page.set_viewport_size({"width": 320, "height": 640})
            assert visit.sideways() == 0, path
            visit.page.set_viewport_size({"width": width, "height": 740})


def test_a_visitor_reads_without_a_cookie_or_a_script(visitor: Visitor, site: Edition) -> None:
    visit = visitor(script=False)
    page = visit.open("/fr/")
    page.locator("main a.button").first.click()
    page.locator("a[href$='/wait/']").first.click()
    page.wait_for_url("**/wait/")
    assert visit.context.cookies() == []
