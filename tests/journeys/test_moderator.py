"""A moderator's day on a phone: what waits at the desk is answered, shown, hidden with a reason and looked at again by
somebody else; a thread gets its name, its room and stays for later sessions; a live session is announced."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Locator, Page

from preau.accounts.models import Person
from preau.courses.models import Edition, Role
from preau.discussion import contesting, moderating, reading
from preau.discussion.access import Here
from preau.discussion.models import Flag, ModerationAct, Post, Thread
from preau.discussion.moderating import Why
from preau.mail.attachments import Attachment
from preau.mail.models import Message
from tests import cast
from tests.discussion import talking
from tests.journeys.conftest import Visit, Visitor

pytestmark = pytest.mark.browser
BASE = "/e/thin-now/discussion/"
DESK = "/desk/thin-now/discussion/"
RUDE = "Vous êtes nuls, tous."
WHY = "Ce message attaque des personnes."


@dataclass
class Day:
    """Ana wrote something rude under Ben's question about a lesson; Mo moderates, Tom and Rita teach."""

    edition: Edition
    people: dict[str, Person]
    thread: Thread
    post: Post
    enter: Callable[..., Visit]

    def at(self, name: str) -> Here:
        return talking.here(self.people[name], {"edition": self.edition.slug}, timezone.now())

    def place(self, post: str = "") -> str:
        return f"{BASE}post/{self.post.pk}/{post}"

    def letter(self, name: str) -> str:
        """The latest mail to somebody."""
        rows = Message.objects.filter(person_id=self.people[name].pk).order_by("-queued_at", "-pk")
        return rows[0].text


@pytest.fixture
def day(visitor: Visitor, running: Edition) -> Day:
    people = {name: cast.person(name) for name in ("Ana", "Ben", "Mo", "Tom", "Rita")}
    for name in ("Ana", "Ben"):
        cast.enrolment(people[name], running)
    for name, kind in (("Mo", Role.Kind.MODERATOR), ("Tom", Role.Kind.TEACHER), ("Rita", Role.Kind.TEACHER)):
        cast.role(people[name], kind, edition=running)

    def enter(name: str, *, script: bool = True) -> Visit:
        visit = visitor(width=360, script=script)
        visit.sign_in(people[name])
        return visit

    where, now = {"edition": running.slug}, timezone.now()
    asker = talking.here(people["Ben"], where, now)
    outline = reading.outline(asker, "fr")
    assert outline is not None
    thread = talking.ask(asker, "Une question", unit=outline.by_key["lecon"].id, version=outline.version_id)
    post = talking.reply(talking.here(people["Ana"], where, now), thread, RUDE)
    return Day(running, people, thread, post, enter)


def seen(visit: Visit, path: str = "") -> Page:
    """The page, or another one, as wide as the phone."""
    if path:
        visit.open(path)
    assert visit.sideways() == 0, visit.page.url
    return visit.page


def go(visit: Visit, to: Locator) -> Page:
    """Where a link or a button leads."""
    with visit.page.expect_navigation(wait_until="networkidle"):
        to.click()
    return seen(visit)


def hides(visit: Visit, page: Page) -> Page:
    """Says which rule is meant, and why."""
    page.locator("#decide input[name=do][value=hide]").check()
    page.locator("#decide select[name=rule]").select_option("kind")
    page.locator("#decide textarea[name=words]").fill(WHY)
    return go(visit, page.locator("#decide form.form p.actions button"))


def decided(day: Day, by: str) -> UUID:
    """The message is hidden by somebody."""
    act = cast.an_act("discussion.hide", now=timezone.now())
    moderating.hide(act=act, at=day.at(by), post=day.post, why=Why("kind", WHY))
    return act.id


def test_what_waits_is_found_from_my_courses_answered_and_shown(day: Day) -> None:
    ben, zoe = day.at("Ben"), cast.person("Zoe")
    cast.enrolment(zoe, day.edition)
    day.people["Zoe"] = zoe
    talking.ask(ben, "Où rendre le devoir ?")
    first = talking.ask(day.at("Zoe"), "Un groupe", "Le groupe WhatsApp de révision : https://example.org/groupe")
    assert first.hidden
    mo = day.enter("Mo")
    page = go(mo, seen(mo, "/me/").locator("a[href='/desk/']"))
    page = go(mo, page.locator(f"a[href='{DESK}']"))
    assert page.locator("h1").inner_text().startswith("1 ")
    assert mo.axe() == []
    page = go(mo, page.locator("#questions a", has_text="Où rendre le devoir ?"))
    page.locator("#answer textarea[name=text]").fill("Sur la page du cas pratique.")
    page = go(mo, page.locator("#answer form.form button"))
    page.locator("article.post", has_text="Sur la page du cas pratique.").wait_for()
    page = go(mo, page.locator(f"main a[href='{DESK}']"))
    assert page.locator("#questions a").count() == 0
    page = go(mo, page.locator("#held form[action$='/moderate/'] button"))
    page.locator(".notice.success").first.wait_for()
    assert page.locator("#held").count() == 0
    assert page.locator("#questions a", has_text="Un groupe").count() == 1
    assert f"{settings.SITE_URL}{BASE}act/{ModerationAct.objects.get().pk}/" in day.letter("Zoe")
    page = go(mo, page.locator("#firsts a", has_text="Un groupe"))
    assert page.locator("#answer").count() == 1
    page = seen(day.enter("Ben"), BASE)
    page.locator("ul.threads a.title", has_text="Un groupe").wait_for()


