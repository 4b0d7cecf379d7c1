"""The certificate on paper: a PDF/A-3a that carries the signed credential; `pdf_reading` is the way back.

typst lays it out from `certificate.typ` with the fonts it brings along, so the same values give the same bytes on any
machine. Those fonts cover Latin, Greek, Cyrillic, Hebrew and Arabic; for a name in another script the fonts of the
system are tried, and failing these the holder is named by the certificate's code instead of by empty boxes.
"""

import io
import json
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

import segno
import typst
from babel.dates import format_date
from babel.numbers import format_decimal

from preau.certificates import chalk

Language = Literal["fr", "en"]
Kind = Literal["certificate", "attestation"]

TEMPLATE = Path(__file__).with_name("certificate.typ")
LONGEST = {"holder": 240, "school": 160, "course": 200}
LONGEST_OTHER = 120
JOINERS = "\u200c\u200d"  # Persian and Indic names are misspelled without them
SURE = ((0x20, 0x24F), (0x370, 0x3FF), (0x400, 0x45F), (0x1E00, 0x1EFF), (0x2010, 0x2026))

WORDS: dict[Language, dict[str, str]] = {
    "fr": {
        "title": "Certificat de réussite",
        "awarded": "est décerné à",
        "course": "pour avoir suivi et réussi le cours",
        "issued": "Délivré le {date}\nselon le règlement de son parcours",
        "decided": "Délivré le {date}\npar décision du jury",
        "one": "crédit ECTS",
        "many": "crédits ECTS",
        "verify": "Vérifier ce certificat",
        "attachment": "Attestation numérique signée (Open Badges 3.0)",
        "unprintable": "Titulaire du certificat {code}",
    },
    "en": {
        "title": "Certificate of Achievement",
        "awarded": "is awarded to",
        "course": "who has completed and passed the course",
        "issued": "Issued on {date}\nunder the rule of its track",
        "decided": "Issued on {date}\nby decision of the jury",
        "one": "ECTS credit",
        "many": "ECTS credits",
        "verify": "Verify this certificate",
        "attachment": "Signed digital credential (Open Badges 3.0)",
        "unprintable": "Holder of certificate {code}",
    },
}


OF_A_MODULE: dict[Language, dict[str, str]] = {
    "fr": {
        "title": "Attestation de réussite",
        "awarded": "est décernée à",
        "course": "pour avoir réussi le module",
        "issued": "Délivrée le {date}\nselon le règlement du cours",
        "decided": "Délivrée le {date}\npar décision du jury",
        "verify": "Vérifier cette attestation",
        "unprintable": "Titulaire de l’attestation {code}",
    },
    "en": {
        "title": "Statement of Achievement",
        "course": "who has passed the module",
        "issued": "Issued on {date}\nunder the rules of the course",
        "verify": "Verify this statement",
        "unprintable": "Holder of statement {code}",
    },
}
"""What the attestation of a module says otherwise."""


class Unprintable(ValueError):
    """Values that cannot be laid out."""


@dataclass(frozen=True)
class CertificateValues:
    """What is printed. `awarded_on` is the date in the school's zone, and dates the file; no credits: no roundel.

    `verify_url` is what the QR holds; `details` are short facts shown in one line ("30 h de travail"). Of an
    attestation, `course` is the module and `track` its course.
    """

    school: str
    holder: str
    course: str
    track: str
    edition: str
    credits: int | float | Decimal
    awarded_on: date
    verify_url: str
    code: str
    signatory: str = ""
    role: str = ""
    details: tuple[str, ...] = ()
    kind: Kind = "certificate"
    by_jury: bool = False


def cleaned(text: str, longest: int) -> str:
    """One line of printable characters: controls and direction overrides dropped, cut at `longest`."""
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    kept = "".join(c for c in spaced if c in JOINERS or unicodedata.category(c)[0] != "C")
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def sure(text: str) -> bool:
    """Whether the fonts that typst brings along show every character."""
    return all(any(low <= ord(c) <= high for low, high in SURE) for c in text)


def _without_rare_scripts(values: CertificateValues, language: Language) -> CertificateValues:
    """The values with what no font at hand can show taken out; a name is replaced whole, never printed in part."""

    def shown(text: str) -> str:
        return "".join(c if sure(c) else "?" for c in text)

    stand_in = _words(values.kind, language)["unprintable"].format(code=values.code)
    return replace(
        values,
        holder=values.holder if sure(values.holder) else stand_in,
        school=shown(values.school),
        course=shown(values.course),
        track=shown(values.track),
        edition=shown(values.edition),
        signatory=shown(values.signatory),
        role=shown(values.role),
        details=tuple(shown(detail) for detail in values.details),
    )


