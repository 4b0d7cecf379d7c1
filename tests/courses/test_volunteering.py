"""Somebody offers help, is accepted, signs, holds hours, leaves; and the team's side of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.courses import access, personal, volunteering
from preau.courses.models import Edition, Role, SafetyContact, Shift, Volunteer
from preau.mail.models import Message
from tests import cast

PAGE = "/e/thin-1/volunteer/"
DESK = "/desk/thin-1/volunteers/"


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


@pytest.fixture
def tom(edition: Edition) -> Client:
    person = cast.person("Tom")
    cast.role(person, Role.Kind.TEACHER, edition=edition)
    return cast.browser(person)


@pytest.fixture
def offered(ana: Person) -> Volunteer:
    """Ana's offer, made on the page."""
    fields = cast.form(languages=["fr"], motivation="J'ai suivi la première session.")
    assert cast.browser(ana).post(f"{PAGE}apply/", fields).status_code == 302
    return Volunteer.objects.get()


def answer(tom: Client, row: Volunteer, approve: str = "yes", reason: str = "", kind: str = "moderator") -> None:
    fields = cast.form(approve=approve, reason=reason, kind=kind)
    assert tom.post(f"{DESK}{row.pk}/", fields).status_code == 302


def sign(who: Person) -> None:
    assert cast.browser(who).post(f"{PAGE}sign/", cast.form(version=volunteering.CHARTER)).status_code == 302


def roles(who: Person) -> list[tuple[str, object]]:
    return list(Role.objects.filter(person=who).order_by("kind").values_list("kind", "expires_at"))


def test_the_role_begins_with_the_approval_and_the_charter_and_ends_after_the_edition(
    ana: Person, offered: Volunteer, tom: Client, edition: Edition
) -> None:
    answer(tom, offered)
    assert roles(ana) == []
    sign(ana)
    until = edition.closes_at + timedelta(weeks=4)
    assert roles(ana) == [("moderator", until)]
    assert cast.browser(ana).get("/desk/thin-1/requests/").status_code == 200
    assert not access.may(ana, [Role.Kind.MODERATOR], edition, now=until)
    assert not access.may(ana, [Role.Kind.TEACHER], edition, now=timezone.now())


def test_signed_first_the_role_begins_with_the_approval(ana: Person, offered: Volunteer, tom: Client) -> None:
    sign(ana)
    assert roles(ana) == []
    answer(tom, offered, kind="coach")
    assert [kind for kind, _ in roles(ana)] == ["coach"]
    answer(tom, offered, kind="moderator")
    assert [kind for kind, _ in roles(ana)] == ["moderator"]


def test_the_answer_comes_by_mail_with_its_reason(ana: Person, offered: Volunteer, tom: Client) -> None:
    answer(tom, offered, approve="no")
    offered.refresh_from_db()
    assert offered.state == "applied"
    answer(tom, offered, approve="no", reason="L'équipe est complète.")
    mail = Message.objects.get(person_id=ana.pk, key__startswith="volunteer:")
    assert "L'équipe est complète." in mail.text
    assert mail.kind == "decision"
    assert "L&#x27;équipe est complète." in cast.browser(ana).get(PAGE).content.decode()
    assert "L'équipe est complète." in str(list(personal.export(ana)["volunteering"]))
    cast.browser(ana).post(f"{PAGE}apply/", cast.form(languages=["fr"], motivation="Encore."))
    offered.refresh_from_db()
    assert offered.state == "declined"


@pytest.mark.parametrize("end", ["leave", "declined"])
def test_who_leaves_or_is_declined_holds_nothing(ana: Person, offered: Volunteer, tom: Client, end: str) -> None:
    answer(tom, offered)
    sign(ana)
    cast.browser(ana).post(f"{PAGE}shifts/", cast.form(weekday="0", hour="9", language="fr"))
    assert Shift.objects.count() == 1
    if end == "leave":
        cast.browser(ana).post(f"{PAGE}leave/", cast.form())
    else:
        answer(tom, offered, approve="no", reason="Merci.")
    assert roles(ana) == []
    assert Shift.objects.count() == 0


