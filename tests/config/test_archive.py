"""An archive as a stranger could have made it: refused in words, and nothing is written outside its folder."""

import io
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.config import archive
from preau.config.archive import BadArchive, Manifest, Writer

Members = dict[str, tuple[bytes, dict[str, Any]]]  # what is in it, and what its entry is made to be


def manifest(**fields: Any) -> Manifest:
    said = {"release": "1", "made_at": "2026-03-02", "server": "SQLite 3", "site_url": "https://mooc.example.org"}
    return Manifest(
        **{"format": 1, "engine": "sqlite", "database_bytes": 9, "people": 1, "migrations": [], **said, **fields}
    )


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """An archive as it should be."""
    path = tmp_path / "sound.tar"
    writer = Writer(path)
    for name, body in {
        "database.sqlite3.gz": b"a database",
        "files/media/ab/cd.png": b"a picture",
        "secret": b"key",
    }.items():
        writer.add(name, io.BytesIO(body), len(body))
    writer.finish(manifest())
    return path


def members(path: Path) -> Members:
    with tarfile.open(path) as tar:
        return {entry.name: (tar.extractfile(entry).read(), {}) for entry in tar}  # type: ignore[union-attr]


def made(path: Path, held: Members) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, (body, fields) in held.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            for field, value in fields.items():
                setattr(entry, field, value)
            tar.addfile(entry, io.BytesIO(body))
    return path


def unpack(path: Path, folder: Path) -> Manifest:
    folder.mkdir()
    return archive.unpack(path, folder, lambda done, total: None)


def test_a_sound_one_comes_back_as_it_was(sound: Path, tmp_path: Path) -> None:
    said = unpack(sound, tmp_path / "out")
    assert said.site_url == "https://mooc.example.org"
    assert (tmp_path / "out" / "files/media/ab/cd.png").read_bytes() == b"a picture"
    assert (tmp_path / "out" / "secret").stat().st_mode & 0o077 == 0
    assert sound.stat().st_mode & 0o777 == 0o600


def moved(to: str, **fields: Any) -> Callable[[Members], None]:
    def change(held: Members) -> None:
        held[to] = (held.pop("secret")[0], fields)

    return change


def said(**fields: Any) -> Callable[[Members], None]:
    def change(held: Members) -> None:
        held["manifest.json"] = (json.dumps({**json.loads(held["manifest.json"][0]), **fields}).encode(), {})

    return change


def touched(held: Members) -> None:
    held["files/media/ab/cd.png"] = (b"A picture", {})


def replaced(name: str, body: bytes) -> Callable[[Members], None]:
    def change(held: Members) -> None:
        held[name] = (body, {})

    return change


def without(name: str) -> Callable[[Members], None]:
    def change(held: Members) -> None:
        del held[name]

    return change


HOSTILE = {
    "out of the folder": (moved("files/../../secret"), "leaves the folder"),
    "absolute": (moved("/etc/passwd"), "is refused"),
    "a drive": (moved("files/C:/x"), "drive letter"),
    "backslashes": (moved("files/..\\..\\x"), "backslash"),
    "a control character": (moved("files/a\x1b[2Jb"), "control character"),
    "a symbolic link": (moved("secret", type=tarfile.SYMTYPE, linkname="/etc/passwd", size=0), "a link"),
    "a hard link": (moved("secret", type=tarfile.LNKTYPE, linkname="database.sqlite3.gz", size=0), "a link"),
    "a device": (moved("secret", type=tarfile.CHRTYPE, size=0), "a device"),
    "a page of the shelf": (moved("files/pages/manifest.json"), "no archive of ours"),
    "a script": (moved("files/static/built/preau.js"), "no archive of ours"),
    "a hidden file": (moved("files/media/.x"), "no archive of ours"),
    "the ledger as a file": (moved("files/erased.jsonl"), "no archive of ours"),
    "a stranger": (moved("virus.exe"), "is refused"),
    "one missing": (without("files/media/ab/cd.png"), "is missing from it"),
    "one more": (replaced("files/media/more", b"x"), "not in its manifest"),
    "one touched": (touched, "its content was changed"),
    "no manifest": (without("manifest.json"), "has no manifest"),
    "no database": (without("database.sqlite3.gz"), "holds no database"),
    "a manifest of noise": (replaced("manifest.json", b"\xff\x00"), "manifest cannot be read"),
    "a manifest of another kind": (replaced("manifest.json", b"[1]"), "manifest cannot be read"),
    "a manifest too deep": (replaced("manifest.json", b"[" * 100_000), "manifest cannot be read"),
    "another format": (said(format=2), "this release reads 1"),
    "another engine": (said(engine="oracle"), "another kind"),
    "people in words": (said(people="many"), "another kind"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_one_is_refused_in_words(sound: Path, tmp_path: Path, name: str) -> None:
    change, words = HOSTILE[name]
    held = members(sound)
    change(held)
    bad = made(tmp_path / "bad.tar", held)
    before = set(tmp_path.rglob("*"))
    with pytest.raises(BadArchive, match=words) as refused:
        unpack(bad, tmp_path / "out")
    assert "\x1b" not in str(refused.value)
    outside = {path for path in set(tmp_path.rglob("*")) - before if tmp_path / "out" not in (path, *path.parents)}
    assert not outside


def test_a_name_that_comes_twice_is_refused(sound: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tar"
    bad.write_bytes(sound.read_bytes())
    with tarfile.open(bad, "a") as tar:
        entry = tarfile.TarInfo("secret")
        entry.size = 3
        tar.addfile(entry, io.BytesIO(b"new"))
    with pytest.raises(BadArchive, match="twice"):
        unpack(bad, tmp_path / "out")


def test_a_cut_one_is_refused_wherever_it_is_cut(sound: Path, tmp_path: Path) -> None:
    whole = sound.read_bytes()
    for number, length in enumerate(range(0, len(whole) - 10240, 499)):
        bad = tmp_path / f"cut{number}.tar"
        bad.write_bytes(whole[:length])
        with pytest.raises(BadArchive):
            unpack(bad, tmp_path / f"out{number}")


@given(noise=st.binary(max_size=2000))
def test_noise_is_refused(noise: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("noise")
    (folder / "noise.tar").write_bytes(noise)
    with pytest.raises(BadArchive):
        unpack(folder / "noise.tar", folder / "out")


def test_what_is_kept_of_a_state_folder(tmp_path: Path) -> None:
    kept = ["media/ab/cd.png", "attachments/x", "new-room/deep/file"]
    left = [
        *("secret", "erased.jsonl", "backup.json", "preau.sqlite3", "preau.sqlite3-wal", "test.sqlite3", "serve.lock"),
        *("pages/manifest.json", "static/a.js", "demo/preau.sqlite3", "uploads/a/b", "watch/slow.jsonl", "mail/x"),
        *("media/.half", ".restore-1/secret", "setup.log", "old.tar", "postman/journal"),
    ]
    for name in [*kept, *left]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "media" / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "media" / "pipe")
    assert sorted(name for name, _path in archive.state_files(tmp_path)) == sorted(kept)
