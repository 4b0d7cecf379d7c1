"""A decision is written by the room that owns it, told to the learner, and stands in their record with its reason."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.content import outline as outlines
from preau.courses.models import Edition, Enrolment, Excuse, Extension, Role
from preau.grades import queries as grades
from preau.grades.models import Result
from preau.mail import actions as mail
from preau.mail.models import Message
from preau.support import access, actions, deciding
from preau.support.deciding import Decision
from preau.support.models import Request
from tests import cast
from tests.desk.stage import result


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


@pytest.fixture
def asked(ana_enrolment: Enrolment) -> Request:
    person = ana_enrolment.person
    question = actions.Question("late", "Hôpital", "Je suis malade.", "fr", ana_enrolment.edition, ana_enrolment)
    now = timezone.now()
    outcome = actions.ask(act=cast.an_act("ask"), by=person, question=question, now=now)
    return Request.objects.get(pk=outcome["request"])


def decide(who: Person, row: Request, **said: Any) -> None:
    now = timezone.now()
    assert row.edition is not None
    at = access.team(who, row.edition.slug, now=now)
    decision = Decision(**{"reason": "Certificat médical vu.", **said})
    outline = outlines.of_edition(Edition.objects.get(pk=row.edition.pk), "fr")
    act = cast.an_act("request.decide", {key: str(value) for key, value in said.items()})
    deciding.decide(act=act, at=at, request=row, decision=decision, outline=outline, now=now)


def told(person: Person) -> str:
    return Message.objects.filter(person_id=person.pk, kind="request").latest("queued_at").text


def record(who: Person, row: Request) -> str:
    page = cast.browser(who).get(f"/desk/thin-1/learners/{row.enrolment_id}/", headers={"Accept-Language": "fr"})
    assert page.status_code == 200
    return page.content.decode()


def test_an_extension(asked: Request, tom: Person, ana: Person, edition: Edition) -> None:
    due = outlines.of_edition(edition, "fr").by_key["cas"].due
    assert due is not None
    decide(tom, asked, what="extension", unit="cas", until=due + timedelta(days=3))
    assert Extension.objects.get().until == due + timedelta(days=3)
    assert "Certificat médical vu." in told(ana)
    assert "Certificat médical vu." in record(tom, asked)
    lines = journal.about("enrolment", asked.enrolment_id)  # type: ignore[arg-type]
    assert {"request.decided", "extended"} <= {line.verb for line in lines}
    assert "médical" not in str([line.details for line in lines])  # what cannot be erased says nothing of health
    asked.refresh_from_db()
    assert asked.state == "done"


def test_an_extension_is_later_than_the_deadline(asked: Request, tom: Person) -> None:
    with pytest.raises(Refused):
        decide(tom, asked, what="extension", unit="cas", until=timezone.now() - timedelta(days=400))
    with pytest.raises(Refused):
        decide(tom, asked, what="extension", unit="nowhere", until=timezone.now() + timedelta(days=400))
    assert not Extension.objects.exists()


def test_an_excuse_takes_the_unit_out_of_every_mean(
    asked: Request, tom: Person, ana: Person, ana_enrolment: Enrolment, edition: Edition
) -> None:
    decide(tom, asked, what="excuse", unit="quiz")
    assert Excuse.objects.get().key == "quiz"
    now = timezone.now()
    outline = outlines.of_edition(edition, "fr")
    ledger = grades.record(ana_enrolment.pk, outline, now=now, for_learner=True)
    assert {unit.key: unit.weight for unit in ledger.units}["quiz"] == 0
    assert grades.records([ana_enrolment.pk], outline)[ana_enrolment.pk].excused == {"quiz"}
    assert "Hors de vos moyennes" in cast.browser(ana).get("/e/thin-1/").content.decode()
    assert "Dispense" in record(tom, asked)


def test_a_track_that_extends_another_can_be_excused_too(asked: Request, tom: Person, edition: Edition) -> None:
    Enrolment.objects.filter(edition=edition).update(track=edition.tracks.get(key="advanced"))
    decide(tom, Request.objects.get(pk=asked.pk), what="excuse", unit="quiz")
    assert Excuse.objects.filter(enrolment=asked.enrolment_id, key="quiz").exists()


def test_an_excuse_that_leaves_nothing_to_judge_is_refused(asked: Request, tom: Person) -> None:
    with pytest.raises(Refused):
        decide(tom, asked, what="excuse", unit="examen")
    assert not Excuse.objects.exists()


def test_a_result_corrected(asked: Request, tom: Person, ana: Person) -> None:
    decide(tom, asked, what="result", unit="quiz", percent=80.0)
    assert Result.objects.get().corrected == 80
    assert "80" in told(ana)
    with pytest.raises(Refused):
        decide(tom, asked, what="result", unit="quiz", percent=120.0)
    assert "corrigé par l’équipe" in cast.browser(ana).get("/e/thin-1/").content.decode()


def test_a_corrected_result_is_withdrawn_with_its_reason(
    asked: Request, tom: Person, ana: Person, ana_enrolment: Enrolment
) -> None:
    result(ana_enrolment, "quiz", 55.0, timezone.now())
    with pytest.raises(Refused):
        decide(tom, asked, what="withdrawal", unit="quiz")
    decide(tom, asked, what="result", unit="quiz", percent=80.0)
    page = record(tom, asked)
    assert f'/desk/thin-1/requests/{asked.pk}/">corrigé</a>' in page
    assert "sans correction\xa0: 55" in page
    decide(tom, asked, what="withdrawal", unit="quiz", reason="Saisie sur la mauvaise activité.")
    assert "Saisie sur la mauvaise activité." in told(ana)
    page = record(tom, asked)
    assert "sans correction\xa0: 55" not in page
    assert "Saisie sur la mauvaise activité." in page
    assert "correction.withdrawn" in {line.verb for line in journal.about("enrolment", ana_enrolment.pk)}
    assert "corrigé par l’équipe" not in cast.browser(ana).get("/e/thin-1/").content.decode()


def test_a_name_corrected(asked: Request, rita: Person, ana: Person) -> None:
    decide(rita, asked, what="name", name="Ana-Lúcia  Sá")
    ana.refresh_from_db()
    assert ana.name == "Ana-Lúcia Sá"
    with pytest.raises(Refused):
        decide(rita, asked, what="name", name="  ")


def test_messages_sent_again(asked: Request, tom: Person, ana: Person) -> None:
    with pytest.raises(Refused):
        decide(tom, asked, what="resend")
    for number, kind in enumerate(("receipt", "account")):
        said: dict[str, Any] = {"subject": f"Sujet {kind}", "text": "Texte", "language": "fr", "key": f"k{number}"}
        mail.queue(person_id=ana.pk, address=ana.email, now=timezone.now(), kind=kind, **said)
    Message.objects.update(sent_at=timezone.now())
    decide(tom, asked, what="resend")
    again = Message.objects.filter(person_id=ana.pk, sent_at=None, key__startswith="again:")
    assert [message.subject for message in again] == ["Sujet receipt"]  # never what carries the key of an account


def test_a_decision_needs_a_reason(asked: Request, tom: Person) -> None:
    with pytest.raises(Refused):
        decide(tom, asked, what="excuse", unit="quiz", reason="  ")


@pytest.mark.parametrize("kind", [Role.Kind.MODERATOR, Role.Kind.COACH])
def test_volunteers_answer_and_decide_nothing(asked: Request, edition: Edition, kind: str) -> None:
    mo = cast.person("Mo")
    cast.role(mo, kind, edition=edition)
    with pytest.raises(Refused):
        decide(mo, asked, what="excuse", unit="quiz")
    client = cast.browser(mo)
    page = client.get(f"/desk/thin-1/requests/{asked.pk}/").content.decode()
    assert "decide/" not in page
    assert client.post(f"/desk/thin-1/requests/{asked.pk}/decide/", cast.form(what="excuse")).status_code == 404
    assert client.post(f"/desk/thin-1/requests/{asked.pk}/answer/", cast.form(text="Bonjour")).status_code == 302


def test_who_has_no_account_is_not_decided_upon(edition: Edition, tom: Person) -> None:
    now = timezone.now()
    row = Request.objects.create(
        edition=edition, address="x@y.org", language="fr", subject="?", asked_at=now, touched_at=now
    )
    for said in ({"what": "name", "name": "X"}, {"what": "excuse", "unit": "quiz"}, {"what": "resend"}):
        with pytest.raises(Refused):
            decide(tom, row, **said)
