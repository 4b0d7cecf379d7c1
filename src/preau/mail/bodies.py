"""The words of a mail that came in: its text, or its HTML read as text, without what it quotes. Pure: no Django."""

import re
from email.message import Message as Mime
from html.parser import HTMLParser

from preau.common.text import clean

LONGEST = 20_000  # characters
SILENT = {"script", "style", "head", "title"}
BREAKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol"}
INTRODUCTION = re.compile(
    r"^(le .{3,120} a écrit\s?:|on .{3,120} wrote:|-{3,} ?(original message|message d'origine|message original) ?-{3,}"
    r"|_{20,})$",
    re.IGNORECASE,
)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        if tag in BREAKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in SILENT))
        if tag in BREAKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


def words_of(mime: Mime) -> str:
    """The first plain text, else the first HTML as text; "" where there is neither."""
    html = ""
    for part in mime.walk():
        if part.is_multipart() or part.get_content_disposition() == "attachment" or part.get_param("name"):
            continue
        if part.get_content_type() == "text/plain" and (text := _text(part)).strip():
            return text
        if part.get_content_type() == "text/html" and not html:
            html = _text(part)
    return as_text(html)


def as_text(html: str) -> str:
    """HTML as plain text: what a script or a style says is left out."""
    reader = _Words()
    reader.feed(html[: 20 * LONGEST])
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.said).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _text(part: Mime) -> str:
    """A part in Unicode: in the charset that it names, else in UTF-8, else in the one that old programs write."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    for charset in (part.get_content_charset(), "utf-8"):
        try:
            return content.decode(charset or "utf-8")
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def without_history(text: str) -> str:
    """What the person wrote, without the quotation below it; all of it where nothing else would be left. At most
    LONGEST characters."""
    lines = clean(text).split("\n")
    end = next((n for n, line in enumerate(lines) if INTRODUCTION.match(line.strip())), len(lines))
    kept = lines[:end]
    while kept and (not kept[-1].strip() or kept[-1].lstrip().startswith(">")):
        kept.pop()
    return ("\n".join(kept).strip() or clean(text).strip())[:LONGEST]
