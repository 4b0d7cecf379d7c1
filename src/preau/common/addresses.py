"""Where links and pictures of a text lead, and what is refused. Pure: no Django.

One state, `Page`, goes through a rendering and gathers what the author must be told.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from markdown_it.common.normalize_url import normalizeLink
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from preau.common.markup import Address, Words

PREFIX = "s-"
"""Of a heading's id, so that none is ever the name of a place, or of a script's variable, in the page around it."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_FOLLOWED = ("http:", "https:", "mailto:")
_BARE = re.compile(r"://[^\s<>\x00-\x1f]{1,2000}")
_AROUND = "?!.,:;*_~'\"…»”’"  # punctuation of the sentence, not of an address at its end


@dataclass(frozen=True)
class Heading:
    """A heading as shown: `level` 2 to 6, `id` to link to, `text` without markup."""

    level: int
    id: str
    text: str


@dataclass
class Page:
    """One rendering under way."""

    address: Address | None
    anchors: bool
    trusted_images: bool
    words: Words
    headings: list[Heading] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    top: int = 1  # the level of the highest heading as typed
    local: list[tuple[int, str]] = field(default_factory=list)  # (line, id) of the links to a heading of this text

    def problem(self, line: int, reason: str) -> None:
        self.problems.append((line, reason))


def slug(text: str) -> str:
    """The id of a heading: prefix, no accents, small letters, hyphens. "Été : le plan" gives `s-ete-le-plan`."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()
    return PREFIX + ("-".join(re.findall(r"\w+", bare.replace("_", " ")))[:80].strip("-") or "section")


def bare_address(state: StateInline, silent: bool) -> bool:
    """An inline rule: `https://…` or `http://…` written without brackets is a link (GFM, "extended URL autolink")."""
    start = state.pos
    if state.linkLevel or silent or not state.src.startswith("://", start):
        return False
    scheme = next((s for s in ("https", "http") if state.src.endswith(s, 0, start) and state.pending.endswith(s)), "")
    before = state.src[start - len(scheme) - 1 : start - len(scheme)]
    found = _BARE.match(state.src, start, state.posMax)
    if not scheme or before.isalnum() or not found:
        return False
    rest = _trimmed(found.group())
    if not rest[3:4].isalnum():
        return False
    url = state.md.normalizeLink(scheme + rest)
    state.pending = state.pending[: -len(scheme)]
    state.push("link_open", "a", 1).attrSet("href", url)
    state.push("text", "", 0).content = scheme + rest
    state.push("link_close", "a", -1)
    state.pos += len(rest)
    return True


def _trimmed(address: str) -> str:
    """Without the sentence's punctuation, nor a closing bracket whose opening one is outside."""
    while True:
        shorter = address.rstrip(_AROUND)
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter


def settle_link(token: Token, line: int, page: Page) -> bool:
    """Gives a link its address and its rel; False when the link is to be left out."""
    url = str(token.attrGet("href") or "")
    target = _target(url, line, page)
    if target is None:
        return False
    token.attrSet("href", target)
    if _is_remote(target):
        token.attrSet("rel", "nofollow noopener")
    return True


def _target(url: str, line: int, page: Page) -> str | None:
    """Where an address leads, or None (reported) when it leads nowhere or is not to be followed."""
    if url.startswith("#"):
        return _local(url[1:], line, page)
    scheme = _SCHEME.match(url)
    if url.startswith("//") or (scheme and scheme.group().lower() in _FOLLOWED):
        return url
    if scheme:
        page.problem(line, f"address not allowed: {_short(url)}")
        return None
    if page.address is None:
        return url
    path, mark, part = url.partition("#")
    target = page.address(unquote(path))
    if target is None:
        page.problem(line, f"missing attachment: {_short(unquote(path))}")
        return None
    target = normalizeLink(target)
    return f"{target}#{_anchor(part)}" if mark and part else target


def _local(part: str, line: int, page: Page) -> str | None:
    if not page.anchors:
        return None
    ident = _anchor(part)
    page.local.append((line, ident))
    return f"#{ident}"


def _anchor(part: str) -> str:
    """The id that a link's `#part` means: authors write the heading, its bare slug or its id."""
    return slug(unquote(part).removeprefix(PREFIX))


def check_local(page: Page) -> None:
    known = {heading.id for heading in page.headings}
    for line, ident in page.local:
        if ident not in known:
            page.problem(line, f"no heading for the link #{_short(ident.removeprefix(PREFIX))}")


def _is_remote(url: str) -> bool:
    return url.startswith("//") or url[:5].lower() in ("http:", "https")


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def settle_image(token: Token, line: int, in_link: bool, page: Page) -> Iterator[Token]:
    """The picture itself, or a link in its place, or only its description inside another link or when it is missing."""
    url = str(token.attrGet("src") or "")
    alt = plain_text(token)
    remote = _is_remote(url)
    target = _target(url, line, page) if url else None
    if target is not None and not remote and page.trusted_images and not target.startswith("#"):
        token.attrSet("src", target)
        token.meta = {"alt": alt, **({"title": str(token.attrGet("title"))} if token.attrGet("title") else {})}
        yield token
        return
    said = alt or str(token.attrGet("title") or "")
    host = _host(target or "") if remote else ""
    if host:
        where = page.words.remote_image.format(host=host)
        said = f"{said} ({where})" if said else where
    said = said or _short(unquote(url))
    words = Token("text", "", 0, content=said)
    if target is None or in_link:
        yield words
        return
    rel = {"rel": "nofollow noopener", "class": "remote"} if remote else {}
    yield Token("link_open", "a", 1, attrs={"href": target, **rel})
    yield words
    yield Token("link_close", "a", -1)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def plain_text(token: Token) -> str:
    """The words of an inline token or of a picture's description, without markup."""
    parts: list[str] = []
    for child in token.children or []:
        if child.type in ("text", "code_inline", "math_inline", "text_special"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "image":
            parts.append(plain_text(child))
    return "".join(parts)
