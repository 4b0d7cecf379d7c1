"""A file made by somebody else: separators, encodings, headers, shapes; what is broken is said by its line."""

import csv
import io
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.past import decoding, reading
from preau.past.reading import Asked, Judge, Row, Unreadable
from preau.past.values import Bad

ASK = Asked(today=date(2026, 11, 29), keys={"quiz-1": "unit", "agile": "module", "classic": "track"}, own_from=8)
HEAD = "email;edition;unit;percent"
ANA = "ana@x.org;5;quiz-1;62"


def read(path: Path, data: bytes, ask: Asked = ASK) -> tuple[list[Row], dict[int, str]]:
    path.write_bytes(data)
    found = reading.opened(path, ask)
    judge, rows, wrong = Judge(found.layout, ask), list[Row](), dict[int, str]()
    for record in found.records:
        try:
            rows += judge.rows(record)
        except Bad as error:
            wrong[record.line] = error.code
    return rows, wrong


def refused(path: Path, data: bytes) -> tuple[int, str]:
    with pytest.raises(Unreadable) as error:
        read(path, data)
    return error.value.problem.line, error.value.problem.code


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "former.csv"


@pytest.mark.parametrize("mark", list(decoding.SEPARATORS))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_separator_and_line_end(path: Path, mark: str, end: str) -> None:
    rows, wrong = read(path, end.join([HEAD, ANA, ANA.replace("62", "63")]).replace(";", mark).encode())
    assert not wrong
    assert [(row.line, row.email, row.edition, row.key, row.percent) for row in rows] == [
        (2, "ana@x.org", 5, "quiz-1", 62),
        (3, "ana@x.org", 5, "quiz-1", 63),
    ]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_any_encoding(path: Path, encoding: str, said: str) -> None:
    text = "Courriel;Prénom;Nom;Session;Activité;Résultat\nzoé@x.org;Zoé;Lefèvre;5;quiz-1;62 %\n"
    rows, wrong = read(path, text.encode(encoding))
    assert (rows[0].name, rows[0].email, wrong) == ("Zoé Lefèvre", "zoé@x.org", {})
    assert decoding.encoding(path).name == said


@pytest.mark.parametrize(
    "head",
    [
        "E-mail;Session;Activité;Pourcentage",
        "ADRESSE MÉL;N° de session;unit;%  score",
        "adresse_courriel;Édition;Leçon;percent",
        "Email Address;Edition number;Quiz;Percentage",
        "sep=;\nemail;edition;unit;percent",
        "Export du 12 mars 2017\n\nemail;edition;unit;percent",
        "\ufeffemail;edition;unit;percent",
    ],
)
def test_headers_in_both_languages(path: Path, head: str) -> None:
    rows, wrong = read(path, f"{head}\n{ANA}\n".encode())
    assert not wrong
    assert [(row.email, row.edition, row.what, row.key, row.percent) for row in rows] == [
        ("ana@x.org", 5, "unit", "quiz-1", 62)
    ]


def test_two_columns_say_what_or_the_course_does(path: Path) -> None:
    rows, wrong = read(
        path,
        b"email;edition;type;id;passed\na@x.org;5;parcours;Classic;oui\na@x.org;5;;agile;admis\na@x.org;5;;unheard;1\n",
    )
    assert [(row.what, row.key, row.passed) for row in rows] == [("track", "classic", True), ("module", "agile", True)]
    assert wrong == {4: "what_of"}


def test_the_wide_shape_has_a_column_for_each_object(path: Path) -> None:
    head = "email,edition,unit:quiz-1,Quiz 9 /20,module : agile,track,passed,certificate,unit:devoir/20"
    rows, wrong = read(path, f"{head}\na@x.org,5,62,4,oui,classic,oui,GDP-1,15\nb@x.org,5,,,,,,,\n".encode())
    assert not wrong
    assert [(row.line, row.what, row.key, row.percent, row.passed, row.certificate) for row in rows] == [
        (2, "unit", "quiz-1", 62, None, ""),
        (2, "module", "agile", None, True, ""),
        (2, "unit", "devoir", 75, None, ""),
        (2, "track", "classic", None, True, "GDP-1"),
        (3, "edition", "", None, None, ""),
    ]


def test_a_unit_without_a_result_says_only_that_somebody_took_part(path: Path) -> None:
    rows, _ = read(path, f"{HEAD}\na@x.org;5;quiz-1;\n".encode())
    assert [(row.what, row.key) for row in rows] == [("edition", "")]


