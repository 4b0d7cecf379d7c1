"""The freeze: near a deadline nothing new is printed or imported, unless somebody says why it cannot wait."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from preau.accounts.models import Person
from preau.audit import journal
from preau.common.ids import new_id
from preau.content.models import Printing, Version
from preau.courses import freezing, rules
from preau.courses.models import Edition, Milestone, Postponement
from tests import cast

NOW = datetime(2027, 3, 14, 20, 0, tzinfo=UTC)
HOURS = st.integers(0, 48).map(lambda hours: timedelta(hours=hours))
MOMENTS = st.lists(st.integers(-20_000, 20_000).map(lambda minutes: NOW + timedelta(minutes=minutes)), max_size=8)


@given(MOMENTS, HOURS, HOURS)
def test_it_is_frozen_exactly_in_the_hours_around_a_deadline(
    deadlines: list[datetime], before: timedelta, after: timedelta
) -> None:
    expected = any(at - before <= NOW <= at + after for at in deadlines)
    assert (rules.frozen(NOW, deadlines, before=before, after=after) is not None) == expected


@given(MOMENTS, HOURS, HOURS)
def test_it_thaws_when_it_said_and_not_before(deadlines: list[datetime], before: timedelta, after: timedelta) -> None:
    freeze = rules.frozen(NOW, deadlines, before=before, after=after)
    if freeze is None:
        return
    assert freeze.until >= NOW
    assert freeze.deadline in deadlines
    between = [NOW + (freeze.until - NOW) * share / 7 for share in range(8)]
    assert all(rules.frozen(at, deadlines, before=before, after=after) for at in between)
    assert rules.frozen(freeze.until + timedelta(microseconds=1), deadlines, before=before, after=after) is None


@given(MOMENTS, st.integers(-90_000, 90_000).map(lambda minutes: NOW + timedelta(minutes=minutes)))
def test_another_deadline_never_thaws(deadlines: list[datetime], more: datetime) -> None:
    hours = {"before": timedelta(hours=3), "after": timedelta(hours=1)}
    if rules.frozen(NOW, deadlines, **hours):
        assert rules.frozen(NOW, [*deadlines, more], **hours)


@given(st.integers(1, 336), st.none() | st.integers(-100, 500))
def test_time_given_from_the_deadline_is_never_less_than_what_one_has(hours: int, longer: int | None) -> None:
    extended = None if longer is None else NOW + timedelta(hours=longer)
    until = rules.put_off(NOW, hours, extended)
    assert (until or extended) == max(NOW + timedelta(hours=hours), extended or NOW)
    assert rules.put_off(NOW, hours, until or extended) is None


@pytest.fixture
def tonight(db: None) -> Edition:
    """A running edition of which something is due in two hours."""
    now = timezone.now()
    edition = cast.edition(slug="now", opens=cast.monday(now, -1))
    Milestone.objects.filter(edition=edition).exclude(what="opens").update(at=now - timedelta(days=3), moved=True)
    Milestone.objects.filter(key="quiz", what="due").update(at=now + timedelta(hours=2))
    return edition


@pytest.fixture
def teacher(tonight: Edition) -> Person:
    person = cast.person("Tom")
    cast.role(person, "teacher", course=tonight.course)
    return person


def forced(edition: Edition) -> list[str]:
    return [e.details["reason"] for e in journal.about("edition", edition.pk) if e.verb == "freeze.forced"]


def test_only_a_running_edition_freezes_its_course(tonight: Edition) -> None:
    now = timezone.now()
    assert freezing.of(tonight.course, now=now) is not None
    assert freezing.of(tonight.course, now=now + timedelta(hours=4)) is None
    Edition.objects.update(opens_at=now + timedelta(hours=1))
    assert freezing.of(tonight.course, now=now) is None
    Edition.objects.update(opens_at=now - timedelta(days=8), published_at=None)
    assert freezing.of(tonight.course, now=now) is None


def test_a_deadline_given_to_a_country_freezes_too(tonight: Edition) -> None:
    now = timezone.now()
    later = {"key": "quiz", "what": "due", "before": now.isoformat(), "after": (now + timedelta(days=2)).isoformat()}
    Postponement.objects.create(
        pk=new_id(), edition=tonight, scope="country", value="SN", hours=46, moves=[later], reason="x", at=now
    )
    assert freezing.of(tonight.course, now=now + timedelta(days=2)) is not None


def test_hours_are_a_setting(tonight: Edition, settings: Settings) -> None:
    settings.FREEZE_HOURS = (1, 1)
    assert freezing.of(tonight.course, now=timezone.now()) is None


def test_printing_at_the_desk_waits_or_says_why(tonight: Edition, teacher: Person) -> None:
    address, number = "/desk/now/print/", tonight.course.versions.get().number
    response = cast.browser(teacher).post(address, {"version": number})
    assert response.status_code == 422
    assert b'name="force"' in response.content
    assert cast.browser(teacher).post(address, {"version": number, "force": "  "}).status_code == 422
    assert forced(tonight) == []
    assert cast.browser(teacher).post(address, {"version": number, "force": "faute grave"}).status_code == 302
    assert forced(tonight) == ["faute grave"]


def test_a_typo_at_the_desk_waits_or_says_why(tonight: Edition, teacher: Person) -> None:
    browser, address = cast.browser(teacher), "/desk/now/units/lecon/edit/"
    page = browser.get(address)
    fields = {"version": page.context["form"].initial["version"], "text": page.context["form"].initial["text"] + "\n."}
    assert b'name="force"' in page.content
    response = browser.post(address, cast.form(**fields, save="1"))
    assert response.status_code == 422
    assert Version.objects.count() == 1
    assert browser.post(address, cast.form(**fields, save="1", force="faute grave")).status_code == 302
    assert Printing.objects.get(current=True).version.number == 2
    assert forced(tonight) == ["faute grave"]


def test_the_command_waits_or_says_why(tonight: Edition, tmp_path: Path) -> None:
    folder = tmp_path / "thin"
    shutil.copytree(cast.THIN, folder)
    lesson = next(folder.rglob("*lecon*.md"))
    lesson.write_text(lesson.read_text() + "\nEncore une phrase.\n")
    with pytest.raises(CommandError, match="--force"):
        call_command("import", str(folder))
    assert Version.objects.count() == 1
    call_command("import", str(folder), dry_run=True)
    call_command("import", str(folder), force="faute grave")
    assert Version.objects.count() == 2
    assert forced(tonight) == ["faute grave"]


def test_a_deployment_can_ask(tonight: Edition, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="now"):
        call_command("frozen")
    settings.FREEZE_HOURS = (0, 0)
    call_command("frozen")
    assert "no deadline" in capsys.readouterr().out
