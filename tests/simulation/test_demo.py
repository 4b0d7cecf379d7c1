"""How a sample world takes its place: whole or not at all. The world itself is played by `./preau demo`."""

import fcntl
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from preau.config import demo, series, world
from preau.config.setup import SetupError
from preau.courses import freezing
from preau.courses.actions import dates_state
from preau.courses.models import Edition, Role
from preau.courses.rules import EnrolmentState
from preau.interop.importing import import_path
from preau.simulation import rules
from preau.support.models import Announcement
from tests import cast

WANTED = demo.Wanted(learners=12, seed=1, port=8000, keep=False, serve=False, json=None)
REPORT: dict[str, Any] = {
    "table": "figures",
    "url": "http://127.0.0.1:8000/e/one/",
    "credential": "credentials/one/A.json",
    "editions": [{"told": "edition 1, finished", "edition": "one"}],
    "logins": [{"role": "teacher", "email": "teacher@demo.example", "password": "craie"}],
}


def a_world(folder: Path, mark: str) -> Path:
    folder.mkdir(parents=True)
    (folder / demo.REPORT).write_text(json.dumps({**REPORT, "mark": mark}), encoding="utf-8")
    return folder


def mark(target: Path) -> str:
    return str(json.loads((target / demo.REPORT).read_text(encoding="utf-8"))["mark"])


def a_builder(monkeypatch: pytest.MonkeyPatch, code: int) -> list[dict[str, str]]:
    """Stands for the world's own process; gives back the environments it was given."""
    seen: list[dict[str, str]] = []

    def run(command: list[str], *, env: dict[str, str], **_: Any) -> SimpleNamespace:
        seen.append(env)
        (Path(env["PREAU_VAR"]) / demo.REPORT).write_text(json.dumps({**REPORT, "mark": "new"}), encoding="utf-8")
        return SimpleNamespace(returncode=code)

    monkeypatch.setattr(subprocess, "run", run)
    return seen


def test_a_new_world_replaces_the_former_after_saying_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    a_world(tmp_path / "demo", "old")
    a_builder(monkeypatch, 0)
    demo.build(tmp_path, WANTED)
    assert mark(tmp_path / "demo") == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]
    assert "will replace it" in capsys.readouterr().err


def test_a_build_that_fails_leaves_the_former_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_world(tmp_path / "demo", "old")
    a_builder(monkeypatch, 1)
    with pytest.raises(SetupError, match="untouched"):
        demo.build(tmp_path, WANTED)
    assert mark(tmp_path / "demo") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_what_a_killed_build_left_is_removed_at_the_next_run(tmp_path: Path) -> None:
    a_world(tmp_path / "demo", "old")
    a_world(tmp_path / ".demo-1234", "half")
    demo.clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_a_kill_between_the_two_renames_is_mended(tmp_path: Path) -> None:
    a_world(tmp_path / demo.FORMER, "old")
    a_world(tmp_path / ".demo-1234", "new")
    demo.clear(tmp_path)
    assert mark(tmp_path / "demo") == "old"


def test_the_sample_world_sees_nothing_of_the_operators_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://real")
    monkeypatch.setenv("SECRET_KEY_FILE", "/somewhere")
    seen = a_builder(monkeypatch, 0)
    demo.build(tmp_path, WANTED)
    assert not {"DATABASE_URL", "SECRET_KEY", "SECRET_KEY_FILE"} & seen[0].keys()
    assert seen[0]["SITE_URL"] == "http://127.0.0.1:8000"


def test_one_builder_at_a_time(tmp_path: Path) -> None:
    with demo.sole(tmp_path), pytest.raises(SetupError, match="another"), demo.sole(tmp_path):
        pass


def test_a_world_being_served_is_left_alone(tmp_path: Path) -> None:
    target = a_world(tmp_path / "demo", "old")
    with (target / "serve.lock").open("a+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(SetupError, match="stop it first"):
            demo.refuse_served(target)
    demo.refuse_served(target)


def test_nothing_to_keep_is_said(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no demo"):
        demo.read(tmp_path / "demo")


def test_the_report_names_the_credential_where_it_now_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = demo.read(a_world(tmp_path / "demo", "new"))
    assert report["credential"] == str(tmp_path / "demo" / "credentials" / "one" / "A.json")
    demo.tell(report, WANTED)
    shown = capsys.readouterr().out
    assert "teacher@demo.example" in shown
    assert "http://127.0.0.1:8000/e/one/" in shown


@pytest.mark.parametrize("hour", [0, 5, 23])
@pytest.mark.parametrize("day", range(1, 8))
def test_on_any_day_one_edition_is_over_one_in_its_second_week_one_to_come(day: int, hour: int) -> None:
    now = datetime(2026, 3, 22 + day, hour, 30, tzinfo=UTC)  # the clocks go forward at its end
    opens = series.openings(now)
    assert opens[1] + series.LENGTH < now
    assert timedelta(days=6) < now - opens[2] < timedelta(days=14)
    assert timedelta(days=13) < opens[3] - now < timedelta(days=22)


def test_the_editions_of_the_world_say_what_they_are(db: None) -> None:
    now = timezone.now()
    staff = world.people()
    made = series.editions(cast.version(now=now), now, staff.teacher)
    states = [dates_state(edition, now) for edition in made.values()]
    assert states == [EnrolmentState.OVER, EnrolmentState.RUNNING, EnrolmentState.OPEN]
    assert [(one.number, one.slug) for one in Edition.objects.order_by("number")] == [
        (number, f"thin-{number}") for number in (1, 2, 3)
    ]
    assert {one.opens_at: number for number, one in made.items()} == {
        at: number for number, at in series.openings(now).items()
    }
    assert not Announcement.objects.exists()
    assert not Role.objects.exists()
    assert staff.member.email.endswith(rules.DOMAIN)


def test_the_first_version_lacks_the_newest_elective_and_nothing_else(db: None, tmp_path: Path) -> None:
    course = series.without(series.COURSE, series.ELECTIVE, tmp_path)
    here = {path.relative_to(course) for path in course.rglob("*") if path.is_file()}
    whole = {path.relative_to(series.COURSE) for path in series.COURSE.rglob("*") if path.is_file()}
    assert {path.parts[:2] for path in whole - here} == {("fr", series.ELECTIVE), ("en", series.ELECTIVE)}
    assert not here - whole
    report = import_path(course, slug=None, by=None, now=cast.MONDAY, dry_run=True)
    assert report.skipped == []


@pytest.mark.parametrize("hour", [0, 3, 9, 11])
def test_the_elective_comes_before_now_and_outside_a_freeze(db: None, hour: int) -> None:
    now = datetime(2026, 3, 23, hour, 30, tzinfo=series.ZONE)  # a Monday
    staff = world.people()
    made = series.editions(cast.version(now=now), now, staff.teacher)
    added = series.elective(made[2], made[3], staff.teacher, now)
    assert made[2].opens_at + timedelta(days=6) < added.at < now
    assert freezing.of(made[2].course, now=added.at) is None
