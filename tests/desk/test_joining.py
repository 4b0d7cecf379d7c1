"""An elective that joins a running edition, and somebody taken out of one: at the desk."""

from datetime import datetime
from pathlib import Path

import pytest
from django.utils import timezone

from preau.accounts.models import Person
from preau.content.models import Printing
from preau.courses.models import Edition, Enrolment
from preau.mail.models import Message
from preau.support.models import Announcement
from tests import cast
from tests.home.test_ladder import with_elective


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def edition(db: None, now: datetime) -> Edition:
    """In its second week, between deadlines."""
    return cast.edition(slug="thin-now", opens=cast.monday(now, -5), enrolment_closes_at=cast.monday(now, 1))


def show(who: Person, edition: Edition, version: int, **fields: str) -> tuple[int, str]:
    answer = cast.browser(who).post(f"/desk/{edition.slug}/print/", {"version": str(version), **fields}, follow=True)
    return answer.status_code, answer.content.decode()


def test_an_elective_that_counts_for_nothing_joins_and_a_draft_tells_it(
    tom: Person, edition: Edition, now: datetime, tmp_path: Path
) -> None:
    with_elective(tmp_path, now)
    _status, page = show(tom, edition, 2)
    draft = Announcement.objects.get(edition=edition)
    assert draft.state == "draft", "the team reads it before it goes"
    assert "Le module neuf" in draft.texts["fr"]["text"]
    assert "Il ne compte pour aucun parcours" in draft.texts["fr"]["text"]
    assert "The new one" in draft.texts["en"]["text"], "each language has the module's own title in it"
    assert draft.texts["en"]["subject"] == "A new elective: The new one"
    assert "rejoint la session" in page
    show(tom, edition, 2)
    assert Announcement.objects.count() == 1, "shown again it is not new any more"


def test_one_that_changes_a_mean_is_weighed_first(tom: Person, edition: Edition, now: datetime, tmp_path: Path) -> None:
    version = with_elective(tmp_path, now, "[classic]")
    meta = {**version.meta, "tracks": {"classic": {"needs": [{"mean": "quiz", "at_least": 60}]}}}
    type(version).objects.filter(pk=version.pk).update(meta=meta)
    status, page = show(tom, edition, 2)
    assert status == 422
    assert "il compterait 0 pour qui ne le fait pas" in page
    assert Printing.objects.get(edition=edition, current=True).version.number == 1
    show(tom, edition, 2, weighed="on")
    assert Printing.objects.get(edition=edition, current=True).version.number == 2


def test_before_the_opening_nothing_joins(tom: Person, edition: Edition, now: datetime, tmp_path: Path) -> None:
    Edition.objects.filter(pk=edition.pk).update(opens_at=cast.monday(now, 1), closes_at=cast.monday(now, 20))
    with_elective(tmp_path, now)
    show(tom, edition, 2)
    assert not Announcement.objects.exists()


def test_the_team_takes_somebody_out_and_lets_them_in_again(tom: Person, ana: Person, edition: Edition) -> None:
    row, browser = Enrolment.objects.get(person=ana), cast.browser(tom)
    address = f"/desk/{edition.slug}/learners/{row.pk}/"
    assert "Un motif" not in browser.get(address).content.decode()
    refused = browser.post(f"{address}remove/", cast.form(reason=" "), follow=True).content.decode()
    assert "demande un motif" in refused
    out = browser.post(f"{address}remove/", cast.form(reason="Injures"), follow=True).content.decode()
    assert "Injures" in out
    assert Message.objects.filter(person_id=ana.pk, kind="decision").count() == 1
    assert cast.browser(ana).get(f"/e/{edition.slug}/").status_code == 404
    back = browser.post(f"{address}readmit/", cast.form(), follow=True).content.decode()
    assert "de nouveau dans la session" in back
    assert cast.browser(ana).get(f"/e/{edition.slug}/").status_code == 200
