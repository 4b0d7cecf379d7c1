"""Courses that lie, break or attack: a clear message by file and line, and the former state kept."""

import io
import json
import shutil
import stat
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from preau.content.models import MediaFile, Module, Unit, UnitText, Version
from preau.courses.models import Course, Edition
from preau.quizzes.models import QuestionSpec
from tests import cast

pytestmark = pytest.mark.django_db
LESSON = "fr/debut/01-lecon.md"
QUIZ = "fr/debut/02-quiz.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the thin course, to be broken."""
    return Path(shutil.copytree(cast.THIN, tmp_path / "thin"))


def state() -> list[int]:
    return [table.objects.count() for table in (Course, Version, Module, Unit, UnitText, MediaFile, QuestionSpec)]


def refused(path: Path, tmp_path: Path) -> list[str]:
    """Import it beside what is there already; what the refusal says, line by line. Nothing may have changed."""
    before, said, told = state(), io.StringIO(), tmp_path / "told.json"
    with pytest.raises(CommandError, match=r"Nothing was imported: [0-9]+ problem"):
        call_command("import", str(path), stderr=said, json=told)
    assert state() == before
    lines = said.getvalue().splitlines()
    assert len(json.loads(told.read_text())["skipped"]) == len(lines)
    assert not [line for line in lines if "Traceback" in line or "Error" in line]
    return lines


def edit(folder: Path, file: str, old: str, new: str) -> Path:
    path = folder / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    return folder


def test_a_file_that_is_missing_is_named_with_its_line(edition: Edition, folder: Path, tmp_path: Path) -> None:
    edit(folder, LESSON, "Un **projet**", "![Un dessin](absent.png)\n\nUn **projet**")
    (line,) = refused(folder, tmp_path)
    assert line.startswith(f"{LESSON}:7: ")
    assert "absent.png" in line


def test_a_pool_that_is_missing_is_named(edition: Edition, folder: Path, tmp_path: Path) -> None:
    edit(folder, QUIZ, "attempts: 2", "attempts: 2\ndraw: {pool: nulle-part, count: 3}")
    assert any(line.startswith(f"{QUIZ}:8: ") and "nulle-part" in line for line in refused(folder, tmp_path))


def test_two_units_of_one_id_are_named(edition: Edition, folder: Path, tmp_path: Path) -> None:
    edit(folder, "fr/debut/04-cas.md", "id: cas", "id: lecon")
    assert any("lecon" in line and line.startswith("fr/debut/04-cas.md:2: ") for line in refused(folder, tmp_path))


def test_dates_that_go_backwards_are_named(edition: Edition, folder: Path, tmp_path: Path) -> None:
    edit(folder, "fr/debut/05-examen.md", "closes: w3 sun 23:59", "closes: w2 sun 23:59")
    (line,) = refused(folder, tmp_path)
    assert line.endswith("closes (w2 sun 23:59) is before opens (w3 mon 08:00)")


@pytest.mark.parametrize(
    "date", ["tomorrow", "w0 mon 08:00", "w1 mon 25:00", "2026-02-30 08:00", "w1 mond 08:00", "${7*7}"]
)
def test_a_date_that_is_none_is_named(edition: Edition, folder: Path, tmp_path: Path, date: str) -> None:
    edit(folder, QUIZ, "due: w1 sun 23:59", f"due: {date}")
    assert any(line.startswith(f"{QUIZ}:6: due:") for line in refused(folder, tmp_path))


def test_a_line_of_fifty_megabytes_is_refused_at_once(edition: Edition, folder: Path, tmp_path: Path) -> None:
    with (folder / LESSON).open("a") as file:
        file.write("*_[" * 17_000_000)
    lines = refused(folder, tmp_path)
    assert any(LESSON in line for line in lines)


@pytest.mark.parametrize(
    "text", ["*" * 900_000, "[" * 900_000, "> " * 400_000, "`" * 900_001, "|" * 900_000, "$" * 900_001]
)
def test_a_line_made_to_last_is_refused_or_read_in_time(folder: Path, text: str) -> None:
    (folder / LESSON).write_text(f"---\nid: lecon\nkind: lesson\ntitle: T\n---\n{text}\n")
    try:
        call_command("import", str(folder), stderr=io.StringIO(), stdout=io.StringIO())
    except CommandError as error:
        assert str(error).startswith("Nothing was imported")  # noqa: PT017  either end is right


