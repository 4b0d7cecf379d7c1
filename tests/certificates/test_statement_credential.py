"""The signed form of a statement, from plain values."""

from datetime import timedelta
from typing import Any

import pytest

from preau.certificates import statement_credential, verification
from preau.certificates.credential import Holder
from preau.certificates.statement_credential import Line
from tests import cast
from tests.certificates import sample

DAY = cast.MONDAY + timedelta(days=10)


def said(*lines: Line, **changes: Any) -> statement_credential.Said:
    values: dict[str, Any] = {
        "code": "ABCDEFGHJKMN",
        "name": "Relevé",
        "title": "Relevé",
        "description": "Un relevé.",
        "criteria": "Ce n’est pas un certificat.",
        "holder": Holder("awa@example.org", "s3l", "Awa"),
        "body": "École",
        "country": "",
        "term": "1",
        "track": "Classique",
        "language": "fr",
        "as_of": DAY,
        "lines": lines,
    }
    return statement_credential.Said(**(values | changes))


def test_a_long_course_is_signed_too() -> None:
    every = [Line(f"unit-{n}", f"Une activité de la semaine {n}", "Percent", "50", "Completed") for n in range(200)]
    document = sample.sign(statement_credential.build(said(*every), site_url=sample.SITE))
    report = verification.verify_document(document, own_did_document=lambda _did: sample.did_document(), now=sample.NOW)
    assert report.ok, report.lines


@pytest.mark.parametrize(
    "changes", [{"code": ""}, {"name": ""}, {"body": ""}, {"holder": Holder("", "s")}, {"holder": Holder("a@b", "")}]
)
def test_a_statement_of_nobody_or_by_nobody_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="names itself"):
        statement_credential.build(said(**changes), site_url=sample.SITE)


def test_two_lines_with_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="one key"):
        statement_credential.build(said(Line("a", "A", "Result"), Line("a", "B", "Result")), site_url=sample.SITE)
