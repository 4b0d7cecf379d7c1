"""The Markdown of an article: pictures that are kept here, written `![what is seen](picture:<id>)`, and no other."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override
from markdown_it import MarkdownIt
from markdown_it.token import Token

from preau.common import markdown
from preau.common.text import one_line
from preau.common.words import words
from preau.news import pictures
from preau.news.models import Picture

LONGEST = 60_000  # characters of a text
MOST = 50  # pictures of a text
NAMED = re.compile(r"picture:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_ASKED = re.compile(f"/(?={NAMED.pattern})")
_SPECIAL = re.compile(r"([\[\]\\])")
_IMAGE = re.compile(r'<img src="(?P<src>[^"]*)" alt="(?P<alt>[^"]*)"(?P<title> title="[^"]*")?[^>]*>')
_READER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_READER.validateLink = lambda url: True  # type: ignore[method-assign]  # what is refused is named, not left as text

type Kept = Mapping[UUID, Picture]


def named(body: str) -> list[UUID]:
    """The pictures that a text names, in its order."""
    return list(dict.fromkeys(UUID(one) for one in NAMED.findall(body)))


def written(picture: UUID | str, seen: str) -> str:
    """How a text shows a picture; `seen` is its alternative."""
    return f"![{_SPECIAL.sub(r'\\\1', one_line(seen))}](picture:{picture})"


def html(body: str, kept: Kept, *, language: str) -> str:
    """The HTML of a text, safe; its pictures have their size, so that nothing moves, and a small version."""
    files = {f"/picture:{pk}": pictures.shown(row) for pk, row in kept.items()}
    by_address = {one.src: one for one in files.values()}

    def address(written: str) -> str | None:
        if written.startswith("/picture:"):
            return files[written].src if written in files else None
        return written

    with override(language):  # the renderer asks about addresses of the site only, hence the stroke
        made = markdown.render(NAMED.sub(r"/\g<0>", body), address=address, words=words()).html
    return _ASKED.sub("", _IMAGE.sub(lambda found: _image(found, by_address), made))


def _image(found: re.Match[str], known: Mapping[str, pictures.Shown]) -> str:
    """A kept picture with all that a browser needs to know of it; of any other, its words alone."""
    one = known.get(found["src"])
    if one is None:
        return found["alt"]
    several = f' srcset="{escape(one.srcset)}" sizes="{escape(one.sizes)}"' if one.srcset else ""
    size = f'width="{one.width}" height="{one.height}"'
    return f'<img src="{one.src}"{several} {size} alt="{found["alt"]}"{found["title"] or ""} loading="lazy">'


def faults(body: str, kept: Kept) -> list[str]:
    """What keeps a text from being stored, each with its line: a picture without an alternative, one that is not kept
    here, too many of them."""
    found = []
    images = list(_images(body))
    for line, target, seen in images:
        name = NAMED.fullmatch(target)
        if not seen.strip():
            found.append(
                _("Line {line}: this picture has no alternative. Say in words what is seen: ![a school yard](…).")
            )
        elif name is None or UUID(name[1]) not in kept:
            found.append(_("Line {line}: only pictures that are kept here are shown. Add it below the text."))
        else:
            continue
        found[-1] = found[-1].format(line=line)
    if len(images) > MOST:
        found.append(_("More than {most} pictures in one text: leave some out.").format(most=MOST))
    return found


def _images(body: str) -> Iterator[tuple[int, str, str]]:
    """(line from 1, address, alternative) of each picture."""
    line = 1
    for token in _READER.parse(body):
        if token.map:
            line = token.map[0] + 1
        at = line
        for child in token.children or []:
            if child.type in ("softbreak", "hardbreak"):
                at += 1
            elif child.type == "image":
                yield at, str(child.attrGet("src") or ""), _words(child.children or [])


def _words(tokens: Sequence[Token]) -> str:
    return "".join(token.content or _words(token.children or []) for token in tokens)
