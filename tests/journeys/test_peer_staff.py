"""The team at a case study, on a phone: the board, help let in, a flag and its procedure, the rubric, a grade."""

from datetime import timedelta

import pytest
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition, Role
from preau.peer.models import Case, Flag, GradeChange, Review, Rubric, Submission, Widening
from tests import cast
from tests.journeys.conftest import Visit, Visitor
from tests.journeys.test_peers import HUB, tell_results
from tests.peer import stage

pytestmark = pytest.mark.browser
DESK = "/desk/thin-now/peer/cas/"
WHY = "Le plan est complet : la date est à la dernière ligne."


@pytest.fixture
def assessed(transactional_db: None) -> Edition:
    return stage.assessed(slug="thin-now", opens=cast.monday(timezone.now(), -1), reviews=1, guaranteed=1)


@pytest.fixture
def teacher(assessed: Edition) -> Person:
    tom = cast.person("Tom")
    cast.role(tom, Role.Kind.TEACHER, edition=assessed)
    return tom


@pytest.fixture
def copy(assessed: Edition) -> Submission:
    """Awa's: she assessed Bilal's copy, and he holds hers."""
    before = timezone.now() - timedelta(hours=2)
    awa, bilal = stage.learner("Awa", assessed), stage.learner("Bilal", assessed)
    handed_in = stage.copy(awa, assessed, before, "Un plan en trois lots, une date.")
    stage.copy(bilal, assessed, before, "Un autre projet.")
    assert stage.review(awa, assessed, before) is not None
    assert stage.lease(bilal, assessed, timezone.now()) is not None
    return handed_in


def test_from_the_board_to_another_grade(
    visitor: Visitor, assessed: Edition, copy: Submission, teacher: Person
) -> None:
    desk, phone, other = visitor(width=360), visitor(width=360), visitor(width=360)
    held = Review.objects.select_related("reviewer").get(submission=copy)
    desk.sign_in(teacher)
    phone.sign_in(copy.enrolment.person)
    other.sign_in(held.reviewer)
    lets_help_in(desk)
    flags(other, held)
    opens_a_procedure(desk)
    replies(phone)
    decides(desk)
    stage.finish(held, assessed, timezone.now())
    rewords(desk)
    scores_otherwise(desk)
    tell_results(assessed, teacher)
    gives_another_grade(desk, copy)
    reads_it(phone)


def settled(visit: Visit) -> None:
    """The page that answers an act says that it is done."""
    visit.page.locator(".notice.success").first.wait_for()


def lets_help_in(desk: Visit) -> None:
    """The board says who is where; one click, and the team assesses too."""
    page = desk.open(DESK)
    places = page.locator("dl.figures").first
    assert places.locator("a[href$='where=done']").inner_text() == "1"
    assert places.locator("a[href$='where=assessing']").inner_text() == "1"
    assert (desk.axe(), desk.sideways()) == ([], 0)
    page.locator("#widen input[value=staff]").check()
    page.locator("#widen form[action$='/widen/'] button").click()
    settled(desk)
    assert [row.group for row in Widening.objects.all()] == ["staff"]


def flags(other: Visit, held: Review) -> None:
    """Whoever assesses the copy tells the team that it seems copied."""
    page = other.open(f"/e/thin-now/peer/review/{held.pk}/")
    form = page.locator("form[action$='/flag/']")
    page.locator("details", has=form).locator("summary").click()
    form.locator("input[value=plagiarism]").check()
    form.locator("textarea").fill("Lu ailleurs.")
    assert (other.axe(), other.sideways()) == ([], 0)
    form.locator("button").click()
    settled(other)


def opens_a_procedure(desk: Visit) -> None:
    """From the flag to the notice; what the reviewer wrote stands beside the copy."""
    page = desk.open(f"{DESK}flags/")
    page.get_by_text("Lu ailleurs.").wait_for()
    assert (desk.axe(), desk.sideways()) == ([], 0)
    page.locator("a[href*='/cases/new/']").click()
    page.locator("aside", has_text="Lu ailleurs.").wait_for()
    assert (desk.axe(), desk.sideways()) == ([], 0)
    page.locator("textarea[name=notice]").fill("La première phrase figure aussi ailleurs.")
    page.locator("form[data-act] .actions button").last.click()
    settled(desk)


def replies(phone: Visit) -> None:
    """The author reads that nothing is decided, and answers."""
    page = phone.open(f"{HUB}case/")
    page.get_by_text("La première phrase figure aussi ailleurs.").wait_for()
    assert (phone.axe(), phone.sideways()) == ([], 0)
    page.locator("textarea[name=text]").fill("C’est une citation, sa source est à la fin.")
    page.locator("form[action$='/case/'] button").click()
    settled(phone)


def decides(desk: Visit) -> None:
    """The team reads the reply, and holds nothing against the author."""
    page = desk.open(f"{DESK}cases/")
    page.locator("table a").click()
    page.get_by_text("C’est une citation").wait_for()
    page.locator("select[name=decision]").select_option("dismissed")
    page.locator("textarea[name=reason]").fill("La source est citée.")
    page.locator("form[data-act] .actions button").last.click()
    settled(desk)
    case = Case.objects.get()
    assert (case.decision, case.flag) == ("dismissed", Flag.objects.get())


def rewords(desk: Visit) -> None:
    """Other words reach everybody; no score changes, so that the rubric keeps its number."""
    page = desk.open(f"{DESK}rubric/words/fr/")
    page.locator("input[name=c0]").fill("Le plan du projet")
    page.locator("form[data-act] .actions button").last.click()
    settled(desk)
    page.get_by_role("heading", name="Le plan du projet").first.wait_for()
    assert Rubric.objects.count() == 1


def scores_otherwise(desk: Visit) -> None:
    """Whom another scoring touches is shown before it holds: what was sent keeps its score."""
    page = desk.open(f"{DESK}rubric/scoring/")
    page.locator("input[name=c0-l2]").fill("20")
    page.locator("textarea[name=reason]").fill("Le plan compte double.")
    page.locator("form.form .actions button").click()
    page.wait_for_url(f"**{DESK}rubric/scoring/")
    sent = page.locator("dl.facts dd").first
    assert sent.inner_text().startswith("2 ")
    assert (desk.axe(), desk.sideways()) == ([], 0)
    page.locator("form[action$='/confirm/'] button").click()
    settled(desk)
    assert list(Rubric.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert {review.score for review in Review.objects.all()} == {70}


def gives_another_grade(desk: Visit, copy: Submission) -> None:
    """After the results, on the page that joins the copy with those who assessed it: a grade, and its reason."""
    page = desk.open(f"{DESK}copies/{copy.pk}/")
    assert (desk.axe(), desk.sideways()) == ([], 0)
    form = page.locator(f"form[action$='/turns/{copy.pk}/']")
    form.locator("input[name=score]").fill("85")
    form.locator("textarea[name=remark]").fill(WHY)
    form.locator("button").click()
    settled(desk)
    assert list(GradeChange.objects.filter(submission=copy).order_by("at").values_list("cause", flat=True)) == [
        "published",
        "staff",
    ]


def reads_it(phone: Visit) -> None:
    """The author reads the grade, that the team gave it, and why."""
    page = phone.open(f"{HUB}result/")
    assert "17 / 20" in page.locator("p.grade").inner_text()
    page.locator(".letter", has_text=WHY).wait_for()
    page.locator(".timeline", has_text=WHY).wait_for()
    assert (phone.axe(), phone.sideways()) == ([], 0)
