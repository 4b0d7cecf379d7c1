"""A learner asks, the team answers: on the page and by mail, once, and behind the right doors."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.common.ids import new_id
from preau.courses.models import Edition, Enrolment, Role
from preau.mail.models import Message
from preau.support import access, actions, files, rules
from preau.support.models import Entry, Request, SavedReply
from tests import cast

PDF = b"%PDF-1.4\n%a small one\n"
PAGE = "/e/thin-1/fr/debut/lecon/"


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


@pytest.fixture
def asked(ana: Person) -> Request:
    """Ana's request from the lesson's page."""
    fields = {
        "about": PAGE,
        "edition": "thin-1",
        "topic": "work",
        "subject": "Mon devoir",
        "text": "Il n'est pas parti.",
    }
    response = cast.browser(ana).post("/requests/new/", {**cast.form(), **fields})
    assert response.status_code == 302, response.content.decode()
    return Request.objects.get()


def team(edition: Edition, kind: str = Role.Kind.TEACHER, name: str = "Tom") -> access.Team:
    person = cast.person(name)
    cast.role(person, kind, edition=edition)
    return access.team(person, edition.slug, now=timezone.now())


def test_a_request_carries_what_was_looked_at(asked: Request, ana_enrolment: Enrolment) -> None:
    assert asked.edition == ana_enrolment.edition
    assert asked.enrolment == ana_enrolment
    assert (asked.about["path"], asked.about["unit"]) == (PAGE, "lecon")
    assert asked.about["title"]
    assert asked.entries.get().text == "Il n'est pas parti."


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/e/nowhere/fr/debut/lecon/", "/desk/thin-1/",
     "/nowhere/at/all/", "/e/thin-1/fr/debut/lecon/" + "x" * 400, "/\nx", "\x00", ""],
)  # fmt: skip
def test_an_address_that_no_door_opens_is_nothing(ana: Person, path: str) -> None:
    assert access.looked_at(ana, path, "fr", now=timezone.now()) == access.LookedAt()
    assert cast.browser(ana).get("/requests/new/", {"about": path}).status_code == 200


def test_a_unit_that_is_not_open_is_not_named(ana: Person, edition: Edition) -> None:
    later = cast.edition(slug="later", opens=cast.monday(timezone.now(), 2), of=edition.course.versions.get())
    assert access.looked_at(ana, f"/e/{later.slug}/fr/debut/lecon/", "fr", now=timezone.now()).unit == ""


def test_a_private_edition_is_not_named(ana: Person, edition: Edition) -> None:
    private = cast.edition(slug="hidden", of=edition.course.versions.get(), visibility=Edition.Visibility.PRIVATE)
    assert access.looked_at(ana, f"/e/{private.slug}/", "fr", now=timezone.now()) == access.LookedAt()


def test_an_edition_of_others_cannot_be_asked(ben: Person, edition: Edition) -> None:
    form = cast.form(edition="thin-1", topic="work", subject="x", text="x")
    assert cast.browser(ben).post("/requests/new/", form).status_code == 422
    assert not Request.objects.exists()


def test_who_is_enrolled_nowhere_asks_the_site(edition: Edition, dora: Person) -> None:
    member = cast.person("Mia")
    form = cast.form(edition="", topic="site", subject="Je ne peux pas m'inscrire", text="Le bouton manque.")
    assert cast.browser(member).post("/requests/new/", form).status_code == 302
    row = Request.objects.get()
    assert row.edition is None
    assert "Je ne peux pas" in cast.browser(dora).get("/desk/requests/").content.decode()


def test_a_number_sent_twice_asks_once(ana: Person) -> None:
    form = cast.form(edition="thin-1", topic="work", subject="Mon devoir", text="Il n'est pas parti.")
    client = cast.browser(ana)
    assert {client.post("/requests/new/", form).status_code for _ in range(2)} == {302}
    assert (Request.objects.count(), Entry.objects.count()) == (1, 1)


def test_a_day_has_its_limit(ana: Person, edition: Edition) -> None:
    for number in range(rules.A_DAY + 1):
        form = cast.form(edition="thin-1", topic="work", subject=f"Question {number}", text="Encore.")
        response = cast.browser(ana).post("/requests/new/", form)
    assert response.status_code == 422
    assert Request.objects.count() == rules.A_DAY


def test_likely_answers_come_first(ana: Person, edition: Edition) -> None:
    texts = {"fr": {"title": "Mon devoir n'apparaît pas", "text": "Il faut appuyer sur « Rendre »."}}
    SavedReply.objects.create(course=edition.course, key="a", topic="late", texts=texts, shown=True)
    SavedReply.objects.create(
        course=edition.course, key="b", topic="late", texts={"fr": {"title": "Secret devoir", "text": "x"}}
    )
    fields = {"edition": "thin-1", "topic": "work", "subject": "mes DEVOIRS"}
    page = cast.browser(ana).get("/requests/new/", fields).content.decode()
    assert "Mon devoir n&#x27;apparaît pas" in page
    assert "Secret" not in page
    other = cast.browser(ana).get("/requests/new/", {**fields, "subject": "certificat"}).content.decode()
    assert "apparaît" not in other


def test_the_team_answers_on_the_page_and_by_mail(asked: Request, ana: Person, edition: Edition) -> None:
    at = team(edition)
    now = timezone.now()
    act = cast.an_act("request.answer", {"n": 1})
    for _ in range(2):
        actions.answer(act=act, at=at, request=asked, text="C'est arrivé.", settle=False, now=now)
    asked.refresh_from_db()
    assert (asked.state, asked.claimed_by) == ("waiting", at.person)
    message = Message.objects.get(person_id=ana.pk, kind="request")
    assert "C'est arrivé." in message.text
    assert f"/requests/{asked.pk}/" in message.text
    page = cast.browser(ana).get(f"/requests/{asked.pk}/").content.decode()
    assert "C&#x27;est arrivé." in page
    assert "Tom" not in page


def test_a_note_is_the_teams(asked: Request, ana: Person, edition: Edition) -> None:
    at = team(edition)
    actions.note(act=cast.an_act("note", {}), at=at, request=asked, text="Fragile.", now=timezone.now())
    assert "Fragile" not in cast.browser(ana).get(f"/requests/{asked.pk}/").content.decode()
    assert "Fragile" in cast.browser(at.person).get(f"/desk/thin-1/requests/{asked.pk}/").content.decode()
    assert not Message.objects.filter(kind="request").exists()


def test_writing_again_opens_it_again(asked: Request, ana: Person, edition: Edition) -> None:
    at = team(edition)
    actions.answer(act=cast.an_act("a"), at=at, request=asked, text="Voilà.", settle=True, now=timezone.now())
    assert cast.browser(ana).post(f"/requests/{asked.pk}/", cast.form(text="Pas encore.")).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "claimed"  # by whoever answered


def test_a_learner_settles_it(asked: Request, ana: Person) -> None:
    assert cast.browser(ana).post(f"/requests/{asked.pk}/close/", cast.form()).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "done"


def test_two_of_a_team_never_answer_the_same(asked: Request, edition: Edition) -> None:
    now, tom, mo = timezone.now(), team(edition), team(edition, Role.Kind.MODERATOR, "Mo")
    actions.claim(act=cast.an_act("c"), at=mo, request=asked, now=now)
    with pytest.raises(Refused):
        actions.claim(act=cast.an_act("c"), at=tom, request=asked, now=now)
    with pytest.raises(Refused):
        actions.answer(act=cast.an_act("c"), at=tom, request=asked, text="x", settle=False, now=now)
    actions.release(act=cast.an_act("r"), at=tom, request=asked, now=now)  # who decides may give it back to all
    actions.claim(act=cast.an_act("c"), at=tom, request=asked, now=now)
    with pytest.raises(Refused):
        actions.release(act=cast.an_act("r"), at=mo, request=asked, now=now)


def another(ana: Person, edition: Edition, subject: str = "Encore") -> Request:
    question = actions.Question("work", subject, "Toujours rien.", "fr", edition)
    now = timezone.now()
    outcome = actions.ask(act=cast.an_act("ask", {"s": subject}), by=ana, question=question, now=now)
    return Request.objects.get(pk=outcome["request"])


def test_two_requests_become_one(asked: Request, ana: Person, edition: Edition) -> None:
    second = another(ana, edition)
    at = team(edition)
    actions.merge(act=cast.an_act("m"), at=at, request=second, into=asked, now=timezone.now())
    assert asked.entries.count() == 2
    response = cast.browser(ana).get(f"/requests/{second.pk}/")
    assert response.headers["Location"] == f"/requests/{asked.pk}/"
    with pytest.raises(Refused):
        actions.merge(act=cast.an_act("m"), at=at, request=asked, into=second, now=timezone.now())


def test_two_peoples_requests_stay_two(asked: Request, edition: Edition) -> None:
    eve = cast.person("Eve")
    cast.enrolment(eve, edition, at=timezone.now())
    with pytest.raises(Refused):
        actions.merge(
            act=cast.an_act("m"), at=team(edition), request=another(eve, edition), into=asked, now=timezone.now()
        )


def test_another_persons_request_is_not_there(asked: Request, ben: Person) -> None:
    for path in (f"/requests/{asked.pk}/", f"/requests/{asked.pk}/files/{new_id()}/0/"):
        assert cast.browser(ben).get(path).status_code == 404
    assert cast.browser(ben).post(f"/requests/{asked.pk}/close/", cast.form()).status_code == 404


def test_the_team_of_another_edition_sees_nothing(asked: Request, edition: Edition) -> None:
    other = cast.edition(slug="thin-9", opens=edition.opens_at, of=edition.course.versions.get())
    at = team(other, name="Otto")
    client = cast.browser(at.person)
    assert client.get("/desk/thin-1/requests/").status_code == 404
    assert client.get(f"/desk/thin-9/requests/{asked.pk}/").status_code == 404
    assert "Mon devoir" not in client.get("/desk/thin-9/requests/?state=all").content.decode()
    assert client.post(f"/desk/thin-9/requests/{asked.pk}/answer/", cast.form(text="x")).status_code == 404


def sent(ana: Person, name: str, content: bytes) -> int:
    fields = cast.form(edition="thin-1", topic="work", subject="Un fichier", text="Voici.")
    upload = SimpleUploadedFile(name, content, content_type="application/pdf")
    return cast.browser(ana).post("/requests/new/", {**fields, "attached": upload}).status_code


def test_a_file_comes_back_to_its_own_people_only(ana: Person, ben: Person, edition: Edition) -> None:
    assert sent(ana, "preuve.pdf", PDF) == 302
    row = Request.objects.get()
    entry = row.entries.get()
    path = f"/requests/{row.pk}/files/{entry.pk}/0/"
    response = cast.browser(ana).get(path)
    assert b"".join(response.streaming_content) == PDF  # type: ignore[attr-defined]
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert cast.browser(ben).get(path).status_code == 404
    at = team(edition)
    assert b"".join(cast.browser(at.person).get(f"/desk/thin-1{path}").streaming_content) == PDF  # type: ignore[attr-defined]
    assert cast.browser(ana).get(f"/requests/{row.pk}/files/{entry.pk}/1/").status_code == 404
    digest = entry.attachments[0]["digest"]
    assert cast.browser(ana).get(f"/media/{digest}.pdf").status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("virus.pdf", b"MZ\x90\x00" * 20),
        ("page.html", b"<html><script>alert(1)</script>"),
        ("big.pdf", PDF + b"x" * rules.FILE),
        ("empty.pdf", b""),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_the_text_stays(ana: Person, name: str, content: bytes) -> None:
    fields = cast.form(edition="thin-1", topic="work", subject="Un fichier", text="Mon long texte.")
    upload = SimpleUploadedFile(name, content, content_type="application/pdf")
    response = cast.browser(ana).post("/requests/new/", {**fields, "attached": upload})
    assert response.status_code == 422
    assert "Mon long texte." in response.content.decode()
    assert name in response.content.decode()
    assert not Request.objects.exists()


def test_six_files_are_one_too_many(ana: Person) -> None:
    fields = cast.form(edition="thin-1", topic="work", subject="Des fichiers", text="Voici.")
    six = [io.BytesIO(PDF) for _ in range(6)]
    assert cast.browser(ana).post("/requests/new/", {**fields, "attached": six}).status_code == 422


def test_what_is_erased_is_gone_with_its_files(ana: Person, edition: Edition) -> None:
    assert sent(ana, "certificat-medical.pdf", PDF) == 302
    entry = Entry.objects.get()
    path = files.KEPT.place(entry.pk, entry.attachments[0]["digest"])
    assert path.is_file()
    room = next(room for room in personal_data.rooms() if room.name == "support")
    tables = {name: list(rows) for name, rows in room.export(ana).items()}
    assert tables["messages"][0]["text"] == "Voici."
    room.erase(ana, timezone.now())
    assert not path.exists()
    assert not Request.objects.exists()


def test_the_footer_leads_to_the_team_from_every_page(ana: Person, edition: Edition) -> None:
    link = "/requests/new/?about=%2Fe%2Fthin-1%2Ffr%2Fdebut%2Flecon%2F"
    assert link in cast.browser().get(PAGE).content.decode()
    assert "/requests/new/?about=%2Fme%2F" in cast.browser(ana).get("/me/").content.decode()
    asked = cast.browser().get(link)
    assert asked.headers["Location"].startswith("/accounts/login/")


def test_too_long_and_nothing_at_all_are_refused(asked: Request, ana: Person) -> None:
    for text in ("", "   ", "x" * (rules.LONGEST + 1)):
        assert cast.browser(ana).post(f"/requests/{asked.pk}/", cast.form(text=text)).status_code == 422
    assert asked.entries.count() == 1


def test_a_member_of_the_site_hands_it_on(edition: Edition, ana: Person, dora: Person) -> None:
    question = actions.Question("other", "Mon devoir", "Où est-il ?", "fr")
    now = timezone.now() - timedelta(hours=1)
    outcome = actions.ask(act=cast.an_act("ask"), by=ana, question=question, now=now)
    address = f"/desk/requests/{outcome['request']}/move/"
    assert cast.browser(dora).post(address, cast.form(edition="nowhere")).status_code == 404
    assert cast.browser(dora).post(address, cast.form(edition="thin-1")).status_code == 302
    assert Request.objects.get().edition == edition
