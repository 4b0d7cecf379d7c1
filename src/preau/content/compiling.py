"""Compiled pages: one HTML document per unit and language, the same for every learner, compressed once."""

import gzip
import hashlib
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import brotli
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from preau.common import context, markdown
from preau.common.words import words
from preau.content import companions, kinds, media, players
from preau.content.models import Page, UnitText, Version
from preau.content.outline import Outline, UnitFacts
from preau.content.players import Player
from preau.courses.models import Edition


@dataclass(frozen=True)
class Compiled:
    path: str
    digest: str
    released_at: datetime
    html: bytes


def languages_of(version: Version) -> list[str]:
    """The languages to compile: those of the interface, so that a missing translation falls back visibly."""
    return [code for code, _ in settings.LANGUAGES if code in version.meta["languages"]] or [settings.LANGUAGE_CODE]


def pages(outline: Outline, version: Version) -> Iterator[Compiled]:
    """Every page of one language of an edition."""
    files, films = media.addresses(version), captioned(players.of(version))
    texts = {(t.unit_id, t.language): t for t in UnitText.objects.filter(version=version)}
    with translation.override(outline.language):
        for unit in outline.units():
            html = document(outline, unit, texts[unit.id, unit.language], files, films).encode()
            digest = hashlib.sha256(html).hexdigest()[:32]
            yield Compiled(unit.address, digest, max(unit.opens, outline.opens_at), html)


def captioned(films: Mapping[str, Player]) -> Mapping[str, Player]:
    """The players with what rooms above offer beside them."""
    offered = companions.captions(films.values())
    return {
        name: replace(one, captions=offered.get(one.video, ())) if one.video else one for name, one in films.items()
    }


def document(
    outline: Outline, unit: UnitFacts, text: UnitText, files: Mapping[str, str], films: Mapping[str, Player]
) -> str:
    """The whole page of a unit; knows no learner and reads no request."""
    kind = kinds.get(unit.kind)
    before, after = outline.neighbours(unit)
    rendered = body(text, files)
    video = films.get(beside(text.file, str(unit.meta["video"]))) if unit.meta.get("video") else None
    values = {
        **context.shared_frame(outline.language, _language_links(outline, unit), unit.address),
        "account_url": me_address(unit),
        "outline": outline,
        "unit": unit,
        "module": outline.module(unit.module),
        "body": rendered.html,
        "headings": [heading for heading in rendered.headings if heading.level == 2],
        "terms": kind.page(unit, outline) if kind else "",
        "installed": kind is not None,
        "margins": kinds.margins(unit, outline),
        "video": video,
        "under_video": companions.under(unit, outline, video) if video else [],
        "video_link": _elsewhere(unit.meta.get("video")),
        "before": before,
        "after": after,
        "me": me_address(unit),
    }
    return render_to_string("content/unit.html", values)


def body(text: UnitText, files: Mapping[str, str]) -> markdown.Rendered:
    """The unit's Markdown as HTML, its attachments at their public addresses."""
    return markdown.render(text.body, address=lambda url: resolve(text.file, url, files), words=words())


def resolve(file: str, url: str, files: Mapping[str, str]) -> str | None:
    """The address of what a text refers to: elsewhere and anchors as they are, a file of the course at its own
    address."""
    if "://" in url or url.startswith(("#", "mailto:", "/")):
        return url
    return files.get(beside(file, url))


def beside(file: str, url: str) -> str:
    """The name, from the course's root, of what a text refers to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), url))


def _elsewhere(video: object) -> str:
    """The address of a video on another site, or nothing: no other scheme than the web's becomes a link."""
    address = str(video or "").strip()
    return address if address.lower().startswith(("https://", "http://")) else ""


def _language_links(outline: Outline, unit: UnitFacts) -> list[dict[str, object]]:
    codes = [code for code in outline.languages if code in dict(settings.LANGUAGES)]
    links = context.language_links(unit.address, outline.language)
    return [link for link in links if link["code"] in codes] if len(codes) > 1 else []


def me_address(unit: UnitFacts) -> str:
    """Where the learner's own fragment of a unit is: `/e/<edition>/me/<lang>/<module>/<unit>/`."""
    _, e, edition, rest = unit.address.split("/", 3)
    return f"/{e}/{edition}/me/{rest}"


def row(edition: Edition, language: str, page: Compiled) -> Page:
    """The row of a compiled page, its bodies compressed."""
    return Page(
        edition=edition,
        language=language,
        path=page.path,
        digest=page.digest,
        released_at=page.released_at,
        html=page.html,
        gzip=gzip.compress(page.html, 9, mtime=0),
        brotli=brotli.compress(page.html, quality=10),
    )
