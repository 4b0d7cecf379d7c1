"""The pages of a jury: from the list to the signed minutes, by those who may, for three people as for many."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preau.accounts.models import Person
from preau.certificates import filing, freezing, serving
from preau.certificates.models import Award, Decision, Deliberation
from preau.common.ids import new_id
from preau.courses.models import Edition, Role
from tests import cast
from tests.certificates import court


@pytest.fixture
def edition(db: None, tmp_path: Path) -> Edition:
    return court.edition(tmp_path)


@pytest.fixture
def rita(edition: Edition) -> Person:
    person = cast.person("Rita", language="en")
    cast.role(person, Role.Kind.REGISTRAR, edition=edition)
    return person


@pytest.fixture
def rita_(rita: Person) -> Client:
    return cast.browser(rita)


type Post = Callable[..., object]


def post(client: Client, path: str, **fields: object) -> object:
    return client.post(path, {"act": str(new_id()), **fields}, follow=True)


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_a_jury_from_the_first_list_to_what_learners_read(edition: Edition, rita: Person, rita_: Client) -> None:
    ana, eva = court.learner(edition, "Ana", quiz=80), court.learner(edition, "Eva", quiz=59)
    base = f"/desk/{edition.slug}/jury/"
    assert "No deliberation yet." in text(rita_.get(base))
    about = {
        "title": "Core",
        "tracks": ["classic"],
        "president": "Jeanne Martin",
        "held_on": "2026-05-12",
        "margin": "2",
    }
    assert "1. Freeze the list" in text(post(rita_, base, **about, members="Luc Petit\nAmina Exemple"))
    row = Deliberation.objects.get()
    one = f"{base}{row.pk}/"
    assert "Freeze the list" in text(rita_.get(one))
    post(rita_, f"{one}step/freeze/")
    freezing.freeze(row.pk, now=court.OVER)
    board = text(rita_.get(one))
    assert "1.0 points short of the rule" in board
    assert "Luc Petit, Amina Exemple" in board
    assert "1 decision as the rule proposes." in text(post(rita_, f"{one}step/follow/"))
    case = f"{one}people/{court.of(row, eva).pk}/"
    assert "Figures as of the freeze" in text(rita_.get(case))
    refused = rita_.post(case, {"act": str(new_id()), "verdict": "admitted", "reason": ""})
    assert refused.status_code == 422
    assert "needs a reason" in text(refused)
    post(rita_, case, verdict="admitted", reason="Présente à tout.")
    post(rita_, f"{one}step/close/")
    filing.print_minutes(row.pk)
    assert rita_.get(f"{one}minutes.pdf").headers["Content-Type"] == "application/pdf"
    row.refresh_from_db()
    printed = row.minutes_digest
    assert printed in text(rita_.get(one))
    said = {"printed": printed, "file": SimpleUploadedFile("s.pdf", b"not a pdf")}
    wrong = rita_.post(f"{one}file/", {"act": str(new_id()), **said})
    assert wrong.status_code == 422
    assert "not a whole PDF" in text(wrong)
    post(rita_, f"{one}file/", printed=printed, file=SimpleUploadedFile("s.pdf", court.SIGNED))
    serving.serve_due(now=court.OVER)
    assert "given and told" in text(rita_.get(one))
    assert Award.objects.count() == 2
    page = text(cast.browser(eva.person).get(f"/e/{edition.slug}/me/jury/"))
    assert "Le jury vous admet" in page
    assert "Présente à tout." in page
    assert court.RECOURSE in page
    assert ana.awards.get().decision


def test_the_same_press_twice_decides_once(edition: Edition, rita: Person, rita_: Client) -> None:
    court.learner(edition, "Ana", quiz=80)
    row = court.frozen(court.prepared(edition, rita, "classic"), rita)
    act, path = str(new_id()), f"/desk/{edition.slug}/jury/{row.pk}/step/follow/"
    for _ in range(2):
        assert rita_.post(path, {"act": act}).status_code == 302
    assert Decision.objects.count() == 1


def test_those_ticked_are_decided_of_together(edition: Edition, rita: Person, rita_: Client) -> None:
    people = [court.learner(edition, f"P{n}", quiz=20) for n in range(3)]
    row = court.frozen(court.prepared(edition, rita, "classic"), rita)
    path = f"/desk/{edition.slug}/jury/{row.pk}/people/"
    ticked = [str(court.of(row, one).pk) for one in people[:2]]
    refused = rita_.post(path, {"act": str(new_id()), "candidate": ticked, "verdict": "admitted"})
    assert refused.status_code == 422
    assert text(refused).count("checked") >= 2, "what was ticked stays ticked"
    post(rita_, path, candidate=ticked, verdict="admitted", reason="Panne générale.")
    assert sorted(map(str, Decision.objects.values_list("candidate", flat=True))) == sorted(ticked)
    assert rita_.post(path, {"act": str(new_id()), "candidate": "x", "verdict": "not"}).status_code == 422


def test_somebody_is_brought_from_their_record(edition: Edition, rita: Person, rita_: Client) -> None:
    ben = court.learner(edition, "Ben", quiz=20)
    first = court.filed(court.frozen(court.prepared(edition, rita, "classic"), rita), rita)
    post(rita_, f"/desk/{edition.slug}/jury/{first.pk}/again/")
    second = Deliberation.objects.get(rectifies=first)
    record = f"/desk/{edition.slug}/learners/{ben.pk}/"
    assert f"{second.pk}/classic" in text(rita_.get(record))
    page = text(post(rita_, f"{record}bring/", deliberation=f"{second.pk}/classic", reason="Recours gracieux."))
    assert "Recours gracieux." in page
    assert "Minutes no. 1" in page


def test_teachers_read_and_do_not_decide(edition: Edition, rita: Person) -> None:
    tom = cast.person("Tom")
    cast.role(tom, Role.Kind.TEACHER, edition=edition)
    court.learner(edition, "Ana", quiz=80)
    row = court.frozen(court.prepared(edition, rita, "classic"), rita)
    client = cast.browser(tom)
    assert client.get(f"/desk/{edition.slug}/jury/{row.pk}/").status_code == 200
    assert client.post(f"/desk/{edition.slug}/jury/{row.pk}/step/follow/", {"act": str(new_id())}).status_code == 404


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_its_pages_cost_the_same_for_three_people_as_for_many(edition: Edition, rita: Person, rita_: Client) -> None:
    counts: dict[str, list[int]] = {}
    for people in (3, 24):
        for n in range(people):
            court.learner(edition, f"P{people}-{n}", quiz=58 + n % 4)
        row = court.frozen(court.prepared(edition, rita, "classic"), rita)
        first: UUID = row.candidates.order_by("pk").first().pk  # type: ignore[union-attr]
        for name in ("", "people/", f"people/{first}/"):
            kind = name if name.count("/") < 2 else "case"
            queries(rita_, f"/desk/{edition.slug}/jury/{row.pk}/{name}")  # what is read once and kept
            counts.setdefault(kind, []).append(queries(rita_, f"/desk/{edition.slug}/jury/{row.pk}/{name}"))
    assert all(few == many for few, many in counts.values()), counts
