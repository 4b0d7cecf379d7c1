"""The desk of the public site: its banner on every page for its time, partners, figures of readers."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from preau.accounts.models import Person
from preau.courses.models import Edition, Institution
from preau.news import audience, banners
from preau.news.models import Banner, Partner, Visits
from tests import cast


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


@pytest.fixture
def dora(edition: Edition) -> Person:
    person = cast.person("Dora")
    cast.role(person, "administrator")
    return person


def local(hours: float) -> str:
    return f"{timezone.now() + timedelta(hours=hours):%Y-%m-%dT%H:%M}"


def banner(who: Person, **fields: str) -> Any:
    Person.objects.filter(pk=who.pk).update(zone="UTC")
    said = {"text_fr": "Travaux ce soir", "text_en": "Works tonight", "tone": "warning", "link": "", **fields}
    said = {"starts_at": local(-1), "ends_at": local(2), **said}
    return cast.browser(who).post("/desk/site/banner/", cast.form(None, **said))


def seen(path: str, who: Person | None = None, **headers: str) -> str:
    banners._seen.looked = float("-inf")
    return str(cast.browser(who).get(path, headers=headers).content.decode())


@pytest.mark.django_db(transaction=True)
def test_a_banner_is_at_the_head_of_every_page_for_its_time(edition: Edition, dora: Person) -> None:
    assert banner(dora).status_code == 302
    assert "Travaux ce soir" in seen("/fr/")
    assert "Works tonight" in seen("/en/courses/")
    assert "Travaux ce soir" in seen("/accounts/", dora)
    reader = cast.person("Awa")
    cast.enrolment(reader, edition)
    fragment = seen(f"/e/{edition.slug}/me/fr/debut/lecon/", reader, hx_request="true")
    assert 'id="banner" hx-swap-oob' in fragment
    assert "Travaux ce soir" in fragment
    cast.browser(dora).post("/desk/site/banner/down/", cast.form(None))
    assert "Travaux ce soir" not in seen("/fr/")
    assert 'hx-swap-oob="innerHTML">' in seen(f"/e/{edition.slug}/me/fr/debut/lecon/", reader, hx_request="true")
    assert not Banner.objects.filter(ends_at__gt=timezone.now()).exists()


@pytest.mark.django_db(transaction=True)
def test_one_that_begins_later_waits_and_the_latest_takes_the_place_of_the_former(
    edition: Edition, dora: Person
) -> None:
    banner(dora)
    banner(dora, text_fr="Demain", starts_at=local(24), ends_at=local(26))
    assert "Travaux ce soir" not in seen("/fr/")
    assert "Demain" not in seen("/fr/")
    assert "Demain" in cast.browser(dora).get("/desk/site/").content.decode()


@pytest.mark.parametrize(
    "said",
    [
        {"text_fr": "", "text_en": ""},
        {"ends_at": "2020-01-01T10:00"},
        {"link": "javascript:alert(1)"},
        {"link": "//evil.example"},
        {"link": "http://evil.example"},
    ],
)
def test_a_banner_that_cannot_be_is_refused_and_keeps_what_was_typed(
    edition: Edition, dora: Person, said: dict[str, str]
) -> None:
    reply = banner(dora, **{"text_fr": "Travaux ce soir", **said})
    assert reply.status_code == 422
    assert not Banner.objects.exists()
    if said.get("text_fr") != "":
        assert "Travaux ce soir" in reply.content.decode()


def logo() -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGB", (300, 120), "green").save(target, "PNG")
    return SimpleUploadedFile("logo.png", target.getvalue(), "image/png")


def partner(who: Person, **fields: Any) -> Any:
    said = {
        "course": "thin",
        "name": "École de Lille",
        "site": "https://ecole.example",
        "country": "FR",
        "part": "gives",
    }
    return cast.browser(who).post("/desk/site/partners/", cast.form(None, **{**said, **fields}))


def test_a_partner_stands_on_the_page_of_the_course_and_on_that_of_partners(edition: Edition, dora: Person) -> None:
    assert partner(dora, logo=logo()).status_code == 302
    row = Partner.objects.get()
    for path in ("/fr/courses/thin/", "/fr/partners/"):
        page = cast.browser().get(path).content.decode()
        assert "École de Lille" in page
        assert row.logo is not None
        assert f'src="/media/{row.logo.small.partition("/")[2]}"' in page
    partner(dora, name="école de lille", part="partner")
    assert (Institution.objects.count(), Partner.objects.count()) == (1, 1)
    cast.browser(dora).post(f"/desk/site/partners/{row.pk}/remove/", cast.form(None))
    assert "École de Lille" not in cast.browser().get("/fr/partners/").content.decode()


def test_a_logo_that_is_no_picture_adds_nobody(edition: Edition, dora: Person) -> None:
    reply = partner(dora, logo=SimpleUploadedFile("logo.svg", b"<svg onload=alert(1)>", "image/svg+xml"))
    assert reply.status_code == 422
    assert not Partner.objects.exists()
    assert "École de Lille" in reply.content.decode()


def test_figures_of_readers_are_added_up_once(edition: Edition, dora: Person) -> None:
    now = timezone.now()
    day = f"{now:%Y-%m-%d}"
    audience.folder().mkdir(parents=True, exist_ok=True)
    for n in (2, 3):
        rows = [[day, "/fr/", "lemonde.fr", "phone", n], [day, "/fr/", "", "", 1]]
        (audience.folder() / f"{n}.json").write_text(json.dumps(rows))
    (audience.folder() / "half.json").write_text('[["2026')
    assert audience.add_up(now=now) == 7
    assert audience.add_up(now=now) == 0
    assert Visits.objects.get(source="lemonde.fr").n == 5
    page = cast.browser(dora).get("/desk/site/audience/").content.decode()
    assert "lemonde.fr" in page
    assert "71 %" in page
    Visits.objects.update(day=(now - audience.KEPT - timedelta(days=1)).date())
    audience.add_up(now=now)
    assert not Visits.objects.exists()


def test_a_flood_of_made_up_sites_is_one_line_beyond_a_number(edition: Edition) -> None:
    now = timezone.now()
    audience.folder().mkdir(parents=True, exist_ok=True)
    rows = [[f"{now:%Y-%m-%d}", "/fr/", f"s{n}.example", "", 1] for n in range(audience.SOURCES + 50)]
    (audience.folder() / "1.json").write_text(json.dumps(rows))
    assert audience.add_up(now=now) == audience.SOURCES + 50
    assert Visits.objects.count() == audience.SOURCES + 1
    assert Visits.objects.get(source=audience.OTHERS).n == 50


def test_without_figures_the_page_says_so(edition: Edition, dora: Person) -> None:
    assert cast.browser(dora).get("/desk/site/audience/").status_code == 200
