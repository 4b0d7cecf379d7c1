"""The documents of an award, made from plain values: signed, printed, sealed. Pure, so that it runs in a process that
knows neither a database nor a setting."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from preau.certificates import credential, integrity, pdf, seal

Json = dict[str, Any]


@dataclass(frozen=True)
class Badge:
    """What is signed, by which key, as of when."""

    achievement: credential.Achievement
    award: credential.Award
    site_url: str
    status: tuple[Json, ...]
    secret: bytes
    method: str
    at: datetime


@dataclass(frozen=True)
class Order:
    """What is to be made: a badge, or the text of one that was signed already; its pages by language, the first one
    first; the key that seals them, if any."""

    badge: Badge | str
    pages: Mapping[pdf.Language, pdf.CertificateValues]
    seal: seal.Key | None
    school: str


@dataclass(frozen=True)
class Made:
    """The documents, and the seconds that they took: signing, printing, sealing. No document: it was signed already."""

    text: str
    document: Json | None
    paper: bytes
    seconds: tuple[float, float, float]


def make(order: Order) -> Made:
    """Make the documents. Refuses what its parts refuse: an incomplete badge, values that cannot be laid out."""
    began = time.perf_counter()
    document = None
    if isinstance(order.badge, Badge):
        document = _signed(order.badge)
        text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    else:
        text = order.badge
    signed = time.perf_counter()
    paper = pdf.certificate_pdf(order.pages, text.encode(), keywords=seal.TO_BE_SEALED if order.seal else "")
    printed = time.perf_counter()
    if order.seal is not None:
        paper = seal.seal_pdf(paper, order.seal.private, order.seal.certificate, order.school)
    sealed = time.perf_counter()
    return Made(text, document, paper, (signed - began, printed - signed, sealed - printed))


def _signed(badge: Badge) -> Json:
    unsigned = credential.build(badge.achievement, badge.award, site_url=badge.site_url, status=badge.status)
    return integrity.sign(unsigned, badge.secret, badge.method, badge.at)
