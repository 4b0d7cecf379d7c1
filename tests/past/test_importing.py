"""A file of former people comes in, whole or not at all; the same one twice changes nothing."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from preau.audit.http import Refused
from preau.audit.models import Entry
from preau.courses.models import Course
from preau.past import importing, laying, matching, queries
from preau.past.models import Doubt, Former, FormerResult, Source
from preau.past.report import Report
from tests import cast
from tests.past.stage import HEAD, ORIGIN, bring, rows, wrote

ANA = "ana@example.org;1;Ana;5;quiz-1;10;20"
BEN = "ben@example.org;2;Ben;5;quiz-1;15;20"


def test_people_and_results_come_in(course: Course, tmp_path: Path) -> None:
    report = bring(
        wrote(
            tmp_path,
            HEAD,
            " Ana@Example.org ;00123;Ana Silva;session 5;Quiz 1;15,5;20",
            "ana@example.org;;Ana Silva;Édition n° 6;quiz_1;62 %;",
            ";0456;Ben Diallo;5;quiz-1;12/16;",
        ),
        course,
    )
    assert report.written
    assert not report.problems
    assert rows() == [
        ("", "456", 5, "unit", "quiz-1", 75.0, None),
        ("ana@example.org", "123", 5, "unit", "quiz-1", 77.5, None),
        ("ana@example.org", "123", 6, "unit", "quiz-1", 62.0, None),
    ]
    assert Source.objects.get().origin == ORIGIN
    assert Entry.objects.filter(verb="former.imported").count() == 1


def test_the_same_file_twice_changes_nothing(course: Course, tmp_path: Path) -> None:
    path = wrote(tmp_path, HEAD, ANA)
    bring(path, course)
    before = rows()
    assert bring(path, course).unchanged
    assert rows() == before
    assert Source.objects.count() == Former.objects.count() == 1


def test_the_same_results_in_another_file_are_known_already(course: Course, tmp_path: Path) -> None:
    bring(wrote(tmp_path, HEAD, ANA), course)
    report = bring(wrote(tmp_path, HEAD, BEN, ANA), course)
    assert (report.counts["known"], report.counts["results"]) == (1, 1)
    assert len(rows()) == 2


def test_another_file_adds_a_certificate_with_its_own_provenance(course: Course, tmp_path: Path) -> None:
    bring(wrote(tmp_path, "email;edition;track;percent", "ana@example.org;5;classic;81"), course)
    certificates = wrote(tmp_path, "email;edition;track;certificate", "ana@example.org;5;classic;GDP-1", name="c.csv")
    bring(certificates, course, origin="The school")
    (kept,) = queries.of_former(Former.objects.get())
    assert (kept.fact.percent, kept.fact.passed, kept.certificate) == (81, True, "GDP-1")
    assert ORIGIN in kept.fact.source
    assert "The school" in kept.fact.source


def test_a_result_that_another_file_contradicts_is_said_with_both(course: Course, tmp_path: Path) -> None:
    bring(wrote(tmp_path, HEAD, ANA), course)
    report = bring(wrote(tmp_path, HEAD, BEN, ANA.replace("10;20", "11;20")), course)
    assert [(one.line, one.code, one.values["other"]) for one in report.problems] == [(3, "torn_with", 2)]
    assert len(rows()) == 1
    assert Source.objects.count() == 1


def test_with_a_broken_line_nothing_is_written_unless_asked(course: Course, tmp_path: Path) -> None:
    path = wrote(tmp_path, HEAD, ANA, "nobody;;;5;quiz-1;10;20", BEN)
    report = bring(path, course)
    assert (report.broken, report.written, rows()) == (1, False, [])
    assert not Source.objects.exists()
    report = bring(path, course, skip_broken=True)
    assert report.written
    assert [row[0] for row in rows()] == ["ana@example.org", "ben@example.org"]


def test_what_is_kept_of_broken_lines_quotes_nobody(course: Course, tmp_path: Path) -> None:
    bring(wrote(tmp_path, HEAD, ANA, "secret@nowhere;;;5;quiz-1;10;20"), course, skip_broken=True)
    assert "secret" not in json.dumps(Source.objects.get().remarks)


def test_a_dry_run_says_all_and_writes_nothing(course: Course, tmp_path: Path) -> None:
    report = bring(wrote(tmp_path, HEAD, ANA, BEN), course, dry_run=True)
    assert (report.counts["results"], report.counts["new_people"]) == (2, 2)
    assert not Source.objects.exists()
    assert not Former.objects.exists()


def test_identical_rows_count_once_and_are_told(course: Course, tmp_path: Path) -> None:
    report = bring(wrote(tmp_path, HEAD, ANA, BEN, ANA), course)
    assert report.counts["duplicates"] == 1
    assert [(one.line, one.values) for one in report.remarks if one.code == "same"] == [(4, {"other": 2})]
    assert len(rows()) == 2


def test_doubtful_rows_are_nobodys_and_listed(course: Course, tmp_path: Path) -> None:
    report = bring(wrote(tmp_path, HEAD, ANA, "ana@example.org;9;Ana;5;quiz-2;10;20", BEN), course)
    assert report.counts["doubts"] == 2
    assert [row[0] for row in rows()] == ["ben@example.org"]
    assert {doubt.kind for doubt in Doubt.objects.all()} == {matching.TWO_NUMBERS}


def test_an_edition_that_is_our_own_is_refused(course: Course, tmp_path: Path) -> None:
    report = bring(wrote(tmp_path, HEAD, ANA.replace(";5;", ";8;")), course)
    assert [one.code for one in report.problems] == ["own_edition"]


def test_dates_follow_the_file(course: Course, tmp_path: Path) -> None:
    head, line = "email;edition;track;passed;date", "{}@example.org;5;classic;oui;{}"
    bring(wrote(tmp_path, head, line.format("ana", "03/04/2016"), line.format("ben", "03/25/2016")), course)
    days = FormerResult.objects.order_by("line").values_list("at", flat=True)
    assert [f"{day}" for day in days] == ["2016-03-04", "2016-03-25"]
    mixed = [line.format("cho", "03/04/2016"), line.format("dan", "03/25/2016"), line.format("eve", "25/03/2016")]
    report = bring(wrote(tmp_path, head, *mixed), course)
    assert [(one.line, one.code) for one in report.problems] == [(2, "date_mixed")]


def test_somebody_known_by_an_address_learns_their_number(course: Course, tmp_path: Path) -> None:
    bring(wrote(tmp_path, HEAD, ANA.replace(";1;", ";;")), course)
    bring(wrote(tmp_path, HEAD, ANA.replace("quiz-1", "quiz-2")), course)
    assert Former.objects.get().number == "1"


def test_only_one_file_of_a_course_is_written_at_a_time(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half(course, wrote(tmp_path, HEAD, ANA, BEN), monkeypatch)
    with pytest.raises(Refused):
        bring(wrote(tmp_path, HEAD, BEN, name="other.csv"), course)


def half(course: Course, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bring a file in up to its second row, and stop there."""

    def cut(*words: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(importing, "BATCH", 1)
        patch.setattr(importing, "_finish", cut)
        with pytest.raises(KeyboardInterrupt):
            bring(path, course)


def test_stopped_nothing_counts_and_the_same_file_goes_on(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = wrote(tmp_path, HEAD, ANA, BEN)
    half(course, path, monkeypatch)
    assert FormerResult.objects.count() == 2
    assert queries.totals(course.pk) == []
    assert queries.of_former(Former.objects.order_by("email")[0]) == []
    dora = cast.person("Dora")
    cast.role(dora, "administrator")
    assert cast.browser(dora).get("/desk/courses/thin/former/").status_code == 200
    report = bring(path, course)
    assert (report.resumed, report.written, len(rows())) == (True, True, 2)
    assert queries.reported(queries.totals(course.pk), "enrolled")


def test_gone_on_with_after_people_changed_it_begins_again(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = wrote(tmp_path, HEAD, ANA, BEN)
    half(course, path, monkeypatch)
    Former.objects.create(course=course, email="", number="77", name="Somebody else")
    report = bring(path, course)
    assert (report.resumed, report.written, len(rows())) == (False, True, 2)
    assert Source.objects.count() == 1


def test_another_process_at_the_same_file_does_nothing_twice(course: Course, tmp_path: Path) -> None:
    path, report = wrote(tmp_path, HEAD, ANA), Report("former.csv", "people")
    ask = laying.asked(course, {}, timezone.now().date())
    laid = laying.lay(path, course, None, ask, report, laying.silent)
    source = importing.open_source(course, report, digest="d", origin="o", by=None, now=timezone.now())
    importing.write_batch(source, laid, 0, 1)
    with pytest.raises(Refused):
        importing.write_batch(source, laid, 0, 1)
    laid.scratch.close()
    assert FormerResult.objects.count() == 1


def command(path: Path, **options: object) -> None:
    call_command("former", "thin", str(path), "--from", ORIGIN, **options)


def test_the_command_says_what_came_in(course: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "report.json"
    command(wrote(tmp_path, HEAD + ";Remarque", ANA + ";bonne"), json=out)
    said = capsys.readouterr()
    assert "results 1" in said.out
    assert "The column “Remarque” is not understood" in said.err
    assert json.loads(out.read_text())["counts"]["people"] == 1


def test_the_command_refuses_by_line(course: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="1 broken line"):
        command(wrote(tmp_path, HEAD, ANA, "\x1b[31mnobody;;;5;quiz-1;10;20"))
    assert "former.csv:3:" in (err := capsys.readouterr().err)
    assert "\x1b" not in err


@pytest.mark.parametrize("head", ["name;edition", "email;name"])
def test_a_file_without_a_needed_column_is_refused_in_a_sentence(course: Course, tmp_path: Path, head: str) -> None:
    with pytest.raises(CommandError, match="No column says"):
        command(wrote(tmp_path, head, "a;b"))


def test_a_course_or_a_file_that_is_not_there_is_a_sentence(course: Course, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no course"):
        call_command("former", "nowhere", "x.csv", "--from", ORIGIN)
    with pytest.raises(CommandError, match="Nothing was written"):
        command(tmp_path / "absent.csv")


@pytest.mark.django_db
def test_the_next_edition_goes_on_counting_from_the_former_ones(tmp_path: Path) -> None:
    version = cast.version()
    bring(wrote(tmp_path, HEAD, ANA), version.course)
    dora = cast.person("Dora")
    cast.role(dora, "administrator")
    page = cast.browser(dora).get("/desk/courses/thin/new/").content.decode()
    assert 'name="number" value="6"' in page


def test_a_registrar_s_own_file_is_read_by_titles_words_and_what_points_can_be(course: Course, tmp_path: Path) -> None:
    head = "Nom;Prénom;Courriel;N° étudiant;Session;Parcours;Résultat;Note finale;Certificat;Crédits;Date de délivrance"
    lines = (
        "Dupont;Anne;anne@example.org;20131234;1;Classique;Admis;78,5;GDP1-0001;1;20/04/2013",
        "Diallo;Moussa;moussa@example.org;;2;Parcours avancé;ajourné;41;;;",
        "Roy;Zoé;zoe@example.org;;2;classic;;12;;;",
    )
    report = bring(wrote(tmp_path, head, *lines, encoding="cp1252"), course)
    assert not report.problems
    assert rows() == [
        ("anne@example.org", "20131234", 1, "track", "classic", 78.5, True),
        ("moussa@example.org", "", 2, "track", "advanced", 41, False),
        ("zoe@example.org", "", 2, "track", "classic", 12, None),
    ]
    assert "supposed" in {one.code for one in report.remarks}, "that they are percentages is said"


def test_points_that_could_be_out_of_twenty_are_not_guessed(course: Course, tmp_path: Path) -> None:
    report = bring(wrote(tmp_path, "email;session;parcours;note", "a@example.org;1;classic;12"), course)
    assert report.problems
    assert rows() == []
