"""An alumna's day on a phone: she took part in the first session, and comes back. She finds the community from her
courses, reads what lasts, answers, offers her help, hosts a circle and greets; she says who she is, and how often she
wants to hear of all that."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from preau.accounts.models import Person
from preau.courses.models import Edition, Role, Volunteer
from preau.discussion import access, carrying, greeting, hosting, indexing, reading, telling
from preau.discussion.models import Circle, CircleMember, Follow, Post, Thread
from preau.mail.models import Message, Preference
from tests import cast
from tests.discussion import talking
from tests.journeys.conftest import Visit, Visitor
from tests.journeys.test_moderator import go, seen

pytestmark = pytest.mark.browser
COMMONS = "/commons/thin/"
NOW = "/e/thin-now/discussion/"
DESK = "/desk/thin-now/"


@dataclass
class Day:
    """Vera took part in the first session, Awa takes part in the second, which Tom teaches."""

    first: Edition
    second: Edition
    people: dict[str, Person]
    enter: Callable[[str], Visit]

    def asks(self, name: str, title: str, text: str = "Comment faites-vous ?") -> Thread:
        """Somebody asks in the commons."""
        return talking.ask(talking.here(self.people[name], {"course": "thin"}, timezone.now()), title, text)


@pytest.fixture
def day(visitor: Visitor, transactional_db: None) -> Day:
    now = timezone.now()
    first = cast.edition(opens=cast.monday(now, -30))
    second = cast.edition(slug="thin-now", opens=cast.monday(now), of=first.course.versions.get())
    people = {name: cast.person(name) for name in ("Vera", "Awa", "Tom")}
    cast.enrolment(people["Vera"], first)
    cast.enrolment(people["Awa"], second)
    cast.role(people["Tom"], Role.Kind.TEACHER, course=first.course)

    def enter(name: str) -> Visit:
        visit = visitor(width=360)
        visit.sign_in(people[name])
        return visit

    return Day(first, second, people, enter)


def lasting(day: Day) -> Thread:
    """A question of the first session about a lesson, answered, which its team kept."""
    ines, tom, now = cast.person("Ines"), day.people["Tom"], timezone.now()
    cast.enrolment(ines, day.first)
    where = {"edition": day.first.slug}
    asker = talking.here(ines, where, now)
    outline = reading.outline(asker, "fr")
    assert outline is not None
    thread = talking.ask(asker, "Pourquoi la marge ?", unit=outline.by_key["lecon"].id, version=outline.version_id)
    team = talking.here(tom, where, now)
    talking.reply(team, thread, "Parce qu'un retard arrive toujours.")
    act = cast.an_act("discussion.lasting", now=now)
    carrying.keep(act=act, at=team, opened=access.thread(team, thread.pk), on=True)
    return thread


def enters_the_commons(vera: Visit) -> Page:
    """From « Mes cours », by the session in which she took part."""
    page = go(vera, seen(vera, "/me/").locator("article.card h2 a"))
    page = go(vera, page.locator("a[href='/e/thin-1/discussion/']"))
    page = go(vera, page.locator(f"nav.rooms a[href='{COMMONS}']"))
    assert vera.axe() == []
    return page


def test_she_finds_the_community_reads_what_lasts_and_answers(day: Day) -> None:
    kept = lasting(day)
    asked = day.asks("Awa", "Quel outil pour les risques ?")
    while indexing.index_due(now=timezone.now()):
        pass
    vera, awa = day.enter("Vera"), day.enter("Awa")
    page = enters_the_commons(vera)
    page.locator("input[type=search]").fill("marge")
    page = go(vera, page.locator("form[role=search] button"))
    assert vera.axe() == []
    page = go(vera, page.locator(f"a.title[href*='{kept.pk}']").first)
    assert "Parce qu'un retard arrive toujours." in page.locator("#p-2").inner_text()
    assert page.locator("#reply textarea").count() == 0
    page = go(vera, page.locator(f"nav.breadcrumb a[href='{COMMONS}']"))
    page = go(vera, page.locator("ul.threads a.title", has_text="Quel outil pour les risques ?"))
    page.locator("#reply textarea[name=text]").fill("Un tableau, revu chaque semaine.")
    page.locator("#reply input[name=agree]").check()
    page = go(vera, page.locator("#reply p.actions button:not([name])"))
    page.locator("#p-2", has_text="Un tableau, revu chaque semaine.").wait_for()
    telling.tell_due(now=timezone.now())  # as the worker does: whoever wrote follows
    page = go(vera, seen(vera, f"{COMMONS}thread/{asked.pk}/").locator("form.follow button[value=mute]"))
    assert Follow.objects.get(thread=asked, person=day.people["Vera"]).muted, "what she follows can be muted"
    page = seen(awa, COMMONS)
    page = go(awa, page.locator("ul.threads li.unread a.title", has_text="Quel outil pour les risques ?"))
    page = go(awa, page.locator("#p-2 a.more"))
    page = go(awa, page.locator("button[formaction='accept/']"))
    asked.refresh_from_db()
    assert asked.accepted == Post.objects.get(thread=asked, number=2)
    page = seen(awa, "/e/thin-now/fr/debut/lecon/")
    page.locator("section.asked").scroll_into_view_if_needed()
    page = go(awa, page.locator("section.asked a.title", has_text="Pourquoi la marge ?"))
    assert "Parce qu'un retard arrive toujours." in page.locator("#p-2").inner_text()


def introduces(awa: Visit) -> Page:
    """The newcomer says hello and joins a circle."""
    page = go(awa, seen(awa, NOW).locator("nav.rooms a[href$='/introduce/']"))
    page.locator("select[name=country]").select_option("SN")
    page.locator("textarea[name=text]").fill("Bonjour, je viens de Thiès et je gère un atelier.")
    page.locator("input[name=agree]").check()
    page = go(awa, page.locator("main form.form p.actions button:not([name])"))
    assert page.url.endswith("/room/c-fr-1/")
    return page


def offers(vera: Visit) -> None:
    """From the card of the commons to the signed charter."""
    page = go(vera, seen(vera, COMMONS).locator("section.card a[href='/e/thin-now/volunteer/']"))
    page.locator("input[name=languages][value=fr]").check()
    page.locator("textarea[name=motivation]").fill("On m'a accueillie ; à mon tour.")
    page = go(vera, page.locator("form[action$='/apply/'] button"))
    page = go(vera, page.locator("form[action$='/sign/'] button"))
    assert seen(vera, COMMONS).locator("section.card a[href$='/volunteer/']").count() == 0


def accepts(tom: Visit) -> None:
    """The team takes her offer up."""
    page = seen(tom, f"{DESK}volunteers/")
    page = go(tom, page.locator("article button[value=yes]"))
    page.locator("tbody th", has_text="Vera").wait_for()


def test_she_offers_her_help_hosts_a_circle_and_greets_a_newcomer(day: Day) -> None:
    vera, awa, tom = (day.enter(name) for name in ("Vera", "Awa", "Tom"))
    introduces(awa)
    offers(vera)
    accepts(tom)
    hosting.tend(now=timezone.now())  # as the worker does
    assert Circle.objects.get().host == day.people["Vera"]
    letter = Message.objects.get(kind="host", person_id=day.people["Vera"].pk).text
    assert f"{NOW}room/c-fr-1/" in letter
    page = go(vera, seen(vera, "/me/").locator("a[href='/desk/']"))
    page = go(vera, page.locator(f"a[href='{DESK}discussion/']"))
    assert page.locator("#firsts li", has_text="je viens de Thiès").count() == 1
    assert page.locator(f"a[href^='{NOW}thread/']", has_text="Awa").count() == 1, "who waits for a first word"
    page = go(vera, seen(vera, COMMONS).locator("nav.rooms a[href$='/room/c-fr-1/']"))
    assert vera.axe() == []
    page = go(vera, page.locator("ul.threads a.title", has_text="Awa"))
    page.locator("#reply textarea[name=text]").fill("Bienvenue Awa ! Qu'attends-tu de ce cours ?")
    if page.locator("#reply input[name=agree]").count():
        page.locator("#reply input[name=agree]").check()
    page = go(vera, page.locator("#reply p.actions button:not([name])"))
    page.locator("#p-2 .badge").wait_for()
    hosting.tend(now=timezone.now())
    row = CircleMember.objects.get(person=day.people["Awa"])
    assert row.greeted_at is not None
    assert greeting.greetings(row.space_id, timezone.now()).unanswered == 0
    page = go(awa, seen(awa, "/e/thin-now/").locator("a.fresh"))
    page = go(awa, page.locator("ul.threads li.unread a.title"))
    assert "Bienvenue Awa !" in page.locator("#p-2").inner_text()
    page = go(awa, page.locator("nav.breadcrumb a[href$='/room/c-fr-1/']"))
    assert "Vera" in page.locator("p.lead").inner_text()
    page = seen(vera, f"{DESK}discussion/")
    assert page.locator("#firsts li", has_text="je viens de Thiès").count() == 0
    assert Volunteer.objects.get().state == Volunteer.State.APPROVED


def test_she_says_who_she_is_and_how_often_she_wants_to_hear(day: Day) -> None:
    noisy = day.asks("Awa", "Un fil très bavard")
    vera = day.enter("Vera")
    page = go(vera, seen(vera, COMMONS).locator("nav.rooms a[href$='/me/']"))
    page.locator("input[name=name]").fill("Vera K.")
    page.locator("select[name=field]").select_option("association")
    page.locator("textarea[name=why]").fill("Pour rendre ce que j'ai reçu.")
    page = go(vera, page.locator("main form.form p.actions button"))
    assert page.locator("h1").inner_text().startswith("Vera K.")
    assert "Pour rendre ce que j'ai reçu." in page.locator("main").inner_text()
    assert vera.axe() == []
    page = go(vera, page.locator(f"nav.breadcrumb a[href='{COMMONS}']"))
    page = go(vera, page.locator("nav.rooms a[href$='/room/general/']"))
    page = go(vera, page.locator("form.follow button[value='1']"))
    page = go(vera, page.locator("ul.threads a.title", has_text="Un fil très bavard"))
    page = go(vera, page.locator("form.follow button[value=mute]"))
    assert page.locator("form.follow button[value='0']").count() == 1
    assert Follow.objects.get(thread=noisy, person=day.people["Vera"]).muted
    at = talking.here(day.people["Awa"], {"course": "thin"}, timezone.now())
    talking.reply(at, noisy, "Encore un mot.")
    heard = day.asks("Awa", "Une vraie question")
    page = go(vera, seen(vera, COMMONS).locator("a[href$='/mine/']").first)
    assert page.locator("li.unread a.title").all_inner_texts() == [heard.title]
    page = go(vera, page.locator("a[href='/accounts/messages/']"))
    page.locator("select[name=discussion]").select_option("weekly")
    page = go(vera, page.locator("main form.form p.actions button"))
    assert page.locator("select[name=discussion]").input_value() == "weekly"
    assert Preference.objects.get(kind="discussion").cadence == "weekly"
    assert vera.axe() == []
