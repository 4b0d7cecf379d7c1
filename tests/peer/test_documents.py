"""What a file is, by its content; what is refused, with what to do; who may read it."""

from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from preau.common.archives import LIMITS, bad_name
from preau.peer import documents, formats
from preau.peer.formats import Unfit
from preau.peer.terms import FORMATS
from tests.peer import papers

WORD = papers.docx("Un projet.")
KIND = {
    "projet.docx": (WORD, "docx"),
    "projet": (WORD, "docx"),
    "rapport v2.1": (WORD, "docx"),
    "feuille.xlsx": (papers.xlsx(), "xlsx"),
    "texte.odt": (papers.odt(), "odt"),
    "feuille.ods": (papers.ods(), "ods"),
    "exposé.odp": (papers.odp(), "odp"),
    "projet.pdf": (papers.pdf(), "pdf"),
    "PROJET.PDF": (b"\n" + papers.pdf(), "pdf"),
    "photo.jpg": (papers.photo((40, 30)), "jpeg"),
    "photo.png": (papers.photo((40, 30)), "jpeg"),  # many a phone changes the end of a name and not the picture
    "notes.md": (b"# Un projet\n", "txt"),
    "notes.txt": ("Déjà écrit sous Windows".encode("cp1252"), "txt"),
    "notes": ("Écrit avec sa marque".encode("utf-16"), "txt"),
}
MACRO = {"word/vbaProject.bin": b"x"}
NO_TYPES = papers.archive({"word/document.xml": "<w/>"})
OLD = formats.OLE + bytes(600)
HOSTILE = {
    "vide.docx": (b"", "empty"),
    "programme.pdf": (b"MZ\x90\x00" + bytes(300), "unknown"),
    "texte.pdf": (b"Je suis un PDF, promis.", "disguised"),
    "photo.docx": (papers.photo((40, 30)), "disguised"),
    "devoir.txt": (WORD, "disguised"),
    "page.html": (b"<html><script>alert(1)</script>", "unknown"),
    "dessin.svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "unknown"),
    "page.txt": (b"  <!DOCTYPE html><p>bonjour", "unknown"),
    "outil.sh": (b"#!/bin/sh\nrm -rf /\n", "unknown"),
    "donnees.csv": (b"a;b\n", "unknown"),
    "zeros.txt": (b"abc\0\x01", "unknown"),
    "archive.zip": (papers.archive({"a.txt": "a"}), "unknown"),
    "sans-types.docx": (NO_TYPES, "unknown"),
    "macros.docx": (papers.docx(more=MACRO), "macros"),
    "macros.docm": (WORD, "macros"),
    "feuille.ods": (papers.opened("spreadsheet", "", more={"Basic/Standard/Module1.xml": "<x/>"}), "macros"),
    "texte.odt": (papers.opened("text", "", more={"Scripts/python/a.py": "import os"}), "macros"),
    "bombe.docx": (papers.bomb(), "bomb"),
    "chemin.docx": (papers.docx(more={"../../etc/cron.d/a": "x"}), "names"),
    "absolu.docx": (papers.docx(more={"/etc/passwd": "x"}), "names"),
    "double.odt": (papers.opened("text", "", more={"Content.XML": "x"}), "names"),
    "coupe.docx": (WORD[: len(WORD) // 2], "broken"),
    "ancien.doc": (OLD, "old office"),
    "secret.docx": (OLD + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "secret.odt": (
        papers.opened("text", "", more={"META-INF/manifest.xml": "<m><manifest:encryption-data/></m>"}),
        "encrypted",
    ),
    "long.txt": (b"mot " * 300_000, "long text"),
}


def examine(tmp_path: Path, name: str, content: bytes, allowed: tuple[str, ...] = FORMATS) -> str:
    (tmp_path / "file").write_bytes(content)
    return formats.examine(name, tmp_path / "file", allowed)


@pytest.mark.parametrize("name", KIND)
def test_a_file_is_what_its_content_says(tmp_path: Path, name: str) -> None:
    content, kind = KIND[name]
    assert examine(tmp_path, name, content) == kind


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_received_says_why(tmp_path: Path, name: str) -> None:
    content, reason = HOSTILE[name]
    with pytest.raises(Unfit) as refused:
        examine(tmp_path, name, content)
    assert refused.value.reason == reason


def test_a_format_that_the_assignment_does_not_ask_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="not asked"):
        examine(tmp_path, "projet.docx", WORD, ("pdf",))


def test_an_archive_of_ours_leaves_nothing_beside_where_it_was_looked_at(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="names"):
        examine(tmp_path, "a.docx", papers.docx(more={"../sorti.txt": "x"}))
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_every_reason_says_what_to_do() -> None:
    for reason in {reason for _content, reason in HOSTILE.values()} | {"cannot be converted", "too many pages"}:
        assert len(reason) <= 40
        with translation.override("fr"):
            assert documents.REASONS[reason].count(".") >= 1


@given(st.text(max_size=300))
def test_a_name_is_safe_to_show_and_to_save(name: str) -> None:
    safe = formats.safe_name(name)
    assert safe
    assert "/" not in safe
    assert len(safe) <= 200
    assert not bad_name("x" + safe, LIMITS) or safe.startswith("..")
    assert formats.safe_name(safe) == safe


def test_the_end_of_a_long_name_stays() -> None:
    assert formats.safe_name("../../" + "a" * 300 + ".docx") == "a" * 110 + ".docx"
    assert formats.safe_name("C:\\Users\\Ana\\projet.pdf") == "projet.pdf"
