"""A translation is out of date when its source changed after it, up to date when somebody says so; learners see in
which language a page stands."""

import json
import shutil
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from preau.accounts.models import Person
from preau.content import correcting, exporting, importing, translated, translating
from preau.content.models import Page, UnitText, Version
from preau.content.translating import How, Print, State
from preau.courses.models import Edition
from preau.interop.importing import import_path
from preau.quizzes import actions, gift
from tests import cast


def a(text: str, questions: str = "q", states: str = "") -> Print:
    return Print(text, questions, "", states)


def one(*versions: tuple[Print, Print | None], marked: str = "") -> translating.Standing:
    """The standing of a unit through versions of (source, translation)."""
    history = [{("u", "fr"): source, **({("u", "en"): other} if other else {})} for source, other in versions]
    last = versions[-1][1]
    marks = {("u", "en", last.whole): marked} if marked and last else {}
    (found,) = translating.standings(history, ["fr", "en"], marks)
    return found


def test_a_source_that_changes_leaves_its_translation_behind() -> None:
    assert one((a("un"), a("one"))).state == State.UP_TO_DATE
    late = one((a("un"), a("one")), (a("deux"), a("one")), (a("deux"), a("one")))
    assert (late.state, late.changed, late.made_from, late.how) == (State.OUT_OF_DATE, ("text",), 0, How.HISTORY)
    assert late.code == a("deux").whole
    assert one((a("un"), a("one")), (a("un", "r"), a("one"))).changed == ("questions",)
    assert one((a("un"), a("one")), (a("deux"), a("one")), (a("deux"), a("two"))).state == State.UP_TO_DATE
    assert one((a("un"), a("one")), (a("deux"), a("two"))).state == State.UP_TO_DATE  # both at once
    assert one((a("un"), a("one")), (a("deux"), a("one")), (a("un"), a("one"))).state == State.UP_TO_DATE
    assert one((a("un"), a("one")), (a("deux"), None)).state == State.MISSING
    assert one((a("un"), a("one")), (a("un"), None), (a("deux"), a("one"))).state == State.UP_TO_DATE  # came anew


def test_a_header_that_names_its_source_is_believed_before_the_history() -> None:
    code = a("un").whole
    late = one((a("un"), None), (a("deux"), a("one", states=code)))
    assert (late.state, late.made_from, late.how) == (State.OUT_OF_DATE, 0, How.STATED)
    nowhere = one((a("deux"), a("one", states="abcdefghij")))
    assert (nowhere.state, nowhere.made_from, nowhere.changed) == (State.OUT_OF_DATE, None, ())
    assert one((a("un"), a("one")), (a("deux"), a("one", states=a("deux").whole))).state == State.UP_TO_DATE


def test_of_two_that_say_it_the_one_that_knows_the_later_text_is_believed() -> None:
    first, now = a("un").whole, a("deux").whole
    stated = one((a("un"), a("one")), (a("deux"), a("one", states=now)), marked=first)
    assert (stated.state, stated.how) == (State.UP_TO_DATE, How.STATED)
    marked = one((a("un"), a("one", states=first)), (a("deux"), a("one", states=first)), marked=now)
    assert (marked.state, marked.how) == (State.UP_TO_DATE, How.MARKED)


@pytest.mark.parametrize("copied", [True, False])
def test_a_header_that_says_what_its_source_says_does_not_change_with_it(copied: bool) -> None:
    def say(body: str, deliverable: str) -> Print:
        return translating.printed("T", body, {"deliverable": deliverable})

    def render(deliverable: str, of: str) -> Print:
        return translating.printed("T", "one", {"deliverable": deliverable}, {"deliverable": of})

    later = render("A report" if copied else "Un mémoire", "Un mémoire")
    found = one((say("un", "A report"), render("A report", "A report")), (say("deux", "Un mémoire"), later))
    assert (found.state, found.made_from) == (State.OUT_OF_DATE, 0)


def test_somebody_who_read_both_is_believed_before_anything_until_either_changes() -> None:
    behind = (a("un"), a("one", states=a("un").whole)), (a("deux"), a("one", states=a("un").whole))
    assert one(*behind).state == State.OUT_OF_DATE
    assert one(*behind, marked=a("deux").whole).how == How.MARKED
    again = one(*behind, (a("trois"), a("one")), marked=a("deux").whole)
    assert (again.state, again.made_from) == (State.OUT_OF_DATE, 1)


texts = st.sampled_from("abc").map(a)


