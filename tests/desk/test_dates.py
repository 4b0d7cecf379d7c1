"""An edition's own dates and visibility: what moves is told first; then it moves, and pages and shelf follow."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.common.ids import new_id
from preau.content import printing, rescheduling
from preau.content.models import Page, Printing
from preau.courses import actions as courses
from preau.courses import rules
from preau.courses.models import Edition, Milestone
from preau.exams import arranging
from tests import cast
from tests.exams import stage

ADDRESS = "/desk/thin-1/dates/"
FIELDS = {
    "enrols_at": "2026-01-31T08:00",
    "opens_at": "2026-03-02T08:00",
    "enrolment_closes_at": "2026-03-22T08:00",
    "closes_at": "2026-04-27T09:00",
    "visibility": "public",
}
WEEK_LATER = {"opens_at": "2026-03-09T08:00"}
QUIZ = "2026-03-08T23:59:00+01:00"
QUIZ_LATER = "2026-03-15T23:59:00+01:00"


def due(key: str = "quiz") -> datetime:
    return Milestone.objects.get(edition__slug="thin-1", key=key, what="due").at


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def look(who: Person, **fields: str) -> Any:
    return cast.browser(who).post(ADDRESS, {**FIELDS, **fields})


def confirm(who: Person, act: Any = None, **fields: str) -> Any:
    seen = str(Edition.objects.get(slug="thin-1").revision)
    return cast.browser(who).post(f"{ADDRESS}confirm/", cast.form(act, **{**FIELDS, "revision": seen, **fields}))


def test_the_form_tells_the_dates_that_are(edition: Edition, tom: Person) -> None:
    page = cast.browser(tom).get(ADDRESS).content.decode()
    assert all(f'value="{FIELDS[name]}"' in page for name in ("enrols_at", "opens_at", "closes_at"))


def test_what_would_move_is_told_and_nothing_moves(edition: Edition, tom: Person, ana: Person) -> None:
    response = look(tom, **WEEK_LATER)
    changes = response.context["changes"]
    assert (response.status_code, changes.enrolled, changes.begun) == (200, 1, 0)
    moved = {(line.title, line.what): (line.before, line.after) for line in changes.moved}
    assert (at(QUIZ), at(QUIZ_LATER)) in moved.values()
    assert [own.after for own in changes.own] == [at("2026-03-09T08:00:00+01:00")]
    assert due() == at(QUIZ)


def test_the_dates_of_the_weeks_follow_the_opening(edition: Edition, tom: Person) -> None:
    before = edition.revision
    assert confirm(tom, **WEEK_LATER).status_code == 302
    row = Edition.objects.get()
    assert (row.opens_at, due()) == (at("2026-03-09T08:00:00+01:00"), at(QUIZ_LATER))
    assert row.revision > before
    page = Page.objects.get(path="/e/thin-1/fr/debut/quiz/")
    assert "2026-03-15T23:59:00+01:00" in bytes(page.html).decode()
    assert page.released_at == row.opens_at
    line = journal.about("edition", row.pk)[0]
    assert (line.verb, line.person_id, list(line.details)) == ("edition.rescheduled", tom.pk, ["opens_at"])


def test_an_opening_that_moves_within_its_week_moves_no_other_date(edition: Edition, tom: Person) -> None:
    earlier = {"opens_at": "2026-03-02T07:30"}
    assert look(tom, **earlier).context["changes"].moved == []
    assert confirm(tom, **earlier).status_code == 302
    assert due() == at(QUIZ)


def test_a_date_moved_by_hand_stays_where_it_lies_in_the_edition(edition: Edition, tom: Person) -> None:
    printing.move_date(edition, key="quiz", what="due", at=at("2026-03-12T20:30:00+01:00"), by=tom.pk, now=cast.MONDAY)
    changes = look(tom, **WEEK_LATER).context["changes"]
    assert [line.before for line in changes.kept] == [at("2026-03-12T20:30:00+01:00")]
    confirm(tom, **WEEK_LATER)
    assert due() == at("2026-03-12T20:30:00+01:00")


def test_a_date_moved_by_hand_that_would_lie_outside_goes_back_to_its_week(edition: Edition, tom: Person) -> None:
    printing.move_date(edition, key="quiz", what="due", at=at("2026-03-07T20:30:00+01:00"), by=tom.pk, now=cast.MONDAY)
    changes = look(tom, **WEEK_LATER).context["changes"]
    assert [line.after for line in changes.moved if line.by_hand] == [at(QUIZ_LATER)]
    confirm(tom, **WEEK_LATER)
    assert (due(), Milestone.objects.filter(moved=True).exists()) == (at(QUIZ_LATER), False)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"closes_at": "2026-03-02T08:00"}, "closes_at"),
        ({"enrolment_closes_at": "2026-01-31T08:00"}, "enrolment_closes_at"),
        ({"enrols_at": "2026-05-01T08:00", "enrolment_closes_at": "2026-06-01T08:00"}, "closes_at"),
        ({"opens_at": ""}, "opens_at"),
        ({"closes_at": "soon"}, "closes_at"),
        ({"visibility": "secret"}, "visibility"),
        ({"closes_at": "2026-03-05T08:00"}, "__all__"),  # the dates of the version do not fit
        ({}, "__all__"),  # nothing differs
    ],
)
def test_dates_that_cannot_be_are_refused_and_nothing_typed_is_lost(
    edition: Edition, tom: Person, fields: dict[str, str], field: str
) -> None:
    response = look(tom, **fields)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert f'value="{fields.get("enrols_at", FIELDS["enrols_at"])}"' in response.content.decode()
    if fields:
        assert confirm(tom, **fields).status_code == 422
    row = Edition.objects.get()
    assert (row.opens_at, row.closes_at, row.revision) == (edition.opens_at, edition.closes_at, edition.revision)


def test_the_action_keeps_the_order_too(edition: Edition) -> None:
    moments = {name: getattr(edition, name) for name in ("enrols_at", "opens_at", "enrolment_closes_at", "closes_at")}
    moments["enrols_at"] = moments["closes_at"] + timedelta(1)
    moments["enrolment_closes_at"] = moments["enrols_at"] + timedelta(1)
    with pytest.raises(Refused):
        courses.reschedule(edition, moments, "public", by=None, now=cast.MONDAY)


MOMENTS = st.integers(0, 5).map(lambda days: cast.MONDAY + timedelta(days))


@given(st.fixed_dictionaries(dict.fromkeys(rules.MOMENTS, MOMENTS)))
def test_dates_are_in_order_or_told_pair_by_pair(moments: dict[str, datetime]) -> None:
    told = rules.disorder(moments)
    in_order = (
        moments["opens_at"] < moments["closes_at"]
        and moments["enrols_at"] < moments["enrolment_closes_at"]
        and moments["enrols_at"] < moments["closes_at"]
    )
    assert (told == []) is in_order
    assert all(moments[first] >= moments[then] for first, then in told)


def test_sent_twice_it_is_done_once(edition: Edition, tom: Person) -> None:
    act, seen = new_id(), str(edition.revision)
    assert [confirm(tom, act, revision=seen, **WEEK_LATER).status_code for _again in range(2)] == [302, 302]
    assert [entry.verb for entry in journal.about("edition", edition.pk)].count("edition.rescheduled") == 1


def test_what_somebody_changed_meanwhile_is_looked_at_again(edition: Edition, tom: Person) -> None:
    seen = str(edition.revision)
    courses.touch(edition)
    response = confirm(tom, revision=seen, **WEEK_LATER)
    assert response.status_code == 422
    assert b"notice error" in response.content
    assert f'name="revision" value="{edition.revision}"' in response.content.decode()
    assert due() == at(QUIZ)


def test_a_form_without_its_number_changes_nothing(edition: Edition, tom: Person) -> None:
    response = cast.browser(tom).post(f"{ADDRESS}confirm/", {**FIELDS, **WEEK_LATER, "revision": edition.revision})
    assert response.status_code == 422
    assert due() == at(QUIZ)


@pytest.fixture
def shelf(settings: Settings, tmp_path: Path) -> Path:
    settings.PAGES_ROOT = tmp_path / "shelf"
    return tmp_path / "shelf"


def test_the_shelf_follows_dates_and_visibility(
    edition: Edition, tom: Person, shelf: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        confirm(tom, **WEEK_LATER)
    manifest = json.loads((shelf / "manifest.json").read_text())
    assert manifest["/e/thin-1/fr/debut/lecon/"][1] == at("2026-03-09T08:00:00+01:00").timestamp()
    with django_capture_on_commit_callbacks(execute=True):
        assert confirm(tom, **WEEK_LATER, visibility="private").status_code == 302
    assert json.loads((shelf / "manifest.json").read_text()) == {}


def test_visibility_alone_can_change(edition: Edition, tom: Person) -> None:
    changes = look(tom, visibility="private").context["changes"]
    assert (changes.visibility, changes.own, changes.moved) == ("private", [], [])
    confirm(tom, visibility="private")
    assert cast.browser().get("/fr/courses/thin/").status_code == 404


def test_an_edition_that_shows_nothing_has_dates_too(edition: Edition, tom: Person) -> None:
    Page.objects.all().delete()
    Printing.objects.all().delete()
    Milestone.objects.all().delete()
    assert confirm(tom, **WEEK_LATER).status_code == 302
    assert rescheduling.plan(Edition.objects.get(), {"opens_at": cast.MONDAY, "closes_at": cast.MONDAY}).moved == []


def test_only_teachers_change_dates(edition: Edition, rita: Person, ana: Person) -> None:
    for who in (rita, ana):
        assert cast.browser(who).get(ADDRESS).status_code == 404
        assert confirm(who, **WEEK_LATER).status_code == 404
    assert due() == at(QUIZ)


def test_an_edition_does_not_close_before_a_second_sitting(edition: Edition, tom: Person) -> None:
    late = stage.sitting(edition, tom, stage.plan(stage.LATER, closes_at=at("2026-04-20T12:00:00+02:00"), second=True))
    assert confirm(tom, closes_at="2026-04-20T09:00").status_code == 422
    assert Edition.objects.get().closes_at == at("2026-04-27T09:00:00+02:00")
    arranging.cancel(act=cast.an_act("x"), sitting=late, reason="Grève", by=tom, now=stage.EARLY)
    assert confirm(tom, closes_at="2026-04-20T09:00").status_code == 302