def points_out(ben: Visit, day: Day) -> None:
    """From the thread, by the page of the message."""
    page = go(ben, seen(ben, f"{BASE}thread/{day.thread.pk}/").locator("#p-2 a.more"))
    page = go(ben, page.locator("a[href$='/flag/']"))
    page.locator("input[name=reason][value=unkind]").check()
    page.locator("textarea[name=words]").fill("Insultant.")
    page = go(ben, page.locator("main form.form p.actions button"))
    page.locator(".notice.success").wait_for()


def contests(ana: Visit, day: Day) -> str:
    """From the mail that tells her why; returns the address of the decision."""
    told = day.letter("Ana")
    assert WHY in told
    address = f"{BASE}act/{ModerationAct.objects.get().pk}/"
    assert settings.SITE_URL + address in told
    page = seen(ana, address)
    assert WHY in page.locator("dl.facts").inner_text()
    assert "Mo" not in page.locator("main").inner_text(), "nobody but the team reads who decided"
    page.locator("textarea[name=words]").fill("C'était une plaisanterie entre nous.")
    page = go(ana, page.locator("form[action$='/contest/'] button"))
    page.locator(".notice.success").wait_for()
    assert page.locator("form[action$='/contest/']").count() == 0
    return address


@pytest.mark.parametrize("script", [True, False])
def test_a_message_is_hidden_contested_and_shown_again_by_somebody_else(day: Day, script: bool) -> None:
    ana, ben, mo, tom = (day.enter(name, script=script) for name in ("Ana", "Ben", "Mo", "Tom"))
    points_out(ben, day)
    page = go(mo, seen(mo, DESK).locator("#flags form[action$='/claim/'] button"))
    page.locator("#flags .state", has_text="Mo").wait_for()
    page = go(mo, page.locator("#flags a.button"))
    assert not script or mo.axe() == []
    page = hides(mo, page)
    assert page.locator("#flags").count() == 0
    assert Flag.objects.get().settled_by == day.people["Mo"]
    thread = f"{BASE}thread/{day.thread.pk}/"
    assert RUDE not in seen(ben, thread).content()
    page = go(ana, seen(ana, thread).locator("#p-2 a.more"))
    assert page.locator("section a[href*='/act/']").count() == 1
    assert not script or ana.axe() == []
    address = contests(ana, day)
    assert not script or ana.axe() == []
    page = go(mo, seen(mo, DESK).locator("#contests a"))
    assert page.locator("form[action$='/answer/'], form[action$='/undo/']").count() == 0, "Mo decided"
    page.locator("section .notice.info").wait_for()
    page = go(tom, seen(tom, DESK).locator("#contests a"))
    page.locator("textarea[name=words]").fill("Le contexte montre une plaisanterie.")
    assert not script or tom.axe() == []
    page = go(tom, page.locator("form[action$='/answer/'] button[value='0']"))
    page.locator(".notice.success").wait_for()
    assert seen(tom, DESK).locator("#contests").count() == 0
    assert "plaisanterie" in day.letter("Ana")
    page = seen(ana, address)
    assert "Le contexte montre une plaisanterie." in page.locator("main").inner_text()
    assert RUDE in seen(ben, thread).locator("#p-2").inner_text()


def test_a_teacher_who_decided_leaves_the_contest_to_another(day: Day) -> None:
    act = decided(day, "Tom")
    row = ModerationAct.objects.get(pk=act)
    contest = cast.an_act("discussion.contest", now=timezone.now())
    contesting.contest(act=contest, at=day.at("Ana"), row=row, words="Je ne suis pas d'accord.")
    address = f"{BASE}act/{act}/"
    tom, rita = day.enter("Tom"), day.enter("Rita")
    page = seen(tom, address)
    assert page.locator("form[action$='/answer/']").count() == 0, "Tom decided"
    page = go(rita, seen(rita, DESK).locator("#contests a"))
    page.locator("textarea[name=words]").fill("La règle est claire.")
    go(rita, page.locator("form[action$='/answer/'] button[value='1']"))
    row.refresh_from_db()
    assert (row.upheld, row.answered_by) == (True, day.people["Rita"])
    page = seen(day.enter("Ana"), address)
    assert "La règle est claire." in page.locator("main").inner_text()
    assert RUDE not in seen(day.enter("Ben"), f"{BASE}thread/{day.thread.pk}/").content()