@pytest.mark.parametrize(
    "yaml",
    [
        "slug: thin\ntitle: [unclosed",
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]",
        "slug: !!python/object/apply:os.system ['true']",
        "slug: thin\nslug: other",
        "- a\n- list",
        "",
        "\x00",
        "slug: ../../etc\ntitle: T\nlanguages: [fr]\nmodules: []",
        "slug: thin\ntitle: T\nlanguages: [../fr]\nmodules: [{id: ../debut, title: T}]",
        "slug: thin\ntitle: T\nlanguages: [fr]\nmodules: 7\ntracks: never",
        "slug: thin\ntitle: T\nlanguages: [fr]\nmodules: [{id: debut, title: T}]\ntracks: {a: {needs: [{run: x}]}}",
    ],
)
def test_a_course_yaml_that_is_none_is_refused(edition: Edition, folder: Path, tmp_path: Path, yaml: str) -> None:
    (folder / "course.yaml").write_text(yaml)
    assert all(":" in line for line in refused(folder, tmp_path))


@pytest.mark.parametrize("data", [b"\xff\xfe\x00u\x00t\x00f", b"caf\xe9", b"zero \x00 byte", b"---\nid: [\n---\n"])
def test_a_text_that_is_none_is_named(edition: Edition, folder: Path, tmp_path: Path, data: bytes) -> None:
    (folder / LESSON).write_bytes(data)
    assert any(line.startswith(f"{LESSON}:") for line in refused(folder, tmp_path))


def zipped(tmp_path: Path, *extra: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    path = tmp_path / "course.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(cast.THIN.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(cast.THIN).as_posix())
        for name, data in extra:
            archive.writestr(name, data)
    return path


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    ("entry", "data", "reason"),
    [
        ("../outside.md", b"x", "its name leaves the folder"),
        ("fr/debut/../../../outside.md", b"x", "its name leaves the folder"),
        ("/etc/outside.md", b"x", "its name is absolute"),
        ("C:/outside.md", b"x", "drive letter"),
        ("fr\\..\\outside.md", b"x", "backslash"),
        ("fr/con.md", b"x", "device"),
        ("FR/DEBUT/01-LECON.md", b"x", "cannot tell its name from"),
        ("fr/\u202egnp.exe", b"x", ""),
        (link("fr/debut/passwd.md"), b"/etc/passwd", "symbolic link"),
        ("fr/debut/bomb.png", bytes(60_000_000), "larger than|times its packed size"),
    ],
)
def test_an_archive_that_attacks_is_refused_whole(
    edition: Edition, tmp_path: Path, entry: zipfile.ZipInfo | str, data: bytes, reason: str
) -> None:
    path = zipped(tmp_path, (entry, data))
    if not reason:  # a name that turns its direction harms nobody here: it is a file that no text names
        call_command("import", str(path), stdout=io.StringIO())
        return
    (line,) = refused(path, tmp_path)
    assert any(part in line for part in reason.split("|")), line
    assert not list(tmp_path.rglob("outside.md"))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and then nothing", b"not a zip at all" * 100])
def test_an_archive_that_is_none_is_refused(edition: Edition, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "course.zip").write_bytes(data)
    (line,) = refused(tmp_path / "course.zip", tmp_path)
    assert "the ZIP cannot be read" in line


def test_a_link_out_of_the_folder_is_not_followed(edition: Edition, folder: Path, tmp_path: Path) -> None:
    (folder / "fr/debut/image.png").symlink_to("/etc/hostname")
    edit(folder, LESSON, "Un **projet**", "![Un dessin](image.png)\n\nUn **projet**")
    assert any("link" in line for line in refused(folder, tmp_path))


@pytest.mark.parametrize(
    "target", ["../../../../etc/hostname", "/etc/hostname", "..%2f..%2fsecret", "file:///etc/hostname"]
)
def test_a_reference_out_of_the_folder_brings_nothing_in(folder: Path, tmp_path: Path, target: str) -> None:
    edit(folder, LESSON, "Un **projet**", f"![Un dessin]({target})\n\nUn **projet**")
    said = io.StringIO()
    try:
        call_command("import", str(folder), stdout=said, stderr=said)
    except CommandError:
        assert said.getvalue()
    assert not MediaFile.objects.exists()


def test_nothing_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no such file or folder"):
        call_command("import", str(tmp_path / "nowhere"))
    (tmp_path / "empty").mkdir()
    assert "nothing here that becomes a unit" in refused(tmp_path / "empty", tmp_path)[0]


def test_what_the_refusal_quotes_is_shown_as_text(edition: Edition, folder: Path, tmp_path: Path) -> None:
    edit(folder, LESSON, "kind: lesson", 'kind: lesson\n"<script>alert(1)</script>\\e[31m": 1')
    lines = refused(folder, tmp_path)
    assert not [line for line in lines if "\x1b" in line]
