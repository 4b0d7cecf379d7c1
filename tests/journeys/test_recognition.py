"""From the exam to the wallet to a recruiter: a learner sits it, a jury decides, a certificate is given and checked by
its address and by its file; then the decision is rectified, and the recruiter reads that too."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Page

from preau.accounts.models import Person
from preau.certificates import filing, freezing, issuing, serving, status
from preau.certificates.models import Award, Deliberation
from preau.courses.models import Edition, Enrolment, Role
from tests import cast
from tests.certificates import court, stage
from tests.journeys.conftest import Visit, Visitor

pytestmark = pytest.mark.browser


@dataclass
class Scene:
    """An edition in its third week, when the exam is open; Awa has passed its quiz, Rita keeps its records."""

    edition: Edition
    row: Enrolment
    rita: Person


@pytest.fixture
def scene(transactional_db: None, tmp_path: Path) -> Scene:
    opens = cast.monday(timezone.now(), -2)
    of = court.limited(tmp_path, now=opens)
    edition = cast.edition(slug="echelle-now", of=of, opens=opens, enrolment_closes_at=opens + timedelta(days=20))
    row = cast.enrolment(cast.person("Awa"), edition, track="advanced", at=opens)
    stage.scored(row, 90, "quiz")
    rita = cast.person("Rita")
    cast.role(rita, Role.Kind.REGISTRAR, edition=edition)
    return Scene(edition, row, rita)


def whole(visit: Visit) -> None:
    assert visit.axe() == []
    assert visit.sideways() == 0


def sit(visit: Visit, scene: Scene) -> None:
    """The exam: begun, answered, ended."""
    visit.sign_in(scene.row.person)
    page = visit.open("/e/echelle-now/fr/debut/examen/")
    page.locator("#me form[action$='/start/'] button").click()
    page.locator("[data-timed] [data-left]").wait_for()
    whole(visit)
    text = page.locator("fieldset.question input[type=text]")
    text.fill("quatre")
    text.press("Enter")
    page.locator("fieldset.question .outcome").first.wait_for()
    pairs = page.locator("fieldset.question", has=page.locator("select"))
    for left, right in zip(pairs.locator("select").all(), ("1", "2"), strict=True):
        left.select_option(label=right)
    pairs.locator("button").click()
    page.locator("fieldset.question .outcome").nth(1).wait_for()
    page.locator("#me form[action$='/close/'] button").click()
    page.locator("#me form[action$='/close/']").wait_for(state="detached")


def step(page: Page, form: str) -> None:
    page.locator(f"form[action$='{form}'] button").press("Enter")
    page.wait_for_load_state("networkidle")


def decide(visit: Visit, scene: Scene) -> Deliberation:
    """A jury at the desk, by the keyboard, up to the filing."""
    visit.sign_in(scene.rita)
    page = visit.open("/desk/echelle-now/jury/")
    page.locator("input[name=title]").fill("Tronc commun")
    page.locator("input[name=tracks][value=advanced]").press("Space")
    page.locator("input[name=president]").fill("Jeanne Martin")
    page.locator("input[name=held_on]").fill("2026-11-20")
    whole(visit)
    page.locator("form[action$='/jury/'] button").press("Enter")
    page.wait_for_url("**/jury/*/")
    row = Deliberation.objects.get()
    step(page, "/step/freeze/")
    freezing.freeze(row.pk, now=timezone.now())
    page.reload()
    whole(visit)
    page.goto(f"{visit.site}/desk/echelle-now/jury/{row.pk}/people/{row.candidates.get().pk}/")
    page.locator("input[name=verdict][value=admitted]").check()
    page.locator("textarea[name=reason]").fill("Le jury suit la règle.")
    whole(visit)
    page.locator("section.card form.form button").first.press("Enter")
    page.wait_for_url("**/jury/*/")
    step(page, "/step/close/")
    filing.print_minutes(row.pk)
    page.reload()
    page.locator("input[type=file]").set_input_files(
        {"name": "pv.pdf", "mimeType": "application/pdf", "buffer": court.SIGNED}
    )
    step(page, "/file/")
    whole(visit)
    row.refresh_from_db()
    return row


def work() -> None:
    """What the worker does, in a thread of its own: sealing runs an event loop, and so does Playwright in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(tend).result()


def tend() -> None:
    while serving.serve_due(now=timezone.now()):
        continue
    while issuing.issue_waiting(now=timezone.now()):
        continue
    status.sign_due(now=timezone.now())
    connections.close_all()


def test_from_the_exam_to_the_wallet_to_a_recruiter(visitor: Visitor, scene: Scene) -> None:
    learner = visitor(width=360)
    sit(learner, scene)
    row = decide(visitor(width=1280), scene)
    work()
    page = learner.open("/e/echelle-now/me/jury/")
    assert "Le jury vous admet" in page.locator("main").inner_text()
    assert court.RECOURSE in page.locator("main").inner_text()
    whole(learner)
    page = learner.open("/me/certificates/")
    whole(learner)
    award = Award.objects.get()
    assert award.code in page.locator("main").inner_html()

    recruiter = visitor(width=360, language="en-GB")
    page = recruiter.open(f"/verify/{award.code}")
    said = page.locator("main").inner_text()
    assert "Awa" in said
    assert "Valid" in said
    whole(recruiter)
    page = recruiter.open("/verify/")
    with default_storage.open(award.credential.paper) as paper:
        content = paper.read()
    page.locator("input[type=file]").first.set_input_files(
        {"name": "c.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    page.locator("form[enctype='multipart/form-data'] button").click()
    page.wait_for_url("**/verify/file/")
    assert "Awa" in page.locator("main").inner_text()
    whole(recruiter)

    court.taken_up(row, scene.row, scene.rita, "not", now=timezone.now())
    work()
    said = recruiter.open(f"/verify/{award.code}").locator("main").inner_text()
    assert "Revoked" in said
    whole(recruiter)
    assert "Le jury ne vous admet pas" in learner.open("/e/echelle-now/me/jury/").locator("main").inner_text()
