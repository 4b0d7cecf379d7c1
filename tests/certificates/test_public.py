"""The page of anybody who has a code: what stands, in plain words, and what its holder can do."""

import re
from html import unescape
from urllib.parse import unquote

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from pytest_django import DjangoAssertNumQueries

from preau.accounts import actions as accounts
from preau.accounts.models import Person
from preau.certificates import public
from preau.certificates.models import Award, Credential, ShareLink
from preau.courses.models import Edition, Enrolment
from tests import cast
from tests.certificates import holding

LANGUAGES = pytest.mark.parametrize("language", holding.LANGUAGES)


@pytest.fixture
def award(ana_enrolment: Enrolment, rita: Person) -> Award:
    return holding.certified(ana_enrolment, rita)


def said(language: str, text: str) -> str:
    """A sentence of the interface as a page in this language has it."""
    with translation.override(language):
        return gettext(text)


def shown(award: Award, language: str = "en", who: Person | None = None, token: str = "") -> str:
    return unescape(holding.public(award, who, language, token))


@LANGUAGES
def test_what_the_holder_can_do_comes_from_the_signed_document(award: Award, language: str) -> None:
    document = award.credential.document
    document["credentialSubject"]["achievement"] |= {
        "learningOutcome": ["Cadrer un projet", "Planifier <b>par</b> la méthode PERT"],
        "workload": "PT37H30M",
        "educationLevel": "EQF 6",
        "identityChecked": True,
        "supervisionType": "Surveillance sur place",
        "prerequisites": "Aucun",
    }
    Credential.objects.filter(award=award).update(document=document)
    page = shown(award, language)
    for part in ("Ana", "Cadrer un projet", "Quiz", "En ligne", "Les tests", "École du test", "Surveillance sur place"):
        assert part in page
    assert "37 h 30" in page.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "&lt;b&gt;par" in holding.public(award, None, language), "a document's words are text"
    for text in (public.LEVELS["6"], "checked during the assessment"):
        assert said(language, text).lower() in page.lower()
    assert "France" in page
    assert {"fr": "Classique", "en": "Classic"}[language] in page
    assert {"fr": "1 crédit ECTS", "en": "1 ECTS credit"}[language] in page
    assert f'"/{language}/courses/thin/#classic"' in page


def test_what_was_signed_in_another_language_says_which(award: Award) -> None:
    assert '<dd lang="fr">Quiz</dd>' in holding.public(award, language="en")
    assert "lang=" not in holding.public(award, language="fr").partition("<main")[2].partition("</main")[0]


@LANGUAGES
@pytest.mark.parametrize("identity", [False, None])
def test_an_identity_that_was_not_checked_is_not_hidden(award: Award, language: str, identity: bool | None) -> None:
    document = award.credential.document
    document["credentialSubject"]["achievement"].pop("identityChecked", None)
    if identity is not None:
        document["credentialSubject"]["achievement"]["identityChecked"] = identity
    Credential.objects.filter(award=award).update(document=document)
    assert (said(language, "not checked") in shown(award, language)) is (identity is False)