def _words(kind: Kind, language: Language) -> dict[str, str]:
    return WORDS[language] | (OF_A_MODULE[language] if kind == "attestation" else {})


def long_date(day: date, language: Language) -> str:
    """« 1er juillet 2026 », "1 July 2026"."""
    text = format_date(day, "long", locale="fr" if language == "fr" else "en_GB")
    return "1er" + text[1:] if language == "fr" and day.day == 1 else text


def _data(values: CertificateValues, language: Language) -> dict[str, Any]:
    words = _words(values.kind, language)
    texts = {
        name: cleaned(getattr(values, name), LONGEST.get(name, LONGEST_OTHER))
        for name in ("school", "holder", "course", "track", "edition", "signatory", "role", "code")
    }
    day = values.awarded_on
    return texts | {
        "language": language,
        "words": words,
        "programme": " · ".join(part for part in (texts["track"], texts["edition"]) if part),
        "credits": format_decimal(values.credits, locale=language) if values.credits else "",
        # French counts one and a half as singular, English does not
        "unit": words["one"] if values.credits == 1 or (language == "fr" and values.credits < 2) else words["many"],
        "details": " · ".join(cleaned(detail, LONGEST_OTHER) for detail in values.details),
        "issued": words["decided" if values.by_jury else "issued"].format(date=long_date(day, language)),
        "date": [day.year, day.month, day.day],
        "url": values.verify_url,
        "address": values.verify_url.partition("://")[2],
    }


def qr_svg(text: str) -> str:
    """A QR code of `text` (correction level M) with the quiet zone that scanners need, as SVG."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=4, xmldecl=False, dark=chalk.ARDOISE, light="#ffffff", omitsize=True
    )
    return out.getvalue().decode()


@cache
def art() -> dict[str, str]:
    """The ornaments, as SVG by name."""
    return {
        "border": chalk.border(),
        "tree": chalk.tree(),
        "rule": chalk.rule(148),
        "short": chalk.rule(62, chalk.TILLEUL),
        "roundel": chalk.roundel(),
    }


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


class _Compilers(threading.local):
    """One compiler a thread: it is not made for sharing, and a new one for each page would never give memory back."""

    def __init__(self) -> None:
        self.kept: dict[bool, typst.Compiler] = {}

    def get(self, system_fonts: bool) -> typst.Compiler:
        if system_fonts not in self.kept:
            fonts = typst.Fonts(include_system_fonts=system_fonts)
            self.kept[system_fonts] = typst.Compiler(font_paths=fonts, ignore_system_fonts=not system_fonts)
        return self.kept[system_fonts]


_compilers = _Compilers()


def compiled(template: bytes, inputs: dict[str, str], timestamp: datetime, *, system_fonts: bool) -> bytes:
    """A page laid out as PDF/A-3a; refuses (typst.TypstError) what it cannot lay out."""
    made = _compilers.get(system_fonts).compile(
        input=template, format="pdf", pdf_standards="a-3a", timestamp=timestamp, sys_inputs=inputs
    )
    assert isinstance(made, bytes)
    return made


def _compile(inputs: dict[str, str], timestamp: datetime, *, system_fonts: bool) -> bytes:
    return compiled(_template(), inputs, timestamp, system_fonts=system_fonts)


def certificate_pdf(
    pages: Mapping[Language, CertificateValues], credential_json: bytes, *, keywords: str = ""
) -> bytes:
    """The certificate as PDF/A-3a, a page for each language in this order, with `credential_json` attached once as
    "credential.json".

    One page each whatever the length of the texts (they shrink, then wrap, then are cut). Refuses Unprintable when the
    values cannot be laid out at all.
    """
    first = next(iter(pages.values()))
    day = first.awarded_on
    timestamp = datetime(day.year, day.month, day.day, tzinfo=UTC)
    fixed = art() | {"qr": qr_svg(first.verify_url), "credential": credential_json.decode(), "keywords": keywords}
    plain = {language: _without_rare_scripts(values, language) for language, values in pages.items()}
    reason = ""
    for shown, system_fonts in ((pages, False), (pages, True), (plain, False)):
        data = [_data(values, language) for language, values in shown.items()]
        inputs = fixed | {"data": json.dumps(data, ensure_ascii=False)}
        try:
            return _compile(inputs, timestamp, system_fonts=system_fonts)
        except typst.TypstError as error:
            reason = error.message
            if "could not be displayed" not in reason:
                break
    raise Unprintable(f"The certificate cannot be laid out: {reason}.")