def test_a_moderator_takes_their_own_decision_back(day: Day) -> None:
    decided(day, "Mo")
    mo = day.enter("Mo")
    page = go(mo, seen(mo, f"{BASE}thread/{day.thread.pk}/").locator("#p-2 a.more"))
    page = go(mo, page.locator("section a[href*='/act/']"))
    page.locator("input[name=words]").fill("J'avais mal lu.")
    page = go(mo, page.locator("form[action$='/undo/'] button"))
    page.locator(".notice.success").wait_for()
    assert page.locator("form[action$='/undo/']").count() == 0
    assert "J'avais mal lu." in day.letter("Ana")
    assert RUDE in seen(day.enter("Ben"), f"{BASE}thread/{day.thread.pk}/").content()


def test_a_thread_gets_its_title_and_room_and_stays_for_later_sessions(day: Day) -> None:
    mo, ben = day.enter("Mo"), day.enter("Ben")
    thread = f"{BASE}thread/{day.thread.pk}/"
    page = go(mo, seen(mo, thread).locator("a[href$='/tend/']"))
    assert mo.axe() == []
    page.locator("input[name=title]").fill("Comment calculer la marge ?")
    page = go(mo, page.locator("button[value=retitle]"))
    assert page.locator("h1").inner_text() == "Comment calculer la marge ?"
    page = go(mo, page.locator("a[href$='/tend/']"))
    page.locator("select[name=room]").select_option("m-debut")
    page = go(mo, page.locator("button[value=move]"))
    assert page.locator("nav.breadcrumb a[href$='/room/m-debut/']").count() == 1
    page = go(mo, page.locator("form[action$='/lasting/'] button"))
    assert page.locator("form[action$='/lasting/'] button[value='0']").count() == 1
    page = go(mo, page.locator("a[href$='/tend/']"))
    page = go(mo, page.locator("form:has(input[value=pin]) button"))
    row = Thread.objects.select_related("room").get()
    assert (row.room.key, row.lasting, row.pinned) == ("m-debut", True, True)
    page = go(ben, seen(ben, f"{BASE}room/m-debut/").locator("ul.threads a", has_text="Comment calculer la marge ?"))
    page = go(ben, page.locator("#p-1 a.more"))
    assert page.locator("section a[href*='/act/']").count() == 2
    page = go(ben, page.locator("section a[href*='/act/']").first)
    assert page.locator("form").filter(has=page.locator("textarea")).count() == 0, "nothing to contest"


def test_pictures_and_authors_are_reached_from_the_desk(day: Day) -> None:
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(drawn, "PNG")
    picture = Attachment("capture.png", "image/png", drawn.getvalue())
    post = talking.reply(day.at("Ana"), day.thread, "Regardez.", attached=[picture])
    mo = day.enter("Mo")
    for path in (f"{DESK}post/{post.pk}/", f"{DESK}thread/{day.thread.pk}/", f"{BASE}post/{post.pk}/moderate/"):
        page = seen(mo, path)
        shown = page.locator("article.post", has_text="Regardez.")
        shown.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
        assert shown.locator("img").evaluate("async (img) => (await img.decode(), img.naturalWidth)") == 8
        page = go(mo, shown.locator("header b a"))
        assert page.locator("h1").inner_text().startswith("Ana")


def test_a_live_session_is_announced_and_asked_for(day: Day) -> None:
    mo, ben = day.enter("Mo"), day.enter("Ben")
    page = go(mo, seen(mo, BASE).locator("nav.rooms a[href$='/room/live/']"))
    page.locator("input[name=title]").fill("Vos questions de la semaine")
    when = (timezone.now() + timedelta(days=2)).date()
    page.locator("input[name=day]").fill(when.isoformat())
    page.locator("input[name=hour]").fill("18:00")
    page.locator("input[name=address]").fill("https://stream.example/2")
    assert mo.axe() == []
    page = go(mo, page.locator("main form.form p.actions button"))
    assert page.locator("h1").inner_text() == "Vos questions de la semaine"
    assert "18" in page.locator("p.lead").inner_text()
    page = go(ben, seen(ben, f"{BASE}live/").locator("a[href$='#ask']"))
    page.locator("#ask textarea").fill("Comment choisir un indicateur ?")
    page = go(ben, page.locator("#ask button"))
    page = go(mo, seen(mo, f"{BASE}live/").locator("li.card h2 a"))
    assert page.locator("ol.wanted li", has_text="Comment choisir un indicateur ?").count() == 1
    page.locator("summary", has=page.locator("xpath=../form[@action='change/']")).click()
    assert page.locator("form[action='change/'] input[name=day]").input_value() == when.isoformat()
    page.locator("form[action='change/'] input[name=hour]").fill("19:00")
    assert mo.axe() == []
    page = go(mo, page.locator("form.form[action='change/'] button"))
    assert "19" in page.locator("p.lead").inner_text()
