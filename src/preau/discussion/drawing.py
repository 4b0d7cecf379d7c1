"""Posts as pages show them. A post in the same state is always the same HTML for everybody, so that it is made once;
what is the reader's own (their posts, their thanks) is said beside the list and put in by the page's script."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from preau.common import markdown
from preau.common.words import words as its_words
from preau.discussion.models import Post
from preau.discussion.people import Shown

DEEPEST = 10
_MARK = r"[ \t]{0,3}(?:>|[-*+][ \t])"
_DEEPER = re.compile(rf"^((?:{_MARK}){{{DEEPEST}}})(?:{_MARK})++", re.MULTILINE)
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
NOBODY = Shown("")
UP = "../../"  # from a page of a thread or a post to their space


@dataclass(frozen=True)
class File:
    """A file of a post: `number` from 1 is its place in the address."""

    number: int
    name: str
    bytes: int
    picture: bool


@dataclass(frozen=True)
class Text:
    """The words of a post; equal to any other, since `Posted` says which they are."""

    text: str = field(compare=False)


@dataclass(frozen=True)
class Posted:
    """All that tells how a post looks. `folded` is the moment until which it reveals an answer; `ghost`: why its words
    are not shown (held, hidden, deleted), for its author and the team they are."""

    id: UUID
    thread: UUID
    number: int
    author: Shown
    at: datetime
    edited_at: datetime | None
    state: str
    thanks: int
    accepted: bool
    reveals: bool
    folded: datetime | None
    answers_to: int | None
    minute: int | None
    files: tuple[File, ...]
    acts: bool  # does its thread take any
    question: bool  # may it be accepted as an answer
    zone: ZoneInfo
    language: str
    said: Text

    @property
    def readable(self) -> bool:
        """Are its words shown to everybody?"""
        return self.state == Post.State.SHOWN and self.folded is None

    def html(self, *, words: bool | None = None, base: str = UP) -> SafeString:
        """The post as an article; `words`: whether its text is shown, whoever looks; `base`: the address of its space,
        from a page that is not two steps below it."""
        return _drawn(self, self.readable if words is None else words, base)


@lru_cache(maxsize=8192)
def _drawn(post: Posted, words: bool, base: str) -> SafeString:
    values = {"post": post, "html": body(post, base) if words else "", "words": words, "base": base}
    return mark_safe(render_to_string("discussion/_post.html", values))


def body(post: Posted, base: str) -> SafeString:
    """The words of a post as HTML: Markdown, its own pictures by their names."""
    return mark_safe(rendered(post.said.text, post.files, f"{base}post/{post.id}/file/"))


def shallow(text: str) -> str:
    """The same with `DEEPEST` quotes or lists one in the other at most: what is deeper would not be shown at all."""
    return _DEEPER.sub(r"\1", text)


def rendered(text: str, files: Sequence[File] = (), address: str = "") -> str:
    """Markdown that is safe to show: pictures only of these files, no ids."""
    named = {file.name: f"{address}{file.number}/" for file in files if file.picture}
    return markdown.render(
        shallow(text), address=named.get, anchors=False, trusted_images=bool(named), words=its_words()
    ).html


def files_of(post: Post) -> tuple[File, ...]:
    """The files of a post, as its row lists them."""
    kept: Sequence[Mapping[str, Any]] = post.files
    return tuple(File(n, str(one["name"]), int(one["bytes"]), one["type"] in PICTURES) for n, one in enumerate(kept, 1))
