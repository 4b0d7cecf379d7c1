"""Every text of the interface comes from the catalogue, and every page bears longer words and the other direction: seen
in two languages that nobody speaks, on a site of its own (`PSEUDO=1`)."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser

from preau.config import command
from preau.config.setup import ROOT
from tests import cast
from tests.faults.site import HOST, Site
from tests.journeys.conftest import PATIENCE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LANGUAGES = ("en-XA", "ar-XB")
# Names of people and places, and what the course and the school wrote; what stands in a language of its own is passed
# over by its `lang`.
NAMES = (
    "Préau",
    "Awa",
    "Dora",
    "awa@example.org",
    "dora@example.org",
    "thin",
    "Paris",
    "Dakar",
    "lecon",
    "cas",
    "quiz",
)
COURSE = ("Un petit cours", "Le début", "La suite", "Classique", "Avancé", "De quoi essayer chaque salle")
UNITS = ("Une leçon", "Un quiz", "Un quiz corrigé après", "Un cas", "L'examen", "En plus")
SAID = ("École du test", "En ligne", "Les tests", "Quiz", "slug", "version")  # the last two by the journal, as they are
SPOKEN = ("French", "English", "الفرنسية", "الإنجليزية", "en-XA", "ar-XB")  # named by Babel
BRACKETS = re.compile(r"\[[^\[\]]*\]", re.DOTALL)
LETTERS = re.compile(r"[^\W\d_]{2,}")
SEEN = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const at = walk.currentNode.parentElement;
    if (at.closest("script, style, noscript, template, code, time[data-raw], option")) continue;
    if (at.closest("[lang]") !== document.documentElement) continue;
    if (!at.checkVisibility()) continue;
    found.push(walk.currentNode.data);
  }
  for (const one of document.querySelectorAll("[aria-label], [placeholder], img[alt]")) {
    if (one.closest("[lang]") !== document.documentElement) continue;
    found.push(one.getAttribute("aria-label") || one.getAttribute("placeholder") || one.getAttribute("alt") || "");
  }
  return found;
}"""


def prepare(folder: str) -> dict[str, str]:
    """A running edition of the thin course with a page in each language; cookies of a learner and of who runs it."""
    command.migrate()
    command.collect_static()
    edition = cast.edition(opens=cast.monday(timezone.now(), -1), of=cast.version(Path(folder), slug="thin"))
    found = {}
    for name in ("Awa", "Dora"):
        person = cast.person(name)
        if name == "Awa":
            cast.enrolment(person, edition)
        else:
            cast.role(person, "administrator")
        client = Client()
        client.force_login(person)
        found[name] = client.cookies["device"].value
    return found


def course(folder: Path) -> None:
    """The thin course, with one page in each of the two languages."""
    shutil.copytree(ROOT / "tests" / "samples" / "thin", folder)
    head = folder / "course.yaml"
    head.write_text(head.read_text().replace("[fr, en]", f"[fr, en, {', '.join(LANGUAGES)}]"))
    for code in LANGUAGES:
        place = folder / code / "debut"
        place.mkdir(parents=True)
        text = "---\nid: lecon\nkind: lesson\ntitle: '[Å ļéššöñ]'\n---\n[Å **þŕöĵéçţ** ƀéĝîñš.]\n"
        (place / "01-lecon.md").write_text(text)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, str]]]:
    state = tmp_path_factory.mktemp("pseudo")
    course(state / "course")
    site = Site(state / "var", more={"PSEUDO": "1"})
    code = "import sys, django; django.setup(); from tests.journeys import test_pseudo; test_pseudo.told(*sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, str(state / "course"), str(state / "said")],
        env=site.env,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    site.start()
    yield site, json.loads((state / "said").read_text())
    site.close()


def told(folder: str, said: str) -> None:
    """What `prepare` returns, in a file: called in a process of its own, with the settings of the site."""
    Path(said).write_text(json.dumps(prepare(folder)))


PAGES = (
    ("/{}/", ""),
    ("/{}/courses/thin/", ""),
    ("/accounts/signup/", ""),
    ("/e/thin-1/{}/debut/lecon/", "Awa"),
    ("/e/thin-1/{}/debut/quiz/", "Awa"),
    ("/e/thin-1/", "Awa"),
    ("/desk/thin-1/", "Dora"),
    ("/desk/courses/thin/translations/", "Dora"),
)


def visit(chromium: Browser, site: Site, cookie: str, language: str, width: int) -> Visit:
    address = f"http://{HOST}:{site.port}"
    context = chromium.new_context(viewport={"width": width, "height": 740}, locale="en", timezone_id="Africa/Dakar")
    context.set_default_timeout(PATIENCE)
    cookies = {"language": language, **({"device": cookie} if cookie else {})}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    one = Visit(address, context, context.new_page())
    one.watch()
    return one


def untranslated(texts: list[str]) -> list[str]:
    """What is left of a page without its bracketed texts and the names on it."""
    whole = "\n".join(texts)
    while (less := BRACKETS.sub("", whole)) != whole:
        whole = less
    left = []
    for line in whole.split("\n"):
        said = line.strip(" ·,:.…()“”«»›–/%*")
        for name in sorted((*NAMES, *COURSE, *UNITS, *SAID, *SPOKEN), key=len, reverse=True):
            said = said.replace(name, "")
        if LETTERS.search(said):
            left.append(line.strip())
    return left


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_breaks_or_keeps_a_text_to_itself(
    chromium: Browser, made: tuple[Site, dict[str, str]], language: str, width: int
) -> None:
    site, cookies = made
    wrong = []
    for path, who in PAGES:
        one = visit(chromium, site, cookies.get(who, ""), language, width)
        address = path.format(language)
        page = one.open(address)
        html = page.locator("html")
        direction = "rtl" if language == "ar-XB" else None
        assert (html.get_attribute("lang"), html.get_attribute("dir")) == (language, direction), address
        wrong += [f"{address}: {one.sideways()} pixels sideways"] if one.sideways() else []
        wrong += [f"{address}: {text!r} is not translated" for text in untranslated(page.evaluate(SEEN))]
        # An accessible name is filled up as a whole, so it never begins as the shorter text that is seen does.
        wrong += [f"{address}: {found}" for found in one.axe() if not found.startswith("label-content-name-mismatch")]
        wrong += [f"{address}: {found}" for found in one.wrong]
        one.context.close()
    assert not wrong, "\n".join(wrong)


def test_what_is_left_of_a_page_is_found() -> None:
    assert untranslated(["[Çöûŕšéš]", "Awa", "3 / 4", "[Ĥéļļö ", "Un petit cours", " ţĥéŕé]", "Hand in"]) == ["Hand in"]
