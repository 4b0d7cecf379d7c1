"""The register: who was awarded what, in the school's columns, as CSV, as a workbook, as European credentials."""

import csv
import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from preau.accounts.models import Person
from preau.audit import journal
from preau.certificates import actions, issuing, registers, replacing
from preau.certificates.models import Award, Credential, CreditClaim, RegisterLayout
from preau.common.ids import new_id
from preau.courses.models import Edition
from preau.desk import register, sheets, workbooks
from tests import cast
from tests.desk.test_credits import accept, claims

REGISTER = "/desk/thin-1/register/"
CSV, XLSX = "/desk/thin-1/register.csv", "/desk/thin-1/register.xlsx"
NAMES = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def rows(who: Person, query: str = "?which=all&delimiter=,") -> list[list[str]]:
    response = cast.browser(who).get(CSV + query)
    assert response.status_code == 200
    text = body(response).decode("utf-8")
    assert text.startswith(sheets.BOM)
    delimiter = "," if "delimiter=," in query else ";"
    return list(csv.reader(io.StringIO(text.removeprefix(sheets.BOM)), delimiter=delimiter))


def cells(data: bytes) -> list[list[str]]:
    """What a workbook says, read by the standard library alone; a number as it is written."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        tree = ElementTree.fromstring(opened.read("xl/worksheets/sheet1.xml"))
        assert tree.find(f".//{NAMES}f") is None, "no cell is a formula"
    found = []
    for row in tree.iter(f"{NAMES}row"):
        found.append(["".join(one.itertext()) for one in row.iter(f"{NAMES}c")])
    return found


def keep(who: Person, *chosen: tuple[str, int, str], act: Any = None, **more: str) -> Any:
    said: dict[str, str] = dict(more)
    for key, place, heading in chosen:
        said |= {f"show-{key}": "on", f"place-{key}": str(place), f"heading-{key}": heading}
    return cast.browser(who).post(REGISTER + "columns/", cast.form(act, **said))


def test_the_page_shows_the_first_lines_and_leads_to_the_files(edition: Edition, rita: Person) -> None:
    [row] = claims(edition, rita, "Léa")
    page = cast.browser(rita).get(REGISTER).content.decode()
    for said in ("NomLéa", row.award.code, "register.xlsx", "register.csv", "elm.zip", "show-born_on"):
        assert said in page, said


def test_only_registrars_open_any_of_it(edition: Edition, rita: Person, tom: Person, ben: Person) -> None:
    [row] = claims(edition, rita, "Léa")
    issuing.issue_waiting(now=timezone.now())
    for who in (tom, ben, row.award.enrolment.person):
        for path in (REGISTER, CSV, XLSX, f"{REGISTER}elm.zip", f"{REGISTER}{row.award.code}.elm.json"):
            assert cast.browser(who).get(path).status_code == 404, path
        for path in (f"{REGISTER}mark/", f"{REGISTER}columns/"):
            assert cast.browser(who).post(path, cast.form()).status_code == 404, path
    assert not RegisterLayout.objects.exists()


def test_columns_come_in_the_order_and_under_the_headings_of_the_school(edition: Edition, rita: Person) -> None:
    claims(edition, rita, "Léa")
    reply = keep(rita, ("birth_name", 2, "NOM"), ("born_on", 3, " Né \n le "), ("code", 1, ""), ("track", 4, ""))
    assert reply.status_code == 302
    head, line = rows(rita)
    assert head[1:3] == ["NOM", "Né le"]
    assert line[1:3] == ["NomLéa", "1999-02-28"]
    assert line[0] == Award.objects.get().code
    layout = RegisterLayout.objects.get()
    assert (layout.course, layout.changed_by) == (edition.course, rita)
    assert journal.about("course", edition.course_id)[0].verb == "register.layout"


def test_the_layout_is_the_courses_for_every_edition(edition: Edition, rita: Person, dora: Person) -> None:
    keep(rita, ("code", 1, "Référence"))
    cast.edition(slug="thin-3", of=edition.course.versions.get())
    page = cast.browser(dora).get("/desk/thin-3/register/")
    assert [one.said for one in page.context["columns"]] == ["Référence"]


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [("code", 0, "")],
        [("code", 1000, "")],
        [("code", 1, "x" * 81)],
    ],
)
def test_a_layout_that_cannot_be_is_refused_and_keeps_what_was_typed(
    edition: Edition, rita: Person, wrong: list[tuple[str, int, str]]
) -> None:
    reply = keep(rita, *wrong, **{"heading-email": "Courriel"})
    assert reply.status_code == 422
    assert "Courriel" in reply.content.decode()
    assert not RegisterLayout.objects.exists()


def test_a_layout_sent_twice_is_kept_once(edition: Edition, rita: Person) -> None:
    act = new_id()
    assert [keep(rita, ("code", 1, "")).status_code for _again in range(2)] == [302, 302]
    assert [keep(rita, ("email", 1, ""), act=act).status_code for _again in range(2)] == [302, 302]
    verbs = [line.verb for line in journal.about("course", edition.course_id)]
    assert verbs.count("register.layout") == 3


def test_every_column_of_the_catalogue_says_something(edition: Edition, rita: Person) -> None:
    [row] = claims(edition, rita, "Léa")
    accept(rita, row)
    issuing.issue_waiting(now=timezone.now())
    needs = register.needs(edition, None)
    known = registers.catalogue(needs)
    assert len(needs) == 3
    keep(rita, *((column.key, place, "") for place, column in enumerate(known, 1)))
    head, line = rows(rita)
    assert len(head) == len(line) == len(known)
    said = dict(zip((column.key for column in known), line, strict=True))
    assert said["name"] == "Léa"
    assert said["email"] == "léa@example.org"
    assert (said["credits"], said["worth"], said["birth_country"]) == ("1", "1", "SN")
    assert said["address"].endswith(f"/verify/{said['code']}")
    empty = {key for key, text in said.items() if not text}
    of_another_track = {key for key in empty if key.startswith(registers.NEED)}
    assert len(of_another_track) == 1
    ends = {"ended_on", "replaced_by", "exported_on"}
    assert empty - of_another_track == {"country", "module", "institution", "jury", "jury_number", *ends}
    assert any(said[registers.NEED + need] == "90" for need in needs)
    assert "90" in said["figures"]


def test_lines_are_those_that_are_asked_for(edition: Edition, rita: Person) -> None:
    lea, noe, ida = claims(edition, rita, "Léa", "Noé", "Ida")
    keep(rita, ("name", 1, ""))
    accept(rita, lea, noe)
    assert sorted(row[0] for row in rows(rita)[1:]) == ["Ida", "Léa", "Noé"]
    assert sorted(row[0] for row in rows(rita, "?which=accepted&delimiter=,")[1:]) == ["Léa", "Noé"]
    act = cast.an_act("award.revoke")
    actions.revoke(act=act, award=noe.award, by=rita, reason="Fraude", now=timezone.now())
    assert [row[0] for row in rows(rita, "?which=fresh&delimiter=,")[1:]] == ["Léa"]
    assert len(rows(rita, "?which=nonsense&delimiter=nonsense&batch=nonsense")) == 4
    assert ida.state == "asked"


def mark(who: Person, act: Any = None) -> Any:
    return cast.browser(who).post(REGISTER + "mark/", cast.form(act))


def test_what_is_exported_is_marked_once_and_its_file_comes_as_often_as_one_likes(
    edition: Edition, rita: Person
) -> None:
    lea, noe, ida = claims(edition, rita, "Léa", "Noé", "Ida")
    keep(rita, ("name", 1, ""))
    accept(rita, lea, noe)
    act = new_id()
    replies = [mark(rita, act) for _again in range(2)]
    assert [reply.status_code for reply in replies] == [302, 302]
    batch = replies[0].headers["Location"].partition("?")[2]
    for _again in range(2):
        assert sorted(row[0] for row in rows(rita, f"?{batch}&delimiter=,")[1:]) == ["Léa", "Noé"]
    assert rows(rita, "?which=fresh&delimiter=,")[1:] == []
    accept(rita, ida)
    assert [row[0] for row in rows(rita, "?which=fresh&delimiter=,")[1:]] == ["Ida"]
    mark(rita)
    assert [row[0] for row in rows(rita, f"?{batch}&delimiter=,")[1:]] != ["Ida"]
    lines = [line for line in journal.about("edition", edition.pk) if line.verb == "register.exported"]
    assert [line.details for line in lines] == [{"lines": 1}, {"lines": 2}]
    again = cast.browser(rita).post(REGISTER + "mark/", cast.form(), follow=True)
    assert b"notice error" in again.content, "there is nothing any more"


def test_a_name_corrected_after_the_export_leaves_the_claim_exported(edition: Edition, rita: Person) -> None:
    [row] = claims(edition, rita, "Léa")
    accept(rita, row)
    mark(rita)
    replacing.replace(row.award_id, "Léa Diop", by=rita, now=timezone.now())
    keep(rita, ("name", 1, ""), ("state", 2, ""), ("claim", 3, ""))
    assert len(rows(rita)) == 3, "the former certificate has its line too, and says what became of it"
    assert [line[0] for line in rows(rita, "?which=accepted&delimiter=,")[1:]] == ["Léa Diop"]
    assert rows(rita, "?which=fresh&delimiter=,")[1:] == []


UNSAID = re.compile(r"_x([0-9A-F]{4})_")  # a character that XML cannot hold, or these very letters
HARM = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"]


@pytest.mark.parametrize("name", HARM)
def test_no_cell_is_run_as_a_formula(edition: Edition, rita: Person, name: str) -> None:
    [row] = claims(edition, rita, "Léa")
    CreditClaim.objects.filter(pk=row.pk).update(birth_name=name, birth_place=f"Dakar,{name}")
    keep(rita, ("birth_name", 1, "=A1"), ("birth_place", 2, ""))
    for query in ("?delimiter=,", "?delimiter=%3B"):
        text = body(cast.browser(rita).get(CSV + query)).decode().removeprefix(sheets.BOM)
        for read_as in ",;":
            for cell in (cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=read_as) for cell in row):
                assert not cell.strip().startswith(sheets.FORMULA), (query, read_as, cell)
    written = cells(body(cast.browser(rita).get(XLSX)))
    assert written[0][0] == "=A1"
    assert written[1][1].startswith("Dakar,")


def test_semicolons_come_with_decimal_commas(edition: Edition, rita: Person) -> None:
    claims(edition, rita, "Léa")
    Award.objects.update(credits="1.5")
    keep(rita, ("credits", 1, ""))
    assert rows(rita, "?delimiter=;")[1] == ["1,5"]
    assert rows(rita, "?delimiter=,")[1] == ["1.5"]


def test_the_workbook_holds_texts_numbers_and_days(edition: Edition, rita: Person) -> None:
    [row] = claims(edition, rita, "Léa")
    CreditClaim.objects.filter(pk=row.pk).update(student_number="00077", birth_name="عائشة")
    keep(rita, ("student_number", 1, ""), ("birth_name", 2, ""), ("born_on", 3, ""), ("credits", 4, ""))
    response = cast.browser(rita).get(XLSX)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "thin-1-register.xlsx" in response.headers["Content-Disposition"]
    number, name, born, credits = cells(body(response))[1]
    assert (number, name, born) == ("00077", "عائشة", "36219"), "the day as its number since the end of 1899"
    assert float(credits) == 1


@given(
    table=st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1), min_size=1, max_size=4
        ),
        max_size=5,
    )
)
def test_a_workbook_says_what_it_was_given(table: list[list[str]]) -> None:
    with workbooks.workbook("thin-1", ["a", "b", "c", "d"], table) as file:
        written = cells(file.read())[1:]
    assert [[UNSAID.sub(lambda one: chr(int(one[1], 16)), text) for text in row] for row in written] == table


def test_many_lines_cost_what_batches_cost(edition: Edition, rita: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            rows(rita)
        return len(queries)

    claims(edition, rita, "Léa")
    few = cost()
    claims(edition, rita, *(f"P{n}" for n in range(5)))
    assert cost() == few, "one batch holds them all"
    monkeypatch.setattr(registers, "BATCH", 3)
    assert cost() == few + 2, "two queries for one more batch"


def test_the_page_costs_the_same_for_many(edition: Edition, rita: Person) -> None:
    def cost() -> int:
        cast.browser(rita).get(REGISTER)
        with CaptureQueriesContext(connection) as queries:
            cast.browser(rita).get(REGISTER)
        return len(queries)

    claims(edition, rita, "Léa")
    few = cost()
    claims(edition, rita, *(f"P{n}" for n in range(5)))
    assert cost() == few


def test_one_credential_is_downloaded_unsigned_with_what_the_register_has(edition: Edition, rita: Person) -> None:
    [row] = claims(edition, rita, "Léa")
    path = f"{REGISTER}{row.award.code}.elm.json"
    assert cast.browser(rita).get(path).status_code == 404, "not signed yet"
    issuing.issue_waiting(now=timezone.now())
    asked = json.loads(cast.browser(rita).get(path).content)["credential"]
    assert "dateOfBirth" not in asked["credentialSubject"], "asked, not accepted"
    accept(rita, row)
    response = cast.browser(rita).get(path)
    made = json.loads(response.content)["credential"]
    assert "proof" not in made
    assert made["credentialSubject"]["dateOfBirth"] == "1999-02-28T00:00:00Z"
    assert made["credentialSubject"]["familyName"] == {"fr": "NomLéa"}
    assert f"{row.award.code}.elm.json" in response.headers["Content-Disposition"]
    actions.revoke(act=cast.an_act("award.revoke"), award=row.award, by=rita, reason="Fraude", now=timezone.now())
    assert cast.browser(rita).get(path).status_code == 404, "it ended"


def test_all_credentials_come_as_a_zip_of_those_in_force(edition: Edition, rita: Person) -> None:
    lea, noe, ida = claims(edition, rita, "Léa", "Noé", "Ida")
    issuing.issue_waiting(now=timezone.now())
    signed = Credential.objects.get(award=ida.award_id)
    del signed.document["credentialSubject"]["achievement"]["workload"]  # as one of before workloads were asked for
    Credential.objects.filter(pk=signed.pk).update(document=signed.document)
    Award.objects.filter(pk=noe.award_id).update(suspended_at=timezone.now())
    opened = zipfile.ZipFile(io.BytesIO(body(cast.browser(rita).get(REGISTER + "elm.zip?which=all"))))
    assert opened.testzip() is None
    assert sorted(opened.namelist()) == sorted([f"{lea.award.code}.elm.json", "not-in-this-file.txt"])
    assert ida.award.code in opened.read("not-in-this-file.txt").decode()
    only = zipfile.ZipFile(io.BytesIO(body(cast.browser(rita).get(REGISTER + "elm.zip?which=accepted"))))
    assert only.namelist() == []


def test_a_zip_of_many_costs_what_batches_cost(edition: Edition, rita: Person) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            body(cast.browser(rita).get(REGISTER + "elm.zip"))
        return len(queries)

    claims(edition, rita, "Léa")
    issuing.issue_waiting(now=timezone.now())
    few = cost()
    claims(edition, rita, *(f"P{n}" for n in range(4)))
    issuing.issue_waiting(now=timezone.now() + timedelta(seconds=1))
    assert cost() == few
