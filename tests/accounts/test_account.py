"""The account's home, the export and the erasure."""

import csv
import io
import json
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client

from preau.accounts import actions, personal_data
from preau.accounts.models import Consent, Device, ErasureRecord, Person
from preau.audit.http import Refused
from preau.audit.models import Act, Entry
from preau.certificates import issuing
from preau.certificates.models import Award, Credential
from preau.content.models import Unit
from preau.courses import actions as courses
from preau.courses.models import Edition, Enrolment, Extension, Role
from preau.grades import actions as grades
from preau.mail import actions as mail
from preau.mail.models import Message
from preau.peer import actions as peer
from preau.peer.models import Draft, Submission
from preau.quizzes import actions as quizzes
from preau.quizzes import bank
from preau.quizzes.models import Answer, Attempt
from tests import cast

NAME = "Zébulon Quiéval"
EMAIL = "zebulon.quieval@example.org"
HOSTILE = "<script>alert(1)</script> ' OR 1=1; -- {{ 7|add:7 }} {% now %} ${7*7}"


@pytest.fixture
def zeb(edition: Edition, now: datetime) -> Person:
    """Somebody who left a trace in every room."""
    person = Person.objects.create_user(EMAIL, cast.PASSWORD, name=NAME)
    EmailAddress.objects.create(user=person, email=EMAIL, primary=True, verified=True)
    EmailAddress.objects.create(user=person, email=f"old.{EMAIL}")
    TOTP.activate(person, generate_totp_secret())
    Consent.objects.create(person=person, purpose="newsletter", wording="Yes, write to me", given_at=now)
    enrolment = cast.enrolment(person, edition)
    until = now + timedelta(days=30)
    courses.extend(enrolment=enrolment, key="cas", until=until, reason=f"{NAME} is ill", by=person, now=now)
    place = cast.place(person, edition, "cas", now)
    peer.save_draft(act=cast.an_act("draft"), by=person, place=place, text=f"draft by {NAME}")
    peer.submit(act=cast.an_act("submit"), by=person, place=place, text=f"copy by {NAME}, {EMAIL}")
    type_an_answer(person, edition, NAME, now)
    mail.queue(
        person_id=person.pk, address=EMAIL, key="hello", language="fr", subject=f"For {NAME}", text=NAME, now=now
    )
    return person


def type_an_answer(person: Person, edition: Edition, text: str, now: datetime) -> None:
    place = cast.place(person, edition, "apres", now)
    outcome = quizzes.start(act=cast.an_act("quiz.start"), by=person, place=place, seed=7)
    attempt = Attempt.objects.get(pk=outcome["attempt"])
    question = next(item for item in bank.of(attempt.version_id, attempt.unit_id, "fr").items if item.key == "secret")
    act = cast.an_act("quiz.answer")
    values = {"answer": [text]}
    quizzes.answer(
        act=act, by=person, attempt_id=attempt.pk, question_id=question.id, values=values, language="fr", now=now
    )


def signed_in(person: Person) -> Client:
    """A browser whose person gave the password a moment ago."""
    client = cast.browser(person)
    client.post("/accounts/reauthenticate/", {"password": cast.PASSWORD, "next": "/accounts/"})
    return client


def everything() -> dict[str, str]:
    """Every table as text, by its name."""
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            found[model._meta.db_table] = "\n".join(str(row) for row in cursor.fetchall())
    return found


def where(*words: str) -> set[str]:
    return {table for table, text in everything().items() if any(word.lower() in text.lower() for word in words)}


def test_the_profile_is_kept_and_the_language_too(ana: Person) -> None:
    client = cast.browser(ana)
    values = {"name": " Ana  Maria ", "country": "SN", "zone": "Africa/Dakar", "language": "en"}
    answer = client.post("/accounts/", values)
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    ana.refresh_from_db()
    assert (ana.name, ana.country, ana.zone, ana.language) == ("Ana Maria", "SN", "Africa/Dakar", "en")
    assert "Your profile is kept." in client.get("/accounts/").content.decode()
    assert Entry.objects.get(verb="profile.changed").details == {"fields": ["name", "country", "zone", "language"]}


@pytest.mark.parametrize(
    "wrong", [{"country": "fr"}, {"country": "EU"}, {"zone": "Mars/Olympus"}, {"language": "xx"}, {"name": ""}]
)
def test_a_wrong_profile_changes_nothing(wrong: dict[str, str], ana: Person) -> None:
    values = {"name": "Other", "country": "FR", "zone": "Europe/Paris", "language": "fr", **wrong}
    answer = cast.browser(ana).post("/accounts/", values)
    assert answer.status_code == 422
    ana.refresh_from_db()
    assert ana.name == "Ana"