def test_a_role_given_by_hand_stays(ana: Person, offered: Volunteer, tom: Client, edition: Edition) -> None:
    cast.role(ana, Role.Kind.MODERATOR, edition=edition)
    sign(ana)
    answer(tom, offered)
    assert roles(ana) == [("moderator", None)]
    cast.browser(ana).post(f"{PAGE}leave/", cast.form())
    assert roles(ana) == [("moderator", None)]


def test_hours_are_chosen_in_ones_own_zone_and_kept_in_the_editions(
    ana: Person, offered: Volunteer, tom: Client
) -> None:
    Person.objects.filter(pk=ana.pk).update(zone="Asia/Tokyo")
    fields = {"weekday": "0", "hour": "3", "language": "fr"}
    cast.browser(ana).post(f"{PAGE}shifts/", {**cast.form(), **fields})
    assert Shift.objects.count() == 0  # not approved yet
    answer(tom, offered)
    sign(ana)
    assert cast.browser(ana).post(f"{PAGE}shifts/", {**cast.form(), **fields}).status_code == 302
    shift = Shift.objects.get()
    assert (shift.weekday, shift.hour) in {(6, 19), (6, 20)}  # Monday 3:00 in Tokyo is Sunday evening in Paris
    assert "lundi, 3 h 00" in cast.browser(ana).get(PAGE).content.decode().replace("\xa0", " ")
    cast.browser(ana).post(f"{PAGE}shifts/{shift.pk}/", cast.form())
    assert Shift.objects.count() == 0


def test_a_language_not_offered_and_an_older_charter_are_refused(ana: Person, offered: Volunteer, tom: Client) -> None:
    cast.browser(ana).post(f"{PAGE}sign/", cast.form(version="1999-01"))
    offered.refresh_from_db()
    assert offered.signed_at is None
    answer(tom, offered)
    sign(ana)
    fields = cast.form(weekday="0", hour="3", language="en")
    assert cast.browser(ana).post(f"{PAGE}shifts/", fields).status_code == 422


def test_the_rota_says_who_is_missing(ana: Person, offered: Volunteer, tom: Client) -> None:
    answer(tom, offered)
    sign(ana)
    assert "Personne à aucune heure" in tom.get(DESK).content.decode()
    cast.browser(ana).post(f"{PAGE}shifts/", cast.form(weekday="0", hour="9", language="fr"))
    page = tom.get(DESK).content.decode().replace("\xa0", " ")
    assert "lundi, de 8 h 00 à 9 h 00" in page


def test_a_desk_of_many_costs_as_much_as_of_few(
    edition: Edition, tom: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()

    def more(count: int, prefix: str) -> None:
        for number in range(count):
            who = cast.person(f"{prefix}{number}")
            state = Volunteer.State.APPLIED if number % 2 else Volunteer.State.APPROVED
            row = Volunteer.objects.create(edition=edition, person=who, languages=["fr"], applied_at=now, state=state)
            Shift.objects.create(volunteer=row, weekday=number % 7, hour=9, language="fr")

    more(2, "few")
    tom.get(DESK)
    with django_assert_max_num_queries(12) as found:
        tom.get(DESK)
    more(30, "many")
    with django_assert_max_num_queries(len(found)):
        tom.get(DESK)


def test_an_erasure_takes_the_offer_the_hours_and_the_naming(ana: Person, offered: Volunteer, edition: Edition) -> None:
    SafetyContact.objects.create(edition=edition, person=ana, named_at=timezone.now())
    rooms = {room.name: room for room in personal_data.rooms()}
    tables = rooms["courses"].export(ana)
    assert [row["motivation"] for row in tables["volunteering"]] == ["J'ai suivi la première session."]
    assert len(list(tables["safety"])) == 1
    rooms["courses"].erase(ana, timezone.now())
    assert not Volunteer.objects.exists()
    assert not SafetyContact.objects.exists()
