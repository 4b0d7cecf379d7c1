"""The gate: a folder or a ZIP comes in by its files, or is refused by name."""

import os
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.common.archives import Limits, Refused, natural, open_folder, walk_files

SMALL = Limits(files=5, total=40_000, file=30_000, media=35_000, ratio=10, ratio_from=1000)


def zipped(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def refusal(path: Path, limits: Limits = SMALL) -> Refused:
    with pytest.raises(Refused) as caught, open_folder(path, limits):
        pass
    return caught.value


def test_a_folder_is_yielded_as_it_is(tmp_path: Path) -> None:
    with open_folder(tmp_path) as folder:
        assert folder == tmp_path


def test_a_file_that_is_no_zip_is_yielded_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "quiz.gift").write_text("1+1? {=2}")
    with open_folder(tmp_path / "quiz.gift") as file:
        assert file.read_text() == "1+1? {=2}"


def test_a_zip_is_unpacked_under_its_own_name_and_removed_afterwards(tmp_path: Path) -> None:
    archive = zipped(
        tmp_path / "cours.zip", ("fr/1.md", b"# Un"), ("2.md", b"# Deux"), ("__MACOSX/x", b""), (".git/x", b"")
    )
    with open_folder(archive) as folder:
        assert folder.name == "cours"
        assert [one.name for one in walk_files(folder).files] == ["2.md", "fr/1.md"]
    assert not folder.exists()


def test_a_zip_of_one_folder_is_that_folder(tmp_path: Path) -> None:
    with open_folder(zipped(tmp_path / "main.zip", ("pert/course.yaml", b"slug: pert"))) as folder:
        assert (folder.name, (folder / "course.yaml").read_text()) == ("pert", "slug: pert")


@pytest.mark.parametrize(
    "name",
    ["../out.md", "a/../../out.md", "/etc/passwd", "C:/x.md", "c:x.md", "a\\b.md", "./x.md", "a//b.md", "nul",
     "a/CON.md", "Lpt1.txt", "a\tb.md", "x" * 300 + ".md", "/".join("abcdefghijklmnopqrstuvwxyz")],
)  # fmt: skip
def test_a_name_that_could_be_another_place_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(zipped(tmp_path / "x.zip", (zipfile.ZipInfo(name), b"x"))).reason
    assert sorted(one.name for one in tmp_path.iterdir()) == ["x.zip"]


@pytest.mark.parametrize("pair", [("a.md", "A.MD"), ("été.md", "e\u0301te\u0301.md"), ("straße.md", "STRASSE.md")])
def test_two_names_that_some_computers_confuse_are_refused(tmp_path: Path, pair: tuple[str, str]) -> None:
    refused = refusal(zipped(tmp_path / "x.zip", (pair[0], b""), (pair[1], b"")))
    assert (refused.name, pair[0] in refused.reason) == (pair[1], True)


def test_a_name_that_is_a_file_and_a_folder_is_refused(tmp_path: Path) -> None:
    assert "a file and a folder" in refusal(zipped(tmp_path / "x.zip", ("a", b""), ("a/b.md", b""))).reason


def test_links_and_devices_in_a_zip_are_refused(tmp_path: Path) -> None:
    for number, kind in enumerate((stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR)):
        entry = zipfile.ZipInfo("x.md")
        entry.external_attr = (kind | 0o644) << 16
        assert refusal(zipped(tmp_path / f"{number}.zip", (entry, b"/etc/passwd"))).name == "x.md"


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", ("x.md", b"x"))
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "encrypted" in refusal(path).reason


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    assert "more than 5" in refusal(zipped(tmp_path / "x.zip", *((f"{n}.md", b"") for n in range(6)))).reason


def test_one_large_file_and_many_middling_ones_are_refused(tmp_path: Path) -> None:
    assert "larger than" in refusal(zipped(tmp_path / "x.zip", ("x.md", b"x" * 30_001))).reason
    assert "more than" in refusal(zipped(tmp_path / "y.zip", ("1.md", b"x" * 25_000), ("2.md", b"y" * 25_000))).reason


def test_what_unpacks_to_far_more_than_it_weighs_is_refused(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "x.zip", ("x.md", b"\0" * 29_000), method=zipfile.ZIP_DEFLATED)
    assert "10 times" in refusal(bomb).reason


def test_a_header_that_lies_about_the_size_does_not_open_the_gate(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", ("x.md", b"x" * 39_000), method=zipfile.ZIP_DEFLATED)
    true, lie = (39_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(true, lie))
    assert refusal(path).reason


@given(st.binary(max_size=300))
def test_no_bytes_called_zip_do_more_than_be_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "x.zip"
    path.write_bytes(data)
    assert "cannot be read" in refusal(path).reason


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none").reason == "there is no such file or folder"


def test_names_sort_as_people_count() -> None:
    assert sorted(["10.md", "2.md", "B/1.md", "a/10.md", "a/9.md", "é.md", "1b.md"], key=natural) == [
        "1b.md", "2.md", "10.md", "a/9.md", "a/10.md", "B/1.md", "é.md"]  # fmt: skip


@given(st.lists(st.text(max_size=8)))
def test_any_names_can_be_sorted(names: list[str]) -> None:
    assert len(sorted(names, key=natural)) == len(names)


def test_a_walk_finds_regular_files_and_passes_over_hidden_ones(tmp_path: Path) -> None:
    for name in ("10.md", "2.md", ".hidden", ".git/config", "a/1.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    walk = walk_files(tmp_path)
    assert ([one.name for one in walk.files], walk.refused) == (["2.md", "10.md", "a/1.md"], ())


def test_a_walk_refuses_links_out_links_to_folders_dead_links_and_pipes(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (root / "1.md").write_text("x")
    (tmp_path / "secret.md").write_text("x")
    (root / "inside.md").symlink_to(root / "1.md")
    (root / "out.md").symlink_to(tmp_path / "secret.md")
    (root / "folder").symlink_to(root / "a")
    (root / "up").symlink_to(tmp_path)
    (root / "dead.md").symlink_to(root / "none")
    (root / "loop.md").symlink_to(root / "loop.md")
    os.mkfifo(root / "pipe.md")
    walk = walk_files(root)
    assert [one.name for one in walk.files] == ["1.md", "inside.md"]
    assert [one.name for one in walk.refused] == ["dead.md", "folder", "loop.md", "out.md", "pipe.md", "up"]


def test_a_walk_refuses_large_files_and_stops_at_its_count(tmp_path: Path) -> None:
    (tmp_path / "0.md").write_bytes(b"x" * 30_001)
    (tmp_path / "0.mp4").write_bytes(b"x" * 30_001)
    assert [one.name for one in walk_files(tmp_path, SMALL).refused] == ["0.md"]
    for number in range(6):
        (tmp_path / f"{number}.txt").write_text("x")
    assert any("more than 5" in one.reason for one in walk_files(tmp_path, SMALL).refused)
