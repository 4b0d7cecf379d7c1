"""A case study on a phone from the first line to the answer of an appeal: author, reviewer, team."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from preau.accounts.models import Person
from preau.content import printing
from preau.courses.models import Edition, Role
from preau.peer import computing, publishing
from preau.peer.models import Appeal, Assignment, Draft, Review, Submission
from tests import cast
from tests.journeys.conftest import Visit, Visitor
from tests.peer import stage

pytestmark = pytest.mark.browser
UNIT = "/e/thin-now/fr/debut/cas/"
HUB = "/e/thin-now/peer/fr/cas/"


@pytest.fixture
def assessed(transactional_db: None) -> Edition:
    return stage.assessed(slug="thin-now", opens=cast.monday(timezone.now(), -1), reviews=1, guaranteed=1)


def test_from_the_first_line_to_the_appeal(visitor: Visitor, assessed: Edition) -> None:
    author, reviewer = stage.learner("Awa", assessed), stage.learner("Bilal", assessed)
    teacher = cast.person("Tom")
    cast.role(teacher, Role.Kind.TEACHER, edition=assessed)
    stage.copy(reviewer, assessed, timezone.now() - timedelta(hours=2), "Un autre projet.")
    phone, other, desk = visitor(width=360), visitor(width=360), visitor(width=1280)
    phone.sign_in(author)
    other.sign_in(reviewer)
    desk.sign_in(teacher)
    writes_and_hands_in(phone)
    assesses(other)
    review = Review.objects.get(reviewer=reviewer)
    assert (review.score, review.words) == (70, "Le plan est bon, la date manque.")
    tell_results(assessed, teacher)
    reads_and_appeals(phone)
    answers(desk, Appeal.objects.get().pk)
    page = phone.open(f"{HUB}result/")
    page.get_by_text("Nous avons relu votre copie.").wait_for()
    assert phone.sideways() == 0


def writes_and_hands_in(phone: Visit) -> None:
    """The text is kept by itself; a preview shows it as it will be read; then it is handed in."""
    page = phone.open(UNIT)
    area = page.locator("textarea[name=text]")
    area.fill("# L'atelier\n\nUn plan en **trois lots**, une date.")
    page.locator("#kept time").wait_for()  # the form kept itself: nobody pressed anything
    assert "trois lots" in Draft.objects.get().text
    page.locator("button[name=preview]").click()
    page.locator(".work strong", has_text="trois lots").wait_for()
    assert (phone.axe(), phone.sideways()) == ([], 0)
    page.locator("form.write .actions button:not([name])").click()
    page.locator(".receipt").wait_for()
    assert Submission.objects.filter(enrolment__person__name="Awa", current=True).exists()


def assesses(other: Visit) -> None:
    """An example first, then the next copy: the rubric stays beside the work."""
    page = other.open(HUB)
    assert (other.axe(), other.sideways()) == ([], 0)
    page.locator("a[href*='/training/']").click()
    choose(other, words="")
    page.locator("form .actions button").click()
    page.locator("table").wait_for()
    page.locator("section[data-outcome] a.button").click()
    page.locator("form[action$='/next/'] button").click()
    page.wait_for_url("**/review/**")
    page.locator(".copy strong", has_text="trois lots").wait_for()
    assert (other.axe(), other.sideways()) == ([], 0)
    choose(other, words="Le plan est bon, la date manque.")
    page.locator("button[name=finish]").scroll_into_view_if_needed()
    assert page.locator(".copy").bounding_box()["y"] >= 0  # type: ignore[index]  # still in sight
    page.locator("button[name=finish]").click()
    page.wait_for_url(f"**{HUB}")


def choose(visit: Visit, words: str) -> None:
    """70 % of the rubric, with the comment that it asks for."""
    page = visit.page
    page.locator("input[name=level-plan][value='2']").check()
    page.locator("input[name=level-clarte][value='1']").check()
    if words:
        page.locator("textarea[name=comment-clarte]").fill("Lisible.")
        page.locator(".assess textarea[name=words]").fill(words)


def tell_results(edition: Edition, teacher: Person) -> None:
    """The dates come, and the worker does its part."""
    now = timezone.now()
    for what, hours in (("due", 30), ("reviews_due", 28), ("results", 1)):
        at = now - timedelta(hours=hours)
        printing.move_date(edition, key="cas", what=what, at=at, by=teacher.pk, now=now)
    computing.recompute(Assignment.objects.get(), now=now)
    publishing.publish_due(now=now)
    assert Assignment.objects.get().published_at is not None


def reads_and_appeals(phone: Visit) -> None:
    """The unit's page leads to the result. The author owes an assessment, so that the grade waits; then it is there."""
    page = phone.open(HUB)
    page.locator("form[action$='/next/'] button").click()
    page.wait_for_url("**/review/**")
    choose(phone, words="Merci.")
    page.locator("button[name=finish]").click()
    page.wait_for_url(f"**{HUB}")
    publishing.release_due(now=timezone.now())
    page = phone.open(UNIT)
    page.locator("#me a[href$='/result/']").click()
    page.wait_for_url("**/result/")
    page.get_by_text("Le plan est bon, la date manque.").wait_for()
    page.get_by_text("14 / 20").first.wait_for()
    assert (phone.axe(), phone.sideways()) == ([], 0)
    page.locator("#appeal summary").click()
    page.locator("#appeal textarea").fill("La date est à la dernière ligne.")
    page.locator("#appeal button").click()
    page.locator("#appeal .letter").wait_for()


def answers(desk: Visit, appeal: UUID) -> None:
    """The team keeps the grade, and says why."""
    page = desk.open("/desk/thin-now/peer/cas/appeals/")
    page.locator(f"a[href*='{appeal}']").click()
    assert (desk.axe(), desk.sideways()) == ([], 0)
    page.locator("textarea[name=answer]").fill("Nous avons relu votre copie.")
    page.locator("input[name=kept][value=yes]").check()
    page.locator("form[data-act] .actions button").last.click()
    page.locator(".notice.success").first.wait_for()
    assert Appeal.objects.get().answered_at is not None
