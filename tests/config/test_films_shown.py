"""The films in the world of `./preau demo`: brought in once, beside a server, by a child that ends with it."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from preau.audit import journal
from preau.config import demo, processes, series
from preau.config.films import making, showing
from preau.config.management.commands import demo as demo_command
from preau.config.setup import ROOT
from preau.content.models import MediaFile, Printing, UnitText, Version
from preau.courses.models import Edition
from preau.interop.importing import import_path
from tests import cast
from tests.config.test_films import PATIENCE, REAL, SHORT, short
from tests.content import films

film = pytest.mark.film


def shown(edition: Edition) -> Version:
    return Printing.objects.select_related("version").get(edition=edition, current=True).version


def bring(folder: Path, said: list[str], text: str = SHORT) -> Version | None:
    source = short(folder, text)
    return showing.bring(cast.THIN, [source], folder / "films", by=cast.person("Dora"), tell=said.append)


@film
@pytest.mark.django_db(transaction=True)
def test_a_lesson_shows_its_film_in_both_languages_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    edition = cast.edition()
    version = bring(tmp_path, [])
    assert version is not None
    assert version.number == 2
    assert shown(edition) == version
    texts = UnitText.objects.filter(version=version, unit__key="lecon").order_by("language")
    assert [(text.language, text.meta["video"]) for text in texts] == [("en", "lecon.mp4"), ("fr", "lecon.mp4")]
    assert not [
        text for text in UnitText.objects.filter(version=version).exclude(unit__key="lecon") if "video" in text.meta
    ]
    kept = MediaFile.objects.filter(version=version).order_by("name")
    assert {Path(file.name).name for file in kept} >= {"lecon.mp4"}
    assert len({file.digest for file in kept if file.name.endswith(".mp4")}) == 1
    revision = Edition.objects.get(pk=edition.pk).revision
    said: list[str] = []
    source = short(tmp_path)
    again = showing.bring(cast.THIN, [source], tmp_path / "films", by=None, tell=said.append)
    assert (again, Version.objects.count(), said) == (version, 2, [])
    assert Edition.objects.get(pk=edition.pk).revision == revision


@film
@pytest.mark.django_db(transaction=True)
def test_an_edition_corrected_at_the_desk_keeps_its_text(tmp_path: Path) -> None:
    edition = cast.edition()
    before = shown(edition)
    journal.log("unit.corrected", by=None, about="edition", about_id=edition.pk, at=cast.MONDAY)
    said: list[str] = []
    assert bring(tmp_path, said) is not None
    assert shown(edition) == before
    assert any(edition.slug in sentence for sentence in said)


@pytest.mark.django_db(transaction=True)
def test_without_the_programs_it_says_so_once_and_the_course_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = cast.edition()
    before = shown(edition)
    monkeypatch.setenv("PATH", str(tmp_path))
    said: list[str] = []
    assert bring(tmp_path, said) is None
    (sentence,) = said
    assert "espeak-ng" in sentence
    assert "ffmpeg" in sentence
    assert (shown(edition), Version.objects.count()) == (before, 1)


@film
@pytest.mark.django_db(transaction=True)
def test_films_that_are_there_need_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.edition()
    making.make(short(tmp_path), tmp_path / "films")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bring(tmp_path, []) is not None


@film
@pytest.mark.django_db(transaction=True)
def test_a_script_of_no_lesson_changes_nothing(tmp_path: Path) -> None:
    edition = cast.edition()
    before = shown(edition)
    with pytest.raises(making.Unfilmable, match="no lesson of the course has the id absente"):
        bring(tmp_path, [], SHORT.replace("unit: lecon", "unit: absente"))
    assert (shown(edition), Version.objects.count()) == (before, 1)


@film
@pytest.mark.django_db
def test_the_sample_course_comes_in_with_its_films_and_no_problem(tmp_path: Path) -> None:
    made: dict[Path, Path] = {}
    for source in REAL:
        folder = tmp_path / source.stem
        folder.mkdir()
        (folder / f"{source.stem}.mp4").write_bytes(films.film(1))
        made[source] = folder
    report = import_path(showing.compose(series.COURSE, made, tmp_path), slug=None, by=None, now=cast.MONDAY)
    assert (report.videos, report.skipped) == (3, [])
    assert report.version is not None
    named = MediaFile.objects.filter(version=report.version, video__isnull=False)
    assert {Path(file.name).stem for file in named} == {source.stem for source in REAL}


@pytest.mark.parametrize(
    ("words", "serve", "wanted"),
    [
        ([], True, True),
        (["--no-films"], True, False),
        (["--no-serve"], False, False),
        (["--no-serve", "--films"], False, True),
    ],
)
def test_videos_come_with_what_is_served_or_when_asked_for(
    words: list[str], serve: bool, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[demo.Wanted] = []
    monkeypatch.setattr(demo_command, "run", seen.append)
    call_command("demo", *words)
    assert [(one.serve, one.films) for one in seen] == [(serve, wanted)]


def test_the_child_that_makes_videos_ends_with_the_server(tmp_path: Path) -> None:
    state = tmp_path / "demo"
    state.mkdir()
    port = processes.free_port()
    parent = (
        "import sys, time; from pathlib import Path; from preau.config import demo\n"
        f"wanted = demo.Wanted(learners=1, seed=1, port={port}, keep=True, serve=True, json=None, films=True)\n"
        "child = demo.filming(Path(sys.argv[1]), wanted); print(child.pid, flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-P", "-c", parent, str(state)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        assert "--bring-films" in Path(f"/proc/{child}/cmdline").read_text()
        process.send_signal(signal.SIGKILL)
    assert processes.wait_until(lambda: gone(child), PATIENCE)


def gone(child: int) -> bool:
    try:
        return "--bring-films" not in Path(f"/proc/{child}/cmdline").read_text()
    except OSError:
        return True


@film
@pytest.mark.django_db(transaction=True)
def test_the_childs_command_makes_every_script_into_a_film_of_the_world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    edition = cast.edition()
    (tmp_path / "scripts").mkdir()
    short(tmp_path / "scripts")
    monkeypatch.setattr(making, "SCRIPTS", tmp_path / "scripts")
    monkeypatch.setattr(series, "COURSE", cast.THIN)
    monkeypatch.setenv("PREAU_VAR", str(tmp_path / "demo"))
    call_command("demo", "--bring-films", "now")
    assert shown(edition).number == 2
    assert "version 2" in capsys.readouterr().err
    (kept,) = (tmp_path / "films").glob("lecon-*")
    assert (kept / "lecon.mp4").stat().st_size


def test_a_build_that_is_not_served_waits_for_its_videos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Mapping[str, Any]] = []

    class Child:
        def __init__(self, words: list[str], **named: Any) -> None:
            ran.append({"words": words, **named})

        def wait(self) -> int:
            return 0

    monkeypatch.setattr(subprocess, "Popen", Child)
    monkeypatch.setattr(demo, "build", lambda state, wanted: None)
    monkeypatch.setattr(demo, "read", lambda target: {})
    monkeypatch.setattr(demo, "tell", lambda report, wanted: None)
    monkeypatch.setenv("PREAU_VAR", str(tmp_path))
    demo.run(demo.Wanted(learners=1, seed=1, port=8000, keep=False, serve=False, json=None, films=True))
    (child,) = ran
    assert child["words"][-4:] == ["--bring-films", "now", "--port", "8000"]
    assert child["env"]["PREAU_VAR"] == os.fspath(tmp_path.resolve() / "demo")