@given(st.lists(st.tuples(texts, st.none() | texts), min_size=1, max_size=8))
def test_up_to_date_is_the_source_as_it_was_when_the_translation_last_changed(
    versions: list[tuple[Print, Print | None]],
) -> None:
    found, (source, own) = one(*versions), versions[-1]
    if own is None:
        assert found.state == State.MISSING
        return
    assert found.made_from is not None
    made_from = versions[found.made_from][0]
    assert (found.state == State.UP_TO_DATE) == (made_from == source)
    if found.state == State.OUT_OF_DATE:
        assert all(other == own for _source, other in versions[found.made_from :])
        assert found.made_from == 0 or versions[found.made_from - 1][1] != own


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_code_is_ten_letters_that_yaml_leaves_alone(title: str, body: str) -> None:
    code = translating.printed(title, body, {}).whole
    assert translating.CODE.fullmatch(code)


def test_what_nobody_sees_and_what_is_only_taken_over_is_no_change() -> None:
    plain = translating.printed("Titre", "un\ndeux", {"minutes": 5})
    assert plain == translating.printed("Titre", "un  \r\ndeux\n\n", {"minutes": 9})
    source = {"rubric": {"criteria": ["a"]}}
    assert translating.printed("T", "t", source, source).rubric == translating.printed("T", "t", {}, {}).rubric
    assert translating.printed("T", "t", source).rubric != translating.printed("T", "t", {}).rubric
    asked = [{"file": "a.md", "line": 3, "text": "Q {T}"}], [{"file": "b.md", "line": 9, "text": "Q {T}\n"}]
    assert len({translating.printed("T", "t", {"questions": one}).questions for one in asked}) == 1


def test_two_texts_side_by_side() -> None:
    rows = list(translating.side_by_side("a\nb\nc\nd\ne\nf\ng", "a\nb\nc\nd\nE\nf\ng\nh", around=1))
    assert rows[0] is None
    assert ("e", "E", False) in rows
    assert rows[-1] == (None, "h", False)


def brought(folder: Path, now: datetime, *, dry_run: bool = False) -> importing.Report:
    return import_path(folder, slug="thin", by=None, now=now, dry_run=dry_run)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(cast.THIN, tmp_path / "thin"))


def change(folder: Path, name: str, before: str, after: str) -> None:
    path = folder / name
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


FRENCH, ENGLISH = "fr/debut/01-lecon.md", "en/debut/01-lecon.md"


def test_an_import_says_which_translations_are_behind(db: None, folder: Path, now: datetime) -> None:
    first = brought(folder, now)
    assert first.languages == {"en": {"missing": 5, "out_of_date": 0, "up_to_date": 1}}
    assert first.outdated == []
    change(folder, FRENCH, "un début et une fin", "un début, une fin et un budget")
    looked = brought(folder, now, dry_run=True)
    late = brought(folder, now)
    for report in (looked, late):
        assert report.languages["en"] == {"missing": 5, "out_of_date": 1, "up_to_date": 0}
        (problem,) = report.outdated
        assert problem.file == ENGLISH
        assert "the source changed since (text)" in problem.reason
    assert late.skipped == []  # it comes in all the same
    assert late.as_json()["outdated"][0]["file"] == ENGLISH
    code = late.outdated[0].reason.rpartition(" ")[2]
    change(folder, ENGLISH, "id: lecon", f"id: lecon\ntranslates: {code}")
    assert brought(folder, now).languages["en"]["up_to_date"] == 1


def test_a_folder_brought_in_once_is_judged_by_what_its_headers_say(db: None, folder: Path, now: datetime) -> None:
    change(folder, ENGLISH, "id: lecon", "id: lecon\ntranslates: abcdefghij")
    report = brought(folder, now)
    assert report.languages["en"]["out_of_date"] == 1
    assert "made from a text not known here" in report.outdated[0].reason


@pytest.mark.parametrize(
    ("file", "said", "reason"),
    [
        (ENGLISH, "translates: 12345", "the code of ten letters"),
        (FRENCH, "translates: abcdefghij", "this is the source language"),
    ],
)
def test_a_code_that_is_none_or_stands_in_the_source_is_refused_by_line(
    db: None, folder: Path, now: datetime, file: str, said: str, reason: str
) -> None:
    change(folder, file, "id: lecon", f"id: lecon\n{said}")
    with pytest.raises(importing.BadCourse) as refused:
        brought(folder, now)
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == (file, 3)
    assert reason in problem.reason