BROKEN = {
    "ana@x.org;5;quiz-1": "width",
    "ana@x.org;5;quiz-1;62;63": "width",
    ";5;quiz-1;62": "who",
    "ana;5;quiz-1;62": "email",
    "=cmd|' /C calc'!A0;5;quiz-1;62": "email",
    "ana@x.org;2016;quiz-1;62": "edition_year",
    "ana@x.org;5 ou 6;quiz-1;62": "edition_which",
    "ana@x.org;8;quiz-1;62": "own_edition",
    "ana@x.org;5;???;62": "key",
    "ana@x.org;5;quiz-1;140 %": "beyond",
    "ana@x.org;5;quiz-1;21/20": "beyond",
    "ana@x.org;5;quiz-1;bien": "result",
    "ana@x.org;5;quiz\x00-1;62": "nul",
    "ana@x.org;5;quiz-1;" + "9" * 20_000: "long_cell",
    "ana@x.org;5;" + "q" * 300_000: "too_long",
    '"ana@x.org;5;quiz-1;62': "open_quote",
}


@pytest.mark.parametrize(("line", "code"), BROKEN.items(), ids=range(len(BROKEN)))
def test_a_broken_line_is_said_by_its_number_and_spoils_no_other(path: Path, line: str, code: str) -> None:
    ben = ANA.replace("ana", "ben")
    rows, wrong = read(path, "\n".join([HEAD, ANA, line, ben, *[ANA] * 3]).encode())
    assert wrong == {3: code}
    assert [row.line for row in rows] == [2, 4, 5, 6, 7]


def test_a_quote_that_is_never_closed_spoils_its_line_only(path: Path) -> None:
    lines = [HEAD, ANA, '"ana@x.org;5;quiz-1;62', *[ANA] * 200]
    rows, wrong = read(path, "\n".join(lines).encode())
    assert wrong == {3: "open_quote"}
    assert len(rows) == 201


def test_a_quoted_cell_may_hold_separators_quotes_and_lines(path: Path) -> None:
    rows, wrong = read(path, b'email;edition;name\nana@x.org;5;"Silva; ""Ana""\nMaria"\nben@x.org;5;5" Ben\n')
    assert not wrong
    assert [(row.line, row.name) for row in rows] == [(2, 'Silva; "Ana" Maria'), (4, '5" Ben')]


def test_a_few_damaged_bytes_do_not_make_a_file_another_encoding(path: Path) -> None:
    text = "email;edition;name\n" + "zoe@x.org;5;Zoé Lefèvre\n" * 5
    rows, wrong = read(path, text.encode() + b"ben@x.org;5;B\xe9n\n")
    assert (len(rows), wrong) == (5, {7: "damaged"})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", (0, "empty")),
        (b"\n\n\n", (0, "empty")),
        (b"\xef\xbb\xbf", (0, "empty")),
        (b"\x00" * 5000, (1, "nul")),
        (b"name;edition\nAna;5\n", (1, "nobody")),
        (b"email;name\nana@x.org;Ana\n", (1, "no_edition")),
        (b"email;Courriel;edition\n", (1, "twice")),
        (b"email;edition;" + b"c;" * 10_000_000, (1, "too_long")),
        (b"email;edition;" + b";".join(b"c%d" % n for n in range(5000)), (1, "columns")),
        (b'"email;edition\n', (1, "open_quote")),
        (bytes(range(256)) * 4, (1, "nul")),
    ],
)
def test_a_file_that_cannot_be_read_says_why_in_one_sentence(path: Path, data: bytes, said: tuple[int, str]) -> None:
    line, code = refused(path, data)
    assert code == said[1]
    assert line <= 3


@given(st.binary(max_size=400))
def test_no_bytes_are_read_as_anything_but_rows_and_reasons(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    place = tmp_path_factory.getbasetemp() / "any.csv"
    for start in (b"", b"email;edition;percent\n"):
        with suppress(Unreadable):
            read(place, start + data)


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffd"), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=6), st.sampled_from(decoding.SEPARATORS))
def test_what_a_csv_writer_wrote_is_read_as_it_was(rows: list[list[str]], mark: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=mark, lineterminator="\n").writerows(rows)
    lines = list(enumerate(text.getvalue().splitlines(keepends=True), 1))
    wanted = [row for row in rows if mark.join(row).strip(" \t\r\n") or any('"' in cell for cell in row)]
    found = [record.cells for record in decoding.records(lines, mark) if not record.wrong]
    assert [row for row in found if any(row)] == [row for row in wanted if any(row)]