@pytest.mark.parametrize("token", ["", "a-token-that-opens-nothing"])
def test_anybodys_page_costs_one_query(
    award: Award, token: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, path = cast.browser(), f"/verify/{award.code}/" + (f"?share={token}" if token else "")
    client.get(path)
    with django_assert_num_queries(1):
        assert "Ana" in client.get(path).content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"hidden": True},
        {"suspended_at": holding.NOW},
        {"revoked_at": holding.NOW, "reason": "Une fraude"},
        {"hidden": True, "revoked_at": holding.NOW},
    ],
)
def test_whatever_its_state(
    award: Award, changes: dict[str, object], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Award.objects.filter(pk=award.pk).update(**changes)
    client = cast.browser()
    with django_assert_num_queries(1):
        assert client.get(f"/verify/{award.code}/").status_code == 200


STATES = {
    "valid": ("Valid", {}),
    "suspended": ("Suspended", {"suspended_at": holding.NOW, "suspended_for": "Une enquête"}),
    "revoked": ("Revoked", {"revoked_at": holding.NOW, "reason": "Une enquête"}),
}


@LANGUAGES
@pytest.mark.parametrize("state", STATES)
def test_each_state_is_told_in_words_and_never_why(award: Award, state: str, language: str) -> None:
    word, changes = STATES[state]
    Award.objects.filter(pk=award.pk).update(**changes)
    page = shown(award, language)
    assert f"<strong>{said(language, word)}</strong>" in page
    for other, (no, _changes) in STATES.items():
        assert other == state or f"<strong>{said(language, no)}</strong>" not in page
    assert "enquête" not in page
    assert ("linkedin" in page) is (state == "valid")
    assert (said(language, "What its holder can do") in page) is (state != "revoked")


def test_a_code_is_read_as_people_type_it(award: Award) -> None:
    spaced = f"{award.code[:4]}-{award.code[4:8]}-{award.code[8:]}".lower()
    assert "Ana" in cast.browser().get(f"/verify/{spaced}/").content.decode()
    found = cast.browser().get("/verify/", {"code": f" {award.code[:4].lower()} {award.code[4:]} "})
    assert found.headers["Location"] == f"/verify/{award.code}/"


@LANGUAGES
def test_an_unknown_code_gets_a_page_with_what_to_check(edition: Edition, language: str) -> None:
    client = cast.browser()
    client.get(f"/language/{language}/")
    replies = [client.get(f"/verify/{code}/") for code in ("ABCDEFGHJKMN", "abcd", "0")]
    assert {reply.status_code for reply in replies} == {404}
    pages = [re.sub(r"(ABCDEFGHJKMN|abcd|(?<=[>\"/F])0)(?=[<\"/%])", "", reply.content.decode()) for reply in replies]
    assert said(language, "Unknown code") in pages[0]
    assert "/verify/#file" in pages[0]
    assert pages[0] == pages[1]


@LANGUAGES
def test_what_is_not_signed_yet_says_so_without_a_dead_link(
    ana_enrolment: Enrolment, rita: Person, language: str
) -> None:
    award = holding.certified(ana_enrolment, rita, signed=False)
    page, mine = shown(award, language), unescape(holding.page("/me/certificates/", ana_enrolment.person, language))
    assert said(language, "Being signed") in page
    assert said(language, "being signed") in mine
    for text in (page, mine):
        assert "credential.json" not in text
        assert "certificate.pdf" not in text
    assert "Ana" not in page.partition("<main")[2]
    assert cast.browser().get(f"/verify/{award.code}/credential.json").status_code == 404


@LANGUAGES
def test_hidden_it_says_its_state_title_and_date_alone(award: Award, language: str) -> None:
    Award.objects.filter(pk=award.pk).update(hidden=True)
    page = shown(award, language)
    main = page.partition("<main")[2].partition("</main")[0]
    assert f"<strong>{said(language, 'Valid')}</strong>" in main
    assert {"fr": "Un petit cours", "en": "A small course"}[language] in main
    assert "2026" in main
    for nothing in ("Ana", "credential.json", "certificate.pdf", "ECTS", "mailto:", "linkedin", "<svg", "Quiz"):
        assert nothing not in main
    for name in ("credential.json", "certificate.pdf"):
        assert cast.browser().get(f"/verify/{award.code}/{name}").status_code == 404


def test_its_holder_sees_the_whole_of_it(award: Award, ana: Person, ben: Person) -> None:
    Award.objects.filter(pk=award.pk).update(hidden=True)
    assert "Ana" in shown(award, who=ana).partition("<main")[2]
    assert "Ana" not in shown(award, who=ben).partition("<main")[2]
    assert cast.browser(ana).get(f"/verify/{award.code}/credential.json").status_code == 200


def test_passing_it_on_needs_no_script_and_asks_nobody(award: Award) -> None:
    page = holding.public(award)
    assert f'readonly value="{holding.address(award)}"' in page
    assert "mailto:?subject=Un%20petit%20cours%20%28Classique%29" in page
    link = unescape(re.search(r'href="(https://www.linkedin.com/[^"]+)"', page)[1])  # type: ignore[index]
    assert f"certId={award.code}" in link
    assert "issueYear=2026&issueMonth=4" in link
    assert "organizationName=%C3%89cole+du+test" in link
    assert 'rel="noopener noreferrer nofollow"' in page
    assert "<svg" in page
    assert '<meta name="robots" content="noindex">' in page


def test_hidden_it_is_not_passed_on_by_whoever_was_given_a_link(award: Award, ana: Person) -> None:
    cast.browser(ana).post(f"/me/certificates/{award.code}/links/", cast.form())
    token = ShareLink.objects.get().token
    open_page = holding.public(award, token=token)
    assert "linkedin" in open_page
    assert token not in unquote(re.search(r'href="mailto:([^"]+)"', open_page)[1])  # type: ignore[index]
    assert token not in unquote(re.search(r'href="https://www.linkedin.com/([^"]+)"', open_page)[1])  # type: ignore[index]
    Award.objects.filter(pk=award.pk).update(hidden=True)
    for page in (holding.public(award, token=token), holding.public(award, ana)):
        assert "Ana" in page
        assert "linkedin" not in page
        assert "mailto:" not in page


@pytest.mark.parametrize("token", ["\0", "a\0b", "é", "a b", "x" * 33, "x" * 5000, "'--"])
def test_an_odd_token_opens_nothing_and_breaks_nothing(award: Award, token: str) -> None:
    client = cast.browser()
    for end in ("", "credential.json", "certificate.pdf"):
        assert client.get(f"/verify/{award.code}/{end}", {"share": token}).status_code == 200
    Award.objects.filter(pk=award.pk).update(hidden=True)
    for end, status in (("", 200), ("credential.json", 404), ("certificate.pdf", 404)):
        assert client.get(f"/verify/{award.code}/{end}", {"share": token}).status_code == status


def test_while_its_pdf_is_being_printed_nothing_leads_there(award: Award, ana: Person) -> None:
    assert "certificate.pdf" in holding.public(award)
    Credential.objects.update(paper="")
    for page in (holding.public(award), holding.page("/me/certificates/", ana)):
        assert "certificate.pdf" not in page
        assert "Its PDF is here in a few minutes." in page
        assert "credential.json" in page


def test_of_a_private_edition_no_page_of_the_course_is_told(award: Award, edition: Edition) -> None:
    Edition.objects.filter(pk=edition.pk).update(visibility=Edition.Visibility.PRIVATE)
    assert "#classic" not in holding.public(award)


def test_an_erased_accounts_certificate_stays_checkable(award: Award, ana: Person) -> None:
    accounts.erase(ana, by=ana.pk, now=timezone.now())
    page = shown(award)
    assert "Ana" in page
    assert "<strong>Valid</strong>" in page


@pytest.mark.parametrize(
    "document",
    [{}, {"credentialSubject": []}, {"credentialSubject": {"achievement": {"learningOutcome": 3, "workload": "PTH"}}}],
)
def test_a_document_of_another_form_says_less_and_breaks_nothing(award: Award, document: dict[str, object]) -> None:
    Credential.objects.filter(award=award).update(document=document)
    assert "Ana" in shown(award)
