"""What learners say: theirs alone to give and to take back, shown when the team takes it up."""

from typing import Any

import pytest
from django.utils import timezone

from preau.accounts import actions as accounts
from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.courses.models import Edition
from preau.news import models, voices
from tests import cast

SAY = "/fr/courses/thin/voice/"
WORDS = {"text": "J’ai mené mon projet au bout.", "name": "Awa", "about": "infirmière, Dakar"}


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


@pytest.fixture
def awa(edition: Edition) -> Person:
    person = cast.person("Awa")
    cast.enrolment(person, edition)
    return person


@pytest.fixture
def dora(edition: Edition) -> Person:
    person = cast.person("Dora")
    cast.role(person, "administrator")
    return person


def say(who: Person, **fields: str) -> Any:
    return cast.browser(who).post(SAY, cast.form(None, **{**WORDS, "agreed": "on", **fields}))


def take_up(by: Person, do: str = "show") -> Any:
    return cast.browser(by).post(
        f"/desk/site/voices/{models.Testimonial.objects.latest('given_at').pk}/", cast.form(None, do=do)
    )


def public() -> str:
    return str(cast.browser().get("/fr/courses/thin/").content.decode())


def test_it_shows_once_the_team_takes_it_up_and_until_it_is_taken_back(awa: Person, dora: Person) -> None:
    assert say(awa).status_code == 302
    assert WORDS["text"] not in public()
    assert WORDS["text"] in cast.browser(dora).get("/desk/site/voices/").content.decode()
    take_up(dora)
    assert WORDS["text"] in public()
    assert "infirmière, Dakar" in public()
    assert WORDS["text"] in cast.browser().get("/fr/").content.decode()
    cast.browser(awa).post(f"{SAY}stop/", cast.form(None))
    assert WORDS["text"] not in public()
    row = models.Testimonial.objects.get()
    assert row.wording
    assert row.withdrawn_at is not None


def test_without_consent_nothing_is_kept_and_the_words_stay_on_the_page(awa: Person) -> None:
    reply = say(awa, agreed="")
    assert reply.status_code == 422
    assert WORDS["text"] in reply.content.decode()
    assert not models.Testimonial.objects.exists()


def test_other_words_are_read_again_by_the_team(awa: Person, dora: Person) -> None:
    say(awa)
    take_up(dora)
    say(awa, text="Autre chose.")
    assert WORDS["text"] not in public()
    assert "Autre chose." not in public()
    take_up(dora)
    assert "Autre chose." in public()
    take_up(dora, do="hide")
    assert "Autre chose." not in public()


def test_who_was_not_in_the_course_says_nothing_of_it(edition: Edition) -> None:
    other = cast.person("Omar")
    assert say(other).status_code == 404
    with pytest.raises(Refused):
        voices.say(
            act=cast.an_act("voice.say"),
            by=other,
            course=edition.course,
            words=voices.Words("Bien.", "Omar", "", "fr"),
            now=timezone.now(),
        )


def test_what_was_taken_back_meanwhile_is_not_taken_up(awa: Person, dora: Person) -> None:
    say(awa)
    row = models.Testimonial.objects.get()
    cast.browser(awa).post(f"{SAY}stop/", cast.form(None))
    with pytest.raises(Refused):
        voices.show(act=cast.an_act("voice.show"), row=row, shown=True, by=dora, now=timezone.now())


def test_a_name_that_nobody_sees_is_none_and_directions_do_not_come_along(awa: Person) -> None:
    assert say(awa, name="\u202e\u200f").status_code == 422
    say(awa, text="Bien \u202emené.")
    assert "\u202e" not in models.Testimonial.objects.get().text


def test_words_are_text_and_never_markup(awa: Person, dora: Person) -> None:
    say(awa, text="<img src=x onerror=alert(1)>", name="<b>Awa</b>")
    take_up(dora)
    assert "<img src=x" not in public()
    assert "<b>Awa</b>" not in public()


def test_an_erased_account_says_nothing_any_more(awa: Person, dora: Person) -> None:
    say(awa)
    take_up(dora)
    accounts.erase(awa, by=awa.pk, now=timezone.now())
    assert WORDS["text"] not in public()
    assert not models.Testimonial.objects.exists()
