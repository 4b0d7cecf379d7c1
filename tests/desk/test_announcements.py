"""The desk's announcements: written in each language, looked at, tried, confirmed, taken back; what a list costs."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition, Enrolment
from preau.mail import letters
from preau.mail.models import Message
from preau.support import announcements
from preau.support.models import Announcement
from tests import cast

LIST = "/desk/now/announcements/"
FIELDS: dict[str, Any] = {"subject-fr": "Séance", "text-fr": "Rendez-vous **jeudi**.", "on_site": "on", "by_mail": "on"}


@pytest.fixture
def now_edition(db: None) -> Edition:
    """The thin course in its first week today."""
    opens = cast.monday(timezone.now())
    return cast.edition(slug="now", opens=opens, enrolment_closes_at=opens + timedelta(days=20))


@pytest.fixture
def teacher(now_edition: Edition) -> Person:
    person = cast.person("Tom")
    cast.role(person, "teacher", edition=now_edition)
    return person


@pytest.fixture
def ana(now_edition: Edition) -> Enrolment:
    return cast.enrolment(cast.person("Ana", country="SN"), now_edition)


def write(who: Person, **fields: Any) -> Any:
    return cast.browser(who).post(f"{LIST}new/", cast.form(**{**FIELDS, **fields}))


def act(who: Person, row: Announcement, verb: str, **fields: Any) -> Any:
    return cast.browser(who).post(f"{LIST}{row.pk}/{verb}/", cast.form(**fields))


def seen(row: Announcement) -> str:
    return announcements.fingerprint(Announcement.objects.get(pk=row.pk))


def test_it_is_written_looked_at_tried_and_confirmed(teacher: Person, ana: Enrolment) -> None:
    kept = write(teacher, **{"segment-country": "SN"})
    row = Announcement.objects.get()
    assert kept.headers["Location"] == f"{LIST}{row.pk}/"
    page = cast.browser(teacher).get(kept.headers["Location"]).content.decode()
    assert "<strong>jeudi</strong>" in page
    assert "Ana" in page
    assert act(teacher, row, "try").status_code == 302
    trial = Message.objects.get(person_id=teacher.pk)
    assert (trial.kind, "<strong>jeudi</strong>" in trial.html) == ("account", True)
    assert act(teacher, row, "confirm", seen=seen(row)).status_code == 302
    announcements.serve_due(now=timezone.now())
    assert Message.objects.get(key=f"announcement:{row.pk}").person_id == ana.person_id
    home = cast.browser(ana.person).get("/e/now/").content.decode()
    assert "<strong>jeudi</strong>" in home


def test_what_was_changed_meanwhile_is_not_confirmed(teacher: Person, ana: Enrolment) -> None:
    write(teacher)
    row = Announcement.objects.get()
    before = seen(row)
    cast.browser(teacher).post(f"{LIST}{row.pk}/", cast.form(**{**FIELDS, "text-fr": "Autre chose."}))
    assert act(teacher, row, "confirm", seen=before).status_code == 422
    assert Announcement.objects.get().state == "draft"


@pytest.mark.parametrize(
    "fields",
    [
        {"segment-track": "nowhere"},
        {"segment-colour": "red"},
        {"segment-missing": "'; DROP TABLE"},
        {"subject-fr": "", "text-fr": ""},
        {"text-fr": "x" * 20_001},
        {"shown_until": "tomorrow"},
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(teacher: Person, ana: Enrolment, fields: dict[str, str]) -> None:
    reply = write(teacher, **fields)
    assert reply.status_code == 422
    assert not Announcement.objects.exists()


def test_nobody_and_everybody_are_said(teacher: Person, ana: Enrolment) -> None:
    write(teacher)
    everybody = Announcement.objects.get()
    assert "Tout le monde" in cast.browser(teacher).get(f"{LIST}{everybody.pk}/").content.decode()
    write(teacher, **{"segment-started": "yes"})
    nobody = Announcement.objects.exclude(pk=everybody.pk).get()
    assert "Personne" in cast.browser(teacher).get(f"{LIST}{nobody.pk}/").content.decode()
    assert act(teacher, nobody, "confirm", seen=seen(nobody)).status_code == 422


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](https://e.test/i.png)"]
)
def test_what_is_written_never_runs(teacher: Person, ana: Enrolment, text: str) -> None:
    write(teacher, **{"text-fr": text, "subject-fr": "<b>Bonjour</b>"})
    row = Announcement.objects.get()
    page = cast.browser(teacher).get(f"{LIST}{row.pk}/").content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "i.png" not in "".join(re.findall("<img[^>]*>", page))
    assert "<b>Bonjour" not in page


def test_a_time_that_passed_and_an_end_before_the_start_are_refused(teacher: Person, ana: Enrolment) -> None:
    tomorrow = f"{timezone.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    write(teacher, shown_until=tomorrow)
    row = Announcement.objects.get()
    after = f"{timezone.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    for send_at in ("2020-01-01T10:00", after, "whenever"):
        assert act(teacher, row, "confirm", seen=seen(row), send_at=send_at).status_code == 422
    assert Announcement.objects.get().state == "draft"


def test_scheduled_it_can_be_taken_back(teacher: Person, ana: Enrolment) -> None:
    write(teacher)
    row = Announcement.objects.get()
    later = f"{timezone.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    assert act(teacher, row, "confirm", seen=seen(row), send_at=later).status_code == 302
    assert act(teacher, row, "cancel").status_code == 302
    assert announcements.serve_due(now=timezone.now() + timedelta(days=3)) == 0
    assert act(teacher, row, "cancel").status_code == 422
    assert cast.browser(teacher).post(f"{LIST}{row.pk}/", cast.form(**FIELDS)).status_code == 422


def test_a_registrar_reads_and_does_not_write(teacher: Person, ana: Enrolment, now_edition: Edition) -> None:
    rita = cast.person("Rita")
    cast.role(rita, "registrar", edition=now_edition)
    write(teacher)
    row = Announcement.objects.get()
    page = cast.browser(rita).get(f"{LIST}{row.pk}/")
    assert (page.status_code, b"/confirm/" in page.content) == (200, False)
    assert write(rita).status_code == 404
    assert cast.browser(rita).post(f"{LIST}{row.pk}/", cast.form(**FIELDS)).status_code == 404
    for verb in ("try", "confirm", "cancel"):
        assert act(rita, row, verb).status_code == 404


def test_another_editions_team_sees_nothing(teacher: Person, ana: Enrolment, now_edition: Edition) -> None:
    write(teacher)
    row = Announcement.objects.get()
    other = cast.edition(slug="other", opens=now_edition.opens_at, of=now_edition.course.versions.get())
    eve = cast.person("Eve")
    cast.role(eve, "teacher", edition=other)
    for path in (LIST, f"{LIST}{row.pk}/", f"/desk/other/announcements/{row.pk}/"):
        assert cast.browser(eve).get(path).status_code == 404
    assert cast.browser(eve).post(f"/desk/other/announcements/{row.pk}/cancel/", cast.form()).status_code == 404


def many(edition: Edition, by: Person, count: int) -> None:
    now = timezone.now()
    texts = {"fr": {"subject": "Séance", "text": "Rendez-vous."}}
    Announcement.objects.bulk_create(
        Announcement(edition=edition, texts=texts, written_by=by, written_at=now, send_at=now, state="sent")
        for _ in range(count)
    )


def cost(who: Person, path: str) -> int:
    client = cast.browser(who)
    for _ in range(2):
        assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as found:
        client.get(path)
    return len(found)


def test_three_and_three_thousand_cost_the_same(teacher: Person, ana: Enrolment, now_edition: Edition) -> None:
    many(now_edition, teacher, 3)
    row = Announcement.objects.order_by("pk")[0]
    paths = [(teacher, LIST), (teacher, f"{LIST}{row.pk}/"), (ana.person, "/e/now/")]
    before = [cost(*one) for one in paths]
    many(now_edition, teacher, 2997)
    people = Person.objects.bulk_create(
        Person(email=f"n{n}@example.org", name=f"N{n}", joined_at=timezone.now()) for n in range(3000)
    )
    Enrolment.objects.bulk_create(
        Enrolment(person=one, edition=now_edition, track=ana.track, enrolled_at=timezone.now()) for one in people
    )
    after = [cost(*one) for one in paths]
    assert after == before
    assert max(after[:2]) <= 10


def test_the_home_costs_one_query_when_nothing_is_told(teacher: Person, ana: Enrolment, now_edition: Edition) -> None:
    nothing = cost(ana.person, "/e/now/")
    many(now_edition, teacher, 1)
    assert cost(ana.person, "/e/now/") == nothing  # everybody is meant: no segment to ask about
    Announcement.objects.update(segment=[{"segment": "started", "value": "no"}, {"segment": "language", "value": "fr"}])
    assert cost(ana.person, "/e/now/") == nothing + 1


def test_the_preview_is_the_mail_as_it_goes(teacher: Person, ana: Enrolment) -> None:
    write(teacher)
    row = Announcement.objects.get()
    page = html.unescape(cast.browser(teacher).get(f"{LIST}{row.pk}/").content.decode())
    act(teacher, row, "confirm", seen=seen(row))
    announcements.serve_due(now=timezone.now())
    sent = Message.objects.get(key=f"announcement:{row.pk}")
    letter = letters.letter(sent)
    as_text, as_html = str(letter.body), str(letter.alternatives[0][0])
    assert "Arrêter ces messages" in as_text
    assert as_text.replace(str(sent.token), "…").strip() in page
    body = as_html.replace(str(sent.token), "…").partition("<body>")[2].partition("</body>")[0]
    assert "".join(html.unescape(body).split()) in "".join(page.split())
    assert f'<dd lang="fr">{sent.subject}</dd>' in page


def test_languages_and_countries_are_named_in_the_readers_language(teacher: Person, ana: Enrolment) -> None:
    for code, named in (("fr", ("français", "anglais", "Sénégal")), ("en", ("French", "English", "Senegal"))):
        Person.objects.filter(pk=teacher.pk).update(language=code)
        page = cast.browser(teacher).get(f"{LIST}new/", headers={"Accept-Language": code}).content.decode()
        assert f'<option value="fr">{named[0]}</option>' in page
        assert f'<option value="en">{named[1]}</option>' in page
        assert f'<option value="SN">{named[2]}</option>' in page
        assert f"({named[0]})" in page
        assert "(fr)" not in page