def command(*words: str) -> list[str]:
    out = StringIO()
    call_command("translations", *words, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_prints_what_to_do_and_the_code_to_write(db: None, folder: Path, now: datetime) -> None:
    brought(folder, now)
    said = command("thin", "--all")
    assert said[-1] == "thin, version 1, en: 5 missing, 0 out of date, 1 up to date"
    fresh = next(line for line in said if line.startswith(ENGLISH))
    assert "up to date; translates: " in fresh
    change(folder, FRENCH, "un début", "bien un début")
    brought(folder, now)
    said = command("thin", "--language", "en")
    late = next(line for line in said if line.startswith(ENGLISH))
    assert "out of date" in late
    assert late.rpartition(" ")[2] != fresh.rpartition(" ")[2]
    assert [line for line in said if line.startswith("quiz (en)")]
    assert command("thin", "--version-number", "1")[-1] == "thin, version 1, en: 5 missing, 0 out of date, 1 up to date"
    for wrong in (["nowhere"], ["thin", "--language", "es"], ["thin", "--version-number", "9"]):
        with pytest.raises(CommandError):
            command(*wrong)


def test_json_of_an_import_has_the_languages(db: None, folder: Path, tmp_path: Path) -> None:
    out = StringIO()
    call_command("import", str(folder), json=tmp_path / "said.json", stdout=out)
    assert json.loads((tmp_path / "said.json").read_text())["languages"]["en"]["missing"] == 5
    assert "en: 1 units translated, 0 out of date, 5 missing" in out.getvalue()


def test_reading_the_history_again_costs_no_reading_of_texts(
    db: None, folder: Path, now: datetime, django_assert_max_num_queries: object
) -> None:
    brought(folder, now)
    version = Version.objects.get()
    translated.of(version)
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        translated.of(version)


def page(path: str) -> str:
    return bytes(Page.objects.get(path=path).html).decode()


def test_a_page_that_falls_back_says_in_which_language_it_stands(edition: Edition) -> None:
    fallen = page("/e/thin-1/en/debut/quiz/")
    assert '<html lang="en"' in fallen
    assert '<h1 lang="fr">Un quiz</h1>' in fallen
    assert '<div class="text" lang="fr">' in fallen
    assert "This page is not translated yet: it stands in French." in fallen
    assert '<a href="/e/thin-1/en/debut/quiz/" lang="fr" aria-current="page">Un quiz</a>' in fallen  # its path
    whole = page("/e/thin-1/en/debut/lecon/")
    assert "not translated yet" not in whole
    assert "<h1>A lesson</h1>" in whole
    assert '<small>Next</small><span lang="fr">Un quiz</span></a>' in whole
    assert "not translated yet" not in page("/e/thin-1/fr/debut/quiz/")
    assert "lang=" not in page("/e/thin-1/fr/debut/quiz/").partition("<main")[2].partition("<footer")[0]


def test_titles_at_the_editions_home_say_their_language(edition: Edition, ana: Person) -> None:
    client = cast.browser(ana)
    client.cookies["language"] = "en"
    for address in ("/e/thin-1/", "/e/thin-1/path/"):
        html = client.get(address).content.decode()
        assert ' lang="fr">Un quiz</a>' in html, address
        assert ' lang="fr">A lesson' not in html
    client.cookies["language"] = "fr"
    assert ' lang="fr">Un quiz' not in client.get("/e/thin-1/").content.decode()


def test_questions_that_fall_back_say_their_language(db: None) -> None:
    edition, ana = cast.edition(opens=cast.monday(timezone.now())), cast.person("Ana", language="en")
    cast.enrolment(ana, edition)
    place = cast.place(ana, edition, "quiz", timezone.now(), "en")
    actions.start(act=cast.an_act("quiz.start", now=timezone.now()), by=ana, place=place)
    html = cast.script(ana).get("/e/thin-1/me/en/debut/quiz/").content.decode()
    assert '<span class="number">Question 1</span><div lang="fr">Combien de jours' in html
    assert '<span lang="fr">Personne</span>' in html
    french = cast.script(ana).get("/e/thin-1/me/fr/debut/quiz/").content.decode()
    assert "Qui décide" in french
    assert 'lang="' not in french


def test_a_translation_is_corrected_with_its_code(db: None, folder: Path, now: datetime) -> None:
    brought(folder, now)
    text = UnitText.objects.select_related("unit", "module", "version__course").get(unit__key="lecon", language="en")
    typed = exporting.unit_file(text).replace("title: A lesson", "title: A lesson\ntranslates: abcdefghij")
    ready = correcting.prepare(text, typed, is_question=gift.is_question_fence)
    version = importing.store(ready, by=None, now=now).version
    assert version is not None
    late = next(row for row in translated.of(version).rows if row.key == "lecon")
    assert (late.state, late.how) == (State.OUT_OF_DATE, How.STATED)
