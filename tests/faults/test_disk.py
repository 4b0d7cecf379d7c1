"""A full disk: a clear message, the former state kept, and the same thing works once there is room."""

import errno
import json
import logging
import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from preau.audit.models import Act
from preau.common.ids import new_id
from preau.content import printing, shelf
from preau.content.models import MediaFile, Version
from preau.courses.models import Course, Edition
from tests import cast

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(3_000_000)


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """The kernel refuses to let a file grow further: what a full disk does, at a chosen place."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def full_database() -> Iterator[None]:
    """SQLite may not take one page more."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # or the import finds room in pages that other tests left free
        before = cursor.execute("PRAGMA max_page_count").fetchone()[0]
        cursor.execute("PRAGMA max_page_count = 1")  # SQLite reads: as many as there are
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA max_page_count = {before}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The thin course with a picture of three megabytes."""
    made = Path(shutil.copytree(cast.THIN, tmp_path / "thin"))
    (made / "fr/debut/image.png").write_bytes(PICTURE)
    lesson = made / "fr/debut/01-lecon.md"
    lesson.write_text(lesson.read_text() + "\n![Un dessin](image.png)\n")
    return made


def media_files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_an_import_that_the_disk_refuses_says_so_and_leaves_nothing(folder: Path) -> None:
    with files_no_larger_than(1_000_000), pytest.raises(CommandError, match="Nothing was imported: File too large"):
        call_command("import", str(folder))
    assert not Course.objects.exists()
    assert not Version.objects.exists()
    assert media_files() == []
    call_command("import", str(folder))
    assert MediaFile.objects.get().size == len(PICTURE)


@pytest.mark.django_db
def test_a_second_version_that_finds_no_room_leaves_the_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch, edition: Edition
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as border:
        border.setattr("preau.content.media.os.fsync", full)
        with pytest.raises(CommandError, match="Nothing was imported: No space left on device"):
            call_command("import", str(folder))
    assert Version.objects.get().number == 1
    assert media_files() == []


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_full_database_refuses_an_import_whole(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(cast.THIN, tmp_path / "thin"))
    lesson = folder / "fr/debut/01-lecon.md"
    lesson.write_text(lesson.read_text() + "\n\n".join(f"Un mot, le numéro {n}." for n in range(12_000)))
    with full_database(), pytest.raises(CommandError, match="Nothing was imported: database or disk is full"):
        call_command("import", str(folder))
    assert not Course.objects.exists()
    call_command("import", str(folder))
    assert Version.objects.get().number == 1


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_an_act_that_finds_no_room_is_not_acknowledged_and_its_number_stays_free() -> None:
    edition = cast.edition(opens=cast.monday(timezone.now(), -1))
    ana = cast.person("Ana")
    cast.enrolment(ana, edition)
    client = cast.script(ana)
    client.raise_request_exception = False
    address, act = "/e/thin-1/me/fr/debut/cas/submit/", new_id()
    text = "x" * 59_000
    client.get("/me/")
    with full_database():
        codes = [client.post(address, cast.form(text=text)).status_code for _ in range(20)]
        assert codes[-1] == 500, "there was room to the end"
        refused = client.post(address, cast.form(act, text=text)).status_code
    assert refused == 500
    assert not Act.objects.filter(pk=act).exists()
    assert client.post(address, cast.form(act, text=text)).status_code == 200
    assert Act.objects.filter(pk=act).exists()


@pytest.mark.django_db(transaction=True)
def test_a_shelf_without_room_keeps_the_former_pages_and_is_mended_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    edition = cast.edition(opens=cast.monday(timezone.now(), -1))
    shelf.refresh()
    root = Path(settings.PAGES_ROOT)
    before = {p.name: p.read_bytes() for p in [root / "manifest.json", *(root / "bodies").iterdir()]}
    folder = Path(shutil.copytree(cast.THIN, tmp_path / "thin"))
    lesson = folder / "fr/debut/01-lecon.md"
    lesson.write_text(lesson.read_text().replace("un début", "un commencement"))
    version = cast.version(folder)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as border, caplog.at_level(logging.CRITICAL):
        border.setattr("preau.common.manifests.os.fsync", full)
        assert printing.print_version(edition, version, by=None, now=timezone.now()) == 1
    assert {p.name: p.read_bytes() for p in [root / "manifest.json", *(root / "bodies").iterdir()]} == before
    assert shelf.refresh_if_behind()
    digest = json.loads((root / "manifest.json").read_text())["/e/thin-1/fr/debut/lecon/"][0]
    assert "un commencement" in (root / "bodies" / f"{digest}.identity").read_text()
