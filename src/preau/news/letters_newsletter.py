"""An issue of the newsletter in words: as a page, as a mail. What is the same for everybody is written once for each
language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import override

from preau.common import markdown
from preau.common.text import one_line
from preau.common.words import words
from preau.mail import letters
from preau.news import subscribing
from preau.news.models import Mailing

LOCAL = re.compile(r"(\]\()(/[^)\s]*)")  # a link to our own site, in Markdown


@dataclass(frozen=True)
class Letter:
    """An issue in one language of its readers; `way` says what the address below leads to."""

    subject: str
    text: str
    html: str
    way: str

    def to(self, address: str) -> tuple[str, str]:
        """(text, HTML) with the page where this reader changes or ends it."""
        below = format_html('<p><small><a href="{}">{}</a></small></p>', address, self.way)
        return f"{self.text}\n{self.way}\n{address}\n", f"{self.html}{below}"


def written(row: Mailing) -> list[str]:
    """The languages in which there is a subject and a text, in the site's order."""
    codes = [code for code, _name in settings.LANGUAGES]
    return [code for code in codes if _whole(row.texts.get(code, {}))]


def _whole(said: Mapping[str, str]) -> bool:
    return bool(said.get("subject", "").strip() and said.get("body", "").strip())


def spoken(row: Mailing, language: str) -> str:
    """The language in which a reader of `language` gets it: their own, else the first that was written; "" where none
    was."""
    codes = written(row)
    return language if language in codes else next(iter(codes), "")


def said(row: Mailing, language: str) -> tuple[str, str]:
    """(subject, Markdown) for a reader of `language`."""
    one = row.texts.get(spoken(row, language), {})
    return one_line(one.get("subject", "")), one.get("body", "").strip()


def on_page(row: Mailing, language: str) -> str:
    """The HTML of its page on the site."""
    with override(spoken(row, language) or language):
        return markdown.render(said(row, language)[1], anchors=False, trusted_images=False, words=words()).html


def letter(row: Mailing, language: str) -> Letter:
    """The mail for readers of `language`, links of the site in full, and where to read it in a browser."""
    return _letter(
        *said(row, language), language, spoken(row, language), f"{settings.SITE_URL}{page_of(row, language)}"
    )


@lru_cache(maxsize=16)
def _letter(subject: str, body: str, language: str, code: str, page: str) -> Letter:
    with override(code or language):
        html = markdown.render(body, anchors=False, trusted_images=False, words=words(), address=_in_full).html
    with override(language):
        read, way = _("Read it in your browser"), _("Your subscription: change it or end it")
        site = f"{settings.SITE_URL}/{language}/"
    plain = LOCAL.sub(rf"\1{settings.SITE_URL}\2", body)
    shape = '<p><small><a href="{}">{}</a> · <a href="{}">{}</a></small></p>'
    head = format_html(shape, site, settings.SITE_NAME, page, read)
    shown = f'{head}<div lang="{code}">{html}</div>' if code != language else f"{head}{html}"
    return Letter(subject, f"{plain}\n\n{read}\n{page}\n", shown, way)


def _in_full(address: str) -> str:
    return f"{settings.SITE_URL}{address}" if address.startswith("/") else address


def page_of(row: Mailing, language: str) -> str:
    """Where it is read on the site."""
    return f"/{language}/newsletter/{row.pk}/"


def as_sent(row: Mailing, language: str) -> tuple[str, str, str]:
    """(subject, text, HTML) as somebody with an account will get it, the ways to choose and to stop below."""
    made = letter(row, language)
    text, html = made.to(subscribing.page_of(language))
    return made.subject, *letters.preview(subscribing.KIND, language=language, text=text, html=html)