def test_the_home_costs_the_same_for_one_device_and_for_many(ana: Person, django_assert_max_num_queries: Any) -> None:
    for _ in range(20):
        cast.browser(ana)
    client = cast.browser(ana)
    client.get("/accounts/")
    with django_assert_max_num_queries(6):
        client.get("/accounts/")


@pytest.mark.parametrize("name", [HOSTILE, "Robert'); DROP TABLE accounts_person;--", "أنا \u202eevil\u202c", "名前"])
def test_a_name_is_text_wherever_it_is_shown(name: str, ana: Person) -> None:
    client = cast.browser(ana)
    client.post("/accounts/", {"name": name, "country": "", "zone": "Europe/Paris", "language": "en"})
    page = client.get("/accounts/").content.decode()
    assert "<script>alert" not in page
    assert "\u202e" not in page
    ana.refresh_from_db()
    assert ana.name == " ".join(name.replace("\u202e", "").replace("\u202c", "").split())
    assert Person.objects.filter(name=ana.name).count() == 1


def opened(client: Client) -> zipfile.ZipFile:
    answer = client.post("/accounts/export/")
    assert answer.headers["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.getvalue()))


def test_the_export_holds_what_was_done(zeb: Person) -> None:
    archive = opened(signed_in(zeb))
    texts = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    assert json.loads(texts["accounts.json"])["profile"][0]["name"] == NAME
    assert f"copy by {NAME}" in texts["peer.json"]
    assert next(csv.DictReader(io.StringIO(texts["courses/enrolments.csv"])))["edition__slug"] == "thin-1"
    assert sorted(act["kind"] for act in json.loads(texts["audit.json"])["acts"]) == [
        "draft",
        "enrol",
        "quiz.answer",
        "quiz.start",
        "submit",
    ]
    assert len(json.loads(texts["mail.json"])["messages"]) == 2
    assert json.loads(texts["quizzes.json"])["answers"][0]["given"] == NAME
    assert "secret" not in texts["accounts.json"]
    assert cast.PASSWORD not in str(texts)


def test_the_export_holds_nothing_of_others(zeb: Person, ana: Person, ben: Person) -> None:
    archive = opened(signed_in(ana))
    whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    for stranger in (NAME, EMAIL, str(zeb.pk), ben.email, str(ben.pk)):
        assert stranger not in whole


def test_a_text_that_a_spreadsheet_would_run_is_only_text(ana: Person, now: datetime) -> None:
    Consent.objects.create(person=ana, purpose="x", wording='=HYPERLINK("http://evil")', given_at=now)
    archive = opened(signed_in(ana))
    rows = csv.DictReader(io.StringIO(archive.read("accounts/consents.csv").decode("utf-8-sig")))
    assert next(rows)["wording"] == '\'=HYPERLINK("http://evil")'


def test_what_is_not_told_yet_is_not_exported(ana_enrolment: Enrolment, now: datetime) -> None:
    unit = Unit.objects.get(key="examen")
    later = ana_enrolment.edition.closes_at.replace(year=2100)
    grades.record(
        enrolment_id=ana_enrolment.pk,
        unit_id=unit.pk,
        version_id=unit.pk,
        score=37,
        of=100,
        how={},
        shown_from=later,
        now=now,
    )
    assert json.loads(opened(signed_in(ana_enrolment.person)).read("grades.json"))["results"] == []


def test_erasing_asks_for_the_address(zeb: Person) -> None:
    client = signed_in(zeb)
    assert client.post("/accounts/erase/", {"email": "other@example.org"}).status_code == 422
    zeb.refresh_from_db()
    assert zeb.erased_at is None


def test_erasing_asks_for_the_password_again_then_goes_on(ana: Person) -> None:
    client = cast.browser(ana)
    asked = client.post("/accounts/erase/", {"email": ana.email})
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
    ana.refresh_from_db()
    assert ana.erased_at is None
    client.post(asked.headers["Location"], {"password": cast.PASSWORD, "next": "/accounts/erase/"})
    ana.refresh_from_db()
    assert ana.erased_at is not None


def test_erasure_leaves_nothing_personal_in_any_table(zeb: Person) -> None:
    assert len(where(NAME, EMAIL)) >= 5
    client = signed_in(zeb)
    page = client.post("/accounts/erase/", {"email": EMAIL.upper()})
    assert page.status_code == 200
    assert where(NAME, EMAIL, "Quiéval", "quieval") == set()
    assert client.get("/accounts/").status_code == 302


def test_the_account_cannot_come_back(zeb: Person, now: datetime) -> None:
    other = cast.browser(zeb)
    actions.erase(zeb, by=zeb.pk, now=now)
    assert other.get("/accounts/").status_code == 302
    client = cast.browser()
    client.post("/accounts/login/", {"login": EMAIL, "password": cast.PASSWORD})
    client.post("/accounts/login/", {"login": f"erased-{zeb.pk}@invalid", "password": cast.PASSWORD})
    client.post("/accounts/password/reset/", {"email": f"erased-{zeb.pk}@invalid"})
    assert client.get("/accounts/").status_code == 302
    assert not Message.objects.filter(person_id=zeb.pk).exists()
    assert not Authenticator.objects.exists()
    assert not Device.objects.filter(person=zeb).exists()


def test_the_address_is_free_again(zeb: Person, now: datetime) -> None:
    actions.erase(zeb, by=zeb.pk, now=now)
    new = {"email": EMAIL, "password1": "une phrase bien à moi", "name": "Zeb", "zone": ""}
    client = cast.browser()
    assert client.post("/accounts/signup/", new).status_code == 302
    assert client.get("/me/").status_code == 200
    assert not Enrolment.objects.filter(person__email=EMAIL).exists()


def test_what_is_kept_is_without_a_name_and_said(zeb: Person, now: datetime) -> None:
    record = actions.erase(zeb, by=zeb.pk, now=now)
    kept = {what for reasons in record.kept.values() for what in reasons}
    assert kept <= set(personal_data.may_keep())
    assert "Your enrolments, without your name" in kept
    assert Enrolment.objects.get(person=zeb).left_at == now
    assert Extension.objects.get().reason == ""
    assert not Draft.objects.exists()
    assert (Answer.objects.get().given, Answer.objects.get().score) == ("", 0)
    copy = Submission.objects.get()
    assert (copy.text, copy.size > 0, len(copy.fingerprint)) == ("", True, 64)
    assert Act.objects.filter(person_id=zeb.pk).count() == 5
    assert Entry.objects.get(verb="account.erased").about_id == zeb.pk


def test_erasing_twice_is_erasing_once(zeb: Person, now: datetime) -> None:
    first = actions.erase(zeb, by=zeb.pk, now=now)
    second = actions.erase(zeb, by=zeb.pk, now=now.replace(year=2027))
    assert first == second
    assert ErasureRecord.objects.count() == 1
    assert Entry.objects.filter(verb="account.erased").count() == 1


def test_a_room_that_fails_leaves_the_account_whole(
    zeb: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(person: Person, now: datetime) -> dict[str, str]:
        raise OSError("disk")

    monkeypatch.setitem(personal_data._rooms, "accounts", personal_data.Room("accounts", dict, broken))  # type: ignore[arg-type]
    with pytest.raises(OSError, match="disk"):
        actions.erase(zeb, by=zeb.pk, now=now)
    assert Draft.objects.exists()
    assert Message.objects.filter(person_id=zeb.pk).exists()


def test_a_copy_graded_for_credits_stays_with_its_remark(zeb: Person, tom: Person, now: datetime) -> None:
    peer.grade(submission=Submission.objects.get(), by=tom, score=70, remark="Bien", now=now)
    record = actions.erase(zeb, by=zeb.pk, now=now)
    assert "copy by" in Submission.objects.get().text
    assert any("credits" in what for what in record.kept["peer"])


def test_the_last_administrator_cannot_erase_themself(dora: Person, now: datetime) -> None:
    with pytest.raises(Refused):
        actions.erase(dora, by=dora.pk, now=now)
    page = signed_in(dora).post("/accounts/erase/", {"email": dora.email})
    assert page.status_code == 422
    cast.role(cast.person("Eve"), Role.Kind.ADMINISTRATOR)
    actions.erase(dora, by=dora.pk, now=now)
    assert not Role.objects.filter(person=dora).exists()


def test_a_certificate_keeps_the_name_that_stands_on_it_and_nothing_else_does(zeb: Person, now: datetime) -> None:
    enrolment = Enrolment.objects.get(person=zeb)
    award = Award.objects.create(
        enrolment=enrolment, track=enrolment.track, code="ABCDEFGH2345", decided_by_id=zeb.pk, awarded_at=now
    )
    issuing.issue(award.pk, now=now)
    record = actions.erase(zeb, by=zeb.pk, now=now)
    assert "certificates" in record.kept
    assert where(NAME, EMAIL) == {Credential._meta.db_table}
    assert Credential.objects.get().name_shown == NAME
    assert cast.browser().get(f"/verify/{award.code}/").status_code == 200
