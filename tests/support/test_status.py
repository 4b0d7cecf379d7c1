"""The status page: whole files that live anywhere, what they tell and what they keep to themselves."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from preau.accounts.models import Person
from preau.config import worker
from preau.courses.models import Edition, Milestone
from preau.support import incidents, status
from preau.support.models import Incident
from tests import cast

TEXTS = {"fr": "Le site est lent ce soir.", "en": "The site is slow tonight."}
FORM: dict[str, Any] = {"text_fr": TEXTS["fr"], "text_en": TEXTS["en"]}


@pytest.fixture
def soon(edition: Edition) -> Edition:
    """An edition that everybody sees, of which something is due tomorrow."""
    now = timezone.now()
    Edition.objects.update(opens_at=now - timedelta(days=7), closes_at=now + timedelta(days=40))
    Milestone.objects.filter(key="quiz", what="due").update(at=now + timedelta(days=1))
    Edition.objects.update(revision=1000)
    return Edition.objects.select_related("course").get()


def test_each_language_has_one_whole_file_and_it_is_written_when_it_changes(soon: Edition, tmp_path: Path) -> None:
    now = timezone.now()
    assert sorted(status.write(tmp_path, now)) == ["en.html", "fr.html", "index.html"]
    assert status.write(tmp_path, status.as_of(now)) == []
    assert status.write(tmp_path, now + timedelta(seconds=status.STEP)) != []
    assert {path.suffix for path in tmp_path.iterdir()} == {".html"}


def test_it_asks_nothing_of_anybody(soon: Edition) -> None:
    for text in status.pages(timezone.now()).values():
        assert "<script" not in text
        assert not re.search(r"( src=|url\(|@import|<link|<img)", text)


def test_it_tells_deadlines_and_incidents_in_each_language(soon: Edition, tom: Person) -> None:
    now = timezone.now()
    incidents.tell(act=cast.an_act("incident.tell"), edition=soon, everywhere=False, texts=TEXTS, by=tom, now=now)
    made = status.pages(now)
    assert TEXTS["fr"] in made["index.html"]
    assert TEXTS["en"] in made["en.html"]
    assert status.deadlines(now, "fr")[0].title in made["fr.html"]


def test_what_ended_stays_a_while_and_private_editions_stay_private(soon: Edition, tom: Person) -> None:
    now = timezone.now()
    ended = now - timedelta(days=6)
    Incident.objects.create(edition=soon, texts=TEXTS, began_at=ended - timedelta(hours=1), ended_at=ended)
    assert len(incidents.shown(now)) == 1
    assert len(incidents.shown(now + timedelta(days=2))) == 0
    Edition.objects.update(visibility="private")
    assert len(incidents.shown(now)) == 0
    assert status.deadlines(now, "fr") == []


def test_the_command_writes_and_says_why_not(soon: Edition, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("status_page", str(tmp_path / "there"))
    assert "index.html" in capsys.readouterr().out
    call_command("status_page", str(tmp_path / "there"))
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError):
        call_command("status_page", str(tmp_path / "file"))


def test_the_worker_keeps_it_fresh_where_a_folder_is_set(soon: Edition, tmp_path: Path, settings: Settings) -> None:
    settings.STATUS_FOLDER = ""
    assert status.keep_fresh(timezone.now()) == []
    settings.STATUS_FOLDER = str(tmp_path / "status")
    worker.tend(timezone.now())
    assert (tmp_path / "status" / "index.html").is_file()


def test_the_team_tells_an_incident_and_ends_it(edition: Edition, tom: Person) -> None:
    browser, address = cast.browser(tom), "/desk/thin-1/incidents/"
    assert browser.post(address, cast.form(text_fr="Lent.")).status_code == 422
    assert browser.post(address, {**FORM, "act": "no id"}).status_code == 422
    assert browser.post(address, {**cast.form(), **FORM, "everywhere": "on"}).status_code == 302
    row = Incident.objects.get()
    assert (row.edition, row.texts, row.told_by) == (edition, TEXTS, tom)
    assert TEXTS["fr"] in browser.get(address).content.decode()
    assert browser.post(f"{address}{row.pk}/end/", cast.form()).status_code == 302
    assert Incident.objects.get().ended_at is not None


def test_only_who_runs_the_site_speaks_for_all_of_it(edition: Edition, tom: Person, dora: Person) -> None:
    cast.browser(dora).post("/desk/thin-1/incidents/", {**cast.form(), **FORM, "everywhere": "on"})
    row = Incident.objects.get()
    assert row.edition is None
    address = f"/desk/thin-1/incidents/{row.pk}/end/"
    assert cast.browser(tom).post(address, cast.form()).status_code == 404
    assert cast.browser(dora).post(address, cast.form()).status_code == 302
