"""A statement on paper: a PDF/A-3a of as many pages as it takes, that carries the signed credential.

Laid out as the certificate is (`pdf`), from the same fonts: the same values give the same bytes on any machine."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import typst

from preau.certificates import chalk, pdf

TEMPLATE = Path(__file__).with_name("statement.typ")
LONGEST = 240


@dataclass(frozen=True)
class Paper:
    """What is printed: `sheet` is `statement_words.Sheet` as plain values, `made_on` dates the file, `stand_in` takes
    the place of a name that no font at hand can show."""

    sheet: dict[str, Any]
    code: str
    language: str
    made_on: date
    url: str
    stand_in: str
    attachment: str


def made(paper: Paper, credential_json: bytes) -> bytes:
    """The PDF with `credential_json` attached as "credential.json". Refuses pdf.Unprintable what cannot be laid out."""
    day = paper.made_on
    timestamp = datetime(day.year, day.month, day.day, tzinfo=UTC)
    fixed = _art() | {"qr": pdf.qr_svg(paper.url), "credential": credential_json.decode()}
    plain = _values(paper, lambda text: pdf.cleaned(text, LONGEST))
    rare = _values(paper, _without_rare_scripts)
    rare["sheet"]["holder"] = plain["sheet"]["holder"] if pdf.sure(plain["sheet"]["holder"]) else paper.stand_in
    reason = ""
    for values, system_fonts in ((plain, False), (plain, True), (rare, False)):
        inputs = fixed | {"data": json.dumps(values, ensure_ascii=False)}
        try:
            return pdf.compiled(TEMPLATE.read_bytes(), inputs, timestamp, system_fonts=system_fonts)
        except typst.TypstError as error:
            reason = error.message
            if "could not be displayed" not in reason:
                break
    raise pdf.Unprintable(f"The statement cannot be laid out: {reason}.")


def _art() -> dict[str, str]:
    return {"tree": chalk.tree(), "rule": chalk.rule(170)}


def _without_rare_scripts(text: str) -> str:
    return "".join(c if pdf.sure(c) else "?" for c in pdf.cleaned(text, LONGEST))


def _values(paper: Paper, shown: Callable[[str], str]) -> dict[str, Any]:
    values = asdict(paper)
    values["sheet"] = _mapped(paper.sheet, shown)
    values["date"] = [paper.made_on.year, paper.made_on.month, paper.made_on.day]
    values["address"] = paper.url.partition("://")[2]
    del values["made_on"]
    return values


def _mapped(value: Any, shown: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {name: _mapped(part, shown) for name, part in value.items()}
    return [_mapped(part, shown) for part in value]
