"""Somebody known in a space of today, and a page that is neither hostile nor broken."""

from collections import Counter
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.discussion.models import Member
from tests import cast
from tests.discussion import talking
from tests.policy.test_hostile import Reader, read

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
OPTIONAL = {"li", "p", "td", "th", "tr", "option", "dt", "dd"}  # HTML lets them end by themselves


class Page(HTMLParser):
    """The skeleton of a page: every tag is closed by its own, an id is there once."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.away: list[str] = []
        self.wrong: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        named = dict(attrs)
        if named.get("id"):
            self.ids[str(named["id"])] += 1
        if tag in {"img", "source", "video", "audio", "iframe"} and "//" in (named.get("src") or ""):
            self.away.append(str(named["src"]))
        if tag not in VOID and not (self.open and self.open[0] == "svg" and tag != "svg"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] != tag and self.open[-1] in OPTIONAL:
            self.open.pop()
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")


def sound(reply: Any, what: object, *, whole: bool = True, typed: bool = False) -> str:
    """The text of a page that is neither hostile nor broken, and shows nothing of other sites. A form that comes back
    holds what was typed, as it was."""
    html = reply.content.decode()
    page = Page(html)
    assert not page.wrong, (what, page.wrong)
    assert not page.open, (what, page.open)
    assert not page.away, (what, page.away)
    assert [key for key, count in page.ids.items() if count > 1] == [], what
    assert not whole or page.seen["main"] == 1, what
    return "" if typed and not Reader(html).wrong else read(html)


def learner(name: str, edition: Edition) -> Person:
    """Somebody who wrote for long and is known."""
    who, now = cast.person(name), timezone.now()
    cast.enrolment(who, edition)
    old = {"joined_at": edition.opens_at, "rules_at": edition.opens_at, "first_at": now - timedelta(days=30)}
    Member.objects.create(course=edition.course, person=who, posts=5, **old)
    return who


def there(who: Person, edition: Edition) -> Any:
    return talking.here(who, {"edition": edition.slug}, timezone.now())
